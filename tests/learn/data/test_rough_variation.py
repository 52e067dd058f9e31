from __future__ import annotations

import numpy as np
import pytest

from paintreel.errors import InputError
from paintreel.learn.data.rough_variation import (
    SWITCHES,
    Variation,
    change_contrast,
    cut_out,
    recolour,
    redraw,
    retone,
)


def rng(seed: int = 0) -> np.random.Generator:
    return np.random.default_rng(seed)


def flats() -> np.ndarray:
    blocks = np.zeros((32, 32, 3), np.uint8)
    blocks[:, :16] = (200, 60, 40)
    blocks[:, 16:] = (30, 90, 160)
    return blocks


def strokes() -> np.ndarray:
    lines = np.full((64, 64), 255, np.uint8)
    lines[32, 4:60] = 0
    return lines


def test_recolour_does_the_same_to_both():
    truth = flats()
    changed, blocks = recolour(truth, truth.copy(), rng())
    np.testing.assert_array_equal(changed, blocks)
    assert np.abs(changed.astype(int) - truth).max() > 5


def test_contrast_is_one_curve_for_both_about_the_mean_of_the_painting():
    """flats has lumas 98.6 and 80.2: at factor f a pixel of 200 goes to 89.4 + f * 110.6."""
    factor = np.random.default_rng(3).uniform(0.75, 1.25)
    truth, blocks = change_contrast(flats(), flats()[:, :16], np.random.default_rng(3))
    np.testing.assert_array_equal(truth[:, :16], blocks)
    luma = [0.299 * r + 0.587 * g + 0.114 * b for r, g, b in ((200, 60, 40), (30, 90, 160))]
    middle = np.round(luma).mean()
    assert abs(truth[0, 0, 0] - (middle + factor * (200 - middle))) <= 0.5
    assert abs(truth[0, -1, 0] - (middle + factor * (30 - middle))) <= 0.5


def test_switches_are_the_fields_but_the_angle():
    assert set(SWITCHES) == set(vars(Variation())) - {"rotation_deg"}
    assert "contrast" in SWITCHES


def test_retone_keeps_blocks_flat_and_moves_each_on_its_own():
    blocks = retone(flats(), rng())
    moves = blocks.astype(int) - flats()
    assert np.ptp(moves[:, :16], axis=(0, 1)).max() == 0
    assert np.ptp(moves[:, 16:], axis=(0, 1)).max() == 0
    assert (moves[0, 0] != moves[0, 31]).any()
    assert 0 < np.abs(moves).max() <= 14


def test_redraw_makes_other_lines_of_the_same_drawing():
    drawn = [redraw(strokes(), rng(seed)) for seed in range(40)]
    ink = np.array([(255.0 - d).sum() / 255 for d in drawn])
    assert ink.min() < 45 < 56 < 80 < ink.max()  # of 56: broken or grey, and thick
    for d in drawn:
        assert d.dtype == np.uint8
        assert (d[:26] == 255).all()  # stays within a few pixels
        assert (d[39:] == 255).all()
        assert d.min() < 200


def test_cut_out_leaves_boxes_empty():
    whole = np.full((6, 64, 64), 0.9, np.float32)
    cut = cut_out(whole, rng())
    empty = cut[0] == 0.5
    assert 0 < empty.mean() < 0.25
    assert (cut[3][empty] == 0).all()
    assert (cut[:, ~empty] == whole[:, ~empty]).all()
    assert (cut[4:] == whole[4:]).all()
    assert (whole == np.float32(0.9)).all()


@pytest.mark.parametrize("wrong", [{"blur": 1.2}, {"flip": -0.1}, {"rotation_deg": 90.0}])
def test_bad_switches(wrong):
    with pytest.raises(InputError, match=next(iter(wrong))):
        Variation(**wrong)
