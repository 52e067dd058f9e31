"""One call for a graded picture."""

from __future__ import annotations

from collections.abc import Mapping
from os import PathLike
from typing import TYPE_CHECKING, Any

from paintreel.errors import InputError
from paintreel.grade.grader import GREY_MODES, Grader
from paintreel.imaging.arrays import Array
from paintreel.imaging.files import inspect_picture
from paintreel.notes import warn_of
from paintreel.pictures.kinds import map_picture
from paintreel.signatures import takes_options

if TYPE_CHECKING:
    from typing import Unpack

    from paintreel.keywords import GradeKeywords

__all__ = ["grade"]


@takes_options("grade", "grade")
def grade(
    x: Any,
    *,
    emotion: str | Mapping[str, float] | None = None,
    lut: Any = None,
    grader: Grader | None = None,
    **options: Unpack[GradeKeywords],
) -> Any:
    """Grade a picture for a feeling, or lay a LUT on it; the same kind comes back.

        dark = paintreel.grade("photo.jpg", emotion="fear")           # a PIL image
        frame = paintreel.grade(frame, emotion={"sadness": 0.8, "calm": 0.2}, intensity=0.5)
        shown = paintreel.grade("photo.jpg", lut="look.cube")

    x        a path, a PIL image, or an array of `imaging.arrays`
    emotion  a name of the nine, or {emotion: share}
    lut      a `ColourLUT`, or the path of a .cube or CDL, instead
    grader   a loaded `Grader`, which takes the place of all others

    Intensity 0 gives a copy bit for bit. What stands in for an emotion that no panel was rated
    with, and what cannot be done to a grey picture, is warned of. Raises InputError, UnknownModel,
    UnreadableFile, PictureTooLarge.
    """
    given: dict[str, Any] = {name: value for name, value in options.items() if value is not None}
    if grader is None:
        if (emotion is None) == (lut is None):
            got = "neither" if emotion is None else "both"
            raise InputError(f"a picture is graded for an emotion or by a LUT, got {got}")
        grader = Grader(emotion, lut=lut, **given)
    elif given or emotion is not None or lut is not None:
        raise InputError("a Grader is loaded already: leave emotion, lut and options out")
    loaded, notes = grader, list(grader.notes)

    mode = inspect_picture(x).mode if isinstance(x, (str, PathLike)) else getattr(x, "mode", "")
    grey = mode in GREY_MODES

    def paint(pixels: Array) -> Array:
        notes[:] = loaded.notes_of(pixels, grey=grey)
        return loaded.grade_with(pixels, loaded.moods, grey=grey)[0]

    result = map_picture(x, paint, verb="grade")
    warn_of(notes)
    return result
