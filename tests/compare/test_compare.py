from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from paintreel.compare.compare import ScoredSystem, compare, compare_systems
from paintreel.compare.comparison_plan import plan_comparison
from paintreel.errors import DataError, InputError
from paintreel.scoring.options import ScoringOptions
from paintreel.scoring.score_run import score_plan

QUICK = ScoringOptions(metrics="psnr,image_loss,gini_gradient", resamples=200)


@pytest.fixture
def systems(tmp_path, make_picture, add_noise, save_picture):
    """Folders fine, same and bad (and their reference): equal noise in the first two."""
    for i in range(6):
        save_picture(tmp_path / "ref" / f"{i}.png", make_picture(i, 24, 24))
        for seed, (name, sd) in enumerate((("fine", 4.0), ("same", 4.0), ("bad", 12.0))):
            save_picture(
                tmp_path / name / f"{i}.png", add_noise(make_picture(i, 24, 24), sd, 10 * i + seed)
            )
    return [tmp_path / name for name in ("fine", "same", "bad")], tmp_path / "ref"


def carry_out(plans):
    return [
        ScoredSystem(p.name, {t: score_plan(each) for t, each in p.runs.items()}) for p in plans
    ]


def test_tests_are_those_of_scipy_and_ranks_follow_the_direction(systems):
    folders, ref = systems
    scored = carry_out(plan_comparison(folders, ref, QUICK))
    found = compare_systems(scored, resamples=200)
    assert found.unit == "picture"
    columns = [next(iter(s.runs.values())).column("psnr") for s in scored]
    contrast = next(c for c in found.contrasts if (c.metric, c.second) == ("psnr", "bad"))
    expected = stats.ttest_rel(columns[0], columns[2])
    assert contrast.t == pytest.approx(expected.statistic)
    assert contrast.p_value == pytest.approx(expected.pvalue)
    difference = np.subtract(columns[0], columns[2])
    assert contrast.d_z == pytest.approx(difference.mean() / difference.std(ddof=1))
    assert contrast.ci95[0] < contrast.difference < contrast.ci95[1]
    assert len(found.contrasts) == 9
    smallest = min(c.p_value for c in found.contrasts)
    assert min(c.p_holm for c in found.contrasts) == pytest.approx(min(1, 9 * smallest))
    assert contrast.winner == "fine"
    loss = next(c for c in found.contrasts if (c.metric, c.second) == ("image_loss", "bad"))
    assert loss.difference < 0
    assert loss.winner == "fine"
    assert found.ranks["psnr"]["bad"] == found.ranks["image_loss"]["bad"] == 3.0
    assert "gini_gradient" not in found.ranks  # neither direction is better
    assert list(found.overall)[-1] == "bad"


def test_no_winner_where_there_is_no_direction_or_no_difference(systems):
    folders, ref = systems
    found = compare_systems(carry_out(plan_comparison(folders, ref, QUICK)), resamples=200)
    for contrast in found.contrasts:
        if contrast.metric == "gini_gradient" or {contrast.first, contrast.second} == {
            "fine",
            "same",
        }:
            assert contrast.winner is None


def test_only_what_all_systems_have_counts(systems):
    folders, ref = systems
    (folders[0] / "0.png").unlink()
    (folders[1] / "1.png").write_bytes(b"broken")
    found = compare_systems(carry_out(plan_comparison(folders, ref, QUICK)), resamples=200)
    assert found.left_out == ["0", "1"]
    assert {s.n for s in found.summary["psnr"].values()} == {4}


def test_trials_are_the_units(tmp_path, make_picture, add_noise, save_picture):
    for i in range(2):
        save_picture(tmp_path / "ref" / f"{i}.png", make_picture(i, 24, 24))
        for name, sd in (("a", 4.0), ("b", 9.0)):
            for trial in range(3):
                noisy = add_noise(make_picture(i, 24, 24), sd, 7 * trial + i)
                save_picture(tmp_path / name / f"t{trial}" / f"{i}.png", noisy)
    (tmp_path / "b" / "t2" / "1.png").unlink()
    plans = plan_comparison([tmp_path / "a", tmp_path / "b"], tmp_path / "ref", QUICK, trials=True)
    scored = carry_out(plans)
    found = compare_systems(scored, resamples=200)
    assert found.unit == "trial"
    contrast = found.contrasts[0]
    assert (contrast.n, contrast.df) == (3, 2)
    runs = scored[0].runs
    means = [np.mean(runs[t].column("psnr")) for t in ("t0", "t1")]
    means.append(runs["t2"].column("psnr")[0])  # b has no 1.png there
    assert found.summary["psnr"]["a"].mean == pytest.approx(np.mean(means))


