"""The folder of an ONNX model: what is in it, and what it says about itself.

Beside the graph and the tokenizer there are the two files by which sentence-transformers knows
the model, so that the folder is one of that library's models, too.
"""

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tokenizers import Tokenizer

GRAPH = "encoder.onnx"
TOKENIZER = "tokenizer.json"
FACTS = "embedder.json"
PROMPTS = "config_sentence_transformers.json"
IDS, VECTORS = "input_ids", "sentence_embedding"  # Of the graph.
MODULE = "knowledge.index.sentence_module.OnnxSentence"


@dataclass(frozen=True)
class Facts:
    """What an index has to know of the model that made it."""

    precision: str
    dimension: int
    prompts: dict[str, str]  # By the names that sentence-transformers has: query, document.


def write_facts(folder: Path, tokenizer: Tokenizer, facts: Facts) -> None:
    """Write everything but the graph."""
    tokenizer.save(str(folder / TOKENIZER))
    files: dict[str, Any] = {
        FACTS: {"precision": facts.precision, "dimension": facts.dimension},
        PROMPTS: {
            "prompts": facts.prompts,
            "default_prompt_name": None,
            "similarity_fn_name": "cosine",
        },
        "modules.json": [{"idx": 0, "name": "0", "path": "", "type": MODULE}],
    }
    for name, content in files.items():
        (folder / name).write_text(json.dumps(content, indent=1) + "\n", encoding="utf-8")


def read_facts(folder: Path) -> Facts:
    facts = json.loads((folder / FACTS).read_text(encoding="utf-8"))
    prompts = json.loads((folder / PROMPTS).read_text(encoding="utf-8"))["prompts"]
    return Facts(**facts, prompts=prompts)


def digest(folder: Path, *names: str) -> str:
    """A short digest of files in a folder; those that are not there are left out."""
    whole = hashlib.sha256()
    for name in names:
        if (folder / name).is_file():
            with (folder / name).open("rb") as file:
                whole.update(hashlib.file_digest(file, "sha256").digest())
    return whole.hexdigest()[:12]
