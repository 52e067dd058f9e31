"""Export a feature network to the ONNX form that `paintreel.metrics.OnnxExtractor` runs."""

from __future__ import annotations

import contextlib
import io
import warnings
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import onnx
import torch
from torch import Tensor, nn

from paintreel.errors import TrainingError
from paintreel.imaging.arrays import Array
from paintreel.imaging.atomic import atomic_path
from paintreel.learn.export.onnx_export import OPSET
from paintreel.metrics.extractors import NAME_KEY

PARITY_TOLERANCE = 1e-4
"""Largest difference between torch and ONNX Runtime, as a share of the layer's largest value."""

INPUT = "image"
_AXES = {0: "batch", 2: "height", 3: "width"}


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

    Raises TrainingError if ONNX Runtime differs from torch by more than PARITY_TOLERANCE; `path`
    is then left as it was.
    """
    module = module.eval().cpu().to(memory_format=torch.contiguous_format)
    side = max(64, smallest_px)
    sample = torch.rand(1, 3, side, side, generator=torch.Generator().manual_seed(0))
    names = [*maps, *([vector] if vector else [])]
    axes = {INPUT: _AXES} | dict.fromkeys(maps, _AXES)
    if vector:
        axes[vector] = {0: "batch"}
    buffer = io.BytesIO()
    with warnings.catch_warnings(), contextlib.redirect_stdout(io.StringIO()):
        warnings.simplefilter("ignore")
        torch.onnx.export(
            module,
            (sample,),
            buffer,
            input_names=[INPUT],
            output_names=names,
            dynamic_axes=axes,
            opset_version=OPSET,
            dynamo=False,
        )
    model = onnx.load_from_string(buffer.getvalue())
    model.producer_name = "paintreel"
    onnx.helper.set_model_props(model, {NAME_KEY: name, **(metadata or {})})
    onnx.checker.check_model(model)
    with atomic_path(path, overwrite=True) as beside:
        beside.write_bytes(model.SerializeToString())
        return _check_parity(module, beside, smallest_px)


@torch.no_grad()
def _check_parity(module: nn.Module, path: Path, smallest_px: int) -> float:
    import onnxruntime

    session = onnxruntime.InferenceSession(str(path), providers=["CPUExecutionProvider"])
    rng = np.random.default_rng(0)
    worst = 0.0
    for n, height, width in ((1, 64, 48), (2, 33, 70), (1, smallest_px, smallest_px + 40)):
        size = (n, 3, max(height, smallest_px), max(width, smallest_px))
        x = rng.uniform(0, 1, size).astype(np.float32)
        pairs = zip(session.run(None, {INPUT: x}), module(torch.from_numpy(x)), strict=True)
        worst = max(worst, *(_difference(got, expected) for got, expected in pairs))
    if not worst <= PARITY_TOLERANCE:
        raise TrainingError(f"the exported features differ from torch's by {worst:.2e}")
    return worst


def _difference(got: Array, expected: Tensor) -> float:
    """Largest difference over the largest value; infinite where the two cannot be compared."""
    true = expected.numpy()
    if got.shape != true.shape or not np.isfinite(got).all():
        return float("inf")
    return float(np.abs(got - true).max() / max(float(np.abs(true).max()), 1e-6))
