"""A whole model in memory, as it is read, trained and written to its folder."""

import shutil
from dataclasses import dataclass
from pathlib import Path

from tokenizers import Tokenizer

from knowledge.index.model_folder import GRAPH, Facts, write_facts
from knowledge.index.onnx_graph import Shape, State, write_graph


@dataclass(frozen=True)
class Encoder:
    """A BERT with mean pooling: its tensors, its tokenizer, its prompts."""

    state: State
    shape: Shape
    tokenizer: Tokenizer
    prompts: dict[str, str]

    @property
    def dimension(self) -> int:
        return len(self.state["embeddings.LayerNorm.bias"])

    @property
    def longest(self) -> int:
        """Tokens of a text that are read."""
        cut = self.tokenizer.truncation
        return int(cut["max_length"]) if cut else self.positions

    @property
    def positions(self) -> int:
        return len(self.state["embeddings.position_embeddings.weight"])


def write_encoder(folder: Path, encoder: Encoder, bits: int) -> None:
    """Write an encoder in 4 or 8 bits; whatever was in the folder gives way to it."""
    aside = folder.with_name(f"{folder.name}.part")
    shutil.rmtree(aside, ignore_errors=True)
    aside.mkdir(parents=True)
    write_graph(aside / GRAPH, encoder.state, encoder.shape, bits)
    facts = Facts(f"int{bits}", encoder.dimension, encoder.prompts)
    write_facts(aside, encoder.tokenizer, facts)
    shutil.rmtree(folder, ignore_errors=True)
    aside.replace(folder)
