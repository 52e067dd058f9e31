"""What a file is, and which files of a folder a run is about."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Literal

from paintreel.imaging.files import IMAGE_SUFFIXES, is_animated, looks_like_picture
from paintreel.media.containers import VIDEO_SUFFIXES

__all__ = ["Kind", "kind_of", "visible_files", "walk"]

Kind = Literal["picture", "clip"]


def kind_of(path: Path) -> Kind:
    """Whether a file is a picture or a clip (animations are clips), by its content where it tells.

    A file that is missing or damaged has a kind too, by its suffix: reading it says what is wrong.
    """
    if is_animated(path):
        return "clip"
    if looks_like_picture(path) or path.suffix.lower() in IMAGE_SUFFIXES:
        return "picture"
    return "clip"


def walk(folder: Path, *, leave_out: Path | None = None) -> Iterator[Path]:
    """Pictures and clips below `folder`, sorted within each folder; hidden ones are passed over.

    leave_out: a folder below that is not entered, such as that of the results.
    """
    suffixes = IMAGE_SUFFIXES | VIDEO_SUFFIXES
    for path in visible_files(folder, leave_out=leave_out):
        if path.suffix.lower() in suffixes:
            yield path


def visible_files(folder: Path, *, leave_out: Path | None = None) -> Iterator[Path]:
    """Files below `folder`, sorted within each folder; hidden ones are passed over.

    leave_out: a folder below that is not entered.
    """
    left_out = None if leave_out is None else leave_out.resolve()
    for parent, folders, files in os.walk(folder):
        here = Path(parent)
        folders[:] = sorted(
            f for f in folders if not f.startswith(".") and (here / f).resolve() != left_out
        )
        for name in sorted(files):
            if not name.startswith("."):
                yield here / name
