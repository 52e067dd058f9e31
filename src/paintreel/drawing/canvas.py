"""Anti-aliased drawing in composed units, on one layer.

Units: y runs from 0 (top) to 1 (bottom), x from 0 to `Stage.aspect`, lengths are in frame
heights. So a picture is composed once and drawn at any size.

A layer is drawn premultiplied, enlarged by `Stage.oversampling`, with OpenCV's anti-aliased
polygons: blending the four channels of an opaque colour by coverage is then exactly "over".
Coordinates are rounded to a sixteenth of a drawn pixel and all blending is in integers, so that
the picture is the same on every machine.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import cv2
import numpy as np

from paintreel.drawing.forms import Point
from paintreel.imaging.arrays import Array

__all__ = ["Canvas", "Stage"]

_SHIFT = 4
_LEAST_PX = 0.45
_FARTHEST_PX = 1 << 20


@dataclass(frozen=True)
class Stage:
    """Size of the picture, and what follows from it for the composition.

    width_px, height_px  of the picture, which alone is composed
    margin_px            how much more is drawn on each side: left and right, above and below
    quick                drawn at its own size, without enlargement: for frames of a clip
    """

    width_px: int
    height_px: int
    margin_px: tuple[int, int] = (0, 0)
    quick: bool = False

    @property
    def drawn_px(self) -> tuple[int, int]:
        """Width and height of what is drawn: the picture and its margin."""
        across, down = self.margin_px
        return self.width_px + 2 * across, self.height_px + 2 * down

    @property
    def aspect(self) -> float:
        """Width of the composition in frame heights.

        It is the picture's own between 1:2 and 3:1; a longer picture is the 3:1 composition
        stretched, a taller one the 1:2.
        """
        return min(max(self.width_px / self.height_px, 0.5), 3.0)

    @property
    def oversampling(self) -> int:
        """How many times the drawing is enlarged: 4 for thumbnails, 1 above 2048 pixels."""
        if self.quick:
            return 1
        longest_px = max(self.width_px, self.height_px)
        return 4 if longest_px <= 160 else 2 if longest_px <= 2048 else 1

    def units(self) -> tuple[Array, Array]:
        """x (1, W) and y (H, 1) of the centres of all drawn pixels, float64."""
        (wide, high), (across, down) = self.drawn_px, self.margin_px
        x = (np.arange(-across, wide - across) + 0.5) * (self.aspect / self.width_px)
        y = (np.arange(-down, high - down) + 0.5) / self.height_px
        return x[None, :], y[:, None]


class Canvas:
    """One layer while it is drawn. Points are (N, 2) in composed units, colours uint8 (3,).

    stage   size of the layer
    soft    it will hold nothing but washes and glows, which need no enlargement
    traced  it remembers which shape lies on top at every place, for `shapes`
    """

    def __init__(self, stage: Stage, *, soft: bool = False, traced: bool = False) -> None:
        self.stage = stage
        self.soft = soft
        over = 1 if soft else stage.oversampling
        wide, high = stage.drawn_px
        self._pixels = np.zeros((high * over, wide * over, 4), np.uint8)
        self._origin = np.array(stage.margin_px, np.int32) * over
        self._scale = np.array(
            [stage.width_px * over / stage.aspect, float(stage.height_px * over)]
        )
        self._least = _LEAST_PX * over
        self._shapes = np.zeros(self._pixels.shape[:2], np.int32) if traced else None
        self._traced = 0

    def fill(self, points: Array, colour: Array) -> None:
        """Fill one polygon with an opaque colour."""
        fixed = self._fixed(points)
        cv2.fillPoly(self._pixels, [fixed], (*colour.tolist(), 255), cv2.LINE_AA, _SHIFT)
        self._trace(fixed)

    def fill_many(self, shapes: Array, colours: Array, *, keep: bool = False) -> None:
        """Fill polygons (M, N, 2) in turn with colours (M, 3) or one colour (3,).

        Those smaller than half a pixel are left out unless `keep`.
        """
        if not len(shapes):
            return
        fixed = self._fixed(shapes)
        low, high = fixed.min(axis=1), fixed.max(axis=1)
        drawn = ((high > 0) & (low < np.array(self._pixels.shape[1::-1]) << _SHIFT)).all(axis=1)
        if not keep:
            drawn &= ((high - low).max(axis=1) >> _SHIFT) >= self._least
        inks = (
            colours[drawn].tolist() if colours.ndim == 2 else [colours.tolist()] * int(drawn.sum())
        )
        for one, colour in zip(fixed[drawn], inks, strict=True):
            cv2.fillPoly(self._pixels, [one], (*colour, 255), cv2.LINE_AA, _SHIFT)
            self._trace(one)

    def cut(self, points: Array) -> None:
        """Cut a hole through what has been drawn."""
        fixed = self._fixed(points)
        cv2.fillPoly(self._pixels, [fixed], (0, 0, 0, 0), cv2.LINE_AA, _SHIFT)
        self._trace(fixed, hole=True)

    def wash(self, points: Array, colour: Array, opacity: float, *, softness: float = 0.0) -> None:
        """Fill one polygon with a translucent colour, `opacity` in [0, 1].

        softness  over how many frame heights its edge fades, half of it on either side
        """
        soft_px = round(softness * self._scale[1] / 2.0)
        covered = self._mask(points, beyond_px=soft_px)
        if covered is not None:
            part, mask = covered
            if soft_px > 0:
                # Two box means are a tent: near a Gaussian, and as fast at any width.
                side = (soft_px | 1, soft_px | 1)
                mask = cv2.blur(cv2.blur(mask.astype(np.uint8), side), side).astype(np.uint16)
            cover = ((mask * np.uint16(round(opacity * 256))) >> 8).astype(np.uint8)
            self._tint(part, colour, cover)

    @contextmanager
    def within(self, points: Array) -> Iterator[None]:
        """What is painted meanwhile shows within one polygon only."""
        covered = self._mask(points) or ((slice(0, 1), slice(0, 1)), np.zeros((1, 1), np.uint16))
        part, mask = covered
        whole, origin, shapes = self._pixels, self._origin, self._shapes
        self._pixels = whole[part].copy()
        self._origin = origin - np.array([part[1].start, part[0].start], np.int32)
        self._shapes = None if shapes is None else shapes[part].copy()
        try:
            yield
        finally:
            painted, traced = self._pixels, self._shapes
            self._pixels, self._origin, self._shapes = whole, origin, shapes
        target = whole[part]
        target[...] = cv2.copyTo(painted, (mask == 255).astype(np.uint8), target.copy())
        edge = (mask > 0) & (mask < 255)
        target[edge] = _over(target[edge], painted[edge].astype(np.uint16), mask[edge][:, None])
        if shapes is not None and traced is not None:
            shapes[part] = np.where(mask > 127, traced, shapes[part])

    def shade(self, points: Array, colours: Array, start: Point, end: Point) -> None:
        """Fill one polygon with a gradient through `colours` (K, 3) from `start` to `end` (2,)."""
        covered = self._mask(points)
        if covered is None:
            return
        self._trace(self._fixed(points))
        part, mask = covered
        axis = (np.asarray(end, float) - start) * self._scale
        origin = np.asarray(start, float) * self._scale
        x, y = self._centres(part)
        x, y = x - origin[0], y - origin[1]
        per_step = 255.0 / max(float(axis @ axis), 1e-9)
        table = np.full((256, 4), 255, np.uint8)
        steps, at = np.linspace(0.0, 1.0, 256), np.linspace(0.0, 1.0, len(colours))
        for channel in range(3):
            table[:, channel] = np.rint(np.interp(steps, at, colours[:, channel]))
        across, down = x * axis[0] * per_step, (y * axis[1] * per_step)[:, None]
        if not axis[1]:  # a level or upright gradient needs one row or column only
            along = across[None]
        elif not axis[0]:
            along = down
        else:
            along = down + across
        index = np.clip(along, 0.0, 255.0).astype(np.uint8)
        painted = np.ascontiguousarray(np.broadcast_to(table.view(np.uint32)[index, 0], mask.shape))
        painted = painted.view(np.uint8).reshape(*mask.shape, 4)
        target = self._pixels[part]
        target[...] = cv2.copyTo(painted, (mask == 255).astype(np.uint8), target.copy())
        edge = (mask > 0) & (mask < 255)
        target[edge] = _over(target[edge], painted[edge].astype(np.uint16), mask[edge][:, None])

    def glow(self, centre: Point, radius: float, colour: Array, opacity: float) -> None:
        """A soft round light: `opacity` at the centre, falling as (1 - r^2)^2 to the radius."""

        def falling(x: Array, y: Array) -> Array:
            fall: Array = np.clip(1.0 - (x * x + y * y), 0.0, 1.0)
            fall = fall * fall * opacity
            return fall

        self.veil(centre, radius, colour, falling)

    def veil(
        self,
        centre: Point,
        radius: float,
        colour: Array,
        opacity: Callable[[Array, Array], Array],
    ) -> None:
        """Lay a colour over the square around a disc by an opacity of the place in it.

        centre, radius  of the disc
        colour          uint8 (3,)
        opacity         from x (1, W) and y (H, 1), both -1..1 across the disc, to (H, W) in [0, 1]
        """
        ring = np.array([[-radius, -radius], [radius, radius]]) + np.asarray(centre)
        part = self._part(self._fixed(ring))
        if part is None:
            return
        x, y = self._centres(part)
        x, y = x / self._scale[0] - centre[0], y / self._scale[1] - centre[1]
        mask = np.rint(opacity(x[None] / radius, y[:, None] / radius) * 255.0).astype(np.uint8)
        self._tint(part, colour, mask)

    def copy(self) -> Canvas:
        """A canvas of its own with what has been drawn so far; what is traced stays behind."""
        other = Canvas(self.stage, soft=self.soft)
        other._pixels = self._pixels.copy()
        return other

    def lay(self, other: Canvas) -> None:
        """Lay another canvas of the same stage over what has been drawn."""
        part = self._pixels, other._pixels
        rows = np.flatnonzero(part[1][..., 3].any(axis=1))
        if not rows.size:
            return
        below, above = (pixels[rows[0] : rows[-1] + 1] for pixels in part)
        cover = cv2.merge([above[..., 3]] * 4)
        below[...] = cv2.add(cv2.multiply(below, cv2.bitwise_not(cover), scale=1.0 / 255.0), above)

    def rgba(self) -> Array:
        """The layer with its margin, uint8 (H, W, 4), straight alpha."""
        size_px = self.stage.drawn_px
        out: Array = self._pixels
        if out.shape[1] != size_px[0]:
            out = cv2.resize(out, size_px, interpolation=cv2.INTER_AREA)
        soft = (out[..., 3] > 0) & (out[..., 3] < 255)
        edge = out[soft].astype(np.uint32)
        alpha = edge[:, 3:]
        edge[:, :3] = np.minimum((edge[:, :3] * 255 + alpha // 2) // np.maximum(alpha, 1), 255)
        out[soft] = edge
        return out

    def shapes(self) -> Array:
        """(H, W) int32 with the margin: which of the opaque shapes, from 1, lies on top; 0: none.

        Washes, glows and veils are no shapes. Only of a canvas that is `traced`.
        """
        assert self._shapes is not None, "a canvas that is traced"
        # Pixels are taken, not mixed: the number between two shapes is a third one.
        size_px = self.stage.drawn_px
        return cv2.resize(self._shapes, size_px, interpolation=cv2.INTER_NEAREST_EXACT)

    def _trace(self, fixed: Array, *, hole: bool = False) -> None:
        if self._shapes is not None:
            self._traced += 1
            number = 0 if hole else self._traced
            cv2.fillPoly(self._shapes, [fixed], number, cv2.LINE_8, _SHIFT)

    def _centres(self, part: tuple[slice, slice]) -> tuple[Array, Array]:
        """x (W,) and y (H,) of the pixels of a part, counted from the picture's corner."""
        return (
            np.arange(part[1].start - self._origin[0], part[1].stop - self._origin[0]) + 0.5,
            np.arange(part[0].start - self._origin[1], part[0].stop - self._origin[1]) + 0.5,
        )

    def _fixed(self, points: Array) -> Array:
        """Composed units as int32 sixteenths of a drawn pixel, from the margin's corner."""
        scaled = np.asarray(points, float) * self._scale - 0.5
        scaled = np.minimum(np.maximum(scaled, -_FARTHEST_PX), _FARTHEST_PX)
        fixed: Array = np.rint(scaled * (1 << _SHIFT)).astype(np.int32)
        fixed += self._origin << _SHIFT
        return fixed

    def _part(self, fixed: Array, beyond_px: int = 0) -> tuple[slice, slice] | None:
        """The rows and columns that a shape can touch, or None when it is out of the frame."""
        height, width = self._pixels.shape[:2]
        low = (fixed.min(axis=0) >> _SHIFT) - 1 - beyond_px
        high = (fixed.max(axis=0) >> _SHIFT) + 3 + beyond_px
        rows = slice(max(int(low[1]), 0), min(int(high[1]), height))
        columns = slice(max(int(low[0]), 0), min(int(high[0]), width))
        return (rows, columns) if rows.start < rows.stop and columns.start < columns.stop else None

    def _mask(
        self, points: Array, *, beyond_px: int = 0
    ) -> tuple[tuple[slice, slice], Array] | None:
        """That part and some more, and how far the shape covers its pixels, uint16 0..255."""
        fixed = self._fixed(points)
        part = self._part(fixed, beyond_px)
        if part is None:
            return None
        mask = np.zeros([side.stop - side.start for side in part], np.uint8)
        offset = np.array([part[1].start, part[0].start], np.int32) << _SHIFT
        cv2.fillPoly(mask, [fixed - offset], 255, cv2.LINE_AA, _SHIFT)
        return part, mask.astype(np.uint16)

    def _tint(self, part: tuple[slice, slice], colour: Array, cover: Array) -> None:
        """Mix one colour in by `cover`, uint8 (H, W): what `_over` gives, in half its time."""
        cover = cv2.merge([cover] * 4)
        below = cv2.multiply(self._pixels[part], cv2.bitwise_not(cover), dtype=cv2.CV_16U)
        products = np.arange(256, dtype=np.uint16)[:, None] * np.append(colour, 255).astype(
            np.uint16
        )
        below = cv2.add(below, cv2.LUT(cover, products.reshape(1, 256, 4)))
        # Sums reach 65025, which float32 holds, and no 255th part of them lies at a half.
        self._pixels[part] = cv2.convertScaleAbs(below, alpha=1.0 / 255.0)


def _over(below: Array, colours: Array, cover: Array) -> Array:
    """uint16 mix of `below` (uint8) and `colours` (uint16) by `cover` (uint16, 0..255)."""
    total: Array = below * (255 - cover)
    total += colours * cover
    total += 128
    total += total >> 8
    total >>= 8
    return total
