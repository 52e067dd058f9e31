"""Networks on OpenVINO with bytes in and out, held against ONNX Runtime."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from onnx import TensorProto, checker, helper, numpy_helper, save

from paintreel.errors import ModelFileError
from paintreel.runtime.backends.openvino_bytes import from_cells, graph_of_bytes, to_cells
from paintreel.runtime.catalog import list_models
from paintreel.runtime.contract import Contract
from paintreel.runtime.model import Model

openvino = pytest.importorskip("openvino")

MULTIPLE = 24  # of cells of 2, 3 and 4
STEM = ("Conv", ["image", "stem"], "a", {"strides": [4, 4]})
BODY = ("Conv", ["a", "body", "bias"], "b", {"pads": [1, 1, 1, 1]})
CLIP = ("Clip", ["d", "zero", "one"], "stylized", {})


def shuffled(source: str, made: str, block: int = 4, mode: str = "CRD") -> tuple:
    return ("DepthToSpace", [source], made, {"blocksize": block, "mode": mode})


OPACITY = [
    ("Split", ["b", "parts"], ("paint", "cover"), {"axis": 1}),
    ("Sigmoid", ["cover"], "opacity", {}),
    shuffled("opacity", "o"),
    shuffled("paint", "p"),
    ("Sub", ["half", "image"], "rest", {}),
    ("Mul", ["o", "rest"], "veil", {}),
    ("Add", ["image", "veil"], "c", {}),
    ("Add", ["c", "p"], "d", {}),
    CLIP,
]
"""Layers of paint and how far they cover, as FSGAN ends."""

SUM = [shuffled("b", "c"), ("Add", ["image", "c"], "d", {}), CLIP]
CROPPED = [
    ("Conv", ["wide", "stem"], "a4", {"strides": [4, 4]}),
    ("Slice", ["a4", "first", "last", "sides"], "a", {}),
]
POOL = {"kernel_shape": [3, 3], "pads": [1, 1, 1, 1]}
CLIPPED = ("Clip", ["e", "zero", "one"], "stylized", {})

TURNED: dict[str, tuple[list, int]] = {
    "sum": ([STEM, BODY, *SUM], 48),
    "opacity": ([STEM, BODY, *OPACITY], 64),
    "few channels": (
        [
            ("Conv", ["image", "near"], "a", {"strides": [2, 2]}),
            ("Conv", ["a", "lines", "level"], "b", {"pads": [1, 1, 1, 1]}),
            ("Split", ["b", "fewer"], ("paint", "cover"), {"axis": 1}),
            ("Sigmoid", ["cover"], "opacity", {}),
            shuffled("opacity", "o", block=2),
            shuffled("paint", "p", block=2),
            *OPACITY[4:],
        ],
        16,
    ),
    "continued by its edge": (
        [("Pad", ["image", "margin"], "wide", {"mode": "edge"}), *CROPPED, BODY, *OPACITY],
        64,
    ),
    "continued by black": (
        [("Pad", ["image", "margin"], "wide", {"mode": "constant"}), *CROPPED, BODY, *OPACITY],
        64,
    ),
    "pooled first": (
        [
            ("AveragePool", ["image"], "soft", POOL),
            ("Conv", ["soft", "stem"], "a", {"strides": [4, 4]}),
            BODY,
            *OPACITY,
        ],
        64,
    ),
    "not from a convolution": (
        [
            STEM,
            ("Conv", ["a", "body", "bias"], "b0", {"pads": [1, 1, 1, 1]}),
            ("MaxPool", ["b0"], "b", POOL),
            *OPACITY,
        ],
        64,
    ),
}
"""Endings that can be turned round, with the channels of `BODY`."""

PLAIN: dict[str, tuple[list, int]] = {
    "a convolution last": (
        [STEM, BODY, *OPACITY[:-1], ("Conv", ["d", "mix"], "e", {}), CLIPPED],
        64,
    ),
    "another order": ([STEM, BODY, shuffled("b", "c", mode="DCR"), *SUM[1:]], 48),
    "shuffles of two sizes": (
        [
            STEM,
            BODY,
            shuffled("b", "c"),
            ("Conv", ["image", "fine"], "f", {"strides": [2, 2]}),
            shuffled("f", "g", block=2),
            ("Add", ["c", "g"], "d", {}),
            CLIP,
        ],
        48,
    ),
    "cells that are not sampled evenly": (
        [("Conv", ["image", "coarse"], "b", {"strides": [3, 3]}), shuffled("b", "c", block=3),
         ("Add", ["image", "c"], "d", {}), CLIP],
        27,
    ),
    "a factor for each colour": (
        [STEM, BODY, *OPACITY[:-1], ("Mul", ["d", "tint"], "e", {}), CLIPPED],
        64,
    ),
    "an ending that a convolution looks at": (
        [
            ("Sub", ["half", "image"], "rest", {}),
            ("Conv", ["rest", "stem"], "a", {"strides": [4, 4]}),
            BODY,
            *(step for step in OPACITY if step[0] != "Sub"),
        ],
        64,
    ),
    "no shuffle": ([("Conv", ["image", "mix"], "d", {}), CLIP], 64),
}  # fmt: skip


def write_style(path: Path, steps: list, channels: int, *, gain: float = 1.0) -> Path:
    rng = np.random.default_rng(0)
    constants = {
        "stem": rng.normal(0, 0.14, (8, 3, 4, 4)).astype(np.float32),
        "body": rng.normal(0, 0.1 * gain, (channels, 8, 3, 3)).astype(np.float32),
        "bias": rng.normal(0, 0.2, channels).astype(np.float32),
        "near": rng.normal(0, 0.2, (8, 3, 2, 2)).astype(np.float32),
        "lines": rng.normal(0, 0.1, (16, 8, 3, 3)).astype(np.float32),
        "level": rng.normal(0, 0.2, 16).astype(np.float32),
        "fewer": np.array([12, 4]),
        "fine": rng.normal(0, 0.2, (12, 3, 2, 2)).astype(np.float32),
        "coarse": rng.normal(0, 0.1, (27, 3, 3, 3)).astype(np.float32),
        "mix": rng.normal(0.2, 0.1, (3, 3, 1, 1)).astype(np.float32),
        "tint": np.array([0.5, 0.7, 1], np.float32).reshape(1, 3, 1, 1),
        "zero": np.array(0, np.float32),
        "half": np.array(0.5, np.float32),
        "one": np.array(1, np.float32),
        "parts": np.array([48, 16]),
        "margin": np.array([0, 0, 4, 4, 0, 0, 4, 4]),
        "first": np.array([1, 1]),
        "last": np.array([-1, -1]),
        "sides": np.array([2, 3]),
    }
    nodes = [
        helper.make_node(operator, given, [made] if isinstance(made, str) else list(made), **more)
        for operator, given, made, more in steps
    ]
    used = {name for node in nodes for name in node.input}
    shape = ["batch", 3, "height", "width"]
    graph = helper.make_graph(
        nodes,
        "style",
        [helper.make_tensor_value_info("image", TensorProto.FLOAT, shape)],
        [helper.make_tensor_value_info("stylized", TensorProto.FLOAT, shape)],
        [numpy_helper.from_array(x, name) for name, x in constants.items() if name in used],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    promise = Contract(
        name="style", system="test", licence="CC0-1.0", credit="nobody", task="stylize",
        multiple=MULTIPLE, halo_px=16, tiling="exact",
    )  # fmt: skip
    helper.set_model_props(model, promise.metadata())
    checker.check_model(model)
    save(model, path)
    return path


def cell_of(path: Path) -> int:
    """Side of the cells in which the file's network paints; 1 where it paints pixels."""
    model = openvino.Core().read_model(path)
    model.reshape([1, 3, -1, -1])
    return graph_of_bytes(model, "stylized", MULTIPLE).cell_px


