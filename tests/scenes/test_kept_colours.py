"""What is painted of a rough has its colours on the whole."""

from __future__ import annotations

import numpy as np
import pytest

from paintreel.imaging.arrays import from_float
from paintreel.imaging.colour import rgb_to_lab
from paintreel.scenes.kept_colours import in_colours_of


@pytest.fixture
def rough() -> np.ndarray:
    blocks = np.full((120, 200, 3), (120, 130, 140), np.uint8)
    blocks[60:] = (110, 120, 70)
    return blocks


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16, np.float32])
def test_a_cast_goes_and_light_and_strokes_stay(rough, dtype):
    strokes = np.random.default_rng(0).normal(0, 6, (120, 200, 1))
    painted = np.clip(rough + strokes + (8, 4, -14) + 10, 0, 255).astype(np.float32) / 255
    kept = in_colours_of(rough, from_float(painted, np.dtype(dtype)))
    assert kept.dtype == dtype
    scale = 1 if kept.dtype.kind == "f" else np.iinfo(dtype).max
    lab = rgb_to_lab(kept / scale)
    wanted, was = rgb_to_lab(rough), rgb_to_lab(painted)
    assert np.abs((was - wanted).mean(axis=(0, 1)))[2] > 6
    assert np.abs((lab - wanted).mean(axis=(0, 1)))[1:].max() < 0.5
    assert np.abs(lab[..., 0] - was[..., 0]).mean() < 0.3
    assert np.corrcoef(lab[..., 0].ravel(), was[..., 0].ravel())[0, 1] > 0.999


def test_small_coloured_things_that_are_painted_stay(rough):
    painted = rough.copy()
    painted[20:24, 50:54] = (230, 60, 40)
    kept = in_colours_of(rough, painted)
    assert np.abs(kept[20:24, 50:54].astype(int) - painted[20:24, 50:54]).max() <= 3


def test_big_pictures_go_in_bands_that_leave_no_trace(rough, monkeypatch):
    painted = np.roll(rough, 3, axis=2)
    whole = in_colours_of(rough, painted)
    monkeypatch.setattr("paintreel.roughs.bands._BAND_PX", 200 * 17)
    np.testing.assert_array_equal(whole, in_colours_of(rough, painted))
