"""Weights out of an ONNX file that was exported here, to go on learning with them."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from paintreel.errors import ModelFileError
from paintreel.imaging.arrays import Array
from paintreel.learn.models.pretrained import fill

HALF = ".f16"
"""End of the names of weights that are stored in f16; see `export.traced`."""


def read_exported(path: Path) -> dict[str, Tensor]:
    """The weights of an ONNX file by their names in the network, float32. Raises ModelFileError."""
    import onnx
    from onnx import numpy_helper

    try:
        graph = onnx.load(str(path), load_external_data=False).graph
        arrays = {each.name: numpy_helper.to_array(each) for each in graph.initializer}
        arrays = {name.removesuffix(HALF): array for name, array in arrays.items()}
        _name_twins(graph.node, arrays)
        _name_factors(graph.node, arrays)
    except Exception as error:  # protobuf and onnx share no base but this
        raise ModelFileError(f"{path} holds no weights that can be read: {error}") from error
    return {name: torch.from_numpy(np.array(a, np.float32)) for name, a in arrays.items()}


def _name_twins(nodes: Iterable[Any], arrays: dict[str, Array]) -> None:
    """Weights that are equal are stored once; the others are an Identity of it."""
    for node in nodes:
        if node.op_type == "Identity" and node.input[0] in arrays:
            arrays[node.output[0]] = arrays[node.input[0]]


def _name_factors(nodes: Iterable[Any], arrays: dict[str, Array]) -> None:
    """A linear layer without bias is stored turned, named after the product: /a/b/MatMul."""
    for node in nodes:
        if node.op_type == "MatMul" and node.input[1] in arrays and node.name.endswith("/MatMul"):
            layer = node.name.removesuffix("/MatMul").strip("/").replace("/", ".")
            arrays[f"{layer}.weight"] = arrays[node.input[1]].T


def begin_from(network: nn.Module, path: Path) -> None:
    """Give a network the weights of an exported one of its layout; it can be trained on.

    Raises UnreadableFile where the file is of another layout.
    """
    was_training = network.training
    fill(
        network,
        read_exported(path),
        source=path,
        layout=f"weights of this {type(network).__name__}",
    )
    network.requires_grad_(True).train(was_training)
