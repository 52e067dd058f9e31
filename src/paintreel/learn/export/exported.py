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


def read_exported(path: Path) -> dict[str, Tensor]:
    """The weights of an ONNX file by their names, float32. Raises ModelFileError."""
    import onnx
    from onnx import numpy_helper

    try:
        graph = onnx.load(str(path), load_external_data=False).graph
        arrays = {each.name: numpy_helper.to_array(each) for each in graph.initializer}
        _name_twins(graph.node, arrays)
    except Exception as error:  # protobuf and onnx share no base but this
        raise ModelFileError(f"{path} holds no weights that can be read: {error}") from error
    return {name: torch.from_numpy(np.array(a, np.float32)) for name, a in arrays.items()}


def _name_twins(nodes: Iterable[Any], arrays: dict[str, Array]) -> None:
    """Weights that are equal are stored once; the others are an Identity of it."""
    for node in nodes:
        if node.op_type == "Identity":
            for name in (node.input[0], f"{node.input[0]}.f16"):
                if name in arrays:
                    arrays[node.output[0]] = arrays[name]


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
