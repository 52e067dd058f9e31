"""OpenVINO, of the ``openvino`` extra: f32 or bf16 on the CPU, f32 or f16 on an Intel GPU.

Its uint8 path has the conversions compiled into the graph (`openvino_bytes`), and takes 0.6 to 0.8
times what the float graph alone does.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any

from paintreel.errors import BackendError, ModelFileError
from paintreel.imaging.arrays import Array
from paintreel.runtime.backends.openvino_bytes import (
    cells_shape,
    from_cells,
    graph_of_bytes,
    to_cells,
)
from paintreel.runtime.backends.protocol import Precision, Shape, check_tensors
from paintreel.runtime.backends.shape_cache import ShapeCache
from paintreel.runtime.libraries import openvino_core
from paintreel.runtime.output_range import check_range

if TYPE_CHECKING:
    from paintreel.runtime.contract import Contract
    from paintreel.runtime.devices import Place

_PIXELS_WORTH_COMPILING = 2_000_000


class OpenVinoBackend:
    """The faster CPU runtime of the ``openvino`` extra, in f32 or bf16; it has Intel GPUs too."""

    name = "openvino"

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
        self._core = openvino_core()
        self._path = path
        try:
            model = self._core.read_model(data)
            inputs = {name: _type_of(port) for port in model.inputs for name in port.get_names()}
            outputs = {name: _type_of(port) for port in model.outputs for name in port.get_names()}
        except Exception as error:
            raise ModelFileError(f"{path} is damaged: OpenVINO says {error}") from error
        check_tensors(path, contract, inputs, outputs)
        self.inputs: Mapping[str, Shape] = {
            name: _shape_of(port) for port in model.inputs for name in port.get_names()
        }
        self.outputs = tuple(outputs)
        self._model = model
        self._output = contract.output
        self._multiple = contract.multiple
        self._device = place.name if place.is_processor else _best_of(self._core, place.name)
        self._config: dict[str, Any] = {"PERFORMANCE_HINT": "LATENCY"}
        if place.is_processor:
            # A pinned thread waits whenever something else runs on its core, and all others wait
            # for it: six times slower was measured on a busy machine.
            self._config["ENABLE_CPU_PINNING"] = False
            if threads:
                self._config["INFERENCE_NUM_THREADS"] = threads
            if at_once > 1:
                self._config["NUM_STREAMS"] = at_once
        self._worth_compiling = _PIXELS_WORTH_COMPILING if many_sizes else 0
        able = self._core.get_property(self._device, "OPTIMIZATION_CAPABILITIES")
        short = ("BF16", "bf16") if place.is_processor else ("FP16", "f16")
        native = short[1] if short[0] in able else "f32"
        is_auto = precision == "auto"
        self._float_precision: str = "f32" if is_auto else precision
        self._byte_precision: str = native if is_auto else precision
        self._fixed: ShapeCache[_CompiledGraph] = ShapeCache()
        self._free: ShapeCache[_CompiledGraph] = ShapeCache()
        self._checking = Lock()
        self._fitting: deque[tuple[Any, ...]] = deque(maxlen=256)

    def run(self, x: Array) -> Array:
        return self._graph(x.shape, (len(x), 3, -1, -1), x.shape[2] * x.shape[3]).run(
            x, self._output
        )

    def run_bytes(self, x: Array) -> Array:
        graph = self._graph(x.shape, (-1, -1, 3), x.shape[0] * x.shape[1])
        picture, sample = graph.run_bytes(x)
        check_range(sample, self._path)
        return picture

    def run_named(self, feeds: dict[str, Array]) -> dict[str, Array]:
        shapes = tuple((name, x.shape) for name, x in feeds.items())
        pixels = max(x.shape[-1] * x.shape[-2] for x in feeds.values() if x.ndim >= 2)
        free = tuple((n, (*s[:2], -1, -1) if len(s) == 4 else s) for n, s in shapes)
        return self._graph(shapes, free, pixels).run_named(feeds, self.outputs)

    def _graph(self, shape: tuple[Any, ...], free: tuple[Any, ...], pixels: int) -> _CompiledGraph:
        """The graph compiled for a shape, or of many sizes for a small picture one for any.

        A fixed shape runs 1.4 to 1.7 times faster, but compiling for it takes about as long as
        running half a million to two million pixels. In bf16 the two differ by up to 2 of 255, so
        that it is never what has run before that decides.
        """
        if pixels > self._worth_compiling:
            return self._fixed.get(shape, self._compile)
        if shape not in self._fitting:
            # A graph for any shape that one does not fit is found out while it runs, and leaves
            # memory behind that it has written beyond: the process ends later, anywhere (2026.4).
            with self._checking:
                self._reshaped(shape)
            self._fitting.append(shape)
        return self._free.get(free, self._compile)

    def _compile(self, shape: tuple[Any, ...]) -> _CompiledGraph:
        """Compile for one shape, -1 where it is free.

        A shape of three sizes (H, W, 3) asks for the uint8 graph, of four for the float one, and
        pairs of a name and a shape for the float one with these inputs.
        """
        model, cell_px = self._reshaped(shape), 1
        precision = self._float_precision
        try:
            if isinstance(shape[0], int) and len(shape) == 3:
                model, cell_px = graph_of_bytes(
                    model, self._output, self._multiple, in_cells=self._device == "CPU"
                )
                precision = self._byte_precision
            config = self._config | {"INFERENCE_PRECISION_HINT": precision}
            if precision == "f32" and config.get("INFERENCE_NUM_THREADS") == 1:
                # Compiling for one thread ends the process with some networks (mffcn; 2026.4).
                config["INFERENCE_NUM_THREADS"] = 2
            return _CompiledGraph(self._core.compile_model(model, self._device, config), cell_px)
        except Exception as error:
            raise self._refused(error) from error

    def _reshaped(self, shape: tuple[Any, ...]) -> Any:
        """The float graph for a shape of `_compile`. Raises BackendError where it does not fit."""
        model = self._model.clone()
        try:
            if isinstance(shape[0], tuple):
                model.reshape({name: list(sizes) for name, sizes in shape})
            elif len(shape) == 3:
                model.reshape([1, 3, *shape[:2]])
            else:
                model.reshape(list(shape))
        except Exception as error:
            raise self._refused(error) from error
        return model

    def _refused(self, error: Exception) -> Exception:
        if self._device != "CPU":
            return error
        return BackendError(f"OpenVINO cannot compile {self._path}: {error}")


def _best_of(core: Any, name: str) -> str:
    """The device of that name; of several (GPU.0, GPU.1) a card of its own before a built-in one.

    Raises what OpenVINO raises where it is listed and not there.
    """
    several = [each for each in core.available_devices if each.split(".")[0] == name]
    own = [d for d in several if "DISCRETE" in str(core.get_property(d, "DEVICE_TYPE")).upper()]
    return str([*own, *several, name][0])


def _shape_of(port: Any) -> Shape:
    sizes = port.get_partial_shape()
    return tuple(None if size.is_dynamic else size.get_length() for size in sizes)


def _type_of(port: Any) -> str:
    """ "float32" for such a tensor, else what OpenVINO calls it."""
    kind = str(port.get_element_type().get_type_name())
    return "float32" if kind == "f32" else kind


class _CompiledGraph:
    """A compiled OpenVINO model and its idle requests."""

    def __init__(self, compiled: Any, cell_px: int = 1) -> None:
        self._compiled, self._cell_px = compiled, cell_px
        self._idle: deque[Any] = deque()

    def run(self, x: Array, output: str) -> Array:
        """The tensor of that name for the one input `x`."""
        return self.run_named({0: x}, (output,))[output]

    def run_bytes(self, x: Array) -> tuple[Array, Array]:
        """The picture and the sample of floats of a graph that `graph_of_bytes` has made."""
        with self._request() as request:
            if self._cell_px > 1:
                cells = request.get_input_tensor(1)
                cells.shape = (1, *cells_shape(x, self._cell_px))
                to_cells(x, self._cell_px, out=cells.data[0])
            request.infer({0: x[None]}, share_inputs=True, share_outputs=True)
            picture, sample = (request.get_output_tensor(k).data for k in (0, 1))
            return from_cells(picture[0], self._cell_px), sample.copy()

    def run_named(self, feeds: Mapping[Any, Array], outputs: tuple[str, ...]) -> dict[str, Array]:
        """Tensors by name for inputs by name or number."""
        with self._request() as request:
            request.infer(feeds, share_inputs=True, share_outputs=True)
            return {name: request.get_tensor(name).data.copy() for name in outputs}

    @contextmanager
    def _request(self) -> Iterator[Any]:
        """A request for this block; what its tensors hold is not kept after it."""
        try:
            request = self._idle.pop()
        except IndexError:
            request = self._compiled.create_infer_request()
        yield request
        self._idle.append(request)
