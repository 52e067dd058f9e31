"""The options of `grade`."""

from __future__ import annotations

from dataclasses import dataclass

from paintreel.errors import InputError
from paintreel.options import (
    ClipOptions,
    FileOptions,
    argument,
    option,
)
from paintreel.runtime.emotions import EMOTIONS, find_emotion

__all__ = ["DEFAULT_INTENSITY", "DEFAULT_SCRIPT", "GradeOptions"]

DEFAULT_INTENSITY = 0.7
DEFAULT_SCRIPT = "colour-script"
_BOTH = ("grade", "grade_video")
_VIDEO = ("grade_video",)


@dataclass(frozen=True, kw_only=True)
class GradeOptions(ClipOptions, FileOptions):
    """What is graded for what, and where the results go."""

    NEEDS = "an input, and --emotion NAME, --timeline FILE, --from CLIP or --lut FILE to apply"
    EXAMPLE = "paintreel grade photo.jpg --emotion fear -o graded.png"
    EPILOG = """\
One file with -o NAME.png is written there. Several files or a folder go into the folder OUT with
their names and tree kept; what is there already is skipped, or named where it was made with other
settings. Clips keep their sound and the times of their frames; a shot is graded by what it shows,
and nothing is smoothed over a cut. Without -o results lie beside the input (photo-graded.jpg).
--lut and --cdl write the colour part of the grade; without an emotion they are files to apply.
Exit code: 0 all graded, 1 some failed or differ (each is named), 2 bad usage, 130 interrupted.
"""

    inputs: tuple[str, ...] = argument("INPUT", "picture, clip, folder or glob", nargs="+")
    emotion: str | None = option(
        None,
        f"what it is to feel like: {', '.join(EMOTIONS)}",
        group="feeling",
        metavar="NAME",
        parse=find_emotion,
    )
    timeline: str | None = option(
        None,
        "emotions over time: JSON rows [seconds, {emotion: share}]; pictures get their mean",
        group="feeling",
        metavar="FILE",
        excludes="emotion",
    )
    from_clip: str | None = option(
        None,
        "follow the emotions of the voice, and of the faces, in a clip",
        flag="--from",
        group="feeling",
        metavar="CLIP",
        excludes="emotion",
    )
    intensity: float | None = option(
        None,
        "0 as it was .. 1 all of it (default 0.7; of a LUT that is applied, 1)",
        group="feeling",
        low=0,
        high=1,
        metavar="0..1",
        keywords=_BOTH,
    )
    light: bool = option(
        True,
        "the colour part alone: no key light, no darker rim, no haze, as a LUT has it",
        group="feeling",
        keywords=_BOTH,
    )
    script: str = option(
        DEFAULT_SCRIPT,
        "colour script to follow: a name that 'paintreel models' lists for grade, or a file that "
        "'paintreel train colour-script' made",
        group="feeling",
        metavar="NAME",
        is_model=True,
        keywords=_BOTH,
    )
    lut: str | None = option(
        None,
        "write the colour part as a .cube of 33 colours a side, a shot each; without an emotion: "
        "the .cube to apply",
        group="tables",
        metavar="FILE",
        file="either",
        affects="nothing",
    )
    cdl: str | None = option(
        None,
        "likewise as an ASC CDL (.cdl, .cc, .ccc), as near as ten numbers come",
        group="tables",
        metavar="FILE",
        file="either",
        affects="nothing",
    )
    credits: bool = option(
        False,
        "write CREDITS.txt beside the results: whom to name for the colour script",
        group="files",
        affects="nothing",
    )

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.timeline is not None and self.from_clip is not None:
            raise InputError("timeline and from exclude each other: each says what is felt when")

    @property
    def is_enough(self) -> bool:
        """Whether something says how to grade."""
        return self.has_feeling or self.lut is not None or self.cdl is not None

    @property
    def has_feeling(self) -> bool:
        """Whether an emotion is given, in one way or another."""
        return any(each is not None for each in (self.emotion, self.timeline, self.from_clip))
