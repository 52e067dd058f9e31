"""Bring what was made of a shrunk picture back to full size, sharp, guided by the full picture.

The same idea as joint upsampling (Kopf et al. 2007) and the fast guided filter (He and Sun 2015):
where the result follows the picture, the picture's own detail says where an edge lies between two
shrunk pixels. What is new here is the last step: edges that the picture does not have, such as the
borders of dabs and drawn lines, are made sharp between the two colours that meet there, so that
a line drawn in the shrunk picture comes out as a line drawn with a wider pen, and not as a blur.

Scales are whole quarters, so that strips of four shrunk rows are whole rows of the full picture:
a picture of any size takes the memory of a few strips.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from fractions import Fraction

import cv2
import numpy as np

from paintreel.errors import InputError
from paintreel.imaging.arrays import Array, from_float, to_float

__all__ = ["nearest_scale", "shrink_by", "upsample_guided"]

_GRID_PX = 4  # shrunk rows that are whole rows of the full picture, for scales in quarters
_MARGIN_PX = 8  # shrunk rows read around a strip: two box filters of 2 px and the cubic's 2 px
_STRIP_PX = 192  # full rows of a strip, about: what the caches hold
_WINDOW_PX = 2  # radius in which the result is compared with the picture
_NOISE = 0.01**2  # variance below which the picture says nothing of the result
_LUMA = np.array([[0.299, 0.587, 0.114]], np.float32)
_ROUND_PX = 0.5  # shrunk pixels over which an edge's place is averaged: slanted lines have no steps
_STEEP = 3.0  # by how much edges are sharpened: the slope in the middle of a transition
_FAINT = 0.10  # colour step, of 1, from which edges are sharpened; below it is the grain of paint


def nearest_scale(scale: float) -> Fraction:
    """The scale in quarters nearest to `scale`, at least 1.

    >>> nearest_scale(4000 / 1280)
    Fraction(3, 1)
    """
    return max(Fraction(1), Fraction(round(scale * _GRID_PX), _GRID_PX))


def shrink_by(x: Array, scale: Fraction) -> Array:
    """`x` (H, W, 3) shrunk by `scale`, a number of quarters of at least 1: same dtype.

    Sides are rounded up to multiples of 4 px; what is missing for that is reflected at the bottom
    and right. Averages over areas.
    """
    rows, columns = _small_size(x, scale)
    out = np.empty((rows, columns, 3), x.dtype)
    for top, bottom in _strips(rows, scale):
        full = _full_rows(x, top, bottom, columns, scale)
        size = (columns, bottom - top)
        cv2.resize(full, size, dst=out[top:bottom], interpolation=cv2.INTER_AREA)
    return out


def upsample_guided(
    made: Array, small: Array, full: Array, scale: Fraction, *, threads: int | None = None
) -> Array:
    """What was `made` of `small`, at the size of `full`.

    made     (h, w, 3), what a filter gave for `small`
    small    (h, w, 3), `shrink_by(full, scale)`
    full     (H, W, 3); all three of one dtype, uint8, uint16 or floats in [0, 1]
    threads  strips at once; None takes as many as OpenCV uses

    Gives (H, W, 3) of that dtype; the same for any number of threads. Raises InputError for sizes
    that do not belong together.
    """
    rows, columns = _small_size(full, scale)
    for name, x in (("made", made), ("small", small)):
        if x.shape != (rows, columns, 3) or x.dtype != full.dtype:
            raise InputError(
                f"{name} is {x.dtype} {x.shape}, expected {full.dtype} {(rows, columns, 3)}"
            )
    out = np.empty_like(full)

    def work(strip: tuple[int, int]) -> None:
        top, bottom = strip
        before, after = max(0, top - _MARGIN_PX), min(rows, bottom + _MARGIN_PX)
        guide = to_float(_full_rows(full, before, after, columns, scale))
        brought = _brought(to_float(made[before:after]), to_float(small[before:after]), guide)
        first, last = (int(row * scale) for row in (top, bottom))
        last = min(last, len(full))
        start = first - int(before * scale)
        result = brought[start : start + last - first, : full.shape[1]]
        out[first:last] = from_float(result, full.dtype)

    _each(work, list(_strips(rows, scale)), threads)
    return out


def _small_size(x: Array, scale: Fraction) -> tuple[int, int]:
    """(rows, columns) of `x` shrunk."""
    if scale < 1 or (scale * _GRID_PX).denominator != 1:
        raise InputError(f"scale is {scale}, expected quarters of at least 1")
    height, width = (-(-side // (scale * _GRID_PX)) * _GRID_PX for side in x.shape[:2])
    return int(height), int(width)


def _strips(rows: int, scale: Fraction) -> Iterator[tuple[int, int]]:
    """(top, bottom) of strips of shrunk rows."""
    step = max(1, round(_STRIP_PX / (scale * _GRID_PX))) * _GRID_PX
    for top in range(0, rows, step):
        yield top, min(rows, top + step)


def _full_rows(x: Array, top: int, bottom: int, columns: int, scale: Fraction) -> Array:
    """The rows and columns of the full picture that these shrunk ones are, reflected beyond it."""
    first, last, width = int(top * scale), int(bottom * scale), int(columns * scale)
    beyond, right = max(0, last - len(x)), width - x.shape[1]
    if not beyond and not right:
        return x[first:last]
    # What is reflected may lie above the strip.
    start = max(0, min(first, len(x) - 1 - beyond))
    part = x[start:last]
    padded = cv2.copyMakeBorder(part, 0, beyond, 0, right, cv2.BORDER_REFLECT_101)
    return padded[first - start :]


def _each(
    work: Callable[[tuple[int, int]], None],
    strips: list[tuple[int, int]],
    threads: int | None,
) -> None:
    workers = min(len(strips), threads or cv2.getNumThreads())
    if workers < 2:
        for strip in strips:
            work(strip)
        return
    with ThreadPoolExecutor(workers) as pool:
        for _ in pool.map(work, strips):
            pass


def _brought(made: Array, small: Array, guide: Array) -> Array:
    """One strip: (h, w, 3) `made` and `small`, (H, W, 3) `guide`, float32: (H, W, 3)."""
    size = (guide.shape[1], guide.shape[0])

    def linear(x: Array) -> Array:
        return cv2.resize(x, size, interpolation=cv2.INTER_LINEAR)

    share = _followed(made, small)
    # made + share * (guide - small), where the rest is brought up by itself.
    rest = cv2.resize(made - share * small, size, interpolation=cv2.INTER_CUBIC)
    share = cv2.multiply(linear(share), guide)
    rest = cv2.add(rest, share, dst=rest)
    dark, step = _sides(made)
    dark, step = linear(dark), linear(step)
    contrast = _luma(step)
    place: Array = cv2.subtract(_luma(rest), dark, dst=dark)
    place /= contrast + np.float32(1e-2)
    np.clip(place, 0, 1, out=place)
    shift = _sharpened(cv2.GaussianBlur(place, (0, 0), _ROUND_PX * size[0] / small.shape[1]))
    shift -= place
    np.square(contrast, out=contrast)
    shift *= contrast
    contrast += np.float32(_FAINT**2)
    shift /= contrast
    step = cv2.multiply(step, cv2.merge((shift, shift, shift)), dst=step)
    return cv2.add(rest, step, dst=rest)


def _followed(made: Array, small: Array) -> Array:
    """How far the result follows the picture, (h, w, 3): 0 where it is flat, 1 where alike."""
    side = (2 * _WINDOW_PX + 1, 2 * _WINDOW_PX + 1)
    mean, mean_made = cv2.blur(small, side), cv2.blur(made, side)
    covariance = cv2.blur(small * made, side) - mean * mean_made
    variance = cv2.blur(small * small, side) - mean * mean
    share = np.clip(covariance / (variance + np.float32(_NOISE)), 0, 1.5)
    return cv2.blur(share, side)


def _sides(made: Array) -> tuple[Array, Array]:
    """What meets at an edge: the least light within a pixel, and the step to the lightest colour.

    (h, w) and (h, w, 3), from the darkest colour to the lightest.
    """
    luma = _luma(made)
    sides = []
    for sign in (1, -1):
        value, colour = luma * np.float32(sign), made
        for axis in (0, 1):
            value, colour = _least_beside(value, colour, axis)
        sides.append(colour)
    # Without the blur every shrunk pixel shows as a square.
    dark, light = (cv2.GaussianBlur(side, (3, 3), 0.6) for side in sides)
    return _luma(dark), light - dark


def _least_beside(value: Array, colour: Array, axis: int) -> tuple[Array, Array]:
    """The least of each value and its two neighbours along an axis, and the colour there."""
    ahead = (slice(None),) * axis + (slice(1, None),)
    behind = (slice(None),) * axis + (slice(None, -1),)
    best, result = value.copy(), colour.copy()
    for to, start in ((ahead, behind), (behind, ahead)):
        less = value[start] < best[to]
        np.copyto(best[to], value[start], where=less)
        np.copyto(result[to], colour[start], where=less[..., None])
    return best, result


def _luma(x: Array) -> Array:
    return cv2.transform(x, _LUMA)


def _sharpened(place: Array) -> Array:
    """A steeper way from 0 to 1, with 0, a half and 1 where they are."""
    t = place * np.float32(_STEEP)
    t += np.float32(0.5 - _STEEP / 2)
    np.clip(t, 0, 1, out=t)
    slope = t * np.float32(-2)
    slope += np.float32(3)
    np.square(t, out=t)
    return cv2.multiply(t, slope, dst=t)
