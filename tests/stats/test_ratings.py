"""Reading tables of ratings, and the agreement of their columns."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from paintreel.errors import InputError, UnreadableFile
from paintreel.stats.ratings import column_agreement, read_ratings

TABLE = """\
file\trater\tmood\tcount\tscore
a\tX\tcalm\t1\t1.5
a\tY\tcalm\t1.0\t2
b\tX\tangry\t2\t3
b\tY\tcalm\t3\t3.5
c\tX\tangry\t4\t5
c\tY\tangry\t4\t5
"""


@pytest.fixture
def write(tmp_path):
    def write(text, *, encoding="utf-8"):
        path = tmp_path / "ratings.tsv"
        path.write_text(text, encoding=encoding)
        return path

    return write


def agreement(table, column, kind=None):
    kind = kind or table.kinds()[column]
    return column_agreement(table, column, kind, rng=np.random.default_rng(0), resamples=100)


def test_a_table_is_read_by_item_and_rater(write):
    table = read_ratings(write(TABLE))
    assert table.items == ("a", "b", "c")
    assert table.raters == ("X", "Y")
    assert table.columns["mood"].tolist() == [["calm", "calm"], ["angry", "calm"], ["angry"] * 2]
    assert table.kinds() == {"mood": "categories", "count": "whole numbers", "score": "ratings"}


def test_commas_a_byte_order_mark_and_other_names_are_read_too(write):
    text = "judge,score,picture\r\nX,1,a\r\nY,2,a\r\nX,3,b\r\nY,4,b\r\n"
    table = read_ratings(write(text, encoding="utf-8-sig"), item="picture", rater="judge")
    assert table.items == ("a", "b")
    assert table.numbers("score").tolist() == [[1, 2], [3, 4]]


def test_columns_may_be_named_as_what_they_are(write):
    table = read_ratings(write(TABLE))
    kinds = table.kinds(categories=["count"], ratings=["score"])
    assert kinds == {"mood": "categories", "count": "categories", "score": "ratings"}
    assert table.kinds(ratings=["count"])["count"] == "ratings"
    with pytest.raises(InputError, match="'mode', there are mood, count, score"):
        table.kinds(ratings=["mode"])
    with pytest.raises(InputError, match="both"):
        table.kinds(categories=["count"], ratings=["count"])
    with pytest.raises(InputError, match="no numbers"):
        table.kinds(ratings=["mood"])


def test_a_text_column_gets_what_categories_need(write):
    found = agreement(read_ratings(write(TABLE)), "mood")
    assert found.kappa == pytest.approx(1 / 3)
    assert found.alpha.keys() == {"nominal"}
    assert found.unanimous == pytest.approx(2 / 3)
    assert found.majority == {"angry": 1, "calm": 1}
    assert found.no_majority == 1
    assert not found.icc
    assert not found.pearson


def test_whole_numbers_get_both_and_are_compared_as_numbers(write):
    found = agreement(read_ratings(write(TABLE)), "count")
    assert found.unanimous == pytest.approx(2 / 3)  # "1" and "1.0" agree
    assert found.majority == {"1": 1, "4": 1}
    assert found.alpha.keys() == {"nominal", "ordinal", "interval"}
    assert found.pearson == {("X", "Y"): pytest.approx(13 / 14)}
    assert [form for form, *_ in found.icc] == ["1,1", "2,1", "3,1", "1,k", "2,k", "3,k"]


def test_ratings_get_no_kappa(write):
    found = agreement(read_ratings(write(TABLE)), "score")
    assert found.kappa is None
    assert found.alpha.keys() == {"ordinal", "interval"}
    assert len(found.icc) == 6


def test_gaps_are_left_out_and_told(write):
    table = read_ratings(write(TABLE + "d\tX\tcalm\t\t7\n"))
    assert table.columns["mood"][3].tolist() == ["calm", ""]
    found = agreement(table, "mood")
    assert (found.items, found.complete) == (4, 3)
    assert found.kappa == pytest.approx(1 / 3)
    assert found.notes == ["1 items lack a rating; alpha alone uses them"]
    assert agreement(table, "score").pearson["X", "Y"] < 1


def test_columns_with_hardly_a_rating_say_so(write):
    rows = ["file\trater\tnote\trare", "a\tX\t\t1", "a\tY\t\t2", "b\tX\tnice\t", "b\tY\t\t"]
    table = read_ratings(write("\n".join(rows)))
    empty = agreement(table, "note")
    assert (empty.kappa, empty.unanimous, empty.alpha) == (None, None, {})
    assert "nothing can be said" in empty.notes[-1]
    single = agreement(table, "rare")
    assert single.kappa is None
    assert not single.icc
    assert single.alpha["interval"] == 0.0
    assert "fewer than 2 items" in single.notes[-1]


def test_constant_columns_are_defined_and_json_is_strict(write):
    rows = ["file\trater\tscore", *(f"{item}\t{rater}\t5" for item in "abc" for rater in "XYZ")]
    found = agreement(read_ratings(write("\n".join(rows))), "score")
    assert found.kappa == 1.0
    assert found.kappa_interval == (1.0, 1.0)
    assert set(found.alpha.values()) == {1.0}
    facts = json.loads(json.dumps(found.as_dict(), allow_nan=False))
    assert facts["icc"]["2,1"] == {"value": 1.0, "ci95": [1.0, 1.0]}
    assert [pair["r"] for pair in facts["pearson"]] == [None] * 3


@pytest.mark.parametrize(
    ("text", "error", "message"),
    [
        ("", UnreadableFile, "no table"),
        ("file\trater\tx\n", UnreadableFile, "no table"),
        ("file\twho\tx\na\tX\t1\n", InputError, "no column 'rater', it has file, who, x"),
        ("file\trater\tx\na\tX\t1\na\tY\n", InputError, "line 3: 2 cells, expected 3"),
        ("file\trater\tx\na\tX\t1\na\tX\t2\n", InputError, "line 3: X rates a again"),
        ("file\trater\tx\na\tX\t1\nb\tX\t1\n", InputError, "one rater"),
        ("file\trater\na\tX\na\tY\n", InputError, "no rated column"),
        ("file\trater\tx\tx\na\tX\t1\t1\n", InputError, "names a column twice"),
    ],
)
def test_bad_tables_raise(write, text, error, message):
    with pytest.raises(error, match=message):
        read_ratings(write(text))


def test_files_that_are_no_text_raise(tmp_path):
    with pytest.raises(UnreadableFile, match="no such file"):
        read_ratings(tmp_path / "missing.tsv")
    with pytest.raises(UnreadableFile):
        read_ratings(tmp_path)
    picture = tmp_path / "picture.tsv"
    picture.write_bytes(b"\x89PNG\r\n\x1a\n\xff\xfe")
    with pytest.raises(UnreadableFile, match="UTF-8"):
        read_ratings(picture)


def test_spaces_empty_rows_and_na_make_no_raters_items_or_categories(tmp_path: Path):
    path = tmp_path / "r.csv"
    path.write_text("item,rater,score\na,bob,1.5\na, ann,2\n,,\nb, bob ,NA\nb,ann,3\nc,bob,n/a\n")
    ratings = read_ratings(path)
    assert ratings.items == ("a", "b", "c")
    assert ratings.raters == ("bob", "ann")
    assert ratings.kinds() == {"score": "ratings"}
    assert [(note.kind, note.count) for note in ratings.notes] == [
        ("empty-rows", 1),
        ("missing-ratings", 1),
        ("missing-ratings", 1),
    ]


@pytest.mark.parametrize(
    ("cell", "error", "message"),
    [("1e308", InputError, "is no rating"), ("x" * 200_000, UnreadableFile, "no table")],
)
def test_cells_that_no_rating_is(tmp_path: Path, cell: str, error, message: str):
    path = tmp_path / "r.csv"
    path.write_text(f"item,rater,score\na,bob,{cell}\na,ann,2\n")
    with pytest.raises(error, match=message):
        read_ratings(path).kinds()
