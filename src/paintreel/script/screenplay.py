"""What a script is made of, whichever format it comes in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from paintreel.notes import Note

__all__ = ["LineKind", "Screenplay", "ScriptFormat", "ScriptLine", "ScriptScene"]

ScriptFormat = Literal["fountain", "srt", "vtt", "text"]
LineKind = Literal["speech", "action"]


@dataclass(frozen=True, slots=True)
class ScriptLine:
    """What is said, or done.

    text       without marks of the format
    kind       what it is
    number     line of the file that it begins on, counted from 1
    character  who speaks, None: nobody is named
    manner     how it is said, as the script has it in brackets, "" where it does not say
    start_s, end_s  when, None where the file has no times
    """

    text: str
    kind: LineKind
    number: int
    character: str | None = None
    manner: str = ""
    start_s: float | None = None
    end_s: float | None = None


@dataclass(frozen=True, slots=True)
class ScriptScene:
    """Lines that belong together.

    heading  as the script has it, "" before the first
    number   line of the file that it begins on
    """

    heading: str
    number: int
    lines: tuple[ScriptLine, ...]


@dataclass(frozen=True, slots=True)
class Screenplay:
    """A whole script.

    title  as the script has it, ""
    format  what it was read as
    scenes  in order; each has a line
    notes  what could not be read as it stands
    """

    title: str
    format: ScriptFormat
    scenes: tuple[ScriptScene, ...]
    notes: tuple[Note, ...] = ()

    @property
    def lines(self) -> tuple[ScriptLine, ...]:
        """Of all scenes."""
        return tuple(line for scene in self.scenes for line in scene.lines)

    @property
    def characters(self) -> tuple[str, ...]:
        """Everybody who speaks, in order of appearance."""
        names = (line.character for line in self.lines if line.character)
        return tuple(dict.fromkeys(names))
