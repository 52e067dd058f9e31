"""Object detection with a Mask R-CNN or Faster R-CNN from an ONNX file, on ONNX Runtime.

As torchvision's networks are exported: one picture in, and boxes (N, 4), labels (N,), scores (N,)
out, whatever they are called, with masks or without. docs/metrics.md has the script.
"""

from __future__ import annotations

from collections.abc import Sequence
from os import PathLike
from pathlib import Path
from typing import Any

import numpy as np

from paintreel.errors import BackendError, InputError, ModelFileError, UnreadableFile
from paintreel.imaging.arrays import Array, check_image, split_alpha, to_float
from paintreel.imaging.geometry import fit_max_side, resize
from paintreel.metrics.scene.detection import Detections
from paintreel.runtime.detector import YoloDetector, class_names
from paintreel.runtime.devices import DeviceName
from paintreel.runtime.onnx_session import open_session

__all__ = ["RcnnDetector", "open_detector"]

_MAX_INPUT_PX = 8192
_FLOAT = "tensor(float)"


class RcnnDetector:
    """A `paintreel.metrics.scene.Detector` from an R-CNN ONNX file of the user's.

        detector = RcnnDetector("maskrcnn.onnx")
        scene_complexity(picture, detector=detector)

    path         the file; one float32 input (3, H, W) or (1, 3, H, W), RGB in [0, 1]. Where it
                 fixes H and W, the picture is brought to that size, and boxes are brought back
    classes      names in the order of the network; by default those in the file's metadata
    least_score  boxes below it are dropped, in [0, 1]
    longest_px   longer side of what a file that leaves its size open is shown, at most
    threads, device   as of `YoloDetector`

    Raises what `YoloDetector` raises, for the same reasons.
    """

    def __init__(
        self,
        path: str | PathLike[str],
        *,
        classes: Sequence[str] | None = None,
        least_score: float = 0.5,
        longest_px: int = 1333,
        threads: int | None = None,
        device: DeviceName = "cpu",
    ) -> None:
        if not 0.0 <= least_score <= 1.0:
            raise InputError(f"least_score is {least_score}, expected a number in [0, 1]")
        if longest_px < 32:
            raise InputError(f"longest_px is {longest_px}, expected at least 32")
        self.path = Path(path)
        self.name = f"rcnn:{self.path.stem}"
        self._least_score, self._longest_px = least_score, longest_px
        self.network = open_session(self.path, threads=threads, device=device)
        session = self.network.session
        self._input, self._rank, self._size = _read_input(self.path, session)
        outputs = _outputs_of(session)
        if outputs is None:
            raise UnreadableFile(self.path, f"outputs are {_text(session.get_outputs())}; {_FORM}")
        self._outputs = outputs
        self._classes = list(classes) if classes is not None else class_names(session)

    def __call__(self, picture: Array, /) -> Detections:
        """The objects of an (H, W, 3) or grey picture of any size and dtype, best first."""
        check_image(picture, name="picture")
        rgb = to_float(split_alpha(picture)[0])
        height, width = rgb.shape[:2]
        size = self._size or fit_max_side(width, height, self._longest_px)
        shown = rgb if size == (width, height) else resize(rgb, *size)
        tensor = np.ascontiguousarray(shown.transpose(2, 0, 1), np.float32)
        tensor = tensor[None] if self._rank == 4 else tensor
        try:
            boxes, labels, scores = self.network.run(self._outputs, {self._input: tensor})
        except Exception as error:  # the runtime's exceptions share no base but this
            raise BackendError(f"{self.path} failed to run on {tensor.shape}: {error}") from error
        return self._found(boxes, labels, scores, (width / size[0], height / size[1]), rgb.shape)

    def _found(
        self,
        boxes: Array,
        labels: Array,
        scores: Array,
        scale: tuple[float, float],
        shape: Sequence[int],
    ) -> Detections:
        """Of raw outputs, with boxes in pixels of the picture (H, W, 3)."""
        if boxes.shape != (len(scores), 4) or labels.shape != scores.shape:
            raise UnreadableFile(
                self.path,
                f"it gave boxes {boxes.shape}, labels {labels.shape}, scores {scores.shape}",
            )
        boxes, scores = boxes.astype(np.float64), scores.astype(np.float64)
        if not (np.isfinite(boxes).all() and np.isfinite(scores).all()):
            raise ModelFileError(f"{self.path} gave values that are no numbers")
        height, width = shape[:2]
        boxes = np.clip(boxes * np.tile(scale, 2), 0.0, (width, height, width, height))
        kept = (scores >= self._least_score) & (boxes[:, 2:] > boxes[:, :2]).all(axis=1)
        best = np.flatnonzero(kept)[np.argsort(-scores[kept], kind="stable")]
        names = tuple(self._label(int(number)) for number in labels[best])
        return Detections(boxes[best], names, scores[best])

    def _label(self, number: int) -> str:
        if self._classes is None or not 0 <= number < len(self._classes):
            return f"class {number}"
        return self._classes[number]


_FORM = "expected boxes (N, 4), labels (N,) of whole numbers and scores (N,)"


def open_detector(
    path: str | PathLike[str], *, threads: int | None = None, device: DeviceName = "cpu"
) -> YoloDetector | RcnnDetector:
    """The detector of a file: an R-CNN by its outputs, else a YOLO network.

    Raises what both raise.
    """
    network = open_session(path, threads=threads, device=device)
    kind = RcnnDetector if _outputs_of(network.session) is not None else YoloDetector
    del network
    return kind(path, threads=threads, device=device)


def _outputs_of(session: Any) -> list[str] | None:
    """Names of boxes, labels and scores; None for a graph of another form."""
    found: list[str] = []
    for rank, floats in ((2, True), (1, False), (1, True)):
        fitting = [
            o.name
            for o in session.get_outputs()
            if len(o.shape) == rank
            and (o.type == _FLOAT) == floats
            and (rank == 1 or o.shape[1] in (4, None) or isinstance(o.shape[1], str))
        ]
        if len(fitting) != 1:
            return None
        found += fitting
    return found


def _read_input(path: Path, session: Any) -> tuple[str, int, tuple[int, int] | None]:
    """Name, rank and, where it is fixed, (width, height) of the network's input."""
    entries = session.get_inputs()
    fits = len(entries) == 1 and entries[0].type == _FLOAT and len(entries[0].shape) in (3, 4)
    if not fits or (isinstance(entries[0].shape[-3], int) and entries[0].shape[-3] != 3):
        raise UnreadableFile(
            path, f"inputs are {_text(entries)}; expected one, float (3, H, W) or (1, 3, H, W)"
        )
    height, width = entries[0].shape[-2:]
    if not (isinstance(height, int) and isinstance(width, int)):
        return entries[0].name, len(entries[0].shape), None
    if not 1 <= min(height, width) <= max(height, width) <= _MAX_INPUT_PX:
        raise UnreadableFile(
            path, f"its input is {width}x{height} px, expected at most {_MAX_INPUT_PX} px a side"
        )
    return entries[0].name, len(entries[0].shape), (width, height)


def _text(entries: Any) -> str:
    return ", ".join(f"{e.name} {e.type} {e.shape}" for e in entries) or "none"
