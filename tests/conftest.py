"""Fixtures that every test folder may use."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from hypothesis import settings

# CI draws the same examples every time: what it finds must come from the change, not from luck.
settings.register_profile("ci", derandomize=True)
if os.environ.get("CI"):
    settings.load_profile("ci")

REPOSITORY = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="session")
def examples() -> Path:
    """The small real inputs that ship with the project."""
    return REPOSITORY / "examples"


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The licence-clean training data; the test is skipped where it is not at hand."""
    folder = Path(os.environ.get("PAINTREEL_DATA", REPOSITORY.parent / "shared" / "data"))
    if not folder.is_dir():
        pytest.skip("shared data not found; set PAINTREEL_DATA")
    return folder


@pytest.fixture(scope="session")
def make_style() -> Callable[..., Path]:
    """A function (folder, **contract) that writes a tiny style with its card, and gives its path.

    The network is the real one in small: strided stem to 1/4, one 3x3 convolution, pixel shuffle,
    residual on the input, clip. Receptive radius 8 px, size multiple 4, fixed random weights.
    """
    from onnx import TensorProto, checker, helper, numpy_helper, save

    from paintreel.runtime.card import CARD_NAME, Card, Contract

    def tensor(name: str, value: np.ndarray):
        return numpy_helper.from_array(value.astype(np.float32), name)

    def make(folder: Path, *, card: bool = True, file: str = "model.onnx", **contract) -> Path:
        given = {"name": folder.name, "system": "test", "licence": "CC0-1.0", "credit": "nobody"}
        promise = Contract(**given | {"multiple": 4, "halo_px": 8} | contract)
        rng = np.random.default_rng(0)
        shape = ["batch", 3, "height", "width"]
        graph = helper.make_graph(
            [
                helper.make_node("Conv", ["image", "stem"], ["a"], strides=[4, 4]),
                helper.make_node("Conv", ["a", "body"], ["b"], pads=[1, 1, 1, 1]),
                helper.make_node("DepthToSpace", ["b"], ["c"], blocksize=4, mode="CRD"),
                helper.make_node("Add", ["image", "c"], ["d"]),
                helper.make_node("Clip", ["d", "low", "high"], ["stylized"]),
            ],
            "tiny",
            [helper.make_tensor_value_info("image", TensorProto.FLOAT, shape)],
            [helper.make_tensor_value_info("stylized", TensorProto.FLOAT, shape)],
            [
                tensor("stem", rng.normal(0, 0.14, (8, 3, 4, 4))),
                tensor("body", rng.normal(0, 0.05, (48, 8, 3, 3))),
                tensor("low", np.array(0.0)),
                tensor("high", np.array(1.0)),
            ],
        )
        model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
        helper.set_model_props(model, promise.metadata())
        checker.check_model(model)
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / file
        save(model, path)
        if card:
            Card.describe(path, description="A tiny style").save(folder / CARD_NAME)
        return path

    return make


@pytest.fixture(scope="session")
def style_file(make_style: Callable[..., Path], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The tiny style ``tiny``: one file for all tests, not to be changed."""
    return make_style(tmp_path_factory.mktemp("styles") / "tiny")


@pytest.fixture
def tiny_style(style_file: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """Its name, found through PAINTREEL_STYLES."""
    monkeypatch.setenv("PAINTREEL_STYLES", str(style_file.parent.parent))
    return "tiny"
