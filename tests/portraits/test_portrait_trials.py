"""What docs/portraits.md says of the raters' answers is what their files say."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pytest

ROOT = Path(__file__).parents[2]
TRIAL = ROOT / "recipes" / "trials" / "portraits-2026-11-27"


def answers(column: int) -> np.ndarray:
    """(portraits, raters): 1 for yes."""
    found = []
    for path in sorted(TRIAL.glob("second_answers_*.tsv")):
        with path.open(encoding="utf-8", newline="") as file:
            rows = list(csv.reader(file, delimiter="\t"))
        found.append([row[column] == "yes" for row in sorted(rows)])
    return np.array(found, float).T


@pytest.mark.parametrize(("column", "yes"), [(1, 59), (2, 48)], ids=["drawn", "same"])
def test_the_page_gives_the_interval_over_portraits(column: int, yes: int):
    found = answers(column)
    assert (found.shape, found.sum()) == ((24, 3), yes)
    # The bootstrap whole: of all draws of 24 portraits, how probable each number of yeses is.
    once = np.bincount(found.sum(axis=1).astype(int), minlength=4) / 24
    drawn = np.ones(1)
    for _ in range(24):
        drawn = np.convolve(drawn, once)
    low, high = 100 * np.searchsorted(drawn.cumsum(), (0.025, 0.975)) / found.size
    page = " ".join((ROOT / "docs" / "portraits.md").read_text("utf-8").split())
    assert f"{yes} ({100 * found.mean():.0f} %" in page
    assert f"{low:.0f} to {high:.0f} %" in page
