from __future__ import annotations

import re
from html import unescape

import pytest

from paintreel.learn.experiments.page import table_of_tests
from paintreel.learn.experiments.scene.paper import TABLES
from paintreel.learn.experiments.scene.tables import (
    ablation_table,
    all_tests,
    cost_table,
    costs_of,
    levels_table,
    paper_table,
    statements_table,
)


def cells(html: str, first: str) -> list[str]:
    """Texts of the first row that begins with `first`, after that."""
    row, *_others = re.findall(rf"<tr><td>{re.escape(first)}</td>(.*?)</tr>", html)
    return [unescape(cell) for cell in re.findall(r"<td>(.*?)</td>", row)]


def scored(*values: float) -> list[dict[str, list[float]]]:
    """A dict a trial, the same on three crops but for a little."""
    return [
        {"psnr": [v, v + 1, v + 2], "ssim": [v / 50] * 3, "scene_coherence": [v / 50] * 3}
        for v in values
    ]


@pytest.fixture
def results(make_results):
    return make_results(
        mffcn=scored(30, 31, 30.5, 30.2),
        cdlm=scored(29, 29.9, 29.5, 29.3),
        single_scale=scored(30.1, 31, 30.4, 30.2),
        rough=scored(25),
        truth=[{"scene_coherence": [0.55] * 3}],
    )


def test_levels(results):
    html = levels_table(results)
    ssim, psnr = ["0.609", "0.609 ± 0.009", "0.609"], ["31.43", "31.43 ± 0.43", "31.43"]
    assert cells(html, "MFFCN") == ssim + psnr
    assert "ssim coarse" in html
    assert "the painting" not in html


def test_paper_table(results):
    html = paper_table(results, TABLES[0])
    test = results.tests(results.system_claims(), ["scene_coherence"], "trials")[0]
    row = cells(html, "CDLM")
    assert row[:2] == ["0.66", "0.588 ± 0.008"]
    p = "<0.001" if test.p_holm < 0.001 else f"{test.p_holm:.3f}"
    assert row[2:5] == [f"{test.gain:+.3f}", p, f"{test.d_z:+.2f}"]
    assert row[5] == "0.588"
    assert row[7] == "-"  # no crop of an interior
    assert cells(html, "MFFCN")[2:5] == ["-", "-", "-"]
    assert "The order is the paper" in html
    assert "fantasy forest" in html


def test_paper_table_says_where_the_order_differs(make_results):
    html = paper_table(
        make_results(mffcn=scored(20), cdlm=scored(30), truth=[{"scene_coherence": [0.5] * 3}]),
        TABLES[0],
    )
    assert "CDLM &gt; MFFCN, not the paper" in html
    assert "CDLM is above the paintings themselves (0.500)" in html
    assert "same block-in" not in html  # further apart than the paper's 0.80 and 0.66


def test_paper_table_names_the_block_in_where_systems_are_close(make_results):
    html = paper_table(make_results(mffcn=scored(20), cdlm=scored(22)), TABLES[0])
    assert "they lie closer together than the paper" in html
    alone = paper_table(make_results(grbm=scored(30), mffcn=scored(20)), TABLES[0])
    assert "same block-in" not in alone


def test_statements_without_a_reason_name_none(make_results):
    html = statements_table(make_results(mffcn=scored(30)))
    assert cells(html, "PSNR of MFFCN")[-1] == "no"
    assert "What may be behind" not in html


def test_statements(results):
    for record in results.records["mffcn"].values():
        record["train_s"] = 240.0
    html = statements_table(results)
    assert cells(html, "PSNR of MFFCN") == ["34.5 dB", "31.4 dB", "no"]
    assert "What may be behind" in html
    assert "GRBM" not in html


def test_ablation(results):
    html = ablation_table(results)
    assert "single-scale CNN" in html
    assert cells(html, "all parts together help")[-1] == "not shown"
    assert "CDLM" not in html


def test_ablation_that_is_shown(make_results):
    html = ablation_table(
        make_results(
            mffcn=scored(*(30 + t * 0.1 for t in range(6))),
            single_scale=scored(*(20 + t * 0.11 for t in range(6))),
        )
    )
    assert cells(html, "all parts together help")[-1] == "shown"
    one = make_results(mffcn=scored(30), single_scale=scored(20))
    assert cells(ablation_table(one), "all parts together help")[-1] == "too few trials"


def test_no_ablation_no_table(make_results):
    assert ablation_table(make_results(mffcn=scored(30), cdlm=scored(20))) == ""


def test_costs(results):
    known = {"mffcn": {"gflops": 6.88, "peak_memory_mb": 44.9, "parameters": 2316538}}
    assert costs_of(results, known, "mffcn")["paint_s"] == 0.25
    html = cost_table(results, known)
    assert cells(html, "MFFCN")[:4] == ["0.2500", "2,316,538", "6.88", "44.9"]
    assert cells(html, "CDLM")[2] == "-"
    assert "the painting" not in html


def test_all_tests(results):
    tests = all_tests(results)
    assert {t.unit for t in tests} == {"trials", "pictures"}
    assert {(t.first, t.second) for t in tests} == {
        ("mffcn", "cdlm"), ("mffcn", "rough"), ("mffcn", "single_scale")
    }  # fmt: skip
    assert table_of_tests(tests).count("<tr>") == len(tests) + 1
