"""ONNX Runtime: f32 on the processor, or on an accelerator that the installed package has.

The uint8 path is what video needs, so it adds as little as possible to the bare network. Measured
at 1280x720 on two cores, where the network itself takes 30 to 95 ms: cv2.split + cv2.LUT into the
input tensor 0.9 ms (blobFromImage 2.2), cv2.convertScaleAbs by plane + cv2.merge 0.8 ms (numpy
5.0), cutting off below zero first 0.5; bound buffers instead of fresh output tensors save 2 to 8 %.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any

import cv2
import numpy as np

from paintreel.errors import BackendError, ModelFileError
from paintreel.imaging.arrays import Array
from paintreel.runtime.backends.protocol import Precision, Shape, check_tensors
from paintreel.runtime.backends.shape_cache import ShapeCache
from paintreel.runtime.libraries import import_onnxruntime
from paintreel.runtime.output_range import SAMPLE_STEP, check_range
from paintreel.runtime.providers import create_session

if TYPE_CHECKING:
    from paintreel.runtime.contract import Contract
    from paintreel.runtime.devices import Place

_BYTE_TO_UNIT = (np.arange(256) / 255).astype(np.float32)


class OnnxRuntimeBackend:
    """The runtime of the base install: f32, on the processor or an accelerator."""

    name = "onnxruntime"

    def __init__(
        self,
        path: Path,
        data: bytes,
        contract: Contract,
        *,
        place: Place,
        threads: int | None,
        precision: Precision,
        at_once: int,
        many_sizes: bool,
    ) -> None:
        if precision == "bf16":
            raise BackendError("ONNX Runtime runs models in f32, not bf16; use --backend openvino")
        self._path, self._contract, self._place = path, contract, place
        self._threads = max(1, threads // at_once) if threads is not None else None
        self._exact = precision == "f32"
        # A graph of a fixed size is made from them later.
        self._data = b"" if place.pins == "never" else data
        self._one_call: AbstractContextManager[Any] = Lock() if place.one_call else nullcontext()
        try:
            self._free = self._session(data)
            inputs = {i.name: _type_of(i) for i in self._free.session.get_inputs()}
            outputs = {o.name: _type_of(o) for o in self._free.session.get_outputs()}
        except BackendError:
            raise
        except Exception as error:
            if not place.is_processor:  # which says whether it is the file
                raise
            raise ModelFileError(f"{path} is damaged: ONNX Runtime says {error}") from error
        check_tensors(path, contract, inputs, outputs)
        self._axes = {i.name: i.shape for i in self._free.session.get_inputs()}
        self.inputs: Mapping[str, Shape] = {
            name: tuple(axis if isinstance(axis, int) else None for axis in axes)
            for name, axes in self._axes.items()
        }
        self.outputs = tuple(outputs)
        self._pinned: ShapeCache[_Session] = ShapeCache()
        self._sizes_run: deque[tuple[Any, ...]] = deque(maxlen=256)

    def run(self, x: Array) -> Array:
        with self._one_call:
            session = self._session_for({self._contract.input: x.shape}).session
            result: Array = session.run([self._contract.output], {self._contract.input: x})[0]
            return result

    def run_bytes(self, x: Array) -> Array:
        height, width, _ = x.shape
        with self._one_call:
            opened = self._session_for({self._contract.input: (1, 3, height, width)})
            idle = opened.buffers.get(x.shape, lambda _: deque())
            try:
                buffers = idle.pop()
            except IndexError:
                buffers = _Buffers(opened.session, self._contract, self._path, x.shape)
            result = buffers.run(opened.session, x)
            idle.append(buffers)
            return result

    def run_named(self, feeds: dict[str, Array]) -> dict[str, Array]:
        with self._one_call:
            session = self._session_for({name: x.shape for name, x in feeds.items()}).session
            return dict(zip(self.outputs, session.run(self.outputs, feeds), strict=True))

    def _session_for(self, shapes: Mapping[str, tuple[int, ...]]) -> _Session:
        """The graph made for inputs of these shapes, or the one for all; both give the same."""
        pins = self._place.pins
        sizes = {} if pins == "never" else self._sizes(shapes)
        if not sizes:
            return self._free
        key = tuple(sorted(sizes.items()))
        if pins == "again" and key not in self._sizes_run:
            self._sizes_run.append(key)
            return self._free
        return self._pinned.get(key, lambda _: self._session(self._data, sizes))

    def _sizes(self, shapes: Mapping[str, tuple[int, ...]]) -> dict[str, int]:
        """Sizes of the graph's free axes; {} where an axis has no name, or one name two sizes."""
        sizes: dict[str, int] = {}
        for name, shape in shapes.items():
            for axis, size in zip(self._axes[name], shape, strict=True):
                if isinstance(axis, int):
                    continue
                if not axis or sizes.setdefault(axis, size) != size:
                    return {}
        return sizes

    def _session(self, data: bytes, sizes: Mapping[str, int] | None = None) -> _Session:
        options = import_onnxruntime().SessionOptions()
        options.log_severity_level = 4  # what goes wrong is raised; it need not be printed too
        # Waiting threads that spin take the cores from those that decode and encode.
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        if self._threads:
            options.intra_op_num_threads = self._threads
        return _Session(create_session(data, options, self._place, exact=self._exact, sizes=sizes))


class _Session:
    """A session, and the buffers of its idle calls by the shape of a picture."""

    def __init__(self, session: Any) -> None:
        self.session = session
        self.buffers: ShapeCache[deque[_Buffers]] = ShapeCache()


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
