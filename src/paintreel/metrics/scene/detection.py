"""What a scene holds: the detector protocol, its result, and the fallback by regions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np
from numpy.typing import ArrayLike

from paintreel.errors import InputError
from paintreel.imaging.arrays import Array
from paintreel.imaging.geometry import fit_max_side, resize
from paintreel.metrics.scene.segmentation import RegionSegmenter, Segmenter

WORKING_SIDE_PX = 256
"""Longer side at which pictures are segmented and measured."""
SMALLEST_ELEMENT = 0.002
"""Least share of the picture that a region must cover to count as an element."""


@dataclass(frozen=True, slots=True)
class Detections:
    """Objects found in a picture.

    boxes   (N, 4) float64 left, top, right, bottom in pixels; right > left, bottom > top
    labels  N class names
    scores  (N,) float64 confidence in [0, 1]

    Raises InputError for boxes of another shape, empty, turned round or not finite; for another
    number of labels or scores than of boxes.
    """

    boxes: Array
    labels: Sequence[str]
    scores: Array

    def __post_init__(self) -> None:
        if self.boxes.ndim != 2 or self.boxes.shape[1] != 4:
            raise InputError(f"boxes has shape {self.boxes.shape}, expected (N, 4)")
        if not len(self.boxes) == len(self.labels) == len(self.scores):
            raise InputError(
                f"{len(self.boxes)} boxes, {len(self.labels)} labels and {len(self.scores)} "
                "scores, expected as many of each"
            )
        left, top, right, bottom = self.boxes.T
        if not (np.isfinite(self.boxes).all() and (right > left).all() and (bottom > top).all()):
            raise InputError(
                "a box is empty, turned round or not finite, expected x0 < x1, y0 < y1"
            )

    def __len__(self) -> int:
        return len(self.boxes)


class Detector(Protocol):
    """Finds the objects of a picture.

    `paintreel.runtime.rcnn.open_detector` runs the ONNX file of a YOLO or of a Mask R-CNN; any
    object with a name and this call will do.
    """

    @property
    def name(self) -> str:
        """Short and stable; scores carry it as their source."""
        ...

    def __call__(self, picture: Array, /) -> Detections:
        """The objects of an (H, W, 3) RGB float32 picture in [0, 1], boxes in its pixels."""
        ...


@dataclass(frozen=True, slots=True)
class RegionDetector:
    """`Detector` that needs no trained network: every region of some size is an element.

    It sees what is visually distinct, not what it is: a face is several elements, two touching
    leaves of one green are one. Scores are 1, labels "region".
    """

    segmenter: Segmenter = field(default_factory=RegionSegmenter)
    smallest: float = SMALLEST_ELEMENT

    @property
    def name(self) -> str:
        return self.segmenter.name

    def __call__(self, picture: Array, /) -> Detections:
        height, width = picture.shape[:2]
        small = resize(picture, *fit_max_side(width, height, WORKING_SIDE_PX))
        scale = (width / small.shape[1], height / small.shape[0])
        return region_boxes(self.segmenter(small), smallest=self.smallest, scale=scale)


def region_boxes(
    labels: Array,
    *,
    smallest: float = SMALLEST_ELEMENT,
    scale: tuple[float, float] = (1.0, 1.0),
) -> Detections:
    """The boxes of all regions that cover at least the share `smallest` of a label map.

    labels    (H, W) region numbers
    smallest  share of the map in [0, 1] below which a region is left out
    scale     factors from map pixels to the boxes' pixels, (horizontal, vertical)

    >>> region_boxes(np.array([[0, 1], [0, 1]])).boxes.tolist()
    [[0.0, 0.0, 1.0, 2.0], [1.0, 0.0, 2.0, 2.0]]
    """
    _, numbers = np.unique(labels, return_inverse=True)
    numbers = numbers.ravel()
    area = np.bincount(numbers)
    rows, columns = np.divmod(np.arange(numbers.size), labels.shape[1])
    boxes = np.empty((area.size, 4))
    for side, (place, far) in enumerate(
        [(columns, False), (rows, False), (columns, True), (rows, True)]
    ):
        edge = np.full(area.size, -1 if far else labels.size)
        (np.maximum if far else np.minimum).at(edge, numbers, place)
        boxes[:, side] = (edge + far) * scale[side % 2]
    elements = boxes[area >= smallest * labels.size]
    return Detections(elements, ("region",) * len(elements), np.ones(len(elements)))


def non_maximum_suppression(boxes: ArrayLike, scores: ArrayLike, *, overlap: float) -> Array:
    """Indices of the boxes that no better-scored kept box overlaps more than `overlap`.

    boxes    (N, 4) left, top, right, bottom
    scores   (N,) higher is better; equal ones keep their order
    overlap  intersection over union in [0, 1] above which the lesser box goes

    Returns (K,) indices, best first.

    >>> boxes = [[0, 0, 10, 10], [1, 0, 11, 10], [20, 0, 30, 10]]
    >>> non_maximum_suppression(boxes, [0.6, 0.9, 0.3], overlap=0.5).tolist()
    [1, 2]
    """
    corners = np.asarray(boxes, dtype=np.float64).reshape(-1, 4)
    left, top, right, bottom = corners.T
    area = (right - left) * (bottom - top)
    waiting = np.argsort(-np.asarray(scores, dtype=np.float64), kind="stable")
    chosen = []
    while waiting.size:
        best, waiting = waiting[0], waiting[1:]
        chosen.append(best)
        wide = np.minimum(right[best], right[waiting]) - np.maximum(left[best], left[waiting])
        high = np.minimum(bottom[best], bottom[waiting]) - np.maximum(top[best], top[waiting])
        shared = np.maximum(wide, 0.0) * np.maximum(high, 0.0)
        waiting = waiting[shared <= overlap * (area[best] + area[waiting] - shared)]
    return np.array(chosen, dtype=np.int64)
