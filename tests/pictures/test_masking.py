from __future__ import annotations

import numpy as np
import pytest

from paintreel.errors import InputError
from paintreel.pictures.masking import check_edge, lay_where, mask_of, soft_mask


def test_white_is_in_a_mask_black_is_not_and_of_a_cut_out_what_is_opaque():
    grey = np.array([[0, 100, 255]], np.uint8)
    np.testing.assert_array_equal(mask_of(grey), grey)
    np.testing.assert_array_equal(mask_of(np.dstack([grey] * 3)), grey)
    np.testing.assert_array_equal(mask_of(grey.astype(np.uint16) * 257), grey)
    np.testing.assert_array_equal(mask_of((grey / 255).astype(np.float32)), grey)
    black_cut_out = np.dstack([np.zeros((1, 3, 3), np.uint8), grey[..., None]])
    np.testing.assert_array_equal(mask_of(black_cut_out), grey)
    opaque = np.dstack([np.dstack([grey] * 3), np.full((1, 3), 255, np.uint8)])
    np.testing.assert_array_equal(mask_of(opaque), grey)


def test_a_mask_takes_the_size_of_the_picture_and_gets_a_soft_edge():
    mask = np.zeros((50, 80), np.uint8)
    mask[:, 40:] = 255
    soft = soft_mask(mask, 100, 160, edge=16)
    assert soft.shape == (100, 160)
    line = soft[50].astype(int)
    assert line[60] == 0
    assert line[100] == 255
    assert np.diff(line).min() >= 0
    rising = ((line > 8) & (line < 247)).sum()
    assert 10 <= rising <= 22
    hard = soft_mask(mask, 50, 80, edge=0)
    np.testing.assert_array_equal(hard, mask)


def test_a_mask_of_another_shape_is_refused():
    mask = np.zeros((50, 80), np.uint8)
    with pytest.raises(InputError, match=r"m\.png is 80x50 px, the picture 80x80"):
        soft_mask(mask, 80, 80, name="m.png")
    assert soft_mask(mask, 27, 43, edge=0).shape == (27, 43)  # as rounding makes it
    assert soft_mask(np.zeros((3, 4), np.uint8), 2, 4, edge=0).shape == (2, 4)


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16, np.float32, np.float64])
@pytest.mark.parametrize("layout", [(), (1,), (3,), (4,)])
def test_the_source_stays_bit_for_bit_where_nothing_is_painted(dtype, layout):
    rng = np.random.default_rng(1)
    full = 1.0 if np.dtype(dtype).kind == "f" else np.iinfo(dtype).max
    source, painted = ((rng.random((600, 9, *layout)) * full).astype(dtype) for _ in range(2))
    share = np.zeros((600, 9), np.uint8)
    share[:, 6:] = 255
    share[:, 3:6] = 51
    laid = lay_where(source, painted, share)
    assert laid.dtype == dtype
    np.testing.assert_array_equal(laid[:, :3], source[:, :3])
    np.testing.assert_array_equal(laid[:, 6:], painted[:, 6:])
    expected = source[:, 3:6] * 0.8 + painted[:, 3:6] * 0.2
    np.testing.assert_allclose(laid[:, 3:6], expected, rtol=1e-5, atol=0.51 if full > 1 else 1e-6)


@pytest.mark.parametrize("edge", [-1, 1001, float("nan"), "wide", None, True])
def test_edges_out_of_range_are_refused(edge):
    with pytest.raises(InputError, match="edge is"):
        check_edge(edge)
