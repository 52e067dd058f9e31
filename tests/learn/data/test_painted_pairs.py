from __future__ import annotations

from dataclasses import replace

import cv2
import numpy as np
import pytest

from paintreel.errors import OutputError
from paintreel.learn.data import painted_pairs
from paintreel.learn.data.art_hand import ArtHand
from paintreel.learn.data.colour_transfer import ColourTransfer
from paintreel.learn.data.painted_pairs import fit_colour_transfer, paint_pairs
from paintreel.learn.data.teacher import TeacherSettings

QUICK = TeacherSettings(dab_px=2, stroke_px=0.0, blocks=0.0, ink=0.0)
HAND = ArtHand()


@pytest.fixture
def photos(picture):
    return [picture(seed, 40, 48 + seed) for seed in range(3)]


@pytest.fixture
def painted(monkeypatch):
    """The pictures that were painted, in the order of it."""
    seen = []
    paint = painted_pairs.paint

    def counting(photo, *args):
        seen.append(photo.shape[1])
        return paint(photo, *args)

    monkeypatch.setattr(painted_pairs, "paint", counting)
    return seen


def test_pairs_are_in_order_and_of_one_size(tmp_path, photos):
    pairs = paint_pairs(photos, QUICK, HAND, cache=tmp_path)
    assert len(pairs) == 3
    for photo, (same, teacher) in zip(photos, pairs, strict=True):
        assert same is photo
        assert teacher.shape == photo.shape
        assert teacher.dtype == np.uint8
        assert 1.0 < np.abs(teacher.astype(int) - photo).mean() < 30.0


def test_second_time_reads_the_same_pixels(tmp_path, photos, painted):
    first = paint_pairs(photos, QUICK, HAND, cache=tmp_path / "teacher")
    assert len(painted) == 3
    second = paint_pairs(photos, QUICK, HAND, cache=tmp_path / "teacher")
    assert len(painted) == 3
    for (_, a), (_, b) in zip(first, second, strict=True):
        np.testing.assert_array_equal(a, b)


def test_other_settings_hand_palette_or_photo_are_painted_anew(tmp_path, photos, painted):
    other = ColourTransfer(np.full((20, 3), 0.5, np.float32))
    ways = (
        (QUICK, HAND),
        (replace(QUICK, dab_px=4), HAND),
        (QUICK, ArtHand(light_b=1.0)),
        (QUICK, HAND, other),
    )
    for way in ways:
        paint_pairs(photos, *way, cache=tmp_path)
    assert len(painted) == 12
    photos[0] = photos[0] ^ 1
    paint_pairs(photos, QUICK, HAND, cache=tmp_path)
    assert len(painted) == 13


def test_damaged_cache_is_painted_again(tmp_path, photos, painted):
    paint_pairs(photos[:1], QUICK, HAND, cache=tmp_path)
    (kept,) = tmp_path.iterdir()
    kept.write_bytes(b"")
    paint_pairs(photos[:1], QUICK, HAND, cache=tmp_path)
    kept.unlink()
    cv2.imwrite(str(kept), np.zeros((3, 3, 3), np.uint8))
    paint_pairs(photos[:1], QUICK, HAND, cache=tmp_path)
    assert len(painted) == 3


def test_progress_and_threads(tmp_path, photos):
    said = []
    threads = cv2.getNumThreads()
    paint_pairs(photos, QUICK, HAND, cache=tmp_path, on_progress=lambda *a: said.append(a))
    assert said == [(1, 3), (2, 3), (3, 3)]
    assert cv2.getNumThreads() == threads


def test_threads_are_given_back_after_a_failure(tmp_path, photos, monkeypatch):
    def fail(*_):
        raise RuntimeError("brush broken")

    monkeypatch.setattr(painted_pairs, "paint", fail)
    threads = cv2.getNumThreads()
    with pytest.raises(RuntimeError, match="brush broken"):
        paint_pairs(photos, QUICK, HAND, cache=tmp_path)
    assert cv2.getNumThreads() == threads


def test_equal_photos_are_painted_at_the_same_time_without_harm(tmp_path, photos):
    pairs = paint_pairs([photos[0]] * 12, QUICK, HAND, cache=tmp_path, workers=6)
    for _, teacher in pairs:
        np.testing.assert_array_equal(teacher, pairs[0][1])
    assert len(list(tmp_path.iterdir())) == 1


def test_cache_that_cannot_be_written(tmp_path, photos):
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(OutputError, match="is a file, not a folder"):
        paint_pairs(photos, QUICK, HAND, cache=tmp_path / "file" / "teacher")


def test_fit_colour_transfer_is_seeded_and_moves_toward_the_art(picture):
    photos = [picture(seed) for seed in range(4)]
    art = [np.clip(picture(seed) * [1.2, 0.9, 0.5], 0, 255).astype(np.uint8) for seed in (5, 6, 7)]
    first, second = (fit_colour_transfer(art, photos, seed=3) for _ in range(2))
    np.testing.assert_array_equal(first.coefficients, second.coefficients)
    x = photos[0].astype(np.float32) / 255
    assert (first(x)[..., 0] - first(x)[..., 2]).mean() > (x[..., 0] - x[..., 2]).mean() + 0.1
