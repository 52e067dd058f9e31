from __future__ import annotations

from pathlib import Path

import pytest

from paintreel.agree.agree import agree
from paintreel.agree.options import AgreeOptions
from paintreel.errors import InputError

TABLE = """item\trater\tmood\tappeal
a\tone\tcalm\t4.5
a\ttwo\tcalm\t4
b\tone\twild\t2
b\ttwo\twild\t2.5
c\tone\tcalm\t1
c\ttwo\twild\t1
"""


@pytest.fixture
def table(tmp_path: Path) -> Path:
    path = tmp_path / "ratings.tsv"
    path.write_text(TABLE, "utf-8")
    return path


def test_every_column_is_judged_by_its_kind(table: Path):
    agreement = agree(table, AgreeOptions(resamples=50))
    assert (agreement.items, agreement.raters) == (3, ("one", "two"))
    mood, appeal = agreement.columns
    assert (mood.column, mood.kind) == ("mood", "categories")
    assert mood.kappa == pytest.approx(1 / 3)
    assert mood.unanimous == pytest.approx(2 / 3)
    assert appeal.kind == "ratings"
    assert appeal.kappa is None
    assert appeal.pearson["one", "two"] > 0.9
    assert agreement.as_dict()["resamples"] == 50
    assert list(agreement.as_dict()["columns"]) == ["mood", "appeal"]


def test_columns_may_be_named_and_must_fit(table: Path):
    with pytest.raises(InputError, match="no numbers"):
        agree(table, AgreeOptions(ratings=("mood",)))
    with pytest.raises(InputError, match="no column 'nothing'"):
        agree(table, AgreeOptions(categories=("nothing",)))
    with pytest.raises(InputError, match="resamples is -1"):
        AgreeOptions(resamples=-1)


def test_the_seed_makes_the_interval(table: Path):
    first, again = (agree(table, AgreeOptions(seed=3, resamples=50)) for _ in range(2))
    assert first == again
