"""Eq. 10: the kernel machine, its training and the machines that ship."""

from __future__ import annotations

import tomllib

import numpy as np
import pytest

from paintreel.errors import DataError, ModelFileError
from paintreel.learn.trainers.kernel_machine import fit_machine, kernel_between
from paintreel.runtime.card import sha256_of
from paintreel.words.nearness import bundled_nearness
from paintreel.words.support_vectors import (
    MACHINE_FILE,
    KernelMachine,
    WordMachine,
    bundled_machine,
    word_features,
)


def test_a_decision_is_equation_10():
    rng = np.random.default_rng(3)
    vectors, weights, x = rng.normal(size=(5, 4)), rng.normal(size=5), rng.normal(size=4)
    machine = KernelMachine(vectors, weights, 0.3, 0.7)
    kernel = [np.exp(-0.7 * np.sum((v - x) ** 2)) for v in vectors]
    assert machine.decide(x) == pytest.approx(np.dot(weights, kernel) + 0.3)


def rings() -> tuple[np.ndarray, np.ndarray]:
    """Points that no straight line parts: an inner ring and an outer one."""
    rng = np.random.default_rng(7)
    angle, radius = rng.uniform(0, 2 * np.pi, 80), np.repeat([1.0, 2.5], 40)
    points = np.stack([radius * np.cos(angle), radius * np.sin(angle)], axis=1)
    return points + rng.normal(0, 0.1, points.shape), np.repeat([1, -1], 40)


def test_the_trainer_finds_the_optimum_of_the_dual():
    """Its conditions (Karush, Kuhn and Tucker) hold at every example."""
    points, signs = rings()
    machine = fit_machine(points, signs, gamma=0.5, cost=2.0)
    values = np.array([machine.decide(p) for p in points])
    margins = signs * values
    kept = (kernel_between(points, machine.vectors, 1.0) > 1 - 1e-9).any(axis=1)
    alpha = np.zeros(len(points))
    for i in np.flatnonzero(kept):
        at = int(np.argmin(((machine.vectors - points[i]) ** 2).sum(axis=1)))
        alpha[i] = machine.weights[at] * signs[i]
    assert alpha.min() >= 0
    assert alpha @ signs == pytest.approx(0, abs=1e-9)
    assert np.all(margins[alpha == 0] >= 1 - 2e-3)
    free = (alpha > 1e-9) & (alpha < 2.0 - 1e-9)
    np.testing.assert_allclose(margins[free], 1, atol=2e-3)
    assert (np.sign(values) == signs).all()


def test_it_decides_as_another_library_does():
    svm = pytest.importorskip("sklearn.svm")
    points, signs = rings()
    ours = fit_machine(points, signs, gamma=0.5, cost=2.0, tolerance=1e-5)
    theirs = svm.SVC(C=2.0, gamma=0.5, tol=1e-6).fit(points, signs).decision_function(points)
    np.testing.assert_allclose([ours.decide(p) for p in points], theirs, atol=1e-3)


def test_one_sign_is_refused():
    with pytest.raises(DataError, match="all examples are of one sign"):
        fit_machine(np.zeros((3, 2)), np.ones(3), gamma=1, cost=1)


def test_the_card_is_of_the_file_that_ships():
    card = tomllib.loads(MACHINE_FILE.with_suffix(".toml").read_text("utf-8"))
    assert card["sha256"] == sha256_of(MACHINE_FILE)
    assert "allow_dirty" not in card["training"]
    assert card["training"]["measures"]["macro_recall"] > 0.7


@pytest.mark.parametrize(
    ("word", "sign"), [("gladness", 1), ("hilarity", 1), ("despicable", -1), ("spitefulness", -1)]
)
def test_words_that_were_not_learnt(word, sign):
    nearness = bundled_nearness()
    assert np.sign(bundled_machine().tendency(word_features(nearness, word))) == sign


@pytest.mark.parametrize("word", ["curtain", "railway", "envelope", "seventeen"])
def test_words_of_every_day_say_nothing(word):
    assert bundled_machine().tendency(word_features(bundled_nearness(), word)) == 0


def test_a_stranger_is_not_known_by_its_kin():
    nearness = bundled_nearness()
    known, strange = (word_features(nearness, "joyful", stranger=s) for s in (False, True))
    assert known.shape == strange.shape
    assert known.max() > strange.max() or (known > strange).any()
    assert word_features(nearness, "blorft") is None


def test_machines_survive_their_file(tmp_path):
    path = tmp_path / "machine.npz"
    machine = bundled_machine()
    np.savez_compressed(path, **machine.arrays())
    features = word_features(bundled_nearness(), "glad")
    assert WordMachine.load(path).tendency(features) == pytest.approx(machine.tendency(features))
    path.write_bytes(b"no file")
    with pytest.raises(ModelFileError, match="is no machine of words"):
        WordMachine.load(path)
