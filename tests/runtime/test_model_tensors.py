from __future__ import annotations

import importlib.util
from pathlib import Path

import numpy as np
import onnx
import pytest

from paintreel.errors import BackendError, InputError, ModelFileError
from paintreel.runtime.model import Model

needs_openvino = pytest.mark.skipif(
    importlib.util.find_spec("openvino") is None, reason="openvino is not installed"
)
BACKENDS = ["onnxruntime", pytest.param("openvino", marks=needs_openvino)]


def tensors(height: int = 16, width: int = 24, batch: int = 1, mix: float = 0.0) -> dict:
    rng = np.random.default_rng(height * 999 + width)
    return {
        "rough": rng.random((batch, 6, height, width), np.float32),
        "category": np.eye(6, dtype=np.float32)[:batch],
        "code": rng.random((batch, 3), np.float32),
        "mix": np.full((batch, 1), mix, np.float32),
    }


@pytest.fixture(scope="module", params=BACKENDS)
def model(request, scene_file: Path) -> Model:
    return Model(scene_file, backend=request.param, threads=1)


def test_names_and_contract(model: Model):
    assert set(model.inputs) == {"rough", "category", "code", "mix"}
    assert set(model.outputs) == {"scene", "own_code"}
    assert (model.contract.task, model.contract.code_size) == ("scene", 3)
    assert model.contract.labels[4] == "night_sky"


@pytest.mark.parametrize("mix", [0.0, 1.0])
@pytest.mark.parametrize("shape", [(16, 24, 1), (8, 4, 1), (12, 20, 2)])
def test_equals_the_reference(model: Model, scene_file: Path, shape, mix: float):
    from onnx.reference import ReferenceEvaluator

    given = tensors(*shape, mix=mix)
    expected = ReferenceEvaluator(onnx.load(scene_file)).run(None, given)
    got = model.run(given)
    np.testing.assert_allclose(got["scene"], expected[0], atol=1e-5)
    np.testing.assert_allclose(got["own_code"], expected[1], atol=1e-5)
    if mix:
        np.testing.assert_allclose(got["own_code"], given["code"], atol=1e-6)


def test_order_and_layout_of_the_inputs_do_not_matter(model: Model):
    given = tensors()
    expected = model.run(given)["scene"]
    turned = {name: np.asfortranarray(x) for name, x in reversed(given.items())}
    np.testing.assert_array_equal(model.run(turned)["scene"], expected)


def test_results_are_not_shared(model: Model):
    first = model.run(tensors())
    kept = {name: x.copy() for name, x in first.items()}
    given = tensors()
    given["rough"] = 1 - given["rough"]
    model.run(given)
    for name, x in first.items():
        np.testing.assert_array_equal(x, kept[name])


@needs_openvino
def test_runtimes_agree_in_float32(scene_file: Path):
    given = tensors(64, 64)
    a = Model(scene_file, backend="onnxruntime", threads=1).run(given)["scene"]
    b = Model(scene_file, backend="openvino", threads=2).run(given)["scene"]
    assert np.abs(a - b).max() < 1e-5  # bf16 would be off by 1e-3 and more


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"code": None}, "was given"),
        ({"style": np.zeros((1, 1), np.float32)}, "was given"),
        ({"mix": np.zeros((1, 1))}, "'mix' is float64"),
        ({"code": np.zeros((0, 3), np.float32)}, "'code' is float32"),
        ({"rough": np.zeros((6, 8, 8), np.float32)}, r"shape \(6, 8, 8\)"),
        ({"rough": np.zeros((1, 6, 9, 8), np.float32)}, "multiples of 4"),
        ({"rough": np.zeros((2, 6, 8, 8), np.float32)}, "different batch sizes"),
    ],
)
def test_tensors_are_checked(model: Model, change: dict, message: str):
    given = {name: x for name, x in (tensors() | change).items() if x is not None}
    with pytest.raises(InputError, match=message):
        model.run(given)


def test_wrong_channels_are_told_as_ours(model: Model):
    given = tensors() | {"rough": np.zeros((1, 5, 8, 8), np.float32)}
    with pytest.raises(BackendError, match="failed"):
        model.run(given)


def test_output_that_breaks_the_contract(make_scene_model, tmp_path: Path):
    path = make_scene_model(tmp_path / "a", output="own_code")
    with pytest.raises(ModelFileError, match="does not keep its contract"):
        Model(path, backend="onnxruntime").run(tensors())


def test_a_picture_alone_is_refused(model: Model):
    with pytest.raises(InputError, match=r"takes the tensors .*use run"):
        model.run_image(np.zeros((8, 8, 3), np.uint8))
    with pytest.raises(InputError, match=r"takes the tensors .*use run"):
        model(np.zeros((1, 3, 8, 8), np.float32))


def test_a_model_of_pictures_runs_by_name_too(style_file: Path):
    x = np.random.default_rng(0).random((1, 3, 8, 12), np.float32)
    model = Model(style_file, backend="onnxruntime", threads=1)
    np.testing.assert_array_equal(model.run({"image": x})["stylized"], model(x))


@pytest.mark.parametrize("backend", BACKENDS)
def test_missing_and_wrong_files(make_scene_model, tmp_path: Path, backend: str):
    with pytest.raises(ModelFileError, match="cannot read"):
        Model(tmp_path / "absent.onnx", backend=backend)
    path = make_scene_model(tmp_path / "a", input="picture")
    with pytest.raises(ModelFileError, match="'picture'"):
        Model(path, backend=backend)
