"""What lies between the three networks of MTCNN: scales, crops, boxes and their suppression.

Zhang, Zhang, Li and Qiao 2016. Differences from the paper: crops are taken from the picture halved
as often as it goes, so that large faces do not alias; a face is kept once even where a small box
lies in a large one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import cv2
import numpy as np

from paintreel.imaging.arrays import Array
from paintreel.metrics.scene.detection import non_maximum_suppression

__all__ = ["CELL_PX", "Found", "Thresholds", "look_again", "run_cascade"]

CELL_PX, STRIDE_PX = 12, 2
"""What the first network sees of a face, and how far apart its places are."""

_STEP = 0.709
"""From one scale to the next: half of the pixels."""

_GREY = (127, 127, 127)
"""What crops show beyond the border of the picture."""

_MOST_PROPOSALS = 400
"""Taken from all scales, the likeliest; a crowd of a hundred faces has some 300."""

_CROPS_AT_ONCE = 128

_LOOKS = ((0.92, False), (1.0, True), (1.08, False), (1.16, True))
"""Sides of the crops, in sides of the box, from which landmarks are taken, and which are mirrored.

Their mean trembles half as much from frame to frame as what one crop says: 0.44 % of the face in
place of 0.82 % in a clip of a turning head.
"""
_CROWD = 8
"""Of more faces than these each is looked at twice alone."""
_MIRRORED = [1, 0, 2, 4, 3]

Networks = Callable[[str, Array], list[Array]]
"""Runs one of the networks by the name of its input, a batch (N, 3, H, W) float32 in [0, 1]."""


@dataclass(frozen=True, slots=True)
class Thresholds:
    """How sure each of the three networks has to be, 0 to 1."""

    proposal: float = 0.6
    refined: float = 0.7
    face: float = 0.85


@dataclass(frozen=True, slots=True)
class Found:
    """N faces: boxes (N, 4), landmarks (N, 5, 2), confidence (N,)."""

    boxes: Array
    landmarks: Array
    confidence: Array


def run_cascade(
    picture: Array, networks: Networks, *, least_px: float, thresholds: Thresholds
) -> Found:
    """The faces of a picture (H, W, 3) uint8 RGB whose boxes have sides of about `least_px` up."""
    halves = _halves(picture)
    boxes = _proposed(halves, networks, least_px, thresholds.proposal)
    boxes = _refined(halves, networks, boxes, thresholds.refined)
    return _final(halves, networks, boxes, thresholds.face)


def look_again(picture: Array, networks: Networks, boxes: Array, *, least: float) -> Found:
    """What the last network alone sees in boxes (N, 4) where faces must be by now."""
    return _final(_halves(picture), networks, _squares(boxes), least)


def _halves(picture: Array) -> list[Array]:
    """The picture, its half, its quarter ... as long as a face of 24 px may be in it."""
    halves = [np.ascontiguousarray(picture)]
    while min(halves[-1].shape[:2]) >= 4 * CELL_PX:
        height, width = halves[-1].shape[:2]
        size = (width + 1) // 2, (height + 1) // 2
        halves.append(cv2.resize(halves[-1], size, interpolation=cv2.INTER_AREA))
    return halves


def _scales(height_px: int, width_px: int, least_px: float) -> Iterator[float]:
    scale = CELL_PX / least_px
    while min(height_px, width_px) * scale >= CELL_PX:
        yield scale
        scale *= _STEP


def _proposed(halves: list[Array], networks: Networks, least_px: float, least: float) -> Array:
    """(N, 4) squares from the first network, at all scales."""
    height, width = halves[0].shape[:2]
    boxes, scores = [np.empty((0, 4))], [np.empty(0)]
    for scale in _scales(height, width, least_px):
        size = max(CELL_PX, round(width * scale)), max(CELL_PX, round(height * scale))
        level = next((x for x in reversed(halves) if x.shape[1] >= size[0]), halves[0])
        small = cv2.resize(level, size, interpolation=cv2.INTER_AREA)
        score, offsets = networks("picture", _batch(small[None]))
        score, offsets = score[0, 0], offsets[0]
        rows, columns = np.nonzero(score > least)
        corners = np.stack([columns, rows, columns, rows], axis=1) * float(STRIDE_PX)
        corners[:, 2:] += CELL_PX
        corners += offsets[:, rows, columns].T * CELL_PX
        chance = score[rows, columns]
        kept = non_maximum_suppression(corners, chance, overlap=0.5)
        stretch = np.array([width / size[0], height / size[1]] * 2)
        boxes.append(corners[kept] * stretch)
        scores.append(chance[kept])
    all_boxes, all_scores = np.concatenate(boxes), np.concatenate(scores)
    kept = non_maximum_suppression(all_boxes, all_scores, overlap=0.7)
    return _squares(all_boxes[kept[:_MOST_PROPOSALS]])


def _refined(halves: list[Array], networks: Networks, boxes: Array, least: float) -> Array:
    """Those squares that the second network takes for faces, moved as it says."""
    score, offsets = _look(halves, networks, boxes, "crops_24", 24)[:2]
    likely = score[:, 0] > least
    boxes = _shifted(boxes[likely], offsets[likely])
    kept = non_maximum_suppression(boxes, score[likely, 0], overlap=0.5)
    return _squares(boxes[kept])


def _final(halves: list[Array], networks: Networks, boxes: Array, least: float) -> Found:
    """The squares in which the third network sees a face, and what it sees there."""
    score, offsets = _look(halves, networks, boxes, "crops_48", 48)[:2]
    likely = score[:, 0] > least
    score = score[likely, 0].astype(np.float64)
    found = _shifted(boxes[likely], offsets[likely])
    kept = _apart(found, score)
    return Found(found[kept], _landmarks(halves, networks, found[kept]), score[kept])


def _landmarks(halves: list[Array], networks: Networks, boxes: Array) -> Array:
    """(N, 5, 2): the means of several looks at each of the boxes."""
    squares = _squares(boxes)
    middle, half = (squares[:, :2] + squares[:, 2:]) / 2, (squares[:, 2:] - squares[:, :2]) / 2
    total = np.zeros((len(boxes), 5, 2))
    looks = _LOOKS if len(boxes) <= _CROWD else _LOOKS[1:3]
    for zoom, mirrored in looks:
        corner, side = middle - half * zoom, 2 * half * zoom
        around = np.concatenate([corner, corner + side], axis=1)
        marks = _look(halves, networks, around, "crops_48", 48, mirrored=mirrored)[2]
        places = marks.reshape(-1, 2, 5).transpose(0, 2, 1).astype(np.float64)
        if mirrored:
            places = places[:, _MIRRORED] * (-1.0, 1.0) + (1.0, 0.0)
        total += corner[:, None] + places * side[:, None]
    return total / len(looks)


def _look(
    halves: list[Array],
    networks: Networks,
    boxes: Array,
    name: str,
    side_px: int,
    *,
    mirrored: bool = False,
) -> list[Array]:
    """What a network says of the squares: an array of N rows for each of its outputs."""
    parts = []
    for first in range(0, max(len(boxes), 1), _CROPS_AT_ONCE):
        some = boxes[first : first + _CROPS_AT_ONCE]
        crops = np.empty((len(some), side_px, side_px, 3), np.uint8)
        for crop, box in zip(crops, some, strict=True):
            _cut(halves, box, crop)
        parts.append(networks(name, _batch(crops[:, :, ::-1] if mirrored else crops)))
    return [np.concatenate(each) for each in zip(*parts, strict=True)]


def _cut(halves: list[Array], square: Array, crop: Array) -> None:
    """Fill `crop` (S, S, 3) with a square of the picture."""
    side_px, side = len(crop), float(square[2] - square[0])
    level = 0
    while level + 1 < len(halves) and side / 2 ** (level + 1) >= side_px:
        level += 1
    picture = halves[level]
    height, width = halves[0].shape[:2]
    across, down = picture.shape[1] / width, picture.shape[0] / height
    zoom = np.array([side * across, side * down]) / side_px
    # Middles of pixels are at halves in both.
    corner = np.array([square[0] * across, square[1] * down]) + (zoom - 1) / 2
    matrix = np.array([[zoom[0], 0.0, corner[0]], [0.0, zoom[1], corner[1]]])
    cv2.warpAffine(
        picture,
        matrix,
        (side_px, side_px),
        dst=crop,
        flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP,
        borderMode=cv2.BORDER_CONSTANT,
        borderValue=_GREY,
    )


def _batch(pictures: Array) -> Array:
    """(N, 3, H, W) float32 in [0, 1] of (N, H, W, 3) uint8."""
    return np.ascontiguousarray(pictures.transpose(0, 3, 1, 2), np.float32) / np.float32(255)


def _shifted(boxes: Array, offsets: Array) -> Array:
    sides = np.tile(boxes[:, 2:] - boxes[:, :2], 2)
    shifted: Array = boxes + offsets * sides
    return shifted


def _squares(boxes: Array) -> Array:
    """The smallest squares around the boxes, with their middles."""
    middle, sides = (boxes[:, :2] + boxes[:, 2:]) / 2, boxes[:, 2:] - boxes[:, :2]
    half = sides.max(axis=1, keepdims=True, initial=0) / 2
    return np.concatenate([middle - half, middle + half], axis=1)


def _apart(boxes: Array, scores: Array, overlap: float = 0.7) -> Array:
    """Indices, best first, of boxes that share at most `overlap` of the smaller with a better."""
    kept: list[int] = []
    areas = np.prod(boxes[:, 2:] - boxes[:, :2], axis=1)
    for index in np.argsort(-scores, kind="stable"):
        corner = np.maximum(boxes[kept, :2], boxes[index, :2])
        shared = np.prod(np.maximum(np.minimum(boxes[kept, 2:], boxes[index, 2:]) - corner, 0), 1)
        if (shared <= overlap * np.minimum(areas[kept], areas[index])).all():
            kept.append(int(index))
    return np.array(kept, np.int64)
