"""What the networks of lines and of colour are given."""

from __future__ import annotations

import numpy as np

from paintreel.roughs.drawing_planes import (
    PALETTE_VALUES,
    colorize_planes,
    condition_of,
    lineart_planes,
    noise_of,
    over_lines,
    palette_of,
)
from paintreel.roughs.labels import one_hot


def test_lineart_planes():
    picture = np.random.default_rng(0).random((3, 4, 3), np.float32)
    planes = lineart_planes(picture, 0.25, 0.75, clean=True)
    assert planes.shape == (6, 3, 4)
    assert planes.dtype == np.float32
    np.testing.assert_array_equal(planes[:3].transpose(1, 2, 0), picture)
    assert [float(plane.min()) for plane in planes[3:]] == [0.25, 0.75, 1.0]
    assert [float(plane.max()) for plane in planes[3:]] == [0.25, 0.75, 1.0]
    assert (lineart_planes(picture, 0.25, 0.75, clean=False)[5] == 0).all()


def test_colorize_planes():
    lines = np.array([[0, 1, 0.5]], np.float32)
    hints = np.array([[[1, 0.5, 0, 1], [1, 1, 1, 0], [0.5, 1, 0, 0.5]]], np.float32)
    planes = colorize_planes(lines, hints)
    assert planes.dtype == np.float32
    np.testing.assert_array_equal(planes[0], lines)
    # Colour under no alpha is nothing, whatever the file holds there.
    np.testing.assert_allclose(planes[1:4, 0].T, [[1, 0.5, 0], [0, 0, 0], [0.25, 0.5, 0]])
    np.testing.assert_allclose(planes[4, 0], [1, 0, 0.5])
    bare = colorize_planes(lines)
    np.testing.assert_array_equal(bare[0], lines)
    assert (bare[1:] == 0).all()


def test_the_palette_is_sorted_by_share():
    picture = np.zeros((40, 40, 3), np.uint8)
    picture[:8] = (200, 40, 30)
    picture[8:20] = (30, 60, 180)
    palette = palette_of(picture)
    assert palette.shape == (3, 4)
    np.testing.assert_allclose(palette[:, 3], [0.5, 0.3, 0.2], atol=1e-6)
    rgb = np.array([[0, 0, 0], [30, 60, 180], [200, 40, 30]]) / 255
    np.testing.assert_allclose(palette[:, :3], rgb, atol=0.004)


def test_the_palette_is_of_any_depth_and_size():
    chance = np.random.default_rng(1)
    picture = chance.integers(0, 256, (37, 301, 3), np.uint8)
    palette = palette_of(picture)
    assert palette.shape == (8, 4)
    assert abs(float(palette[:, 3].sum()) - 1) < 1e-5
    assert (np.diff(palette[:, 3]) <= 0).all()
    np.testing.assert_allclose(palette_of(picture.astype(np.uint16) * 257), palette, atol=1e-5)
    np.testing.assert_allclose(palette_of(picture.astype(np.float32) / 255), palette, atol=1e-5)


def test_condition():
    palette = np.array([[0.5, 0.25, 0, 0.75], [1, 1, 1, 0.25]], np.float32)
    condition = condition_of(palette, one_hot("water", ("forest", "water")))
    assert condition.shape == (1, PALETTE_VALUES + 2)
    assert condition.dtype == np.float32
    assert condition[0, :8].tolist() == [0.5, 0.25, 0, 0.75, 1, 1, 1, 0.25]
    assert (condition[0, 8:32] == 0).all()
    assert condition[0, 32:].tolist() == [1, 0, 1]
    unknown = condition_of(None, one_hot(None, ("forest", "water")))
    assert (unknown == 0).all()


def test_noise_is_of_its_seed():
    noise = noise_of(3, 64)
    assert noise.shape == (1, 64)
    assert set(noise.ravel().tolist()) == {0.0, 2.0}
    np.testing.assert_array_equal(noise, noise_of(3, 64))
    assert (noise != noise_of(4, 64)).any()
    assert (noise_of(None, 8) == 1).all()
    assert abs(float(noise_of(0, 20_000).mean()) - 1) < 0.03


def test_lines_lie_on_colours():
    colours = np.full((1, 3, 3), 0.8, np.float32)
    lines = np.array([[0, 0.5, 1]], np.float32)
    laid = over_lines(colours, lines, np.array([0.2, 0, 0]))
    np.testing.assert_allclose(laid[0], [[0.8] * 3, [0.5, 0.4, 0.4], [0.2, 0, 0]], atol=1e-6)
