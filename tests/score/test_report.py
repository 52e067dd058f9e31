"""The reports: whole, self-contained, safe against odd names."""

from __future__ import annotations

from html.parser import HTMLParser
from xml.etree import ElementTree

import pytest

from paintreel.compare.compare import System, compare_systems, plan_comparison
from paintreel.errors import OutputError
from paintreel.score.report import comparison_report, score_report, write_report
from paintreel.scoring.charts import histogram, strips
from paintreel.scoring.runner import Options, score, score_plan

VOID = {"meta", "img", "br"}


class Reader(HTMLParser):
    """Checks that tags nest, and collects what the page refers to."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: list[str] = []
        self.links: list[str] = []
        self.feed(text)
        assert self.open == []

    def handle_starttag(self, tag, attributes):
        self.tags.append(tag)
        self.links += [v for k, v in attributes if k in ("src", "href", "srcset", "data")]
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attributes):
        self.tags.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag


def test_the_page_of_a_run(folders, save, scene):
    gen, ref = folders
    save(gen / "<b>odd & name.png", scene(9))
    (gen / "calm" / "0.png").write_bytes(b"broken")
    run = score(gen, ref, Options(metrics="psnr,image_loss,ms_ssim", resamples=100))
    html = score_report(run, title="gen <against> ref", by="folder")
    page = Reader(html)
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


def test_the_page_of_a_run_without_reference_and_of_nothing_scored(folders):
    gen, _ = folders
    html = score_report(score(gen / "calm" / "0.png"), title="alone")
    assert "regions of the built-in segmentation" in html
    assert "the only one" in html
    (gen / "calm" / "0.png").write_bytes(b"")
    Reader(score_report(score(gen / "calm" / "0.png"), title="nothing"))


def test_the_page_of_clips(tmp_path, scene, spoil, make_clip):
    for i in range(2):
        frames = [scene(i)] * 3
        make_clip(tmp_path / "ref" / f"{i}.mkv", frames)
        make_clip(tmp_path / "gen" / f"{i}.mkv", [spoil(f, 5 + i, k) for k, f in enumerate(frames)])
    run = score(tmp_path / "gen", tmp_path / "ref", Options(metrics="psnr,flicker"))
    page = Reader(score_report(run, title="clips"))
    assert page.tags.count("img") == 8


def test_the_page_of_a_comparison(folders, tmp_path, scene, spoil, save):
    gen, ref = folders
    for i, group in enumerate(("calm", "calm", "wild", "wild")):
        save(tmp_path / "bad" / group / f"{i}.png", spoil(scene(i), 30.0, i))
    options = Options(metrics="psnr,texture_residual", resamples=100)
    plans = plan_comparison([gen, tmp_path / "bad"], ref, options)
    systems = [System(p.name, {k: score_plan(v) for k, v in p.runs.items()}) for p in plans]
    found = compare_systems(systems, resamples=100)
    html = comparison_report(found, systems, title="gen against bad")
    page = Reader(html)
    assert page.tags.count("img") == 6  # two pictures: both systems and the reference
    assert page.tags.count("svg") == 2
    assert "rank 1" in html
    assert "p (Holm)" in html


@pytest.mark.parametrize("values", [[1.0, 1.0], [0.0, 1e9], [0.1 * i for i in range(500)]])
def test_charts_are_well_formed(values):
    chart = ElementTree.fromstring(histogram(values, label="a < b", mean=sum(values) / len(values)))
    counts = [int(t.text.rsplit(" ", 1)[1]) for t in chart.iter("title")]
    assert sum(counts) == len(values)
    lanes = ElementTree.fromstring(strips({"<one>": values, "two": values}, label="x"))
    assert 0 < len(list(lanes.iter("circle"))) <= 2 * 400
    for circle in lanes.iter("circle"):
        assert 0.0 <= float(circle.get("cx")) <= 300.0


def test_a_report_replaces_an_earlier_one_and_no_folder(tmp_path):
    write_report(tmp_path / "r.html", "one")
    write_report(tmp_path / "r.html", "two")
    assert (tmp_path / "r.html").read_text() == "two"
    with pytest.raises(OutputError):
        write_report(tmp_path, "three")
