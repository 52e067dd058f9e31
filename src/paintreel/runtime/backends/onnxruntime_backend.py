"""ONNX Runtime: f32 on the CPU.

The uint8 path is what video needs, so it adds as little as possible to the bare network. Measured
at 1280x720 on two cores, where the network itself takes 30 to 95 ms: cv2.split + cv2.LUT into the
input tensor 0.9 ms (blobFromImage 2.2), cv2.convertScaleAbs by plane + cv2.merge 0.8 ms (numpy
5.0), cutting off below zero first 0.5; bound buffers instead of fresh output tensors save 2 to 8 %.
"""

from __future__ import annotations

from collections import deque
from pathlib import Path
from typing import TYPE_CHECKING, Any

import cv2
import numpy as np

from paintreel.errors import BackendError, ModelFileError
from paintreel.imaging.arrays import Array
from paintreel.runtime.backends.protocol import Precision, check_tensors
from paintreel.runtime.backends.shape_cache import ShapeCache
from paintreel.runtime.libraries import SESSION_OPTIONS, import_onnxruntime
from paintreel.runtime.output_range import SAMPLE_STEP, check_range

if TYPE_CHECKING:
    from paintreel.runtime.contract import Contract

_BYTE_TO_UNIT = (np.arange(256) / 255).astype(np.float32)


class OnnxRuntimeBackend:
    """The runtime of the base install: f32 on the CPU."""

    name = "onnxruntime"

    def __init__(
        self,
        path: Path,
        data: bytes,
        contract: Contract,
        *,
        threads: int | None,
        precision: Precision,
        at_once: int,
    ) -> None:
        if precision == "bf16":
            raise BackendError("ONNX Runtime runs models in f32, not bf16; use --backend openvino")
        onnxruntime = import_onnxruntime()
        options = onnxruntime.SessionOptions()
        options.log_severity_level = 4  # what goes wrong is raised; it need not be printed too
        # Waiting threads that spin take the cores from those that decode and encode.
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        if threads is not None:
            options.intra_op_num_threads = max(1, threads // at_once)
        try:
            self._session = onnxruntime.InferenceSession(data, options, **SESSION_OPTIONS)
            inputs = {i.name: _type_of(i) for i in self._session.get_inputs()}
            outputs = {o.name: _type_of(o) for o in self._session.get_outputs()}
        except Exception as error:
            raise ModelFileError(f"{path} is damaged: ONNX Runtime says {error}") from error
        check_tensors(path, contract, inputs, outputs)
        self.inputs, self.outputs = tuple(inputs), tuple(outputs)
        self._path = path
        self._contract = contract
        self._buffers: ShapeCache[deque[_Buffers]] = ShapeCache()

    def run(self, x: Array) -> Array:
        result: Array = self._session.run([self._contract.output], {self._contract.input: x})[0]
        return result

    def run_bytes(self, x: Array) -> Array:
        idle = self._buffers.get(x.shape, lambda _: deque())
        try:
            buffers = idle.pop()
        except IndexError:
            buffers = _Buffers(self._session, self._contract, self._path, x.shape)
        result = buffers.run(self._session, x)
        idle.append(buffers)
        return result

    def run_named(self, feeds: dict[str, Array]) -> dict[str, Array]:
        return dict(zip(self.outputs, self._session.run(self.outputs, feeds), strict=True))


def _type_of(entry: Any) -> str:
    """ "float32" for a float tensor, else what ONNX Runtime calls it."""
    kind = str(entry.type)
    return "float32" if kind == "tensor(float)" else kind


class _Buffers:
    """Input, output and plane memory of one running call, bound to an ONNX Runtime session."""

    def __init__(
        self, session: Any, contract: Contract, path: Path, shape: tuple[int, ...]
    ) -> None:
        height, width, _ = shape
        self.path = path
        self.image = np.empty((1, 3, height, width), np.float32)
        self.stylized = np.empty((1, 3, height, width), np.float32)
        self.planes = [np.empty((height, width), np.uint8) for _ in range(3)]
        self.binding = session.io_binding()
        for bind, name, array in (
            (self.binding.bind_input, contract.input, self.image),
            (self.binding.bind_output, contract.output, self.stylized),
        ):
            bind(name, "cpu", 0, np.float32, array.shape, array.ctypes.data)

    def run(self, session: Any, x: Array) -> Array:
        cv2.split(x, self.planes)
        for plane, tensor in zip(self.planes, self.image[0], strict=True):
            cv2.LUT(plane, _BYTE_TO_UNIT, tensor)
        session.run_with_iobinding(self.binding)
        check_range(self.stylized[..., ::SAMPLE_STEP, ::SAMPLE_STEP], self.path)
        for plane, tensor in zip(self.planes, self.stylized[0], strict=True):
            # The conversion takes absolute values; 0 stands for what is no number, too.
            cv2.threshold(tensor, 0, 0, cv2.THRESH_TOZERO, tensor)
            cv2.convertScaleAbs(tensor, plane, 255.0)
        return cv2.merge(self.planes)
