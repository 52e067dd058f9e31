"""How wide a painter's strokes are in a picture of any size.

A network paints strokes of some pixels, whatever the picture: in a photograph of 24 megapixels they
are too fine to be seen. So big pictures are painted small and brought back to full size, with the
edges of the full picture (`paintreel.imaging.guided_upsampling`).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal, TypeAlias

import numpy as np

from paintreel.errors import InputError
from paintreel.imaging.arrays import Array
from paintreel.imaging.files import DEFAULT_MAX_PIXELS
from paintreel.imaging.geometry import resize
from paintreel.imaging.guided_upsampling import nearest_scale, shrink_by, upsample_guided
from paintreel.notes import Note

__all__ = ["MAX_BRUSH_PX", "MIN_BRUSH_PX", "NATIVE_BRUSH_PX", "Brush", "BrushScale", "brush_scale"]

Brush: TypeAlias = Literal["auto"] | float
"""``auto``, or the width of strokes in pixels of the result."""

NATIVE_BRUSH_PX = 5.0
"""Width of a style's strokes where it paints a picture at its own size, about."""

MIN_BRUSH_PX, MAX_BRUSH_PX = 2.5, 320.0
_AUTO_SIDE_PX = 1280  # longer side for which the strokes of a style are made
_FINER = (Fraction(1, 2), Fraction(3, 4))


@dataclass(frozen=True, slots=True)
class BrushScale:
    """How a picture is brought to the size of the brush.

    scale  by which it is shrunk before it is painted; below 1 it is enlarged
    asked  the width of strokes that was asked for
    """

    scale: Fraction
    asked: Brush = "auto"

    @property
    def brush_px(self) -> float:
        """The width of strokes in the result."""
        return NATIVE_BRUSH_PX * float(self.scale)

    def paint(
        self, x: Array, paint: Callable[[Array], Array], *, threads: int | None = None
    ) -> Array:
        """`paint(x)`, with strokes of this width.

        x: (H, W, 3) of a dtype of `paintreel.imaging.arrays`; `paint` keeps shape and dtype.
        """
        if self.scale == 1:
            return paint(x)
        height, width = x.shape[:2]
        if self.scale > 1:
            small = shrink_by(x, self.scale)
            return upsample_guided(paint(small), small, x, self.scale, threads=threads)
        size = (round(width / self.scale), round(height / self.scale))
        if size[0] * size[1] > DEFAULT_MAX_PIXELS:
            raise InputError(
                f"a brush of {self.brush_px:g} px paints {width}x{height} px at {size[0]}x{size[1]}"
                f" px, the limit is {DEFAULT_MAX_PIXELS:,} pixels; take a wider brush"
            )
        return resize(paint(resize(x, *size)), width, height)

    def note(self, width_px: int, height_px: int) -> tuple[Note, ...]:
        """What was chosen for a picture of this size, where it was not asked for."""
        if self.asked != "auto":
            if abs(self.brush_px - self.asked) < 1e-6:
                return ()
            text = f"strokes are {self.brush_px:g} px wide, the nearest to {self.asked:g}"
        elif self.scale == 1:
            return ()
        else:
            text = (
                f"strokes are {self.brush_px:g} px wide, to suit {width_px}x{height_px} px "
                "(--brush sets another width)"
            )
        return (Note("brush", text),)


def brush_scale(width_px: int, height_px: int, brush: Brush = "auto") -> BrushScale:
    """The scale at which a picture of this size is painted.

    brush  ``auto`` widens the strokes with the picture, as if it were about 1280 px long, and never
           narrows them; a number is their width in pixels, `MIN_BRUSH_PX` to `MAX_BRUSH_PX`

    Scales are quarters. Raises InputError.

    >>> [brush_scale(*each).brush_px for each in ((4000, 2670), (1280, 720), (400, 300, 10))]
    [15.0, 5.0, 10.0]
    """
    if brush == "auto":
        return BrushScale(nearest_scale(max(width_px, height_px) / _AUTO_SIDE_PX))
    number = isinstance(brush, (int, float, np.integer, np.floating))
    if not number or isinstance(brush, bool) or not MIN_BRUSH_PX <= brush <= MAX_BRUSH_PX:
        raise InputError(
            f"brush is {brush!r}, expected 'auto' or {MIN_BRUSH_PX:g} to {MAX_BRUSH_PX:g} px"
        )
    scale = float(brush) / NATIVE_BRUSH_PX
    if scale < 1:
        finest = min((*_FINER, Fraction(1)), key=lambda each: abs(each - Fraction(scale)))
        return BrushScale(finest, float(brush))
    # A stroke cannot be wider than the picture.
    widest = max(1.0, min(width_px, height_px) / 8)
    return BrushScale(nearest_scale(min(scale, widest)), float(brush))
