from __future__ import annotations

import numpy as np
import pytest

from paintreel.errors import DataError
from paintreel.learn.trainers.svmm_classifier import fit_classifier


def rings(count: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """(N, 2) points around a middle, in three rings that no straight line parts; their classes."""
    rng = np.random.default_rng(seed)
    classes = rng.integers(0, 3, count)
    radius, angle = classes + rng.normal(0, 0.1, count), rng.uniform(0, 2 * np.pi, count)
    points = np.stack([radius * np.cos(angle), radius * np.sin(angle)], axis=1)
    return (points * (5, 0.01) + (100, 0)).astype(np.float32), classes  # of any unit


def fit(features: np.ndarray, classes: np.ndarray, *, seed: int = 0, **more):
    given = {"count": 3, "fourier": 256, "width": 1.0, "steps": 1500, "batch": 32} | more
    return fit_classifier(features, classes, rng=np.random.default_rng(seed), **given)


def test_tells_what_no_line_can():
    machine = fit(*rings(600, 1))
    points, classes = rings(400, 2)
    assert (machine.classes(points) == classes).mean() > 0.95


def test_many_of_one_class_do_not_drown_another():
    points, classes = rings(900, 1)
    few = np.concatenate([np.nonzero(classes != 2)[0], np.nonzero(classes == 2)[0][:20]])
    machine = fit(points[few], classes[few])
    points, classes = rings(400, 2)
    assert (machine.classes(points[classes == 2]) == 2).mean() > 0.9


def test_margins_point_to_the_class():
    points, classes = rings(600, 1)
    margins = fit(points, classes).margins(points)
    assert margins.shape == (600, 3)
    own = margins[np.arange(600), classes]
    assert (own > 0).mean() > 0.9
    assert (np.delete(margins[classes == 0], 0, axis=1) < 0).mean() > 0.9


def test_features_dot_to_the_kernel():
    """Random Fourier features stand for exp(-distance^2 / (2 width^2)) of scaled features."""
    points, classes = rings(50, 1)
    machine = fit(points, classes, fourier=20_000, steps=2)
    lifted = machine.lift(points)
    scaled = (points - points.mean(0)) / points.std(0)
    far = np.square(scaled[:, None] - scaled).sum(-1)
    np.testing.assert_allclose(lifted @ lifted.T, np.exp(-far / 2), atol=0.04)


def test_the_same_seed_gives_the_same_machine():
    a, b, c = (fit(*rings(100, 1), seed=s, steps=50) for s in (3, 3, 4))
    np.testing.assert_array_equal(a.weights, b.weights)
    assert not np.array_equal(a.weights, c.weights)


def test_a_feature_that_never_changes_is_no_trouble():
    points, classes = rings(200, 1)
    machine = fit(np.concatenate([points, np.full((200, 1), 7, np.float32)], axis=1), classes)
    assert np.isfinite(machine.margins(np.full((1, 3), 5, np.float32))).all()


def test_one_class_is_refused():
    with pytest.raises(DataError, match="all regions are of one class"):
        fit(rings(20, 1)[0], np.zeros(20, int))
