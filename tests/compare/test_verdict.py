"""Which system is better at painting: styles on photographs, and what is no painting at all."""

from __future__ import annotations

import json
from collections.abc import Callable
from itertools import combinations
from pathlib import Path

import cv2
import numpy as np
import pytest

from paintreel.cli.main import main
from paintreel.compare.compare import Comparison, ScoredSystem, compare_systems
from paintreel.compare.comparison_plan import plan_comparison
from paintreel.compare.report import comparison_report
from paintreel.compare.results import comparison_lines
from paintreel.imaging.files import read_picture
from paintreel.scoring.options import ScoringOptions
from paintreel.scoring.score_run import score_plan
from paintreel.stylize.style import Style

STYLES = ("hereva", "watercolour", "ink")
Maker = Callable[[np.ndarray], np.ndarray]
NO_PAINTINGS: dict[str, Maker] = {
    "copy": lambda x: x,
    "blur": lambda x: cv2.GaussianBlur(x, (0, 0), 2.0),
    "grey": lambda x: np.full_like(x, 128),
    "posterised": lambda x: x // 64 * 64 + 32,
    "contrast": lambda x: np.clip((x.astype(float) - 128) * 1.8 + 128, 0, 255).astype(np.uint8),
    "desaturated": lambda x: np.repeat(cv2.cvtColor(x, cv2.COLOR_RGB2GRAY)[..., None], 3, 2),
    "noise": lambda x: np.clip(x + np.random.default_rng(0).normal(0, 12, x.shape), 0, 255).astype(
        np.uint8
    ),
    "turned": lambda x: np.ascontiguousarray(STYLED["hereva"](x)[::-1, ::-1]),
}
STYLED: dict[str, Maker] = {}


