"""A LUT: a table of colours from which all others follow, for grades that are colour by colour."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np

from paintreel.errors import InputError
from paintreel.imaging.arrays import Array

__all__ = ["GRID", "ColourLUT", "identity_grid", "lut_of", "mixed"]

GRID = 33
"""Colours a side of the tables that are made here."""

_UNIT = np.array([[0.0, 0.0, 0.0], [1.0, 1.0, 1.0]], np.float32)


@dataclass(frozen=True, slots=True, eq=False)
class ColourLUT:
    """Curves, a table, or both, the curves first.

    table   (N, N, N, 3) float32 by red, green and blue; None where there are curves alone
    curves  (M, 3) float32 of red, green and blue by even steps of them; None without
    domain  (2, 3) the least and the greatest input; what lies outside counts as those
    title   its name, "" for none

    Raises InputError for other shapes, values that are no numbers and an empty domain.
    """

    table: Array | None = None
    curves: Array | None = None
    domain: Array = field(default_factory=lambda: _UNIT.copy())
    title: str = ""

    def __post_init__(self) -> None:
        if self.table is None and self.curves is None:
            raise InputError("a LUT has curves, a table or both, got neither")
        for name, part, ranks in (("table", self.table, 4), ("curves", self.curves, 2)):
            if part is None:
                continue
            sides = part.shape[:-1]
            if part.ndim != ranks or part.shape[-1] != 3 or len(set(sides)) != 1 or sides[0] < 2:
                raise InputError(f"the {name} of a LUT cannot be {part.shape}")
            if not np.isfinite(part).all():
                raise InputError(f"the {name} of a LUT has values that are no numbers")
        if not (self.domain[0] < self.domain[1]).all():
            raise InputError(
                f"the domain of a LUT ends below its beginning: {self.domain.tolist()}"
            )

    @property
    def is_unit(self) -> bool:
        """Whether its domain is 0 to 1 and it has no curves."""
        return self.curves is None and bool((self.domain == _UNIT).all())

    def placed(self, channel: Array, index: int) -> Array:
        """A channel (0 to 2) of colours as places in the table, 0 to 1, float32."""
        low, high = (float(bound[index]) for bound in self.domain)
        place = np.clip((np.asarray(channel, np.float32) - low) / (high - low), 0.0, 1.0)
        if self.curves is None:
            placed: Array = place.astype(np.float32, copy=False)
            return placed
        steps = np.linspace(0.0, 1.0, len(self.curves))
        # A table after curves has the usual domain: its input is what the curves give.
        bent: Array = np.interp(place, steps, self.curves[:, index]).astype(np.float32)
        return bent if self.table is None else np.clip(bent, 0.0, 1.0)

    def __call__(self, rgb: Array) -> Array:
        """The colours (..., 3) in [0, 1], float32, between those of the table by tetrahedra.

        For tables and tests; `media.lut_filter` does pictures.
        """
        placed = np.stack([self.placed(rgb[..., i], i) for i in range(3)], axis=-1)
        if self.table is None:
            return placed
        count = self.table.shape[0]
        at = placed.reshape(-1, 3) * (count - 1)
        low = np.minimum(at.astype(int), count - 2)
        rest = at - low
        # From the low corner of a cell to the high one, along the axes by the size of the rest.
        order = np.argsort(-rest, axis=1, kind="stable")
        corner = low.copy()
        rows = np.arange(len(at))
        colour = self.table[tuple(corner.T)].astype(np.float64)
        before = colour
        for step in range(3):
            axis = order[:, step]
            corner[rows, axis] += 1
            after = self.table[tuple(corner.T)].astype(np.float64)
            colour = colour + rest[rows, axis][:, None] * (after - before)
            before = after
        found: Array = colour.reshape(rgb.shape).astype(np.float32)
        return found


def identity_grid(count: int = GRID) -> Array:
    """(N, N, N, 3) float32 the colours that the places of a table stand for."""
    steps = np.linspace(0.0, 1.0, count, dtype=np.float32)
    return np.stack(np.meshgrid(steps, steps, steps, indexing="ij"), axis=-1)


def lut_of(function: Callable[[Array], Array], *, count: int = GRID, title: str = "") -> ColourLUT:
    """The LUT of a function from (..., 3) colours in [0, 1] to others."""
    table = np.clip(function(identity_grid(count)), 0.0, 1.0).astype(np.float32)
    return ColourLUT(table, title=title)


def mixed(parts: Sequence[tuple[float, Array]]) -> Array:
    """The table that lies between tables: their mean by shares; what is left of 1 changes nothing.

    parts: (share, table), tables of one shape.
    """
    first = parts[0][1]
    left = 1.0 - sum(share for share, _ in parts)
    out = np.float32(left) * identity_grid(len(first))
    for share, table in parts:
        out += np.float32(share) * table
    return out
