"""How pictures are graded: by a colour script for a feeling, or by a LUT that is there."""

from __future__ import annotations

import os
from collections.abc import Mapping
from os import PathLike, fspath
from pathlib import Path

import numpy as np

from paintreel.errors import InputError, ModelFileError
from paintreel.grade.options import DEFAULT_INTENSITY, DEFAULT_SCRIPT
from paintreel.imaging.arrays import Array
from paintreel.notes import Note
from paintreel.pictures.cdl import CDL_SUFFIXES, read_cdl
from paintreel.pictures.colour_lut import ColourLUT, lut_of, mixed
from paintreel.pictures.lut_files import CUBE_SUFFIX, read_cube
from paintreel.pictures.still_grade import Grade, apply_lut, check_intensity, grade_pixels
from paintreel.runtime.card import Card
from paintreel.runtime.catalog import find_model
from paintreel.runtime.colour_script import TASK, check_feeling, read_colour_script

__all__ = ["GREY_MODES", "Grader", "read_lut"]

GREY_MODES = ("LA", "La")
"""Pillow's names of grey pictures with alpha, which are read with four channels."""


def read_lut(path: str | PathLike[str]) -> ColourLUT:
    """A `.cube`, `.cdl`, `.cc` or `.ccc` file as a LUT.

    Raises InputError for another suffix and UnreadableFile, which names the line.
    """
    suffix = Path(path).suffix.lower()
    if suffix == CUBE_SUFFIX:
        return read_cube(path)
    if suffix in CDL_SUFFIXES:
        return read_cdl(path).lut
    known = ", ".join((CUBE_SUFFIX, *CDL_SUFFIXES))
    raise InputError(f"{fspath(path)} is no LUT by its suffix, expected one of {known}")


def _check_script_file(script: str | PathLike[str]) -> None:
    """Raise ModelFileError for a file of another kind, which would be read as a network."""
    path = Path(script)
    if os.path.isfile(path) and path.suffix.lower() != ".npz":  # noqa: PTH113 - long names
        raise ModelFileError(
            f"{path} is no colour script, expected a .npz file that 'paintreel train "
            "colour-script' made"
        )


class Grader:
    """A colour script, loaded, or a LUT, and how strongly it is followed.

        grader = Grader(emotion="fear", intensity=0.5)
        graded = grader.grade(pixels)

    emotion    a name of the nine, or {emotion: share}; None where a LUT is applied, or where a
               timeline says it
    lut        a LUT to apply instead, or the path of one
    intensity  0 to 1; None: 0.7, of a LUT 1
    light      False: the colour part alone
    script     name of a colour script, or its file

    Raises InputError, UnknownModel, ModelFileError, and UnreadableFile for a LUT.
    """

    def __init__(
        self,
        emotion: str | Mapping[str, float] | None = None,
        *,
        lut: ColourLUT | str | PathLike[str] | None = None,
        intensity: float | None = None,
        light: bool = True,
        script: str | PathLike[str] = DEFAULT_SCRIPT,
    ) -> None:
        if emotion is not None and lut is not None:
            raise InputError("an emotion and a LUT are given; a picture is graded by one of them")
        usual = DEFAULT_INTENSITY if lut is None else 1.0
        self.intensity = usual if intensity is None else intensity
        check_intensity(self.intensity)
        self.light = light
        self.lut = read_lut(lut) if isinstance(lut, (str, PathLike)) else lut
        self.card: Card | None = None
        self.moods: Mapping[str, float] = {}
        self.notes: tuple[Note, ...] = ()
        if self.lut is not None:
            return
        _check_script_file(script)
        carded = read_colour_script(find_model(script, task=TASK).path)
        self.script, self.card = carded.script, carded.card
        if emotion is not None:
            feeling = check_feeling(emotion)
            self.moods, self.notes = feeling.moods, feeling.notes

    def grade(self, pixels: Array) -> Array:
        """A picture of `imaging.arrays` graded: same layout and dtype, alpha as it was."""
        return self.grade_with(pixels, self.moods)[0]

    def grade_with(
        self, pixels: Array, moods: Mapping[str, float], *, grey: bool = False
    ) -> tuple[Array, Grade | None]:
        """Graded for these moods of `runtime.colour_script.feeling_of`, and what was done.

        grey: the picture is a grey one that has alpha, and therefore four channels
        """
        if grey and pixels.ndim == 3:
            light, grade = self.grade_with(pixels[..., 0], moods)
            return np.dstack([light, light, light, pixels[..., 3:]]), grade
        if self.lut is None:
            return grade_pixels(pixels, self.script, moods, self.intensity, light=self.light)
        if self.intensity == 0:
            return pixels.copy(), None
        return apply_lut(pixels, self.weakened(self.lut)), None

    def weakened(self, lut: ColourLUT) -> ColourLUT:
        """A LUT at the intensity; a table of the usual domain, where that is below 1."""
        if self.intensity == 1:
            return lut
        whole = lut_of(lut, count=65, title=lut.title)
        assert whole.table is not None  # which `lut_of` makes
        return ColourLUT(mixed([(self.intensity, whole.table)]), title=lut.title)

    @property
    def untouched(self) -> ColourLUT:
        """The LUT of a grade that changes nothing."""
        return lut_of(lambda rgb: rgb, title="Paintreel")

    def notes_of(self, pixels: Array, *, grey: bool = False) -> tuple[Note, ...]:
        """What is to be known of a picture of that layout; `grey` as of `grade_with`."""
        if self.intensity == 0 or (pixels.ndim == 3 and pixels.shape[2] != 1 and not grey):
            return self.notes
        text = "the picture is grey and stays so: its light is graded, colour is left out"
        return (*self.notes, Note("grey-stays-grey", text))
