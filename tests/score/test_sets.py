from __future__ import annotations

import numpy as np

from paintreel.score import sets
from paintreel.score.sets import SetMaterial, SetSide, set_scores


def side(rows: np.ndarray, seed: int = 0) -> SetSide:
    found = SetSide("toy", rng=np.random.default_rng(seed))
    for part in np.array_split(rows, 5):
        found.add(SetMaterial(features=list(part)))
    return found


def test_memory_of_vectors_is_bounded_and_the_sample_is_fair(monkeypatch):
    monkeypatch.setattr(sets, "MOST_VECTORS", 100)
    rows = np.arange(1000.0)[:, None]
    found = side(rows)
    assert found.statistics.count == 1000
    assert found.statistics.mean == np.mean(rows)
    assert len(found.vectors) == 100
    assert len(np.unique(found.vectors)) == 100
    assert abs(found.vectors.mean() - 499.5) < 100  # 3.4 standard errors


def test_few_vectors_are_all_kept():
    rows = np.random.default_rng(1).normal(size=(20, 3))
    assert np.allclose(side(rows).vectors, rows)


def test_an_empty_side_has_reasons():
    empty = SetSide("toy", rng=np.random.default_rng(0))
    names = ["radial_spectrum_distance", "fd", "kd"]
    scores, undefined = set_scores(
        names, empty, empty, rng=np.random.default_rng(0), allow_biased=True
    )
    assert scores == {}
    assert set(undefined) == set(names)
