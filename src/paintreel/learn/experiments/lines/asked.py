"""What the experiment asks of every condition: held-out drawings, the same for all."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np

from paintreel.imaging.arrays import Array
from paintreel.learn.data.line_pairs import LinePair
from paintreel.learn.data.line_regions import largest_regions
from paintreel.learn.data.line_trials import (
    GIVEN,
    MOST_HINTS,
    SIDE_PX,
    Trial,
    colour_trials,
    flats_of,
    line_trial,
)
from paintreel.learn.models.drawing_tasks import COLORIZE, LINEART

FRAMES = 8
SHAKE_PX = 0.4
"""How far a held camera shakes, from one frame to the next, at most."""


@dataclass(frozen=True)
class AskedDrawings:
    """Questions by task, and the regions of each drawing that is coloured.

    trials   {task: trials}; those of colour have every kind of GIVEN for each drawing
    regions  {name of a drawing: (H, W) int, 1 to MOST_HINTS its largest regions, 0 elsewhere}
    """

    trials: dict[str, list[Trial]]
    regions: dict[str, Array]

    def plain(self) -> dict[str, Any]:
        """Names, sources and what is given, for the records."""
        return {
            task: [[trial.name, trial.source, trial.given] for trial in trials]
            for task, trials in self.trials.items()
        }


def ask(pairs: Sequence[LinePair], pictures: int) -> AskedDrawings:
    """Questions about at most `pictures` drawings of each source, evenly from all of them."""
    chosen = _evenly(pairs, pictures)
    coloured = [pair for pair in chosen if pair.coloured]
    return AskedDrawings(
        {
            LINEART.name: [line_trial(pair) for pair in chosen],
            COLORIZE.name: [t for pair in coloured for t in colour_trials(pair, tuple(GIVEN))],
        },
        {f"{p.source}/{p.name}": _regions(p) for p in coloured},
    )


def _evenly(pairs: Sequence[LinePair], count: int) -> list[LinePair]:
    chosen: list[LinePair] = []
    for source in dict.fromkeys(pair.source for pair in pairs):
        own = [pair for pair in pairs if pair.source == source]
        places = np.linspace(0, len(own) - 1, min(count, len(own))).astype(int)
        chosen += [own[int(place)] for place in places]
    return chosen


def _regions(pair: LinePair) -> Array:
    flats = flats_of(pair, SIDE_PX)
    labels = np.zeros(flats.shape[:2], np.int32)
    for number, region in enumerate(largest_regions(flats, MOST_HINTS), 1):
        same = (flats == flats[region.centre]).all(axis=2).astype(np.uint8)
        _, pieces = cv2.connectedComponents(same, connectivity=4)
        labels[pieces == pieces[region.centre]] = number
    return labels


def held_camera(picture: Array, rng: np.random.Generator) -> list[Array]:
    """FRAMES frames of a still (H, W, 3) float picture: shaken and grainy, as a camera has it."""
    height, width = picture.shape[:2]
    frames = []
    for _ in range(FRAMES):
        dx, dy = rng.uniform(-SHAKE_PX / 2, SHAKE_PX / 2, 2)
        shift = np.array([[1, 0, dx], [0, 1, dy]], np.float32)
        moved = cv2.warpAffine(
            picture, shift, (width, height), flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REFLECT
        )
        grain = rng.normal(0, 0.01, picture.shape).astype(np.float32)
        frames.append(np.clip(moved + grain, 0, 1).astype(np.float32))
    return frames
