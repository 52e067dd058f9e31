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
_MOST_CELL, _MOST_SPREAD, _LEAST_CELL_PX = 760, 110, 4
# Below this width of a cell its letters and gaps shrink with it, down to a fourth.
_FULL_CELL, _LEAST_SCALE = 360, 0.25
_SMALLER = 0.8
"""Cells may be so much narrower than the widest, to fill the last row."""

_SCRIPT, _MOOD, _MOST_SCRIPT, _MOST_MOOD = 190, 300, 460, 480
_RIBBON, _AXIS, _LEGEND = 30, 66, 96


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
    script, mood = _px(unit, _SCRIPT), _px(unit, _MOOD)
    bottom, between = legend - _px(unit, _LEGEND + _AXIS), _px(unit, _RIBBON + 14)
    top = margin + _px(unit, _HEAD)
    room = bottom - mood - between - script - top
    grid = _largest_grid(groups, aspect, width_px - 2 * margin, room, unit)
    # What few thumbnails leave of the page goes to the colours and the mood of the film.
    free = max(0, room - grid.rows * grid.step)
    script += min(round(0.6 * free), _px(unit, _MOST_SCRIPT - _SCRIPT))
    mood += min(round(0.4 * free), _px(unit, _MOST_MOOD - _MOOD))
    mood_top = bottom - mood
    return Layout(
        width=width_px,
        height=height_px,
        unit=unit,
        margin=margin,
        places=grid.places(margin, top),
        script=(mood_top - between - script, script),
        ribbon=(mood_top - _px(unit, _RIBBON), _px(unit, _RIBBON)),
        mood=(mood_top, mood),
        legend=legend,
        scale=grid.scale,
    )


@dataclass(frozen=True, slots=True)
class _Grid:
    """Cells of one size in rows; `slots` (row, column) of every group's moments."""

    slots: Sequence[Sequence[tuple[int, int]]]
    columns: int
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
    columns = 1
    while columns < total and _cell(columns, inner, unit)[0] > _MOST_CELL * unit:
        columns += 1
    grid = _grid_of(groups, columns, aspect, inner, unit)
    while grid.rows * grid.step > room and grid.width > _LEAST_CELL_PX:
        columns += 1
        grid = _grid_of(groups, columns, aspect, inner, unit)
    if not groups[0].heading:
        grid = _fuller(grid, groups, aspect, inner, unit)
    left_over = max(0, room - grid.rows * grid.step)
    return replace(grid, spread=min(left_over // grid.rows, _px(unit, _MOST_SPREAD)))


def _fuller(grid: _Grid, groups: Sequence[Group], aspect: float, inner: int, unit: float) -> _Grid:
    """The grid, or one of slightly smaller cells that leaves fewer places of the last row empty."""
    total = sum(len(group.moments) for group in groups)
    best, columns = grid, grid.columns
    while columns < total:
        columns += 1
        other = _grid_of(groups, columns, aspect, inner, unit)
        if other.width < _SMALLER * grid.width:
            break
        if other.rows * columns - total < best.rows * best.columns - total:
            best = other
    return best


def _grid_of(
    groups: Sequence[Group], columns: int, aspect: float, inner: int, unit: float
) -> _Grid:
    width, gap, scale = _cell(columns, inner, unit)
    width = max(_LEAST_CELL_PX, min(width, _px(unit, _MOST_CELL)))
    return _Grid(
        slots=_slots(groups, columns),
        columns=columns,
        width=width,
        height=max(1, round(width / aspect)),
        gap=gap,
        above=_px(unit * scale, _HEADING) if groups[0].heading else 0,
        below=_px(unit * scale, _SWATCHES + _CAPTION) + gap,
        scale=scale,
    )


def _cell(columns: int, inner: int, unit: float) -> tuple[int, int, float]:
    """(width, gap, scale) of cells that fill the page."""
    width = (inner - (columns - 1) * _px(unit, _GAP)) // columns
    scale = min(1.0, max(_LEAST_SCALE, width / (_FULL_CELL * unit)))
    gap = _px(unit * scale, _GAP)
    return (inner - (columns - 1) * gap) // columns, gap, scale
