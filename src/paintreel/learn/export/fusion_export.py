"""Export of the fusion: a window of frames and carried paintings in, painted frames out."""

from __future__ import annotations

from pathlib import Path

import torch
from torch import Tensor

from paintreel.learn.export.traced import PICTURES, Parity, export_traced
from paintreel.learn.models.fusion import Fusion
from paintreel.runtime.contract import Contract
from paintreel.runtime.fusion_names import CARRIED, CARRIED_PLANES


def export_fusion(
    module: Fusion, path: Path, contract: Contract, *, half_weights: bool = True
) -> Parity:
    """Write a network as ONNX, and give its largest differences; N frames are one window.

    Raises TrainingError if the graph differs from torch by more than is allowed; `path` is then
    left as it was.
    """
    return export_traced(
        module,
        path,
        inputs={contract.input: PICTURES, CARRIED: PICTURES},
        outputs={contract.output: PICTURES},
        sample=_inputs(2, 6, 8, seed=0),
        checks=[_inputs(1, 4, 7, seed=1), _inputs(3, 9, 5, seed=2), _inputs(4, 6, 6, seed=3)],
        metadata=contract.metadata(),
        half_weights=half_weights,
    )


def _inputs(n: int, rows: int, columns: int, *, seed: int) -> tuple[Tensor, Tensor]:
    generator = torch.Generator().manual_seed(seed)
    size = rows * Fusion.multiple, columns * Fusion.multiple
    return (
        torch.rand(n, 3, *size, generator=generator),
        torch.rand(n, CARRIED_PLANES, *size, generator=generator),
    )
