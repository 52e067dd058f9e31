"""The planes of a rough that scene networks are given."""

from __future__ import annotations

import numpy as np

from paintreel.roughs.planes import network_planes


def test_planes():
    blocks = np.full((2, 3, 3), 51, np.uint8)
    lines = np.array([[0, 255, 255], [204, 255, 255]], np.uint8)
    both = network_planes(blocks, lines)
    assert both.dtype == np.float32
    np.testing.assert_allclose(both[:3], 0.2)
    np.testing.assert_allclose(both[3], [[1, 0, 0], [0.2, 0, 0]], atol=1e-6)
    assert (both[4:] == 1).all()
    alone = network_planes(None, lines)
    assert (alone[:3] == 0.5).all()
    assert (alone[4] == 0).all()
    assert (alone[5] == 1).all()
    flat = network_planes(blocks, None)
    assert (flat[3] == 0).all()
    assert (flat[4] == 1).all()
    assert (flat[5] == 0).all()


def test_every_value_is_its_share_of_255():
    values = np.arange(256, dtype=np.uint8).reshape(16, 16)
    planes = network_planes(np.dstack([values] * 3), values)
    np.testing.assert_array_equal(planes[0], values / np.float32(255))
    np.testing.assert_array_equal(planes[3], (255 - values) / np.float32(255))
