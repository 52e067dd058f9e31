"""Faces of photographs, framed at random, with the drawn characters that AFGAN learns from them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import cv2
import numpy as np

from paintreel.faces import find_faces
from paintreel.faces.features import fit_features
from paintreel.faces.framing import Framing, frame_face
from paintreel.imaging.arrays import Array
from paintreel.learn.data.crops import jpeg
from paintreel.portraits.painting import paint_portrait
from paintreel.portraits.settings import PortraitSettings

__all__ = ["PortraitPair", "PortraitSampler", "portrait_pairs"]

_ENLARGED = 1.5
"""The teacher paints so much larger and is shrunk: a style's strokes are then as fine beside the
face as they are where a portrait fills a picture."""
_LEAST_PX = 64.0
"""Side of the smallest face that is learnt from."""


@dataclass(frozen=True, eq=False)
class PortraitPair:
    """photo, teacher: (S, S, 3) uint8; share: (S, S) uint8, 255 where the drawn face is seen."""

    photo: Array
    teacher: Array
    share: Array


def portrait_pairs(
    photos: Sequence[Array],
    base: Callable[[Array], Array],
    settings: PortraitSettings,
    *,
    side_px: int,
    views: int,
    rooms: tuple[float, float],
    rng: np.random.Generator,
    on_progress: Callable[[int, int], None] | None = None,
) -> list[PortraitPair]:
    """Every face of every photograph (H, W, 3) uint8, `views` times, framed with another room.

    base: paints (H, W, 3) float32 in [0, 1] in the style of the rest.
    """
    pairs = []
    for number, photo in enumerate(photos):
        for face in find_faces(photo, least_px=_LEAST_PX):
            features = fit_features(photo, face)
            for _view in range(views):
                room = float(np.exp(rng.uniform(*np.log(rooms))))
                large = round(side_px * _ENLARGED)
                frame = frame_face(face, large, room=room)
                frame = _moved(frame, rng)
                square = frame.take(photo).astype(np.float32) / 255
                teacher, share = paint_portrait(
                    square, frame.face_in_square(face), features.mapped(frame), base, settings
                )
                pairs.append(PortraitPair(*(_shrunk(x, side_px) for x in (square, teacher, share))))
        if on_progress:
            on_progress(number + 1, len(photos))
    return pairs


def _moved(frame: Framing, rng: np.random.Generator) -> Framing:
    """Turned by up to 7 degrees and moved by up to a twelfth of its side."""
    side = frame.side_px
    turn, (x, y) = np.radians(rng.uniform(-7, 7)), rng.uniform(-side / 12, side / 12, 2)
    c, s, half = np.cos(turn), np.sin(turn), side / 2
    rotation = np.array([[c, -s], [s, c]])
    shift = np.array([half + x, half + y]) - rotation @ np.array([half, half])
    linear = frame.matrix[:, :2]
    return Framing(np.column_stack([linear @ rotation, linear @ shift + frame.matrix[:, 2]]), side)


def _shrunk(x: Array, side_px: int) -> Array:
    small = cv2.resize(x, (side_px, side_px), interpolation=cv2.INTER_AREA)
    return (np.clip(small, 0, 1) * 255 + 0.5).astype(np.uint8)


class PortraitSampler:
    """Draws batches of pairs: (photos, teachers, shares), (N, 3 or 1, S, S) float32 in [0, 1].

    Mirrored half of the time, under another light and colour, which photograph and teacher share;
    the photograph alone is made worse at times: blurred, grainy, or as JPEG. All state is in `rng`.
    """

    def __init__(
        self, pairs: Sequence[PortraitPair], *, batch: int, rng: np.random.Generator
    ) -> None:
        self.pairs, self.batch, self.rng = pairs, batch, rng

    def __call__(self) -> tuple[Array, Array, Array]:
        chosen = self.rng.integers(0, len(self.pairs), self.batch)
        rows = [self._drawn(self.pairs[k]) for k in chosen]
        photos, teachers, shares = (np.stack(each) for each in zip(*rows, strict=True))
        return photos, teachers, shares

    def _drawn(self, pair: PortraitPair) -> tuple[Array, Array, Array]:
        rng = self.rng
        step = -1 if rng.random() < 0.5 else 1
        photo, teacher = (
            pair_side[:, ::step].transpose(2, 0, 1).astype(np.float32) / 255
            for pair_side in (pair.photo, pair.teacher)
        )
        share = pair.share[None, :, ::step].astype(np.float32) / 255
        gamma, gains = np.exp(rng.uniform(-0.25, 0.25)), rng.uniform(0.92, 1.08, (3, 1, 1))
        photo, teacher = (np.clip(x**gamma * gains, 0, 1) for x in (photo, teacher))
        if rng.random() < 0.4:
            sigma = float(rng.uniform(0.3, 1.2))
            photo = cv2.GaussianBlur(photo.transpose(1, 2, 0), (0, 0), sigma).transpose(2, 0, 1)
        if rng.random() < 0.3:
            photo = jpeg(photo.astype(np.float32), int(rng.integers(40, 90)))
        photo = photo + rng.normal(0, rng.uniform(0, 0.02), photo.shape)
        return tuple(  # type: ignore[return-value]
            np.ascontiguousarray(np.clip(x, 0, 1), np.float32) for x in (photo, teacher, share)
        )
