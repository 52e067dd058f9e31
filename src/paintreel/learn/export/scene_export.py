"""Export a scene network with half-size weights; `blocks.scene_io` says what it takes and gives."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from paintreel.learn.blocks.scene_io import LABEL_COUNT, ROUGH_CHANNELS
from paintreel.learn.export.traced import BATCH, PICTURES, Parity, export_traced
from paintreel.learn.models.scene_network import SceneGenerator
from paintreel.runtime.contract import Contract

INPUTS = ("rough", "category", "code", "mix")
OUTPUTS = ("scene", "own_code")


def export_scene(module: SceneGenerator, path: Path, contract: Contract) -> Parity:
    """Write a scene network as ONNX, its weights in f16, and give its largest differences.

    Height, width and batch are free; values go in and come out as float32. The contract goes into
    the metadata. Raises TrainingError if the graph differs from torch by more than is allowed;
    `path` is then left as it was.
    """
    pictures = (contract.input, contract.output)
    axes = {name: PICTURES if name in pictures else BATCH for name in (*INPUTS, *OUTPUTS)}
    side = contract.multiple * 8
    return export_traced(
        module,
        path,
        inputs={name: axes[name] for name in INPUTS},
        outputs={name: axes[name] for name in OUTPUTS},
        sample=_inputs(module, 1, side, side, seed=0),
        checks=[
            _inputs(module, n, rows * 16, columns * 16, seed=seed)
            for seed, (n, rows, columns) in enumerate(((1, 8, 8), (2, 5, 9), (1, 12, 7)))
        ],
        metadata=contract.metadata(),
        half_weights=True,
    )


def _inputs(
    module: SceneGenerator, n: int, height: int, width: int, *, seed: int
) -> tuple[Tensor, ...]:
    """Random inputs of every kind: block-in and lines, a category, codes given and not."""
    rng = np.random.default_rng(seed)
    rough = rng.random((n, ROUGH_CHANNELS, height, width), np.float32)
    rough[:, 4:] = 1.0
    category = np.zeros((n, LABEL_COUNT), np.float32)
    category[:, seed % LABEL_COUNT] = 1.0
    code = rng.random((n, module.code_size), np.float32)
    mix = np.full((n, 1), seed % 2, np.float32)
    return tuple(torch.from_numpy(x) for x in (rough, category, code, mix))
