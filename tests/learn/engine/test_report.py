from __future__ import annotations

import math
import re

import cv2
import numpy as np
import pytest

from paintreel.jobs.reports import is_report
from paintreel.learn.engine.journal import Journal
from paintreel.learn.engine.report import write_report


@pytest.fixture
def journal(tmp_path):
    return Journal(tmp_path / "journal.jsonl", keep=False, speak=True)


def add_sheets(out, steps):
    (out / "samples").mkdir()
    for step in steps:
        sheet = np.full((8, 8, 3), step, np.uint8)
        assert cv2.imwrite(str(out / "samples" / f"{step:07d}.jpg"), sheet)


def points(page):
    return [
        [tuple(map(float, p.split(","))) for p in line.split()]
        for line in re.findall(r'points="([^"]*)"', page)
    ]


def test_curves_go_the_right_way(tmp_path, journal):
    for step, loss in enumerate([4.0, 3.0, 1.0], 1):
        journal.add(step, step / 3, 0.0, {"painted": loss})
    page = write_report(tmp_path, journal, caption="before, after").read_text("utf-8")
    ((first, middle, last),) = points(page)
    assert first == (0.0, 4.0)  # the highest loss is at the top, y downward
    assert last == (420.0, 146.0)
    assert middle[1] == pytest.approx(4 + 142 / 3, abs=0.1)
    assert "painted <b>1</b>" in page


def test_long_series_are_binned(tmp_path, journal):
    for step in range(2000):
        journal.rows.append({"step": step, "painted": float(step)})
    (curve,) = points(write_report(tmp_path, journal, caption="before, after").read_text("utf-8"))
    assert 200 <= len(curve) <= 300


@pytest.mark.parametrize(
    ("samples", "shown"), [(1, [0]), (2, [4, 0]), (3, [4, 3, 0]), (9, [4, 3, 2, 1, 0])]
)
def test_first_and_latest_samples_newest_on_top(tmp_path, journal, samples, shown):
    add_sheets(tmp_path, range(5))
    page = write_report(tmp_path, journal, caption="a < b", samples=samples).read_text("utf-8")
    assert "<h2>Samples: a &lt; b</h2>" in page
    assert [int(s) for s in re.findall(r"<h3>step (\d+)</h3>", page)] == shown
    assert page.count("data:image/jpeg;base64,") == len(shown)


def test_text_is_escaped_and_stays_text(tmp_path):
    out = tmp_path / "grün & <b>"
    journal = Journal(out / "journal.jsonl", keep=False, speak=True)
    journal.note("a < b")
    journal.add(1, 0.1, 0.0, {"<i>": 1.0})
    page = write_report(out, journal, caption="before, after").read_text("utf-8")
    assert "<h1>grün &amp; &lt;b&gt;</h1>" in page
    assert "<li>a &lt; b</li>" in page
    assert "&lt;i&gt;" in page


def test_values_that_are_not_finite_do_not_break_a_curve(tmp_path, journal):
    journal.measures += [{"step": s, "gini": v} for s, v in ((0, math.nan), (1, 0.5), (2, 0.7))]
    journal.measures += [{"step": 3, "edges": math.inf}]
    page = write_report(tmp_path, journal, caption="before, after").read_text("utf-8")
    (curve,) = points(page)
    assert len(curve) == 2
    assert "nan" not in page


def test_needs_nothing_from_the_net(tmp_path, journal):
    add_sheets(tmp_path, [0])
    journal.add(1, 0.1, 0.0, {"painted": 1.0})
    page = write_report(tmp_path, journal, caption="before, after").read_text("utf-8")
    assert not re.search(r"https?://|<script|<link", page)


def test_it_is_a_page_like_the_others(tmp_path, journal):
    """Of one style sheet, by day and by night; known as ours, so that the next may replace it."""
    journal.add(1, 0.1, 0.0, {"painted": 1.0})
    path = write_report(tmp_path, journal, caption="before, after")
    assert "prefers-color-scheme: dark" in path.read_text("utf-8")
    assert is_report(path)
