"""What raters said of the pairs, held against the key."""

from __future__ import annotations

import csv
import json
from dataclasses import dataclass
from pathlib import Path

from paintreel.errors import InputError, UnreadableFile, system_reason
from paintreel.learn.experiments.grade.pairs import KEY_NAME, NONE
from paintreel.runtime.emotions import MOODS

__all__ = ["RaterAnswers", "read_raters"]

_COLUMNS = {"sheet", "rater", "emotion", "natural"}
_TRUTH = {"yes": True, "no": False}


@dataclass(frozen=True)
class RaterAnswers:
    """Answers of all raters.

    answers  rows of {sheet, rater, kind, asked, said, natural}
    """

    answers: list[dict[str, str | bool]]

    def share(
        self, *, kind: str | None = None, mood: str | None = None
    ) -> tuple[float, float, int]:
        """(share that named the asked emotion, share that called it natural, answers)."""
        rows = [
            row
            for row in self.answers
            if kind in (None, row["kind"]) and mood in (None, row["asked"])
        ]
        if not rows:
            return 0.0, 0.0, 0
        named = sum(row["said"] == row["asked"] for row in rows) / len(rows)
        return named, sum(bool(row["natural"]) for row in rows) / len(rows), len(rows)


def read_raters(path: Path, folder: Path) -> RaterAnswers:
    """The answers of a table to the trial in `folder`.

    Raises UnreadableFile that names the line, and InputError for a table without answers.
    """
    key = json.loads((folder / KEY_NAME).read_text("utf-8"))["sheets"]
    try:
        text = path.read_text("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        reason = system_reason(error) if isinstance(error, OSError) else "it is no text in UTF-8"
        raise UnreadableFile(path, reason) from None
    rows = csv.DictReader(text.splitlines(), delimiter="\t")
    if missing := _COLUMNS - set(rows.fieldnames or ()):
        raise UnreadableFile(path, f"it has no column {', '.join(sorted(missing))}")
    answers: list[dict[str, str | bool]] = []
    for line, row in enumerate(rows, start=2):
        sheet, said = (row["sheet"] or "").strip(), (row["emotion"] or "").strip().lower()
        natural = (row["natural"] or "").strip().lower()
        if not said and not natural:
            continue
        if sheet not in key:
            raise UnreadableFile(path, f"line {line}: there is no sheet {sheet!r}")
        if said not in (*MOODS, NONE):
            known = ", ".join((*MOODS, NONE))
            raise UnreadableFile(path, f"line {line}: emotion is {said!r}, expected one of {known}")
        if natural not in _TRUTH:
            raise UnreadableFile(path, f"line {line}: natural is {natural!r}, expected yes or no")
        facts = key[sheet]
        answers.append(
            {
                "sheet": sheet,
                "rater": (row["rater"] or "").strip(),
                "kind": facts["kind"],
                "asked": facts["emotion"],
                "said": said,
                "natural": _TRUTH[natural],
            }
        )
    if not answers:
        raise InputError(f"{path} holds no answers; fill in emotion and natural of every sheet")
    return RaterAnswers(answers)
