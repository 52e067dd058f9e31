"""Measures over records of classifications that nobody had to train."""

from __future__ import annotations

import numpy as np
import pytest

from paintreel.learn.experiments.classifying.results import (
    AskedPictures,
    PictureResults,
    answers_record,
    summary_of,
)
from paintreel.learn.experiments.classifying.tables import verdict_of
from paintreel.learn.experiments.conditions import REFERENCE, SYSTEM, Claim, Condition

LABELS = ("ink", "oil")
TABLE = {
    c.name: c
    for c in (
        Condition("good", "good", "net", SYSTEM),
        Condition("poor", "poor", "net", SYSTEM),
        Condition("other", "other", "other", REFERENCE),
    )
}
CLAIM = Claim("good", "poor", "good is better")


def asked(count: int = 8) -> AskedPictures:
    """Classes take turns; the last picture has no majority; sources are pairs."""
    truth = np.arange(count) % 2
    votes = np.eye(2)[truth] * 3
    truth[-1] = -1
    return AskedPictures(
        LABELS,
        tuple(f"{i}.png" for i in range(count)),
        tuple(f"s{i // 2}" for i in range(count)),
        truth,
        votes,
    )


def record(answers: dict[int, int], **facts) -> dict:
    shares = np.eye(2)[list(answers.values())] * 0.8 + 0.1
    source = {"command": "x", "commit": None, "machine": "m", "device": "cpu"}
    return answers_record(list(answers), shares, source=source, **facts)


def right(numbers) -> dict[int, int]:
    return {i: i % 2 for i in numbers}


def wrong(numbers) -> dict[int, int]:
    return {i: 1 - i % 2 for i in numbers}


def test_folds_are_measured_together_and_deviate_apart():
    folds = {0: record(right(range(4))), 1: record(right([4, 5]) | wrong([6, 7]))}
    results = PictureResults({"good": folds}, asked(), TABLE, folded=True)
    assert results.of_trials("good", "accuracy") == {0: 1.0, 1: pytest.approx(2 / 3)}
    figure = results.figure("good", "accuracy")
    assert (figure.mean, figure.n) == (pytest.approx(6 / 7), 2)  # the one without majority is out
    assert figure.sd == pytest.approx(np.std([1, 2 / 3], ddof=1))
    assert results.confusion("good").tolist() == [[3, 1], [0, 3]]
    assert results.recalls("good") == {"ink": 0.75, "oil": 1.0}


def test_trials_are_measured_one_by_one():
    trials = {0: record(right(range(8)), steps=10), 1: record(wrong(range(8)), steps=30)}
    results = PictureResults({"good": trials}, asked(), TABLE, folded=False)
    assert results.figure("good", "accuracy").mean == 0.5
    assert results.confusion("good").sum() == 14
    assert results.fact("good", "steps") == 20
    only = np.arange(8) < 2
    assert results.figure("good", "accuracy", only).mean == 0.5


@pytest.mark.parametrize("folded", [True, False])
def test_a_gain_is_on_the_pictures_that_both_answer(folded):
    good = {0: record(right(range(4))), 1: record(right(range(4, 8)))}
    poor = {0: record(wrong(range(4)))}
    if not folded:
        good = {0: record(right(range(4)))}
    results = PictureResults({"good": good, "poor": poor}, asked(), TABLE, folded=folded)
    gain = results.gain(CLAIM)
    assert gain.estimate == pytest.approx(1.0)
    assert results.gain(Claim("good", "other", "x")) is None


def test_a_reference_stands_for_every_trial():
    trials = {t: record(right(range(8)) if t else wrong([0]) | right(range(1, 8))) for t in (0, 1)}
    records = {"good": trials, "other": {0: record(wrong(range(8)))}}
    results = PictureResults(records, asked(), TABLE, folded=False)
    (test, _macro) = results.tests([Claim("good", "other", "x")])
    assert (test.n, test.gain > 0) == (2, True)


def test_summary_and_pictures_are_plain_and_come_back(tmp_path):
    pictures = asked()
    pictures.save(tmp_path)
    back = AskedPictures.load(tmp_path)
    assert back.labels == LABELS
    assert back.truth.tolist() == pictures.truth.tolist()
    assert np.array_equal(back.votes, pictures.votes)
    records = {"good": {0: record(right(range(8)))}, "poor": {0: record(wrong(range(8)))}}
    summary = summary_of(PictureResults(records, back, TABLE, folded=False), [CLAIM])
    assert summary["means"]["good"]["accuracy"] == {"mean": 1.0, "sd": None, "n": 1}
    (claim,) = summary["claims"]
    assert (claim["gain"], claim["first"]) == (1.0, "good")


def test_verdicts_are_by_the_interval():
    from paintreel.stats import Interval

    def of(low: float, high: float, method: str = "percentile") -> str:
        return verdict_of(Interval((low + high) / 2, low, high, 0.95, method, 1000))

    assert of(0.01, 0.2) == "shown"
    assert of(-0.1, 0.2) == "not shown"
    assert of(-0.2, -0.1) == "the other way"
    assert of(0.1, 0.1, "point") == "too few sources"
