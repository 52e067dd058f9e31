from __future__ import annotations

import numpy as np
import pytest

from paintreel.roughs.regions import Partition


def pixels(values) -> Partition:
    colour = np.repeat(np.asarray(values, np.float32)[..., None], 3, axis=2)
    return Partition(np.arange(colour[..., 0].size).reshape(colour.shape[:2]), colour, steps=False)


def test_energy_of_two_pixels_by_hand():
    """Uniting values 0 and 2 in three channels leaves 1 * 1 / 2 * (3 * 4) = 6."""
    partition = pixels([[0.0, 2.0]])
    assert partition.energy() == pytest.approx([6.0])
    assert partition.energy_per_border() == pytest.approx([6.0])


def test_unite_until_leaves_the_asked_number():
    rng = np.random.default_rng(0)
    partition = pixels(rng.uniform(0, 255, (20, 30)))
    for count in (100, 17, 2, 1):
        partition.unite_until(partition.energy, count)
        assert partition.area.size == count
        assert partition.area.sum() == 600
        assert np.unique(partition.labels).size == count


def test_unite_until_takes_the_cheapest_first():
    partition = pixels([[0, 1, 50, 53, 200]])
    partition.unite_until(partition.energy, 3)
    assert partition.labels.tolist() == [0, 0, 1, 1, 2]
    assert partition.sums[:, 0] == pytest.approx([1, 103, 200])


def test_unite_until_more_than_there_are_changes_nothing():
    partition = pixels([[1, 2], [3, 4]])
    partition.unite_until(partition.energy, 9)
    assert partition.area.size == 4
