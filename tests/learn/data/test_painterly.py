from __future__ import annotations

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from paintreel.learn.data.painterly import (
    colour_blocks,
    flow_field,
    ink_lines,
    kuwahara,
    smooth_along,
)


def half_plane(angle_deg: float, size: int = 96) -> np.ndarray:
    """(H, W) float32, 0.75 on one side of a line through the middle and 0.25 on the other."""
    y, x = np.mgrid[:size, :size] - (size - 1) / 2
    side = x * np.cos(np.radians(angle_deg)) + y * np.sin(np.radians(angle_deg))
    return cv2.GaussianBlur(np.where(side < 0, 0.75, 0.25).astype(np.float32), (0, 0), 0.8)


def runs(row: np.ndarray) -> list[int]:
    """Lengths of the runs of true values."""
    edges = np.flatnonzero(np.diff(np.concatenate([[0], row.astype(int), [0]])))
    return (edges[1::2] - edges[::2]).tolist()


def noisy(seed, height=40, width=48):
    return np.random.default_rng(seed).uniform(0, 1, (height, width, 3)).astype(np.float32)


# Flow


@pytest.mark.parametrize("angle_deg", [0, 30, 45, 90, 120, 135, 179])
def test_flow_runs_along_the_edge(angle_deg):
    flow = flow_field(half_plane(angle_deg))
    normal = np.array([np.cos(np.radians(angle_deg)), np.sin(np.radians(angle_deg))])
    middle = flow.tangent[44:52, 44:52].reshape(-1, 2)
    assert np.abs(middle @ normal).max() < 0.12
    assert flow.anisotropy[44:52, 44:52].min() > 0.9


@given(st.integers(1, 30), st.integers(1, 30), st.integers(0, 3))
@settings(max_examples=25, deadline=None)
def test_flow_is_a_unit_field_of_any_picture(height, width, seed):
    for luma in (noisy(seed, height, width)[..., 0], np.full((height, width), 0.5, np.float32)):
        flow = flow_field(luma)
        assert flow.tangent.shape == (height, width, 2)
        assert flow.anisotropy.shape == (height, width)
        np.testing.assert_allclose(np.linalg.norm(flow.tangent, axis=2), 1.0, atol=1e-4)
        assert flow.anisotropy.min() >= 0.0
        assert flow.anisotropy.max() <= 1.0 + 1e-5


def test_flat_picture_has_no_direction():
    assert flow_field(np.full((20, 20), 0.4, np.float32)).anisotropy.max() == 0.0


# Smoothing along the flow


def test_smoothing_keeps_the_edge_and_calms_the_noise_along_it():
    rng = np.random.default_rng(0)
    clean = np.repeat(half_plane(30)[..., None], 3, axis=2)
    noise = rng.normal(0, 0.05, clean.shape).astype(np.float32)
    flow = flow_field(half_plane(30))
    smooth = smooth_along(clean + noise, flow, length_px=6)
    middle = np.s_[30:66, 30:66]
    assert np.abs(smooth - clean)[middle].mean() < 0.4 * np.abs(noise)[middle].mean()
    # Across the edge nothing blurs: a box of the same reach would miss by far more.
    still = smooth_along(clean, flow, length_px=6)
    blurred = cv2.GaussianBlur(clean, (0, 0), 6)
    assert np.abs(still - clean)[middle].max() < 0.12
    assert np.abs(blurred - clean)[middle].max() > 0.17


def test_smoothing_keeps_constants_and_its_input():
    x = np.full((20, 30, 3), 0.3, np.float32)
    flow = flow_field(noisy(1, 20, 30)[..., 0])
    np.testing.assert_allclose(smooth_along(x, flow, length_px=4), 0.3, atol=1e-5)
    y = noisy(2, 20, 30)
    before = y.copy()
    smooth_along(y, flow, length_px=4)
    np.testing.assert_array_equal(y, before)


# Kuwahara


