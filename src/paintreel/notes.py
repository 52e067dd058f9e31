"""What happened on the way that a person should know, though the work was done.

Readers and writers count what they drop, change or repair; the run hands it on, the command prints
one line a kind, and `--json` gives it as it is.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterable
from dataclasses import dataclass, replace

__all__ = ["Note", "merge_notes", "warn_of"]


@dataclass(frozen=True, slots=True)
class Note:
    """One kind of thing that happened.

    kind   in a few words with dashes, for programs: "broken-packets", "sound-reencoded"
    text   for people: what, how many, and what to do where something can be done
    count  how often
    loss   whether something of the source is missing in the result; with --strict such a note
           makes the exit code 1
    """

    kind: str
    text: str
    count: int = 1
    loss: bool = False

    def __str__(self) -> str:
        return self.text

    def as_dict(self) -> dict[str, str | int | bool]:
        """For JSON."""
        return {"kind": self.kind, "count": self.count, "text": self.text, "loss": self.loss}


def merge_notes(notes: Iterable[Note]) -> tuple[Note, ...]:
    """One note a kind and text, counts added, in the order of their first.

    >>> merge_notes([Note("a", "x"), Note("b", "y"), Note("a", "x")])[0].count
    2
    """
    merged: dict[tuple[str, str], Note] = {}
    for note in notes:
        key = (note.kind, note.text)
        before = merged.get(key)
        merged[key] = note if before is None else replace(note, count=before.count + note.count)
    return tuple(merged.values())


def warn_of(notes: Iterable[Note]) -> None:
    """Hand notes to a program that is given a picture and no report, as warnings of Python."""
    for note in notes:
        warnings.warn(str(note), RuntimeWarning, stacklevel=3)
