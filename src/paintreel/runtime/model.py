"""Run one model file on one runtime, and nothing but what its contract allows."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from os import PathLike
from pathlib import Path

import numpy as np

from paintreel.errors import BackendError, InputError, ModelFileError, PaintreelError
from paintreel.imaging.arrays import Array, from_float, to_float
from paintreel.imaging.geometry import pad_to_multiple
from paintreel.notes import Note
from paintreel.runtime.backends import (
    BACKEND_NAMES,
    BACKENDS,
    PRECISIONS,
    Backend,
    BackendName,
    Precision,
)
from paintreel.runtime.card import read_model
from paintreel.runtime.contract import Contract
from paintreel.runtime.devices import DEVICE_NAMES, DeviceName, Place, backends_here, check_device
from paintreel.runtime.on_device import OnDevice, small_feeds
from paintreel.runtime.onnx_file import check_graph
from paintreel.runtime.output_range import clip_picture
from paintreel.runtime.system import usable_cores

__all__ = [
    "BACKEND_NAMES",
    "DEVICE_NAMES",
    "PRECISIONS",
    "BackendName",
    "DeviceName",
    "Model",
    "Precision",
]

VECTOR_TASKS = ("features", "judge", "classify", "emotion")
"""Tasks whose models describe a picture by vectors and numbers; all others give pictures."""

GREY_TASKS = ("lineart",)
"""Tasks whose pictures have one channel; those of all others are RGB."""


class Model:
    """A loaded model.

        model = Model("style.onnx")
        stylized = model.run_image(photo)               # (H, W, 3), any size, same dtype back
        tensor = model(batch)                           # (N, 3, H, W) float32 in [0, 1]

        model = Model("scene.onnx")                     # a graph of several tensors
        results = model.run({"rough": planes, "category": one_hot, "code": code, "mix": mix})

    path       an ONNX file with a contract; its hash is checked when a ``card.toml`` lies beside it
    backend    ``auto`` takes the one that has the device; of the processor OpenVINO when it is
               installed, else ONNX Runtime
    device     ``auto`` takes CUDA or DirectML where their package is installed and they work, else
               the processor; ``cpu``; ``cuda``, ``directml``, ``coreml``, or ``gpu`` for any
               accelerator: where it is not to be had the processor, and `notes` say so
    threads    threads of the runtime; None leaves it to the runtime (all cores)
    precision  ``auto`` runs 8-bit pictures in bf16 where OpenVINO and the CPU do so natively (half
               the time, a tenth of a level on average), in f16 on an Intel GPU, and all else in
               f32, in which both runtimes and all machines agree within a level of 255; or
               ``f32``, ``bf16``, which is of the processor
    at_once    how many calls will run at the same time; they share the threads
    many_sizes  whether most pictures are of a size that will not come again: OpenVINO then prepares
               for small ones once instead of for each size. In bf16 they differ by up to 2 of 255

    The file is read once: the bytes that are checked are those that run. Values a little outside
    [0, 1] are clipped.

    May be called from several threads. Raises ModelFileError when the file is missing, damaged,
    not ours, of another contract version or not the one its card describes, when it has loops or
    weights in other files, and, when it runs, for results far outside [0, 1] or no numbers;
    BackendError or MissingExtra when the runtime cannot be used; InputError for other threads than
    1 or more.

    `notes` says where the device could not be had, or has failed since.
    """

    def __init__(
        self,
        path: str | PathLike[str],
        *,
        backend: BackendName = "auto",
        device: DeviceName = "auto",
        threads: int | None = None,
        precision: Precision = "auto",
        at_once: int = 1,
        many_sizes: bool = False,
    ) -> None:
        self.path = Path(path)
        self.precision = precision
        if backend not in BACKEND_NAMES:
            raise BackendError(f"backend is {backend!r}, expected one of {BACKEND_NAMES}")
        if precision not in PRECISIONS:
            raise BackendError(f"precision is {precision!r}, expected one of {PRECISIONS}")
        check_device(device)
        if precision == "bf16":
            if device not in ("auto", "cpu"):
                raise BackendError(
                    f"device is {device} and precision bf16, which is of the processor; leave one "
                    "of them out"
                )
            device = "cpu"
        if threads is not None and threads < 1:
            raise InputError(f"threads is {threads}, expected 1 or more")
        if at_once < 1:
            raise InputError(f"at_once is {at_once}, expected 1 or more")
        if at_once > 1 and threads is None:
            threads = usable_cores()
        data, card = read_model(self.path)
        self.contract: Contract = card.contract
        if self.path.suffix == ".npz":
            raise ModelFileError(f"{self.path} is no network; a scene method runs it")
        check_graph(data, self.path)

        file, contract = self.path, self.contract

        # Nothing here may know this model: tied into a cycle, graphs would stay in memory until
        # the garbage collector comes by.
        def open_on(place: Place) -> Backend:
            return BACKENDS[place.backend](
                file,
                data,
                contract,
                place=place,
                threads=threads,
                precision=precision,
                at_once=at_once,
                many_sizes=many_sizes,
            )

        small_run = partial(_small_run, contract.multiple)
        backends = backends_here(backend)
        self._on: OnDevice[Backend] = OnDevice(device, backends, open_on, small_run)

    @property
    def backend(self) -> str:
        """Name of the runtime in use: ``onnxruntime`` or ``openvino``."""
        return self._on.place.backend

    @property
    def device(self) -> str:
        """What it runs on: ``cpu``, ``cuda``, ``directml``, ``coreml``, or ``gpu`` for others."""
        return self._on.place.device

    @property
    def machine(self) -> dict[str, str]:
        """What it runs on, for records: backend and device."""
        return {"backend": self.backend, "device": self.device}

    @property
    def inputs(self) -> tuple[str, ...]:
        """Names of the tensors that `run` takes."""
        return tuple(self._on.opened.inputs)

    @property
    def channels(self) -> int | None:
        """Channels of the picture that `run` takes, of a graph that says them first."""
        return self._on.opened.inputs[self.contract.input][1]

    @property
    def outputs(self) -> tuple[str, ...]:
        """Names of the tensors that `run` gives."""
        return self._on.opened.outputs

    @property
    def notes(self) -> tuple[Note, ...]:
        """Where the device that was asked for could not be had, or has failed since."""
        return self._on.notes

    def take_notes(self) -> tuple[Note, ...]:
        """Those of what has happened since this was asked for the last time."""
        return self._on.take_notes()

    def __call__(self, x: Array) -> Array:
        """Run the bare network of a model that takes pictures and gives pictures.

        x: (N, 3, H, W) float32 in [0, 1], H and W multiples of ``contract.multiple``. Gives the
        same shape. Raises InputError for another layout, dtype or size.
        """
        self._check_takes_pictures()
        multiple = self.contract.multiple
        if x.dtype != np.float32 or x.ndim != 4 or x.shape[1] != 3 or 0 in x.shape:
            raise InputError(f"network input is {x.dtype} {x.shape}, expected float32 (N, 3, H, W)")
        if x.shape[2] % multiple or x.shape[3] % multiple:
            raise InputError(
                f"network input is {x.shape[3]}x{x.shape[2]} px, expected multiples of {multiple}; "
                "use run_image, which pads"
            )
        return clip_picture(self._run_plain(lambda b: b.run, np.ascontiguousarray(x)), self.path)

    def run_image(self, x: Array) -> Array:
        """Run one picture of any size through a model that takes pictures and gives pictures.

        x: (H, W, 3) RGB, uint8, uint16, or float32 / float64 in [0, 1]. Gives the same shape and
        dtype. Sides that are no multiple of ``contract.multiple`` are reflect-padded and cropped
        back. uint8 takes the fast path; the others keep their precision. Raises InputError for
        another shape or dtype.
        """
        self._check_takes_pictures()
        if x.ndim != 3 or x.shape[2] != 3 or 0 in x.shape:
            raise InputError(f"picture has shape {x.shape}, expected (H, W, 3)")
        height, width, _ = x.shape
        padded, _ = pad_to_multiple(x, self.contract.multiple)
        if x.dtype == np.uint8:
            stylized = self._run_plain(lambda b: b.run_bytes, np.ascontiguousarray(padded))
        else:
            tensor = np.ascontiguousarray(to_float(padded).transpose(2, 0, 1)[None])
            stylized = clip_picture(self._run_plain(lambda b: b.run, tensor), self.path)
            stylized = from_float(stylized[0].transpose(1, 2, 0), x.dtype)
        return stylized[:height, :width]

    def run(self, tensors: Mapping[str, Array]) -> dict[str, Array]:
        """Every output by name, computed in f32 unless another precision was asked for.

        tensors: one float32 array for each of `inputs`, with one batch size N. That of
        ``contract.input`` is (N, C, H, W) with H and W multiples of ``contract.multiple``; then
        ``contract.output`` is (N, 3, H, W) in the result, (N, 1, H, W) for GREY_TASKS, or
        (N, ...) for VECTOR_TASKS.

        Raises InputError for missing, unknown or ill-shaped tensors, BackendError when the
        runtime fails, ModelFileError when the output does not keep the contract.
        """
        self._check_tensors(tensors)
        # In the order of the graph, so that equal shapes are seen to be equal.
        feeds = {name: np.ascontiguousarray(tensors[name]) for name in self.inputs}
        picture = feeds[self.contract.input]
        try:
            results = self._on(lambda backend: backend.run_named(feeds))
        except PaintreelError:
            raise
        except Exception as error:
            shapes = {name: x.shape for name, x in feeds.items()}
            raise BackendError(
                f"{self.backend} failed to run {self.path} on {shapes}: {error}"
            ) from error
        channels = 1 if self.contract.task in GREY_TASKS else 3
        got = results[self.contract.output].shape
        expected = (len(picture), channels, *picture.shape[2:])
        if self.contract.task in VECTOR_TASKS:
            expected = (len(picture), *got[1:])
        if got != expected:
            raise ModelFileError(
                f"{self.path} gave shape {got}, expected {expected}: it does not keep its "
                "contract; export the model again"
            )
        for name, values in results.items():
            if name == self.contract.output:
                results[name] = clip_picture(values, self.path)
            elif not np.isfinite(values).all():
                raise ModelFileError(f"{self.path} gave values in '{name}' that are no numbers")
        return results

    def _check_takes_pictures(self) -> None:
        if len(self.inputs) != 1:
            raise InputError(
                f"{self.path} takes the tensors {list(self.inputs)}, not a picture alone; use run"
            )

    def _run_plain(self, run: Callable[[Backend], Callable[[Array], Array]], x: Array) -> Array:
        """What a method of the backend gives for `x`, with its failures as errors of ours."""
        try:
            result = self._on(lambda backend: run(backend)(x))
        except PaintreelError:
            raise
        except Exception as error:
            raise BackendError(
                f"{self.backend} failed to run {self.path} on shape {x.shape}: {error}"
            ) from error
        if result.shape != x.shape:
            raise ModelFileError(
                f"{self.path} gave shape {result.shape} for {x.shape}: it does not keep its "
                "contract; export the model again"
            )
        return result

    def _check_tensors(self, tensors: Mapping[str, Array]) -> None:
        if set(tensors) != set(self.inputs):
            raise InputError(
                f"the graph was given {sorted(tensors)}, expected {sorted(self.inputs)}"
            )
        for name, x in tensors.items():
            if x.dtype != np.float32 or x.ndim == 0 or x.size == 0:
                raise InputError(f"tensor '{name}' is {x.dtype} {x.shape}, expected float32 values")
        picture = tensors[self.contract.input]
        multiple = self.contract.multiple
        if picture.ndim != 4 or picture.shape[2] % multiple or picture.shape[3] % multiple:
            raise InputError(
                f"tensor '{self.contract.input}' has shape {picture.shape}, expected (N, C, H, W) "
                f"with H and W multiples of {multiple}"
            )
        batches = {name: len(x) for name, x in tensors.items()}
        if len(set(batches.values())) != 1:
            raise InputError(f"tensors have different batch sizes: {batches}")


def _small_run(multiple: int, backend: Backend) -> list[Array]:
    inputs = {name: (shape, np.float32) for name, shape in backend.inputs.items()}
    return list(backend.run_named(small_feeds(inputs, multiple)).values())
