"""Export a network of lines or of colour with half-size weights.

What it takes and gives is said by `roughs.drawing_planes` and `models.drawing_network`.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from paintreel.learn.export.traced import BATCH, PICTURES, Parity, export_traced
from paintreel.learn.models.drawing_network import DrawingNetwork
from paintreel.learn.models.drawing_tasks import CHOICES, CONDITION, INPUT, NOISE
from paintreel.runtime.contract import Contract

_COARSE = {0: "batch", 2: "rows", 3: "columns"}

MOST_HALO_PX = 1024
"""What a contract may say; farther out a picture hardly tells on its middle."""


class _Served(nn.Module):
    """A network called with the inputs that its task's graph has, in their order.

    An input that a network has no use for stays in its graph, multiplied by nothing: all networks
    of a task are called alike.
    """

    def __init__(self, network: DrawingNetwork) -> None:
        super().__init__()
        self.network = network

    def forward(self, *given: Tensor) -> Tensor | tuple[Tensor, Tensor]:
        names = self.network.task.inputs
        inputs = dict(zip(names, given, strict=True))
        answer, choices = self.network.with_choices(
            inputs[INPUT], inputs.get(CONDITION), inputs.get(NOISE)
        )
        for name in names[1:]:
            answer = answer + 0.0 * inputs[name].sum()
        answer = answer.clamp(0.0, 1.0)
        return answer if choices is None else (answer, choices.softmax(dim=1))


def contract_facts(module: DrawingNetwork) -> dict[str, Any]:
    """The fields of a network's contract that its layout decides."""
    task = module.task
    return {
        "multiple": module.multiple,
        "halo_px": min(module.halo_px, MOST_HALO_PX),
        "tiling": module.tiling,
        "task": task.name,
        "input": INPUT,
        "output": task.output,
        "labels": task.labels,
        "code_size": max(module.noise_channels, 1) if task.seeded else 0,
    }


def export_drawing(
    module: DrawingNetwork, path: Path, contract: Contract, *, half_weights: bool = True
) -> Parity:
    """Write a network as ONNX, its weights in f16 if asked, and give its largest differences.

    Height, width and batch are free; values go in and come out as float32. The contract goes into
    the metadata. Raises TrainingError if the graph differs from torch by more than is allowed;
    `path` is then left as it was.
    """
    task, multiple = module.task, module.multiple
    sizes = ((1, 8, 8), (2, 5, 9), (1, 12, 7))
    return export_traced(
        _Served(module),
        path,
        inputs={name: PICTURES if name == INPUT else BATCH for name in task.inputs},
        outputs={task.output: PICTURES} | ({CHOICES: _COARSE} if module.chooses else {}),
        sample=_inputs(module, 1, multiple * 8, multiple * 8, seed=0),
        checks=[
            _inputs(module, n, rows * multiple, columns * multiple, seed=seed)
            for seed, (n, rows, columns) in enumerate(sizes)
        ],
        metadata=contract.metadata(),
        half_weights=half_weights,
    )


def _inputs(
    module: DrawingNetwork, n: int, height: int, width: int, *, seed: int
) -> tuple[Tensor, ...]:
    """Random inputs of every kind; the mask of the noise with channels that are shut and open."""
    rng = np.random.default_rng(seed)
    task = module.task
    every = {
        INPUT: rng.random((n, task.c_in, height, width), np.float32),
        CONDITION: rng.random((n, task.condition), np.float32),
        NOISE: 2 * rng.integers(0, 2, (n, max(module.noise_channels, 1))).astype(np.float32),
    }
    return tuple(torch.from_numpy(every[name]) for name in task.inputs)
