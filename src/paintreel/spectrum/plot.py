"""The chart of spectra: planes above, curves over frequency, differences from the first below.

The planes are Figure 3 of Wu and Chen 2022: photographs scatter evenly, drawn pictures gather in
lines and in the middle.
"""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np
from PIL import Image, ImageDraw

from paintreel.imaging.arrays import Array
from paintreel.pictures.lettering import fitted, font_of, letter
from paintreel.pictures.page_colours import FAINT, INK, PAPER, SOFT
from paintreel.spectrum.measured import BANDS, SetSpectrum, frequencies
from paintreel.wording import counted

__all__ = ["draw_spectra"]

_WIDTH, _MARGIN, _TEXT, _LEFT = 1600, 72, 20, 150
_PLANE, _GAP = 336, 24
_CURVES, _DIFFERENCES = 460, 240
_COLOURS = (
    (60, 92, 158),
    (206, 98, 44),
    (58, 134, 84),
    (158, 64, 128),
    (190, 150, 30),
    (64, 150, 170),
    (120, 84, 60),
    (110, 110, 120),
)
"""Of the sets, in their order: told apart by light too."""
_STEPS_DB = (1, 2, 5, 10, 20, 50)
_TICKS = (0.0, 1 / 16, 1 / 8, 1 / 4, 3 / 8, 1 / 2)
_LEAST_SPAN_DB = 2.0


