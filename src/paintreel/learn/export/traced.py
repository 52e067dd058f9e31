"""Any torch module as an ONNX file that is proved to agree with it: the one export."""

from __future__ import annotations

import contextlib
import copy
import io
import warnings
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import torch
from onnx import TensorProto, helper, numpy_helper
from torch import Tensor, nn

from paintreel.errors import TrainingError
from paintreel.imaging.arrays import Array
from paintreel.imaging.atomic import atomic_path
from paintreel.runtime.onnx_session import session_of

OPSET = 17
PARITY_TOLERANCE = 1e-4
"""Largest difference between torch and ONNX Runtime, on values in [0, 1] or as a share of them."""
ROUNDING_TOLERANCE = 2 / 255
"""Largest difference that storing the weights in f16 may make, on values in [0, 1]."""

BATCH = {0: "batch"}
PICTURES = {0: "batch", 2: "height", 3: "width"}
"""Free axes of a tensor (N, C), and of one (N, C, H, W)."""

_MIN_HALF_ELEMENTS = 64

Inputs = tuple[Tensor, ...]
Difference = Callable[[Array, Array], float]


@dataclass(frozen=True)
class Parity:
    """Largest differences of the outputs over all checked inputs.

    runtime   ONNX Runtime against torch, with the weights that are stored
    rounding  against torch with the trained weights, which are f32; equal unless stored in f16
    """

    runtime: float
    rounding: float


def absolute(got: Array, expected: Array) -> float:
    """The largest difference; not a number where one of the two is not."""
    return float(np.abs(got - expected).max())


def relative(got: Array, expected: Array) -> float:
    """Largest difference over the largest value; infinite where the two cannot be compared."""
    if got.shape != expected.shape or not np.isfinite(got).all():
        return float("inf")
    return float(np.abs(got - expected).max() / max(float(np.abs(expected).max()), 1e-6))


def export_traced(
    module: nn.Module,
    path: Path,
    *,
    inputs: Mapping[str, Mapping[int, str]],
    outputs: Mapping[str, Mapping[int, str]],
    sample: Inputs,
    checks: Sequence[Inputs],
    metadata: Mapping[str, str],
    difference: Difference = absolute,
    half_weights: bool = False,
) -> Parity:
    """Write `module` to `path` as ONNX and prove on `checks` that both give the same.

    inputs, outputs  {name: {axis: what it is}} of the axes that stay free, in order
    sample           inputs that the module is traced with
    metadata         what goes into the file, for instance `Contract.metadata()`
    half_weights     store the weights in f16, cast to f32 by the graph, which ONNX Runtime does
                     once, when it loads: half the file, f32 arithmetic

    The module is left as it was. Raises TrainingError where ONNX Runtime differs from torch by
    more than PARITY_TOLERANCE, or f16 weights from f32 ones by more than ROUNDING_TOLERANCE;
    `path` is then left as it was.
    """
    trained = copy.deepcopy(module).eval().cpu()
    trained = trained.to(memory_format=torch.contiguous_format)  # type: ignore[call-overload]
    stored = copy.deepcopy(trained).half().float() if half_weights else trained
    model = onnx.load_from_string(_traced(stored, sample, inputs, outputs))
    if half_weights:
        _halve_weights(model)
    model.producer_name = "paintreel"
    helper.set_model_props(model, dict(metadata))
    onnx.checker.check_model(model)
    with atomic_path(path, overwrite=True) as beside:
        beside.write_bytes(model.SerializeToString())
        runtime = check_parity(stored, beside, checks, difference)
        rounding = runtime
        if half_weights:
            rounding = check_parity(
                trained, beside, checks, difference, ROUNDING_TOLERANCE, _TRAIN_ON
            )
        return Parity(runtime, rounding)


_DIFFERS = "the exported graph differs from torch by {worst:.2e}"
_TRAIN_ON = (
    "weights in f16 change the result by {worst:.2e}, at most {most:.2e} is allowed; train on at "
    "a lower rate"
)


@torch.no_grad()
def check_parity(
    module: nn.Module,
    path: Path,
    checks: Sequence[Inputs],
    difference: Difference = absolute,
    most: float = PARITY_TOLERANCE,
    complaint: str = _DIFFERS,
) -> float:
    """Largest difference of all outputs between torch and ONNX Runtime over `checks`.

    Raises TrainingError if it is above `most` or not a number.
    """
    session = session_of(path.read_bytes(), path)
    names = [each.name for each in session.get_inputs()]
    differences = []
    for given in checks:
        feed = {name: x.numpy() for name, x in zip(names, given, strict=True)}
        wanted = module(*given)
        wanted = (wanted,) if isinstance(wanted, Tensor) else wanted
        for got, expected in zip(session.run(None, feed), wanted, strict=True):
            differences.append(difference(got, expected.numpy()))
    worst = float(np.max(differences))  # not Python's max, which passes NaN over
    if not worst <= most:
        raise TrainingError(complaint.format(worst=worst, most=most))
    return worst


def _traced(
    module: nn.Module,
    sample: Inputs,
    inputs: Mapping[str, Mapping[int, str]],
    outputs: Mapping[str, Mapping[int, str]],
) -> bytes:
    buffer = io.BytesIO()
    export: Any = torch.onnx.export  # its stubs know a file name, and take one axis type alone
    with warnings.catch_warnings(), contextlib.redirect_stdout(io.StringIO()):
        warnings.simplefilter("ignore")
        export(
            module,
            sample,
            buffer,
            input_names=list(inputs),
            output_names=list(outputs),
            dynamic_axes={**inputs, **outputs},
            opset_version=OPSET,
            dynamo=False,
        )
    return buffer.getvalue()


def _halve_weights(model: onnx.ModelProto) -> None:
    """Store every f32 weight of some size in f16, behind a Cast of the old name, in place."""
    casts = []
    for weight in model.graph.initializer:
        if weight.data_type != TensorProto.FLOAT or np.prod(weight.dims) < _MIN_HALF_ELEMENTS:
            continue
        name, values = weight.name, numpy_helper.to_array(weight)
        weight.CopyFrom(numpy_helper.from_array(values.astype(np.float16), f"{name}.f16"))
        casts.append(helper.make_node("Cast", [weight.name], [name], to=TensorProto.FLOAT))
    nodes = list(model.graph.node)
    del model.graph.node[:]
    model.graph.node.extend([*casts, *nodes])
