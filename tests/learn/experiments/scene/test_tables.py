from __future__ import annotations

import re
from html import unescape

import pytest

from paintreel.learn.experiments.page import table_of_tests
from paintreel.learn.experiments.scene.more_tables import (
    anew_table,
    development_table,
    distance_table,
    table_1,
    weak_scenes_table,
)
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
    assert cells(html, "MFFCN") == ["4", *ssim, *psnr]
    assert cells(html, "the block-in itself")[0] == "1"
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


def test_one_training_is_a_look(make_results):
    one = make_results(mffcn=scored(30, 31), single_scale=scored(20))
    assert cells(ablation_table(one), "single-scale CNN")[-1] == "1 (a look)"
    assert cells(ablation_table(one), "MFFCN")[-1] == "2"


def test_networks_twice_on_equal_terms(make_results):
    """All onto the block-in, then all anew; claims are of those anew alone."""
    html = anew_table(
        make_results(
            mffcn=scored(30, 31),
            cdlm=scored(29, 30),
            mffcn_anew=scored(20, 21),
            cdlm_anew=scored(18, 19),
        )
    )
    titles = re.findall(r"<tr><td>([^<]*)</td>", html)
    assert titles[:4] == ["MFFCN", "CDLM", "MFFCN, all anew", "CDLM, all anew"]
    assert "MFFCN, all anew, is better than CDLM, all anew" in html
    assert anew_table(make_results(mffcn=scored(30))) == ""


def test_distance_of_sets(make_results):
    results = make_results(mffcn=scored(30, 31), cdlm=scored(29, 30), truth=[{}])
    assert distance_table(results) == ""
    for name, values in {"mffcn": [5.0, 7.0], "cdlm": [9.0, 10.0], "truth": [2.5]}.items():
        for trial, value in enumerate(values):
            results.records[name][trial]["frechet"] = value
    html = distance_table(results)
    assert cells(html, "MFFCN")[:2] == ["6.00 ± 1.41", "2"]
    assert cells(html, "CDLM")[2] == "+3.50"  # lower is nearer
    assert cells(html, "the painting")[:2] == ["2.50", "1"]


def test_weak_scenes(make_results):
    """Crops a, b, c: a night, a bare one, another."""
    results = make_results(
        mffcn=[{"ssim": [0.5, 0.6, 0.9], "psnr": [20, 21, 30]}],
        rough=[{"ssim": [0.4, 0.7, 0.8], "psnr": [19, 20, 25]}],
        truth=[{"scene_complexity": [0.9, 0.1, 0.8]}],
    )
    results.labels = {"a.png": "night_sky", "b.png": "water", "c.png": "water"}
    html = weak_scenes_table(results)
    assert cells(html, "night") == ["1", "0.500", "+0.100", "20.00", "+1.00"]
    bare = cells(html, "bare (a quarter, by complexity of the painting)")
    assert bare[:3] == ["1", "0.600", "-0.100"]
    assert cells(html, "all others") == ["1", "0.900", "+0.100", "30.00", "+5.00"]


def test_choices_are_made_by_other_crops(make_results):
    results = make_results(mffcn=scored(30), cdlm=scored(29))
    assert development_table(results) == ""
    results.records["mffcn"][0]["development"] = {"psnr": [22.0, 24.0], "ssim": [0.5, 0.7]}
    assert cells(development_table(results), "MFFCN")[:2] == ["0.600", "23.00"]


def test_kinds_of_methods(results):
    assert cells(table_1(results), "early CNN")[:3] == ["0.50 to 0.60", "24 to 26", "CDLM"]


def test_no_ablation_no_table(make_results):
    assert ablation_table(make_results(mffcn=scored(30), cdlm=scored(20))) == ""


def test_costs(results):
    known = {
        "mffcn": {
            "gflops": 6.88,
            "peak_memory_mb": 44.9,
            "parameters": 2316538,
            "paint_cpu_s": 0.031,
        }
    }
    assert costs_of(results, known, "mffcn")["paint_s"] == 0.25
    html = cost_table(results, known)
    assert cells(html, "MFFCN")[:4] == ["0.0310", "2,316,538", "6.88", "44.9"]
    assert cells(html, "CDLM")[2] == "-"
    assert "the painting" not in html


def test_all_tests(results):
    tests = all_tests(results)
    assert {t.unit for t in tests} == {"trials", "pictures"}
    assert {(t.first, t.second) for t in tests} == {
        ("mffcn", "cdlm"), ("mffcn", "rough"), ("mffcn", "single_scale")
    }  # fmt: skip
    assert table_of_tests(tests).count("<tr>") == len(tests) + 1
