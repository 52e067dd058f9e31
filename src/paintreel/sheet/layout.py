"""Where everything stands on the page, in pixels, before anything is drawn."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from paintreel.sheet.groups import Group

__all__ = ["Layout", "lay_out"]

_A4 = math.sqrt(2)
_REFERENCE_PX = 3508
# In pixels of a page of 3508: A4 at 300 dots an inch, where a printed point is 4.2 px.
_MARGIN, _GAP, _HEAD = 130, 34, 215
_SWATCHES, _CAPTION, _HEADING = 26, 52, 74
_MOST_CELL = 760
_SCRIPT, _RIBBON, _MOOD, _AXIS, _LEGEND = 190, 30, 300, 66, 96


@dataclass(frozen=True, slots=True)
class Cell:
    """A thumbnail's place: (left, top, width, height) of the picture; the caption stands below."""

    left: int
    top: int
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class Layout:
    """The page.

    unit      pixels for one of a page of 3508
    headings  (x, baseline) of every group
    cells     of every group, those of its moments in order
    script    top of the band of colours
    ribbon    top of the band of classes, with the mood line below it
    """

    width: int
    height: int
    unit: float
    margin: int
    headings: tuple[tuple[int, int], ...]
    cells: tuple[tuple[Cell, ...], ...]
    script: tuple[int, int]
    ribbon: tuple[int, int]
    mood: tuple[int, int]
    axis: int
    legend: int

    def px(self, reference: float) -> int:
        """Pixels of a length given for a page of 3508, at least one."""
        return max(1, round(reference * self.unit))


def lay_out(groups: Sequence[Group], aspect: float, width_px: int) -> Layout:
    """A page for thumbnails of that aspect, width over height: the largest that fit."""
    unit = width_px / _REFERENCE_PX
    height_px = round(width_px / _A4)

    def px(reference: float) -> int:
        return max(1, round(reference * unit))

    legend = height_px - px(_MARGIN) + px(20)
    axis = legend - px(_LEGEND)
    mood_top = axis - px(_AXIS) - px(_MOOD)
    ribbon_top = mood_top - px(_RIBBON)
    script_top = ribbon_top - px(14) - px(_SCRIPT)
    top = px(_MARGIN) + px(_HEAD)
    room = script_top - px(48) - top
    inner = width_px - 2 * px(_MARGIN)
    heads = px(_HEADING) if groups[0].heading else 0
    columns, cell_width = _largest(groups, aspect, inner, room, heads, unit)
    cell_height = max(1, round(cell_width / aspect))
    step = cell_height + px(_SWATCHES) + px(_CAPTION) + px(_GAP)
    headings, cells = [], []
    y = top
    for group in groups:
        headings.append((px(_MARGIN), y + round(0.6 * heads)))
        y += heads
        places = []
        for i in range(len(group.moments)):
            left = px(_MARGIN) + (i % columns) * (cell_width + px(_GAP))
            places.append(Cell(left, y + (i // columns) * step, cell_width, cell_height))
        cells.append(tuple(places))
        y += math.ceil(len(group.moments) / columns) * step
    return Layout(
        width=width_px,
        height=height_px,
        unit=unit,
        margin=px(_MARGIN),
        headings=tuple(headings),
        cells=tuple(cells),
        script=(script_top, px(_SCRIPT)),
        ribbon=(ribbon_top, px(_RIBBON)),
        mood=(mood_top, px(_MOOD)),
        axis=axis,
        legend=legend,
    )


def _largest(
    groups: Sequence[Group], aspect: float, inner: int, room: int, heads: int, unit: float
) -> tuple[int, int]:
    """(columns, width of a cell) with which all groups fit into the room."""
    gap = max(1, round(_GAP * unit))
    below = round((_SWATCHES + _CAPTION) * unit) + gap
    most = max(len(group.moments) for group in groups)
    for columns in range(1, max(most, 2) * 8):
        width = (inner - (columns - 1) * gap) // columns
        if width > _MOST_CELL * unit and columns < most:
            continue
        width = max(8, min(width, round(_MOST_CELL * unit)))
        rows = sum(math.ceil(len(group.moments) / columns) for group in groups)
        if rows * (round(width / aspect) + below) + heads * len(groups) <= room or width == 8:
            return columns, width
    return most, 8
