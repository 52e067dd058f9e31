"""Semantic segmentation with a network from an ONNX file, such as DeepLabv3, on ONNX Runtime."""

from __future__ import annotations

from os import PathLike
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from paintreel.errors import BackendError, InputError, ModelFileError, UnreadableFile
from paintreel.imaging.arrays import Array, check_image, split_alpha, to_float
from paintreel.imaging.geometry import resize
from paintreel.runtime.devices import DeviceName
from paintreel.runtime.onnx_session import open_session

__all__ = ["OnnxSegmenter"]

_MAX_INPUT_PX = 8192


class OnnxSegmenter:
    """A `paintreel.metrics.scene.Segmenter` from an ONNX file of the user's.

        segmenter = OnnxSegmenter("deeplabv3.onnx")
        scene_coherence(picture, segmenter=segmenter)

    path      the file; one float32 input (N, 3, H, W), RGB in [0, 1], normalised inside. Its first
              output of rank 4 is scores of classes (N, C, h, w), of rank 3 labels (N, h, w)
    input_px  longer side that a picture is brought to where the file leaves its size open
    threads   of one inference; None leaves it to the runtime
    device    what it runs on, as of `OnnxExtractor`

    Raises UnreadableFile for a file that is missing or no such network, ModelFileError for one that
    is not the one of the card beside it, has weights in other files or gives no numbers, InputError
    for options out of range, BackendError when the runtime fails.
    """

    def __init__(
        self,
        path: str | PathLike[str],
        *,
        input_px: int = 520,
        threads: int | None = None,
        device: DeviceName = "cpu",
    ) -> None:
        if not 32 <= input_px <= _MAX_INPUT_PX:
            raise InputError(f"input_px is {input_px}, expected 32 to {_MAX_INPUT_PX}")
        self.path = Path(path)
        self.name = f"segments:{self.path.stem}"
        self._input_px = input_px
        self.network = open_session(self.path, threads=threads, device=device)
        session = self.network.session
        self._input, self._size = _read_input(self.path, session)
        maps = [o.name for o in session.get_outputs() if len(o.shape) in (3, 4)]
        if not maps:
            raise UnreadableFile(
                self.path, "no output is a map of scores (N, C, h, w) or of labels (N, h, w)"
            )
        self._output = maps[0]

    def __call__(self, picture: Array, /) -> Array:
        """(H, W) int64 classes of an (H, W, 3) or grey picture of any size and dtype."""
        check_image(picture, name="picture")
        rgb = to_float(split_alpha(picture)[0])
        height, width = rgb.shape[:2]
        scale = self._input_px / max(height, width)
        size = self._size or (max(1, round(width * scale)), max(1, round(height * scale)))
        tensor = np.ascontiguousarray(resize(rgb, *size).transpose(2, 0, 1)[None], np.float32)
        try:
            output = self.network.run([self._output], {self._input: tensor})[0]
        except Exception as error:  # the runtime's exceptions share no base but this
            raise BackendError(f"{self.path} failed to run on {tensor.shape}: {error}") from error
        labels = self._labels(output)
        # By nearest: between two classes there is none.
        return cv2.resize(
            labels.astype(np.int32), (width, height), interpolation=cv2.INTER_NEAREST_EXACT
        ).astype(np.int64)

    def _labels(self, output: Array) -> Array:
        """(h, w) classes of the network's own map."""
        if output.ndim not in (3, 4) or len(output) != 1 or 0 in output.shape:
            raise UnreadableFile(self.path, f"its map has shape {output.shape}")
        if not np.isfinite(output).all():
            raise ModelFileError(f"{self.path} gave values that are no numbers")
        labels: Array = output[0].argmax(axis=0) if output.ndim == 4 else output[0]
        return labels


def _read_input(path: Path, session: Any) -> tuple[str, tuple[int, int] | None]:
    """Name and, where it is fixed, (width, height) of the network's input."""
    entries = session.get_inputs()
    found = ", ".join(f"{e.name} {e.type} {e.shape}" for e in entries) or "none"
    fits = len(entries) == 1 and entries[0].type == "tensor(float)" and len(entries[0].shape) == 4
    if not fits or (isinstance(entries[0].shape[1], int) and entries[0].shape[1] != 3):
        raise UnreadableFile(path, f"inputs are {found}; expected one, float (N, 3, H, W)")
    height, width = entries[0].shape[2:]
    if not (isinstance(height, int) and isinstance(width, int)):
        return entries[0].name, None
    if not 1 <= min(height, width) <= max(height, width) <= _MAX_INPUT_PX:
        raise UnreadableFile(
            path, f"its input is {width}x{height} px, expected at most {_MAX_INPUT_PX} px a side"
        )
    return entries[0].name, (width, height)
