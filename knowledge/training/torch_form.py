"""The model as sentence-transformers trains it, and back again."""

import json
from pathlib import Path
from typing import Any

import numpy as np

from knowledge.index.encoder import Encoder
from knowledge.index.onnx_graph import State

SPECIAL = {
    **dict.fromkeys(("bos_token", "cls_token"), "<s>"),
    **dict.fromkeys(("eos_token", "sep_token"), "</s>"),
    "pad_token": "<pad>",
    "unk_token": "<unk>",
}
MODULES = "sentence_transformers.models"


def write_torch_form(folder: Path, encoder: Encoder) -> None:
    """Write an encoder as a folder of sentence-transformers, in full precision."""
    from transformers import PreTrainedTokenizerFast

    _bert(encoder).save_pretrained(folder)
    tokenizer: Any = PreTrainedTokenizerFast
    tokenizer(
        tokenizer_object=encoder.tokenizer,
        model_max_length=encoder.longest,
        **SPECIAL,
    ).save_pretrained(folder)
    _write_layout(folder, encoder)


def state_of(model: Any) -> State:
    """The tensors of a trained sentence-transformers model."""
    tensors = model[0].auto_model.state_dict().items()
    # The pooler is sentence-transformers' own, made up at random and never used.
    return {
        name: tensor.float().numpy().astype(np.float32)
        for name, tensor in tensors
        if not name.startswith("pooler.")
    }


def _bert(encoder: Encoder) -> Any:
    import torch
    from transformers import BertConfig, BertModel

    words = encoder.state["embeddings.word_embeddings.weight"]
    config = BertConfig(
        vocab_size=len(words),
        hidden_size=words.shape[1],
        num_hidden_layers=encoder.shape.layers,
        num_attention_heads=encoder.shape.heads,
        intermediate_size=len(encoder.state["encoder.layer.0.intermediate.dense.bias"]),
        max_position_embeddings=encoder.positions,
        type_vocab_size=len(encoder.state["embeddings.token_type_embeddings.weight"]),
        layer_norm_eps=encoder.shape.epsilon,
        pad_token_id=encoder.tokenizer.token_to_id("<pad>"),
    )
    model = BertModel(config, add_pooling_layer=False)
    tensors = {name: torch.from_numpy(value.copy()) for name, value in encoder.state.items()}
    model.load_state_dict(tensors)
    return model


def _write_layout(folder: Path, encoder: Encoder) -> None:
    """The small files by which sentence-transformers knows what to do with the model."""
    parts = [("", "Transformer"), ("1_Pooling", "Pooling"), ("2_Normalize", "Normalize")]
    files: dict[str, Any] = {
        "modules.json": [
            {"idx": i, "name": str(i), "path": path, "type": f"{MODULES}.{name}"}
            for i, (path, name) in enumerate(parts)
        ],
        "config_sentence_transformers.json": {
            "prompts": encoder.prompts,
            "default_prompt_name": None,
            "similarity_fn_name": "cosine",
        },
        "1_Pooling/config.json": {
            "word_embedding_dimension": encoder.dimension,
            "pooling_mode_mean_tokens": True,
        },
    }
    for name, content in files.items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(json.dumps(content, indent=1) + "\n", encoding="utf-8")
