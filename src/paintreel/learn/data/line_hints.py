"""Hints of colour as a user gives them: dots, scribbles and patches on transparency.

A hint has the colour of the picture where it lies, off the ink. All chance is in `rng`.
"""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np

from paintreel.imaging.arrays import Array
from paintreel.learn.data.line_regions import Region

__all__ = ["deep_places", "dots", "random_hints"]

_LONGEST = 0.18
_REACH_PX = 64.0


def random_hints(colours: Array, lines: Array, count: int, rng: np.random.Generator) -> Array:
    """(H, W, 4) float32 RGBA in [0, 1] with `count` hints.

    colours  (H, W, 3) float32 RGB in [0, 1]
    lines    (H, W) float32 in [0, 1], coverage of ink

    Half of the hints lie where it is farthest from lines and from each other, which is the middle
    of the largest regions first; the others anywhere off the ink.
    """
    hints = np.zeros((*lines.shape, 4), np.float32)
    if not count:
        return hints
    deep = int(rng.binomial(count, rng.choice([0.0, 0.5, 1.0])))
    places = deep_places(lines, deep, rng)
    off = np.argwhere(lines < 0.2)
    if len(off):
        chosen = off[rng.integers(0, len(off), count - len(places))]
        places += [(int(row), int(column)) for row, column in chosen]
    kind = rng.choice(["dots", "scribbles", "patches", "mixed"], p=[0.45, 0.2, 0.1, 0.25])
    calm = cv2.GaussianBlur(colours, (0, 0), 1.2)
    for place in places:
        one = rng.choice(["dots", "scribbles", "patches"]) if kind == "mixed" else kind
        mask = _MASKS[one](calm, lines, place, rng)
        _lay(hints, _colour_at(colours, lines, place), mask)
    if rng.random() < 0.2:
        hints[..., 3] *= np.float32(rng.uniform(0.4, 1.0))
    return hints


def deep_places(lines: Array, count: int, rng: np.random.Generator | None) -> list[tuple[int, int]]:
    """(row, column) of at most `count` places far from lines (H, W) and from each other.

    rng  varies how far counts, so that they are not always the same places; None: nothing does
    """
    free = np.pad((lines < 0.5).astype(np.uint8), 1)
    distance = cv2.distanceTransform(free, cv2.DIST_L2, 3)[1:-1, 1:-1]
    if rng is not None:
        distance = distance * rng.uniform(0.7, 1.3, distance.shape).astype(np.float32)
    distance = np.minimum(distance, _REACH_PX)
    height, width = lines.shape
    rows, columns = np.mgrid[:height, :width].astype(np.float32)
    places: list[tuple[int, int]] = []
    for _ in range(count):
        at = int(distance.argmax())
        row, column = divmod(at, width)
        if distance[row, column] < 1:
            break
        places.append((row, column))
        away = np.hypot(rows - row, columns - column)
        np.minimum(distance, away, out=distance)
    return places


def dots(colours: Array, regions: Sequence[Region], radius_px: float = 3.0) -> Array:
    """(H, W, 4) float32 RGBA: a dot in the middle of each region, as the experiment gives hints.

    colours  (H, W, 3) float32 RGB in [0, 1]
    """
    hints = np.zeros((*colours.shape[:2], 4), np.float32)
    for region in regions:
        mask = _disc(colours.shape[:2], region.centre, radius_px)
        inside = mask > 0.5
        _lay(hints, np.median(colours[inside], axis=0), mask)
    return hints


def _lay(hints: Array, colour: Array, mask: Array) -> None:
    there = mask > hints[..., 3]
    hints[..., :3][mask > 0] = colour
    hints[..., 3][there] = mask[there]


def _colour_at(colours: Array, lines: Array, place: tuple[int, int]) -> Array:
    """Median colour around a place, of what is not ink."""
    row, column = place
    window = (slice(max(row - 2, 0), row + 3), slice(max(column - 2, 0), column + 3))
    clear = lines[window] < 0.3
    there = colours[window][clear] if clear.any() else colours[window].reshape(-1, 3)
    median: Array = np.median(there, axis=0)
    return median


def _disc(shape: tuple[int, ...], place: tuple[int, int], radius_px: float) -> Array:
    mask = np.zeros(shape[:2], np.uint8)
    centre = (round(place[1] * 16), round(place[0] * 16))
    cv2.circle(mask, centre, max(round(radius_px * 16), 1), 255, -1, cv2.LINE_AA, 4)
    return mask.astype(np.float32) / 255


def _dot(colours: Array, lines: Array, place: tuple[int, int], rng: np.random.Generator) -> Array:
    return _disc(lines.shape, place, rng.uniform(1.2, 6.0))


def _scribble(
    colours: Array, lines: Array, place: tuple[int, int], rng: np.random.Generator
) -> Array:
    """A stroke that stays where the colour is about the same and no line is crossed."""
    height, width = lines.shape
    side = max(height, width)
    mask = np.zeros(lines.shape, np.uint8)
    at = np.array(place[::-1], float)
    turn, bend = rng.uniform(0, 2 * np.pi), rng.uniform(-0.15, 0.15)
    here = colours[place]
    thick_px = int(rng.integers(2, 6))
    for _ in range(int(rng.uniform(0.03, _LONGEST) * side / 3)):
        turn += bend + rng.normal(0, 0.2)
        there = at + 3 * np.array([np.cos(turn), np.sin(turn)])
        x, y = np.rint(there).astype(int)
        if not (0 <= x < width and 0 <= y < height):
            break
        if lines[y, x] > 0.4 or np.abs(colours[y, x] - here).max() > 0.12:
            break
        ends = [tuple(int(v) for v in np.rint(end)) for end in (at, there)]
        cv2.line(mask, ends[0], ends[1], 255, thick_px, cv2.LINE_AA)
        at = there
    return np.maximum(mask.astype(np.float32) / 255, _disc(lines.shape, place, thick_px / 2))


def _patch(colours: Array, lines: Array, place: tuple[int, int], rng: np.random.Generator) -> Array:
    """What is of about the same colour around the place, within some distance, filled."""
    height, width = lines.shape
    tolerance = (rng.uniform(0.03, 0.08),) * 3
    flooded = np.zeros((height + 2, width + 2), np.uint8)
    flooded[1:-1, 1:-1][lines > 0.4] = 1
    row, column = place
    if flooded[row + 1, column + 1]:
        return _dot(colours, lines, place, rng)
    flags = 4 | cv2.FLOODFILL_MASK_ONLY | cv2.FLOODFILL_FIXED_RANGE | (255 << 8)
    cv2.floodFill(colours.copy(), flooded, (column, row), (0, 0, 0), tolerance, tolerance, flags)
    filled = (flooded[1:-1, 1:-1] == 255).astype(np.float32)
    reach = rng.uniform(0.04, 0.25) * max(height, width)
    patch: Array = np.minimum(filled, _disc(lines.shape, place, reach))
    return patch


_MASKS = {"dots": _dot, "scribbles": _scribble, "patches": _patch}
