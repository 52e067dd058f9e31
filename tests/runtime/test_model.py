from __future__ import annotations

import importlib.util
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import onnx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from paintreel.errors import BackendError, InputError, MissingExtra, ModelFileError
from paintreel.runtime import libraries
from paintreel.runtime.backends import BACKEND_NAMES, BACKENDS, openvino_backend
from paintreel.runtime.catalog import find_model
from paintreel.runtime.model import Model

OPENVINO = importlib.util.find_spec("openvino") is not None
needs_openvino = pytest.mark.skipif(not OPENVINO, reason="openvino is not installed")
RUNTIMES = ["onnxruntime", pytest.param("openvino", marks=needs_openvino)]


def picture(height: int, width: int, seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).integers(0, 256, (height, width, 3), np.uint8)


def expected(style_file: Path, tensor: np.ndarray) -> np.ndarray:
    """The network by ONNX's own slow reference."""
    from onnx.reference import ReferenceEvaluator

    return ReferenceEvaluator(onnx.load(style_file)).run(None, {"image": tensor})[0]


@pytest.fixture(scope="module", params=RUNTIMES)
def model(request, style_file: Path) -> Model:
    return Model(style_file, backend=request.param, threads=1, precision="f32")


def test_network_equals_the_reference(model: Model, style_file: Path):
    x = np.random.default_rng(1).random((2, 3, 16, 24), np.float32)
    np.testing.assert_allclose(model(x), expected(style_file, x), atol=1e-5)


def test_bytes_are_scaled_and_rounded(model: Model, style_file: Path):
    x = picture(16, 24)
    tensor = (x / 255).astype(np.float32).transpose(2, 0, 1)[None]
    exact = expected(style_file, tensor)[0].transpose(1, 2, 0) * 255
    got = model.run_image(x)
    assert got.dtype == np.uint8
    assert np.abs(got - exact).max() <= 0.501
    assert np.abs(got.astype(int) - x).max() > 20  # the network does something


@settings(max_examples=12, deadline=None)
@given(
    height=st.integers(1, 40),
    width=st.integers(1, 40),
    dtype=st.sampled_from([np.uint8, np.uint16, np.float32, np.float64]),
)
def test_any_size_and_dtype(model: Model, height: int, width: int, dtype):
    x = picture(height, width).astype(dtype)
    full = 1.0 if np.dtype(dtype).kind == "f" else np.iinfo(dtype).max
    x = (x * (full / 255)).astype(dtype)
    before = x.copy()
    y = model.run_image(x)
    assert (y.shape, y.dtype) == (x.shape, x.dtype)
    assert np.array_equal(x, before)
    bytes_of = np.rint(y * (255 / full))
    assert np.abs(bytes_of - model.run_image(picture(height, width))).max() <= 1


def test_views_are_accepted(model: Model):
    x = picture(20, 30)
    assert np.array_equal(model.run_image(x[::-1])[::-1].shape, x.shape)
    rgba = np.dstack([x, x[..., 0]])
    assert np.array_equal(model.run_image(rgba[..., :3]), model.run_image(x))


def test_results_are_not_shared(model: Model):
    first = model.run_image(picture(8, 8, seed=1))
    kept = first.copy()
    model.run_image(picture(8, 8, seed=2))
    assert np.array_equal(first, kept)


def test_many_threads_and_more_sizes_than_are_kept(model: Model):
    pictures = [picture(8 + 4 * (i % 5), 12, seed=i) for i in range(15)]
    alone = [model.run_image(p) for p in pictures]
    with ThreadPoolExecutor(6) as pool:
        together = list(pool.map(model.run_image, pictures))
    for a, b in zip(alone, together, strict=True):
        assert np.array_equal(a, b)


