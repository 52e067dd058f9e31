"""Ranges and layouts: what is accepted, and that every conversion can be undone."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from paintreel.errors import InputError
from paintreel.imaging.alpha import join_alpha
from paintreel.imaging.arrays import (
    check_image,
    from_float,
    split_alpha,
    to_8bit,
    to_float,
)

LAYOUTS = [(), (1,), (3,), (4,)]
DTYPES = [np.uint8, np.uint16, np.float32, np.float64]


def images(dtypes=DTYPES, layouts=LAYOUTS):
    """Pictures of every layout and dtype, 1x1 to 9x9."""

    def build(height: int, width: int, layout: tuple[int, ...], dtype: type):
        shape = (height, width, *layout)
        if np.dtype(dtype).kind == "u":
            return hnp.arrays(dtype, shape)
        width_bits = 8 * np.dtype(dtype).itemsize
        return hnp.arrays(dtype, shape, elements=st.floats(0, 1, width=width_bits))

    sides = st.integers(1, 9)
    return st.tuples(sides, sides, st.sampled_from(layouts), st.sampled_from(dtypes)).flatmap(
        lambda arguments: build(*arguments)
    )


@given(images())
def test_check_accepts_every_documented_picture(x):
    check_image(x)


@pytest.mark.parametrize(
    ("x", "words"),
    [
        ([[1, 2]], "numpy array, got list"),
        (np.zeros(4, np.uint8), r"shape \(4,\)"),
        (np.zeros((2, 2, 2), np.uint8), r"shape \(2, 2, 2\)"),
        (np.zeros((3, 8, 9), np.uint8), "transpose"),
        (np.zeros((0, 9, 3), np.uint8), "at least 1"),
        (np.zeros((9, 0), np.uint8), "at least 1"),
        (np.zeros((2, 2), np.int32), "dtype int32"),
        (np.zeros((2, 2), bool), "dtype bool"),
        (np.zeros((2, 2), np.float16), "dtype float16"),
        (np.full((2, 2), np.nan, np.float32), "NaN"),
        (np.array([[0.5, np.inf]]), "NaN or infinite"),
        (np.array([[0.5, -np.inf]]), "NaN or infinite"),
        (np.array([[0.0, 255.0]]), "divide by the full scale"),
        (np.array([[-0.01, 1.0]]), "clip"),
        (np.array([[0.0, 1.001]]), "clip"),
    ],
)
def test_check_refuses_with_the_reason(x, words):
    with pytest.raises(InputError, match=words):
        check_image(x)


def test_check_names_the_argument():
    with pytest.raises(InputError, match=r"^frame has dtype"):
        check_image(np.zeros((2, 2), np.int8), name="frame")


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16])
def test_every_integer_survives_float_and_back(dtype):
    x = np.arange(np.iinfo(dtype).max + 1, dtype=dtype)[None]
    floats = to_float(x)
    assert floats.dtype == np.float32
    assert floats.min() == 0.0
    assert floats.max() == 1.0
    np.testing.assert_array_equal(from_float(floats, dtype), x)


@given(images(dtypes=[np.float32, np.float64]))
def test_float_stays_float(x):
    assert to_float(x).dtype == np.float32
    np.testing.assert_array_equal(from_float(x, x.dtype), x)


def test_from_float_rounds_to_nearest_and_clips():
    x = np.array([[-3.0, 0.4 / 255, 0.6 / 255, 1.0, 7.0]], np.float32)
    np.testing.assert_array_equal(from_float(x, np.uint8), [[0, 0, 1, 255, 255]])
    np.testing.assert_array_equal(from_float(x, np.float32)[0, [0, 4]], [0, 1])


def test_conversion_leaves_its_argument_alone():
    x = np.array([[-1.0, 0.5]], np.float32)
    from_float(x, np.uint16)
    from_float(x, np.float32)
    np.testing.assert_array_equal(x, np.array([[-1.0, 0.5]], np.float32))


def test_conversion_refuses_other_dtypes():
    with pytest.raises(InputError, match="int64"):
        to_float(np.zeros((2, 2), np.int64))
    with pytest.raises(InputError, match="int16"):
        from_float(np.zeros((2, 2), np.float32), np.int16)


def test_to_8bit_is_the_nearest_for_every_value():
    x = np.arange(65536, dtype=np.uint16)[None]
    np.testing.assert_array_equal(to_8bit(x), np.rint(x / 257.0).astype(np.uint8))
    np.testing.assert_array_equal(to_8bit(np.arange(256, dtype=np.uint16) * 257), np.arange(256))


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16, np.float32, np.float64])
def test_to_8bit_takes_every_dtype_and_agrees_with_the_way_through_floats(dtype):
    x = from_float(np.linspace(0, 1, 4001, dtype=np.float32).reshape(-1, 1), dtype)
    np.testing.assert_array_equal(to_8bit(x), from_float(to_float(x), np.uint8))
    assert to_8bit(x).dtype == np.uint8


def test_to_8bit_refuses_what_holds_no_picture():
    with pytest.raises(InputError, match="int32"):
        to_8bit(np.zeros((2, 2), np.int32))


@given(images())
def test_split_and_join_give_every_layout_back(x):
    rgb, alpha = split_alpha(x)
    assert rgb.shape == (*x.shape[:2], 3)
    assert rgb.dtype == x.dtype
    assert (alpha is not None) == (x.ndim == 3 and x.shape[2] == 4)
    joined = join_alpha(rgb, alpha, x)
    check_image(joined)
    np.testing.assert_allclose(joined, x, atol=0 if x.dtype.kind == "u" else 2e-7)


def test_join_alpha_takes_luma_opaque_alpha_and_any_size():
    red = np.zeros((5, 7, 3), np.uint8)
    red[..., 0] = 255
    assert join_alpha(red, None, np.zeros((2, 2), np.uint16))[0, 0] == 76  # 0.299 * 255
    assert join_alpha(red, None, np.zeros((2, 2, 1))).shape == (5, 7, 1)
    assert (join_alpha(red, None, np.zeros((1, 1, 4)))[..., 3] == 255).all()
    assert join_alpha(red, np.zeros((5, 7), np.uint8), np.zeros((1, 1, 3))) is red


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_luma_of_floats_is_the_one_of_integers(dtype):
    rgb = np.random.default_rng(1).random((6, 5, 3)).astype(dtype)
    luma = join_alpha(rgb, None, np.zeros((1, 1)))
    assert luma.dtype == dtype
    np.testing.assert_allclose(luma, rgb @ [0.299, 0.587, 0.114], atol=1e-6)
