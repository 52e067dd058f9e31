"""A still graded: a table of colours and a map of light laid on a picture of any depth.

Pictures go band by band, so that their size costs no memory. 8 bits are dithered, 16 bits and
floats are kept.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import cv2
import numpy as np

from paintreel.errors import InputError
from paintreel.imaging.arrays import Array, check_image, full_scale, split_alpha, to_float
from paintreel.imaging.colour import luma
from paintreel.imaging.dithering import dither_tile
from paintreel.media.lut_filter import LutFilter
from paintreel.pictures.colour_lut import ColourLUT, lut_of
from paintreel.pictures.colour_measures import ColourMeasures, measure_colour
from paintreel.pictures.grading import ColourScript, Look, aimed_at, grade_colours, look_between
from paintreel.pictures.grading_light import (
    Depth,
    LightMap,
    find_depth,
    light_map,
    light_planes,
    needs_depth,
)

__all__ = [
    "Grade",
    "apply_lut",
    "as_bytes",
    "check_intensity",
    "grade_of",
    "grade_pixels",
    "planes_of",
]

_BAND_ROWS = 256


def check_intensity(intensity: float) -> None:
    """Raise InputError unless `intensity` is a number in [0, 1]."""
    number = isinstance(intensity, (int, float, np.integer, np.floating))
    if not number or isinstance(intensity, bool) or not 0 <= intensity <= 1:
        raise InputError(f"intensity is {intensity!r}, expected a number from 0 to 1")


@dataclass(frozen=True, slots=True, eq=False)
class Grade:
    """What is done to pictures: a look, and its colour part as a LUT."""

    look: Look
    lut: ColourLUT


def grade_of(
    own: ColourMeasures,
    script: ColourScript,
    moods: Mapping[str, float],
    intensity: float,
    *,
    count: int | None = None,
) -> Grade:
    """The grade of pictures that measure `own`; moods as of `grading.aimed_at`.

    count: colours a side of the LUT.
    """
    look = look_between(own, aimed_at(own, script, moods, intensity))
    more = {} if count is None else {"count": count}
    title = " ".join(f"{mood} {share:.2g}" for mood, share in moods.items() if share)
    lut = lut_of(lambda rgb: grade_colours(rgb, look), title=f"Paintreel {title}".strip(), **more)
    return Grade(look, lut)


def grade_pixels(
    pixels: Array,
    script: ColourScript,
    moods: Mapping[str, float],
    intensity: float,
    *,
    light: bool = True,
) -> tuple[Array, Grade | None]:
    """A picture of `imaging.arrays` graded, same layout and dtype, and what was done to it.

    intensity  0 gives a copy bit for bit, and no grade; so do moods without a share
    light      False: the colour part alone, as its LUT has it

    A grey picture stays grey: its light is graded. Raises InputError.
    """
    check_image(pixels, name="pixels")
    check_intensity(intensity)
    if intensity == 0 or not any(moods.values()):
        return pixels.copy(), None
    rgb, _ = split_alpha(pixels)
    grade = grade_of(measure_colour(rgb), script, moods, intensity)
    height, width = pixels.shape[:2]
    lit = light_map(grade.look, height, width) if light else None
    return apply_lut(pixels, grade.lut, light=lit), grade


def apply_lut(pixels: Array, lut: ColourLUT, *, light: LightMap | None = None) -> Array:
    """A picture of `imaging.arrays` through a LUT and, if given, under a light of its size.

    Layout, dtype and alpha stay; grey stays grey, with the lightness that the LUT gives it.
    """
    rgb, alpha = split_alpha(pixels)
    height = pixels.shape[0]
    out = np.empty_like(pixels)
    if alpha is not None:
        out[..., 3] = alpha
    depth = find_depth(rgb) if light is not None and needs_depth(light) else None
    through: LutFilter | None = None
    rows_of = -1
    for top in range(0, height, _BAND_ROWS):
        rows = slice(top, min(top + _BAND_ROWS, height))
        band = rgb[rows]
        if lut.table is not None and len(band) != rows_of:
            through, rows_of = LutFilter(band.shape[1], len(band)), len(band)
        planes = _toned(band, lut, through)
        if light is not None:
            planes = _lit(band, planes, light, depth, rows, height)
        _store(out, planes, rows)
    return out


def planes_of(rgb: Array, lut: ColourLUT) -> list[Array]:
    """Red, green and blue (H, W) float32 of (H, W, 3) pixels, as places in the table of a LUT."""
    if rgb.dtype == np.uint8:
        scale = np.arange(256, dtype=np.float32) / np.float32(255)
        if not lut.is_unit:
            tables = [lut.placed(scale, index) for index in range(3)]
            split = cv2.split(np.ascontiguousarray(rgb))
            return [cv2.LUT(plane, table) for plane, table in zip(split, tables, strict=True)]
        return [cv2.LUT(plane, scale) for plane in cv2.split(np.ascontiguousarray(rgb))]
    floats = to_float(rgb)
    return [lut.placed(floats[..., index], index) for index in range(3)]


def as_bytes(planes: list[Array], top: int = 0) -> Array:
    """(H, W, 3) uint8 of planes (H, W) float32 in [0, 1], dithered; `top`: of the first row."""
    height, width = planes[0].shape
    made = []
    for plane, tile in zip(planes, dither_tile(), strict=True):
        noise = _tiled(tile, height, width, top)
        noisy = cv2.scaleAdd(plane, 255.0, noise)
        # Rounds to the nearest, and ends at 0 and 255.
        made.append(cv2.convertScaleAbs(np.maximum(noisy, 0, out=noisy)))
    return cv2.merge(made)


def _tiled(tile: Array, height: int, width: int, top: int) -> Array:
    side = len(tile)
    rows = np.take(tile, np.arange(top, top + height) % side, axis=0)
    return np.tile(rows, (1, -(-width // side)))[:, :width].copy()


def _toned(band: Array, lut: ColourLUT, through: LutFilter | None) -> list[Array]:
    planes = planes_of(band, lut)
    if lut.table is None or through is None:
        return planes
    return through(planes, lut.table)


def _lit(
    band: Array,
    planes: list[Array],
    light: LightMap,
    depth: Depth | None,
    rows: slice,
    height: int,
) -> list[Array]:
    far = None
    if depth is not None:
        far = depth.at(luma(to_float(band)).astype(np.float32, copy=False), rows, height)
    return light_planes(planes, light, rows, far)


def _store(out: Array, planes: list[Array], rows: slice) -> None:
    """Write the planes into those rows of the picture, in its layout and dtype."""
    if out.dtype == np.uint8:
        colours = as_bytes(planes, rows.start)
    else:
        full = full_scale(out.dtype)
        scaled = np.stack(planes, axis=-1).clip(0, 1).astype(np.float64) * full
        colours = (np.rint(scaled) if full > 1 else scaled).astype(out.dtype)
    if out.ndim == 2:
        out[rows] = luma(colours)
    elif out.shape[2] == 1:
        out[rows, :, 0] = luma(colours)
    else:
        out[rows, :, :3] = colours
