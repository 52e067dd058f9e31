"""Export a torch module to ONNX with its contract, and prove that both agree."""

from __future__ import annotations

import contextlib
import io
import warnings
from pathlib import Path

import numpy as np
import onnx
import torch
from torch import nn

from paintreel.errors import TrainingError
from paintreel.imaging.atomic import atomic_path
from paintreel.runtime.contract import Contract

OPSET = 17
PARITY_TOLERANCE = 1e-4
"""Largest difference between torch and ONNX Runtime, on values in [0, 1]."""


def export_onnx(module: nn.Module, path: Path, contract: Contract) -> float:
    """Write `module` (NCHW float32 in, same out) as ONNX; return the largest difference.

    Height, width and batch are free. The contract goes into the metadata. Raises TrainingError
    if ONNX Runtime's result differs from torch's by more than PARITY_TOLERANCE; `path` is then
    left as it was.
    """
    module = module.eval().cpu().to(memory_format=torch.contiguous_format)
    side = contract.multiple * 8
    sample = torch.rand(1, 3, side, side, generator=torch.Generator().manual_seed(0))
    buffer = io.BytesIO()
    axes = {0: "batch", 2: "height", 3: "width"}
    with warnings.catch_warnings(), contextlib.redirect_stdout(io.StringIO()):
        warnings.simplefilter("ignore")
        torch.onnx.export(
            module,
            (sample,),
            buffer,
            input_names=[contract.input],
            output_names=[contract.output],
            dynamic_axes={contract.input: axes, contract.output: axes},
            opset_version=OPSET,
            dynamo=False,
        )
    model = onnx.load_from_string(buffer.getvalue())
    model.producer_name = "paintreel"
    onnx.helper.set_model_props(model, contract.metadata())
    onnx.checker.check_model(model)
    with atomic_path(path, overwrite=True) as beside:
        beside.write_bytes(model.SerializeToString())
        return check_parity(module, beside, multiple=contract.multiple)


@torch.no_grad()
def check_parity(module: nn.Module, path: Path, *, multiple: int = 8) -> float:
    """Largest difference between torch and ONNX Runtime over three sizes and noise levels.

    Raises TrainingError if it is above PARITY_TOLERANCE or not a number.
    """
    import onnxruntime

    session = onnxruntime.InferenceSession(str(path), providers=["CPUExecutionProvider"])
    name = session.get_inputs()[0].name
    rng = np.random.default_rng(0)
    differences = []
    for n, rows, columns, low in ((1, 8, 8, 0.0), (2, 12, 20, 0.3), (1, 16, 9, 0.7)):
        x = rng.uniform(low, 1.0, (n, 3, rows * multiple, columns * multiple)).astype(np.float32)
        (got,) = session.run(None, {name: x})
        differences.append(np.abs(got - module(torch.from_numpy(x)).numpy()).max())
    worst = float(np.max(differences))  # not Python's max, which passes NaN over
    if not worst <= PARITY_TOLERANCE:
        raise TrainingError(f"the exported graph differs from torch by {worst:.2e}")
    return worst
