"""The inputs in examples/ and the pictures made of them: small, free, and made as it is said."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

import paintreel

REPOSITORY = Path(__file__).resolve().parents[2]
EXAMPLES = REPOSITORY / "examples"
PHOTOS = sorted((EXAMPLES / "photos").iterdir())


def test_photographs_are_small_and_hold_nothing_but_the_picture():
    assert 4 <= len(PHOTOS) <= 6
    for path in PHOTOS:
        assert path.stat().st_size < 60_000
        with Image.open(path) as picture:
            assert (picture.format, picture.mode) == ("JPEG", "RGB")
            assert 400 <= min(picture.size) <= max(picture.size) <= 720
            assert not picture.getexif()


def test_every_photograph_is_credited():
    notice = (REPOSITORY / "NOTICE").read_text("utf-8")
    examples = notice[notice.index("Examples (examples/):") : notice.index("Check set")]
    assert [p.stem for p in PHOTOS if p.stem not in examples] == []


@pytest.fixture(scope="module")
def script():
    sys.path.insert(0, str(REPOSITORY / "docs"))
    try:
        import make_examples
    finally:
        sys.path.remove(str(REPOSITORY / "docs"))
    return make_examples


def test_the_photographs_are_those_of_the_script(script):
    assert sorted(script.PHOTOS) == [path.stem for path in PHOTOS]


def test_the_rough_is_drawn_by_the_script(script):
    blocks, lines = script.draw()
    for drawn, name in ((blocks, "rough.png"), (lines, "lines.png")):
        with Image.open(EXAMPLES / name) as kept:
            assert np.abs(np.asarray(kept).astype(int) - drawn).max() <= 1


def test_the_rough_is_finished():
    """Painting adds ink where the lines are, and leaves most of the colour alone."""
    painted = np.asarray(
        paintreel.scene(rough=EXAMPLES / "rough.png", sketch=EXAMPLES / "lines.png")
    ).astype(float)
    with Image.open(EXAMPLES / "rough.png") as rough, Image.open(EXAMPLES / "lines.png") as lines:
        blocks, is_ink = np.asarray(rough).astype(float), np.asarray(lines) < 128
    assert painted.shape == blocks.shape
    darker = (blocks - painted).mean(axis=2)
    assert darker[is_ink].mean() > 8
    assert abs(darker[~is_ink].mean()) < 6


def test_pictures_of_the_styles_are_small():
    strip = REPOSITORY / "docs" / "images" / "style-strip.jpg"
    assert strip.stat().st_size < 250_000
    with Image.open(strip) as picture:
        count = 1 + len(paintreel.list_models())
        width, gap = picture.width, 6
        assert (width + gap) % count == 0  # the photograph and every style, side by side