def draw_spectra(sets: Sequence[SetSpectrum]) -> Array:
    """The chart, (H, W, 3) uint8. sets: at least one, with equally many bins."""
    columns = min(len(sets), 4)
    rows = -(-len(sets) // columns)
    planes = rows * (_PLANE + 2 * _TEXT + _GAP)
    head = 3 * _MARGIN // 2
    below = _DIFFERENCES + 3 * _TEXT if len(sets) > 1 else 0
    height = head + planes + _MARGIN + _CURVES + 3 * _TEXT + below + _MARGIN
    page = Image.new("RGB", (_WIDTH, height), PAPER)
    draw = ImageDraw.Draw(page)
    title = f"Spectra of {counted(len(sets), 'set')}"
    letter(draw, (_MARGIN, _MARGIN), title, size_px=28, colour=INK)
    _draw_planes(page, sets, head, columns)
    top = head + planes + _MARGIN // 2
    spread = np.concatenate([x for one in sets for x in (one.lower, one.upper)])
    curves = _Axes(draw, top, _CURVES, float(spread.min()), float(spread.max()))
    curves.frame("power, dB of full scale squared", is_last=len(sets) == 1)
    _draw_bands(page, curves, sets)
    for one, colour in zip(sets, _COLOURS, strict=False):
        curves.line(one.radial, colour)
    _draw_legend(draw, sets, top)
    if len(sets) > 1:
        _draw_differences(draw, sets, top + _CURVES + 3 * _TEXT)
    return np.asarray(page)


class _Axes:
    """A box of frequencies across and decibels up."""

    def __init__(
        self, draw: ImageDraw.ImageDraw, top: int, height: int, low: float, high: float
    ) -> None:
        room = max(_LEAST_SPAN_DB - (high - low), 0) / 2 + 0.04 * (high - low)
        self.draw, self.top, self.height = draw, top, height
        self.low, self.high = low - room, high + room

    def x(self, frequency: float) -> float:
        return _LEFT + 2 * frequency * (_WIDTH - _MARGIN - _LEFT)

    def y(self, value_db: float) -> float:
        return self.top + self.height * (self.high - value_db) / (self.high - self.low)

    def points(self, values_db: Array) -> list[tuple[float, float]]:
        places = zip(frequencies(len(values_db)).tolist(), values_db.tolist(), strict=True)
        return [(self.x(frequency), self.y(value)) for frequency, value in places]

    def frame(self, title: str, *, is_last: bool) -> None:
        """Lines of the grid with their numbers; those of frequency where the box is the last."""
        step = next((s for s in _STEPS_DB if (self.high - self.low) / s <= 7), _STEPS_DB[-1])
        for value in np.arange(np.ceil(self.low / step) * step, self.high, step).tolist():
            y = self.y(value)
            self.draw.line((_LEFT, y, _WIDTH - _MARGIN, y), fill=FAINT, width=1)
            text = f"{value:g}"
            letter(self.draw, (_LEFT - 10, y + 6), text, size_px=17, colour=SOFT, anchor="rs")
        bottom = self.top + self.height
        edges = {high for _low, high in BANDS.values()}
        for frequency in _TICKS:
            x = self.x(frequency)
            fill = SOFT if frequency in edges or not frequency else FAINT
            self.draw.line((x, self.top, x, bottom), fill=fill, width=1)
            if is_last:
                wave = "" if not frequency else f" ({1 / frequency:.2g} px)"
                text = f"{frequency:g}{wave}"
                anchor = "rs" if frequency == _TICKS[-1] else "ms"
                place = (x, bottom + _TEXT + 4)
                letter(self.draw, place, text, size_px=17, colour=SOFT, anchor=anchor)
        letter(self.draw, (_MARGIN, self.top - 12), title, size_px=17, colour=SOFT)
        if is_last:
            place = (_LEFT, bottom + 2 * _TEXT + 8)
            text = "cycles a pixel (length of the wave)"
            letter(self.draw, place, text, size_px=17, colour=SOFT)

    def line(self, values_db: Array, colour: tuple[int, int, int]) -> None:
        self.draw.line(self.points(values_db), fill=colour, width=4, joint="curve")


def _draw_planes(page: Image.Image, sets: Sequence[SetSpectrum], top: int, columns: int) -> None:
    """One range of light for all, so that they may be compared."""
    draw = ImageDraw.Draw(page)
    whole = np.stack([one.plane for one in sets])
    low, high = (float(q) for q in np.quantile(whole, (0.02, 0.999)))
    for number, one in enumerate(sets):
        row, column = divmod(number, columns)
        left = _MARGIN + column * (_PLANE + _GAP)
        y = top + row * (_PLANE + 2 * _TEXT + _GAP)
        light = np.clip((one.plane - low) / max(high - low, 1e-6), 0, 1)
        shown = cv2.resize(light, (_PLANE, _PLANE), interpolation=cv2.INTER_LINEAR)
        page.paste(Image.fromarray((shown * 255 + 0.5).astype(np.uint8)), (left, y))
        colour = _COLOURS[number % len(_COLOURS)]
        draw.rectangle((left, y + _PLANE + 8, left + 14, y + _PLANE + 22), fill=colour)
        place = (left + 22, y + _PLANE + _TEXT + 2)
        letter(draw, place, one.name, size_px=_TEXT, colour=INK, width_px=_PLANE - 22)


def _draw_bands(page: Image.Image, axes: _Axes, sets: Sequence[SetSpectrum]) -> None:
    """The middle half of each set's files, behind the curves."""
    for one, colour in zip(sets, _COLOURS, strict=False):
        if one.files < 2:
            continue
        veil = Image.new("L", page.size, 0)
        outline = axes.points(one.upper) + axes.points(one.lower)[::-1]
        ImageDraw.Draw(veil).polygon(outline, fill=46)
        page.paste(Image.new("RGB", page.size, colour), (0, 0), veil)


def _draw_legend(draw: ImageDraw.ImageDraw, sets: Sequence[SetSpectrum], top: int) -> None:
    first = sets[0]
    rows = []
    for one in sets:
        beside = "" if one is first else f", {one.distance(first):.2f} dB from {first.name}"
        rows.append(f"{one.name}: {counted(one.files, 'file')}{beside}")
    font = font_of(_TEXT)
    rows = [fitted(row, font, 620) for row in rows]
    left = _WIDTH - _MARGIN - 40 - max(font.getlength(row) for row in rows)
    for number, row in enumerate(rows):
        y = top + 16 + number * (_TEXT + 10)
        draw.line((left, y + 8, left + 22, y + 8), fill=_COLOURS[number], width=4)
        letter(draw, (left + 32, y + 15), row, size_px=_TEXT, colour=INK)


def _draw_differences(draw: ImageDraw.ImageDraw, sets: Sequence[SetSpectrum], top: int) -> None:
    first, *others = sets
    differences = [one.radial - first.radial for one in others]
    whole = np.concatenate([*differences, [0.0]])
    axes = _Axes(draw, top, _DIFFERENCES, float(whole.min()), float(whole.max()))
    axes.frame(f"difference from {first.name}, dB", is_last=True)
    zero = axes.y(0.0)
    draw.line((_LEFT, zero, _WIDTH - _MARGIN, zero), fill=_COLOURS[0], width=2)
    for values, colour in zip(differences, _COLOURS[1:], strict=False):
        axes.line(values, colour)
    for name, (low, high) in BANDS.items():
        place = ((axes.x(low) + axes.x(high)) / 2, top + _DIFFERENCES - 10)
        letter(draw, place, name, size_px=15, colour=SOFT, anchor="ms")
