"""Accelerators that are not there: libraries that say they have them, and run on the processor."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

CPU = "CPUExecutionProvider"


class Providers:
    """ONNX Runtime as if it were built for `listed`.

    fails      how the accelerator fails: "" not; "raises" or "silently" when a session is made;
               "wrong" gives other results; "later" works until `broken` is set
    sessions   every session made on an accelerator: (provider, its settings, shape of its input,
               whether memory patterns are on)
    most       most calls that were in a session at once
    """

    def __init__(self, *listed: str, fails: str = "") -> None:
        self.listed, self.fails = listed, fails
        self.sessions: list[tuple[str, dict[str, Any], list[Any], bool]] = []
        self.broken = False
        self.most = self._inside = 0
        self._lock = threading.Lock()

    def make(self, real: Callable[..., Any]) -> Callable[..., Any]:
        """What stands for `InferenceSession`."""

        def session(data: bytes, options: Any, *, providers: list[Any], **rest: Any) -> Any:
            made = real(data, options, providers=[CPU], **rest)
            if providers == [CPU]:
                return made
            (name, settings), second = providers
            assert second == CPU
            if self.fails == "raises":
                raise RuntimeError(
                    "[ONNXRuntimeError] : 1 : FAIL : CUDA failure 100: no CUDA-capable device is "
                    "detected ; GPU=0"
                )
            shape = made.get_inputs()[0].shape
            self.sessions.append((name, settings, shape, options.enable_mem_pattern))
            return _Session(made, [CPU] if self.fails == "silently" else [name, CPU], self)

        return session

    def call(self, run: Callable[..., Any], *given: Any) -> Any:
        """A call into a session on an accelerator."""
        if self.fails == "later" and self.broken:
            raise RuntimeError("[ONNXRuntimeError] : 6 : RUNTIME_EXCEPTION : out of memory")
        with self._lock:
            self._inside += 1
            self.most = max(self.most, self._inside)
        time.sleep(0.01)
        result = run(*given)
        with self._lock:
            self._inside -= 1
        return [np.zeros_like(x) for x in result] if self.fails == "wrong" else result


class _Session:
    def __init__(self, real: Any, names: list[str], provider: Providers) -> None:
        self._real, self._names, self._provider = real, names, provider

    def __getattr__(self, name: str) -> Any:
        return getattr(self._real, name)

    def get_providers(self) -> list[str]:
        return self._names

    def run(self, *given: Any) -> Any:
        return self._provider.call(self._real.run, *given)

    def run_with_iobinding(self, *given: Any) -> Any:
        return self._provider.call(self._real.run_with_iobinding, *given)


class IntelGpus:
    """OpenVINO as if the machine had these Intel GPUs; GPU.1 is a card of its own.

    compiled   (device, configuration) of every graph that was made for one of them
    """

    def __init__(self, *names: str) -> None:
        from paintreel.runtime.libraries import openvino_core

        self._core = openvino_core()
        self._names = names
        self.compiled: list[tuple[str, dict[str, Any]]] = []

    @property
    def available_devices(self) -> list[str]:
        return ["CPU", *self._names, "NPU"]

    def __getattr__(self, name: str) -> Any:
        return getattr(self._core, name)

    def get_property(self, device: str, name: str) -> Any:
        if device in ("CPU", "NPU"):
            return self._core.get_property("CPU", name)
        return {
            "OPTIMIZATION_CAPABILITIES": ["FP32", "FP16", "INT8"],
            "DEVICE_TYPE": "Type.DISCRETE" if device == "GPU.1" else "Type.INTEGRATED",
            "FULL_DEVICE_NAME": f"Intel(R) Arc(TM) {device} ",
        }[name]

    def compile_model(self, model: Any, device: str, config: dict[str, Any]) -> Any:
        if device != "CPU":
            self.compiled.append((device, config))
            config = {}
        return self._core.compile_model(model, "CPU", config)


@pytest.fixture
def fake_providers(monkeypatch: pytest.MonkeyPatch) -> Callable[..., Providers]:
    """A function (*names, fails="") that lets the installed ONNX Runtime have these providers."""
    import onnxruntime

    from paintreel.runtime import providers

    real = onnxruntime.InferenceSession

    def install(*names: str, fails: str = "") -> Providers:
        providers._load_cuda.cache_clear()
        fake = Providers(*names, fails=fails)
        monkeypatch.setattr(onnxruntime, "get_available_providers", lambda: [*names, CPU])
        monkeypatch.setattr(onnxruntime, "InferenceSession", fake.make(real))
        return fake

    return install


@pytest.fixture
def fake_gpus(monkeypatch: pytest.MonkeyPatch) -> Callable[..., IntelGpus]:
    """A function (*names) that lets the installed OpenVINO have Intel GPUs; skips without it."""
    pytest.importorskip("openvino")
    from paintreel.runtime import device_facts, devices
    from paintreel.runtime.backends import openvino_backend

    def install(*names: str) -> IntelGpus:
        fake = IntelGpus(*names)
        for module in (devices, openvino_backend, device_facts):
            monkeypatch.setattr(module, "openvino_core", lambda: fake)
        return fake

    return install
