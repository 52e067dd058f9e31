from __future__ import annotations

from xml.etree import ElementTree

import pytest

from paintreel.errors import OutputError
from paintreel.scoring.charts import histogram, strips
from paintreel.scoring.report_parts import write_report


@pytest.mark.parametrize("values", [[1.0, 1.0], [0.0, 1e9], [0.1 * i for i in range(500)]])
def test_charts_are_well_formed(values):
    chart = ElementTree.fromstring(histogram(values, label="a < b", mean=sum(values) / len(values)))
    counts = [int(t.text.rsplit(" ", 1)[1]) for t in chart.iter("title")]
    assert sum(counts) == len(values)
    lanes = ElementTree.fromstring(strips({"<one>": values, "two": values}, label="x"))
    assert 0 < len(list(lanes.iter("circle"))) <= 2 * 400
    for circle in lanes.iter("circle"):
        assert 0.0 <= float(circle.get("cx")) <= 300.0


def test_a_report_replaces_an_earlier_one_and_no_folder(tmp_path):
    write_report(tmp_path / "r.html", "one")
    write_report(tmp_path / "r.html", "two")
    assert (tmp_path / "r.html").read_text() == "two"
    with pytest.raises(OutputError):
        write_report(tmp_path, "three")
