"""Object detection with a YOLO network from an ONNX file, on ONNX Runtime.

Three forms of output are read, as the common exporters write them; N candidates, C classes,
boxes in pixels of the network's input:

    "v5"    (1, N, 5 + C)    centre x, centre y, width, height, objectness, C class scores
    "v8"    (1, 4 + C, N)    centre x, centre y, width, height, C class scores (v8, v9, v11)
    "nms"   (1, N, 6)        left, top, right, bottom, score, class, already suppressed (v10)

Mask coefficients after the class scores are passed over when the file names its classes.
"""

from __future__ import annotations

import ast
from collections.abc import Sequence
from os import PathLike
from pathlib import Path
from typing import Any, Literal

import cv2
import numpy as np

from paintreel.errors import BackendError, InputError, ModelFileError, UnreadableFile
from paintreel.imaging.arrays import Array, check_image, split_alpha, to_float
from paintreel.metrics.scene.detection import Detections, non_maximum_suppression
from paintreel.runtime.devices import DeviceName
from paintreel.runtime.onnx_session import open_session
from paintreel.runtime.schema import MAX_TEXT_BYTES

__all__ = ["YoloDetector"]

Layout = Literal["auto", "v5", "v8", "nms"]
_LAYOUTS = ("auto", "v5", "v8", "nms")
_PADDING = 114.0 / 255.0  # the grey on which YOLO networks are trained
_MAX_INPUT_PX = 8192
_DTYPES = {"tensor(float)": np.float32, "tensor(float16)": np.float16}


class YoloDetector:
    """A `paintreel.metrics.scene.Detector` from a YOLO ONNX file of the user's.

        detector = YoloDetector("yolov5s.onnx")
        scene_richness(picture, detector=detector)

    The picture is fitted into the network's input, keeping its aspect, on grey (letterbox).

    path       the file; one input (1, 3, H, W) float32 or float16, RGB in [0, 1]
    layout     form of the output, see the module; "auto" reads it from shape and class names
    classes    names in the order of the network; by default those in the file's metadata
    least_score  candidates below it are dropped, in [0, 1]
    overlap    intersection over union above which the lesser of two boxes of a class is dropped
    input_px   side of the square input of files that leave their size open
    threads    of one inference; None leaves it to the runtime
    device     what it runs on, as of `OnnxExtractor`

    Raises UnreadableFile for a file that is missing or no such network, ModelFileError for one that
    is not the one of the card beside it, has weights in other files or gives no numbers, InputError
    for options out of range or an output that "auto" cannot tell, BackendError when the runtime
    fails.
    """

    def __init__(
        self,
        path: str | PathLike[str],
        *,
        layout: Layout = "auto",
        classes: Sequence[str] | None = None,
        least_score: float = 0.25,
        overlap: float = 0.45,
        input_px: int = 640,
        threads: int | None = None,
        device: DeviceName = "cpu",
    ) -> None:
        if layout not in _LAYOUTS:
            raise InputError(f"layout is {layout!r}, expected one of {', '.join(_LAYOUTS)}")
        for option, value in (("least_score", least_score), ("overlap", overlap)):
            if not 0.0 <= value <= 1.0:
                raise InputError(f"{option} is {value}, expected a number in [0, 1]")
        if input_px < 32:
            raise InputError(f"input_px is {input_px}, expected at least 32")
        self.path = Path(path)
        self.name = f"yolo:{self.path.stem}"
        self._layout = layout
        self._least_score = least_score
        self._overlap = overlap
        self.network = open_session(self.path, threads=threads, device=device)
        session = self.network.session
        entry, self._dtype, self._size = _read_input(self.path, session, input_px)
        self._input = entry
        self._classes = list(classes) if classes is not None else class_names(session)

    def __call__(self, picture: Array, /) -> Detections:
        """The objects of an (H, W, 3) or grey picture of any size and dtype, best first."""
        check_image(picture, name="picture")
        rgb = np.ascontiguousarray(to_float(split_alpha(picture)[0]))
        tensor, scale, margin = _letterbox(rgb, self._size)
        try:
            given: dict[str, Array] = {self._input: tensor.astype(self._dtype)}
            output = self.network.run(None, given)[0]
        except Exception as error:
            raise BackendError(f"{self.path} failed to run on {tensor.shape}: {error}") from error
        if not isinstance(output, np.ndarray) or output.dtype.kind not in "fiu":
            raise UnreadableFile(self.path, "its first output is no tensor of numbers")
        if not np.isfinite(output).all():
            raise ModelFileError(f"{self.path} gave values that are no numbers")
        boxes, scores, classes = self._read(output.astype(np.float64))
        boxes = (boxes - np.tile(margin, 2)) / np.tile(scale, 2)
        height, width = rgb.shape[:2]
        boxes = np.clip(boxes, 0.0, (width, height, width, height))
        confident = (scores >= self._least_score) & (boxes[:, 2:] > boxes[:, :2]).all(axis=1)
        boxes, scores, classes = boxes[confident], scores[confident], classes[confident]
        # Classes moved apart by more than the picture cannot suppress each other.
        apart = boxes + (classes * 2.0 * max(height, width))[:, None]
        best = non_maximum_suppression(apart, scores, overlap=self._overlap)
        return Detections(boxes[best], tuple(map(self._label, classes[best])), scores[best])

    def _label(self, number: int) -> str:
        if self._classes is None or not 0 <= number < len(self._classes):
            return f"class {number}"
        return self._classes[number]

    def _read(self, output: Array) -> tuple[Array, Array, Array]:
        """(N, 4) boxes by corners in input pixels, (N,) scores, (N,) class numbers."""
        if output.ndim != 3 or output.shape[0] != 1:
            raise UnreadableFile(
                self.path, f"its first output has shape {output.shape}, no YOLO form is like that"
            )
        count = len(self._classes) if self._classes is not None else None
        layout = (
            _guess_layout(self.path, output.shape[1:], count)
            if self._layout == "auto"
            else self._layout
        )
        rows = output[0].T if layout == "v8" else output[0]
        first_class = {"v5": 5, "v8": 4, "nms": 6}[layout]
        if rows.shape[1] < first_class + (layout != "nms") * (count or 1):
            raise InputError(
                f"{self.path} gives {output.shape}, too few columns for layout {layout!r}"
                + (f" with {count} classes" if count else "")
            )
        if layout == "nms":
            return rows[:, :4], rows[:, 4], rows[:, 5].astype(np.int64)
        per_class = rows[:, first_class : None if count is None else first_class + count]
        classes = per_class.argmax(axis=1)
        scores = per_class.max(axis=1)
        if layout == "v5":
            scores = scores * rows[:, 4]
        middle, half = rows[:, :2], rows[:, 2:4] / 2.0
        return np.concatenate([middle - half, middle + half], axis=1), scores, classes


