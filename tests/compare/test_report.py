from __future__ import annotations

from paintreel.compare.compare import ScoredSystem, compare_systems
from paintreel.compare.comparison_plan import plan_comparison
from paintreel.compare.report import comparison_report
from paintreel.scoring.options import ScoringOptions
from paintreel.scoring.score_run import score_plan


def test_the_page_of_a_comparison(
    noisy_folders, tmp_path, make_picture, add_noise, save_picture, read_page
):
    gen, ref = noisy_folders
    for i, group in enumerate(("calm", "calm", "wild", "wild")):
        save_picture(tmp_path / "bad" / group / f"{i}.png", add_noise(make_picture(i), 30.0, i))
    options = ScoringOptions(metrics="psnr,texture_residual", resamples=100)
    plans = plan_comparison([gen, tmp_path / "bad"], ref, options)
    systems = [ScoredSystem(p.name, {k: score_plan(v) for k, v in p.runs.items()}) for p in plans]
    found = compare_systems(systems, resamples=100)
    html = comparison_report(found, title="gen against bad")
    page = read_page(html)
    assert page.tags.count("img") == 6  # two pictures: both systems and the reference
    assert page.tags.count("svg") == 2
    assert "rank 1" in html
    assert "p (Holm)" in html
