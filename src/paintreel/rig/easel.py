"""What a character is drawn on: sheets that take fills, shades and ink, whole or only one of them.

Points are in the figure: x to the right and y down from the point between the shoulders, lengths in
half heights of the head.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Literal

import numpy as np

from paintreel.drawing.canvas import Canvas, Stage
from paintreel.drawing.forms import strip
from paintreel.imaging.arrays import Array
from paintreel.rig.curves import taper
from paintreel.rig.tones import PaintTones

__all__ = ["INK", "Easel", "FigureView", "Mode"]

Mode = Literal["painted", "lines", "flats"]
"""All of it, its ink alone, its flat colours alone."""

INK = 0.021
"""Width of a line of ordinary weight."""
_LEAST_LINE_PX = 1.1
_BLACK = np.zeros(3, np.uint8)


@dataclass(frozen=True)
class FigureView:
    """How the figure lies in the picture.

    stage      the part of the picture that is drawn
    unit_px    pixels of one unit of the figure
    origin_px  where the figure's origin lies in that part, x and y in pixels
    frame_px   width and height of the picture
    at_px      where in it that part begins, x and y
    """

    stage: Stage
    unit_px: float
    origin_px: tuple[float, float]
    frame_px: tuple[int, int]
    at_px: tuple[int, int] = (0, 0)

    def in_frame(self, part: Array) -> Array:
        """What is drawn, (h, w, C), in a picture of the whole frame (H, W, C)."""
        width, height = self.frame_px
        if part.shape[:2] == (height, width):
            return part
        frame = np.zeros((height, width, part.shape[2]), part.dtype)
        left, top = self.at_px
        frame[top : top + part.shape[0], left : left + part.shape[1]] = part[: height - top]
        return frame

    def composed(self, points: Array) -> Array:
        """Points of the figure in composed units of the stage."""
        return (np.asarray(points) * self.unit_px + self.origin_px) / self._per_unit

    @property
    def _per_unit(self) -> Array:
        width_px = self.stage.width_px / self.stage.aspect
        return np.array([width_px, float(self.stage.height_px)])


class Easel:
    """Draws on one sheet after the other, each its own layer or all on one.

    view    how the figure lies in the picture
    mode    what is drawn of it
    canvas  what is drawn on, which may be changed for another between two parts
    """

    def __init__(
        self, view: FigureView, mode: Mode = "painted", canvas: Canvas | None = None
    ) -> None:
        self.view = view
        self.mode = mode
        self.canvas = Canvas(view.stage) if canvas is None else canvas
        self._height_px = float(view.stage.height_px)

    def fill(self, points: Array, colour: Array) -> None:
        """Fill an outline (N, 2) with a colour."""
        if self.mode == "lines":
            self.canvas.cut(self.view.composed(points))
        else:
            self.canvas.fill(self.view.composed(points), colour)

    def ink(
        self,
        path: Array,
        tones: PaintTones,
        weight: float = 1.0,
        *,
        ends: tuple[float, float] = (0.25, 0.25),
        belly: float = 0.5,
        profile: Array | None = None,
    ) -> None:
        """A line along `path` (N, 2), thickest at the belly, `ends` of that at its ends.

        profile  its widths along the path instead, 1 the full weight
        """
        if self.mode == "flats" or len(path) < 2:
            return
        if profile is None:
            profile = taper(len(path), *ends, belly=belly)
        least = _LEAST_LINE_PX / self.view.unit_px
        width = max(INK * weight, min(least, 2.5 * INK)) * profile
        colour = _BLACK if self.mode == "lines" else tones.ink
        self.canvas.fill(self.view.composed(strip(path, width)), colour)

    def form(
        self,
        points: Array,
        tones: PaintTones,
        weight: float = 1.0,
        *,
        away: tuple[float, float] = (0.12, 0.08),
        softness: float = 0.05,
        opacity: float = 0.65,
    ) -> None:
        """An outline filled, shaded and inked: the plain case of a thing in the light.

        away  how far the shade begins from the edge that is turned to the light
        """
        self.fill(points, tones.base)
        if self.mode == "painted":
            with self.inside(points):
                self.wash(points + np.asarray(away), tones.shade, opacity, softness)
        self.contour(points, tones, weight)

    def contour(self, points: Array, tones: PaintTones, weight: float = 1.0) -> None:
        """A line round a closed outline, a little thicker below, as a brush has it."""
        closed = np.vstack([points, points[:2]])
        ahead = np.gradient(closed, axis=0)
        length = np.maximum(np.hypot(ahead[:, 0], ahead[:, 1]), 1e-9)
        # Going round clockwise, the underside runs to the left.
        under = np.abs(ahead[:, 0] / length)
        self.ink(closed, tones, weight, profile=0.8 + 0.25 * under)

    def wash(self, points: Array, colour: Array, opacity: float, softness: float = 0.0) -> None:
        """Lay a colour over an outline, its edge fading over `softness`."""
        if self.mode == "painted" and opacity > 0.004:
            self.canvas.wash(
                self.view.composed(points),
                colour,
                min(opacity, 1.0),
                softness=softness * self.view.unit_px / self._height_px,
            )

    def shade(self, points: Array, colours: Array, start: Array, end: Array) -> None:
        """Fill an outline with a gradient through colours (K, 3)."""
        if self.mode == "painted":
            place = self.view.composed
            self.canvas.shade(place(points), colours, place(start), place(end))
        else:
            self.fill(points, colours[len(colours) // 2])

    def light(self, points: Array, colour: Array) -> None:
        """A glint: an opaque spot of paint, which neither lines nor flats have."""
        if self.mode == "painted":
            self.canvas.fill(self.view.composed(points), colour)

    @contextmanager
    def inside(self, points: Array) -> Iterator[None]:
        """What is drawn meanwhile shows inside an outline only."""
        with self.canvas.within(self.view.composed(points)):
            yield