@pytest.mark.parametrize(
    ("x", "message"),
    [
        (np.zeros((1, 3, 8, 8)), "float64"),
        (np.zeros((3, 8, 8), np.float32), "expected float32"),
        (np.zeros((1, 8, 8, 3), np.float32), "expected float32"),
        (np.zeros((0, 3, 8, 8), np.float32), "expected float32"),
        (np.zeros((1, 3, 9, 8), np.float32), "8x9 px, expected multiples of 4"),
    ],
)
def test_network_input_is_checked(model: Model, x: np.ndarray, message: str):
    with pytest.raises(InputError, match=message):
        model(x)


@pytest.mark.parametrize("shape", [(8, 8), (8, 8, 4), (0, 8, 3)])
def test_picture_is_checked(model: Model, shape: tuple[int, ...]):
    with pytest.raises(InputError, match="expected"):
        model.run_image(np.zeros(shape, np.uint8))


@needs_openvino
def test_runtimes_agree(style_file: Path):
    x = picture(33, 47)
    a = Model(style_file, backend="onnxruntime").run_image(x).astype(int)
    b = Model(style_file, backend="openvino").run_image(x).astype(int)
    c = Model(style_file, backend="openvino", precision="bf16").run_image(x).astype(int)
    assert np.abs(a - b).max() <= 1
    assert np.abs(a - c).max() <= 4


@needs_openvino
def test_auto_precision_keeps_floats_exact_and_bytes_close(style_file: Path):
    x = picture(33, 47)
    auto = Model(style_file, backend="openvino")
    exact = Model(style_file, backend="openvino", precision="f32")
    assert np.abs(auto.run_image(x).astype(int) - exact.run_image(x)).max() <= 4
    floats = (x / 255).astype(np.float32)
    np.testing.assert_array_equal(auto.run_image(floats), exact.run_image(floats))


