"""Sizes and resampling, from one pixel to long strips, in every layout and dtype."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from paintreel.errors import InputError
from paintreel.imaging.geometry import fit_max_side, pad_to_multiple, parse_size, resize

SHAPES = st.tuples(
    st.one_of(st.integers(1, 40), st.just(3000)),
    st.integers(1, 17),
    st.sampled_from([(), (1,), (3,), (4,)]),
)
DTYPES = st.sampled_from([np.uint8, np.uint16, np.float32, np.float64])


def noise(shape: tuple[int, ...], dtype: type, seed: int = 0) -> np.ndarray:
    """Uniform noise over the full range of the dtype."""
    x = np.random.default_rng(seed).random(shape)
    return (
        (x * np.iinfo(dtype).max).astype(dtype) if np.dtype(dtype).kind == "u" else x.astype(dtype)
    )


@pytest.mark.parametrize("text", ["1280x720", " 1280 X 720 ", "1280×720"])
def test_parse_size(text):
    assert parse_size(text) == (1280, 720)


@pytest.mark.parametrize(
    "text",
    ["", "1280", "x720", "1280x", "0x720", "1280x0", "-1x5", "1e3x5", "12.5x3", "1x2x3", "a"],
)
def test_parse_size_refuses(text):
    with pytest.raises(InputError, match="WIDTHxHEIGHT"):
        parse_size(text)


@given(st.integers(1, 20_000), st.integers(1, 20_000), st.integers(1, 5_000))
def test_fit_max_side_fits_keeps_the_aspect_and_never_enlarges(width, height, longest):
    new = fit_max_side(width, height, longest)
    assert 1 <= new[0] <= width
    assert 1 <= new[1] <= height
    assert max(new) == min(longest, max(width, height))
    scale = max(new) / max(width, height)
    assert abs(new[0] - width * scale) <= 1
    assert abs(new[1] - height * scale) <= 1


def test_fit_max_side_refuses_nothing_left():
    with pytest.raises(InputError, match="at least 1 px"):
        fit_max_side(10, 10, 0)


@settings(max_examples=60, deadline=None)
@given(SHAPES, DTYPES, st.integers(1, 60), st.integers(1, 60))
def test_resize_keeps_layout_dtype_and_range(shape, dtype, width, height):
    x = noise((shape[0], shape[1], *shape[2]), dtype)
    y = resize(x, width, height)
    assert y.shape == (height, width, *shape[2])
    assert y.dtype == x.dtype
    if y.dtype.kind == "f":
        assert y.min() >= 0
        assert y.max() <= 1


@settings(max_examples=40, deadline=None)
@given(SHAPES, DTYPES, st.integers(1, 60), st.integers(1, 60))
def test_resize_keeps_a_flat_picture_flat(shape, dtype, width, height):
    x = np.full((shape[0], shape[1], *shape[2]), 0.5 if np.dtype(dtype).kind == "f" else 77, dtype)
    y = resize(x, width, height)
    np.testing.assert_allclose(y.astype(np.float64), x.flat[0], atol=1e-5)  # float32 sums


def test_shrinking_averages_areas():
    x = noise((40, 60, 3), np.float32)
    blocks = x.reshape(10, 4, 20, 3, 3).mean(axis=(1, 3))
    np.testing.assert_allclose(resize(x, 20, 10), blocks, atol=1e-5)


def test_each_axis_is_resampled_for_itself():
    x = noise((40, 8, 3), np.float32)
    stretched = resize(x, 16, 10)  # half as many pixels again in width, a quarter in height
    np.testing.assert_allclose(stretched, resize(resize(x, 8, 10), 16, 10), atol=1e-6)


def test_same_size_is_the_same_array():
    x = noise((5, 4, 3), np.uint8)
    assert resize(x, 4, 5) is x


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16, np.float32, np.float64])
def test_hidden_colour_does_not_bleed(dtype):
    full = np.iinfo(dtype).max if np.dtype(dtype).kind == "u" else 1
    x = np.zeros((16, 16, 4), dtype)
    x[:, :8] = (0, full, 0, 0)  # transparent green
    x[:, 8:] = (full, 0, 0, full)  # opaque red
    y = resize(x, 5, 5).astype(np.float64) / full
    visible = y[..., 3] > 0.01
    assert visible.any()
    assert y[visible][:, 1].max() < 0.01
    assert y[visible][:, 0].min() > 0.99
    assert 0 < y[2, 2, 3] < 1  # the edge is half covered


def test_opaque_alpha_changes_nothing():
    x = noise((31, 22, 4), np.uint8)
    x[..., 3] = 255
    y = resize(x, 9, 12)
    np.testing.assert_array_equal(y[..., :3], resize(np.ascontiguousarray(x[..., :3]), 9, 12))
    assert (y[..., 3] == 255).all()


@pytest.mark.parametrize("size", [(0, 5), (5, -1)])
def test_resize_refuses_no_pixels(size):
    with pytest.raises(InputError, match="at least 1x1"):
        resize(np.zeros((2, 2), np.uint8), *size)


@settings(max_examples=60, deadline=None)
@given(SHAPES, DTYPES, st.integers(1, 32))
def test_padding_fits_reflects_and_is_cut_off_again(shape, dtype, multiple):
    x = noise((shape[0], shape[1], *shape[2]), dtype)
    padded, crop = pad_to_multiple(x, multiple)
    assert padded.shape[0] % multiple == 0
    assert padded.shape[1] % multiple == 0
    assert padded.shape[0] - x.shape[0] < multiple
    np.testing.assert_array_equal(padded[crop], x)
    added = (padded.shape[0] - x.shape[0], padded.shape[1] - x.shape[1])
    widths = [(0, added[0]), (0, added[1])] + [(0, 0)] * (x.ndim - 2)
    np.testing.assert_array_equal(padded, np.pad(x, widths, mode="reflect"))


def test_padding_nothing_copies_nothing():
    x = noise((8, 4, 3), np.uint8)
    assert pad_to_multiple(x, 4)[0] is x
    with pytest.raises(InputError, match="multiple"):
        pad_to_multiple(x, 0)


def test_sizes_beyond_all_memory_are_said(monkeypatch):
    def refuse(*args: object, **options: object) -> None:
        raise cv2.error("Failed to allocate 30000000000 bytes")

    monkeypatch.setattr(cv2, "resize", refuse)
    with pytest.raises(InputError, match="100000x100000 px are more than fit into memory"):
        resize(np.zeros((20, 20, 3), np.uint8), 100_000, 100_000)


def test_sides_beyond_32767():
    wide = resize(np.full((10, 100, 3), 77, np.uint8), 40_000, 12)
    assert wide.shape == (12, 40_000, 3)
    assert (wide == 77).all()
