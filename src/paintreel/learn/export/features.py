"""Export a feature network to the ONNX form that `OnnxExtractor` of `paintreel.runtime` runs."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import numpy as np
import torch
from torch import nn

from paintreel.learn.export.traced import BATCH, PICTURES, export_traced, relative
from paintreel.metrics.extractors import NAME_KEY

INPUT = "image"


def export_features(
    module: nn.Module,
    path: Path,
    *,
    name: str,
    maps: tuple[str, ...],
    vector: str | None,
    metadata: Mapping[str, str] | None = None,
    smallest_px: int = 1,
) -> float:
    """Write `module` as ONNX with free batch and size; return the largest relative difference.

    module: (N, 3, H, W) float32 RGB in [0, 1] to a tuple of feature maps (N, C, h, w), and the
        vector (N, D) last where there is one.
    name: what scores are called by (`fd_NAME`). maps, vector: names of the outputs.
    metadata: more entries for the file, for instance `Contract.metadata()`.
    smallest_px: shortest side that the module takes.

    Raises TrainingError if ONNX Runtime differs from torch by more than PARITY_TOLERANCE, as a
    share of a layer's largest value; `path` is then left as it was.
    """
    side = max(64, smallest_px)
    outputs: dict[str, Mapping[int, str]] = dict.fromkeys(maps, PICTURES)
    if vector:
        outputs[vector] = BATCH
    return export_traced(
        module,
        path,
        inputs={INPUT: PICTURES},
        outputs=outputs,
        sample=(torch.rand(1, 3, side, side, generator=torch.Generator().manual_seed(0)),),
        checks=_checks(smallest_px),
        metadata={NAME_KEY: name, **(metadata or {})},
        difference=relative,
    ).runtime


def _checks(smallest_px: int) -> list[tuple[torch.Tensor]]:
    rng = np.random.default_rng(0)
    sizes = [
        (n, 3, max(height, smallest_px), max(width, smallest_px))
        for n, height, width in ((1, 64, 48), (2, 33, 70), (1, smallest_px, smallest_px + 40))
    ]
    return [(torch.from_numpy(rng.uniform(0, 1, size).astype(np.float32)),) for size in sizes]
