"""The reports: whole, self-contained, safe against odd names."""

from __future__ import annotations

from paintreel.score.report import score_report
from paintreel.score.score import score
from paintreel.scoring.options import ScoringOptions


def test_the_page_of_a_run(noisy_folders, save_picture, make_picture, read_page):
    gen, ref = noisy_folders
    save_picture(gen / "<b>odd & name.png", make_picture(9))
    (gen / "calm" / "0.png").write_bytes(b"broken")
    run = score(gen, ref, ScoringOptions(metrics="psnr,image_loss,ms_ssim", resamples=100))
    html = score_report(run, title="gen <against> ref", by="folder")
    page = read_page(html)
    assert "<b>" not in html
    assert "gen &lt;against&gt; ref" in html
    assert page.links
    assert all(link.startswith("data:image/jpeg;base64,") for link in page.links)
    assert "http" not in html.replace("http-equiv", "")
    assert page.tags.count("svg") == 2
    for heading in (
        "Summary", "By group", "Distributions", "Worst and best", "Every file",
        "What could not be scored", "Without counterpart", "Notes", "Definitions", "Caveats",
    ):  # fmt: skip
        assert f"<h2>{heading}</h2>" in html
    assert "Peak signal-to-noise ratio in dB" in html  # the docstring
    worst = html.index("wild/3.png:", html.index("PSNR, dB: worst"))
    assert worst < html.index("PSNR, dB: best")


def test_the_page_of_a_run_without_reference_and_of_nothing_scored(noisy_folders, read_page):
    gen, _ = noisy_folders
    html = score_report(score(gen / "calm" / "0.png"), title="alone")
    assert "regions of the built-in segmentation" in html
    assert "the only one" in html
    (gen / "calm" / "0.png").write_bytes(b"")
    read_page(score_report(score(gen / "calm" / "0.png"), title="nothing"))


def test_the_page_of_clips(tmp_path, make_picture, add_noise, make_lossless_clip, read_page):
    for i in range(2):
        frames = [make_picture(i)] * 3
        make_lossless_clip(tmp_path / "ref" / f"{i}.mkv", frames)
        make_lossless_clip(
            tmp_path / "gen" / f"{i}.mkv", [add_noise(f, 5 + i, k) for k, f in enumerate(frames)]
        )
    run = score(tmp_path / "gen", tmp_path / "ref", ScoringOptions(metrics="psnr,flicker"))
    page = read_page(score_report(run, title="clips"))
    assert page.tags.count("img") == 8
