"""How conditions answer: networks by ONNX Runtime, and the rules that stand beside them."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from pathlib import Path

import cv2
import numpy as np

from paintreel.imaging.arrays import Array
from paintreel.learn.data.line_pairs import LinePair
from paintreel.learn.data.line_trials import Trial
from paintreel.learn.experiments.lines.conditions import (
    CANNY,
    FILL,
    FLATS,
    FLOW,
    MEAN,
    OWN,
    XDOG,
)
from paintreel.metrics.line_match import match_lines
from paintreel.roughs.drawing_planes import noise_of
from paintreel.roughs.flow_lines import draw_flow_lines
from paintreel.roughs.hints import marks_of
from paintreel.roughs.line_regions import find_regions
from paintreel.roughs.scribble_cuts import colour_rooms
from paintreel.runtime.contract import Contract
from paintreel.runtime.onnx_session import open_session

AnswerTrial = Callable[[Trial], Array]
"""A trial to an answer (c_out, H, W) float32 in [0, 1]."""

TIMED_PX = 256
_TIMES = 3

CANNY_HIGH, CANNY_LOW = (40, 80, 120, 180, 260, 360), (0.3, 0.6)
XDOG_THRESHOLDS = (0.002, 0.005, 0.01, 0.02, 0.035, 0.055)
"""What is tried of both rules."""


class ServedNetwork:
    """A network from an ONNX file, given what the verbs give it, in batches."""

    def __init__(self, path: Path, *, threads: int | None = None) -> None:
        self._path = path
        self.contract = Contract.from_file(path)
        self.session = open_session(path, threads=threads)
        self._inputs = [each.name for each in self.session.session.get_inputs()]

    def __call__(self, planes: Array, condition: Array | None) -> Array:
        """(N, c_in, H, W) and (N, K) to (N, c_out, H, W), without chance."""
        feed = {self.contract.input: np.ascontiguousarray(planes)}
        if condition is not None:
            feed["condition"] = condition
        if "noise" in self._inputs:
            feed["noise"] = np.repeat(noise_of(None, self.contract.code_size), len(planes), 0)
        answer: Array = self.session.run([self.contract.output], feed)[0]
        return answer

    @property
    def parameters(self) -> int:
        """Numbers in the weights of the graph."""
        import onnx

        graph = onnx.load(str(self._path), load_external_data=False).graph
        return int(sum(np.prod(weight.dims) for weight in graph.initializer))

    def answer(self, trial: Trial) -> Array:
        """The answer to a trial."""
        answer: Array = self(trial.planes[None], trial.condition)[0]
        return answer

    def seconds(self, trial: Trial, *, clock: Callable[[], float] = time.perf_counter) -> float:
        """Least time for a picture of TIMED_PX a side, after a first one that sets up kernels."""
        planes = np.zeros((1, len(trial.planes), TIMED_PX, TIMED_PX), np.float32)
        self(planes, trial.condition)
        times = []
        for _ in range(_TIMES):
            started = clock()
            self(planes, trial.condition)
            times.append(clock() - started)
        return min(times)


def rule(name: str, trials: Sequence[Trial], training: Sequence[LinePair]) -> AnswerTrial:
    """The rule called `name`.

    trials    what will be asked, on which Canny and XDoG take their best thresholds: more than
              anyone could have
    training  what networks learn from
    """
    if name == CANNY:
        return _best(
            [_canny(low, high) for high in CANNY_HIGH for low in CANNY_LOW],
            trials,
        )
    if name == XDOG:
        return _best([_xdog(at) for at in XDOG_THRESHOLDS], trials)
    if name == FLOW:
        return lambda trial: _coverage(draw_flow_lines(_picture(trial), 0.5, 0.5))
    if name == OWN:
        return lambda trial: _flat(trial, np.median(_bare(trial), axis=1))
    if name == FILL:
        return nearest_hint
    if name == FLATS:
        return filled_rooms
    assert name == MEAN, name
    step = max(1, len(training) // 200)
    means = [pair.colours.reshape(-1, 3).mean(axis=0) for pair in training[::step]]
    colour = np.mean(means, axis=0) / 255
    return lambda trial: _flat(trial, colour)


def _best(rules: Sequence[AnswerTrial], trials: Sequence[Trial]) -> AnswerTrial:
    """The rule whose lines match best, on all trials."""
    known = [trial for trial in trials if trial.truth.any()]

    def score(each: AnswerTrial) -> float:
        return float(np.mean([match_lines(each(t)[0], t.truth[0]).f1 for t in known]))

    return max(rules, key=score)


def _picture(trial: Trial) -> Array:
    return (trial.planes[:3].transpose(1, 2, 0) * 255 + 0.5).astype(np.uint8)


def _coverage(lines: Array) -> Array:
    """(1, H, W) float32 of (H, W) uint8."""
    return (lines.astype(np.float32) / 255)[None]


def _canny(low: float, high: float) -> AnswerTrial:
    """Canny (1986) after a little blur; `low` is a share of `high`."""

    def answer(trial: Trial) -> Array:
        soft = cv2.GaussianBlur(cv2.cvtColor(_picture(trial), cv2.COLOR_RGB2GRAY), (0, 0), 1.0)
        return _coverage(cv2.Canny(soft, low * high, high, L2gradient=True))

    return answer


def _xdog(threshold: float) -> AnswerTrial:
    """XDoG (Winnemöller 2012): a soft threshold on a difference of Gaussians, ink where dark."""

    def answer(trial: Trial) -> Array:
        grey = cv2.cvtColor(_picture(trial), cv2.COLOR_RGB2GRAY).astype(np.float32) / 255
        fine, coarse = (cv2.GaussianBlur(grey, (0, 0), sigma) for sigma in (1.0, 1.6))
        steep = np.clip((coarse - fine - threshold) * np.float32(400), -50, 50)
        ink: Array = 1 / (1 + np.exp(-steep))
        return ink[None].astype(np.float32, copy=False)

    return answer


def _bare(trial: Trial) -> Array:
    """(3, P) true colours that no line covers."""
    return trial.truth[:, trial.ink < 0.5]


def _flat(trial: Trial, colour: Array) -> Array:
    flat: Array = np.broadcast_to(colour[:, None, None], trial.truth.shape).astype(np.float32)
    return flat


def nearest_hint(trial: Trial) -> Array:
    """Every pixel in the colour of the nearest hint, through lines; white where there is none."""
    alpha = trial.planes[4]
    if not (alpha > 0.5).any():
        return np.ones_like(trial.truth)
    _far, nearest = cv2.distanceTransformWithLabels(
        (alpha <= 0.5).astype(np.uint8), cv2.DIST_L2, 5, labelType=cv2.DIST_LABEL_PIXEL
    )
    colours = np.zeros((int(nearest.max()) + 1, 3), np.float32)
    hinted = alpha > 0.5
    colours[nearest[hinted]] = (trial.planes[1:4][:, hinted] / alpha[hinted]).T
    filled: Array = colours[nearest].transpose(2, 0, 1)
    return filled


def filled_rooms(trial: Trial) -> Array:
    """Every room of the trapped-ball fill in the colour of its hint, else of the nearest hint."""
    rgba = np.zeros((*trial.ink.shape, 4), np.uint8)
    alpha = trial.planes[4]
    hinted = alpha > 0.5
    if not hinted.any():
        return np.ones_like(trial.truth)
    rgba[hinted, :3] = np.rint((trial.planes[1:4][:, hinted] / alpha[hinted]).T * 255)
    rgba[hinted, 3] = 255
    marks = marks_of(rgba)
    rooms, paints = colour_rooms(find_regions((trial.ink * 255).astype(np.uint8)), marks)
    filled: Array = nearest_hint(trial).copy()
    painted = paints[rooms.labels]
    known = painted >= 0
    filled[:, known] = marks.colours[painted[known]].T.astype(np.float32) / 255
    return filled
