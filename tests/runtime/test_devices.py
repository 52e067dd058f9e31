"""What a network runs on: an accelerator where it works, else the processor and one note."""

from __future__ import annotations

import importlib.util
import platform
import sys
from concurrent.futures import ThreadPoolExecutor
from importlib import metadata
from pathlib import Path

import numpy as np
import pytest

from paintreel.errors import BackendError, InputError, ModelFileError
from paintreel.runtime import devices, providers
from paintreel.runtime.backends import BACKENDS
from paintreel.runtime.device_facts import describe_devices
from paintreel.runtime.devices import ACCELERATORS, BACKEND_TITLES, DEVICE_NAMES
from paintreel.runtime.extractor import OnnxExtractor
from paintreel.runtime.model import Model

CUDA, DML, COREML = "CUDAExecutionProvider", "DmlExecutionProvider", "CoreMLExecutionProvider"
MIGRAPHX = "MIGraphXExecutionProvider"
HERE = "openvino" if importlib.util.find_spec("openvino") else "onnxruntime"
"""The backend of the processor."""


@pytest.fixture(autouse=True)
def on_linux(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(platform, "system", lambda: "Linux")


def picture(height: int = 16, width: int = 24, seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).integers(0, 256, (height, width, 3), np.uint8)


def open_model(style_file: Path, device: str = "auto", **options) -> Model:
    return Model(style_file, device=device, **{"threads": 1, "precision": "f32", **options})


def on_processor(style_file: Path, x: np.ndarray) -> np.ndarray:
    return open_model(style_file, "cpu", backend="onnxruntime").run_image(x)


def test_every_accelerator_is_of_a_backend_and_can_be_named():
    assert set(BACKEND_TITLES) == set(BACKENDS)
    assert {place.backend for place in ACCELERATORS} <= set(BACKENDS)
    assert {place.device for place in ACCELERATORS} == set(DEVICE_NAMES) - {"auto", "cpu"}
    assert all(place.package and place.needs and place.systems for place in ACCELERATORS)


class TestWhatIsHere:
    def test_the_processor_without_a_word(self, style_file: Path):
        for device in ("auto", "cpu"):
            model = open_model(style_file, device)
            assert (model.device, model.backend, model.notes) == ("cpu", HERE, ())

    @pytest.mark.parametrize("device", ["cuda", "directml", "coreml", "gpu"])
    def test_what_is_not_here_is_told_once_and_the_processor_paints(
        self, style_file: Path, device: str
    ):
        model = open_model(style_file, device)
        assert (model.device, model.backend) == ("cpu", HERE)
        (note,) = model.notes
        assert (note.kind, note.loss) == ("device-fallback", False)
        assert f"device {device} is " in note.text
        assert f"runs on the processor ({BACKEND_TITLES[HERE]})" in note.text
        assert "This installation has cpu" in note.text
        assert "docs/install.md" in note.text
        assert (
            np.abs(
                model.run_image(picture()).astype(int) - on_processor(style_file, picture())
            ).max()
            <= 1
        )
        assert model.take_notes() == ()

    def test_the_note_names_the_wheel_of_this_system(self, style_file: Path, monkeypatch):
        assert "onnxruntime-gpu[cuda,cudnn], in the place of onnxruntime" in told(
            style_file, "cuda"
        )
        assert "is of Windows" in told(style_file, "directml")
        monkeypatch.setattr(platform, "system", lambda: "Windows")
        assert "DirectML comes with onnxruntime-directml" in told(style_file, "directml")
        monkeypatch.setattr(platform, "system", lambda: "Darwin")
        text = told(style_file, "cuda")
        assert "device cuda is of Linux and Windows" in text
        assert "Apple CoreML comes with onnxruntime:" in text

    @pytest.mark.parametrize(
        ("options", "message"),
        [
            (
                {"device": "vulkan"},
                "'vulkan', expected one of auto, cpu, cuda, .*here there is cpu",
            ),
            ({"device": "cuda", "precision": "bf16"}, "bf16, which is of the processor"),
        ],
    )
    def test_options_are_checked(self, style_file: Path, options: dict, message: str):
        with pytest.raises(BackendError, match=message):
            Model(style_file, **options)


def told(style_file: Path, device: str, **options) -> str:
    """The one note of a device that cannot be had."""
    (note,) = open_model(style_file, device, **options).notes
    return note.text


class TestOnnxRuntime:
    def test_auto_and_by_name_it_is_used(self, style_file: Path, fake_providers):
        fake = fake_providers("TensorrtExecutionProvider", CUDA)
        for device in ("auto", "cuda", "gpu"):
            model = open_model(style_file, device)
            assert (model.device, model.backend, model.notes) == ("cuda", "onnxruntime", ())
            assert np.array_equal(model.run_image(picture()), on_processor(style_file, picture()))
            name, settings, _, _ = fake.sessions[-1]
            assert name == CUDA
            assert settings["cudnn_conv_algo_search"] == "HEURISTIC"
            assert settings["use_tf32"] == 0
        assert open_model(style_file, "cpu").device == "cpu"
        assert len(fake.sessions) == 3

    def test_auto_leaves_what_every_installation_lists(self, style_file: Path, fake_providers):
        """CoreML is in the wheel of every Mac: nobody has asked for it."""
        fake = fake_providers(COREML)
        assert open_model(style_file).device == "cpu"
        assert fake.sessions == []
        assert open_model(style_file, "coreml").device == "coreml"
        assert open_model(style_file, "gpu").device == "coreml"

    def test_any_gpu_is_the_first_that_is_there(self, style_file: Path, fake_providers):
        fake_providers(MIGRAPHX)
        model = open_model(style_file, "gpu")
        assert (model.device, model.backend, model.notes) == ("gpu", "onnxruntime", ())
        fake_providers(MIGRAPHX, CUDA)
        assert open_model(style_file, "gpu").device == "cuda"
        assert open_model(style_file, "directml").device == "cpu"

    def test_bf16_is_of_the_processor(self, style_file: Path, fake_providers):
        pytest.importorskip("openvino")
        fake = fake_providers(CUDA)
        model = open_model(style_file, precision="bf16")
        assert (model.device, model.backend, fake.sessions) == ("cpu", "openvino", [])

    def test_of_another_backend_than_the_one_that_is_asked(self, style_file: Path, fake_providers):
        pytest.importorskip("openvino")
        fake_providers(CUDA)
        text = told(style_file, "cuda", backend="openvino")
        assert "device cuda is of ONNX Runtime, not of OpenVINO" in text
        assert "Leave --backend out" in text

    def test_two_packages_over_each_other_are_told(
        self, style_file: Path, fake_providers, monkeypatch
    ):
        real = metadata.version
        both = ("onnxruntime", "onnxruntime-gpu")
        monkeypatch.setattr(metadata, "version", lambda n: "1" if n in both else real(n))
        assert "pip uninstall -y onnxruntime onnxruntime-gpu" in told(style_file, "cuda")
        assert "lie over each other" in describe_devices(style_file)["packages"]

    def test_a_picture_of_a_new_size_and_many_at_once(self, style_file: Path, fake_providers):
        fake = fake_providers(CUDA)
        model = open_model(style_file)
        pictures = [picture(16 + 4 * (n % 3), 24, seed=n) for n in range(9)]
        with ThreadPoolExecutor(3) as pool:
            painted = list(pool.map(model.run_image, pictures))
        for x, y in zip(pictures, painted, strict=True):
            assert np.array_equal(y, on_processor(style_file, x))
        assert fake.most > 1
        assert len(fake.sessions) == 1

    def test_directml_runs_one_call_at_a_time_without_memory_patterns(
        self, style_file: Path, fake_providers
    ):
        fake = fake_providers(DML)
        model = open_model(style_file)
        assert model.device == "directml"
        with ThreadPoolExecutor(3) as pool:
            list(pool.map(model.run_image, [picture(seed=n) for n in range(6)]))
        assert fake.most == 1
        assert not any(patterns for *_, patterns in fake.sessions)
        # Of a size that comes again a graph of that size is made, once.
        assert [shape for *_, shape, _ in fake.sessions].count([1, 3, 16, 24]) == 1

    def test_coreml_is_given_fixed_sizes(self, style_file: Path, fake_providers):
        fake = fake_providers(COREML)
        exact = open_model(style_file, "coreml", precision="f32")
        assert np.array_equal(exact.run_image(picture()), on_processor(style_file, picture()))
        *_, (_, settings, shape, _) = fake.sessions
        assert shape == [1, 3, 16, 24]
        assert settings["ModelFormat"] == "MLProgram"
        assert settings["MLComputeUnits"] == "CPUAndGPU"
        open_model(style_file, "coreml", precision="auto").run_image(picture())
        assert "MLComputeUnits" not in fake.sessions[-1][1]

    def test_named_tensors_are_pinned_too(self, scene_file: Path, fake_providers):
        fake = fake_providers(COREML)
        model = Model(scene_file, device="coreml", threads=1, precision="f32")
        plain = Model(scene_file, device="cpu", threads=1, precision="f32")
        rng = np.random.default_rng(3)
        shapes = {"rough": (1, 6, 16, 24), "category": (1, 6), "code": (1, 3), "mix": (1, 1)}
        feeds = {name: rng.random(shape, np.float32) for name, shape in shapes.items()}
        np.testing.assert_allclose(model.run(feeds)["scene"], plain.run(feeds)["scene"], atol=1e-5)
        assert fake.sessions[-1][2] == [1, 6, 16, 24]
        assert model.device == "coreml"


class TestWhatFails:
    @pytest.mark.parametrize(
        ("fails", "reason"),
        [
            ("raises", "(CUDA failure 100: no CUDA-capable device is detected ; GPU=0)"),
            ("silently", "(ONNX Runtime cannot start CUDAExecutionProvider)"),
            ("wrong", "(its results are not those of the processor)"),
        ],
    )
    @pytest.mark.parametrize("device", ["auto", "cuda", "gpu"])
    def test_one_note_and_the_processor(
        self, style_file: Path, fake_providers, device: str, fails: str, reason: str, capfd
    ):
        fake_providers(CUDA, fails=fails)
        model = open_model(style_file, device)
        assert (model.device, model.backend) == ("cpu", HERE)
        (note,) = model.notes
        assert f"NVIDIA CUDA is installed but cannot be used {reason}" in note.text
        assert "It needs an NVIDIA card, its driver, CUDA and cuDNN" in note.text
        assert ("--device cpu leaves it alone" in note.text) == (device == "auto")
        assert (
            np.abs(
                model.run_image(picture()).astype(int) - on_processor(style_file, picture())
            ).max()
            <= 1
        )
        assert capfd.readouterr() == ("", "")

    def test_the_library_that_is_missing_is_named(
        self, style_file: Path, fake_providers, monkeypatch, capfd
    ):
        import onnxruntime

        def preload() -> None:
            print("Failed to load libcudart.so.13: cannot open shared object file")
            print("Please follow https://onnxruntime.ai to install CUDA.")

        fake_providers(CUDA, fails="silently")
        monkeypatch.setattr(onnxruntime, "preload_dlls", preload)
        assert "(libcudart.so.13 is not found)" in told(style_file, "cuda")
        assert capfd.readouterr() == ("", "")
        providers._load_cuda.cache_clear()

    def test_a_damaged_file_is_no_fault_of_the_device(
        self, make_style, tmp_path: Path, fake_providers
    ):
        import onnx

        fake_providers(CUDA)
        model = onnx.load(make_style(tmp_path / "a", card=False))
        model.graph.node[0].op_type = "Nonsense"
        onnx.save(model, tmp_path / "odd.onnx")
        with pytest.raises(ModelFileError, match=r"odd\.onnx is damaged"):
            Model(tmp_path / "odd.onnx")

    def test_what_fails_on_the_way_goes_on_on_the_processor(self, style_file: Path, fake_providers):
        fake = fake_providers(CUDA, fails="later")
        model = open_model(style_file)
        x = picture()
        model.run_image(x)
        assert (model.device, model.notes) == ("cuda", ())
        fake.broken = True
        with ThreadPoolExecutor(3) as pool:
            painted = list(pool.map(model.run_image, [x] * 6))
        for y in painted:
            assert np.abs(y.astype(int) - on_processor(style_file, x)).max() <= 1
        (note,) = model.take_notes()
        assert (note.kind, model.device, model.backend) == ("device-failed", "cpu", HERE)
        assert "NVIDIA CUDA failed while it ran (out of memory)" in note.text
        assert model.take_notes() == ()
        assert model.notes == (note,)  # a later run is told too

    def test_what_no_device_can_run_is_no_fault_of_it(
        self, make_style, tmp_path: Path, fake_providers
    ):
        fake_providers(CUDA)
        model = Model(make_style(tmp_path / "a", multiple=1), threads=1)
        with pytest.raises((ModelFileError, BackendError)):
            model.run_image(picture(9, 9))
        assert (model.device, model.take_notes()) == ("cuda", ())


class TestIntelGpu:
    def test_the_card_is_taken_in_half_floats_for_bytes(self, style_file: Path, fake_gpus):
        fake = fake_gpus("GPU.0", "GPU.1")
        assert open_model(style_file).device == "cpu"  # a built-in GPU may be the slower of the two
        assert fake.compiled == []
        model = open_model(style_file, "gpu", precision="auto")
        assert (model.device, model.backend, model.notes) == ("gpu", "openvino", ())
        assert (
            np.abs(
                model.run_image(picture()).astype(int) - on_processor(style_file, picture())
            ).max()
            <= 1
        )
        model.run_image((picture() / 255).astype(np.float32))
        assert {name for name, _ in fake.compiled} == {"GPU.1"}
        of_bytes, of_floats = (
            config["INFERENCE_PRECISION_HINT"] for _, config in (fake.compiled[-2:])
        )
        assert (of_bytes, of_floats) == ("f16", "f32")
        assert not any("INFERENCE_NUM_THREADS" in config for _, config in fake.compiled)

    def test_after_an_accelerator_that_fails(self, style_file: Path, fake_gpus, fake_providers):
        fake_gpus("GPU")
        fake_providers(CUDA, fails="raises")
        model = open_model(style_file, "gpu")
        assert (model.device, model.backend) == ("gpu", "openvino")
        (note,) = model.notes
        assert "NVIDIA CUDA is installed but cannot be used" in note.text
        assert "the network runs on Intel GPU (OpenVINO)" in note.text

    def test_a_driver_that_fails(self, style_file: Path, fake_gpus, monkeypatch):
        fake = fake_gpus("GPU")

        def compile_model(model, device, config):
            if device == "CPU":
                return fake._core.compile_model(model, device, config)
            raise RuntimeError("Exception from src/core.cpp:1:\n[GPU] clBuildProgram, error -11")

        monkeypatch.setattr(fake, "compile_model", compile_model, raising=False)
        assert "Intel GPU is installed but cannot be used ([GPU] clBuildProgram" in told(
            style_file, "gpu"
        )

    def test_onnx_runtime_alone_has_none(self, style_file: Path, fake_gpus):
        fake_gpus("GPU")
        text = told(style_file, "gpu", backend="onnxruntime")
        assert "device gpu is of OpenVINO, not of ONNX Runtime" in text


class TestNetworksOfTheUser:
    @pytest.fixture
    def pictures(self) -> np.ndarray:
        return np.random.default_rng(0).random((2, 3, 64, 64), np.float32)

    @pytest.fixture
    def features(self) -> Path:
        from paintreel.runtime.catalog import bundled

        path = bundled("features")
        if not path.is_file():
            pytest.skip("no bundled extractor")
        return path

    def test_on_the_processor_unless_asked(self, features: Path, fake_providers, pictures):
        fake = fake_providers(CUDA)
        plain = OnnxExtractor(features, threads=1)
        assert (plain.network.device, fake.sessions) == ("cpu", [])
        fast = OnnxExtractor(features, threads=1, device="cuda")
        assert (fast.network.device, fast.network.notes) == ("cuda", ())
        np.testing.assert_allclose(fast.vectors(pictures), plain.vectors(pictures), atol=1e-6)

    def test_one_that_fails(self, features: Path, fake_providers, pictures):
        fake_providers(CUDA, fails="silently")
        extractor = OnnxExtractor(features, threads=1, device="auto")
        (note,) = extractor.network.notes
        assert "the network runs on the processor (ONNX Runtime)" in note.text
        assert extractor.vectors(pictures).shape[0] == 2

    def test_one_that_fails_later(self, features: Path, fake_providers, pictures):
        fake = fake_providers(CUDA, fails="later")
        extractor = OnnxExtractor(features, threads=1, device="cuda")
        before = extractor.vectors(pictures)
        fake.broken = True
        np.testing.assert_allclose(extractor.vectors(pictures), before, atol=1e-6)
        assert extractor.network.device == "cpu"
        assert len(extractor.network.take_notes()) == 1

    def test_pictures_that_it_cannot_take(self, features: Path, fake_providers):
        fake_providers(CUDA)
        extractor = OnnxExtractor(features, threads=1, device="cuda")
        with pytest.raises(InputError):
            extractor.vectors(np.zeros((1, 3, 0, 4), np.float32))
        assert extractor.network.device == "cuda"

    def test_unknown_device(self, features: Path):
        with pytest.raises(BackendError, match="'npu', expected one of"):
            OnnxExtractor(features, device="npu")


class TestFacts:
    def test_of_this_machine(self, style_file: Path):
        facts = describe_devices(style_file)
        assert "cpu (CPUExecutionProvider)" in facts["devices of onnxruntime"]
        assert facts["--device auto"] == facts["--device cpu"] == f"cpu, by {BACKEND_TITLES[HERE]}"
        assert facts["--device cuda"].startswith("not here; NVIDIA CUDA comes with")
        assert facts["--device coreml"] == "of macOS"
        assert "packages" not in facts

    def test_what_works_and_what_does_not(self, style_file: Path, fake_providers, fake_gpus):
        fake_gpus("GPU")
        fake_providers(CUDA)
        facts = describe_devices(style_file)
        assert facts["devices of onnxruntime"].startswith(f"cuda ({CUDA}), cpu")
        assert "gpu (Intel(R) Arc(TM) GPU)" in facts["devices of openvino"]
        assert "NPU (not used)" in facts["devices of openvino"]
        assert facts["--device auto"] == "cuda, by ONNX Runtime"
        fake_providers(CUDA, fails="raises")
        facts = describe_devices(style_file)
        assert "cannot be used (CUDA failure 100" in facts["--device cuda"]
        assert "runs on Intel GPU" in facts["--device gpu"]

    def test_without_openvino(self, style_file: Path, monkeypatch):
        monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
        monkeypatch.setitem(sys.modules, "openvino", None)
        monkeypatch.setattr(devices, "openvino_core", devices.openvino_core.__wrapped__)
        facts = describe_devices(style_file)
        assert "devices of openvino" not in facts
        assert facts["--device auto"] == "cpu, by ONNX Runtime"
