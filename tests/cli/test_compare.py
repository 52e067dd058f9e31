from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from paintreel.cli.main import main
from paintreel.imaging.files import Picture, write_picture


@pytest.fixture
def systems(tmp_path: Path) -> list[str]:
    """ref, and three systems that are ever further from it."""
    rng = np.random.default_rng(0)
    for i in range(5):
        pixels = rng.integers(0, 150, (16, 16, 3), np.uint8)
        write_picture(tmp_path / "ref" / f"{i}.png", Picture(pixels))
        for name, shift in (("good", 3), ("fair", 9), ("poor", 30)):
            moved = pixels + rng.integers(shift, shift + 5, pixels.shape, np.uint8)
            write_picture(tmp_path / name / f"{i}.png", Picture(moved))
    return [str(tmp_path / name) for name in ("ref", "good", "fair", "poor")]


def test_ranks_tests_json_and_report(systems, tmp_path, capsys):
    ref, *others = systems
    out, report = tmp_path / "c.json", tmp_path / "c.html"
    arguments = ["--reference", ref, "--trials", "--metrics", "psnr,image_loss"]
    code = main(["compare", *others, *arguments, "--json", str(out), "--report", str(report)])
    assert code == 0
    printed = capsys.readouterr()
    assert "mean rank" in printed.out
    assert "psnr: good - poor" in printed.out
    facts = json.loads(out.read_text())
    assert facts["systems"] == ["good", "fair", "poor"]
    assert facts["ranks"]["psnr"] == {"good": 1.0, "fair": 2.0, "poor": 3.0}
    assert len(facts["contrasts"]) == 6
    assert {c["winner"] for c in facts["contrasts"]} == {"good", "fair"}
    assert all(c["p_value"] <= c["p_holm"] for c in facts["contrasts"])
    assert report.read_text().startswith("<!doctype html>")


def test_a_failure_gives_one_and_names_the_system(systems, capsys):
    ref, good, fair, _ = systems
    Path(fair, "0.png").write_bytes(b"")
    assert main(["compare", good, fair, "--reference", ref, "--metrics", "psnr"]) == 1
    printed = capsys.readouterr()
    assert "fair: failed: cannot read" in printed.err
    assert "1 pictures are not in every system" in printed.err


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["good"], "at least two systems"),
        (["good", "good"], "given twice"),
        (["good", "nowhere"], "no such file or folder"),
        (["good", "fair", "--metrics", "psnr"], "--reference"),
    ],
)
def test_bad_usage(systems, capsys, monkeypatch, arguments, message):
    monkeypatch.chdir(Path(systems[0]).parent)
    assert main(["compare", *arguments]) == 2
    assert message in capsys.readouterr().err
