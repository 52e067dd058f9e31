from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from paintreel.errors import InputError, UnreadableFile
from paintreel.metrics import FeatureStatistics
from paintreel.metrics.table import MEASURES
from paintreel.scoring import sets
from paintreel.scoring.sets import SetMaterial, SetSide, set_scores

SET_MEASURES = [measure for measure in MEASURES.values() if measure.scope == "set"]


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
    scores, undefined = set_scores(
        SET_MEASURES, empty, empty, rng=np.random.default_rng(0), allow_biased=True
    )
    assert scores == {}
    names = ("radial_spectrum_distance", "fd", "kd")
    assert undefined == dict.fromkeys(names, "no file of one side was scored")


def spectral(rows: np.ndarray, seed: int = 0) -> SetSide:
    """A side of these features, with two files that have spectra."""
    found = side(rows, seed)
    for level in (-20.0, -30.0):
        found.add(SetMaterial(spectra=[np.full(32, level), np.full(32, level - 4.0)]))
    return found


def test_a_side_comes_back_from_its_file_as_it_was(tmp_path: Path):
    rows = np.random.default_rng(0).normal(size=(30, 4))
    before, path = spectral(rows), tmp_path / "side.npz"
    before.save(path)
    after = SetSide.load(path, rng=np.random.default_rng(1))
    assert after.statistics.name == "toy"
    assert after.statistics.count == 30
    assert np.array_equal(after.statistics.scatter, before.statistics.scatter)
    assert np.array_equal(after.vectors, before.vectors)
    assert np.allclose(after.spectrum, -27.0)
    assert after.spectrum_files == 2
    assert FeatureStatistics.load(path).count == 30


def test_parts_merge_into_the_whole(monkeypatch):
    monkeypatch.setattr(sets, "MOST_VECTORS", 100)
    rows = np.random.default_rng(3).normal(size=(400, 2))
    left, right, whole = side(rows[:150], 1), spectral(rows[150:], 2), side(rows, 3)
    left.merge(right)
    assert left.statistics.count == 400
    assert np.allclose(left.statistics.mean, whole.statistics.mean)
    assert np.allclose(left.statistics.covariance, whole.statistics.covariance)
    assert np.allclose(left.spectrum, -27.0)
    assert len(left.vectors) == 100
    of_right = sum(row in right.vectors for row in left.vectors)
    assert 45 < of_right < 80  # 62.5 expected of 250 in 400; sd below 5


def test_sides_of_other_networks_do_not_merge():
    other = SetSide("other", rng=np.random.default_rng(0))
    other.add(SetMaterial(features=list(np.ones((3, 2)))))
    with pytest.raises(InputError, match=r"'toy'.*'other'"):
        side(np.ones((5, 2))).merge(other)


def test_plain_statistics_have_a_frechet_distance_and_no_kernel_distance(tmp_path: Path):
    rows = np.random.default_rng(0).normal(size=(40, 3))
    statistics = FeatureStatistics(3, name="toy")
    statistics.update(rows + 2.0)
    statistics.save(tmp_path / "plain.npz")
    reference = SetSide.load(tmp_path / "plain.npz", rng=np.random.default_rng(0))
    scores, undefined = set_scores(
        SET_MEASURES,
        spectral(rows),
        reference,
        rng=np.random.default_rng(0),
        allow_biased=False,
    )
    assert scores["fd"].mean == pytest.approx(12.0)  # 2 in each of three dimensions
    assert set(undefined) == {"radial_spectrum_distance", "kd"}
    assert "--save-statistics" in undefined["kd"]


def test_nothing_gathered_is_not_saved(tmp_path: Path):
    with pytest.raises(InputError, match="no features to save"):
        SetSide("toy", rng=np.random.default_rng(0)).save(tmp_path / "side.npz")
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    "changes",
    [
        {"vectors": np.zeros((3, 4))},
        {"keys": np.zeros(2)},
        {"vectors": np.full((30, 4), np.nan)},
        {"spectrum_sum": np.zeros(5)},
        {"spectrum_files": np.array(0)},
    ],
)
def test_a_file_that_does_not_fit_together(tmp_path: Path, changes):
    good = tmp_path / "good.npz"
    spectral(np.random.default_rng(0).normal(size=(30, 4))).save(good)
    bad = tmp_path / "bad.npz"
    np.savez(bad, **{**np.load(good), **changes})
    with pytest.raises(UnreadableFile, match="do not fit together"):
        SetSide.load(bad, rng=np.random.default_rng(0))
