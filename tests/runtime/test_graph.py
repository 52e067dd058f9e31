from __future__ import annotations

import importlib.util
from pathlib import Path

import numpy as np
import onnx
import pytest

from paintreel.errors import BackendError, InputError, ModelFileError
from paintreel.runtime.graph import Graph

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
def graph(request, scene_file: Path) -> Graph:
    return Graph(scene_file, backend=request.param, threads=1)


def test_names_and_contract(graph: Graph):
    assert set(graph.inputs) == {"rough", "category", "code", "mix"}
    assert set(graph.outputs) == {"scene", "own_code"}
    assert (graph.contract.task, graph.contract.code_size) == ("scene", 3)
    assert graph.contract.labels[4] == "night_sky"


@pytest.mark.parametrize("mix", [0.0, 1.0])
@pytest.mark.parametrize("shape", [(16, 24, 1), (8, 4, 1), (12, 20, 2)])
def test_equals_the_reference(graph: Graph, scene_file: Path, shape, mix: float):
    from onnx.reference import ReferenceEvaluator

    given = tensors(*shape, mix=mix)
    expected = ReferenceEvaluator(onnx.load(scene_file)).run(None, given)
    got = graph.run(given)
    np.testing.assert_allclose(got["scene"], expected[0], atol=1e-5)
    np.testing.assert_allclose(got["own_code"], expected[1], atol=1e-5)
    if mix:
        np.testing.assert_allclose(got["own_code"], given["code"], atol=1e-6)


def test_order_and_layout_of_the_inputs_do_not_matter(graph: Graph):
    given = tensors()
    expected = graph.run(given)["scene"]
    turned = {name: np.asfortranarray(x) for name, x in reversed(given.items())}
    np.testing.assert_array_equal(graph.run(turned)["scene"], expected)


def test_results_are_not_shared(graph: Graph):
    first = graph.run(tensors())
    kept = {name: x.copy() for name, x in first.items()}
    given = tensors()
    given["rough"] = 1 - given["rough"]
    graph.run(given)
    for name, x in first.items():
        np.testing.assert_array_equal(x, kept[name])


@needs_openvino
def test_runtimes_agree_in_float32(scene_file: Path):
    given = tensors(64, 64)
    a = Graph(scene_file, backend="onnxruntime", threads=1).run(given)["scene"]
    b = Graph(scene_file, backend="openvino", threads=2).run(given)["scene"]
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
def test_tensors_are_checked(graph: Graph, change: dict, message: str):
    given = {name: x for name, x in (tensors() | change).items() if x is not None}
    with pytest.raises(InputError, match=message):
        graph.run(given)


def test_wrong_channels_are_told_as_ours(graph: Graph):
    given = tensors() | {"rough": np.zeros((1, 5, 8, 8), np.float32)}
    with pytest.raises(BackendError, match="failed"):
        graph.run(given)


def test_output_that_breaks_the_contract(make_scene_model, tmp_path: Path):
    path = make_scene_model(tmp_path / "a", output="own_code")
    with pytest.raises(ModelFileError, match="does not keep its contract"):
        Graph(path, backend="onnxruntime").run(tensors())


@pytest.mark.parametrize("backend", BACKENDS)
class TestBadFiles:
    def test_wrong_hash(self, make_scene_model, tmp_path: Path, backend: str):
        path = make_scene_model(tmp_path / "a")
        data = bytearray(path.read_bytes())
        data[len(data) // 2] ^= 1
        path.write_bytes(data)
        with pytest.raises(ModelFileError, match="SHA-256"):
            Graph(path, backend=backend)

    def test_missing_and_truncated(self, make_scene_model, tmp_path: Path, backend: str):
        with pytest.raises(ModelFileError, match="cannot read"):
            Graph(tmp_path / "absent.onnx", backend=backend)
        path = make_scene_model(tmp_path / "a", card=False)
        path.write_bytes(path.read_bytes()[:-50])
        with pytest.raises(ModelFileError, match="truncated"):
            Graph(path, backend=backend)

    def test_other_tensor_names(self, make_scene_model, tmp_path: Path, backend: str):
        path = make_scene_model(tmp_path / "a", input="picture")
        with pytest.raises(ModelFileError, match="'picture'"):
            Graph(path, backend=backend)


def test_options_are_checked(scene_file: Path):
    with pytest.raises(BackendError, match="'cuda', expected one of"):
        Graph(scene_file, backend="cuda")
    with pytest.raises(InputError, match="threads is 0"):
        Graph(scene_file, threads=0)
