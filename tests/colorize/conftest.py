"""A network of colour whose answer is known, and drawings."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from paintreel.roughs.drawing_planes import COLORIZE_PLANES

LABELS = ("forest", "settlement", "interior", "water", "night_sky", "open_land")


@pytest.fixture(scope="session")
def tiny_colorize(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A model file: colours = hint + (1 - alpha) * base, and where lines are near a little darker.

    base = 0.3 + 0.5 * the first colour of the palette + 0.1 * the first channel of the noise
    - 0.3 * category 'water', everywhere the same; less a third of the ink of the pixel.
    """
    from onnx import TensorProto, checker, helper, numpy_helper, save

    from paintreel.runtime.card import CARD_NAME, Card
    from paintreel.runtime.contract import Contract

    folder = tmp_path_factory.mktemp("models") / "colorize"
    folder.mkdir()
    contract = Contract(
        name="stand-in-colours", system="test", licence="CC0-1.0", credit="nobody",
        task="colorize", multiple=8, halo_px=8, tiling="exact", input="image", output="colours",
        labels=LABELS, code_size=4,
    )  # fmt: skip

    def value(name: str, *shape: int | str):
        return helper.make_tensor_value_info(name, TensorProto.FLOAT, shape)

    from_condition = np.zeros((39, 3), np.float32)
    from_condition[:3] = 0.5 * np.eye(3)
    from_condition[33 + LABELS.index("water")] = -0.3
    from_noise = np.zeros((4, 3), np.float32)
    from_noise[0] = 0.1
    constants = {
        **{f"at_{k}": np.array([k]) for k in (0, 1, 4, 5)},
        "channel": np.array([1]), "sides": np.array([2, 3]), "full": np.float32(1),
        "none": np.float32(0), "floor": np.float32(0.3), "third": np.float32(1 / 3),
        "from_condition": from_condition, "from_noise": from_noise,
    }  # fmt: skip
    steps = [
        ("Slice", ["image", "at_0", "at_1", "channel"], "ink"),
        ("Slice", ["image", "at_1", "at_4", "channel"], "hint"),
        ("Slice", ["image", "at_4", "at_5", "channel"], "alpha"),
        ("MatMul", ["condition", "from_condition"], "a"),
        ("MatMul", ["noise", "from_noise"], "b"),
        ("Add", ["a", "b"], "c"),
        ("Add", ["c", "floor"], "d"),
        ("Unsqueeze", ["d", "sides"], "base"),
        ("Mul", ["ink", "third"], "shade"),
        ("Sub", ["base", "shade"], "shaded"),
        ("Sub", ["full", "alpha"], "rest"),
        ("Mul", ["rest", "shaded"], "painted"),
        ("Add", ["painted", "hint"], "e"),
        ("Clip", ["e", "none", "full"], "colours"),
    ]
    graph = helper.make_graph(
        [helper.make_node(op, given, [made]) for op, given, made in steps],
        "tiny",
        [
            value("image", "batch", COLORIZE_PLANES, "height", "width"),
            value("condition", "batch", 39),
            value("noise", "batch", 4),
        ],
        [value("colours", "batch", 3, "height", "width")],
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
def tiny_colorize_folder(tiny_colorize: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The same as the bundled one, found through PAINTREEL_MODELS."""
    monkeypatch.setenv("PAINTREEL_MODELS", str(tiny_colorize.parent.parent))
    return tiny_colorize
