"""Fréchet and kernel distances: analytic Gaussians, scipy's matrix root, merging, files."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import linalg

from paintreel.errors import InputError, OutputError, UnreadableFile
from paintreel.metrics.distribution import FeatureStatistics, frechet_distance, kernel_distance


def _statistics(features: np.ndarray, name: str = "toy") -> FeatureStatistics:
    found = FeatureStatistics(features.shape[1], name=name)
    found.update(features)
    return found


def _gaussian(mean: np.ndarray, covariance: np.ndarray, count: int = 10) -> FeatureStatistics:
    """Statistics with exactly this mean and covariance."""
    found = FeatureStatistics(mean.size, name="toy")
    found.count, found.mean, found.scatter = count, mean, covariance * (count - 1)
    return found


def _random_covariance(rng: np.random.Generator, dimensions: int) -> np.ndarray:
    root = rng.normal(size=(dimensions, dimensions + 3))
    return root @ root.T / dimensions


def test_mean_and_covariance_are_those_of_numpy() -> None:
    features = np.random.default_rng(0).normal(3.0, 2.0, (200, 7)).astype(np.float32)
    found = _statistics(features)
    assert found.count == 200
    np.testing.assert_allclose(found.mean, features.mean(axis=0, dtype=np.float64))
    np.testing.assert_allclose(found.covariance, np.cov(features.astype(np.float64).T), atol=1e-12)


@settings(max_examples=30)
@given(st.lists(st.integers(0, 40), min_size=1, max_size=6), st.integers(0, 1000))
def test_batches_and_merges_give_the_whole(sizes: list[int], seed: int) -> None:
    features = np.random.default_rng(seed).normal(1e3, 1.0, (sum(sizes) + 2, 4))
    whole = _statistics(features)
    parts = np.split(features, np.cumsum(sizes))
    batched = FeatureStatistics(4, name="toy")
    merged = FeatureStatistics(4, name="toy")
    for part in parts:
        batched.update(part)
        merged.merge(_statistics(part))
    for found in (batched, merged):
        assert found.count == whole.count
        np.testing.assert_allclose(found.mean, whole.mean, rtol=1e-12)
        np.testing.assert_allclose(found.covariance, whole.covariance, atol=1e-8)


def test_distance_of_known_gaussians() -> None:
    """For commuting covariances: |m1 - m2|^2 + sum (sqrt v1 - sqrt v2)^2."""
    rng = np.random.default_rng(0)
    basis = linalg.qr(rng.normal(size=(6, 6)))[0]
    v_1, v_2 = rng.uniform(0.1, 4.0, (2, 6))
    m_1, m_2 = rng.normal(size=(2, 6))
    first = _gaussian(m_1, basis * v_1 @ basis.T)
    second = _gaussian(m_2, basis * v_2 @ basis.T)
    expected = np.sum((m_1 - m_2) ** 2) + np.sum((np.sqrt(v_1) - np.sqrt(v_2)) ** 2)
    assert frechet_distance(first, second) == pytest.approx(expected, rel=1e-12)


@pytest.mark.parametrize("dimensions", [1, 5, 64])
def test_distance_agrees_with_the_matrix_root_of_scipy(dimensions: int) -> None:
    rng = np.random.default_rng(dimensions)
    one, two = (_random_covariance(rng, dimensions) for _ in range(2))
    mean = rng.normal(size=dimensions)
    first = _gaussian(mean, one, count=100)
    second = _gaussian(np.zeros(dimensions), two, count=100)
    root = linalg.sqrtm(one @ two)
    expected = mean @ mean + np.trace(one + two - 2.0 * root.real)
    assert frechet_distance(first, second) == pytest.approx(expected, rel=1e-9)


@given(st.integers(0, 500), st.integers(1, 8))
def test_identity_symmetry_shift_and_turn(seed: int, dimensions: int) -> None:
    rng = np.random.default_rng(seed)
    x, y = rng.normal(size=(2, 30, dimensions))
    y = 2.0 * y + 1.0
    distance = frechet_distance(_statistics(x), _statistics(y))
    assert frechet_distance(_statistics(x), _statistics(x)) == pytest.approx(0.0, abs=1e-6)
    assert frechet_distance(_statistics(y), _statistics(x)) == pytest.approx(distance, rel=1e-9)
    turn = linalg.qr(rng.normal(size=(dimensions, dimensions)))[0]
    moved = [_statistics(z @ turn + 5.0) for z in (x, y)]
    assert frechet_distance(*moved) == pytest.approx(distance, rel=1e-7)


def test_singular_covariances_are_refused_unless_asked_for() -> None:
    few = np.random.default_rng(0).normal(size=(5, 6))
    enough = np.random.default_rng(1).normal(size=(6, 6))
    with pytest.raises(InputError, match=r"5 feature vectors of 6 .*--allow-biased"):
        frechet_distance(_statistics(few), _statistics(enough))
    assert frechet_distance(_statistics(enough), _statistics(enough)) < 1e-6
    assert frechet_distance(_statistics(few), _statistics(enough), allow_biased=True) > 0.0
    with pytest.raises(InputError, match="at least two"):
        frechet_distance(_statistics(few[:1]), _statistics(few), allow_biased=True)


def test_constant_features_are_points() -> None:
    first = _statistics(np.tile([1.0, 2.0], (10, 1)))
    second = _statistics(np.tile([4.0, 6.0], (10, 1)))
    assert frechet_distance(first, second) == pytest.approx(25.0)


def test_features_of_different_networks_are_not_compared() -> None:
    x = np.random.default_rng(0).normal(size=(10, 3))
    with pytest.raises(InputError, match=r"'toy'.*'dske'"):
        frechet_distance(_statistics(x), _statistics(x, "dske"))
    with pytest.raises(InputError, match="3 dimensions"):
        _statistics(x).merge(_statistics(x[:, :2]))


@pytest.mark.parametrize(
    ("features", "message"),
    [
        (np.full((4, 3), np.nan), "NaN"),
        (np.zeros((4, 2)), "2 dimensions"),
        (np.zeros(3), r"\(N, D\)"),
        (np.zeros((4, 3), complex), "real"),
    ],
)
def test_bad_features_are_refused_and_leave_no_trace(features: np.ndarray, message: str) -> None:
    statistics = _statistics(np.random.default_rng(0).normal(size=(10, 3)))
    before = statistics.covariance
    with pytest.raises(InputError, match=message):
        statistics.update(features)
    np.testing.assert_array_equal(statistics.covariance, before)


def test_statistics_survive_a_file(tmp_path: Path) -> None:
    statistics = _statistics(np.random.default_rng(0).normal(size=(10, 3)), "dske")
    path = tmp_path / "panels.npz"
    statistics.save(path)
    found = FeatureStatistics.load(path)
    assert (found.name, found.count, found.dimensions) == ("dske", 10, 3)
    np.testing.assert_array_equal(found.scatter, statistics.scatter)
    assert frechet_distance(found, statistics) == pytest.approx(0.0, abs=1e-7)
    with pytest.raises(OutputError, match="exists"):
        statistics.save(path)
    statistics.save(path, overwrite=True)


def test_other_files_are_refused(tmp_path: Path) -> None:
    good = tmp_path / "good.npz"
    _statistics(np.random.default_rng(0).normal(size=(10, 3))).save(good)
    fields = dict(np.load(good))
    damaged = {
        "missing.npz": None,
        "empty.npz": b"",
        "text.npz": b"not an archive",
        "cut.npz": good.read_bytes()[:-200],
        "other.npz": {"x": np.zeros(3)},
        "array.npz": "npy",
        "pickle.npz": {**fields, "mean": np.array([{}], dtype=object)},
        "future.npz": {**fields, "version": np.array(9)},
        "shape.npz": {**fields, "scatter": np.zeros((2, 2))},
        "nan.npz": {**fields, "mean": np.full(3, np.nan)},
    }
    for name, content in damaged.items():
        path = tmp_path / name
        if isinstance(content, bytes):
            path.write_bytes(content)
        elif isinstance(content, dict):
            np.savez(path, **content)
        elif content == "npy":
            with path.open("wb") as file:
                np.save(file, np.zeros(3))
        with pytest.raises(UnreadableFile, match=name):
            FeatureStatistics.load(path)


def _plain_squared_mmd(x: np.ndarray, y: np.ndarray) -> float:
    def kernel(a: np.ndarray, b: np.ndarray) -> float:
        return (a @ b / len(a) + 1.0) ** 3

    n = len(x)
    within = sum(
        kernel(z[i], z[j]) for z in (x, y) for i in range(n) for j in range(n) if i != j
    ) / (n * (n - 1))
    return within - 2.0 * sum(kernel(a, b) for a in x for b in y) / n**2


def test_kernel_distance_of_one_subset_is_its_definition() -> None:
    rng = np.random.default_rng(0)
    x, y = rng.normal(size=(12, 5)), rng.normal(0.5, 1.0, size=(12, 5))
    found = kernel_distance(x, y, rng=rng, subset_size=12, subsets=3)
    expected = _plain_squared_mmd(x, y)
    assert found.mean == pytest.approx(expected)
    assert found.sd == pytest.approx(0.0, abs=1e-12)
    assert found.low == pytest.approx(expected)


def test_kernel_distance_is_unbiased_and_its_interval_holds_the_truth() -> None:
    rng = np.random.default_rng(1)
    means = [
        kernel_distance(*rng.normal(size=(2, 60, 4)), rng=rng, subsets=4).mean for _ in range(60)
    ]
    assert abs(np.mean(means)) < 3.0 * np.std(means) / np.sqrt(60)
    same = kernel_distance(*rng.normal(size=(2, 400, 4)), rng=rng)
    assert same.low < 0.0 < same.high
    assert (same.subsets, same.subset_size) == (100, 200)
    apart = kernel_distance(rng.normal(size=(400, 4)), rng.normal(1.0, 1.0, size=(300, 4)), rng=rng)
    assert apart.low > 0.0
    assert apart.subset_size == 150


def test_kernel_distance_repeats_with_its_seed() -> None:
    x, y = np.random.default_rng(0).normal(size=(2, 50, 3))
    first, second = (kernel_distance(x, y, rng=np.random.default_rng(5)) for _ in range(2))
    assert first == second


def test_kernel_distance_refuses_what_it_cannot_draw() -> None:
    rng = np.random.default_rng(0)
    x = rng.normal(size=(10, 3))
    with pytest.raises(InputError, match="dimensions"):
        kernel_distance(x, x[:, :2], rng=rng)
    with pytest.raises(InputError, match="subsets of 11"):
        kernel_distance(x, x, rng=rng, subset_size=11)
    with pytest.raises(InputError, match="sets of 1 and 10"):
        kernel_distance(x[:1], x, rng=rng)
    with pytest.raises(InputError, match="at least one subset"):
        kernel_distance(x, x, rng=rng, subsets=0)