def picture(height: int, width: int) -> np.ndarray:
    return np.random.default_rng(3).integers(0, 256, (height, width, 3), np.uint8)


@pytest.mark.parametrize("name", [*TURNED, *PLAIN])
def test_bytes_are_those_of_the_other_runtime(tmp_path: Path, name: str):
    path = write_style(tmp_path / "model.onnx", *(TURNED | PLAIN)[name])
    assert cell_of(path) == (1 if name in PLAIN else 2 if name == "few channels" else 4)
    other = Model(path, backend="onnxruntime")
    here = Model(path, backend="openvino", precision="f32")
    for height, width in ((48, 72), (48, 72), (21, 35)):  # once for any size, once for this
        x = picture(height, width)
        want, got = other.run_image(x), here.run_image(x)
        off = np.abs(want.astype(int) - got)
        assert off.max() <= 1
        assert np.mean(off > 0) < 0.001  # where the exact value lies between two levels
        assert np.abs(want.astype(int) - x).mean() > 10  # it paints


def test_bf16_is_near(tmp_path: Path):
    path = write_style(tmp_path / "model.onnx", *TURNED["opacity"])
    x = picture(64, 64)
    exact = Model(path, backend="openvino", precision="f32").run_image(x).astype(int)
    short = Model(path, backend="openvino", precision="bf16").run_image(x)
    assert np.abs(exact - short).mean() < 0.6


PAINTERS = [file for file in list_models("stylize") if file.card.contract.tiling == "exact"]


@pytest.mark.parametrize("file", PAINTERS, ids=lambda file: file.card.contract.name)
def test_bundled_styles_paint_in_cells(file):
    """What is trained here is to get the fast way: else a clip takes up to a third longer."""
    assert cell_of(file.path) > 1


@pytest.mark.parametrize("name", ["sum", "a convolution last"])
@pytest.mark.parametrize(
    ("gain", "message"), [(1e4, "expected 0 to 1"), (float("nan"), "no numbers")]
)
def test_what_is_no_picture_is_refused(tmp_path: Path, name: str, gain: float, message: str):
    steps, channels = (TURNED | PLAIN)[name]
    unclipped = [*steps[:-1], ("Identity", [steps[-1][1][0]], "stylized", {})]
    path = write_style(tmp_path / "model.onnx", unclipped, channels, gain=gain)
    with pytest.raises(ModelFileError, match=message):
        Model(path, backend="openvino").run_image(picture(32, 32))


@given(
    cell=st.integers(1, 8),
    rows=st.integers(1, 5),
    columns=st.integers(1, 5),
    seed=st.integers(0, 99),
)
def test_cells_and_back(cell: int, rows: int, columns: int, seed: int):
    shape = (rows * cell, columns * cell, 3)
    x = np.random.default_rng(seed).integers(0, 256, shape, np.uint8)
    cells = to_cells(x, cell)
    assert cells.shape == (rows, columns, cell * cell * 3)
    part = x[:cell, -cell:]
    assert np.array_equal(cells[0, -1], part.reshape(-1))
    back = from_cells(cells, cell)
    assert np.array_equal(back, x)
    assert not np.may_share_memory(back, cells)