def test_kuwahara_calms_texture_and_keeps_a_step():
    step = np.repeat(np.where(np.arange(48) < 24, 0.8, 0.2)[None], 40, axis=0)
    rng = np.random.default_rng(0)
    x = np.clip(step[..., None] + rng.normal(0, 0.03, (40, 48, 3)), 0, 1).astype(np.float32)
    y = kuwahara(x, radius_px=5)
    assert y[:, :18].std() < 0.5 * x[:, :18].std()
    row = y[20].mean(axis=1)
    assert row[22] > 0.72  # one pixel off the step it is still sharp
    assert row[25] < 0.28


def test_kuwahara_makes_no_new_colours():
    x = noisy(3)
    y = kuwahara(x, radius_px=4)
    assert y.shape == x.shape
    assert y.dtype == np.float32
    for channel in range(3):
        assert x[..., channel].min() - 1e-5 <= y[..., channel].min()
        assert y[..., channel].max() <= x[..., channel].max() + 1e-5
    np.testing.assert_allclose(kuwahara(np.full_like(x, 0.37)), 0.37, atol=1e-5)


def test_kuwahara_treats_all_sides_alike():
    x = noisy(4, 41, 41)
    np.testing.assert_allclose(kuwahara(x[:, ::-1]), kuwahara(x)[:, ::-1], atol=2e-4)
    np.testing.assert_allclose(
        kuwahara(x.transpose(1, 0, 2)), kuwahara(x).transpose(1, 0, 2), atol=2e-4
    )


# Blocks


def test_blocks_flatten_small_differences_and_keep_large_ones():
    step = np.repeat(np.where(np.arange(64) < 32, 0.8, 0.2)[None], 64, axis=0)
    rng = np.random.default_rng(0)
    x = np.clip(step[..., None] + rng.normal(0, 0.015, (64, 64, 3)), 0, 1).astype(np.float32)
    y = colour_blocks(x)
    assert y.dtype == np.float32
    assert y.shape == x.shape
    assert y[:, :24].std() < 0.6 * x[:, :24].std()
    assert y[:, :28].mean() - y[:, 36:].mean() == pytest.approx(0.6, abs=0.03)


@pytest.mark.parametrize("colour", [(0, 0, 0), (1, 1, 1), (0.8, 0.2, 0.1), (0.1, 0.2, 0.9)])
def test_blocks_keep_a_flat_colour(colour):
    x = np.full((32, 32, 3), colour, np.float32)
    y = colour_blocks(x)
    assert np.ptp(y, axis=(0, 1)).max() == 0.0
    assert np.abs(y - x).max() < 0.03  # Lab in 8 bits


# Ink


@pytest.mark.parametrize("value", [0.0, 0.4, 1.0])
def test_no_ink_on_flat_paper(value):
    luma = np.full((60, 70), value, np.float32)
    assert ink_lines(luma, flow_field(luma)).max() == 0.0


@pytest.mark.parametrize("angle_deg", [0, 20, 90, 180, 270])
def test_a_step_gets_one_line_on_its_dark_side(angle_deg):
    luma = half_plane(angle_deg)
    ink = ink_lines(luma, flow_field(luma))
    # Rows (columns for edges that lie) cross the edge once.
    lies = abs(np.sin(np.radians(angle_deg))) > 0.7
    across, light = (ink.T, luma.T) if lies else (ink, luma)
    for row, tone in zip(across[20:76], light[20:76], strict=True):
        (width,) = runs(row > 0.5)
        assert 1 <= width <= 5
        assert tone[row > 0.5].mean() < 0.5
    assert (ink > 0.05).mean() < 0.1


def test_fine_grain_gets_no_ink():
    rng = np.random.default_rng(0)
    luma = (0.5 + rng.normal(0, 0.01, (80, 80))).astype(np.float32)
    assert (ink_lines(cv2.GaussianBlur(luma, (0, 0), 0.6), flow_field(luma)) > 0.3).mean() < 0.01


def test_gain_threshold_and_width_do_what_they_say():
    luma = half_plane(0)
    flow = flow_field(luma)
    ink = ink_lines(luma, flow)
    assert ink.dtype == np.float32
    assert 0.0 <= ink.min() <= ink.max() <= 1.0
    assert ink_lines(luma, flow, threshold=0.5).max() == 0.0
    assert ink_lines(luma, flow, gain=1.0).sum() < ink.sum()
    assert ink_lines(luma, flow, width_px=2.5).sum() > 1.3 * ink.sum()
