"""Trials whose votes are planted."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from paintreel.compare.blind_plan import lay_out
from paintreel.scoring.blind_trial import BlindKey, BlindSheet

Vote = Callable[[BlindSheet, str], object]


class Trial:
    """A key in a folder, and ballots filled in by functions (sheet, question) -> answer."""

    def __init__(self, folder: Path, key: BlindKey) -> None:
        self.folder, self.key = folder, key
        self.key_file = folder / "key.json"
        self.key_file.write_text(json.dumps(key.as_dict()), "utf-8")

    def ballot(self, name: str, vote: Vote, words: Vote | None = None, **changes) -> Path:
        """Write a ballot; `changes` may give `columns` and a function `rows` of all rows."""
        columns = changes.get("columns", ["sheet", *self.key.questions, "words", "trial"])
        rows = []
        for sheet in self.key.sheets:
            row = {"sheet": sheet.number, "trial": self.key.trial}
            row |= {question: vote(sheet, question) for question in self.key.questions}
            row["words"] = words(sheet, "") if words else ""
            rows.append(row)
        rows = changes.get("rows", lambda rows: rows)(rows)
        path = self.folder / f"{name}.csv"
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, columns, extrasaction="ignore")
            writer.writeheader()
            writer.writerows(rows)
        return path


@pytest.fixture
def make_trial(tmp_path) -> Callable[..., Trial]:
    def make(
        sets=("good", "poor"), pictures: int = 8, scale=None, questions=("overall", "clean"), seed=0
    ) -> Trial:
        names = [f"p{i:02}" for i in range(pictures)]
        sheets = lay_out(sets, names, pairs=scale is None, seed=seed)
        key = BlindKey(
            sets=tuple(sets),
            scale=scale,
            questions={name: f"What of {name}?" for name in questions},
            seed=seed,
            side_px=640,
            inputs={name: dict.fromkeys(sets, "0") for name in names},
            sheets=tuple(replace(sheet, sha256="0") for sheet in sheets),
        )
        return Trial(tmp_path, key)

    return make
