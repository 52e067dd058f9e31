"""Run a convolutional function over a big picture in tiles, with the result of one pass.

Each tile is read with a halo at least as wide as the function's receptive radius, and only
what the halo keeps clean is written. At the picture's own border a tile ends where the picture
ends, so that the function pads there as it would untiled.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from paintreel.errors import InputError
from paintreel.imaging.arrays import Array

__all__ = ["Tile", "apply_tiled", "plan_tiles"]


@dataclass(frozen=True, slots=True)
class Tile:
    """Two windows of the picture, in its pixels: what is read and the part that is written.

    Windows are (top, bottom, left, right), half open; the written one lies in the read one.
    """

    read: tuple[int, int, int, int]
    write: tuple[int, int, int, int]

    @property
    def source(self) -> tuple[slice, slice]:
        """Cuts the read window out of the picture."""
        return _slices(self.read)

    @property
    def target(self) -> tuple[slice, slice]:
        """Cuts the written window out of the picture."""
        return _slices(self.write)

    @property
    def inner(self) -> tuple[slice, slice]:
        """Cuts the written window out of what was computed from the read one."""
        top, bottom, left, right = self.write
        y, _, x, _ = self.read
        return _slices((top - y, bottom - y, left - x, right - x))


def _slices(window: tuple[int, int, int, int]) -> tuple[slice, slice]:
    top, bottom, left, right = window
    return slice(top, bottom), slice(left, right)


def plan_tiles(
    height: int, width: int, *, tile_px: int, halo_px: int, multiple: int = 1
) -> list[Tile]:
    """Tiles that cover a picture of `height` x `width` pixels exactly once, row by row.

    `tile_px` bounds the side of the part an inner tile writes, `halo_px` is the receptive
    radius to keep around it, `multiple` the stride of the function: windows start at multiples
    of it, so that its grid lies as in one pass. All windows of a picture have one size once
    padded to `multiple` (a compiled network serves them all), at most
    `tile_px + 2 * halo_px` with both rounded up to `multiple`.
    """
    for name, value, least in (
        ("height", height, 1),
        ("width", width, 1),
        ("tile_px", tile_px, 1),
        ("halo_px", halo_px, 0),
        ("multiple", multiple, 1),
    ):
        if value < least:
            raise InputError(f"{name} must be at least {least}, got {value}")
    rows = _plan_axis(height, tile_px, halo_px, multiple)
    columns = _plan_axis(width, tile_px, halo_px, multiple)
    return [
        Tile(read=(*row_read, *column_read), write=(*row_write, *column_write))
        for row_read, row_write in rows
        for column_read, column_write in columns
    ]


_Span = tuple[int, int]


def _plan_axis(size: int, tile_px: int, halo_px: int, multiple: int) -> list[tuple[_Span, _Span]]:
    """(read, write) spans along one axis."""
    tile = _round_up(tile_px, multiple)
    # A halo of one stride leaves a function that pads by reflection enough pixels to reflect
    # in the last window, which may end off the grid.
    halo = _round_up(max(halo_px, multiple - 1), multiple)
    if size <= tile + 2 * halo:
        return [((0, size), (0, size))]
    count = -(-(size - 2 * halo) // tile)
    step = _round_up(-(-(size - 2 * halo) // count), multiple)  # even tiles waste the least
    window = step + 2 * halo
    count = -(-(size - 2 * halo) // step)
    last = _round_up(size - window, multiple)
    reads = [(i * step, i * step + window) for i in range(count - 1)] + [(last, size)]
    cuts = [0, *(i * step + halo for i in range(1, count)), size]
    return list(zip(reads, pairwise(cuts), strict=True))


def _round_up(value: int, multiple: int) -> int:
    return -(-value // multiple) * multiple


def apply_tiled(
    x: Array,
    fn: Callable[[Array], Array],
    *,
    tile_px: int,
    halo_px: int,
    multiple: int = 1,
    out: Array | None = None,
) -> Array:
    """`fn(x)` computed tile by tile: equal to one pass, with the memory of one tile.

    `fn` maps a view (h, w, ...) of `x` (H, W, ...) to an array (h, w, ...) of any channels and
    dtype; it must not write to its argument. The result equals `fn(x)` when `fn` is fully
    convolutional with receptive radius at most `halo_px` and total stride dividing `multiple`
    (padding to `multiple` at the bottom and right inside `fn` is fine). `out` takes the result
    in place of a new array; it must not overlap `x`, whose halos are still to be read.
    """
    height, width = x.shape[:2]
    tiles = plan_tiles(height, width, tile_px=tile_px, halo_px=halo_px, multiple=multiple)
    if out is not None and np.may_share_memory(x, out):
        raise InputError("out overlaps the picture that is read; give apply_tiled another array")
    for tile in tiles:
        part = x[tile.source]
        result = fn(part)
        if result.shape[:2] != part.shape[:2]:
            raise InputError(
                f"the tiled function turned {part.shape[:2]} pixels into {result.shape[:2]}; "
                "it must keep height and width"
            )
        if out is None:
            if len(tiles) == 1:
                return result
            out = np.empty((height, width, *result.shape[2:]), result.dtype)
        out[tile.target] = result[tile.inner]
    assert out is not None  # there is one tile at least
    return out
