"""A BERT encoder as an ONNX file: from the token numbers of a text to its unit vector.

Written node by node: the weights of the layers and of the vocabulary stay in few bits in memory,
too, and nothing but the vector leaves the graph. It takes one text at a time: in 8 bits a vector
would depend on the texts beside it.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from onnx import TensorProto, checker, helper, numpy_helper, save_model

from knowledge.index.blocks import BLOCK, Floats, quantise
from knowledge.index.model_folder import IDS, VECTORS

OPSET, IR = 20, 9  # Gelu as one operator begins with these.
MICROSOFT = "com.microsoft"  # Operators that only ONNX Runtime has.
ACTIVATIONS_IN_8_BITS = 4  # Its "accuracy level" for what is multiplied with the weights.
LARGEST = 63  # In 7 of the 8 bits: processors without VNNI add up two products in 16.
TINY = 1e-12

State = dict[str, Floats]  # The tensors, under the names that transformers has for them.


@dataclass(frozen=True)
class Shape:
    """What the tensors of a BERT do not tell by themselves."""

    layers: int
    heads: int
    epsilon: float


def write_graph(path: Path, state: State, shape: Shape, bits: int) -> None:
    """Write a BERT with mean pooling and normalised vectors, its matrices in 4 or 8 bits.

    In 4 bits the matrices are what the base was published in, exactly. In 8 the layers are twice
    as fast and the vectors a little off: for a model that was trained in full precision.
    """
    graph = _Graph(state, shape, bits)
    x = _embedded(graph)
    for number in range(shape.layers):
        x = _layer(graph, f"encoder.layer.{number}", x)
    _pooled(graph, x)
    model = helper.make_model(
        graph.finished(),
        opset_imports=[helper.make_opsetid("", OPSET), helper.make_opsetid(MICROSOFT, 1)],
        ir_version=IR,
    )
    checker.check_model(model)
    save_model(model, path)


class _Graph:
    """Collects nodes and tensors; what adds a node returns the name of its output."""

    def __init__(self, state: State, shape: Shape, bits: int) -> None:
        self.state = state
        self.shape = shape
        self._bits = bits
        self._nodes: list[Any] = []
        self._tensors: list[Any] = []

    def add(self, kind: str, *inputs: str, domain: str = "", out: str = "", **more: Any) -> str:
        out = out or f"{kind}_{len(self._nodes)}"
        self._nodes.append(helper.make_node(kind, inputs, [out], domain=domain, **more))
        return out

    def tensor(self, name: str, value: Any = None) -> str:
        """Keep a tensor, by default the one that has this name in the state."""
        array = np.ascontiguousarray(self.state[name] if value is None else value)
        self._tensors.append(numpy_helper.from_array(array, name))
        return name

    def linear(self, name: str, x: str) -> str:
        return self._columns(name, x) if self._bits == 8 else self._blocks_times(name, x)

    def _columns(self, name: str, x: str) -> str:
        """Multiply with a matrix that has one scale for each of its columns."""
        matrix = self.state[f"{name}.weight"].T
        scales = np.maximum(np.abs(matrix).max(axis=0), TINY) / LARGEST
        numbers = np.rint(matrix / scales).astype(np.int8)
        return self.add(
            *("DynamicQuantizeMatMul", x, self.tensor(f"{name}.numbers", numbers)),
            *(self.tensor(f"{name}.scales", scales), "", self.tensor(f"{name}.bias")),
            domain=MICROSOFT,
        )

    def _blocks_times(self, name: str, x: str) -> str:
        rows, columns = self.state[f"{name}.weight"].shape
        packed, scales = self._blocks(f"{name}.weight", (rows, columns // BLOCK, -1))
        return self.add(
            *("MatMulNBits", x, packed, scales, "", "", self.tensor(f"{name}.bias")),
            domain=MICROSOFT,
            K=columns,
            N=rows,
            bits=self._bits,
            block_size=BLOCK,
            accuracy_level=ACTIVATIONS_IN_8_BITS,
        )

    def rows(self, name: str, numbers: str) -> str:
        """Rows of a matrix; only those are written out."""
        packed, scales = self._blocks(name, (len(self.state[name]), -1))
        return self.add(
            *("GatherBlockQuantized", packed, numbers, scales),
            domain=MICROSOFT,
            bits=self._bits,
            block_size=BLOCK,
            quantize_axis=1,
        )

    def _blocks(self, name: str, form: tuple[int, ...]) -> tuple[str, str]:
        blocks = quantise(self.state[name], self._bits)
        packed = self.tensor(f"{name}.packed", blocks.packed.reshape(form))
        return packed, self.tensor(f"{name}.scales", blocks.scales)

    def normalised_sum(self, name: str, x: str, y: str) -> str:
        return self.add(
            *("LayerNormalization", self.add("Add", x, y)),
            *(self.tensor(f"{name}.weight"), self.tensor(f"{name}.bias")),
            epsilon=self.shape.epsilon,
        )

    def finished(self) -> Any:
        sizes: list[str | int] = [1, "length"]
        width = len(self.state["embeddings.LayerNorm.bias"])
        return helper.make_graph(
            self._nodes,
            "encoder",
            [helper.make_tensor_value_info(IDS, TensorProto.INT64, sizes)],
            [helper.make_tensor_value_info(VECTORS, TensorProto.FLOAT, [1, width])],
            initializer=self._tensors,
        )


def _embedded(graph: _Graph) -> str:
    # All tokens are of the first kind, so its vector can be part of each position's.
    kind = graph.state["embeddings.token_type_embeddings.weight"][0]
    places = graph.state["embeddings.position_embeddings.weight"] + kind
    used = graph.add(
        *("Slice", graph.tensor("places", places)),
        *(graph.tensor("first", np.array([0])), graph.add("Shape", IDS, start=1, end=2)),
    )
    words = graph.rows("embeddings.word_embeddings.weight", IDS)
    return graph.normalised_sum("embeddings.LayerNorm", words, used)


def _layer(graph: _Graph, name: str, x: str) -> str:
    attention = graph.add(
        "MultiHeadAttention",
        *(graph.linear(f"{name}.attention.self.{part}", x) for part in ("query", "key", "value")),
        domain=MICROSOFT,
        num_heads=graph.shape.heads,
    )
    seen = graph.linear(f"{name}.attention.output.dense", attention)
    x = graph.normalised_sum(f"{name}.attention.output.LayerNorm", seen, x)
    wide = graph.add("Gelu", graph.linear(f"{name}.intermediate.dense", x))
    thought = graph.linear(f"{name}.output.dense", wide)
    return graph.normalised_sum(f"{name}.output.LayerNorm", thought, x)


def _pooled(graph: _Graph, x: str) -> None:
    """The direction of the mean over the tokens is that of their sum."""
    total = graph.add("ReduceSum", x, graph.tensor("second", np.array([1])), keepdims=0)
    graph.add("LpNormalization", total, axis=-1, p=2, out=VECTORS)
