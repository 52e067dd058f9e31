"""Reading tables from text files."""

from __future__ import annotations

import pytest

from paintreel.errors import InputError, UnreadableFile
from paintreel.stats.tables import read_table


@pytest.mark.parametrize("delimiter", ["\t", ",", ";"])
def test_rows_are_numbered_as_in_a_spreadsheet(tmp_path, delimiter):
    """Blank lines count, and so does a cell of two lines for one row."""
    path = tmp_path / "table.csv"
    lines = [["a", "b"], ["1", '"two\nlines"'], [], ["3", " spaced "], ["4"]]
    path.write_text("\ufeff" + "\n".join(delimiter.join(line) for line in lines) + "\n", "utf-8")
    table = read_table(path)
    assert table.header == ("a", "b")
    assert table.rows == ((2, ("1", "two\nlines")), (4, ("3", "spaced")), (5, ("4",)))


def test_semicolons_are_text_where_commas_part_the_cells(tmp_path):
    path = tmp_path / "table.csv"
    path.write_text("a,b;c\n1,2;3\n", "utf-8")
    assert read_table(path).header == ("a", "b;c")


@pytest.mark.parametrize(
    ("content", "error", "message"),
    [
        (b"", UnreadableFile, "no table"),
        (b"a,b\n", UnreadableFile, "no table"),
        (b"a,\xff\n1,2\n", UnreadableFile, "not UTF-8"),
        (b"a,b,a\n1,2,3\n", InputError, "a column twice"),
    ],
)
def test_what_is_no_table_is_refused(tmp_path, content, error, message):
    path = tmp_path / "table.csv"
    path.write_bytes(content)
    with pytest.raises(error, match=message):
        read_table(path)
