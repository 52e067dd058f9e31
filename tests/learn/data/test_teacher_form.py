from __future__ import annotations

import numpy as np

from paintreel.learn.data.teacher_form import enhance_forms, skin_likeness


def wave(depth, level=0.6, period=16):
    light = level + depth * np.sin(2 * np.pi * np.arange(128, dtype=np.float32) / period)
    return np.repeat(np.tile(light, (64, 1))[..., None], 3, axis=2).astype(np.float32)


def enhanced(x, amount):
    return enhance_forms(x, amount, skin_likeness(x))


def test_no_gain_changes_nothing():
    x = wave(0.05)
    assert enhanced(x, 0.0) is x
    flat = np.full((32, 32, 3), 0.4, np.float32)
    np.testing.assert_allclose(enhanced(flat, 2.0), flat, atol=1e-5)


def test_faint_forms_gain_and_strong_ones_hardly():
    def gain(depth):
        x = wave(depth)
        return enhanced(x, 1.0)[32, 32:96].std() / x[32, 32:96].std() - 1

    assert 0.6 < gain(0.02) < 1.05
    assert gain(0.3) < 0.3


def test_no_halo_beside_a_ridge():
    """Sky above a dark ridge: light next to it stays what it is further away."""
    x = np.where(np.arange(96) < 48, 0.9, 0.1).astype(np.float32)
    x = np.repeat(np.tile(x, (64, 1))[..., None], 3, axis=2)
    assert np.abs(enhanced(x, 1.0) - x).max() < 0.06  # of a step of 0.8


def test_colours_keep_their_hue():
    x = wave(0.04) * np.float32((0.9, 0.6, 0.3))
    y = enhanced(x, 1.0)
    inner = (slice(16, -16), slice(16, -16))
    ratio = y[inner] / x[inner]
    np.testing.assert_allclose(ratio[..., 0], ratio[..., 2], atol=1e-4)


def test_skin_is_told_from_sky_and_leaves():
    colours = {"skin": (0.85, 0.62, 0.52), "sky": (0.45, 0.65, 0.9), "leaf": (0.3, 0.5, 0.2)}
    flats = {name: np.full((64, 80, 3), c, np.float32) for name, c in colours.items()}
    like = {name: skin_likeness(x).mean() for name, x in flats.items()}
    assert like["skin"] > 0.8
    assert like["sky"] == like["leaf"] == 0.0


def test_skin_gains_less():
    skin, grey = (wave(0.02) * np.float32(c) for c in ((1.3, 0.95, 0.8), (1, 1, 1)))

    def gain(x):
        return enhanced(x, 1.0)[32, 32:96, 0].std() / x[32, 32:96, 0].std() - 1

    assert gain(skin) < 0.6 * gain(grey)
