"""Measures of the answers of one condition.

By drawing, in the order of those that are asked:

    loss       image loss: mean absolute difference, of colours that lines leave bare
    psnr       in dB, of the same
    f1, precision, recall   of lines, at 2 px
    region     CIEDE2000 of the mean colours of the largest regions
    leak       of colour: what share of a change of one hint is seen outside its region
    fill_leak, fill_leak_open  of the fill: see `experiments.lines.leaks`

Over a set: `frechet`, `spectrum` and `flicker`. Measures of colour have one entry for each of what
is given (none, palette, hints_5, hints_20).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from paintreel.imaging.arrays import Array
from paintreel.imaging.colour import rgb_to_lab
from paintreel.learn.data.line_pairs import LinePair
from paintreel.learn.data.line_trials import TWENTY, Answer, Trial, image_loss, image_psnr
from paintreel.learn.experiments.conditions import Condition
from paintreel.learn.experiments.lines.answering import AnswerTrial, ServedNetwork, rule
from paintreel.learn.experiments.lines.asked import AskedDrawings, held_camera
from paintreel.learn.experiments.lines.conditions import BUNDLED, FLATS, task_of
from paintreel.learn.experiments.lines.leaks import fill_leaks, hint_leak
from paintreel.learn.experiments.lines.sheets import as_8bit, write_sheet
from paintreel.learn.models.drawing_tasks import LINEART
from paintreel.metrics.colour_difference import ciede2000
from paintreel.metrics.distribution import FeatureStatistics, frechet_distance
from paintreel.metrics.extractors import FeatureExtractor, feature_vectors
from paintreel.metrics.line_match import match_lines
from paintreel.metrics.spectrum import radial_spectrum_distance
from paintreel.metrics.temporal import flicker
from paintreel.roughs.drawing_planes import lineart_planes
from paintreel.runtime.catalog import bundled, find_extractor
from paintreel.runtime.extractor import OnnxExtractor

HIGHER = ("psnr", "f1", "precision", "recall")
"""Measures of which more is better."""

THREADS = 2
"""Of a network that is timed."""

FEATURES = "efficientnet"
"""Whose features the Fréchet distance compares: it is called fd_efficientnet."""

CLIPS = 4


def direction_of(measure: str) -> int:
    """1 where more is better, -1 where less is."""
    return 1 if measure.split(":")[0] in HIGHER else -1


class Scorer:
    """Measures conditions on the same questions.

    asked     what is asked
    training  what the networks learn from, for rules that need it
    """

    def __init__(self, asked: AskedDrawings, training: Sequence[LinePair]) -> None:
        self.asked, self.training = asked, training
        own = find_extractor(FEATURES)
        self.extractor: FeatureExtractor | None = OnnxExtractor(own) if own.is_file() else None

    def of_network(
        self, condition: Condition, answer: Answer, network: Path, shown: Path | None
    ) -> dict[str, Any]:
        """What is kept of a condition that was trained.

        answer   of it, on whatever device
        network  its file, which is timed
        shown    where a sheet of its first answers goes, or None
        """

        def of_trial(trial: Trial) -> Array:
            found: Array = answer(trial.planes[None], trial.condition)[0]
            return found

        trials = self.asked.trials[task_of(condition)]
        seconds = {"seconds": _short(ServedNetwork(network, threads=THREADS).seconds(trials[0]))}
        return seconds | self._record(condition, of_trial, shown)

    def of_reference(self, condition: Condition, shown: Path | None) -> dict[str, Any]:
        """The same of a rule, and of what is bundled; no scores where that is not there."""
        task = task_of(condition)
        trials = self.asked.trials[task]
        if not condition.name.endswith(f"_{BUNDLED}"):
            answer = rule(condition.system, trials, self.training)
            return self._record(condition, answer, shown)
        file = bundled(task)
        if not file.is_file():
            return {"scores": {}, "sets": {}}
        network = ServedNetwork(file)
        timed = ServedNetwork(file, threads=THREADS).seconds(trials[0])
        facts = {"seconds": _short(timed), "parameters": network.parameters}
        return facts | self._record(condition, network.answer, shown)

    def _record(
        self, condition: Condition, answer: AnswerTrial, shown: Path | None
    ) -> dict[str, Any]:
        """`scores` {measure: {name of the drawing: value}}, and `sets` {measure: value}."""
        task, fills = task_of(condition), condition.system == FLATS
        leaks = fills or condition.system == task  # the others have no answer of their own
        trials = self.asked.trials[task]
        answers = [answer(trial) for trial in trials]
        if shown is not None:
            write_sheet(shown, trials, answers)
        return {
            "scores": self._scores(task, trials, answers, answer, leaks=leaks, fills=fills),
            "sets": self._sets(task, trials, answers, answer),
        }

    def _scores(
        self,
        task: str,
        trials: Sequence[Trial],
        answers: Sequence[Array],
        answer: AnswerTrial,
        *,
        leaks: bool,
        fills: bool,
    ) -> dict[str, dict[str, float]]:
        scores: dict[str, dict[str, float]] = {}
        for trial, got in zip(trials, answers, strict=True):
            drawing = f"{trial.source}/{trial.name}"
            found = {"loss": image_loss(got, trial), "psnr": image_psnr(got, trial)}
            if task == LINEART.name:
                match = match_lines(got[0], trial.truth[0])
                found |= {"f1": match.f1, "precision": match.precision, "recall": match.recall}
            else:
                regions = self.asked.regions[drawing]
                found["region"] = _region_error(got, trial, regions)
                if leaks and trial.given == TWENTY:
                    leak = hint_leak(got, trial, regions, answer)
                    if leak is not None:
                        found["leak"] = leak
                if fills and trial.given == TWENTY:
                    found |= fill_leaks(trial, regions)
            for measure, value in found.items():
                key = f"{measure}:{trial.given}" if trial.given else measure
                scores.setdefault(key, {})[drawing] = _short(value)
        return scores

    def _sets(
        self,
        task: str,
        trials: Sequence[Trial],
        answers: Sequence[Array],
        answer: AnswerTrial,
    ) -> dict[str, float]:
        found: dict[str, float] = {}
        for given in dict.fromkeys(trial.given for trial in trials):
            pairs = [
                (trial.finished(got), trial.finished(trial.truth))
                for trial, got in zip(trials, answers, strict=True)
                if trial.given == given
            ]
            mine, theirs = ([as_8bit(x) for x in each] for each in zip(*pairs, strict=True))
            suffix = f":{given}" if given else ""
            bins = min(32, min(min(x.shape[:2]) for x in mine) // 2)
            found[f"spectrum{suffix}"] = _short(radial_spectrum_distance(mine, theirs, bins=bins))
            if self.extractor is not None and len(mine) > 1:
                found[f"frechet{suffix}"] = _short(_frechet(self.extractor, mine, theirs))
        if task == LINEART.name:
            ratios = [
                _flicker_of(trial, answer) for trial in trials[:: max(1, len(trials) // CLIPS)]
            ]
            known = [ratio for ratio in ratios if ratio is not None]
            if known:
                found["flicker"] = _short(float(np.mean(known)))
        return found


def _short(value: float) -> float:
    """Six digits: what a record keeps of a value."""
    return float(f"{value:.6g}")


def _region_error(answer: Array, trial: Trial, regions: Array) -> float:
    """Mean CIEDE2000 of the mean colours of regions, of what lines leave bare."""
    bare = trial.ink < 0.5
    errors = []
    for number in range(1, int(regions.max()) + 1):
        inside = (regions == number) & bare
        if inside.any():
            mine, theirs = (x[:, inside].mean(axis=1) for x in (answer, trial.truth))
            lab = rgb_to_lab(np.clip(np.stack([mine, theirs]), 0, 1).astype(np.float64))
            errors.append(float(ciede2000(lab[:1], lab[1:])[0]))
    return float(np.mean(errors)) if errors else 0.0


def _frechet(extractor: FeatureExtractor, mine: Sequence[Array], theirs: Sequence[Array]) -> float:
    """Of sets of one size in all conditions; biased for a small one, and to be compared alone."""
    statistics = []
    for pictures in (mine, theirs):
        vectors = np.concatenate(list(feature_vectors(extractor, pictures)))
        one = FeatureStatistics(vectors.shape[1], name=FEATURES)
        one.update(vectors)
        statistics.append(one)
    return frechet_distance(*statistics, allow_biased=True)


def _flicker_of(trial: Trial, answer: AnswerTrial) -> float | None:
    """Flicker of lines over that of a held camera's frames, both beside the still picture's own.

    None where the source does not flicker.
    """
    rng = np.random.default_rng(len(trial.name))
    frames = held_camera(np.ascontiguousarray(trial.planes[:3].transpose(1, 2, 0)), rng)
    weight, detail = (float(trial.planes[k].flat[0]) for k in (3, 4))
    drawn = []
    for frame in frames:
        planes = lineart_planes(frame, weight, detail, clean=False)
        lines = answer(replace(trial, planes=planes))
        drawn.append(as_8bit(np.repeat(1 - lines.transpose(1, 2, 0), 3, axis=2)))
    return flicker(drawn, [as_8bit(frame) for frame in frames]).ratio
