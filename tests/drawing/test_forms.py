"""Outlines against geometry worked out by hand."""

from __future__ import annotations

import numpy as np
import pytest

from paintreel.drawing import forms


def area(outline: np.ndarray) -> float:
    """Area of a polygon (N, 2) by the shoelace formula."""
    x, y = outline.T
    return 0.5 * abs(float(x @ np.roll(y, 1) - y @ np.roll(x, 1)))


def test_an_ellipse_has_its_area():
    outline = forms.ellipses((2.0, 3.0), 0.5, 0.2, count=400)[0]
    assert area(outline) == pytest.approx(np.pi * 0.5 * 0.2, rel=1e-3)
    np.testing.assert_allclose(outline.mean(axis=0), (2.0, 3.0))


def test_many_ellipses_keep_their_own_radii():
    shapes = forms.ellipses([[0.0, 0.0], [5.0, 0.0]], np.array([1.0, 2.0]), count=360)
    np.testing.assert_allclose(np.ptp(shapes, axis=1), [[2.0, 2.0], [4.0, 4.0]], rtol=1e-3)


def test_a_strip_is_as_wide_as_asked():
    path = np.stack([np.linspace(0.0, 1.0, 9), np.zeros(9)], axis=-1)
    band = forms.strip(path, np.linspace(0.2, 0.4, 9))
    assert area(band) == pytest.approx(0.3)
    half = forms.strip(path, 0.2, 0.0, 1.0)
    assert area(half) == pytest.approx(0.1)
    assert half[:, 1].min() >= 0.0


def test_a_strip_of_two_points_may_stand_upright():
    band = forms.strip(np.array([[1.0, 0.0], [1.0, 2.0]]), (0.1, 0.3))
    assert area(band) == pytest.approx(0.4)


def test_a_curve_passes_its_points():
    points = np.array([[0.0, 0.0], [1.0, 2.0], [3.0, 1.0]])
    np.testing.assert_allclose(forms.curve(points, 9)[[0, 4, 8]], points, atol=1e-6)


def test_a_ridge_spans_the_frame_and_stays_in_range():
    for sharp in (True, False):
        line = forms.ridge(np.random.default_rng(2), 1.8, peaks=4.0, sharp=sharp)
        assert line[0, 0] < 0.0
        assert line[-1, 0] > 1.8
        assert (np.diff(line[:, 0]) > 0).all()
        assert line[:, 1].min() > -0.2
        assert line[:, 1].max() < 1.2


def test_blobs_do_not_grow_beyond_their_lumps():
    shapes = forms.blobs(np.random.default_rng(1), np.zeros((40, 2)), 0.5, rough=0.2)
    reach = np.hypot(shapes[..., 0], shapes[..., 1])
    assert reach.max() < 0.5 * (1.0 + 0.2 * 1.1 + 1e-9)
    assert reach.min() > 0.5 * (1.0 - 0.2 * 1.5 - 1e-9)
