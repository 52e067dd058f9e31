"""The memory that docs/formats.md promises is enough: the quick rows of its table, measured."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from paintreel.imaging.files import Picture, write_picture
from paintreel.imaging.geometry import resize

REPOSITORY = Path(__file__).resolve().parents[2]
PAGE = (REPOSITORY / "docs" / "formats.md").read_text("utf-8")
STATUS = Path("/proc/self/status")
pytestmark = pytest.mark.skipif(not STATUS.exists(), reason="needs the peak of a process")
MEASURED = """
import re, sys
from paintreel.cli.main import main
code = main(sys.argv[1:])
print(re.search("VmHWM:\\s+(\\d+)", open("/proc/self/status").read())[1])
sys.exit(code)
"""


@pytest.fixture(scope="module")
def big(tmp_path_factory) -> Path:
    """A picture of 24 megapixels."""
    small = np.random.default_rng(0).integers(0, 256, (40, 60, 3), np.uint8)
    path = tmp_path_factory.mktemp("big") / "big.jpg"
    write_picture(path, Picture(resize(small, 6000, 4000)), quality=90)
    return path


def promised_gb(verb: str, what: str) -> float:
    """The last cell of a row of the page's table."""
    return float(re.search(rf"\| `{verb}` \| {what}[^|]*\| ([\d.]+) GB \|", PAGE)[1])


def peak_gb(*words: str | Path) -> float:
    """Of a command. Not getrusage: Linux lets a process inherit the peak of its parent."""
    command = [sys.executable, "-c", MEASURED, *map(str, words)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return int(done.stdout.split()[-1]) / 1e6


@pytest.mark.parametrize("verb", ["stylize", "rough"])
def test_a_big_picture(verb: str, big: Path, tmp_path: Path):
    peak = peak_gb(verb, big, "-o", tmp_path / "result.png")
    assert peak < promised_gb(verb, "a picture of 24 megapixels")


def test_a_big_picture_in_lines(big: Path, tmp_path: Path):
    peak = peak_gb("lineart", big, "-o", tmp_path / "lines.png", "--method", "rule")
    assert peak < promised_gb("lineart", "a picture of 24 megapixels")


def test_a_large_scan(tmp_path: Path):
    page = np.full((10_000, 10_000), 255, np.uint8)
    for at in range(600, 9_500, 900):
        page[at : at + 12, 300:9_700] = 0
        page[300:9_700, at : at + 12] = 0
    write_picture(tmp_path / "scan.png", Picture(page))
    for verb, what in (("lineart", "a scan of 10,000"), ("colorize", "a drawing of 10,000")):
        result = tmp_path / f"{verb}.png"
        peak = peak_gb(verb, tmp_path / "scan.png", "-o", result, "--method", "rule")
        assert peak < promised_gb(verb, what)


def test_a_clip(tmp_path: Path):
    clip = REPOSITORY / "examples" / "clip.mp4"
    peak = peak_gb("stylize", clip, "-o", tmp_path / "result.mp4")
    assert peak < promised_gb("stylize", "a clip at 1080p")