def _read_input(path: Path, session: Any, input_px: int) -> tuple[str, type, tuple[int, int]]:
    """Name, dtype and (width, height) of the network's input."""
    entries = session.get_inputs()
    if len(entries) != 1 or entries[0].type not in _DTYPES or len(entries[0].shape) != 4:
        found = ", ".join(f"{e.name} {e.type} {e.shape}" for e in entries) or "none"
        raise UnreadableFile(path, f"inputs are {found}; expected one, float (1, 3, H, W)")
    shape = entries[0].shape
    if shape[1] not in (3, None) and not isinstance(shape[1], str):
        raise UnreadableFile(path, f"its input has {shape[1]} channels, expected 3")
    height, width = (side if isinstance(side, int) else input_px for side in shape[2:])
    if not 1 <= min(height, width) <= max(height, width) <= _MAX_INPUT_PX:
        raise UnreadableFile(
            path, f"its input is {width}x{height} px, expected at most {_MAX_INPUT_PX} px a side"
        )
    return entries[0].name, _DTYPES[entries[0].type], (width, height)


def class_names(session: Any) -> list[str] | None:
    """Class names from the metadata entry `names`, a Python dict or list as text."""
    text = session.get_modelmeta().custom_metadata_map.get("names")
    if not text:
        return None
    if len(text) > MAX_TEXT_BYTES:
        return None
    try:
        names = ast.literal_eval(text)
        if isinstance(names, dict):
            names = [names[key] for key in sorted(names)]
    except (ValueError, SyntaxError, TypeError, RecursionError, MemoryError):
        return None
    return [str(name) for name in names] if isinstance(names, (list, tuple)) else None


def _guess_layout(path: Path, shape: tuple[int, int], classes: int | None) -> str:
    """The layout of an output (1, *shape), by the number of classes or else by its form."""
    first, second = shape
    if classes is None:
        fitting = {"v8": 4 < first < second, "v5": second > 5 and first >= second}
    else:
        fitting = {"v8": first == 4 + classes, "v5": second == 5 + classes}
    fitting["nms"] = second == 6
    if not any(fitting.values()) and classes is not None:  # mask coefficients follow
        fitting = {"v8": 4 + classes < first < second, "v5": 5 + classes < second <= first}
    layouts = [layout for layout, fits in fitting.items() if fits]
    if len(layouts) != 1:
        raise InputError(
            f"{path} gives (1, {first}, {second}), which "
            + ("may be layout " + " or ".join(layouts) if layouts else "is no known YOLO layout")
            + "; name it with layout='v5', 'v8' or 'nms'"
        )
    return layouts[0]


def _letterbox(rgb: Array, size: tuple[int, int]) -> tuple[Array, Array, Array]:
    """(1, 3, H, W) input, and the scale (x, y) and margin (x, y) in pixels of the picture in it."""
    height, width = rgb.shape[:2]
    fit = min(size[0] / width, size[1] / height)
    inner = (max(1, round(width * fit)), max(1, round(height * fit)))
    shrinks = inner[0] < width
    small = cv2.resize(rgb, inner, interpolation=cv2.INTER_AREA if shrinks else cv2.INTER_LINEAR)
    left, top = (size[0] - inner[0]) // 2, (size[1] - inner[1]) // 2
    tensor = np.full((1, 3, size[1], size[0]), _PADDING, np.float32)
    tensor[0, :, top : top + inner[1], left : left + inner[0]] = small.transpose(2, 0, 1)
    scale = np.array([inner[0] / width, inner[1] / height])
    return tensor, scale, np.array([left, top], dtype=np.float64)
