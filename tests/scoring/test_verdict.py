"""What is said of one run: requirements, the sentence, hints."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from paintreel.metrics.questions import PAINTING
from paintreel.score.report import score_report
from paintreel.score.results import run_lines, score_facts
from paintreel.score.score import score
from paintreel.scoring.options import ScoringOptions
from paintreel.scoring.verdict import (
    check_requirements,
    failing_words,
    open_words,
    remarks,
    run_verdict,
    suggestion,
)
from paintreel.stats.summary import Summary


@pytest.mark.parametrize(
    ("values", "outcome"),
    [
        ([0.1, 0.11, 0.12], "shown"),
        ([0.0, 0.0, 0.0], "missed"),
        ([0.0, 0.05, 0.1], "open"),
        ([0.03], "shown"),
        ([0.01], "missed"),
        ([], "missed"),
    ],
)
def test_a_requirement_is_shown_by_its_interval(values, outcome):
    columns = {"shape_correlation": [0.9] * 3, "contours_over_blur": [0.5] * 3, "gini_gain": values}
    shown = check_requirements(PAINTING, columns)
    assert [s.outcome for s in shown if s.requirement.measure == "gini_gain"] == [outcome]
    assert (failing_words(shown) is None) == (outcome != "missed")
    assert (open_words(shown) is not None) == (outcome == "open")


@pytest.fixture
def paintings(tmp_path, save_picture):
    """Folders of sources, of mean-shift paintings of them, and of blurs."""
    for i in range(6):
        rng = np.random.default_rng(i)
        soft = cv2.GaussianBlur(rng.random((128, 128, 3)), (0, 0), 6.0)
        soft = (soft - soft.min()) / np.ptp(soft) * 160 + 40
        cv2.circle(soft, (40 + 8 * i, 64), 28, (230, 60, 30), -1)
        photo = np.clip(soft + rng.normal(0, 6, soft.shape), 0, 255).astype(np.uint8)
        save_picture(tmp_path / "photos" / f"{i}.png", photo)
        painted = cv2.pyrMeanShiftFiltering(photo, 8, 30)
        save_picture(tmp_path / "painted" / f"{i}.png", painted)
        save_picture(tmp_path / "blurred" / f"{i}.png", cv2.GaussianBlur(photo, (0, 0), 2.0))
    return tmp_path


def test_paintings_and_what_is_none(paintings):
    options = ScoringOptions(question="painting", resamples=100)
    painted = run_verdict(score(paintings / "painted", paintings / "photos", options))
    assert painted.sentence.startswith("6 pictures: painted, and still of what the sources show.")
    assert "Gini gain" in painted.sentence
    assert painted.facts["met"]
    assert painted.details[0].startswith("6 of 6 are paintings")
    for other in ("blurred", "photos"):
        run = score(paintings / other, paintings / "photos", options)
        assert "6 pictures: not painted by these measures (" in run_verdict(run).sentence
        assert not run_verdict(run).facts["met"]


def test_the_verdict_comes_first_everywhere(paintings, read_page):
    options = ScoringOptions(question="painting", resamples=100)
    run = score(paintings / "painted", paintings / "photos", options)
    verdict = run_verdict(run)
    assert " ".join(run_lines(run)).startswith(verdict.sentence[:60])
    facts = score_facts(run)
    assert facts["verdict"]["for"] == "painting"
    assert facts["verdict"]["sentence"] == verdict.sentence
    html = score_report(run, title="t")
    read_page(html)
    assert html.index('class="verdict"') < html.index("<h2>")
    for heading in ("content kept", "abstraction", "colours (does not decide)", "required"):
        assert f'colspan="6">{heading}<' in html
    assert "How much more of the contrast lies on few contours" in html
    legend = "\n".join(run_lines(run))
    assert "gini_gain" in legend.split("\n\n")[-1]


def test_a_hint_at_paintings_where_nobody_asked(paintings):
    photos = paintings / "photos"
    plain = ScoringOptions(resamples=50)
    assert "--for painting" in suggestion([score(paintings / "painted", photos, plain)])
    assert suggestion([score(paintings / "blurred", photos, plain)]) is None
    named = ScoringOptions(metrics="psnr,gini_gain,contours_over_blur", resamples=50)
    assert suggestion([score(paintings / "painted", photos, named)]) is None
    asked = ScoringOptions(question="restoration", resamples=50)
    assert suggestion([score(paintings / "painted", photos, asked)]) is None


def test_restoration_and_measures_that_do_not_judge(noisy_folders):
    gen, ref = noisy_folders
    said = run_verdict(score(gen, ref, ScoringOptions(question="restoration"))).sentence
    assert said.startswith("4 pictures. Pixels: PSNR ")
    assert " dB (20 is poor, 40 is hard to see); structure: SSIM " in said
    plain = run_verdict(score(gen, None, ScoringOptions(metrics="gini_gradient"))).sentence
    assert plain.endswith("measures that describe and do not judge.")


def test_one_file_and_none(noisy_folders):
    gen, ref = noisy_folders
    options = ScoringOptions(question="painting")
    one = run_verdict(score(gen / "calm" / "0.png", ref / "calm" / "0.png", options))
    assert one.sentence.startswith("1 picture: not painted")
    assert "no interval and no test" in one.details[-1]
    (gen / "calm" / "0.png").write_bytes(b"")
    none = run_verdict(score(gen / "calm" / "0.png", ref / "calm" / "0.png", options))
    assert none.sentence == "Nothing could be scored."


def test_values_below_zero_are_explained_where_they_stand():
    below, above = Summary(-0.01, None, 9, (-0.02, 0.01)), Summary(0.01, None, 9, None)
    [line] = remarks({"kd_dske": [above, below], "psnr": [above]})
    assert line.startswith("kd_dske: ")
    assert "read a value below 0 as 0" in line
    assert remarks({"kd_dske": [above]}) == []
