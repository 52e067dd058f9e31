"""Where in a picture faces are: soft ovals from the hair line to the chin."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from paintreel.faces.face import Face
from paintreel.faces.framing import upright
from paintreel.imaging.arrays import Array

__all__ = ["face_ovals"]

_MIDDLE, _HALF = np.array([0.0, -0.22]), np.array([1.22, 1.52])
"""Of the oval of a mean face, in distances of the eyes: middle, half its width and half its height.

Anthropometry has the head some 2.3 distances wide and 3 from hair line to chin.
"""
_SOFT = 0.35
_AGAINST_NOSE, _MOST_TURNED = 0.5, 0.35
"""Of a head that turns the nose goes ahead, and more of the other cheek is seen."""


def face_ovals(
    faces: Sequence[Face],
    height_px: int,
    width_px: int,
    *,
    presence: Sequence[float] | None = None,
    edge_px: float | None = None,
) -> Array:
    """(H, W) uint8: 255 in faces, 0 outside, between them a soft edge.

    presence  how much of each is there, 0 to 1, as `FaceFollower` tells it
    edge_px   width of the edge; None: as suits the size of each face
    """
    share = np.zeros((height_px, width_px), np.float32)
    for face, there in zip(faces, presence or [1.0] * len(faces), strict=True):
        _add(share, face, there, edge_px)
    return np.rint(share * 255).astype(np.uint8)


def _add(share: Array, face: Face, there: float, edge_px: float | None) -> None:
    turn = upright(face)
    scale = float(np.hypot(*turn[:, 0]))
    edge = _SOFT if edge_px is None else max(edge_px, 1e-3) / scale
    reach = float(max(_HALF)) + edge
    nose = np.linalg.solve(turn[:, :2], face.landmarks[2] - turn[:, 2])
    beside = float(np.clip(-_AGAINST_NOSE * nose[0], -_MOST_TURNED, _MOST_TURNED))
    middle = _MIDDLE + np.array([beside, 0.0])
    centre = turn[:, :2] @ middle + turn[:, 2]
    low = np.clip(np.floor(centre - reach * scale), 0, share.shape[::-1]).astype(int)
    high = np.clip(np.ceil(centre + reach * scale) + 1, 0, share.shape[::-1]).astype(int)
    if (high <= low).any():
        return
    columns, rows = np.meshgrid(np.arange(low[0], high[0]), np.arange(low[1], high[1]))
    places = np.stack([columns, rows]).reshape(2, -1) + 0.5
    inside = np.linalg.solve(turn[:, :2], places - turn[:, 2:]) - middle[:, None]
    away = np.sqrt(((inside / _HALF[:, None]) ** 2).sum(axis=0))
    # How far beyond the oval, in distances of the eyes; about, as an ellipse has no short formula.
    beyond = (away - 1) * float(_HALF.mean())
    ramp = np.clip(0.5 - beyond / edge, 0, 1)
    ramp = ramp * ramp * (3 - 2 * ramp) * there
    window = share[low[1] : high[1], low[0] : high[0]]
    np.maximum(window, ramp.reshape(window.shape), out=window)
