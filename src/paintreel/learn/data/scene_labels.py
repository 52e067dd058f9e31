"""Scene categories of panels, from the raters' table beside the art."""

from __future__ import annotations

import csv
from collections import Counter, defaultdict
from pathlib import Path

from paintreel.errors import DataError
from paintreel.worlds.categories import LABELS

TABLE_NAME = "ratings.tsv"


def read_labels(folder: Path) -> dict[str, str]:
    """{file name: label} of `ratings.tsv` in `folder`, where most raters of a file agree.

    A file without a majority, or whose majority is no label ("none"), is left out; without a
    table the answer is empty. Raises DataError for a table without columns `file` and `scene`.
    """
    path = folder / TABLE_NAME
    if not path.is_file():
        return {}
    votes: dict[str, Counter[str]] = defaultdict(Counter)
    with path.open(encoding="utf-8", newline="") as file:
        rows = csv.DictReader(file, delimiter="\t")
        if missing := {"file", "scene"} - set(rows.fieldnames or ()):
            raise DataError(f"{path} has no column {', '.join(sorted(missing))}")
        for row in rows:
            votes[row["file"]][row["scene"]] += 1
    labels = {}
    for name, counts in votes.items():
        label, count = counts.most_common(1)[0]
        if label in LABELS and 2 * count > counts.total():
            labels[name] = label
    return labels
