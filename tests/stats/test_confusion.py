"""Recognition of classes, against other measures of this room and by hand."""

from __future__ import annotations

import numpy as np
import pytest

from paintreel.errors import InputError
from paintreel.stats import (
    confusion_of,
    fleiss_kappa,
    rater_confusion,
    recall_gain,
    recognition_of,
)


def test_kappa_is_that_of_two_raters():
    rng = np.random.default_rng(0)
    truth = rng.integers(0, 4, 80)
    guess = np.where(rng.random(80) < 0.6, truth, rng.integers(0, 4, 80))
    counts = np.zeros((80, 4))
    for column in (truth, guess):
        counts[np.arange(80), column] += 1
    found = recognition_of(confusion_of(truth, guess, 4))
    assert found.kappa == pytest.approx(fleiss_kappa(counts))
    assert found.accuracy == pytest.approx((truth == guess).mean())


def test_classes_that_do_not_occur_do_not_count():
    found = recognition_of(confusion_of([0, 0, 2, 2], [0, 2, 2, 2], 4))
    assert found.macro_recall == pytest.approx(0.75)
    assert np.isnan(recognition_of(np.zeros((3, 3))).accuracy)


def test_raters_agree_with_each_other_by_fleiss():
    rng = np.random.default_rng(1)
    votes = rng.multinomial(3, [0.6, 0.3, 0.1], size=50)
    assert recognition_of(rater_confusion(votes)).kappa == pytest.approx(fleiss_kappa(votes))


def test_a_gain_lies_in_its_interval_and_is_of_groups():
    rng = np.random.default_rng(2)
    truth = rng.integers(0, 3, 300)
    groups = [f"g{i // 15}" for i in range(300)]
    good = np.where(rng.random(300) < 0.8, truth, 0)
    poor = np.where(rng.random(300) < 0.4, truth, 0)
    gain = recall_gain([good], [poor], truth, groups, 3, rng=np.random.default_rng(0))
    recalls = [
        np.mean([(guess[truth == c] == c).mean() for c in range(3)]) for guess in (good, poor)
    ]
    assert gain.estimate == pytest.approx(recalls[0] - recalls[1])
    assert 0 < gain.low < gain.estimate < gain.high
    one_group = recall_gain([good], [poor], truth, ["g"] * 300, 3, rng=np.random.default_rng(0))
    assert one_group.low == one_group.high == pytest.approx(gain.estimate)


def test_gains_are_averaged_over_runs_and_unknown_truths_left_out():
    truth = np.array([0, 1, -1])
    right, wrong = np.array([0, 1, 0]), np.array([1, 0, 1])
    gain = recall_gain(
        [right, wrong], [wrong], truth, ["a", "b", "c"], 2, rng=np.random.default_rng(0)
    )
    assert gain.estimate == pytest.approx(0.5)
    with pytest.raises(InputError, match="no picture has a known class"):
        recall_gain([right], [wrong], np.full(3, -1), list("abc"), 2, rng=np.random.default_rng(0))


def test_lengths_are_checked():
    with pytest.raises(InputError, match="2 truths and 3 answers"):
        confusion_of([0, 1], [0, 1, 1], 2)
