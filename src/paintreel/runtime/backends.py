"""The two inference runtimes behind `Session` and `Graph`.

`Session` runs one picture in and out, through a float path and a uint8 path; `Graph` runs any
named tensors.

Both take any height and width that is a multiple of the contract's, keep what is costly to build
(compiled graphs, buffers) for the last few shapes, and may be called from several threads.

The uint8 path is what video needs, so it adds as little as possible to the bare network. Measured
at 1280x720 on two cores, where the network itself takes 30 to 95 ms:

    ONNX Runtime   cv2.split + cv2.LUT into the input tensor 0.9 ms (blobFromImage 2.2),
                   cv2.convertScaleAbs by plane + cv2.merge 0.8 ms (numpy 5.0),
                   bound buffers instead of fresh output tensors save 2 to 8 %
    OpenVINO       conversions compiled into the graph, uint8 NHWC in and out: 0.8 to 1.0 times
                   the float graph alone, because a quarter of the bytes cross memory
"""

from __future__ import annotations

import threading
from collections import OrderedDict, deque
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Generic, Literal, Protocol, TypeVar

import cv2
import numpy as np

from paintreel.errors import BackendError, MissingExtra, ModelFileError
from paintreel.imaging.arrays import Array

if TYPE_CHECKING:
    from paintreel.runtime.card import Contract

Precision = Literal["auto", "f32", "bf16"]

_SHAPES_KEPT = 4
_PIXELS_WORTH_COMPILING = 2_000_000
_BYTE_TO_UNIT = (np.arange(256) / 255).astype(np.float32)

T = TypeVar("T")


class Backend(Protocol):
    """What `Session` and `Graph` ask of a runtime.

    `inputs` and `outputs` are the names of the graph's tensors.
    """

    name: str
    inputs: tuple[str, ...]
    outputs: tuple[str, ...]

    def run(self, x: Array) -> Array:
        """(N, 3, H, W) float32 in [0, 1] to the same."""

    def run_bytes(self, x: Array) -> Array:
        """(H, W, 3) uint8 RGB to the same; `x` is C-contiguous."""

    def run_named(self, feeds: dict[str, Array]) -> dict[str, Array]:
        """Every output of the graph by name; `feeds` are C-contiguous float32."""


class _PerShape(Generic[T]):
    """The last few things made for a shape, one made at a time."""

    def __init__(self) -> None:
        self._kept: OrderedDict[tuple[Any, ...], T] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, shape: tuple[Any, ...], make: Callable[[tuple[Any, ...]], T]) -> T:
        """What was made for `shape`, else `make(shape)`.

        `make` is not kept: a method of the owner would tie both into a cycle, and graphs would
        stay in memory until the garbage collector comes by.
        """
        with self._lock:
            if shape not in self._kept:
                while len(self._kept) >= _SHAPES_KEPT:
                    self._kept.popitem(last=False)
                self._kept[shape] = make(shape)
            self._kept.move_to_end(shape)
            return self._kept[shape]


class OnnxRuntimeBackend:
    """The runtime of the base install: f32 on the CPU."""

    name = "onnxruntime"

    def __init__(
        self, path: Path, contract: Contract, *, threads: int | None, precision: Precision
    ) -> None:
        if precision == "bf16":
            raise BackendError("ONNX Runtime runs styles in f32, not bf16; use --backend openvino")
        try:
            import onnxruntime
        except Exception as error:
            raise BackendError(f"ONNX Runtime cannot be loaded: {error}") from error
        options = onnxruntime.SessionOptions()
        options.log_severity_level = 4  # what goes wrong is raised; it need not be printed too
        # Waiting threads that spin take the cores from those that decode and encode.
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        if threads:
            options.intra_op_num_threads = threads
        try:
            self._session = onnxruntime.InferenceSession(
                str(path), options, providers=["CPUExecutionProvider"]
            )
        except Exception as error:
            raise ModelFileError(f"{path} is damaged: ONNX Runtime says {error}") from error
        self.inputs = tuple(i.name for i in self._session.get_inputs())
        self.outputs = tuple(o.name for o in self._session.get_outputs())
        _check_names(path, contract, self.inputs, self.outputs)
        self._contract = contract
        self._buffers: _PerShape[deque[_Buffers]] = _PerShape()

    def run(self, x: Array) -> Array:
        return self._session.run([self._contract.output], {self._contract.input: x})[0]

    def run_bytes(self, x: Array) -> Array:
        idle = self._buffers.get(x.shape, lambda _: deque())
        try:
            buffers = idle.pop()
        except IndexError:
            buffers = _Buffers(self._session, self._contract, x.shape)
        result = buffers.run(self._session, x)
        idle.append(buffers)
        return result

    def run_named(self, feeds: dict[str, Array]) -> dict[str, Array]:
        return dict(zip(self.outputs, self._session.run(self.outputs, feeds), strict=True))