def test_flat_folders_are_trials_by_picture_and_mixtures_an_error(
    systems, save_picture, make_picture
):
    folders, ref = systems
    plans = plan_comparison(folders, ref, QUICK, trials=True)
    assert [list(p.runs) for p in plans] == [[""]] * 3
    save_picture(folders[0] / "trial" / "0.png", make_picture(0))
    with pytest.raises(InputError, match="has no subfolders and the others have"):
        plan_comparison(folders, ref, QUICK, trials=True)


def test_sets_are_ranked_and_not_tested(tmp_path, make_picture, add_noise, save_picture):
    for i in range(2):
        save_picture(tmp_path / "ref" / f"{i}.png", make_picture(i, 64, 64))
        save_picture(tmp_path / "a" / f"{i}.png", add_noise(make_picture(i, 64, 64), 3.0, i))
        save_picture(tmp_path / "b" / f"{i}.png", add_noise(make_picture(i, 64, 64), 20.0, i))
    options = ScoringOptions(metrics="radial_spectrum_distance,psnr", resamples=100)
    plans = plan_comparison([tmp_path / "b", tmp_path / "a"], tmp_path / "ref", options)
    found = compare_systems(carry_out(plans), resamples=100)
    assert found.ranks["radial_spectrum_distance"] == {"b": 2.0, "a": 1.0}
    assert {c.metric for c in found.contrasts} == {"psnr"}


def test_one_picture_gives_no_test(systems, tmp_path):
    folders, ref = systems
    plans = plan_comparison([f / "0.png" for f in folders[:2]], ref / "0.png", QUICK)
    assert len({p.name for p in plans}) == 2
    found = compare_systems(carry_out(plans), resamples=50)
    assert [c.p_value for c in found.contrasts] == [None] * 3
    assert any("at least two" in note for note in found.notes)
    found.as_dict()


def test_identical_systems(systems):
    folders, ref = systems
    scored = carry_out(plan_comparison(folders[:2], ref, ScoringOptions(metrics="image_loss")))
    twin = [scored[0], ScoredSystem("twin", scored[0].runs)]
    [contrast] = compare_systems(twin, resamples=50).contrasts
    assert (contrast.t, contrast.p_holm, contrast.d_z, contrast.winner) == (0.0, 1.0, 0.0, None)


def test_bad_comparisons(systems, tmp_path, save_picture, make_picture):
    folders, ref = systems
    with pytest.raises(InputError, match="at least two systems"):
        plan_comparison(folders[:1], ref, QUICK)
    with pytest.raises(InputError, match="given twice"):
        plan_comparison([folders[0], folders[0]], ref, QUICK)
    save_picture(tmp_path / "odd" / "only.png", make_picture(0))
    save_picture(ref / "only.png", make_picture(0))
    scored = carry_out(plan_comparison([folders[0], tmp_path / "odd"], ref, QUICK))
    with pytest.raises(DataError, match="in common"):
        compare_systems(scored)


def test_one_call_scores_and_compares(systems):
    folders, ref = systems
    in_steps = compare_systems(carry_out(plan_comparison(folders, ref, QUICK)), resamples=200)
    assert compare(folders, ref, QUICK).as_dict() == in_steps.as_dict()


def test_single_files_are_one_unit_whatever_their_names(systems, tmp_path):
    folders, ref = systems
    one, other = tmp_path / "mine.png", tmp_path / "theirs.png"
    one.write_bytes((folders[0] / "2.png").read_bytes())
    other.write_bytes((folders[2] / "2.png").read_bytes())
    found = compare([one, other], ref / "2.png", QUICK)
    assert [c.n for c in found.contrasts] == [1, 1, 1]
    assert found.summary["psnr"]["mine.png"].mean > found.summary["psnr"]["theirs.png"].mean
    with pytest.raises(DataError, match="in common"):
        compare([one, other], None, ScoringOptions(metrics="gini_gradient"))
