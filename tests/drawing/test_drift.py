"""Layers that move by themselves: whereto, round and round, and without a seam."""

from __future__ import annotations

from dataclasses import replace

import cv2
import numpy as np
import pytest

from paintreel.drawing import multiplane
from paintreel.drawing.camera import CameraView
from paintreel.drawing.layers import FLASH_CYCLE_S, Drift, Layer, LayerStack
from paintreel.drawing.multiplane import Multiplane

SIZE_PX, MARGIN_PX = (160, 90), (30, 20)
STILL = CameraView()


@pytest.fixture(params=["enlarged", "own size"])
def held(request, monkeypatch: pytest.MonkeyPatch) -> str:
    """How the layers are held: as memory allows."""
    if request.param == "own size":
        monkeypatch.setattr(multiplane, "_ENLARGED_BYTES", 0)
    return request.param


def textured(seed: int) -> np.ndarray:
    """Texture (130, 220, 3) uint8 that does not tile."""
    noise = np.random.default_rng(seed).normal(0, 1, (130, 220, 3))
    smooth = cv2.GaussianBlur(noise, (0, 0), 1.5)
    return np.clip(128 + 45 * smooth / smooth.std(), 0, 255).astype(np.uint8)


def periodic(seed: int = 3) -> np.ndarray:
    """Texture (130, 220, 3) uint8 that comes again after 160 pixels across and 90 down."""
    wave = np.random.default_rng(seed)
    y, x = np.mgrid[:130, :220]
    total = np.zeros((130, 220, 3))
    for _ in range(60):
        across, down = wave.integers(-14, 15), wave.integers(0, 9)
        turn = 2 * np.pi * (across * x / 160 + down * y / 90)
        total += np.sin(turn[..., None] + wave.uniform(0, 6.3, 3))
    return np.clip(128 + 40 * total / total.std(), 0, 255).astype(np.uint8)


def stack_of(drift: Drift | None, picture: np.ndarray, depth: float = 0.0, **facts) -> LayerStack:
    sky = np.full((130, 220, 4), (90, 90, 90, 255), np.uint8)
    sheet = np.dstack([picture, np.full((130, 220), 255, np.uint8)])
    layers = Layer("sky", sky, 1.0), Layer("sheet", sheet, depth, drift, **facts)
    return LayerStack(layers, MARGIN_PX)


@pytest.mark.parametrize(("x", "y"), [(0.1, 0.0), (0.0, 0.2), (-0.3, 2.4)])
def test_a_layer_goes_its_way(held, x, y):
    """Whole pixels: a second later it is the first frame, rolled."""
    stand = Multiplane(stack_of(Drift(x, y), periodic()))
    first, later = (stand.frame(STILL, t_s).astype(int) for t_s in (1.0, 2.0))
    moved = np.roll(first, (round(90 * y), round(90 * x)), axis=(0, 1))
    assert np.abs(later - moved).max() <= 2
    assert np.abs(later - first).mean() > 10


def test_a_layer_lies_between_pixels(held):
    """Half a pixel on it is the mean of its neighbours, but for what the filter keeps sharper."""
    stand = Multiplane(stack_of(Drift(y=1 / 90), periodic()))
    first, half = stand.frame(STILL, 0.0).astype(int), stand.frame(STILL, 0.5)
    between = (first + np.roll(first, 1, axis=0)) / 2
    off, still = np.abs(half - between).mean(), np.abs(half - first).mean()
    assert off < 0.2 * still


@pytest.mark.parametrize("view", [STILL, CameraView(0.1, 0.05, 1.2)])
def test_it_comes_again_after_its_period(held, view):
    stand = Multiplane(stack_of(Drift(y=0.2, sway=0.03), textured(2), depth=0.3))
    for t_s in (0.0, 0.73, 2.9):
        np.testing.assert_array_equal(stand.frame(view, t_s), stand.frame(view, t_s + 5))


def steps(frame: np.ndarray, axis: int) -> np.ndarray:
    """The mean step between every two columns (axis 1) or rows (0)."""
    return np.abs(np.diff(frame.astype(int), axis=axis)).mean(axis=(1 - axis, 2))


def test_what_tiles_has_no_seam(held):
    stand = Multiplane(stack_of(Drift(0.31, 0.47), periodic()))
    frame = stand.frame(CameraView(0.05, 0.03, 1.1), 1.0)
    still = stand.frame(CameraView(0.05, 0.03, 1.1))
    for axis in (0, 1):
        assert steps(frame, axis).max() <= 1.15 * steps(still, axis).max()


@pytest.mark.parametrize("margin_px", [(30, 20), (0, 0)])
def test_what_does_not_tile_is_blended(margin_px):
    """At every moment of a round no step between columns is larger than in the picture."""
    stack = stack_of(Drift(x=1.0, seam=0.2), textured(5))
    shown = stack.with_margin((30, 20)) if any(margin_px) else stack.with_margin((0, 0))
    bare = LayerStack(tuple(replace(layer, drift=None) for layer in shown.layers), margin_px)
    most = steps(Multiplane(bare).frame(STILL), 1).max()
    stand = Multiplane(shown)
    for t_s in np.linspace(0, 2, 13):
        assert steps(stand.frame(STILL, t_s), 1).max() <= 1.2 * most


def test_a_blend_takes_no_colour_from_what_is_not_seen():
    """One end is seen and white, the other is not and black."""
    rgba = np.zeros((40, 60, 4), np.uint8)
    rgba[:, :30] = 255
    sky = np.full((40, 60, 4), 255, np.uint8)
    layers = Layer("sky", sky, 1.0), Layer("bank", rgba, 0.5, Drift(x=0.5, seam=0.3))
    stand = Multiplane(LayerStack(layers))
    for t_s in (0.0, 0.4, 1.1):
        assert stand.frame(STILL, t_s).min() >= 253


def test_without_a_time_and_without_drift_nothing_moves(held):
    plain = stack_of(None, textured(1))
    stand = Multiplane(plain)
    np.testing.assert_array_equal(stand.frame(STILL), stand.frame(STILL, 7.3))
    drifting = Multiplane(stack_of(Drift(0.1, 0.2, 0.01), periodic()))
    np.testing.assert_array_equal(drifting.frame(STILL), drifting.frame(STILL, 0.0))
    assert np.abs(drifting.frame(STILL).astype(int) - drifting.frame(STILL, 1.0)).max() > 20


def test_layers_for_what_goes_between_them_have_drifted():
    stand = Multiplane(stack_of(Drift(0.1, 0.2), periodic()))
    sheet = stand.layers(STILL, 1.0)[1]
    np.testing.assert_array_equal(sheet.rgba[..., :3], stand.frame(STILL, 1.0))
    assert sheet.rgba[..., 3].min() == 255


def test_a_flash_is_seen_for_a_moment():
    stack = stack_of(None, np.full((130, 220, 3), 250, np.uint8), flashes_s=(0.5, 11.9))
    stand = Multiplane(stack)
    seen = {
        t_s: int(stand.frame(STILL, t_s).mean()) for t_s in (0.2, 0.49, 0.5, 0.74, 0.76, 6, 11.95)
    }
    assert seen == {0.2: 90, 0.49: 90, 0.5: 250, 0.74: 122, 0.76: 90, 6: 90, 11.95: 250}
    assert int(stand.frame(STILL).mean()) == 250  # as in the still
    later = stand.frame(STILL, 0.5 + 3 * FLASH_CYCLE_S)
    np.testing.assert_array_equal(later, stand.frame(STILL, 0.5))
    assert stand.frame(STILL, 0.02).mean() > 90  # the last flash ends in the next round
