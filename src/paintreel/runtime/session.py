"""Run one model file on one runtime, and nothing but what its contract allows."""

from __future__ import annotations

import importlib.util
from collections.abc import Callable
from os import PathLike
from pathlib import Path
from typing import Literal

import numpy as np

from paintreel.errors import BackendError, InputError, ModelFileError, PaintreelError
from paintreel.imaging.arrays import Array, from_float, to_float
from paintreel.imaging.geometry import pad_to_multiple
from paintreel.runtime.backends import BACKENDS, Backend, Precision
from paintreel.runtime.card import Contract, card_beside

BackendName = Literal["auto", "onnxruntime", "openvino"]
BACKEND_NAMES: tuple[str, ...] = ("auto", *BACKENDS)
PRECISIONS: tuple[str, ...] = ("auto", "f32", "bf16")


def open_backend(
    path: Path, *, backend: BackendName, threads: int | None, precision: Precision
) -> tuple[Contract, Backend]:
    """The contract of a model file, and the file loaded into a runtime.

    Options and errors are those of `Session`.
    """
    if backend not in BACKEND_NAMES:
        raise BackendError(f"backend is {backend!r}, expected one of {BACKEND_NAMES}")
    if precision not in PRECISIONS:
        raise BackendError(f"precision is {precision!r}, expected one of {PRECISIONS}")
    if threads is not None and threads < 1:
        raise InputError(f"threads is {threads}, expected 1 or more")
    contract = Contract.from_file(path)
    if card := card_beside(path):
        card.verify(path)
    if backend == "auto":
        backend = "openvino" if importlib.util.find_spec("openvino") else "onnxruntime"
    return contract, BACKENDS[backend](path, contract, threads=threads, precision=precision)


class Session:
    """A loaded model.

        session = Session("style.onnx")
        stylized = session.run_image(photo)             # (H, W, 3), any size, same dtype back
        tensor = session(batch)                         # (N, 3, H, W) float32 in [0, 1]

    path       an ONNX file with a contract; its hash is checked when a ``card.toml`` lies beside it
    backend    ``auto`` takes OpenVINO when it is installed, else ONNX Runtime
    threads    threads of the runtime; None leaves it to the runtime (all cores)
    precision  ``auto`` runs 8-bit pictures in bf16 where OpenVINO and the CPU do so natively (half
               the time, a tenth of a level on average) and all else in f32; or ``f32``, ``bf16``

    May be called from several threads. Raises ModelFileError when the file is missing, damaged,
    not ours, of another contract version or not the one its card describes; BackendError or
    MissingExtra when the runtime cannot be used.
    """

    def __init__(
        self,
        path: str | PathLike[str],
        *,
        backend: BackendName = "auto",
        threads: int | None = None,
        precision: Precision = "auto",
    ) -> None:
        self.path = Path(path)
        self.precision = precision
        self.contract, self._backend = open_backend(
            self.path, backend=backend, threads=threads, precision=precision
        )

    @property
    def backend(self) -> str:
        """Name of the runtime in use: ``onnxruntime`` or ``openvino``."""
        return self._backend.name

    def __call__(self, x: Array) -> Array:
        """Run the bare network.

        x: (N, 3, H, W) float32 in [0, 1], H and W multiples of ``contract.multiple``. Gives the
        same shape. Raises InputError for another layout, dtype or size.
        """
        multiple = self.contract.multiple
        if x.dtype != np.float32 or x.ndim != 4 or x.shape[1] != 3 or 0 in x.shape:
            raise InputError(f"network input is {x.dtype} {x.shape}, expected float32 (N, 3, H, W)")
        if x.shape[2] % multiple or x.shape[3] % multiple:
            raise InputError(
                f"network input is {x.shape[3]}x{x.shape[2]} px, expected multiples of {multiple}; "
                "use run_image, which pads"
            )
        return self._run(self._backend.run, np.ascontiguousarray(x))

    def run_image(self, x: Array) -> Array:
        """Run one picture of any size.

        x: (H, W, 3) RGB, uint8, uint16, or float32 / float64 in [0, 1]. Gives the same shape and
        dtype. Sides that are no multiple of ``contract.multiple`` are reflect-padded and cropped
        back. uint8 takes the fast path; the others keep their precision.
        """
        if x.ndim != 3 or x.shape[2] != 3 or 0 in x.shape:
            raise InputError(f"picture has shape {x.shape}, expected (H, W, 3)")
        height, width, _ = x.shape
        padded, _ = pad_to_multiple(x, self.contract.multiple)
        if x.dtype == np.uint8:
            stylized = self._run(self._backend.run_bytes, np.ascontiguousarray(padded))
        else:
            tensor = np.ascontiguousarray(to_float(padded).transpose(2, 0, 1)[None])
            stylized = self._run(self._backend.run, tensor)
            stylized = from_float(stylized[0].transpose(1, 2, 0), x.dtype)
        return stylized[:height, :width]

    def _run(self, run: Callable[[Array], Array], x: Array) -> Array:
        """`run(x)`, with its failures told as ours."""
        try:
            result = run(x)
        except PaintreelError:
            raise
        except Exception as error:
            raise BackendError(
                f"{self.backend} failed to run {self.path} on shape {x.shape}: {error}"
            ) from error
        if result.shape != x.shape:
            raise ModelFileError(
                f"{self.path} gave shape {result.shape} for {x.shape}: it does not keep its "
                "contract; export the style again"
            )
        return result
