"""Fusion measures: known mixtures, chance levels, invariances."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from paintreel.errors import InputError
from paintreel.metrics.fusion import dynamic_coupling_index, multimodal_fusion_degree


def _features(seed: int, *shape: int) -> np.ndarray:
    return np.random.default_rng(seed).normal(size=shape)


def test_fusion_of_everything_equal_is_one() -> None:
    x = _features(0, 4, 300, 3)
    assert multimodal_fusion_degree(x, x, x) == 1.0


def test_copying_one_source_scores_half_and_a_stranger_nothing() -> None:
    painting, footage, stranger = (_features(seed, 5000, 4) for seed in range(3))
    assert multimodal_fusion_degree(painting, painting, footage) == pytest.approx(0.5, abs=0.005)
    assert multimodal_fusion_degree(stranger, painting, footage) == pytest.approx(0.0, abs=0.005)


def test_chance_level_does_not_depend_on_the_sample() -> None:
    few, many = (
        multimodal_fusion_degree(*(_features(seed, count, 16) for seed in range(3)))
        for count in (1024, 20000)
    )
    assert few < 0.01
    assert many < 0.001


def test_a_mixture_tells_of_both_and_more_when_they_agree() -> None:
    painting, footage = _features(0, 4000, 4), _features(1, 4000, 4)
    mixed = multimodal_fusion_degree((painting + footage) / 2, painting, footage)
    assert 0.05 < mixed < 0.5
    alike = painting + 0.3 * footage
    agreeing = multimodal_fusion_degree((painting + alike) / 2, painting, alike)
    assert agreeing > mixed + 0.2


@settings(max_examples=20)
@given(st.integers(0, 1000))
def test_increasing_maps_and_order_do_not_matter(seed: int) -> None:
    painting, footage = _features(seed, 1100, 3), _features(seed + 1, 1100, 3)
    fused = painting + footage
    value = multimodal_fusion_degree(fused, painting, footage)
    assert 0.0 <= value <= 1.0
    mapped = multimodal_fusion_degree(np.exp(fused), 3.0 * painting + 1.0, footage**3)
    assert mapped == pytest.approx(value, abs=1e-6)
    order = np.random.default_rng(seed).permutation(1100)
    assert multimodal_fusion_degree(fused[order], painting[order], footage[order]) == pytest.approx(
        value
    )


def test_dead_channels_tell_nothing() -> None:
    x = _features(0, 1100, 2)
    dead = x.copy()
    dead[:, 1] = 0.0
    assert multimodal_fusion_degree(dead, dead, dead) == 0.5
    rectified = np.maximum(x, 0.0)  # half of each channel is one tie
    assert multimodal_fusion_degree(rectified, rectified, rectified) == 1.0


def test_fusion_refuses_what_it_cannot_count() -> None:
    x = _features(0, 1100, 2)
    with pytest.raises(InputError, match=r"painting \(1100, 1\)"):
        multimodal_fusion_degree(x, x[:, :1], x)
    with pytest.raises(InputError, match="200 samples"):
        multimodal_fusion_degree(x[:200], x[:200], x[:200])
    with pytest.raises(InputError, match="footage has NaN"):
        multimodal_fusion_degree(x, x, np.full_like(x, np.nan))
    with pytest.raises(InputError, match="two bins"):
        multimodal_fusion_degree(x, x, x, bins=1)
    with pytest.raises(InputError, match="numpy array"):
        multimodal_fusion_degree([[1.0]], x, x)


def test_coupling_of_equal_paths_is_the_gate_entropy() -> None:
    path = _features(0, 3, 200, 6)
    for share, bits in ((0.5, 1.0), (0.0, 0.0), (1.0, 0.0), (0.11, 0.49992)):
        gates = np.full((3, 4), share)
        assert dynamic_coupling_index(path, path, gates) == pytest.approx(bits, abs=1e-4)


def test_coupling_is_the_correlation_of_one_channel_paths() -> None:
    rng = np.random.default_rng(0)
    painting = rng.normal(size=(2, 500, 1))
    footage = painting + rng.normal(size=(2, 500, 1)) * [[[0.5]], [[2.0]]]
    expected = np.mean(
        [abs(np.corrcoef(a[:, 0], b[:, 0])[0, 1]) for a, b in zip(painting, footage, strict=True)]
    )
    found = dynamic_coupling_index(painting, footage, np.full((2, 1), 0.5))
    assert found == pytest.approx(expected)


def test_coupling_of_strangers_is_at_chance() -> None:
    painting, footage = _features(0, 3, 2000, 32), _features(1, 3, 2000, 32)
    chance = dynamic_coupling_index(painting, footage, np.full((3, 2), 0.5))
    assert chance < 1.2 * np.sqrt(8 / 2000)


def test_coupling_falls_with_noise_and_rises_with_use_of_both() -> None:
    path, noise = _features(0, 2, 400, 5), _features(1, 2, 400, 5)
    even = np.full((2, 3), 0.5)
    ladder = [dynamic_coupling_index(path, path + s * noise, even) for s in (0.0, 0.5, 2.0)]
    assert ladder == sorted(ladder, reverse=True)
    gates = [np.full((2, 3), share) for share in (0.02, 0.2, 0.5)]
    rising = [dynamic_coupling_index(path, path, g) for g in gates]
    assert rising == sorted(rising)


@settings(max_examples=20)
@given(st.integers(0, 1000))
def test_linear_maps_of_a_path_do_not_matter(seed: int) -> None:
    rng = np.random.default_rng(seed)
    painting, footage = rng.normal(size=(2, 2, 120, 4))
    footage += painting
    gates = rng.uniform(size=(2, 4))
    value = dynamic_coupling_index(painting, footage, gates)
    assert 0.0 <= value <= 1.0
    mix = rng.normal(size=(4, 4)) + 3.0 * np.eye(4)
    mapped = dynamic_coupling_index(painting @ mix + 7.0, footage, gates)
    assert mapped == pytest.approx(value, abs=1e-7)


def test_a_constant_path_couples_with_nothing() -> None:
    path = _features(0, 2, 100, 4)
    flat = np.full((2, 100, 4), 0.1)
    assert dynamic_coupling_index(path, flat, np.full((2, 4), 0.5)) == 0.0


def test_coupling_refuses_shapes_that_disagree() -> None:
    path, gates = _features(0, 2, 100, 4), np.full((2, 4), 0.5)
    with pytest.raises(InputError, match="agree in frames"):
        dynamic_coupling_index(path, path[:1], gates)
    with pytest.raises(InputError, match="agree in frames"):
        dynamic_coupling_index(path, path, gates[:1])
    with pytest.raises(InputError, match="60 positions"):
        dynamic_coupling_index(path[:, :60], path[:, :60], gates)
    with pytest.raises(InputError, match="softmax"):
        dynamic_coupling_index(path, path, gates + 1.0)
    with pytest.raises(InputError, match="3 axes"):
        dynamic_coupling_index(path[0], path[0], gates)
    with pytest.raises(InputError, match="gates has NaN"):
        dynamic_coupling_index(path, path, np.full((2, 4), np.nan))
