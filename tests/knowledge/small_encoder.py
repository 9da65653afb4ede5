"""The parts of the real encoder in a size that can be made in a test; it knows letters only."""

import numpy as np
from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, processors

from knowledge.index.encoder import Encoder
from knowledge.index.onnx_graph import Shape, State

LETTERS = "▁abcdeghiklmnopqrstuvxy0125.(),"
LETTERS += "àáảãạăằắẳẵặâầấẩẫậđèéẻẽẹêềếểễệìíỉĩịòóỏõọôồốổỗộơờớởỡợùúủũụưừứửữự"
SPECIAL = ("<s>", "<pad>", "</s>", "<unk>")
PROMPTS = {"query": "hỏi: ", "document": "có: "}
HIDDEN, WIDE, LAYERS, HEADS, POSITIONS = 64, 96, 2, 4, 64


def small_encoder(seed: int = 0) -> Encoder:
    return Encoder(_state(seed), Shape(LAYERS, HEADS, 1e-12), _tokenizer(), PROMPTS)


def _state(seed: int) -> State:
    random = np.random.default_rng(seed)
    words = len(SPECIAL) + len(LETTERS)
    shapes: dict[str, tuple[int, ...]] = {
        "embeddings.word_embeddings.weight": (words, HIDDEN),
        "embeddings.position_embeddings.weight": (POSITIONS, HIDDEN),
        "embeddings.token_type_embeddings.weight": (2, HIDDEN),
        **_norm("embeddings.LayerNorm"),
    }
    for layer in range(LAYERS):
        shapes |= _layer(f"encoder.layer.{layer}")
    state = {name: random.normal(0, 0.2, shape) for name, shape in shapes.items()}
    return {
        name: (value + name.endswith("LayerNorm.weight")).astype(np.float32)
        for name, value in state.items()
    }


def _layer(name: str) -> dict[str, tuple[int, ...]]:
    attention = {
        f"{name}.attention.{part}": (HIDDEN, HIDDEN)
        for part in ("self.query", "self.key", "self.value", "output.dense")
    }
    linear = attention | {
        f"{name}.intermediate.dense": (WIDE, HIDDEN),
        f"{name}.output.dense": (HIDDEN, WIDE),
    }
    shapes: dict[str, tuple[int, ...]] = {f"{key}.weight": form for key, form in linear.items()}
    shapes |= {f"{key}.bias": form[:1] for key, form in linear.items()}
    return shapes | _norm(f"{name}.attention.output.LayerNorm") | _norm(f"{name}.output.LayerNorm")


def _norm(name: str) -> dict[str, tuple[int, ...]]:
    return {f"{name}.weight": (HIDDEN,), f"{name}.bias": (HIDDEN,)}


def _tokenizer() -> Tokenizer:
    pieces = [(piece, 0.0) for piece in SPECIAL] + [(letter, -1.0) for letter in LETTERS]
    tokenizer = Tokenizer(models.Unigram(pieces, unk_id=3, byte_fallback=False))
    tokenizer.normalizer = normalizers.NFC()
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace()
    tokenizer.post_processor = processors.TemplateProcessing(
        single="<s> $A </s>", special_tokens=[("<s>", 0), ("</s>", 2)]
    )
    tokenizer.enable_truncation(POSITIONS)
    return tokenizer