@pytest.fixture(scope="module")
def systems(tmp_path_factory, examples) -> Path:
    """The example photograph in nine pieces under `photos`, and a folder for each way with it."""
    folder = tmp_path_factory.mktemp("systems")
    STYLED.update((name, Style(name, threads=2).paint) for name in STYLES)
    photo = read_picture(examples / "photo.jpg").pixels
    height, width = (side // 3 for side in photo.shape[:2])
    for i in range(9):
        top, left = i // 3 * height, i % 3 * width
        piece = np.ascontiguousarray(photo[top : top + height, left : left + width])
        for name, make in {"photos": lambda x: x, **NO_PAINTINGS, **STYLED}.items():
            (folder / name).mkdir(exist_ok=True)
            made = np.ascontiguousarray(make(piece)[..., ::-1])
            assert cv2.imwrite(str(folder / name / f"{i}.png"), made)
    return folder


def compared(folder: Path, *names: str, **options) -> Comparison:
    options = {"question": "painting", "resamples": 200, **options}
    plans = plan_comparison(
        [folder / name for name in names], folder / "photos", ScoringOptions(**options)
    )
    return compare_systems(
        [ScoredSystem(p.name, {k: score_plan(v) for k, v in p.runs.items()}) for p in plans],
        resamples=200,
    )


@pytest.mark.parametrize("other", [*NO_PAINTINGS])
def test_a_style_is_the_better_painting_than_what_is_none(systems, other):
    verdict = compared(systems, other, "hereva").verdict
    assert verdict.facts["best"] == "hereva"
    assert verdict.facts["met"] == {other: False, "hereva": True}
    reason = "no picture of its source" if other in ("grey", "turned") else "not painted"
    assert verdict.sentence.startswith(
        f"'hereva' is the better painting, since '{other}' is {reason}"
    )


def test_the_copy_used_to_win_and_wins_what_asks_for_sameness(systems):
    plain = compared(systems, "copy", "hereva", question=None)
    assert plain.verdict.facts["best"] is None
    assert "'copy' is nearer to the reference" in plain.verdict.sentence
    assert next(iter(plain.overall)) == "copy"
    restored = compared(systems, "copy", "hereva", question="restoration").verdict
    assert restored.sentence.startswith("'copy' is the better restoration: ")


def test_no_painting_is_not_made_better_by_being_alone_with_others(systems):
    verdict = compared(systems, "copy", "blur", "grey").verdict
    assert verdict.facts["best"] is None
    assert verdict.sentence.startswith("No system is an answer.")
    both = compared(systems, "copy", "blur").verdict
    assert both.sentence.startswith("Neither is the better painting: 'copy' is not painted")


def test_two_styles_are_told_apart_by_aspect(systems):
    found = compared(systems, "hereva", "watercolour", "copy")
    aspects = {(p["first"], p["second"]): p["aspects"] for p in found.verdict.facts["pairs"]}
    assert aspects["hereva", "watercolour"]["colour"]["better"] == "hereva"
    assert not aspects["hereva", "watercolour"]["colour"]["counts"]
    assert found.verdict.sentence.startswith(("No system", "'hereva' is", "'watercolour' is"))
    assert "'copy' is not painted by these measures." in found.verdict.sentence
    assert "paired tests at 5 % corrected for all" in found.verdict.sentence
    assert found.overall == {}  # no mean over measures that have no common unit
    assert found.ranks["gini_gain"]["copy"] == 3.0
    for side in aspects["hereva", "watercolour"].values():
        own = [c for c in found.contrasts if c.second == "watercolour"]
        winners = {c.winner for c in own if c.metric in side["measures"]}
        both = {"hereva", "watercolour"}
        assert winners == (both if side["outcome"] == "mixed" else {side["better"]})


def test_who_leads_is_who_beats_each_other(systems):
    """Not who is named in pairs that others win."""
    found = compared(systems, "hereva", "watercolour", "copy", question=None, metrics="ssim")
    assert found.verdict.sentence.startswith("'copy' is nearer to the reference than each other")


def test_what_is_not_significant_says_so(systems):
    same = compared(systems, "hereva", "ink", metrics="gini_gain").verdict
    assert "paired tests" in same.sentence
    twins = compared(systems, "copy", "photos", question="restoration").verdict
    assert "is the better" not in twins.sentence
    assert "no difference is shown in structure and perceptual distance" in twins.sentence


def test_one_picture_gives_no_test_and_no_winner_by_aspects(systems):
    one = [systems / name / "8.png" for name in ("hereva", "watercolour")]
    plans = plan_comparison(one, systems / "photos" / "8.png", ScoringOptions(question="painting"))
    runs = [ScoredSystem(p.name, {k: score_plan(v) for k, v in p.runs.items()}) for p in plans]
    verdict = compare_systems(runs).verdict
    assert verdict.facts["best"] is None
    assert "(1 picture: no test, which needs two at least.)" in verdict.sentence


def test_distance_to_art_is_tested_and_speaks(systems):
    found = compared(systems, "hereva", "ink", metrics="kd", art=systems / "watercolour")
    [test] = [c for c in found.contrasts if c.metric == "kd_dske"]
    means = found.summary["kd_dske"]
    assert test.n == 9
    assert test.t is None
    assert np.sign(test.difference) == np.sign(means["hereva"].mean - means["ink"].mean)
    assert test.ci95[0] <= test.difference <= test.ci95[1]
    assert 2 / 512 <= test.p_value <= 1.0
    assert "art" in found.verdict.facts["pairs"][0]["aspects"]
    assert list(found.summary).index("kd_dske") < list(found.summary).index("neutral_drift")
    again = compared(systems, "hereva", "ink", metrics="kd", art=systems / "watercolour")
    [twin] = [c for c in again.contrasts if c.metric == "kd_dske"]
    assert twin.p_value == test.p_value
    assert twin.ci95 == pytest.approx(test.ci95)


def test_terminal_page_and_json_open_with_the_verdict(systems, tmp_path, read_page, capsys):
    folders = [str(systems / name) for name in ("hereva", "copy")]
    words = ["--reference", str(systems / "photos"), "--for", "painting", "--resamples", "100"]
    out, report = tmp_path / "c.json", tmp_path / "c.html"
    assert main(["compare", *folders, *words, "--json", str(out), "--report", str(report)]) == 0
    facts = json.loads(out.read_text())
    sentence = facts["verdict"]["sentence"]
    assert next(iter(facts)) == "verdict"
    assert " ".join(capsys.readouterr().out.split()).startswith(sentence)
    html = report.read_text()
    read_page(html)
    assert html.index('class="verdict"') < html.index("<h2>")
    assert facts["measures"]["gini_gain"]["better"] == "higher"


def test_the_hint_names_some_where_others_are_none(systems, capsys):
    folders = [str(systems / name) for name in ("hereva", "copy")]
    assert main(["compare", *folders, "--reference", str(systems / "photos")]) == 0
    assert "note: some of these look like paintings" in capsys.readouterr().err


def test_bad_questions(systems, capsys):
    folders = [str(systems / name) for name in ("hereva", "copy")]
    assert main(["compare", *folders, "--for", "nonsense"]) == 2
    said = capsys.readouterr().err
    assert all(word in said for word in ("painting", "restoration", "scene", "did you mean"))


def test_every_pair_is_told(systems):
    names = ("hereva", "watercolour", "ink")
    found = compared(systems, *names)
    lines = "\n".join(comparison_lines(found))
    for first, second in combinations(names, 2):
        assert f"- '{first}' and '{second}':" in lines
    assert "does not decide" in comparison_report(found, title="t")
