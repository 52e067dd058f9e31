"""Pictures that no classifier of paintings knows: noise, plain colours, text, screenshots, charts.

Drawn from a seed, so that the threshold of what is familiar can be held against them. They are
never learnt from.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise

import cv2
import numpy as np
from PIL import Image, ImageDraw, ImageFont

from paintreel.imaging.arrays import Array

__all__ = ["KINDS", "draw_stranger"]

Rng = np.random.Generator
Colour = tuple[int, int, int]

_SYLLABLES = (
    *("ka", "lo", "men", "tir", "su", "ve", "dra", "pol", "en", "ish", "or"),
    *("tal", "quin", "ba", "reth", "mo", "ser", "al", "vin", "cor", "ten", "ul"),
)
_WIDTH_PX, _HEIGHT_PX = (420, 900), (320, 900)


def draw_stranger(kind: str, rng: Rng) -> Array:
    """(H, W, 3) uint8 of one of `KINDS`, another for every state of `rng`."""
    width, height = int(rng.integers(*_WIDTH_PX)), int(rng.integers(*_HEIGHT_PX))
    return KINDS[kind](width, height, rng)


def _noise(width: int, height: int, rng: Rng) -> Array:
    """White, coloured, coarse or smooth noise, or a picture with salt and pepper and no more."""
    coarse = 2 ** int(rng.integers(0, 5))
    size = (max(2, height // coarse), max(2, width // coarse), 3)
    values = rng.random(size) if rng.random() < 0.5 else rng.normal(0.5, 0.25, size).clip(0, 1)
    if rng.random() < 0.3:
        values[...] = values[..., :1]
    if rng.random() < 0.2:
        values = (values > rng.uniform(0.3, 0.9)).astype(np.float64)
    how = cv2.INTER_NEAREST if rng.random() < 0.5 else cv2.INTER_LINEAR
    small = np.rint(values * 255).astype(np.uint8)
    return cv2.resize(small, (width, height), interpolation=how)


def _plain(width: int, height: int, rng: Rng) -> Array:
    """One colour, sometimes with a grain that nobody sees, or two halves."""
    picture = np.empty((height, width, 3), np.uint8)
    picture[:] = rng.integers(0, 256, 3)
    if rng.random() < 0.3:
        picture[: int(rng.integers(1, height))] = rng.integers(0, 256, 3)
    if rng.random() < 0.4:
        grain = rng.integers(-2, 3, picture.shape)
        picture = np.clip(picture + grain, 0, 255).astype(np.uint8)
    return picture


def _text(width: int, height: int, rng: Rng) -> Array:
    """A page: headings and paragraphs in one or two columns, dark on light or light on dark."""
    paper, ink = _paper_and_ink(rng)
    sheet = _DrawnPage(width, height, paper)
    margin, columns = int(rng.integers(12, 60)), int(rng.integers(1, 3))
    size, leading = int(rng.integers(9, 20)), rng.uniform(1.2, 1.8)
    column = (width - margin * (columns + 1)) // columns
    for number in range(columns):
        left, y = margin + number * (column + margin), margin
        while y < height - margin:
            heading = rng.random() < 0.08
            line = round(size * 1.6) if heading else size
            share = rng.uniform(0.3, 0.7) if heading or rng.random() < 0.15 else 1.0
            sheet.line(left, y, round(column * share), line, ink, rng)
            y += round(line * leading) + (size if rng.random() < 0.12 else 0)
    return sheet.pixels()


def _screenshot(width: int, height: int, rng: Rng) -> Array:
    """A window: title bar, side bar, rows of text, buttons and panels."""
    paper, ink = _paper_and_ink(rng)
    accent = _colour(rng)
    sheet = _DrawnPage(width, height, paper)
    bar, side = int(rng.integers(20, 44)), int(rng.uniform(0, 0.3) * width)
    shade = _mixed(paper, ink, 0.12)
    sheet.box(0, 0, width, bar, accent if rng.random() < 0.5 else shade)
    for number in range(3):
        sheet.disc(14 + 18 * number, bar // 2, 5, _colour(rng))
    sheet.line(80, bar // 2 - 6, width // 3, 12, ink, rng)
    if side > 60:
        sheet.box(0, bar, side, height, _mixed(paper, ink, 0.06))
        for y in range(bar + 14, height - 14, int(rng.integers(18, 34))):
            sheet.line(12, y, round((side - 24) * rng.uniform(0.4, 1)), 11, ink, rng)
    else:
        side = 0
    y, row = bar + 16, int(rng.integers(16, 30))
    while y < height - 24:
        left, room = side + 16, width - side - 32
        if room < 40:
            break
        chance = rng.random()
        if chance < 0.15:
            tall = int(rng.integers(40, 130))
            sheet.box(left, y, left + room, y + tall, shade, outline=_mixed(paper, ink, 0.3))
            sheet.line(left + 10, y + 10, room // 2, 12, ink, rng)
            y += tall + 12
        elif chance < 0.3:
            wide = min(room, int(rng.integers(60, 130)))
            sheet.box(left, y, left + wide, y + 24, accent)
            sheet.line(left + 10, y + 6, wide - 20, 11, paper, rng)
            y += 36
        else:
            indent = 12 * int(rng.integers(0, 4))
            tone = ink if rng.random() < 0.7 else accent
            length = round((room - indent) * rng.uniform(0.3, 1))
            sheet.line(left + indent, y, length, 12, tone, rng)
            y += row
    return sheet.pixels()


def _chart(width: int, height: int, rng: Rng) -> Array:
    """Bars, lines, points, slices or a table of cells, with axes, ticks, title and legend."""
    paper, ink = _paper_and_ink(rng)
    sheet = _DrawnPage(width, height, paper)
    left, top, right, bottom = 60, 46, width - 24, height - 44
    sheet.line(left, 14, (right - left) * 2 // 3, 15, ink, rng)
    kind = str(rng.choice(["bars", "lines", "points", "slices", "cells"]))
    if kind == "slices":
        radius = min(right - left, bottom - top) // 2
        sheet.slices((left + right) // 2, (top + bottom) // 2, radius, rng)
        return sheet.pixels()
    if rng.random() < 0.6:
        for share in np.linspace(0, 1, int(rng.integers(4, 8))):
            y = round(bottom - share * (bottom - top))
            sheet.stroke([(left, y), (right, y)], _mixed(paper, ink, 0.2))
            sheet.line(14, y - 6, 36, 11, ink, rng)
    count = int(rng.integers(4, 18))
    xs = np.linspace(left + 10, right - 10, count)
    if kind == "cells":
        rows, tone = int(rng.integers(3, 10)), _colour(rng)
        across = np.rint(np.linspace(left, right, count + 1)).astype(int).tolist()
        down = np.rint(np.linspace(top, bottom, rows + 1)).astype(int).tolist()
        for x0, x1 in pairwise(across):
            for y0, y1 in pairwise(down):
                sheet.box(x0, y0, x1, y1, _mixed(paper, tone, rng.random()))
    for series in range(int(rng.integers(1, 4)) if kind != "cells" else 0):
        tone = _colour(rng)
        steps = rng.normal(0, 0.12, count).cumsum() + rng.random()
        ys = bottom - np.clip(steps, 0.03, 1) * (bottom - top)
        points = [(round(x), round(y)) for x, y in zip(xs, ys, strict=True)]
        half = max(2, round((right - left) / count / 3))
        for x, y in points:
            if kind == "bars" and series == 0:
                sheet.box(x - half, y, x + half, bottom, tone)
            elif kind == "points":
                sheet.disc(x, y, 4, tone)
        if kind == "lines":
            sheet.stroke(points, tone, width=int(rng.integers(1, 4)))
        sheet.box(right - 110, top + 4 + 18 * series, right - 96, top + 14 + 18 * series, tone)
        sheet.line(right - 90, top + 3 + 18 * series, 84, 11, ink, rng)
    sheet.stroke([(left, top), (left, bottom), (right, bottom)], ink)
    for x in xs[:: max(1, count // 6)]:
        sheet.line(round(x) - 14, bottom + 8, 36, 11, ink, rng)
    return sheet.pixels()


KINDS: dict[str, Callable[[int, int, Rng], Array]] = {
    "noise": _noise,
    "plain": _plain,
    "text": _text,
    "screenshot": _screenshot,
    "chart": _chart,
}
"""What is drawn, by name."""


class _DrawnPage:
    """Paper to draw on, in whole pixels."""

    def __init__(self, width: int, height: int, paper: Colour) -> None:
        self._image = Image.new("RGB", (width, height), paper)
        self._draw = ImageDraw.Draw(self._image)

    def line(self, x: int, y: int, width: int, size: int, ink: Colour, rng: Rng) -> None:
        """Invented words from (x, y) on, as many as fit into `width`."""
        font = ImageFont.load_default(size)
        words: list[str] = []
        while len(words) < 60:
            word = "".join(rng.choice(_SYLLABLES, int(rng.integers(1, 4))))
            word = word.capitalize() if rng.random() < 0.15 else word
            if font.getlength(" ".join([*words, word])) > width:
                break
            words.append(word)
        self._draw.text((x, y), " ".join(words), fill=ink, font=font)

    def box(
        self, x0: int, y0: int, x1: int, y1: int, tone: Colour, *, outline: Colour | None = None
    ) -> None:
        self._draw.rectangle((x0, y0, max(x0, x1), max(y0, y1)), fill=tone, outline=outline)

    def disc(self, x: int, y: int, radius: int, tone: Colour) -> None:
        self._draw.ellipse((x - radius, y - radius, x + radius, y + radius), fill=tone)

    def stroke(self, points: list[tuple[int, int]], tone: Colour, *, width: int = 1) -> None:
        self._draw.line(points, fill=tone, width=width)

    def slices(self, x: int, y: int, radius: int, rng: Rng) -> None:
        edges = np.sort(rng.random(int(rng.integers(2, 8)))) * 360
        for start, end in zip(edges, [*edges[1:], edges[0] + 360], strict=True):
            box = (x - radius, y - radius, x + radius, y + radius)
            self._draw.pieslice(box, float(start), float(end), fill=_colour(rng))

    def pixels(self) -> Array:
        return np.asarray(self._image)


def _colour(rng: Rng) -> Colour:
    red, green, blue = (int(value) for value in rng.integers(0, 256, 3))
    return red, green, blue


def _mixed(a: Colour, b: Colour, share: float) -> Colour:
    """Between two colours: `share` of the second."""
    red, green, blue = (round(x + (y - x) * share) for x, y in zip(a, b, strict=True))
    return red, green, blue


def _paper_and_ink(rng: Rng) -> tuple[Colour, Colour]:
    """Light paper and dark ink, tinted a little; turned round for one in four."""
    paper = tuple(int(v) for v in 255 - rng.integers(0, 22, 3))
    ink = tuple(int(v) for v in rng.integers(0, 70, 3))
    pair = (ink, paper) if rng.random() < 0.25 else (paper, ink)
    return pair  # type: ignore[return-value]
