"""Small faces keep their eyes: they are painted larger, with finer strokes, and put back.

A style's strokes are 5 px wide, and an eye of a face of 90 px is not much wider: what is left of it
is a smudge. So a face that is small beside the strokes is enlarged until its box is 220 px high,
its eyes and mouth are given a little more contrast, and its paint is shrunk back, in an oval with a
soft edge. Larger faces are left as they are; between the two sizes one goes over into the other.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import cv2
import numpy as np

from paintreel.faces.face import Face
from paintreel.faces.features import FineFeatures
from paintreel.faces.framing import square_around, upright
from paintreel.faces.ovals import face_ovals
from paintreel.imaging.arrays import Array, from_float, to_float

__all__ = ["SeenFace", "least_fine_px", "paint_fine_faces", "to_be_fine"]

FRAME_PX, LARGE_FRAME_PX = 448, 896
"""Sides of the squares that are painted: of one size or two, for which runtimes prepare once."""

_SIDES = 2.04
"""Side of the square in sides of the face: the oval, and around it what the network looks at."""

_FINE_PX, _PLAIN_PX = 130.0, 170.0
"""Sides of a face, in pixels of what the network is shown: up to the first it is painted finer,
from the second on as it is."""

_MOST = 24
"""Faces of a picture that are painted finer, the largest: each takes a fifth of a frame of 720p."""

_SHORT_SIDES, _LEAST_PX = 1 / 30, 24.0

# In distances of the eyes: half width and height of what is given contrast, and the grain of it.
_EYE, _MOUTH = (0.42, 0.24), (0.6, 0.26)
_COARSE, _FINE = 0.18, 0.032
_CONTRAST = 0.5


@dataclass(frozen=True, slots=True)
class SeenFace:
    """A face in the picture that is painted, and how much of it is there, 0 to 1.

    features: of it, in places of the picture, where somebody has looked already
    """

    face: Face
    presence: float = 1.0
    features: FineFeatures | None = None


def least_fine_px(height_px: int, width_px: int) -> float:
    """Side of the smallest face that is looked for in a picture of this size, to be painted finer.

    >>> least_fine_px(1080, 1920), least_fine_px(480, 640), least_fine_px(3000, 4000)
    (36.0, 24.0, 100.0)
    """
    return max(min(height_px, width_px) * _SHORT_SIDES, _LEAST_PX)


def to_be_fine(faces: Sequence[SeenFace], scale: float) -> list[tuple[Face, float]]:
    """Those that are painted finer, the largest first, each with how much of the finer paint shows.

    scale  by which the picture is shrunk for the network (`pictures.brush`)
    """
    chosen = []
    for seen in sorted(faces, key=lambda each: -each.face.side_px):
        shown_px = seen.face.side_px / scale
        share = np.clip((_PLAIN_PX - shown_px) / (_PLAIN_PX - _FINE_PX), 0, 1) * seen.presence
        if share > 0:
            chosen.append((seen.face, float(share)))
    return chosen[:_MOST]


def paint_fine_faces(
    picture: Array,
    painted: Array,
    faces: Sequence[tuple[Face, float]],
    paint: Callable[[Array], Array],
) -> None:
    """Put these faces into `painted`, painted finer.

    picture, painted: (H, W, 3) of one dtype.  faces: as of `to_be_fine`.  paint: the network, which
    keeps the shape of a square of FRAME_PX or LARGE_FRAME_PX, and its dtype.
    """
    for face, share in faces:
        large = face.side_px * _SIDES > LARGE_FRAME_PX / 2
        frame = square_around(face, LARGE_FRAME_PX if large else FRAME_PX, sides=_SIDES)
        inside = frame.face_in_square(face)
        oval = face_ovals([inside], frame.side_px, frame.side_px, presence=[share])
        fine = paint(_with_contrast(frame.take(picture), inside))
        frame.put_into(painted, fine, to_float(oval))


def _with_contrast(square: Array, face: Face) -> Array:
    """(S, S, 3) with more contrast in eyes and mouth, in the grain of lids and irises."""
    turn = upright(face)
    scale = float(np.hypot(*turn[:, 0]))
    where = _features(face, turn, len(square))
    x = to_float(square)
    light = x.mean(axis=2)
    fine, coarse = (cv2.GaussianBlur(light, (0, 0), max(s * scale, 0.1)) for s in (_FINE, _COARSE))
    return from_float(x + (_CONTRAST * where * (fine - coarse))[..., None], square.dtype)


def _features(face: Face, turn: Array, side_px: int) -> Array:
    """(S, S) float32 in [0, 1]: 1 in eyes and mouth."""
    columns, rows = np.meshgrid(np.arange(side_px) + 0.5, np.arange(side_px) + 0.5)
    places = np.stack([columns.ravel(), rows.ravel()])
    where = np.zeros(side_px * side_px)
    mouth = face.landmarks[3:].mean(axis=0)
    for middle, half in (
        *((eye, _EYE) for eye in face.landmarks[:2]),
        (mouth, _MOUTH),
    ):
        away = np.linalg.solve(turn[:, :2], places - middle[:, None]) / np.reshape(half, (2, 1))
        where = np.maximum(where, np.clip(1.6 - np.hypot(*away), 0, 1))
    where = where * where * (3 - 2 * where)
    features: Array = where.reshape(side_px, side_px).astype(np.float32)
    return features
