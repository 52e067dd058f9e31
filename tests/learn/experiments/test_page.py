from __future__ import annotations

from dataclasses import replace

from PIL import Image

from paintreel.learn.experiments.page import (
    effect_text,
    figure_text,
    number_text,
    p_text,
    picture_columns,
    sources_text,
    verdict,
)
from paintreel.learn.experiments.statistics import Figure, PairedTest

SHOWN = PairedTest("m", "trials", "a", "b", 5, 1.0, 1e-5, 1e-4, 2.0)


def test_numbers_and_gaps():
    assert figure_text(Figure(1.0, 0.25, 3), 2) == "1.00 ± 0.25"
    assert number_text(1234.5, 1) == "1,234.5"
    assert (p_text(SHOWN), effect_text(SHOWN)) == ("<0.001", "+2.00")
    assert p_text(replace(SHOWN, p_holm=0.02)) == "0.020"
    assert [figure_text(None), number_text(None), p_text(None), effect_text(None)] == ["-"] * 4


def test_verdict_is_over_all_measures():
    weak, few = replace(SHOWN, p_holm=0.2), replace(SHOWN, p_holm=None)
    assert verdict([SHOWN, SHOWN]) == "shown"
    assert verdict([SHOWN, weak]) == "shown in part"
    assert verdict([weak]) == "not shown"
    assert verdict([few]) == verdict([]) == "too few trials"


def test_pictures_that_are_there(tmp_path):
    Image.new("RGB", (4, 4)).save(tmp_path / "a.jpg")
    columns = [("<a>", tmp_path / "a.jpg"), ("b", tmp_path / "b.jpg")]
    html = picture_columns(columns, width_px=64, text="first ones")
    assert html.count("data:image/jpeg") == 1
    assert "&lt;a&gt;" in html
    assert "first ones" in html
    assert picture_columns(columns[1:], width_px=64) == ""


def test_sources_are_escaped():
    source = {"command": "a <b>", "commit": None, "machine": "m", "device": "cpu"}
    assert sources_text([source]) == "<pre>a &lt;b&gt;\ncommit unknown; m, cpu</pre>"
