"""Fitting of heads: what is learnt, folds, temperature, calibration, what is familiar."""

from __future__ import annotations

import numpy as np
import pytest

from paintreel.learn.trainers.classifier_heads import (
    calibration_error,
    crossed_scores,
    distances,
    fit_familiarity,
    fit_heads,
    fit_scaling,
    fit_temperature,
    folds_of,
    macro_recall,
    recalls,
    scores_of,
    shares_of,
)


def clusters(count: int, seed: int = 0, dimensions: int = 40, classes: int = 3):
    """(statistics, one-hot targets, truth) of clusters on scales that differ by a thousand."""
    rng = np.random.default_rng(seed)
    truth = np.arange(count) % classes
    middles = np.random.default_rng(9).normal(0, 1.2, (classes, dimensions))
    x = (middles[truth] + rng.normal(0, 1, (count, dimensions))) * np.geomspace(
        0.01, 10, dimensions
    )
    return x + 5, np.eye(classes)[truth], truth


WHOLE = (slice(0, 40),)


@pytest.mark.parametrize("count", [24, 240], ids=["fewer than statistics", "more"])
def test_a_head_tells_clusters_apart(count):
    x, targets, _ = clusters(count)
    unseen, _, truth = clusters(300, seed=1)
    (head,) = fit_heads(x, targets, penalties=[1e-2], balance=1, parts=WHOLE)
    assert macro_recall(scores_of(head, unseen), truth) > 0.9
    np.testing.assert_allclose(head.weights.sum(axis=1), 0, atol=1e-9)


def test_it_is_the_least_of_the_loss():
    """Moving any weight makes the penalised loss larger."""
    x, targets, _ = clusters(60)
    penalty, scaling = 1e-2, fit_scaling(x, WHOLE)
    (head,) = fit_heads(x, targets, penalties=[penalty], balance=0, parts=WHOLE)

    def loss(change):
        plain = head.weights / scaling.factor[:, None] + change
        scores = scaling(x) @ plain + (head.bias + scaling.centre @ head.weights)
        entropy = -(targets * np.log(shares_of(scores))).sum(1).mean()
        return entropy + penalty / 2 * (plain**2).sum()

    rng, least = np.random.default_rng(0), loss(0)
    for _ in range(10):
        assert loss(rng.normal(0, 0.05, head.weights.shape)) > least


def test_every_penalty_gets_its_head_and_stronger_ones_are_smaller():
    x, targets, _ = clusters(60)
    heads = fit_heads(x, targets, penalties=[1e-3, 1e-1], balance=1, parts=WHOLE)
    alone = fit_heads(x, targets, penalties=[1e-1], balance=1, parts=WHOLE)[0]
    assert np.abs(heads[0].weights).sum() > 2 * np.abs(heads[1].weights).sum()
    np.testing.assert_allclose(heads[1].weights, alone.weights)


def test_balance_gives_rare_classes_their_due():
    x, _, truth = clusters(300, dimensions=40)
    rare = np.concatenate([np.flatnonzero(truth < 2), np.flatnonzero(truth == 2)[:8]])
    noisy = x + np.random.default_rng(3).normal(0, 3, x.shape) * np.geomspace(0.01, 10, 40)
    targets = np.eye(3)[truth]

    def found(balance: float) -> float:
        (head,) = fit_heads(
            noisy[rare], targets[rare], penalties=[0.1], balance=balance, parts=WHOLE
        )
        return recalls(scores_of(head, noisy), truth)[2]

    assert found(1) > found(0) + 0.2


def test_what_is_in_no_part_is_not_looked_at():
    x, targets, _ = clusters(60)
    (head,) = fit_heads(x, targets, penalties=[1e-2], balance=1, parts=[slice(3, 9)])
    assert not head.weights[:3].any()
    assert not head.weights[9:].any()
    assert head.weights[3:9].any()


