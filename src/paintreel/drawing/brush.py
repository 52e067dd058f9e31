"""What a thing is drawn with: a layer, the chance of its details, the side that the light is on."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from paintreel.drawing import forms
from paintreel.drawing.canvas import Canvas
from paintreel.drawing.forms import Numbers, Point
from paintreel.imaging.arrays import Array

__all__ = ["Brush"]


@dataclass(frozen=True)
class Brush:
    """A canvas with the generator that details are drawn from and the side of the light.

    Points are in composed units, colours uint8 (3,), as in `Canvas`.

    canvas  the layer that is painted on
    rng     the generator of all that is left to chance
    side    of the light, -1 left or 1 right
    """

    canvas: Canvas
    rng: np.random.Generator
    side: int

    def with_rng(self, rng: np.random.Generator) -> Brush:
        """The same layer and light with another generator."""
        return replace(self, rng=rng)

    def aside(self) -> Brush:
        """The same layer with a generator whose draws change nothing that is drawn after."""
        return self.with_rng(self.rng.spawn(1)[0])

    def fill(self, points: Array, colour: Array) -> None:
        """Fill one polygon (N, 2) with an opaque colour."""
        self.canvas.fill(points, colour)

    def fill_many(self, shapes: Array, colours: Array, *, keep: bool = False) -> None:
        """Fill polygons (M, N, 2) in turn with colours (M, 3) or one, as `Canvas.fill_many`."""
        self.canvas.fill_many(shapes, colours, keep=keep)

    def box(self, x0: float, y0: float, x1: float, y1: float, colour: Array) -> None:
        """Fill the rectangle between two opposite corners."""
        self.canvas.fill(forms.box(x0, y0, x1, y1), colour)

    def stroke(self, path: Array, widths: Numbers, colour: Array) -> None:
        """A line along `path` (N, 2), of `widths` (N,) or one width."""
        self.canvas.fill(forms.strip(path, widths), colour)

    def dab(
        self, centre: Point, length: float, width: float, colour: Array, *, angle: float = 0.0
    ) -> None:
        """One leaf-shaped stroke; `angle` in radians, 0 to the right, growing downward."""
        self.canvas.fill(forms.dabs(centre, length, width, angle)[0], colour)

    def disc(self, centre: Point, radius: float, colour: Array, *, count: int = 28) -> None:
        """Fill a circle, as a polygon of `count` corners."""
        self.canvas.fill(forms.ellipses(centre, radius, count=count)[0], colour)

    def ellipse(
        self, centre: Point, rx: float, ry: float, colour: Array, *, count: int = 28
    ) -> None:
        """Fill an upright ellipse, as a polygon of `count` corners."""
        self.canvas.fill(forms.ellipses(centre, rx, ry, count)[0], colour)

    def cut(self, points: Array) -> None:
        """Cut a hole (N, 2) through what has been drawn."""
        self.canvas.cut(points)

    def wash(self, points: Array, colour: Array, opacity: float) -> None:
        """Fill one polygon (N, 2) with a translucent colour, `opacity` in [0, 1]."""
        self.canvas.wash(points, colour, opacity)

    def shade(self, points: Array, colours: Array, start: Point, end: Point) -> None:
        """Fill one polygon (N, 2) with a gradient through `colours` (K, 3)."""
        self.canvas.shade(points, colours, start, end)

    def glow(self, centre: Point, radius: float, colour: Array, opacity: float) -> None:
        """A soft round light that falls from `opacity` at the centre to none at the radius."""
        self.canvas.glow(centre, radius, colour, opacity)

    def veil(
        self,
        centre: Point,
        radius: float,
        colour: Array,
        opacity: Callable[[Array, Array], Array],
    ) -> None:
        """Lay a colour over a disc by an opacity of the place in it, as `Canvas.veil`."""
        self.canvas.veil(centre, radius, colour, opacity)
