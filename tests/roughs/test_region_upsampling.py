"""Colours that stay on their side of a border."""

from __future__ import annotations

import numpy as np

from paintreel.roughs.region_upsampling import enlarge_within


def test_no_colour_crosses_a_border():
    small = np.zeros((20, 30, 3), np.uint8)
    small[:, :15], small[:, 15:] = (200, 40, 30), (20, 60, 220)
    small[:, 14:16] = (110, 50, 125)  # mixed, as a line's pixels are
    labels = np.zeros((100, 150), np.int32)
    labels[:, 77:] = 1
    large = enlarge_within(small, labels)
    assert (large[:, :77] == (200, 40, 30)).all()
    assert (large[:, 77:] == (20, 60, 220)).all()


def test_shades_within_a_region_stay_smooth():
    small = np.zeros((16, 16, 3), np.uint8)
    small[...] = (np.arange(16) * 10)[None, :, None]
    large = enlarge_within(small, np.zeros((64, 64), np.int32))
    assert np.abs(np.diff(large[30, :, 0].astype(int))).max() <= 4
    np.testing.assert_array_equal(enlarge_within(small, np.zeros((16, 16), np.int32)), small)


def test_a_region_too_small_to_be_seen_keeps_what_was_there():
    small = np.full((10, 10, 3), 90, np.uint8)
    labels = np.zeros((80, 80), np.int32)
    labels[40, 40] = 1
    assert (enlarge_within(small, labels) == 90).all()
