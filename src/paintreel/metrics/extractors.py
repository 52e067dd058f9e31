"""Feature extractors: the networks behind perceptual and distribution distances.

A distance over features is only as good as its network, and only comparable with distances
over the same one; so an extractor has a name, and scores carry it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from os import PathLike, fspath
from pathlib import Path
from typing import TYPE_CHECKING, Protocol, runtime_checkable

import numpy as np

from paintreel.errors import InputError, UnreadableFile
from paintreel.imaging.arrays import Array, split_alpha, to_float
from paintreel.imaging.geometry import resize
from paintreel.metrics.inputs import check_picture

if TYPE_CHECKING:
    from onnxruntime import NodeArg

__all__ = ["NAME_KEY", "FeatureExtractor", "OnnxExtractor", "feature_vectors", "to_batch"]

NAME_KEY = "paintreel.extractor"
"""Metadata entry of an ONNX file that names its features."""

_WEIGHTS_SUFFIXES = (".pth", ".pt", ".safetensors")


@runtime_checkable
class FeatureExtractor(Protocol):
    """A network that describes pictures by features.

    name: short and stable, for instance "dske"; part of the score's name (`fd_dske`).
    size_px: (width, height) that it asks for, or None when it takes any size.
    """

    name: str
    size_px: tuple[int, int] | None

    def maps(self, pictures: Array) -> list[Array]:
        """Feature maps of chosen layers, each (N, C, h, w), of (N, 3, H, W) float32 in [0, 1]."""

    def vectors(self, pictures: Array) -> Array:
        """One feature vector a picture, (N, D), of (N, 3, H, W) float32 in [0, 1]."""


class OnnxExtractor:
    """A feature extractor from an ONNX file, on ONNX Runtime.

    The graph takes one float32 input (N, 3, H, W), RGB in [0, 1], and normalises inside. Its
    outputs of rank 4 are feature maps, in the order of the graph; its first output of rank 2 is
    the feature vector. Without one, the vector is the mean over positions of the last map.

    path: the file.
    name: what scores are called by; by default the metadata entry `paintreel.extractor`, else
        the file's stem.
    threads: of one inference; None leaves the choice to the runtime.

    Raises `UnreadableFile` for a file that is missing, no ONNX graph, or of another form.
    """

    def __init__(
        self, path: str | PathLike[str], *, name: str | None = None, threads: int | None = None
    ) -> None:
        import onnxruntime  # 0.1 s, and most measures need no network

        options = onnxruntime.SessionOptions()
        options.log_severity_level = 3
        if threads is not None:
            options.intra_op_num_threads = threads
        if not Path(path).is_file():
            raise UnreadableFile(path, "no such file")
        try:
            self._session = onnxruntime.InferenceSession(
                fspath(path), options, providers=["CPUExecutionProvider"]
            )
        except Exception as error:  # the runtime's exceptions share no base but this
            reason = f"not an ONNX graph that can be run ({error})"
            if Path(path).suffix.lower() in _WEIGHTS_SUFFIXES:
                reason = (
                    "weights without their network; 'python -m paintreel.learn.export.vgg19' makes "
                    "the ONNX file of a VGG-19"
                )
            raise UnreadableFile(path, reason) from error
        metadata = self._session.get_modelmeta().custom_metadata_map
        self.name = name or metadata.get(NAME_KEY) or Path(path).stem
        self._input, self.size_px = _read_input(self._session.get_inputs(), path)
        outputs = self._session.get_outputs()
        self._maps = [o.name for o in outputs if len(o.shape) == 4]
        self._vector = next((o.name for o in outputs if len(o.shape) == 2), None)
        if not self._maps and self._vector is None:
            shapes = ", ".join(f"{o.name} {o.shape}" for o in outputs)
            raise UnreadableFile(
                path, f"no output is a feature map (N, C, h, w) or vector (N, D): {shapes}"
            )

    def maps(self, pictures: Array) -> list[Array]:
        """As `FeatureExtractor.maps`. Raises `InputError` when the graph gives no maps."""
        if not self._maps:
            raise InputError(
                f"extractor {self.name!r} has no feature maps, only vectors; "
                "export it with the outputs of its layers"
            )
        return self._run(self._maps, pictures)

    def vectors(self, pictures: Array) -> Array:
        """As `FeatureExtractor.vectors`."""
        if self._vector is not None:
            return self._run([self._vector], pictures)[0]
        means: Array = self._run(self._maps[-1:], pictures)[0].mean(axis=(2, 3), dtype=np.float64)
        return means

    def _run(self, outputs: list[str], pictures: Array) -> list[Array]:
        _check_batch(pictures, self.size_px, self.name)
        try:
            results: list[Array] = self._session.run(
                outputs, {self._input: np.ascontiguousarray(pictures)}
            )
        except Exception as error:  # the runtime's exceptions share no base but this
            height, width = pictures.shape[2:]
            raise InputError(
                f"extractor {self.name!r} cannot take pictures of {width}x{height} ({error})"
            ) from error
        return results


def to_batch(pictures: Sequence[Array], *, size_px: tuple[int, int] | None = None) -> Array:
    """Pictures of any accepted layout and dtype as one (N, 3, H, W) float32 batch in [0, 1].

    size_px: (width, height) to resize to, antialiased; None asks that all sizes agree.

    >>> to_batch([np.full((2, 4), 255, np.uint8)] * 3).shape
    (3, 3, 2, 4)
    """
    if len(pictures) == 0:
        raise InputError("a batch needs at least one picture, got none")
    for i, picture in enumerate(pictures):
        check_picture(picture, name=f"picture {i}")
    width, height = size_px or pictures[0].shape[1::-1]
    batch = np.empty((len(pictures), 3, height, width), np.float32)
    for i, picture in enumerate(pictures):
        if size_px is not None:
            picture = resize(picture, width, height)
        elif picture.shape[:2] != (height, width):
            raise InputError(
                f"picture {i} is {picture.shape[1]}x{picture.shape[0]} and the first of its "
                f"batch {width}x{height}; give size_px to resize them"
            )
        batch[i] = split_alpha(to_float(picture))[0].transpose(2, 0, 1)
    return batch


def feature_vectors(
    extractor: FeatureExtractor, pictures: Iterable[Array], *, batch_size: int = 16
) -> Iterator[Array]:
    """Feature vectors (n, D) of pictures, batch by batch, holding one batch at a time.

    Pictures are resized to what the extractor asks for; where it takes any size, neighbours of
    equal size share a batch.
    """
    if batch_size < 1:
        raise InputError(f"batch_size must be at least 1, got {batch_size}")
    batch: list[Array] = []
    for picture in pictures:
        alike = not batch or extractor.size_px or picture.shape[:2] == batch[0].shape[:2]
        if batch and (len(batch) == batch_size or not alike):
            yield extractor.vectors(to_batch(batch, size_px=extractor.size_px))
            batch = []
        batch.append(picture)
    if batch:
        yield extractor.vectors(to_batch(batch, size_px=extractor.size_px))


def _read_input(
    inputs: Sequence[NodeArg], path: str | PathLike[str]
) -> tuple[str, tuple[int, int] | None]:
    """Name of the one input, and the (width, height) it is fixed to, if it is."""
    shapes = ", ".join(f"{i.name} {i.type} {i.shape}" for i in inputs)
    if len(inputs) != 1 or inputs[0].type != "tensor(float)" or len(inputs[0].shape) != 4:
        raise UnreadableFile(path, f"expected one float input (N, 3, H, W), the graph has {shapes}")
    count, channels, height, width = inputs[0].shape
    if isinstance(channels, int) and channels != 3:
        raise UnreadableFile(path, f"expected three input channels, the graph has {shapes}")
    if isinstance(count, int):
        raise UnreadableFile(path, f"export it with a free batch axis, the graph has {shapes}")
    fixed = isinstance(height, int) and isinstance(width, int)
    return inputs[0].name, (width, height) if fixed else None


def _check_batch(pictures: Array, size_px: tuple[int, int] | None, name: str) -> None:
    if pictures.ndim != 4 or pictures.shape[1] != 3 or pictures.dtype != np.float32:
        raise InputError(
            f"extractor {name!r} takes (N, 3, H, W) float32 in [0, 1], got "
            f"{pictures.shape} {pictures.dtype}; make it with to_batch"
        )
    if size_px is not None and pictures.shape[:1:-1] != size_px:
        raise InputError(
            f"extractor {name!r} takes {size_px[0]}x{size_px[1]} pictures, got "
            f"{pictures.shape[3]}x{pictures.shape[2]}; give size_px to to_batch"
        )
