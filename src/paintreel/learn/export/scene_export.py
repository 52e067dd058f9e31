"""Export a scene network to ONNX with half-size weights, and prove that it agrees with torch.

Weights are stored in f16 and cast to f32 by the graph, which ONNX Runtime does once, when it loads:
half the file, f32 arithmetic, float32 in and out.
"""

from __future__ import annotations

import contextlib
import copy
import io
import warnings
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import onnx
import torch
from onnx import TensorProto, helper, numpy_helper
from torch import Tensor, nn

from paintreel.errors import TrainingError
from paintreel.imaging.atomic import atomic_path
from paintreel.learn.blocks.scene_io import LABEL_COUNT, ROUGH_CHANNELS
from paintreel.learn.export.onnx_export import OPSET, PARITY_TOLERANCE
from paintreel.runtime.contract import Contract

INPUTS = ("rough", "category", "code", "mix")
OUTPUTS = ("scene", "own_code")
ROUNDING_TOLERANCE = 2 / 255
"""Largest difference that storing the weights in f16 may make to the scene, in [0, 1]."""

_MIN_HALF_ELEMENTS = 64


@dataclass(frozen=True)
class Parity:
    """Largest differences of the scene, in [0, 1], over several sizes and codes.

    runtime: ONNX Runtime against torch with the same rounded weights, at most PARITY_TOLERANCE.
    rounding: against torch with the trained f32 weights, at most ROUNDING_TOLERANCE.
    """

    runtime: float
    rounding: float


def export_scene(module: nn.Module, path: Path, contract: Contract) -> Parity:
    """Write a scene network as ONNX; `blocks.scene_io` says what it takes and gives.

    Height, width and batch are free. The contract goes into the metadata. Raises TrainingError if
    the graph differs from torch by more than is allowed; `path` is then left as it was.
    """
    module = copy.deepcopy(module).eval().cpu().to(memory_format=torch.contiguous_format)
    rounded = copy.deepcopy(module).half().float()
    model = onnx.load_from_string(_traced(rounded, contract))
    _halve_weights(model)
    model.producer_name = "paintreel"
    helper.set_model_props(model, contract.metadata())
    onnx.checker.check_model(model)
    with atomic_path(path, overwrite=True) as beside:
        beside.write_bytes(model.SerializeToString())
        parity = Parity(_difference(rounded, beside), _difference(module, beside))
        # Written so that a difference that is not a number is refused too.
        if not parity.runtime <= PARITY_TOLERANCE:
            raise TrainingError(f"the exported graph differs from torch by {parity.runtime:.2e}")
        if not parity.rounding <= ROUNDING_TOLERANCE:
            raise TrainingError(
                f"weights in f16 change the scene by {parity.rounding:.2e}, at most "
                f"{ROUNDING_TOLERANCE:.2e} is allowed; train on at a lower rate"
            )
        return parity


def _traced(module: nn.Module, contract: Contract) -> bytes:
    buffer = io.BytesIO()
    axes = {name: {0: "batch"} for name in (*INPUTS, *OUTPUTS)}
    for name in (contract.input, contract.output):
        axes[name] |= {2: "height", 3: "width"}
    sample = _inputs(module, 1, contract.multiple * 8, contract.multiple * 8, seed=0)
    with warnings.catch_warnings(), contextlib.redirect_stdout(io.StringIO()):
        warnings.simplefilter("ignore")
        torch.onnx.export(
            module,
            sample,
            buffer,
            input_names=list(INPUTS),
            output_names=list(OUTPUTS),
            dynamic_axes=axes,
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


def _inputs(module: nn.Module, n: int, height: int, width: int, *, seed: int) -> tuple[Tensor, ...]:
    """Random inputs of every kind: block-in and lines, a category, codes given and not."""
    rng = np.random.default_rng(seed)
    rough = rng.random((n, ROUGH_CHANNELS, height, width), np.float32)
    rough[:, 4:] = 1.0
    category = np.zeros((n, LABEL_COUNT), np.float32)
    category[:, seed % LABEL_COUNT] = 1.0
    code = rng.random((n, module.code_size), np.float32)
    mix = np.full((n, 1), seed % 2, np.float32)
    return tuple(torch.from_numpy(x) for x in (rough, category, code, mix))


@torch.no_grad()
def _difference(module: nn.Module, path: Path) -> float:
    """Largest difference of both outputs over three sizes, batches and codes."""
    import onnxruntime

    session = onnxruntime.InferenceSession(str(path), providers=["CPUExecutionProvider"])
    differences = []
    for seed, (n, rows, columns) in enumerate(((1, 8, 8), (2, 5, 9), (1, 12, 7))):
        given = _inputs(module, n, rows * 16, columns * 16, seed=seed)
        named = {name: x.numpy() for name, x in zip(INPUTS, given, strict=True)}
        for got, wanted in zip(session.run(OUTPUTS, named), module(*given), strict=True):
            differences.append(np.abs(got - wanted.numpy()).max())
    return float(np.max(differences))  # not Python's max, which passes NaN over
