"""Bringing a filtered small picture to full size."""

from __future__ import annotations

from fractions import Fraction

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from paintreel.errors import InputError
from paintreel.imaging import guided_upsampling
from paintreel.imaging.guided_upsampling import nearest_scale, shrink_by, upsample_guided


def edge_picture(height: int, width: int, dtype=np.uint8) -> np.ndarray:
    """Two flat halves that meet between shrunk pixels, on a slant."""
    y, x = np.mgrid[:height, :width]
    left = x + 0.3 * y < 0.5 * width
    colours = np.array([[40, 60, 90], [210, 190, 160]])
    return (colours[left.astype(int)] * (257 if dtype == np.uint16 else 1)).astype(dtype)


def steepness(x: np.ndarray) -> float:
    return float(np.abs(np.diff(x[..., 1].astype(float), axis=1)).max())


class TestUpsampleGuided:
    @pytest.mark.parametrize("scale", [Fraction(5, 4), Fraction(2), Fraction(19, 4)])
    def test_what_changes_nothing_gives_the_picture_back(self, scale):
        x = edge_picture(200, 300)
        small = shrink_by(x, scale)
        difference = np.abs(upsample_guided(small, small, x, scale).astype(int) - x)
        # Far from the edge exactly; at it the picture says where it lies.
        assert np.mean(difference > 3) < 0.02

    def test_the_edge_lies_where_the_picture_has_it(self):
        scale = Fraction(4)
        x = edge_picture(256, 384)
        small = shrink_by(x, scale)
        made = (small.astype(float) * 0.6 + 30).astype(np.uint8)
        wanted = x * 0.6 + 30
        plain = cv2.resize(made, (384, 256), interpolation=cv2.INTER_CUBIC).astype(float)
        brought = upsample_guided(made, small, x, scale).astype(float)
        assert np.abs(brought - wanted).mean() < 0.5 * np.abs(plain - wanted).mean()
        assert steepness(brought) > 0.75 * steepness(wanted) > 1.5 * steepness(plain)

    def test_a_drawn_line_comes_out_sharp(self):
        scale = Fraction(4)
        x = np.full((256, 256, 3), 180, np.uint8)
        small = shrink_by(x, scale)
        made = small.copy()
        cv2.line(made, (4, 10), (60, 50), (30, 20, 40), 2, cv2.LINE_AA)
        brought = upsample_guided(made, small, x, scale)
        plain = cv2.resize(made, (256, 256), interpolation=cv2.INTER_CUBIC)
        between = [np.mean((each[..., 1] > 50) & (each[..., 1] < 150)) for each in (brought, plain)]
        assert between[0] < 0.6 * between[1]
        assert brought.min() < 60

    def test_grain_of_the_picture_that_was_painted_over_stays_away(self):
        scale = Fraction(3)
        rng = np.random.default_rng(0)
        x = rng.integers(90, 160, (180, 240, 3), np.uint8)
        small = shrink_by(x, scale)
        made = np.full_like(small, 120)
        assert np.ptp(upsample_guided(made, small, x, scale)) <= 2

    @settings(max_examples=25, deadline=None)
    @given(
        height=st.integers(1, 70),
        width=st.integers(1, 70),
        quarters=st.integers(4, 40),
        dtype=st.sampled_from([np.uint8, np.uint16, np.float32, np.float64]),
    )
    def test_every_size_and_dtype(self, height, width, quarters, dtype):
        scale = Fraction(quarters, 4)
        rng = np.random.default_rng(height * 71 + width)
        full = 1 if np.dtype(dtype).kind == "f" else np.iinfo(dtype).max
        x = (rng.random((height, width, 3)) * full).astype(dtype)
        small = shrink_by(x, scale)
        assert small.shape[0] % 4 == small.shape[1] % 4 == 0
        assert small.dtype == dtype
        brought = upsample_guided(small, small, x, scale)
        assert brought.shape == x.shape
        assert brought.dtype == dtype
        assert np.isfinite(brought.astype(float)).all()
        assert brought.min() >= 0
        assert brought.max() <= full

    def test_strips_and_threads_leave_no_trace(self, monkeypatch):
        scale = Fraction(7, 4)
        rng = np.random.default_rng(1)
        x = cv2.resize(rng.integers(0, 255, (40, 30, 3), np.uint8), (301, 407))
        monkeypatch.setattr(guided_upsampling, "_STRIP_PX", 10_000)
        small = shrink_by(x, scale)
        whole = upsample_guided(small[:, ::-1].copy(), small, x, scale, threads=1)
        monkeypatch.setattr(guided_upsampling, "_STRIP_PX", 40)
        assert np.array_equal(shrink_by(x, scale), small)
        one = upsample_guided(small[:, ::-1].copy(), small, x, scale, threads=1)
        assert np.abs(one.astype(int) - whole).max() <= 1
        assert np.array_equal(
            upsample_guided(small[:, ::-1].copy(), small, x, scale, threads=3), one
        )

    def test_shrinking_averages(self):
        x = np.random.default_rng(2).random((12, 16, 3))
        expected = x.reshape(6, 2, 8, 2, 3).mean((1, 3))
        got = shrink_by(x, Fraction(2))
        np.testing.assert_allclose(got[:6, :8], expected, atol=1e-6)

    def test_bad_input(self):
        x = edge_picture(40, 40)
        small = shrink_by(x, Fraction(2))
        with pytest.raises(InputError, match="made is uint8"):
            upsample_guided(small[:-1], small, x, Fraction(2))
        with pytest.raises(InputError, match="small is float"):
            upsample_guided(small, small / 255.0, x, Fraction(2))
        for scale in (Fraction(1, 2), Fraction(4, 3)):
            with pytest.raises(InputError, match="quarters"):
                shrink_by(x, scale)


def test_nearest_scale():
    assert nearest_scale(0.2) == 1
    assert nearest_scale(1.12) == 1
    assert nearest_scale(1.13) == Fraction(5, 4)
