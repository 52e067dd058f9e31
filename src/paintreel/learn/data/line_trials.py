"""Held-out drawings as tests: what a network is given, and what its answer ought to be.

The experiment's tables and the measures that a training keeps of itself are of these.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import cv2
import numpy as np

from paintreel.imaging.arrays import Array
from paintreel.learn.data.line_hints import dots
from paintreel.learn.data.line_pairs import LinePair
from paintreel.learn.data.line_regions import largest_regions
from paintreel.learn.data.line_samples import whole_pair
from paintreel.learn.models.drawing_tasks import COLORIZE, LINEART, DrawingTask
from paintreel.metrics.line_match import match_lines
from paintreel.roughs.drawing_planes import (
    colorize_planes,
    condition_of,
    lineart_planes,
    over_lines,
)
from paintreel.roughs.labels import one_hot

SIDE_PX = 256
"""Side of a drawing that is coloured."""
MULTIPLE_PX = 16
MOST_HINTS = 20

MOST_PSNR = 60.0
PANELS = "panels"
"""The source that claims about colour are made on."""

NONE, PALETTE, FIVE, TWENTY = "none", "palette", "hints_5", "hints_20"
GIVEN = {NONE: 0, PALETTE: 0, FIVE: 5, TWENTY: MOST_HINTS}
"""What colours are asked with, and how many hints: dots in the middle of the largest regions."""

Answer = Callable[[Array, Array | None], Array]
"""(N, c_in, H, W) and (N, K) or None to (N, c_out, H, W), float32."""


@dataclass(frozen=True)
class Trial:
    """A held-out drawing as a question.

    name, source, group  of its pair
    task       LINEART or COLORIZE
    given      of GIVEN; "" for lines
    planes     (c_in, H, W) float32, sides multiples of 16
    condition  (1, K) float32, or None for lines
    truth      (c_out, H, W) float32
    """

    name: str
    source: str
    group: str
    task: DrawingTask
    given: str
    planes: Array
    condition: Array | None
    truth: Array

    @property
    def ink(self) -> Array:
        """(H, W) coverage of the lines, given or to be found."""
        ink: Array = self.truth[0] if self.task is LINEART else self.planes[0]
        return ink

    @property
    def visible(self) -> Array:
        """(H, W) how much of each pixel is looked at: all of lines, the bare ones of colours."""
        if self.task is LINEART:
            return np.ones(self.truth.shape[1:], np.float32)
        bare: Array = np.maximum(1 - self.ink, 1e-3)
        return bare

    def finished(self, answer: Array) -> Array:
        """(H, W, 3) in [0, 1]: an answer (c_out, H, W) as it is looked at."""
        if self.task is LINEART:
            return np.repeat(1 - answer.transpose(1, 2, 0), 3, axis=2)
        return over_lines(answer.transpose(1, 2, 0), self.ink)

    def shown(self, answer: Array) -> tuple[Array, Array, Array]:
        """What is given, the answer and the truth, (H, W, 3) in [0, 1]."""
        if self.task is LINEART:
            question = self.planes[:3].transpose(1, 2, 0)
        else:
            alpha = self.planes[4][..., None]
            paper = self.planes[1:4].transpose(1, 2, 0) + (1 - alpha)
            question = over_lines(paper, self.ink * (1 - self.planes[4]))
        return question, self.finished(answer), self.finished(self.truth)


def line_trial(pair: LinePair, *, weight: float = 0.5, detail: float = 0.5) -> Trial:
    """The lines of a finished picture, at its own size cut to a multiple of 16."""
    height, width = (side // MULTIPLE_PX * MULTIPLE_PX for side in pair.finished.shape[:2])
    picture = pair.finished[:height, :width].astype(np.float32) / 255
    truth = pair.drawn(weight, detail)[:height, :width].astype(np.float32) / 255
    planes = lineart_planes(picture, weight, detail, clean=False)
    return Trial(pair.name, pair.source, pair.group, LINEART, "", planes, None, truth[None])


def colour_trial(pair: LinePair, given: str, *, side_px: int = SIDE_PX) -> Trial:
    """The colours of a whole drawing, squeezed to a square, asked with what `given` says."""
    return colour_trials(pair, (given,), side_px=side_px)[0]


def colour_trials(pair: LinePair, givens: Sequence[str], *, side_px: int = SIDE_PX) -> list[Trial]:
    """The same drawing, asked with each of `givens`: its regions are looked for once."""
    seen = whole_pair(pair, side_px)
    regions = (
        largest_regions(flats_of(pair, side_px), MOST_HINTS)
        if any(GIVEN[given] for given in givens)
        else []
    )
    truth = seen.colours.transpose(2, 0, 1)
    nothing = one_hot(None, COLORIZE.labels)
    trials = []
    for given in givens:
        count = GIVEN[given]
        hints = dots(seen.colours, regions[:count]) if count else None
        planes = colorize_planes(seen.lines, hints)
        condition = condition_of(pair.palette if given == PALETTE else None, nothing)
        names = (pair.name, pair.source, pair.group)
        trials.append(Trial(*names, COLORIZE, given, planes, condition, truth))
    return trials


def flats_of(pair: LinePair, side_px: int) -> Array:
    """(S, S, 3) uint8: the flats of a whole drawing, squeezed to a square."""
    size = (side_px, side_px)
    return np.asarray(cv2.resize(pair.flats, size, interpolation=cv2.INTER_NEAREST_EXACT))


def trials_of(task: DrawingTask, pairs: Sequence[LinePair], *, count: int) -> list[Trial]:
    """Questions about at most `count` of the pairs, evenly from all of them."""
    if task is COLORIZE:
        pairs = [pair for pair in pairs if pair.coloured]
    places = np.linspace(0, len(pairs) - 1, min(count, len(pairs))).astype(int)
    chosen = [pairs[int(place)] for place in places]
    if task is LINEART:
        return [line_trial(pair) for pair in chosen]
    return [trial for pair in chosen for trial in colour_trials(pair, (NONE, PALETTE, TWENTY))]


def image_loss(answer: Array, trial: Trial) -> float:
    """Mean absolute difference of answer (c_out, H, W) and truth; of colours that lines leave bare.

    A colour that ink covers is no answer, and no mistake.
    """
    difference = np.abs(answer - trial.truth).mean(axis=0)
    return float(np.average(difference, weights=trial.visible))


def image_psnr(answer: Array, trial: Trial) -> float:
    """Peak signal-to-noise ratio of the same, in dB; at most MOST_PSNR, so that means exist."""
    squares = np.square(answer - trial.truth).mean(axis=0)
    error = float(np.average(squares, weights=trial.visible))
    return float(min(MOST_PSNR, -10 * np.log10(max(error, 1e-12))))


def measure_trials(trials: Sequence[Trial], answer: Answer) -> dict[str, float]:
    """Means: image loss by what was given, of panels too, and F1 at 2 px of lines by source."""
    found: dict[str, list[float]] = {}
    for trial in trials:
        got = answer(trial.planes[None], trial.condition)[0]
        name = f"loss_{trial.given}" if trial.given else "loss"
        found.setdefault(name, []).append(image_loss(got, trial))
        if trial.given and trial.source == PANELS:
            found.setdefault(f"panels_{trial.given}", []).append(image_loss(got, trial))
        if trial.task is LINEART:
            match = match_lines(got[0], trial.truth[0])
            found.setdefault(f"f1_{trial.source}", []).append(match.f1)
    return means_of(found)


def means_of(values: Mapping[str, Sequence[float]]) -> dict[str, float]:
    """The mean of each list, by name."""
    return {name: float(np.mean(each)) for name, each in sorted(values.items())}