class _Buffers:
    """Input, output and plane memory of one running call, bound to an ONNX Runtime session."""

    def __init__(self, session: Any, contract: Contract, shape: tuple[int, ...]) -> None:
        height, width, _ = shape
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
        for plane, tensor in zip(self.planes, self.stylized[0], strict=True):
            cv2.convertScaleAbs(tensor, plane, 255.0)
        return cv2.merge(self.planes)


class OpenVinoBackend:
    """The faster CPU runtime of the ``openvino`` extra, in f32 or bf16."""

    name = "openvino"

    def __init__(
        self, path: Path, contract: Contract, *, threads: int | None, precision: Precision
    ) -> None:
        self._core = _openvino_core()
        self._path = path
        try:
            model = self._core.read_model(str(path))
        except Exception as error:
            raise ModelFileError(f"{path} is damaged: OpenVINO says {error}") from error
        self.inputs = tuple(name for port in model.inputs for name in port.get_names())
        self.outputs = tuple(name for port in model.outputs for name in port.get_names())
        _check_names(path, contract, self.inputs, self.outputs)
        self._model = model
        self._config: dict[str, Any] = {
            "PERFORMANCE_HINT": "LATENCY",
            # A pinned thread waits whenever something else runs on its core, and all others wait
            # for it: six times slower was measured on a busy machine.
            "ENABLE_CPU_PINNING": False,
        }
        if threads:
            self._config["INFERENCE_NUM_THREADS"] = threads
        native = "BF16" in self._core.get_property("CPU", "OPTIMIZATION_CAPABILITIES")
        is_auto = precision == "auto"
        self._float_precision = "f32" if is_auto else precision
        self._byte_precision = ("bf16" if native else "f32") if is_auto else precision
        self._fixed: _PerShape[_Graph] = _PerShape()
        self._free: _PerShape[_Graph] = _PerShape()
        self._seen: deque[tuple[Any, ...]] = deque(maxlen=256)

    def run(self, x: Array) -> Array:
        return self._graph(x.shape, (len(x), 3, -1, -1), x.shape[2] * x.shape[3]).run(x)

    def run_bytes(self, x: Array) -> Array:
        return self._graph(x.shape, (-1, -1, 3), x.shape[0] * x.shape[1]).run(x[None])[0]

    def run_named(self, feeds: dict[str, Array]) -> dict[str, Array]:
        shapes = tuple((name, x.shape) for name, x in feeds.items())
        pixels = max(x.shape[-1] * x.shape[-2] for x in feeds.values() if x.ndim >= 2)
        free = tuple((n, (*s[:2], -1, -1) if len(s) == 4 else s) for n, s in shapes)
        return self._graph(shapes, free, pixels).run_named(feeds, self.outputs)

    def _graph(self, shape: tuple[Any, ...], free: tuple[Any, ...], pixels: int) -> _Graph:
        """The graph compiled for a shape, or for a small picture of a new shape one for any.

        Both give the same values. A fixed shape runs 1.4 to 1.7 times faster, but compiling for
        it takes about as long as running half a million to two million pixels.
        """
        if pixels <= _PIXELS_WORTH_COMPILING and shape not in self._seen:
            self._seen.append(shape)
            return self._free.get(free, self._compile)
        return self._fixed.get(shape, self._compile)

    def _compile(self, shape: tuple[Any, ...]) -> _Graph:
        """Compile for one shape, -1 where it is free.

        A shape of three sizes (H, W, 3) asks for the uint8 graph, of four for the float one, and
        pairs of a name and a shape for the float one with these inputs.
        """
        model = self._model.clone()
        try:
            if isinstance(shape[0], tuple):
                model.reshape({name: list(sizes) for name, sizes in shape})
                precision = self._float_precision
            elif len(shape) == 3:
                model.reshape([1, 3, shape[0], shape[1]])
                model, precision = _with_bytes(model), self._byte_precision
            else:
                model.reshape(list(shape))
                precision = self._float_precision
            config = self._config | {"INFERENCE_PRECISION_HINT": precision}
            return _Graph(self._core.compile_model(model, "CPU", config))
        except Exception as error:
            raise BackendError(f"OpenVINO cannot compile {self._path}: {error}") from error


