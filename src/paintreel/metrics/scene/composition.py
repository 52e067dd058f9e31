"""Element distribution rationality: where the elements of a scene stand."""

from __future__ import annotations

import cv2
import numpy as np

from paintreel.imaging.arrays import Array
from paintreel.metrics.scene.detection import Detector
from paintreel.metrics.scene.picture import ScenePicture, SceneScore, as_scene

WEIGHTS = {"overlap": 1 / 3, "thirds": 1 / 3, "saliency": 1 / 3}
LARGEST_PLACED = 0.25
"""Boxes of more than this share of the picture are its backdrop, not placed elements."""
_THIRDS = np.array([1 / 3, 2 / 3])
_THIRDS_SPREAD = 1 / 6
_CALM_SPREAD, _CENTRE_SPREAD, _SURROUND_SPREAD = 0.006, 0.02, 0.15  # of the longer side
_LEAST_GRADIENT = 0.01  # CIELAB units a pixel: the rounding of a flat area


def element_distribution(
    picture: Array | ScenePicture, *, detector: Detector | None = None
) -> SceneScore:
    """Element distribution rationality score (EDRS) in [0, 1]; higher is better composed.

    Liu and Zhao 2025, section 4.2 (text below Figure 10; no equation; its Table 3 shows 10 x EDRS):
    overlap of bounding boxes, rule of thirds, congruence with a gradient-based saliency map.

        EDRS = (overlap + thirds + saliency) / 3

    overlap: area of the union of the boxes over the sum of their areas; 1 where none covers
    another, 1/n where all n coincide.

    thirds: mean over elements, weighted by the saliency inside their boxes, of
    exp(-d^2 / (2 (1/6)^2)), d from the box's centre to the nearest of the four intersections
    of the third lines, in shares of width and height. 1 on an intersection, 0.37 in the
    centre, 0.02 in a corner.

    saliency: 2 AUC - 1, not below 0, where AUC is the chance that a random pixel inside a box
    is more salient than a random one outside; 0 where attention is not on the elements.

    Saliency of a pixel is the gradient magnitude of slightly blurred CIELAB around it (Gaussian
    of 2% of the longer side) less that of its surround (15%), not below 0.

    Differences from the paper: it names neither formulas nor weights. Boxes above a quarter
    of the picture are backdrop and left out.

    Direction: higher is better. Falls: elements piled on each other, moved into corners, clutter,
    shuffled pieces, attention drawn elsewhere. With known elements, hue, brightness and slight
    noise do not matter; with the fallback they change the regions, and strong noise lowers the
    score somewhat. Invariant to horizontal and vertical flips, and to scale above 256 px.
    Degenerate: without a placed element nothing is distributed, and all parts are 0.

    picture   (H, W, 3) or grey, uint8, uint16 or float in [0, 1]; or a `ScenePicture`
    detector  gives the boxes instead of regions

    Returns a SceneScore with parts {"overlap", "thirds", "saliency"}.
    """
    scene = as_scene(picture, detector=detector)
    boxes = scene.boxes
    area = (boxes[:, 2] - boxes[:, 0]) * (boxes[:, 3] - boxes[:, 1])
    placed = boxes[area <= LARGEST_PLACED]
    if len(placed) == 0:
        return SceneScore(0.0, dict.fromkeys(WEIGHTS, 0.0), scene.source)
    saliency = saliency_map(scene.lab)
    parts = {
        "overlap": _freedom_of_overlap(placed),
        "thirds": _thirds_alignment(placed, saliency),
        "saliency": _congruence(placed, saliency),
    }
    value = sum(weight * parts[name] for name, weight in WEIGHTS.items())
    return SceneScore(value, parts, scene.source)


def saliency_map(lab: Array) -> Array:
    """(H, W) saliency >= 0 of (H, W, 3) CIELAB: gradient energy above that of the surround."""
    side = max(lab.shape[:2])
    gradient = np.zeros(lab.shape[:2], np.float32)
    calm = cv2.GaussianBlur(lab, (0, 0), max(0.5, _CALM_SPREAD * side))
    for channel in cv2.split(calm):
        across = cv2.Sobel(channel, cv2.CV_32F, 1, 0, scale=1 / 8)
        down = cv2.Sobel(channel, cv2.CV_32F, 0, 1, scale=1 / 8)
        gradient += across * across + down * down
    np.sqrt(gradient, out=gradient)
    gradient[gradient < _LEAST_GRADIENT] = 0.0
    centre = cv2.GaussianBlur(gradient, (0, 0), max(0.5, _CENTRE_SPREAD * side))
    surround = cv2.GaussianBlur(gradient, (0, 0), max(1.0, _SURROUND_SPREAD * side))
    saliency: Array = np.maximum(centre - surround, 0.0)
    return saliency


def _freedom_of_overlap(boxes: Array) -> float:
    """Union of the boxes over the sum of their areas, exact on the grid of their own edges."""
    x_edges, columns = np.unique(boxes[:, [0, 2]], return_inverse=True)
    y_edges, rows = np.unique(boxes[:, [1, 3]], return_inverse=True)
    covered = np.zeros((y_edges.size - 1, x_edges.size - 1), dtype=bool)
    for (left, right), (top, bottom) in zip(
        columns.reshape(-1, 2), rows.reshape(-1, 2), strict=True
    ):
        covered[top:bottom, left:right] = True
    union = float(np.diff(y_edges) @ covered @ np.diff(x_edges))
    total = float(((boxes[:, 2] - boxes[:, 0]) * (boxes[:, 3] - boxes[:, 1])).sum())
    return min(1.0, union / total)


def _thirds_alignment(boxes: Array, saliency: Array) -> float:
    centre = (boxes[:, :2] + boxes[:, 2:]) / 2.0
    # The nearest intersection has the nearest vertical and the nearest horizontal line.
    gap = np.abs(centre[:, :, None] - _THIRDS).min(axis=2)
    closeness = np.exp(-(gap**2).sum(axis=1) / (2.0 * _THIRDS_SPREAD**2))
    integral = cv2.integral(saliency, sdepth=cv2.CV_64F)
    weight = np.array(
        [
            integral[bottom, right] - integral[top, right] - integral[bottom, left]
            + integral[top, left]
            for left, top, right, bottom in _pixel_boxes(boxes, saliency.shape)
        ]
    )  # fmt: skip
    if not weight.sum() > 0.0:
        weight = np.ones(len(boxes))
    return float(weight @ closeness / weight.sum())


def _congruence(boxes: Array, saliency: Array) -> float:
    inside = np.zeros(saliency.shape, dtype=bool)
    for left, top, right, bottom in _pixel_boxes(boxes, saliency.shape):
        inside[top:bottom, left:right] = True
    if inside.all():
        return 0.0
    outside = np.sort(saliency[~inside])
    values = saliency[inside]
    less = np.searchsorted(outside, values, side="left")
    not_more = np.searchsorted(outside, values, side="right")
    auc = float((less + not_more).mean()) / (2.0 * outside.size)
    return max(0.0, 2.0 * auc - 1.0)


def _pixel_boxes(boxes: Array, shape: tuple[int, int]) -> Array:
    """Boxes as pixel slices of a map of `shape`, at least one pixel each."""
    height, width = shape
    pixels = np.rint(boxes * (width, height, width, height)).astype(np.int64)
    low = np.minimum(pixels[:, :2], (width - 1, height - 1))
    return np.concatenate([low, np.maximum(pixels[:, 2:], low + 1)], axis=1)
