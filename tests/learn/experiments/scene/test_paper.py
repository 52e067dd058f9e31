"""The paper's figures are those of its text."""

from __future__ import annotations

import re

import pytest

from paintreel.learn.experiments.scene.conditions import CONDITIONS
from paintreel.learn.experiments.scene.paper import FIGURES, SCENES, STATEMENTS, TABLES
from paintreel.learn.experiments.scene.scoring import MEASURES, SETS


@pytest.mark.parametrize("table", TABLES, ids=lambda t: t.title)
def test_tables(table):
    assert table.measure in MEASURES
    assert {len(cells) for cells in table.cells.values()} == {len(SCENES)}
    assert table.cells.keys() <= CONDITIONS.keys()
    best = table.mean("mffcn")
    assert all(0 < table.mean(c) <= best < 1 for c in table.cells)
    assert table.mean("pix2pixhd") is None


def test_cells_are_in_the_paper(shared_data):
    """Every cell of ours is among the numbers of the paper's text."""
    papers = [path.read_text("utf-8") for path in (shared_data.parent / "seeds").glob("*.txt")]
    text = next((paper for paper in papers if "MFFCN-GAN" in paper), None)
    if text is None:
        pytest.skip("the paper is not at hand")
    numbers = {float(n) for n in re.findall(r"\d+\.\d+", text)}
    for table in TABLES:
        assert {value for row in table.cells.values() for value in row} <= numbers


def test_figures():
    assert [f.number for f in FIGURES] == [5, 6, 7, 8, 9, 10]
    assert {f.measure for f in FIGURES} <= {*MEASURES, *SETS}


def psnr(*rows: float) -> list[dict[str, list[float]]]:
    return [{"psnr": [v] * 3, "ssim": [v / 40] * 3, "perceptual": [v / 100] * 3} for v in rows]


def test_statements_compare_what_is_there(make_results):
    results = make_results(mffcn=psnr(36), grbm=psnr(12), attention=psnr(30), multi_scale=psnr(40))
    found = {s.text: s.ours(results) for s in STATEMENTS}
    assert found["SSIM of MFFCN above GRBM's"] == ("+200%", True)
    assert found["PSNR of MFFCN above GRBM's"] == ("12.0 dB to 36.0 dB", True)
    assert found["PSNR of MFFCN"] == ("36 dB", True)
    assert found["SSIM, without attention to with it"] == ("1.000 to 0.750", False)
    assert found["Perceptual distance with attention"] == ("-25%", True)
    assert found["PSNR, single-scale to MFFCN"] is None
    weak = {s.text: s.ours(make_results(mffcn=psnr(20), grbm=psnr(19))) for s in STATEMENTS}
    assert not weak["PSNR of MFFCN"][1]
    assert not weak["SSIM of MFFCN above GRBM's"][1]
    assert all(s.why.strip() for s in STATEMENTS)