@cache
def _openvino_core() -> Any:
    """The OpenVINO of this process, which is never let go.

    Its CPU plugin gives the thread that loads it a stack for signal handlers. Destroyed in
    another thread it frees that stack but leaves it set, and the next Ctrl-C ends in a crash
    (seen in 2026.4; see test_signals_after_a_session_has_gone).
    """
    try:
        import openvino
    except ImportError as error:
        raise MissingExtra("the OpenVINO backend", "openvino") from error
    except Exception as error:
        raise BackendError(f"OpenVINO cannot be loaded: {error}") from error
    return openvino.Core()


class _Graph:
    """A compiled OpenVINO model and its idle requests."""

    def __init__(self, compiled: Any) -> None:
        self._compiled = compiled
        self._idle: deque[Any] = deque()

    def run(self, x: Array) -> Array:
        try:
            request = self._idle.pop()
        except IndexError:
            request = self._compiled.create_infer_request()
        request.infer({0: x}, share_inputs=True, share_outputs=True)
        # The tensor belongs to the request, which the next call may take.
        result = request.get_output_tensor(0).data.copy()
        self._idle.append(request)
        return result

    def run_named(self, feeds: dict[str, Array], outputs: tuple[str, ...]) -> dict[str, Array]:
        try:
            request = self._idle.pop()
        except IndexError:
            request = self._compiled.create_infer_request()
        request.infer(feeds, share_inputs=True, share_outputs=True)
        results = {name: request.get_tensor(name).data.copy() for name in outputs}
        self._idle.append(request)
        return results


def _with_bytes(model: Any) -> Any:
    """Put uint8 NHWC to float NCHW, and back with rounding, into an OpenVINO graph."""
    from openvino import Layout, Type, opset13
    from openvino.preprocess import PrePostProcessor
    from openvino.utils.decorators import custom_preprocess_function

    @custom_preprocess_function
    def to_byte_range(node: Any) -> Any:
        # The conversion that follows cuts off, so the half makes it round.
        return opset13.add(opset13.multiply(node, np.float32(255)), np.float32(0.5))

    processor = PrePostProcessor(model)
    image, stylized = processor.input(), processor.output()
    image.tensor().set_element_type(Type.u8).set_layout(Layout("NHWC"))
    image.model().set_layout(Layout("NCHW"))
    image.preprocess().convert_element_type(Type.f32).scale(255.0)
    stylized.model().set_layout(Layout("NCHW"))
    stylized.tensor().set_element_type(Type.u8).set_layout(Layout("NHWC"))
    stylized.postprocess().custom(to_byte_range).convert_element_type(Type.u8)
    stylized.postprocess().convert_layout(Layout("NHWC"))
    return processor.build()


def _check_names(
    path: Path, contract: Contract, inputs: tuple[str, ...], outputs: tuple[str, ...]
) -> None:
    if contract.input not in inputs or contract.output not in outputs:
        raise ModelFileError(
            f"{path} has inputs {inputs} and outputs {outputs}, its contract names "
            f"'{contract.input}' and '{contract.output}'; export the style again"
        )


BACKENDS: dict[str, type[OnnxRuntimeBackend] | type[OpenVinoBackend]] = {
    "onnxruntime": OnnxRuntimeBackend,
    "openvino": OpenVinoBackend,
}
