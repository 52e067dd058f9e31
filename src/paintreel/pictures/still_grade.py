"""A still graded: a table of colours and a map of light laid on a picture of any depth.

8 bits are dithered, 16 bits and floats are kept.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from paintreel.errors import InputError
from paintreel.imaging.arrays import Array, check_image, split_alpha
from paintreel.imaging.colour import luma
from paintreel.pictures.banded_grade import BandedGrade
from paintreel.pictures.colour_lut import ColourLUT, lut_of
from paintreel.pictures.colour_measures import ColourMeasures, measure_colour
from paintreel.pictures.grading import ColourScript, Look, aimed_at, grade_colours, look_between
from paintreel.pictures.grading_light import LightMap, light_map

__all__ = ["Grade", "apply_lut", "check_intensity", "grade_of", "grade_pixels"]


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
    height, width = pixels.shape[:2]
    colours = BandedGrade(width, height)(rgb, lut, light)
    if pixels.ndim == 2:
        return luma(colours)
    if pixels.shape[2] == 1:
        return luma(colours)[..., None]
    return colours if alpha is None else np.dstack([colours, alpha])
