"""What a layer shows outside the picture, farther out than its rule draws.

Rules compose a picture and draw a little beyond its edges: the ground ends there, and what stands
on it is placed inside. A margin that is wider has this continued, under whatever is drawn there.
At the sides that is the mirror image of the ground that ends, without what stands tall on it: a
house or a trunk that crosses the edge is drawn whole, and a second one beside it would be seen
twice. Small things such as stars are mirrored wherever they are. Below it is the ground's lowest
row. Above, things end as they are drawn.
"""

from __future__ import annotations

import cv2
import numpy as np

from paintreel.drawing.canvas import Canvas
from paintreel.imaging.arrays import Array

__all__ = ["continued"]

_APRON = 0.045
"""How far beyond the picture's edges everything is drawn, in frame heights."""
_ENDS = (0.1, 0.05)
"""Where rules end what goes on beyond the picture, in frame heights beyond its sides."""
_SMALL = 0.05
"""What is smaller than this may be seen twice, in frame heights."""
_LEAST_END = 0.008
"""Fewer rows than this that end together are chance, in frame heights."""
_BLADE = 0.03
"""What stands on the ground and is narrower than this goes on with it, as grass does."""
_STEP, _SLOPE, _FAR_RISE = 0.04, 0.5, 0.06
"""What rises more above the end of the ground, and by distance up to a limit, stands on it."""
_WALL = 0.02
"""What rises as much within three pixels stands on it too, in frame heights."""
_LEVEL = 0.1
"""How far inward a wall or a beam is level, in frame heights."""
_LEAST_GROUND, _SEARCHED = 0.12, 0.8
"""How much ground is looked for before it is repeated, and how far in, in frame heights."""
_GROUND_ROW = 1.035
"""Ground that has a lower edge has it below this, in frame heights."""
_SOLID = 128
_EDGE_PX = 2
_BLENDED = 0.06
"""Over what depth the lowest row of the ground becomes a mean tone, in frame heights."""


def continued(canvas: Canvas) -> Array:
    """The layer of a canvas, uint8 (H, W, 4), straight alpha, with its margin filled.

    Washes and glows are left as they are drawn.
    """
    rgba = canvas.rgba()
    if canvas.soft:
        return rgba
    margin_px, height_px = canvas.stage.margin_px, canvas.stage.height_px
    apron_px = round(_APRON * height_px)
    blank_px = margin_px[0] - apron_px
    if blank_px > 0:
        for side in (rgba, rgba[:, ::-1]):
            for end in _ENDS:
                _go_on(side, margin_px, round(end * height_px), height_px)
            _mirror(side, blank_px, round(_SMALL * height_px))
    blank_px = margin_px[1] - apron_px
    if blank_px > 0:
        _lower(rgba, blank_px, height_px)
    return rgba


def _go_on(rgba: Array, margin_px: tuple[int, int], end_px: int, height_px: int) -> None:
    """Continue to the left what ends `end_px` beyond the picture's left side."""
    axis = margin_px[0] - end_px
    if axis <= _EDGE_PX:
        return
    solid = rgba[..., 3] >= _SOLID
    ends = solid[:, axis + 1] & ~solid[:, axis - _EDGE_PX]
    inner = slice(axis + _EDGE_PX, axis + _EDGE_PX + round(_SEARCHED * height_px))
    lowest = min(margin_px[1] + round(_GROUND_ROW * height_px), len(rgba) - 1)
    is_ground = solid[lowest, inner].mean() > 0.5
    outer, within = rgba[:, : axis + _EDGE_PX], rgba[:, inner].copy()
    is_continued = False
    crest: int | None = None
    for top, foot in _runs(ends):
        if foot - top < max(_LEAST_END * height_px, 2):
            continue
        ground = _Ground(within, foot - 1, height_px)
        is_bare = abs(ground.crest[0] - top) <= _EDGE_PX + 1
        if is_ground and top <= lowest < ground.bottom:
            if is_bare and lowest < foot:
                crest = top
            is_continued = True  # all at once, below: grass and bushes cut its end to pieces
        elif is_bare and ground.is_level and abs(ground.bottom - foot) <= _EDGE_PX + 1:
            ground.repeat(outer, top)
    is_last = end_px == round(_ENDS[-1] * height_px)
    is_hidden = is_last and not is_continued and solid[lowest, :axis].mean() < 0.5  # by a trunk
    if is_ground and (is_continued or is_hidden):
        _Ground(within, lowest, height_px).repeat(outer, crest)


