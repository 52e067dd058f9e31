"""Feature extractors from ONNX files, on ONNX Runtime."""

from __future__ import annotations

from collections.abc import Mapping
from os import PathLike
from pathlib import Path
from typing import Any

import numpy as np

from paintreel.errors import InputError, ModelFileError, UnreadableFile
from paintreel.imaging.arrays import Array
from paintreel.metrics.extractors import FEATURES, NAME_KEY, SIDE_KEY, WEIGHTS_KEY
from paintreel.metrics.published import FID_INCEPTION, FID_WEIGHTS_SHA256, INCEPTION
from paintreel.runtime.devices import DeviceName
from paintreel.runtime.onnx_session import open_session

__all__ = ["OnnxExtractor"]

_MAX_NAME = 128
_MAX_INPUT_PX = 8192
_WEIGHTS_SUFFIXES = (".pth", ".pt", ".safetensors")


class OnnxExtractor:
    """A feature extractor from an ONNX file, on ONNX Runtime.

    The graph takes one float32 input (N, 3, H, W), RGB in [0, 1], and normalises inside. Its
    outputs of rank 4 are feature maps, in the order of the graph; its first output of rank 2 is
    the feature vector. Without one, the vector is the mean over positions of the last map. Where
    an output is called ``features``, as in the bundled classifiers, that is the vector, and the
    graph has no maps. The metadata entry `paintreel.extractor_side` says how large the squares are
    that a graph of free size is shown.

    path: the file.
    name: what scores are called by; by default the metadata entry `paintreel.extractor`, else
        the file's stem. FID_INCEPTION, whose scores are `fid` and `kid`, is for a file that says
        that its weights are FID's own; else it is INCEPTION.
    threads: of one inference; None leaves the choice to the runtime.
    device: what it runs on, as of `paintreel.runtime.model.Model`, among those of ONNX Runtime; the
        processor by default, so that figures do not depend on the machine. `network.notes` says
        where it could not be had.

    The file is read once; a card beside it must be its own and vouch for its hash.

    Raises `UnreadableFile` for a file that is missing, no ONNX graph, or of another form;
    `ModelFileError` for one that is not the one of its card or has weights in other files.
    """

    def __init__(
        self,
        path: str | PathLike[str],
        *,
        name: str | None = None,
        threads: int | None = None,
        device: DeviceName = "cpu",
    ) -> None:
        try:
            self.network = open_session(path, threads=threads, device=device)
        except UnreadableFile as error:
            if Path(path).suffix.lower() in _WEIGHTS_SUFFIXES and Path(path).is_file():
                raise UnreadableFile(
                    path,
                    "weights without their network; 'python -m paintreel.learn.export.vgg19' makes "
                    "the ONNX file of a VGG-19",
                ) from error
            raise
        session = self.network.session
        metadata = session.get_modelmeta().custom_metadata_map
        self.name = name or _stated_name(metadata) or Path(path).stem
        if self.name == FID_INCEPTION and metadata.get(WEIGHTS_KEY) != FID_WEIGHTS_SHA256:
            self.name = INCEPTION
        if not 1 <= len(self.name) <= _MAX_NAME or not self.name.isprintable():
            raise UnreadableFile(path, f"its name is not 1 to {_MAX_NAME} printable characters")
        self._input, self.size_px = _read_input(session.get_inputs(), path)
        if SIDE_KEY in metadata and self.size_px is None:
            side_px = _read_side(metadata[SIDE_KEY], path)
            self.size_px = side_px, side_px
        outputs = [o for o in session.get_outputs() if o.type == "tensor(float)"]
        self._maps = [o.name for o in outputs if len(o.shape) == 4]
        self._vector = next((o.name for o in outputs if len(o.shape) == 2), None)
        if any(o.name == FEATURES and len(o.shape) == 2 for o in outputs):
            self._maps, self._vector = [], FEATURES
        if not self._maps and self._vector is None:
            shapes = ", ".join(f"{o.name} {o.type} {o.shape}" for o in session.get_outputs())
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
            features: list[Array] = self.network.run(
                outputs, {self._input: np.ascontiguousarray(pictures)}
            )
        except Exception as error:  # the runtime's exceptions share no base but this
            height, width = pictures.shape[2:]
            raise InputError(
                f"extractor {self.name!r} cannot take pictures of {width}x{height} ({error})"
            ) from error
        if not all(np.isfinite(each).all() for each in features):
            raise ModelFileError(f"extractor {self.name!r} gave values that are no numbers")
        return features


def _stated_name(metadata: Mapping[str, str]) -> str | None:
    """What a file calls its features; those of FID's own weights have a name of their own."""
    stated = metadata.get(NAME_KEY)
    is_fid = stated == INCEPTION and metadata.get(WEIGHTS_KEY) == FID_WEIGHTS_SHA256
    return FID_INCEPTION if is_fid else stated


def _read_input(inputs: list[Any], path: str | PathLike[str]) -> tuple[str, tuple[int, int] | None]:
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
    if fixed and not 1 <= min(width, height) <= max(width, height) <= _MAX_INPUT_PX:
        raise UnreadableFile(
            path, f"its input is {width}x{height} px, expected at most {_MAX_INPUT_PX} px a side"
        )
    return inputs[0].name, (width, height) if fixed else None


def _read_side(text: str, path: str | PathLike[str]) -> int:
    if not text.isascii() or not text.isdecimal() or not 1 <= int(text[:8]) <= _MAX_INPUT_PX:
        raise UnreadableFile(
            path, f"its entry {SIDE_KEY} is {text!r}, expected 1 to {_MAX_INPUT_PX} px"
        )
    return int(text)


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
