"""Run a model file of several named tensors, with the checks that `Session` makes of styles."""

from __future__ import annotations

from collections.abc import Mapping
from os import PathLike
from pathlib import Path

import numpy as np

from paintreel.errors import BackendError, InputError, ModelFileError, PaintreelError
from paintreel.imaging.arrays import Array
from paintreel.runtime.session import BackendName, open_backend


class Graph:
    """A loaded model whose inputs and outputs go by name.

        graph = Graph("scene.onnx")
        results = graph.run({"rough": planes, "category": one_hot, "code": code, "mix": mix})

    path     an ONNX file with a contract; its hash is checked when a ``card.toml`` lies beside it
    backend  ``auto`` takes OpenVINO when it is installed, else ONNX Runtime
    threads  threads of the runtime; None leaves it to the runtime (all cores)

    Always runs in float32: both runtimes and all machines then agree within a level of 255.
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
    ) -> None:
        self.path = Path(path)
        self.contract, self._backend = open_backend(
            self.path, backend=backend, threads=threads, precision="f32"
        )

    @property
    def backend(self) -> str:
        """Name of the runtime in use: ``onnxruntime`` or ``openvino``."""
        return self._backend.name

    @property
    def inputs(self) -> tuple[str, ...]:
        """Names of the tensors that `run` takes."""
        return self._backend.inputs

    @property
    def outputs(self) -> tuple[str, ...]:
        """Names of the tensors that `run` gives."""
        return self._backend.outputs

    def run(self, tensors: Mapping[str, Array]) -> dict[str, Array]:
        """Every output by name.

        tensors: one float32 array for each of `inputs`, with one batch size N. That of
        ``contract.input`` is (N, C, H, W) with H and W multiples of ``contract.multiple``; then
        ``contract.output`` is (N, 3, H, W) in the result.

        Raises InputError for missing, unknown or ill-shaped tensors, BackendError when the
        runtime fails, ModelFileError when the output does not keep the contract.
        """
        self._check(tensors)
        # In the order of the graph, so that equal shapes are seen to be equal.
        feeds = {name: np.ascontiguousarray(tensors[name]) for name in self.inputs}
        picture = feeds[self.contract.input]
        try:
            results = self._backend.run_named(feeds)
        except PaintreelError:
            raise
        except Exception as error:
            shapes = {name: x.shape for name, x in feeds.items()}
            raise BackendError(
                f"{self.backend} failed to run {self.path} on {shapes}: {error}"
            ) from error
        got, expected = results[self.contract.output].shape, (len(picture), 3, *picture.shape[2:])
        if got != expected:
            raise ModelFileError(
                f"{self.path} gave shape {got}, expected {expected}: it does not keep its "
                "contract; export the model again"
            )
        return results

    def _check(self, tensors: Mapping[str, Array]) -> None:
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