@needs_openvino
def test_signals_after_a_model_has_gone(style_file: Path):
    """OpenVINO must not be unloaded: see `openvino_core`. A crash would end the process."""
    code = f"""
import signal, threading
import numpy as np
from paintreel.runtime.catalog import find_model
from paintreel.runtime.model import Model
gone = [Model({str(style_file)!r}, backend="openvino", threads=1)]
gone[0].run_image(np.zeros((8, 8, 3), np.uint8))
cleaner = threading.Thread(target=gone.clear)
cleaner.start()
cleaner.join()
signal.signal(signal.SIGINT, lambda *_: print("handled"))
signal.raise_signal(signal.SIGINT)
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert (done.returncode, done.stdout) == (0, "handled\n")


@needs_openvino
def test_a_size_that_a_graph_cannot_take_is_found_before_it_runs(make_style, tmp_path: Path):
    """Found while it runs, OpenVINO 2026.4 has written beyond its memory by then."""
    model = Model(make_style(tmp_path / "a", multiple=1), backend="openvino", threads=1)
    with pytest.raises(BackendError, match="cannot compile"):
        model.run_image(picture(9, 9))
    assert model.run_image(picture(8, 8)).shape == (8, 8, 3)


def test_every_runtime_has_a_name():
    assert set(BACKEND_NAMES) == {"auto", *BACKENDS}
    assert all(backend.name == name for name, backend in BACKENDS.items())


def test_auto_takes_what_is_installed(style_file: Path, monkeypatch: pytest.MonkeyPatch):
    assert Model(style_file).backend == ("openvino" if OPENVINO else "onnxruntime")
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    assert Model(style_file).backend == "onnxruntime"


def test_missing_openvino_says_what_to_install(style_file: Path, monkeypatch):
    monkeypatch.setitem(sys.modules, "openvino", None)
    monkeypatch.setattr(openvino_backend, "openvino_core", libraries.openvino_core.__wrapped__)
    with pytest.raises(MissingExtra, match=r"paintreel\[openvino\]"):
        Model(style_file, backend="openvino")


@pytest.mark.parametrize(
    ("options", "error", "message"),
    [
        ({"backend": "cuda"}, BackendError, "'cuda', expected one of"),
        ({"precision": "int4"}, BackendError, "'int4', expected one of"),
        ({"backend": "onnxruntime", "precision": "bf16"}, BackendError, "--backend openvino"),
        ({"threads": 0}, InputError, "threads is 0"),
    ],
)
def test_options_are_checked(style_file: Path, options: dict, error: type, message: str):
    with pytest.raises(error, match=message):
        Model(style_file, **options)


@pytest.mark.parametrize("backend", RUNTIMES)
class TestBadFiles:
    def test_wrong_hash(self, make_style, tmp_path: Path, backend: str):
        path = make_style(tmp_path / "a")
        data = bytearray(path.read_bytes())
        data[len(data) // 2] ^= 1
        path.write_bytes(data)
        with pytest.raises(ModelFileError, match="SHA-256"):
            Model(path, backend=backend)

    def test_truncated(self, make_style, tmp_path: Path, backend: str):
        path = make_style(tmp_path / "a", card=False)
        path.write_bytes(path.read_bytes()[:-100])
        with pytest.raises(ModelFileError, match="truncated"):
            Model(path, backend=backend)

    def test_other_version(self, style_file: Path, tmp_path: Path, backend: str):
        model = onnx.load(style_file)
        for entry in model.metadata_props:
            entry.value = entry.value.replace('"version": 1', '"version": 7')
        onnx.save(model, tmp_path / "new.onnx")
        with pytest.raises(ModelFileError, match="contract version 7"):
            Model(tmp_path / "new.onnx", backend=backend)

    def test_damaged_graph(self, style_file: Path, tmp_path: Path, backend: str):
        model = onnx.load(style_file)
        model.graph.node[0].op_type = "Nonsense"
        onnx.save(model, tmp_path / "odd.onnx")
        with pytest.raises(ModelFileError, match=r"odd\.onnx is damaged"):
            Model(tmp_path / "odd.onnx", backend=backend)

    def test_other_tensor_names(self, make_style, tmp_path: Path, backend: str):
        path = make_style(tmp_path / "a", input="picture")
        with pytest.raises(ModelFileError, match="'picture'"):
            Model(path, backend=backend)

    def test_contract_that_is_not_kept(self, make_style, tmp_path: Path, backend: str):
        model = Model(make_style(tmp_path / "a", multiple=1), backend=backend)
        with pytest.raises((ModelFileError, BackendError), match=str(tmp_path)):
            model.run_image(picture(9, 9))


@pytest.mark.parametrize("backend", RUNTIMES)
def test_calls_at_once_share_the_threads_and_give_the_same(backend: str, style_file: Path):
    alone = Model(style_file, backend=backend, precision="f32")
    several = Model(style_file, backend=backend, precision="f32", threads=4, at_once=2)
    pictures = [picture(40, 56, seed) for seed in range(8)]
    with ThreadPoolExecutor(2) as pool:
        results = list(pool.map(several.run_image, pictures))
    for x, got in zip(pictures, results, strict=True):
        assert np.abs(alone.run_image(x).astype(int) - got).max() <= 1
    if backend == "onnxruntime":
        session = several._on.opened._free.session
        assert session.get_session_options().intra_op_num_threads == 2
    else:
        (graph,) = several._on.opened._fixed._values.values()
        assert graph._compiled.get_property("NUM_STREAMS") == 2
        assert graph._compiled.get_property("INFERENCE_NUM_THREADS") <= 4


@pytest.mark.parametrize("many_sizes", [False, True])
@pytest.mark.parametrize("backend", RUNTIMES)
def test_what_ran_before_changes_nothing(backend: str, many_sizes: bool):
    """A clip that goes on in another process, or on a node, has the frames that it would have."""
    style = find_model("hereva", "stylize").path
    frames = [picture(88, 120, seed) for seed in range(3)]
    model = Model(style, backend=backend, many_sizes=many_sizes)
    whole = [model.run_image(frame) for frame in frames]
    for frame, expected in zip(frames, whole, strict=True):
        first = Model(style, backend=backend, many_sizes=many_sizes).run_image(frame)
        assert np.array_equal(first, expected)


def test_at_once_is_one_or_more(style_file: Path):
    with pytest.raises(InputError, match="at_once is 0"):
        Model(style_file, at_once=0)
