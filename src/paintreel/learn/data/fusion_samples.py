"""Samples for the fusion of painting and footage: moving crops of a picture and its painting.

A sample is a window: a key frame with its painting, and frames in which the camera has moved,
things in front have moved otherwise, and light and grain are others. The paint is carried to the
frames by the very functions that serve (`paintreel.media.carrying`), with all their errors. What is
asked for is the painting as it is in the frame, which is cut out of the painted picture: paint that
moves with what it shows, and is not blurred by the motion.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np

from paintreel.errors import DataError, InputError
from paintreel.imaging.arrays import Array
from paintreel.media.carrying import PaintedKey, carried_planes, uncarried_planes
from paintreel.media.motion import MotionFinder, sketch

__all__ = [
    "LEAST_SIDE_PX",
    "FusionSampler",
    "FusionSampling",
    "PaintedPicture",
    "blob",
    "laid",
]

LEAST_SIDE_PX = 48
"""Of the frames of a window."""

_BLOB_POINTS = 7


@dataclass(frozen=True)
class PaintedPicture:
    """A picture and its painting, (H, W, 3) uint8 of one size, and where it is from."""

    live: Array
    paint: Array
    name: str = ""


@dataclass(frozen=True)
class FusionSampling:
    """How windows are drawn; lengths in pixels, shares of 1.

    side_px      of the frames, a multiple of 16.  frames: in a window
    move_px, zoom, turn_deg, bend_px   the most that the key lies off, each way
    in_front     share of windows with something that moves in front
    free         share of windows whose painting is of elsewhere, not to be trusted anywhere
    blind        share of windows in which the carried paint is distrusted in a part
    light, grain  the most that light changes, and deviation of noise, of 1
    Raises InputError for values that no sample can be drawn with.
    """

    side_px: int = 144
    frames: int = 2
    move_px: float = 20.0
    zoom: float = 0.08
    turn_deg: float = 3.0
    bend_px: float = 3.0
    in_front: float = 0.5
    free: float = 0.15
    blind: float = 0.5
    light: float = 0.08
    grain: float = 0.015

    def __post_init__(self) -> None:
        if self.side_px % 16 or self.side_px < LEAST_SIDE_PX or self.frames < 1:
            raise InputError(
                f"side_px is {self.side_px} and frames {self.frames}; expected a multiple of 16 "
                f"from {LEAST_SIDE_PX} on and 1 or more"
            )
        if not all(0 <= x <= 1 for x in (self.in_front, self.free, self.blind)):
            raise InputError("in_front, free and blind are shares from 0 to 1")


class FusionSampler:
    """Draws windows of painted pictures. Raises DataError where all are too small."""

    def __init__(self, pictures: Sequence[PaintedPicture], sampling: FusionSampling) -> None:
        side = sampling.side_px
        self._pictures = [p for p in pictures if min(p.live.shape[:2]) >= side]
        if not self._pictures:
            raise DataError(f"no painted picture has sides of {side} px or more; give larger ones")
        self._s = sampling
        self._find = MotionFinder()

    def sample(self, rng: np.random.Generator) -> tuple[Array, Array, Array]:
        """(live, carried, truth): (T, 3, S, S), (T, 4, S, S) and (T, 3, S, S) float32 in [0, 1]."""
        s = self._s
        picture = self._pictures[rng.integers(len(self._pictures))]
        front = blob(s.side_px, rng) if rng.random() < s.in_front else None
        corner, corner_front = (_corner(picture, s.side_px, rng) for _ in range(2))
        is_free, steps = rng.random() < s.free, np.sort(rng.uniform(0, 1, s.frames))
        path, path_front = (rng.uniform(-1, 1, 6) for _ in range(2))
        light = rng.uniform(-s.light, s.light, 3)
        rows = []
        elsewhere = _crop(picture, _corner(picture, s.side_px, rng), s.side_px)[1]
        for step in steps:
            live, truth = _crop(picture, corner, s.side_px)
            key_live, key_paint = self._off(picture, corner, path * step, rng)
            if front is not None:
                pair = _crop(picture, corner_front, s.side_px)
                live, truth = (laid(a, b, front) for a, b in zip((live, truth), pair, strict=True))
                off = self._off(picture, corner_front, path_front * step, rng)
                right, down = path_front[:2] * step * s.move_px * 2
                shift = np.array([[1, 0, right], [0, 1, down]], np.float32)
                moved = cv2.warpAffine(front, shift, (s.side_px,) * 2)
                key_live, key_paint = (
                    laid(a, b, moved) for a, b in zip((key_live, key_paint), off, strict=True)
                )
            live = _lit(live, 1 + light * step, s.grain, rng)
            if is_free:
                planes = uncarried_planes(elsewhere)
            else:
                key = PaintedKey(key_live, key_paint)
                planes = carried_planes([key], [self._find(sketch(live), key.small)])
                if rng.random() < s.blind:
                    planes = _blinded(planes, rng)
            rows.append((live, planes, truth))
        live, carried, truth = (np.stack(each) for each in zip(*rows, strict=True))
        return tuple(_tensor(x) for x in (live, carried, truth))  # type: ignore[return-value]

    def _off(
        self, picture: PaintedPicture, corner: Array, by: Array, rng: np.random.Generator
    ) -> tuple[Array, Array]:
        """(live, paint) of the key, which lies off the frame at `corner` by shares of the most."""
        s = self._s
        half = s.side_px / 2
        turn = cv2.getRotationMatrix2D((half, half), by[3] * s.turn_deg, 1 + by[2] * s.zoom)
        grid = np.stack(np.meshgrid(*[np.arange(s.side_px, dtype=np.float32)] * 2), axis=-1)
        places = grid @ turn[:, :2].T.astype(np.float32) + turn[:, 2].astype(np.float32)
        bend = rng.normal(0, 1, (4, 4, 2)).astype(np.float32) * abs(by[4]) * s.bend_px
        places += cv2.resize(bend, (s.side_px,) * 2, interpolation=cv2.INTER_CUBIC)
        places += np.float32(by[:2] * s.move_px) + corner[::-1].astype(np.float32)
        columns, rows = (np.ascontiguousarray(places[..., axis]) for axis in (0, 1))
        live, paint = (
            cv2.remap(x, columns, rows, cv2.INTER_CUBIC, borderMode=cv2.BORDER_REFLECT_101)
            for x in (picture.live, picture.paint)
        )
        return live, paint


def _corner(picture: PaintedPicture, side: int, rng: np.random.Generator) -> Array:
    height, width = picture.live.shape[:2]
    return np.array([rng.integers(height - side + 1), rng.integers(width - side + 1)])


def _crop(picture: PaintedPicture, corner: Array, side: int) -> tuple[Array, Array]:
    row, column = corner
    area = slice(row, row + side), slice(column, column + side)
    return picture.live[area], picture.paint[area]


def blob(side: int, rng: np.random.Generator) -> Array:
    """(side, side) float32 in [0, 1]: a soft-edged shape."""
    angles = np.sort(rng.uniform(0, 2 * np.pi, _BLOB_POINTS))
    radius = rng.uniform(0.12, 0.4, _BLOB_POINTS) * side
    centre = rng.uniform(0.2, 0.8, 2) * side
    points = centre + radius[:, None] * np.stack([np.cos(angles), np.sin(angles)], axis=1)
    mask = np.zeros((side, side), np.float32)
    cv2.fillPoly(mask, [np.rint(points).astype(np.int32)], 1.0)
    return cv2.GaussianBlur(mask, (3, 3), 0)


def laid(below: Array, above: Array, mask: Array) -> Array:
    """`above` where the mask (H, W) in [0, 1] says so; (H, W, 3) uint8."""
    mixed = below + (above.astype(np.float32) - below) * mask[..., None]
    return np.rint(mixed).astype(np.uint8)


def _lit(x: Array, gain: Array, grain: float, rng: np.random.Generator) -> Array:
    noise = rng.normal(0, grain * 255, x.shape) if grain else 0.0
    lit: Array = np.clip(np.rint(x * gain + noise), 0, 255).astype(np.uint8)
    return lit


def _blinded(planes: Array, rng: np.random.Generator) -> Array:
    """Nothing carried in a part, or anywhere: the paint there is smeared from around."""
    side = planes.shape[0]
    gone = np.ones((side, side), np.float32) if rng.random() < 0.4 else blob(side, rng)
    smeared = cv2.GaussianBlur(planes[..., :3], (0, 0), side / 8)
    paint = laid(planes[..., :3], smeared, gone)
    trust = np.rint(planes[..., 3] * (1 - gone)).astype(np.uint8)
    return np.dstack([paint, trust])


def _tensor(x: Array) -> Array:
    return np.ascontiguousarray(x.transpose(0, 3, 1, 2)).astype(np.float32) / 255
