"""Mumford-Shah regions: what is united, what is not, and that order does not matter."""

from __future__ import annotations

import time

import numpy as np
import pytest

from paintreel.metrics.scene import RegionSegmenter
from paintreel.metrics.scene.coherence import join_count
from paintreel.metrics.scene.segmentation import noise_variance


def regions(picture, **options):
    return RegionSegmenter(**options)(np.asarray(picture, np.float32))


def same_partition(first, second):
    pairs = np.unique(np.stack([first.ravel(), second.ravel()]), axis=1)
    return len(np.unique(first)) == len(np.unique(second)) == pairs.shape[1]


def checkers(side=16, count=4):
    tile = np.indices((count, count)).sum(axis=0) % 2
    return np.repeat(np.kron(tile, np.ones((side, side)))[..., None], 3, axis=2)


def test_flat_shapes_on_flat_ground_are_found_exactly():
    picture = np.full((80, 120, 3), 0.6, np.float32)
    picture[10:40, 20:60] = (0.8, 0.2, 0.2)
    picture[50:70, 70:110] = (0.1, 0.3, 0.8)
    labels = regions(picture)
    truth = np.zeros((80, 120), int)
    truth[10:40, 20:60], truth[50:70, 70:110] = 1, 2
    # The median rounds corners off, and the borders are a pixel soft.
    large = np.bincount(labels.ravel()) > 20
    assert large.sum() == 3
    assert np.mean(labels[truth == 1] == np.bincount(labels[truth == 1]).argmax()) > 0.95
    assert np.mean(labels[truth == 2] == np.bincount(labels[truth == 2]).argmax()) > 0.95


def test_checkers_stay_apart():
    labels = regions(checkers())
    assert (np.bincount(labels.ravel()) > 100).sum() == 16


def test_a_smooth_gradient_is_one_region():
    ramp = np.linspace(0.1, 0.9, 200, dtype=np.float32)[None, :, None]
    picture = np.broadcast_to(ramp, (100, 200, 3))
    assert regions(picture).max() == 0
    assert regions(picture, edge=0.0).max() > 0  # the bands of the model without the second pass


def test_a_larger_scale_gives_fewer_regions(paintings):
    for picture in paintings:
        counts = [regions(picture, scale=scale).max() + 1 for scale in (50, 500, 5000)]
        assert counts[0] > counts[1] > counts[2]


def test_mirrored_pictures_give_mirrored_regions(paintings):
    for picture in paintings:
        labels = regions(picture)
        across = regions(np.ascontiguousarray(picture[:, ::-1]))[:, ::-1]
        down = regions(np.ascontiguousarray(picture[::-1]))[::-1]
        assert same_partition(labels, across)
        assert same_partition(labels, down)


def test_regions_are_connected_and_numbered_from_zero(painting):
    import cv2

    labels = regions(painting)
    assert np.array_equal(np.unique(labels), np.arange(labels.max() + 1))
    for number in range(labels.max() + 1):
        mask = (labels == number).astype(np.uint8)
        assert cv2.connectedComponents(mask, connectivity=4)[0] == 2


@pytest.mark.parametrize("sigma", [0.05, 0.1])
def test_noise_neither_makes_nor_drowns_regions(paintings, sigma):
    chance = np.random.default_rng(0)
    for picture in paintings:
        clean, noisy = (
            (np.bincount(regions(x).ravel()) > 0.002 * picture[..., 0].size).sum()
            for x in (picture, np.clip(picture + chance.normal(0, sigma, picture.shape), 0, 1))
        )
        assert 0.6 * clean <= noisy <= 1.5 * clean


@pytest.mark.parametrize("shape", [(1, 1), (1, 50), (50, 1), (2, 2)])
def test_the_smallest_pictures_work(shape):
    assert regions(np.full((*shape, 3), 0.3)).shape == shape


def test_flat_pictures_take_few_rounds():
    start = time.process_time()
    assert regions(np.full((256, 256, 3), 0.5)).max() == 0
    assert time.process_time() - start < 3.0  # n rounds for a row of n pixels would take minutes


@pytest.mark.parametrize("sigma", [0.0, 0.02, 0.1])
def test_noise_variance_is_that_of_the_noise(sigma):
    ramp = np.linspace(0.3, 0.7, 128)[:, None, None]
    noise = np.random.default_rng(0).normal(0, sigma, (128, 128, 2))
    found = noise_variance((ramp + noise).astype(np.float32))
    assert found == pytest.approx(2 * sigma**2, rel=0.1, abs=1e-8)


def test_join_count_runs_from_order_to_chance():
    halves = np.repeat([0, 1], 32)[:, None] * np.ones((1, 64), int)
    chance = np.random.default_rng(0).integers(0, 2, (64, 64))
    assert join_count(halves, 1) > 0.95
    assert join_count(chance, 1) == pytest.approx(0.0, abs=0.05)
    assert join_count(halves * 0, 4) == 1.0
    assert join_count(halves[:2], 80) == 1.0
    assert join_count(7 - 3 * halves, 4) == join_count(halves, 4)
