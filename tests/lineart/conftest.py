"""A network of lines whose answer is known."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest


@pytest.fixture(scope="session")
def tiny_lineart(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A model file: ink = clip((1 - red) * (0.5 + weight), 0, 1), size multiple 8."""
    from onnx import TensorProto, checker, helper, numpy_helper, save

    from paintreel.runtime.card import CARD_NAME, Card
    from paintreel.runtime.contract import Contract

    folder = tmp_path_factory.mktemp("models") / "lineart"
    folder.mkdir()
    contract = Contract(
        name="stand-in-lines", system="test", licence="CC0-1.0", credit="nobody", task="lineart",
        multiple=8, halo_px=8, tiling="exact", input="image", output="lines",
    )  # fmt: skip

    def value(name: str, channels: int):
        shape = ["batch", channels, "height", "width"]
        return helper.make_tensor_value_info(name, TensorProto.FLOAT, shape)

    constants = {
        "zero": np.array([0]), "one": np.array([1]), "three": np.array([3]), "four": np.array([4]),
        "channel": np.array([1]), "full": np.float32(1), "half": np.float32(0.5),
        "none": np.float32(0),
    }  # fmt: skip
    steps = [
        ("Slice", ["image", "zero", "one", "channel"], "red"),
        ("Slice", ["image", "three", "four", "channel"], "weight"),
        ("Sub", ["full", "red"], "dark"),
        ("Add", ["weight", "half"], "strength"),
        ("Mul", ["dark", "strength"], "ink"),
        ("Clip", ["ink", "none", "full"], "lines"),
    ]
    graph = helper.make_graph(
        [helper.make_node(op, given, [made]) for op, given, made in steps],
        "tiny",
        [value("image", 6)],
        [value("lines", 1)],
        [numpy_helper.from_array(np.asarray(array), name) for name, array in constants.items()],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    helper.set_model_props(model, contract.metadata())
    checker.check_model(model)
    path = folder / "model.onnx"
    save(model, path)
    Card.describe(path, description="A stand-in").save(folder / CARD_NAME)
    return path


@pytest.fixture
def tiny_lineart_folder(tiny_lineart: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The same as the bundled one, found through PAINTREEL_MODELS."""
    monkeypatch.setenv("PAINTREEL_MODELS", str(tiny_lineart.parent.parent))
    return tiny_lineart
