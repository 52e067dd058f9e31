"""What the records of the emotion experiment say, with intervals over speakers."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from paintreel.errors import InputError
from paintreel.imaging.arrays import Array
from paintreel.learn.data.rig_faces import RIG
from paintreel.learn.experiments.emotion.conditions import ANSWERS, BOTH, CLAIMS, FACE, LATE, VOICE
from paintreel.learn.experiments.records import read_json, read_records
from paintreel.learn.trainers.emotion_folds import calibrated, late_fusion
from paintreel.stats import Interval, bootstrap_interval, confusion_of, macro_f1, recognition_of

__all__ = ["MEASURES", "Answered", "EmotionResults", "Labels", "read_results", "summary_of"]

MEASURES: Mapping[str, Callable[[Array], float]] = {
    "accuracy": lambda counts: recognition_of(counts).accuracy,
    "macro recall": lambda counts: recognition_of(counts).macro_recall,
    "macro F1": macro_f1,
}
"""Of a confusion matrix."""

_RESAMPLES = 1000


@dataclass(frozen=True)
class Labels:
    """What was asked: classes, and truth and group of every recording and face."""

    classes: tuple[str, ...]
    voice_truth: Array
    speakers: tuple[str, ...]
    face_truth: Array
    families: tuple[str, ...]

    @property
    def asked_faces(self) -> Array:
        """Numbers of the faces that were held out once: all but those of the rig."""
        return np.flatnonzero(np.array(self.families) != RIG)


@dataclass(frozen=True)
class Answered:
    """What one kind of answer is worth.

    confusion  (C, C) of all trials, rows the truth
    measures   {measure: interval over speakers, or families}
    error      of calibration, by the other speakers' temperature
    """

    confusion: Array
    measures: dict[str, Interval]
    error: float


@dataclass(frozen=True)
class EmotionResults:
    """Of one condition, over its trials.

    pairs   {answer: what it is worth} on the pairs, where all have the same to say
    voices  of every recording alone; faces of every face alone
    gains   {claim: {measure: interval of its gain}}
    records as they were written
    """

    pairs: dict[str, Answered]
    voices: Answered
    faces: Answered
    gains: dict[str, dict[str, Interval]]
    records: list[dict[str, Any]]


def read_labels(out: Path) -> Labels:
    """Raises InputError where the experiment has not begun."""
    found = read_json(out / "labels.json")
    return Labels(
        tuple(found["classes"]),
        np.array(found["voice_truth"]),
        tuple(found["speakers"]),
        np.array(found["face_truth"]),
        tuple(found["families"]),
    )


def read_results(out: Path, *, seed: int = 0) -> tuple[Labels, dict[str, EmotionResults]]:
    """Labels, and {condition: its results}. Raises InputError for a folder without records."""
    records = read_records(out)
    if not records:
        raise InputError(f"{out} holds no trial of the emotion experiment")
    labels = read_labels(out)
    return labels, {
        name: _results(list(trials.values()), labels, seed) for name, trials in records.items()
    }


def summary_of(labels: Labels, results: Mapping[str, EmotionResults]) -> dict[str, Any]:
    """Every figure as plain data: estimate, low and high of each interval, confusions, times."""
    return {
        "classes": list(labels.classes),
        "conditions": {
            name: {
                "pairs": {answer: _plain(found) for answer, found in result.pairs.items()},
                "recordings": _plain(result.voices),
                "faces": _plain(result.faces),
                "gains": {
                    text: {measure: _bounds(gain) for measure, gain in gains.items()}
                    for text, gains in result.gains.items()
                },
                "trials": [
                    {
                        key: record[key]
                        for key in ("processor_ms", "training_processor_s", "disturbed", "panels")
                        if key in record
                    }
                    for record in result.records
                ],
            }
            for name, result in results.items()
        },
    }


def _plain(found: Answered) -> dict[str, Any]:
    return {
        **{measure: _bounds(interval) for measure, interval in found.measures.items()},
        "calibration error": round(found.error, 4),
        "confusion": found.confusion.astype(int).tolist(),
    }


def _bounds(interval: Interval) -> list[float]:
    return [round(x, 4) for x in (interval.estimate, interval.low, interval.high)]


def _results(records: list[dict[str, Any]], labels: Labels, seed: int) -> EmotionResults:
    answers = [_arrays(record["answers"]) for record in records]
    voice_of = [each["voice_of"].astype(int) for each in answers]
    truth = [labels.voice_truth[each] for each in voice_of]
    speakers = [np.array(labels.speakers)[each] for each in voice_of]
    logits = {
        FACE: [each["pair_face"] for each in answers],
        VOICE: [each["pair_voice"] for each in answers],
        BOTH: [each["pair_both"] for each in answers],
        LATE: [late_fusion(each["pair_voice"], each["pair_face"]) for each in answers],
    }
    classes = len(labels.classes)
    pairs = {name: _answered(logits[name], truth, speakers, classes, seed) for name in ANSWERS}
    gains = {
        claim.text: {
            measure: _gain(
                logits[claim.first], logits[claim.second], truth, speakers, classes, measure, seed
            )
            for measure in MEASURES
        }
        for claim in CLAIMS
    }
    times, asked = len(answers), labels.asked_faces
    return EmotionResults(
        pairs,
        _answered(
            [each["voice_logits"] for each in answers],
            [labels.voice_truth] * times,
            [np.array(labels.speakers)] * times,
            classes,
            seed,
        ),
        _answered(
            [each["face_logits"][asked] for each in answers],
            [labels.face_truth[asked]] * times,
            [np.array(labels.families)[asked]] * times,
            classes,
            seed,
        ),
        gains,
        records,
    )


def _arrays(answers: Mapping[str, Any]) -> dict[str, Array]:
    return {name: np.array(values, float) for name, values in answers.items()}


def _answered(
    logits: Sequence[Array],
    truth: Sequence[Array],
    groups: Sequence[Array],
    classes: int,
    seed: int,
) -> Answered:
    by_group = _by_group([each.argmax(1) for each in logits], truth, groups, classes)
    measures = {
        name: _interval(by_group, lambda counts, of=of: of(counts), seed)  # type: ignore[misc]
        for name, of in MEASURES.items()
    }
    joined = [np.concatenate(each) for each in (logits, truth, groups)]
    return Answered(by_group.sum(0), measures, calibrated(*joined)[1])


def _gain(
    first: Sequence[Array],
    second: Sequence[Array],
    truth: Sequence[Array],
    groups: Sequence[Array],
    classes: int,
    measure: str,
    seed: int,
) -> Interval:
    both = np.stack(
        [
            _by_group([each.argmax(1) for each in logits], truth, groups, classes)
            for logits in (first, second)
        ],
        1,
    )
    of = MEASURES[measure]
    return _interval(both, lambda counts: of(counts[0]) - of(counts[1]), seed)


def _by_group(
    guesses: Sequence[Array], truth: Sequence[Array], groups: Sequence[Array], classes: int
) -> Array:
    """(G, C, C): a confusion matrix a speaker."""
    guess, true, group = (np.concatenate(each) for each in (guesses, truth, groups))
    return np.stack(
        [confusion_of(true[group == g], guess[group == g], classes) for g in np.unique(group)]
    )


def _interval(by_group: Array, statistic: Callable[[Array], float], seed: int) -> Interval:
    """Speakers are resampled, not recordings: those of one are alike."""
    return bootstrap_interval(
        np.arange(len(by_group), dtype=float),
        lambda drawn: statistic(by_group[drawn.astype(int)].sum(0)),
        rng=np.random.default_rng(seed),
        resamples=_RESAMPLES,
        method="percentile",
    )
