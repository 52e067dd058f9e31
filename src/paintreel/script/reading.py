"""A script from a file, in whichever format it is."""

from __future__ import annotations

from dataclasses import replace
from os import PathLike
from pathlib import Path
from typing import Literal

from paintreel.errors import InputError, UnreadableFile
from paintreel.script.decoding import read_text
from paintreel.script.fountain import looks_like_fountain, read_fountain
from paintreel.script.prose import read_prose
from paintreel.script.screenplay import Screenplay, ScriptFormat
from paintreel.script.subtitles import looks_like_subtitles, read_subtitles

__all__ = ["read_script", "read_script_text"]

_SUFFIXES: dict[str, ScriptFormat] = {
    ".fountain": "fountain",
    ".spmd": "fountain",
    ".srt": "srt",
    ".vtt": "vtt",
}


def read_script(
    path: str | PathLike[str], format: Literal["auto"] | ScriptFormat = "auto"
) -> Screenplay:
    """The script of a file.

    format: "auto" goes by the name, and of other names by what is inside

    Raises UnreadableFile for what is no text, is empty, or holds no line in that format.
    """
    path = Path(path)
    text, notes = read_text(path)
    named: Literal["auto"] | ScriptFormat
    named = _SUFFIXES.get(path.suffix.lower(), "auto") if format == "auto" else format
    try:
        found = read_script_text(text, named)
    except InputError as error:
        raise UnreadableFile(path, str(error)) from None
    return replace(found, notes=(*notes, *found.notes))


def read_script_text(text: str, format: Literal["auto"] | ScriptFormat = "auto") -> Screenplay:
    """The script of a text. Raises InputError where no line is in it."""
    kind = _format_of(text) if format == "auto" else format
    if kind == "fountain":
        found = read_fountain(text)
    elif kind == "text":
        found = read_prose(text)
    else:
        found = read_subtitles(text, kind)
    if not found.lines:
        what = (
            "no subtitle with its times"
            if kind in ("srt", "vtt")
            else "no line of speech or action"
        )
        raise InputError(f"it holds {what}; is it {kind}? --format says what it is")
    return found


def _format_of(text: str) -> ScriptFormat:
    if text.lstrip("﻿ \n").startswith("WEBVTT"):
        return "vtt"
    if looks_like_subtitles(text):
        return "srt"
    return "fountain" if looks_like_fountain(text) else "text"
