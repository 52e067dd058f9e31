"""The heat map over pictures and clips."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from paintreel.classify.heat import explain_clip, explained, heat_over
from paintreel.media.reader import read_frames
from paintreel.runtime.classifiers import Classification, Classifier

FOUND = Classification("calm", {"calm": 0.7, "fear": 0.2, "anger": 0.1}, True, 0.4)
STRANGE = Classification("calm", {"calm": 0.4, "fear": 0.35, "anger": 0.25}, False, 2.4)


def test_where_nothing_speaks_the_picture_is_grey(make_picture):
    heat = np.zeros((48, 64), np.float32)
    heat[:, 40:] = 1
    over = heat_over(make_picture(1), heat).astype(int)
    assert np.ptp(over[:, :40], axis=2).max() == 0
    red, blue = over[:, 40:, 0], over[:, 40:, 2]
    assert (red - blue).min() > 20  # aglow
    assert over[:, 40:].mean() > over[:, :40].mean()


def test_a_map_of_another_size_is_stretched(make_picture):
    over = heat_over(make_picture(1), np.eye(2, dtype=np.float32)).astype(int)
    colourful = np.ptp(over, axis=2)
    assert colourful[:12, :16].mean() > 3 * colourful[:12, -16:].mean()


@pytest.mark.parametrize("size", [(1, 1), (1, 900), (300, 20), (2000, 3000)])
def test_pages_of_any_picture_can_be_read(size: tuple[int, int]):
    page = explained(np.full((*size, 3), 90, np.uint8), np.ones(size, np.float32), FOUND, "mood")
    height, width = page.shape[:2]
    assert 480 <= width <= 1700
    assert height <= 1900


def test_the_legend_tells_the_strange_from_the_known(make_picture):
    picture = make_picture(1, 400, 600)
    heat = np.ones((400, 600), np.float32)
    pages = [explained(picture, heat, each, "mood") for each in (FOUND, STRANGE)]
    assert np.array_equal(pages[0][:400], pages[1][:400])
    below = [page[400:].astype(int) for page in pages]
    bars = [np.ptp(each[:, :300], axis=2).max() for each in below]
    assert bars[0] > 40 > bars[1]  # bars of what is a guess have no colour


def test_without_a_map_the_picture_stays_as_it_is(make_picture):
    picture = make_picture(1, 500, 600)
    assert np.array_equal(explained(picture, None, FOUND, "mood")[:500], picture)


@pytest.mark.usefixtures("tiny_classifiers")
def test_a_clip_keeps_its_frames_and_is_explained_anew(of_mood, make_lossless_clip, tmp_path: Path):
    frames = [of_mood("calm", 96, 128)] * 12 + [of_mood("anger", 96, 128)] * 12
    clip = make_lossless_clip(tmp_path / "clip.mkv", frames)
    report = explain_clip(clip, tmp_path / "out.mkv", Classifier("mood"), "mood", every_s=0.25)
    assert report.frames == 24
    with read_frames(tmp_path / "out.mkv") as source:
        written = [frame.pixels for frame in source]
    foot = [each[-8:].astype(int) for each in written]
    assert np.abs(foot[1] - foot[11]).mean() < 3  # one class
    assert np.abs(foot[1] - foot[20]).mean() > 3  # another is named