def test_parts_count_alike_and_what_stands_still_is_not_blown_up():
    rng = np.random.default_rng(0)
    x = rng.normal(0, 1, (50, 12)) * np.array([100.0] * 10 + [1.0] * 2)
    x[:, 4] = 7.0
    scaling = fit_scaling(x, [slice(0, 10), slice(10, 12)])
    scaled = scaling(x)
    assert (scaled[:, 10:] ** 2).sum(1).mean() == pytest.approx(1)
    assert (scaled[:, :10] ** 2).sum(1).mean() == pytest.approx(0.9)
    assert np.abs(scaled[:, 4]).max() < 1e-9


def test_folds_hold_whole_groups_and_are_about_as_large():
    groups = [f"g{i % 13}" for i in range(130)] + ["big"] * 30
    folds = folds_of(groups, 4, np.random.default_rng(0))
    for group in set(groups):
        assert len({f for f, g in zip(folds, groups, strict=True) if g == group}) == 1
    assert np.bincount(folds).min() >= 30
    assert len(set(folds_of(["a", "b"], 8, np.random.default_rng(0)))) == 2


def test_crossed_scores_are_of_heads_that_have_not_seen_the_picture():
    """Labels of noise cannot be told, unless a head has seen them or a copy of them."""
    rng = np.random.default_rng(0)
    x, truth = rng.normal(0, 1, (60, 40)), rng.integers(0, 2, 60)
    targets, folds = np.eye(2)[truth], np.arange(60) % 6
    copies, of = x + 0.01, np.arange(60)
    (scores,) = crossed_scores(
        x, targets, folds, copies, of, penalties=[1e-3], balance=1, parts=WHOLE
    )
    assert 0.25 < macro_recall(scores, truth) < 0.75
    (seen,) = fit_heads(x, targets, penalties=[1e-3], balance=1, parts=WHOLE)
    assert macro_recall(scores_of(seen, x), truth) > 0.95


def test_temperature_makes_scores_calibrated():
    rng = np.random.default_rng(0)
    true = rng.normal(0, 1.5, (4000, 3))
    truth = np.array([rng.choice(3, p=p) for p in shares_of(true)])
    targets = np.eye(3)[truth]
    assert fit_temperature(true * 4, targets) == pytest.approx(4, rel=0.1)
    before = calibration_error(shares_of(true * 4), truth)
    after = calibration_error(shares_of(true * 4, 4.0), truth)
    assert after < 0.03 < 0.1 < before


def test_calibration_error_by_hand():
    shares = np.array([[0.9, 0.1], [0.9, 0.1], [0.4, 0.6], [0.5, 0.5]])
    # 0.9 twice, one right: |0.5 - 0.9| / 2; 0.6, right: 0.4 / 4; the last is not counted.
    assert calibration_error(shares[:3], np.array([0, 1, 1])) == pytest.approx((0.4 * 2 + 0.4) / 3)
    assert calibration_error(shares, np.array([0, 1, 1, -1])) == pytest.approx((0.4 * 2 + 0.4) / 3)


def test_recalls_by_hand():
    scores = np.array([[1, 0, 0], [0, 1, 0], [1, 0, 0], [0, 0, 1.0]])
    found = recalls(scores, np.array([0, 0, 1, -1]))
    np.testing.assert_array_equal(found, [0.5, 0.0, np.nan])
    assert macro_recall(scores, np.array([0, 0, 1, -1])) == 0.25


def test_what_lies_away_from_all_media_is_far():
    x, _, media = clusters(300)
    unseen, _, _ = clusters(300, seed=1)
    familiarity = fit_familiarity(x, media, WHOLE, axes=12, shrink=0.05)
    inside = distances(familiarity, unseen)
    scales = np.geomspace(0.01, 10, 40)
    strangers = 5 + np.random.default_rng(2).normal(0, 8, (50, 40)) * scales
    limit = np.quantile(inside, 0.97)
    assert (distances(familiarity, strangers) > limit).mean() > 0.9
    # Of white axes, the mean square of the distance to the own centre is their number.
    assert (distances(familiarity, x) ** 2).mean() == pytest.approx(12, rel=0.3)
