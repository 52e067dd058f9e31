"""A set of art beside the reference: what measures of sets compare with."""

from __future__ import annotations

import json

import pytest

from paintreel.cli.main import main
from paintreel.compare.comparison_plan import plan_comparison
from paintreel.errors import DataError, InputError
from paintreel.score.score import score
from paintreel.scoring.options import ScoringOptions


@pytest.fixture
def art(tmp_path, make_picture, save_picture):
    for i in range(5):
        save_picture(tmp_path / "art" / f"{i}.png", 255 - make_picture(20 + i))
    return tmp_path / "art"


def test_sets_are_compared_with_the_art_and_sources_too(noisy_folders, art):
    gen, ref = noisy_folders
    run = score(gen, ref, ScoringOptions(metrics="psnr,kd", art=art))
    of_set = score(gen, None, ScoringOptions(metrics="kd", art=art)).sets["kd_dske"]
    spread = of_set.ci95[1] - of_set.ci95[0]  # subsets are drawn anew
    assert run.sets["kd_dske"].mean == pytest.approx(of_set.mean, abs=spread)
    assert run.other.files == 5
    assert {o.vector.shape for o in run.outcomes} == {run.other.vectors.shape[1:]}
    assert run.sources["kd_dske"].n == 4
    against_ref = score(gen, ref, ScoringOptions(metrics="kd"))
    assert against_ref.other.files == 4
    assert against_ref.sources == {}
    assert len(run.column("psnr")) == 4


def test_statistics_stand_for_art(noisy_folders, art, tmp_path, capsys):
    gen, ref = noisy_folders
    stored = tmp_path / "art.npz"
    assert (
        main(["score", str(art), "--metrics", "gini_gradient", "--save-statistics", str(stored)])
        == 0
    )
    words = ["score", str(gen), "--reference", str(ref), "--metrics", "kd", "--json", "-", "--art"]
    capsys.readouterr()
    assert main([*words, str(stored)]) == 0
    by_file = json.loads(capsys.readouterr().out)
    assert main([*words, str(art)]) == 0
    by_folder = json.loads(capsys.readouterr().out)
    kd, other = (facts["summary"]["kd_dske"] for facts in (by_file, by_folder))
    assert kd["ci95"][0] <= other["mean"] <= kd["ci95"][1]
    assert by_folder["settings"]["art"] == str(art)
    assert "kd_dske" in by_folder["sources"]


def test_a_comparison_reads_the_art_once(noisy_folders, art, tmp_path, make_picture, save_picture):
    gen, ref = noisy_folders
    for i, group in enumerate(("calm", "calm", "wild", "wild")):
        save_picture(tmp_path / "other" / group / f"{i}.png", make_picture(i) // 2)
    options = ScoringOptions(metrics="kd", art=art)
    plans = [p.runs[""] for p in plan_comparison([gen, tmp_path / "other"], ref, options)]
    sides = [[job.side for job in plan.jobs].count("art") for plan in plans]
    assert sides == [5, 0]
    assert plans[0].art is plans[1].art


def test_too_few_pictures_for_a_frechet_distance_that_a_question_brings(noisy_folders, art):
    gen, ref = noisy_folders
    options = {"question": "painting", "art": art}
    run = score(gen, ref, ScoringOptions(**options))
    assert "kd_dske" in run.sets
    assert "fd_dske" not in run.undefined  # kd answers the same, without a note on every run
    assert "fd_dske" in score(gen, ref, ScoringOptions(**options, allow_biased=True)).sets
    with pytest.raises(InputError, match=r"5 art|4 scored"):
        score(gen, ref, ScoringOptions(**options, metrics="fd"))


def test_art_that_is_none(noisy_folders, art, tmp_path):
    gen, ref = noisy_folders
    with pytest.raises(InputError, match="holds what is scored"):
        score(gen, ref, ScoringOptions(metrics="kd", art=gen))
    with pytest.raises(InputError, match="one picture"):
        score(gen, ref, ScoringOptions(metrics="kd", art=art / "0.png"))
    (tmp_path / "empty").mkdir()
    with pytest.raises(DataError):
        score(gen, ref, ScoringOptions(metrics="kd", art=tmp_path / "empty"))
