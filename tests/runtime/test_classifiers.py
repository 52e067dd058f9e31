"""Classifiers on a tiny graph that goes by mean colours, so that every result is known."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import numpy as np
import pytest
from onnx import TensorProto, checker, helper, numpy_helper, save

from paintreel.errors import InputError, ModelFileError, UnknownModel
from paintreel.runtime import catalog
from paintreel.runtime.card import CARD_NAME, Card
from paintreel.runtime.catalog import find_model, list_models
from paintreel.runtime.classifiers import Classifier, classifier_input
from paintreel.runtime.contract import Contract

HEADS = {"tint": ("red", "green", "blue"), "light": ("dark", "bright")}
WEIGHTS = np.array([[0, 6, 4, 0, 0], [0, 6, 0, 4, 0], [0, 6, 0, 0, 4]], np.float32)
"""Colour by class, heads in the order of their names: dark, bright, red, green, blue."""
BIAS = np.array([9, 0, 0, 0, 0], np.float32)
WHITE = np.full((40, 60, 3), 255, np.uint8)

needs_openvino = pytest.mark.skipif(
    importlib.util.find_spec("openvino") is None, reason="openvino is not installed"
)


def write_classifier(folder: Path, heads=HEADS, **changes) -> Path:
    """A graph whose scores are mean colours by WEIGHTS; white is at distance 1.5, black at 0."""
    nodes = [
        helper.make_node("ReduceMean", ["image"], ["colour"], axes=[2, 3], keepdims=0),
        helper.make_node("Gemm", ["colour", "weights", "bias"], ["scores"]),
        helper.make_node("Split", ["scores", "counts"], ["s0", "s1"], axis=1),
        helper.make_node("Softmax", ["s0"], ["p0"], axis=1),
        helper.make_node("Softmax", ["s1"], ["p1"], axis=1),
        helper.make_node("Concat", ["p0", "p1"], ["probabilities"], axis=1),
        helper.make_node("ReduceMean", ["colour"], ["level"], axes=[1], keepdims=1),
        helper.make_node("Mul", ["level", "far"], ["distance"]),
        helper.make_node("AveragePool", ["image"], ["small"], kernel_shape=[8, 8], strides=[8, 8]),
        helper.make_node("Conv", ["small", "kernel"], ["maps"]),
    ]
    kernel = (WEIGHTS - WEIGHTS.mean(axis=1, keepdims=True)).T[:, :, None, None]
    constants = {"weights": WEIGHTS, "bias": BIAS, "far": np.float32(1.5), "kernel": kernel}
    constants["counts"] = np.array([2, 3], np.int64)

    def value(name, *shape):
        return helper.make_tensor_value_info(name, TensorProto.FLOAT, shape)

    outputs = [
        value("probabilities", "n", 5),
        value("distance", "n", 1),
        value("maps", "n", 5, "h", "w"),
    ]
    graph = helper.make_graph(
        nodes,
        "tiny",
        [value("image", "n", 3, "height", "width")],
        outputs,
        [numpy_helper.from_array(np.asarray(v), k) for k, v in constants.items()],
    )
    given = {"name": folder.name, "system": "test", "licence": "CC0-1.0", "credit": "nobody"}
    given |= {"task": "classify", "multiple": 32, "halo_px": 0, "tiling": "whole", "heads": heads}
    contract = Contract(**given | {"output": "probabilities"} | changes)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    helper.set_model_props(model, contract.metadata())
    checker.check_model(model)
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "model.onnx"
    save(model, path)
    Card.describe(path).save(folder / CARD_NAME)
    return path


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_classifier(tmp_path_factory.mktemp("models") / "colours")


@pytest.fixture(params=["onnxruntime", pytest.param("openvino", marks=needs_openvino)])
def tint(request, path: Path) -> Classifier:
    return Classifier(path, head="tint", backend=request.param, threads=1)


def halves(left, right, height=64, width=96) -> np.ndarray:
    picture = np.empty((height, width, 3), np.uint8)
    picture[:, : width // 2], picture[:, width // 2 :] = left, right
    return picture


def test_says_what_the_graph_says(tint: Classifier):
    found = tint.classify(np.full((50, 70, 3), (255, 0, 0), np.uint8))
    expected = np.exp([4, 0, 0]) / np.exp([4, 0, 0]).sum()
    assert tint.labels == ("red", "green", "blue")
    assert found.label == "red"
    assert list(found.probabilities) == ["red", "green", "blue"]
    np.testing.assert_allclose(list(found.probabilities.values()), expected, atol=1e-5)
    assert sum(found.probabilities.values()) == pytest.approx(1, abs=1e-12)
    assert found.distance == pytest.approx(0.5, abs=1e-4)
    assert found.familiar


def test_what_is_far_is_not_familiar(tint: Classifier):
    found = tint.classify(WHITE)
    assert found.distance == pytest.approx(1.5, abs=1e-4)
    assert not found.familiar


def test_all_heads_come_of_one_run(path: Path):
    found = Classifier(path, head="light").classify_all(np.full((9, 9, 3), (0, 0, 250), np.uint8))
    assert {name: each.label for name, each in found.items()} == {"light": "dark", "tint": "blue"}
    assert found["light"].distance == found["tint"].distance


def test_the_map_lies_on_the_half_that_speaks_for_the_class(tint: Classifier):
    found = tint.classify(halves((255, 0, 0), (0, 0, 40)))
    heat = found.map()
    assert (heat.shape, heat.dtype) == ((64, 96), np.float32)
    assert heat.min() >= 0
    assert heat.max() == 1
    assert heat[:, :44].mean() > 20 * heat[:, 52:].mean()
    other = found.map("blue")
    assert other[:, 52:].mean() > 20 * other[:, :44].mean()
    with pytest.raises(InputError, match="no class 'pink'; the model has red"):
        found.map("pink")


def test_a_map_of_nothing_is_empty_and_none_is_kept_where_none_is_wanted(tint: Classifier):
    assert tint.classify(np.zeros((33, 47, 3), np.uint8)).map().max() == 0
    assert tint.classify(WHITE, keep_map=False).map is None


def test_a_batch_is_its_pictures(tint: Classifier):
    pictures = [halves((9, 200, 9), (30, 60, 90)), WHITE, np.zeros((7, 300, 3), np.uint8)]
    assert tint.classify_batch(pictures) == [tint.classify(each) for each in pictures]


@pytest.mark.parametrize(
    "pixels",
    [
        np.full((40, 60, 4), 255, np.uint8),
        np.zeros((40, 60, 4), np.uint8),  # nothing but paper
        np.full((40, 60), 255, np.uint8),
        np.full((40, 60, 3), 65535, np.uint16),
        np.ones((40, 60, 3)),
        np.full((1, 1, 3), 255, np.uint8),
        np.full((1, 4000, 3), 255, np.uint8),
        np.full((3000, 2, 3), 255, np.uint8),
    ],
    ids=["opaque", "transparent", "grey", "16 bit", "floats", "a pixel", "a strip", "a column"],
)
def test_white_is_white_in_every_layout_and_size(tint: Classifier, pixels):
    found, expected = tint.classify(pixels), tint.classify(WHITE)
    np.testing.assert_allclose(
        list(found.probabilities.values()), list(expected.probabilities.values()), atol=1e-5
    )
    assert found.map().shape == pixels.shape[:2]


def test_input_keeps_the_aspect_and_the_area():
    for height, width in ((1080, 1920), (1920, 1080), (300, 300), (5, 4000), (4000, 5)):
        x = classifier_input(np.zeros((height, width, 3), np.uint8))
        assert x.dtype == np.float32
        assert x.shape[1] % 32 == x.shape[2] % 32 == 0
        assert x.shape[1] * x.shape[2] == pytest.approx(288**2, rel=0.2)
        ratio = np.clip(width / height, 1 / 3, 3)
        assert x.shape[2] / x.shape[1] == pytest.approx(ratio, rel=0.2)


def test_what_is_no_picture_is_refused(tint: Classifier):
    with pytest.raises(InputError, match="channels last"):
        tint.classify(np.zeros((3, 40, 60), np.uint8))
    with pytest.raises(InputError, match="at least 1"):
        tint.classify(np.zeros((0, 40, 3), np.uint8))


def test_every_head_is_a_model_of_the_catalogue(path: Path, monkeypatch, make_style, tmp_path):
    monkeypatch.setattr(catalog, "BUNDLED", tmp_path)
    monkeypatch.setenv("PAINTREEL_MODELS", str(path.parent.parent))
    assert [(m.name, m.head) for m in list_models("classify")] == [
        ("light", "light"), ("tint", "tint")
    ]  # fmt: skip
    assert find_model("tint", "classify") == (path, Card.load(path.with_name(CARD_NAME)), "tint")
    assert find_model("colours").head is None  # the file of them all
    assert Classifier("light").labels == ("dark", "bright")
    with pytest.raises(UnknownModel, match="did you mean 'light'"):
        Classifier("lihgt")
    with pytest.raises(ModelFileError, match="is a model for 'classify', expected one for 'st"):
        find_model("tint", "stylize")
    folder = make_style(tmp_path / "tint")  # a model of that name comes before a part of another
    assert find_model("tint") == (folder, Card.load(folder.with_name(CARD_NAME)), None)
    assert [m.name for m in list_models(None)] == ["light", "tint"]
    assert [m.name for m in list_models("classify")] == ["light"]


def test_which_head_is_meant_must_be_said(path: Path, tiny_style: str):
    with pytest.raises(InputError, match="was asked for no head; it has light, tint"):
        Classifier(path)
    with pytest.raises(InputError, match="'taste'; it has light, tint"):
        Classifier(path, head="taste")
    with pytest.raises(ModelFileError, match="expected one for 'classify'"):
        Classifier(find_model(tiny_style).path)


def test_a_contract_holds_its_heads_in_the_order_of_their_names(path: Path):
    contract = Contract.from_file(path)
    assert list(contract.heads) == ["light", "tint"]
    assert (contract.slice_of("light"), contract.slice_of("tint")) == (slice(0, 2), slice(2, 5))
    assert contract == Card.load(path.with_name(CARD_NAME)).contract


def test_a_contract_without_heads_is_read_by_older_versions(tiny_style: str):
    contract = find_model(tiny_style).card.contract
    assert "heads" not in contract.metadata()["paintreel.contract"]
    assert "heads" not in find_model(tiny_style).path.with_name(CARD_NAME).read_text("utf-8")


@pytest.mark.parametrize("heads", [{"tint": ("red",)}, {"a b": ("x", "y")}, {"a": 3}, ["a"]])
def test_heads_that_no_contract_may_have(tmp_path: Path, heads):
    with pytest.raises(InputError, match="contract heads is"):
        write_classifier(tmp_path / "m", heads=heads)


def test_a_graph_of_another_output_is_refused(tmp_path: Path):
    path = write_classifier(tmp_path / "m", output="distance")
    with pytest.raises(ModelFileError, match="export it again"):
        Classifier(path, head="tint")
