"""The options of `rough`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from paintreel.errors import InputError
from paintreel.options import FileOptions, argument, option

__all__ = ["RoughOptions"]


@dataclass(frozen=True, kw_only=True)
class RoughOptions(FileOptions):
    """What is made of which picture, and where it goes."""

    EXAMPLE = "paintreel rough photo.jpg -o rough.png --sketch lines.png"
    EPILOG = """\
PICTURE may be a folder: -o and --sketch are then folders too, names and tree are kept, the roughs
are PNG, and what is there already is skipped, or named where it was made with other settings.
Exit code: 0 all made, 1 some failed or differ (each is named), 2 bad usage, 130 interrupted.
"""

    picture: str = argument("PICTURE", "picture or folder")
    output: str | None = option(
        None,
        "write the flat colours (the block-in) here",
        short="-o",
        metavar="ROUGH",
        affects="nothing",
    )
    sketch: str | None = option(None, "write the lines here", metavar="LINES", affects="nothing")
    level: Literal["coarse", "standard", "fine"] = option(
        "standard", "flat regions for 256x256 px: coarse 24, no lines; standard 64; fine 256"
    )

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.output is None and self.sketch is None:
            raise InputError("nothing to write; give -o ROUGH, --sketch LINES or both")