class _Ground:
    """What is solid in row `foot` of the columns (H, W, 4) inward from the end, and on it."""

    def __init__(self, pixels: Array, foot: int, height_px: int) -> None:
        self._pixels, self._height_px = pixels, height_px
        solid = pixels[..., 3] >= _SOLID
        above, below = ~solid[: foot + 1], ~solid[foot:]
        self._is_there = solid[foot]
        self._tops = np.where(above.any(axis=0), foot + 1 - above[::-1].argmax(axis=0), 0)
        self._bottoms = np.where(below.any(axis=0), foot + below.argmax(axis=0), len(solid))
        self._blade = np.ones((1, 2 * round(_BLADE * height_px / 2) + 1), np.uint8)
        tops = self._tops.astype(np.float32)[None]
        self.crest = cv2.morphologyEx(
            tops, cv2.MORPH_CLOSE, self._blade, borderType=cv2.BORDER_REPLICATE
        )[0]

    @property
    def bottom(self) -> int:
        """The row below its end."""
        return int(self._bottoms[0])

    @property
    def is_level(self) -> bool:
        """Whether its upper edge begins as that of a wall or a beam does."""
        part = self.crest[: round(_LEVEL * self._height_px)]
        return bool(np.ptp(part) <= 0.15 * len(part))

    def repeat(self, outer: Array, top: int | None) -> None:
        """Lay it under `outer` (H, W, 4), forth and back; `top` is its upper edge at the end."""
        columns = self._bare(top)
        if not columns.size:
            return
        wave = np.concatenate([columns, columns[::-1]])
        taken = wave[np.arange(outer.shape[1]) % len(wave)]
        rows = np.arange(len(outer))[:, None]
        shown = rows >= self._tops[taken] - _EDGE_PX
        shown &= rows < self._bottoms[taken] + _EDGE_PX
        pixels = self._pixels[:, taken]
        pixels[..., 3] *= shown
        _under(outer, pixels[:, ::-1])

    def _bare(self, top: int | None) -> Array:
        """The columns from the end to the first tall thing, or the first ones between such."""
        if not self._is_there.any():
            return np.empty(0, int)
        unit, crest = self._height_px, self.crest
        end = float(np.median(crest[self._is_there])) if top is None else float(top)
        away = np.minimum(np.arange(len(crest)) * _SLOPE, _FAR_RISE * unit)
        rise = np.zeros_like(crest)
        rise[3:] = crest[:-3] - crest[3:]
        stops = ~self._is_there | (crest < end - _STEP * unit - away) | (rise > _WALL * unit)
        stop = int(stops.argmax()) if stops.any() else len(stops)
        if stop < len(stops):  # back to the foot of what rises there
            while stop > 3 and crest[stop - 3] - crest[stop] > 3 * _SLOPE:
                stop -= 1
        stop -= (self._blade.size // 2) * (stop < len(stops))
        least = round(_LEAST_GROUND * unit)
        if stop >= least:
            return np.arange(stop)
        tall = ~self._is_there | (crest < end - _STEP * unit - np.minimum(away, _STEP * unit))
        tall = cv2.dilate(tall.astype(np.uint8)[None], self._blade)[0] > 0
        return np.flatnonzero(~tall)[:least]


def _runs(row: Array) -> list[tuple[int, int]]:
    """First and one past the last of every run of true ones in (N,)."""
    change = np.flatnonzero(np.diff(np.concatenate([[0], row.astype(np.int8), [0]])))
    return [(int(a), int(b)) for a, b in change.reshape(-1, 2)]


def _mirror(rgba: Array, blank_px: int, small_px: int) -> None:
    """Mirror what is small from the columns after the first `blank_px` into these."""
    inner = rgba[:, blank_px : 2 * blank_px]
    solid = (inner[..., 3] >= _SOLID).astype(np.uint8)
    count, labels, facts, _ = cv2.connectedComponentsWithStats(solid, connectivity=8)
    kept = facts[:, [cv2.CC_STAT_WIDTH, cv2.CC_STAT_HEIGHT]].max(axis=1) < small_px
    kept[np.unique(labels[:, 0])] = False  # it is drawn beyond, or ends as the ground
    kept[0] = False
    if count == 1 or not kept.any():
        return
    # With the soft edge around it.
    square = np.ones((2 * _EDGE_PX + 1, 2 * _EDGE_PX + 1), np.uint8)
    taken = cv2.dilate(kept[labels].astype(np.uint8), square)
    mirrored = inner[:, ::-1].copy()
    mirrored[..., 3] *= taken[:, ::-1]
    _under(rgba[:, :blank_px], mirrored)


def _lower(rgba: Array, blank_px: int, height_px: int) -> None:
    """Fill the last `blank_px` rows with the row above them, which becomes a mean tone."""
    row = rgba[-blank_px - 1 : -blank_px]
    if (row[..., 3] >= _SOLID).mean() < 0.5:
        return  # no ground
    weighted = row.astype(np.float32)
    weighted[..., :3] *= weighted[..., 3:] / 255
    spread_px = 2 * round(0.1 * height_px) + 1
    mean = cv2.blur(weighted, (spread_px, 1), borderType=cv2.BORDER_REPLICATE)
    down = np.arange(1, blank_px + 1, dtype=np.float32)[:, None, None] / (_BLENDED * height_px)
    share = np.minimum(down, 1)
    share = share * share * (3 - 2 * share)
    below = weighted + (mean - weighted) * share
    below[..., :3] *= 255 / np.maximum(below[..., 3:], 1)
    _under(rgba[-blank_px:], np.rint(np.minimum(below, 255)).astype(np.uint8))


def _under(rgba: Array, below: Array) -> None:
    """Lay `rgba` over `below`, both straight, into `rgba`."""
    at = np.nonzero((rgba[..., 3] < 255) & (below[..., 3] > 0))
    front, back = rgba[at].astype(np.float32), below[at].astype(np.float32)
    share = back[:, 3] * (1 - front[:, 3] / 255)
    alpha = front[:, 3] + share
    colour = front[:, :3] * front[:, 3:] + back[:, :3] * share[:, None]
    front[:, :3] = colour / alpha[:, None]
    front[:, 3] = alpha
    rgba[at] = np.rint(np.minimum(front, 255)).astype(np.uint8)
