"""What a file is, and which files of a folder a run is about."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from paintreel.errors import UnreadableFile, system_reason
from paintreel.imaging.file_signatures import (
    format_of,
    is_foreign_picture,
    is_text,
    why_refused,
)
from paintreel.imaging.files import IMAGE_SUFFIXES, is_animated, looks_like_picture
from paintreel.imaging.untrusted_files import read_head
from paintreel.media.clip_signatures import looks_like_clip
from paintreel.media.containers import VIDEO_SUFFIXES
from paintreel.notes import Note
from paintreel.wording import some_of

__all__ = ["FolderSurvey", "Kind", "is_known", "kind_of", "survey", "visible_files", "walk"]

Kind = Literal["picture", "clip"]
_NAMED = 5
"""Files that a note names."""


@dataclass(frozen=True, slots=True)
class FolderSurvey:
    """What a folder holds for a run.

    files       pictures and clips, sorted within each folder
    refused     pictures of formats that are not read, with what they are and what to do
    others      files that are neither, such as texts
    unreadable  folders that could not be looked into, with the reason
    """

    files: tuple[Path, ...]
    refused: tuple[tuple[Path, str], ...] = ()
    others: tuple[Path, ...] = ()
    unreadable: tuple[tuple[Path, str], ...] = ()

    def notes(self) -> tuple[Note, ...]:
        """What was left out and why, one note a kind."""
        notes = [
            Note("folder-unreadable", f"folder {path} left out: {reason}", loss=True)
            for path, reason in self.unreadable
        ]
        notes += [Note("file-left-out", f"{path} left out: {why}") for path, why in self.refused]
        if self.others:
            names = some_of((path.name for path in self.others), _NAMED)
            text = f"left out, neither picture nor clip: {names}"
            notes.append(Note("others-left-out", text, count=len(self.others)))
        return tuple(notes)


def kind_of(path: Path) -> Kind:
    """Whether a file is a picture or a clip (animations are clips), by its content where it tells.

    A file that is missing or damaged has a kind too, by its suffix: reading it says what is wrong.
    So does reading text, and what has neither content nor suffix: both are taken for pictures.
    """
    if is_animated(path):
        return "clip"
    if looks_like_picture(path) or path.suffix.lower() in IMAGE_SUFFIXES:
        return "picture"
    if path.suffix.lower() in VIDEO_SUFFIXES:
        return "clip"
    try:
        return "picture" if is_text(read_head(path)) else "clip"
    except UnreadableFile:
        return "picture"


def is_known(path: Path) -> bool:
    """Whether a file is a picture or a clip by its content or its suffix.

    FFmpeg reads some containers that are not known here.
    """
    named = path.suffix.lower() in IMAGE_SUFFIXES | VIDEO_SUFFIXES
    return named or looks_like_picture(path) or looks_like_clip(path)


def survey(folder: Path, *, leave_out: Path | None = None) -> FolderSurvey:
    """What lies below `folder`; hidden files are passed over.

    A known suffix is believed; files of others are looked into, so that one that would be taken
    when it is named is taken here too. leave_out: a folder below that is not entered, such as
    that of the results.
    """
    files: list[Path] = []
    refused: list[tuple[Path, str]] = []
    others: list[Path] = []
    unreadable: list[tuple[Path, str]] = []

    def on_error(error: OSError) -> None:
        unreadable.append((Path(error.filename), system_reason(error)))

    for path in visible_files(folder, leave_out=leave_out, on_error=on_error):
        if path.suffix.lower() in IMAGE_SUFFIXES | VIDEO_SUFFIXES:
            files.append(path)
            continue
        try:
            head = read_head(path)
        except UnreadableFile as error:
            refused.append((path, error.reason))
            continue
        if format_of(head) is not None or (not is_foreign_picture(head) and looks_like_clip(path)):
            files.append(path)
        elif is_foreign_picture(head):
            refused.append((path, why_refused(head)))
        else:
            others.append(path)
    return FolderSurvey(tuple(files), tuple(refused), tuple(others), tuple(unreadable))


def walk(folder: Path, *, leave_out: Path | None = None) -> Iterator[Path]:
    """Pictures and clips below `folder`: the files of its `survey`."""
    yield from survey(folder, leave_out=leave_out).files


def visible_files(
    folder: Path,
    *,
    leave_out: Path | None = None,
    on_error: Callable[[OSError], None] | None = None,
) -> Iterator[Path]:
    """Files below `folder`, sorted within each folder; hidden ones are passed over.

    leave_out: a folder below that is not entered. on_error: called for folders that cannot be read.
    """
    left_out = None if leave_out is None else leave_out.resolve()
    for parent, folders, files in os.walk(folder, onerror=on_error):
        here = Path(parent)
        folders[:] = sorted(
            f for f in folders if not f.startswith(".") and (here / f).resolve() != left_out
        )
        for name in sorted(files):
            if not name.startswith("."):
                yield here / name
