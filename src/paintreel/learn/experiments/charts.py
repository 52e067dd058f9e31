"""Bar charts of an experiment: one drawing, as SVG for the page and as PNG to be shown."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from html import escape
from typing import NamedTuple

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from paintreel.imaging.arrays import Array
from paintreel.learn.experiments.statistics import Figure

COLOURS = ("#2f6f8f", "#d98a3d", "#7a9a4a", "#a4577a", "#5d6d8c", "#b8a13a", "#8d8d8d", "#3c3c3c")
INK, SOFT, GRID = "#26262a", "#6b6972", "#e2dfda"
_TOP, _BASE, _LEFT, _RIGHT = 40, 232, 46, 8
_LEGEND, _ROW = _BASE + 38, 16
_BAR, _GAP = 7, 12  # so that two charts of eight systems stand side by side on the page
_PNG_SCALE = 2


class _Box(NamedTuple):
    x: float
    y: float
    width: float
    height: float
    colour: str

    def svg(self) -> str:
        return (
            f'<rect x="{self.x:.1f}" y="{self.y:.1f}" width="{self.width:.1f}" '
            f'height="{self.height:.1f}" fill="{self.colour}"/>'
        )


class _Line(NamedTuple):
    x0: float
    y0: float
    x1: float
    y1: float
    colour: str

    def svg(self) -> str:
        return (
            f'<line x1="{self.x0:.1f}" y1="{self.y0:.1f}" x2="{self.x1:.1f}" y2="{self.y1:.1f}" '
            f'stroke="{self.colour}"/>'
        )


class _Text(NamedTuple):
    x: float
    y: float
    text: str
    colour: str
    anchor: str

    def svg(self) -> str:
        return (
            f'<text x="{self.x:.1f}" y="{self.y:.1f}" text-anchor="{self.anchor}" '
            f'style="fill:{self.colour}">{escape(self.text)}</text>'
        )


@dataclass
class Drawing:
    """Rectangles, lines and texts on a ground of width x height, in order."""

    width: float
    height: float
    shapes: list[_Box | _Line | _Text] = field(default_factory=list)

    def box(self, x: float, y: float, w: float, h: float, colour: str) -> None:
        """A filled rectangle whose upper left corner is (x, y)."""
        self.shapes.append(_Box(x, y, w, h, colour))

    def line(self, x0: float, y0: float, x1: float, y1: float, colour: str) -> None:
        """A line from (x0, y0) to (x1, y1), one unit wide."""
        self.shapes.append(_Line(x0, y0, x1, y1, colour))

    def text(self, x: float, y: float, text: str, colour: str, anchor: str = "start") -> None:
        """A text whose baseline is at y; x is its `anchor`: start, middle or end."""
        self.shapes.append(_Text(x, y, text, colour, anchor))

    def svg(self, label: str) -> str:
        """An SVG element that says `label` to those who cannot see it."""
        ground = f'<rect width="{self.width:g}" height="{self.height:g}" fill="#fff"/>'
        shapes = "".join(shape.svg() for shape in self.shapes)
        size = f'viewBox="0 0 {self.width:g} {self.height:g}" width="{self.width:g}"'
        return f'<svg {size} role="img" aria-label="{escape(label)}">{ground}{shapes}</svg>'

    def png(self) -> Array:
        """(H, W, 3) uint8 at twice the size."""
        k = _PNG_SCALE
        image = Image.new("RGB", (round(self.width * k), round(self.height * k)), "#fff")
        pen, font = ImageDraw.Draw(image), ImageFont.load_default(11 * k)
        for s in self.shapes:
            if isinstance(s, _Box):
                corners = [s.x * k, s.y * k, (s.x + s.width) * k, (s.y + s.height) * k]
                pen.rectangle(corners, fill=s.colour)
            elif isinstance(s, _Line):
                pen.line([s.x0 * k, s.y0 * k, s.x1 * k, s.y1 * k], fill=s.colour, width=k)
            else:
                anchor = {"start": "ls", "middle": "ms", "end": "rs"}[s.anchor]
                pen.text((s.x * k, s.y * k), s.text, fill=s.colour, font=font, anchor=anchor)
        return np.asarray(image)


def grouped_bars(
    title: str, groups: Mapping[str, Mapping[str, Figure]], *, series: Sequence[str]
) -> Drawing:
    """Groups of bars side by side, one bar a series, with a whisker of one standard deviation.

    A series that a group has no figure of leaves a gap. Bars start at 0; values are not below it.
    """
    span = max(1, len(series)) * _BAR + _GAP
    width = max(360.0, 20 + 6.5 * len(title), _LEFT + len(groups) * span + _RIGHT)
    legend_rows = _legend_rows(series, width)
    d = Drawing(width, _LEGEND + _ROW * len(legend_rows) - 4)
    d.text(10, 20, title, INK)
    tops = [f.mean + (f.sd or 0) for row in groups.values() for f in row.values()]
    step = _tick(max(tops, default=1.0) or 1.0)
    top = step * np.ceil(max(max(tops, default=1.0), step) / step - 1e-9)
    scale = (_BASE - _TOP) / top
    for value in np.arange(0, top + step / 2, step):
        y = _BASE - value * scale
        d.line(_LEFT, y, width - _RIGHT, y, GRID)
        d.text(_LEFT - 6, y + 4, f"{value:g}", SOFT, "end")
    for g, (group, row) in enumerate(groups.items()):
        left = _LEFT + g * span + _GAP / 2
        d.text(left + len(series) * _BAR / 2, _BASE + 16, group, SOFT, "middle")
        for i, name in enumerate(series):
            if name in row:
                _bar(d, left + i * _BAR, row[name], scale, COLOURS[i % len(COLOURS)])
    for r, entries in enumerate(legend_rows):
        for x, i, name in entries:
            y = _LEGEND + _ROW * r
            d.box(x, y - 9, 10, 10, COLOURS[i % len(COLOURS)])
            d.text(x + 14, y, name, INK)
    return d


def _bar(d: Drawing, x: float, figure: Figure, scale: float, colour: str) -> None:
    height = max(0.0, figure.mean) * scale
    d.box(x, _BASE - height, _BAR - 1, height, colour)
    if figure.sd:
        low, high = (_BASE - max(0.0, figure.mean + s * figure.sd) * scale for s in (-1, 1))
        d.line(x + (_BAR - 1) / 2, low, x + (_BAR - 1) / 2, high, INK)


def _tick(top: float) -> float:
    """A round step that gives four to ten ticks up to `top`."""
    power = 10.0 ** np.floor(np.log10(top))
    return float(next(m * power for m in (0.1, 0.2, 0.5, 1.0) if top / (m * power) <= 10))


def _legend_rows(series: Sequence[str], width: float) -> list[list[tuple[float, int, str]]]:
    """(x, number, name) of the entries of each row of the legend."""
    rows: list[list[tuple[float, int, str]]] = [[]]
    x = float(_LEFT)
    for i, name in enumerate(series):
        need = 30 + 6.5 * len(name)
        if rows[-1] and x + need > width:
            rows.append([])
            x = float(_LEFT)
        rows[-1].append((x, i, name))
        x += need
    return rows
