"""A face as a drawn character, by rule: what AFGAN is taught, and what is drawn.

A portrait is warped smoothly, so that its eyes are larger, and painted by a style; then its skin is
laid in cel tones of its own colour, and brows, eyes, nose, mouth and jaw are drawn anew as flat
shapes and lines, of the forms that the picture has there. Nothing is drawn that is not there: the
iris has its colour, the skin its tone, closed eyes stay closed, and teeth are seen where they were.
"""

from __future__ import annotations

from collections.abc import Callable

import cv2
import numpy as np

from paintreel.faces.face import Face
from paintreel.faces.features import FineFeatures
from paintreel.faces.framing import upright
from paintreel.faces.ovals import face_ovals
from paintreel.imaging.arrays import Array
from paintreel.portraits.eyes import draw_eye
from paintreel.portraits.lines import draw_brows, draw_contours, draw_jaw
from paintreel.portraits.mouth import draw_mouth
from paintreel.portraits.nose import draw_nose
from paintreel.portraits.settings import PortraitSettings
from paintreel.portraits.skin import draw_folds, lay_tones, skin_of

__all__ = ["paint_portrait", "warped"]

_EYE_REACH, _NOSE_REACH = 0.60, 0.42
"""How far around eyes and nose the picture is stretched, in distances of the eyes."""


def warped(
    frame: Array, face: Face, settings: PortraitSettings
) -> tuple[Array, Callable[[Array], Array]]:
    """The picture with larger eyes and a smaller nose, and where places (N, 2) have gone."""
    height, width = frame.shape[:2]
    unit = float(np.hypot(*upright(face)[:, 0]))
    at = np.stack(np.meshgrid(np.arange(width) + 0.5, np.arange(height) + 0.5), axis=-1).reshape(
        -1, 2
    )
    centres = [(face.landmarks[0], settings.eyes, _EYE_REACH)]
    centres += [(face.landmarks[1], settings.eyes, _EYE_REACH)]
    centres += [(face.landmarks[2], settings.nose, _NOSE_REACH)]

    def source(places: Array) -> Array:
        moved = places.astype(np.float64)
        for centre, zoom, reach in centres:
            away = places - centre
            far = np.hypot(*away.T) / (reach * unit)
            weight = np.clip(1 - far * far, 0, 1) ** 2
            moved = moved - away * (weight * (1 - 1 / zoom))[:, None]
        return moved

    def target(places: Array) -> Array:
        found = places.astype(np.float64)
        for _ in range(12):
            found = found + (places - source(found))
        return found

    back = (source(at).reshape(height, width, 2) - 0.5).astype(np.float32)
    picture = cv2.remap(
        frame, back[..., 0], back[..., 1], cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE
    )
    return np.clip(picture, 0, 1), target


def paint_portrait(
    frame: Array,
    face: Face,
    features: FineFeatures,
    base: Callable[[Array], Array],
    settings: PortraitSettings = PortraitSettings(),  # noqa: B008 - it is frozen
) -> tuple[Array, Array]:
    """((H, W, 3) float32 painted, (H, W) float32 in [0, 1] where it is a drawn face).

    frame: (H, W, 3) float32 RGB in [0, 1], with the face upright; face, features: in its places
    base: paints such pictures in the style of the rest
    """
    s = settings
    height, width = frame.shape[:2]
    unit = float(np.hypot(*upright(face)[:, 0]))
    bent, to = warped(frame, face, s)
    ground = base(bent)
    moved = Face(face.box, to(face.landmarks), face.confidence)
    oval = face_ovals([face], height, width, edge_px=0.25 * unit).astype(np.float32) / 255
    skin = skin_of(bent, moved, unit)
    painted = lay_tones(ground, bent, skin, unit, s)
    painted = draw_contours(painted, bent, skin, unit, s.ink)
    painted = draw_folds(painted, bent, skin, moved, unit, s.ink)
    if not features.mouth_covered:
        lips = np.stack([to(line) for line in features.lips])
        painted = draw_nose(painted, bent, moved, unit, s.ink)
        painted = draw_mouth(painted, bent, skin, features, lips, unit, s.ink)
        painted = draw_jaw(painted, bent, skin, to(features.jaw), features.jaw_step, unit, s)
    seen = [not covered for covered in features.eyes_covered]
    painted = draw_brows(painted, bent, moved, seen, unit, s.ink)
    for eye, covered in zip(features.eyes, features.eyes_covered, strict=True):
        if not covered:
            painted = draw_eye(painted, bent, eye, to, features, unit, s)
    return np.clip(painted, 0, 1).astype(np.float32), oval
