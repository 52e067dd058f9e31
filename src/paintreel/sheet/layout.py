"""Where everything stands on the page, in pixels, before anything is drawn."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

from paintreel.sheet.groups import Group

__all__ = ["Layout", "ThumbnailPlace", "lay_out"]

_A4 = math.sqrt(2)
_REFERENCE_PX = 3508
# In pixels of a page of 3508: A4 at 300 dots an inch, where a printed point is 4.2 px.
_MARGIN, _GAP, _HEAD = 130, 34, 215
_SWATCHES, _CAPTION, _HEADING = 26, 52, 92
_MOST_CELL, _MOST_SPREAD, _LEAST_CELL_PX = 760, 90, 4
# Below this width of a cell its letters and gaps shrink with it, down to a fourth.
_FULL_CELL, _LEAST_SCALE = 360, 0.25
_SCRIPT, _RIBBON, _MOOD, _AXIS, _LEGEND = 190, 30, 300, 66, 96


@dataclass(frozen=True, slots=True)
class ThumbnailPlace:
    """(left, top, width, height) of the picture; its colours and its caption stand below."""

    left: int
    top: int
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class Layout:
    """The page.

    unit    pixels for one of a page of 3508
    places  of every group, those of its moments in order; rows of groups with a heading have
            room for it above
    script  (top, height) of the band of colours
    ribbon  (top, height) of the band of classes, with the mood line below it
    legend  its baseline
    scale   of what belongs to the thumbnails, letters and gaps: below 1 where they are small
    """

    width: int
    height: int
    unit: float
    margin: int
    places: tuple[tuple[ThumbnailPlace, ...], ...]
    script: tuple[int, int]
    ribbon: tuple[int, int]
    mood: tuple[int, int]
    legend: int
    scale: float

    def px(self, reference: float) -> int:
        """Pixels of a length given for a page of 3508, at least one."""
        return _px(self.unit, reference)

    def cell_px(self, reference: float) -> int:
        """As `px`, for what belongs to the thumbnails."""
        return _px(self.unit * self.scale, reference)


def _px(unit: float, reference: float) -> int:
    return max(1, round(reference * unit))


def lay_out(groups: Sequence[Group], aspect: float, width_px: int) -> Layout:
    """A page for thumbnails of that aspect, width over height: the largest that fit."""
    unit = width_px / _REFERENCE_PX
    height_px = round(width_px / _A4)
    margin = _px(unit, _MARGIN)
    legend = height_px - margin + _px(unit, 20)
    mood_top = legend - _px(unit, _LEGEND + _AXIS + _MOOD)
    ribbon_top = mood_top - _px(unit, _RIBBON)
    script_top = ribbon_top - _px(unit, 14 + _SCRIPT)
    top = margin + _px(unit, _HEAD)
    grid = _largest_grid(groups, aspect, width_px - 2 * margin, script_top - top, unit)
    return Layout(
        width=width_px,
        height=height_px,
        unit=unit,
        margin=margin,
        places=grid.places(margin, top),
        script=(script_top, _px(unit, _SCRIPT)),
        ribbon=(ribbon_top, _px(unit, _RIBBON)),
        mood=(mood_top, _px(unit, _MOOD)),
        legend=legend,
        scale=grid.scale,
    )


@dataclass(frozen=True, slots=True)
class _Grid:
    """Cells of one size in rows; `slots` (row, column) of every group's moments."""

    slots: Sequence[Sequence[tuple[int, int]]]
    width: int
    height: int
    gap: int
    above: int
    below: int
    scale: float
    spread: int = 0

    @property
    def rows(self) -> int:
        return 1 + max(row for group in self.slots for row, _ in group)

    @property
    def step(self) -> int:
        """From the top of a row to that of the next."""
        return self.above + self.height + self.below + self.spread

    def places(self, left: int, top: int) -> tuple[tuple[ThumbnailPlace, ...], ...]:
        return tuple(
            tuple(
                ThumbnailPlace(
                    left + column * (self.width + self.gap),
                    top + row * self.step + self.above,
                    self.width,
                    self.height,
                )
                for row, column in group
            )
            for group in self.slots
        )


def _slots(groups: Sequence[Group], columns: int) -> list[list[tuple[int, int]]]:
    """(row, column) of every moment: a group too long for the rest of a row begins a new one."""
    slots = []
    place = 0
    for group in groups:
        count = len(group.moments)
        if place % columns and place % columns + count > columns:
            place += -place % columns
        slots.append([divmod(place + i, columns) for i in range(count)])
        place += count
    return slots


def _largest_grid(
    groups: Sequence[Group], aspect: float, inner: int, room: int, unit: float
) -> _Grid:
    """The grid with the widest cells that fits into inner x room pixels."""
    total = sum(len(group.moments) for group in groups)
    columns = 0
    while True:
        columns += 1
        width = (inner - (columns - 1) * _px(unit, _GAP)) // columns
        scale = min(1.0, max(_LEAST_SCALE, width / (_FULL_CELL * unit)))
        gap = _px(unit * scale, _GAP)
        width = (inner - (columns - 1) * gap) // columns
        if width > _MOST_CELL * unit and columns < total:
            continue
        width = max(_LEAST_CELL_PX, min(width, _px(unit, _MOST_CELL)))
        height = max(1, round(width / aspect))
        above = _px(unit * scale, _HEADING) if groups[0].heading else 0
        below = _px(unit * scale, _SWATCHES + _CAPTION) + gap
        grid = _Grid(_slots(groups, columns), width, height, gap, above, below, scale)
        left_over = room - grid.rows * grid.step
        if left_over >= 0 or width == _LEAST_CELL_PX:
            spread = min(max(0, left_over) // grid.rows, _px(unit, _MOST_SPREAD))
            return replace(grid, spread=spread)
