"""Moods of panels, from the raters' table beside the art, as shares of their votes."""

from __future__ import annotations

import csv
from collections import Counter, defaultdict
from pathlib import Path

from paintreel.errors import DataError
from paintreel.learn.data.scene_labels import TABLE_NAME
from paintreel.runtime.emotions import MOODS

__all__ = ["read_moods", "read_votes"]


def read_moods(folder: Path) -> dict[str, tuple[float, ...]]:
    """{file name: share of the votes for each of MOODS} of `ratings.tsv` in `folder`.

    Raises DataError as `read_votes` does.
    """
    return {
        name: tuple(count / sum(votes) for count in votes)
        for name, votes in read_votes(folder).items()
    }


def read_votes(folder: Path) -> dict[str, tuple[int, ...]]:
    """{file name: raters who gave each of MOODS} of `ratings.tsv` in `folder`.

    Raises DataError for a folder without the table, for a table without columns `file` and
    `emotion`, and for an emotion that is no mood.
    """
    path = folder / TABLE_NAME
    if not path.is_file():
        raise DataError(f"{folder} has no {TABLE_NAME}; moods are learnt from its column emotion")
    votes: dict[str, Counter[str]] = defaultdict(Counter)
    with path.open(encoding="utf-8", newline="") as file:
        rows = csv.DictReader(file, delimiter="\t")
        if missing := {"file", "emotion"} - set(rows.fieldnames or ()):
            raise DataError(f"{path} has no column {', '.join(sorted(missing))}")
        for row in rows:
            votes[row["file"]][row["emotion"]] += 1
    if unknown := sorted({name for counts in votes.values() for name in counts} - set(MOODS)):
        raise DataError(f"{path} has emotion {unknown[0]!r}, expected one of {', '.join(MOODS)}")
    return {name: tuple(counts[mood] for mood in MOODS) for name, counts in votes.items()}
