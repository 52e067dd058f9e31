"""Leaks: how much of a hint is seen elsewhere, and how far a fill runs through gaps."""

from __future__ import annotations

from dataclasses import replace

import cv2
import numpy as np

from paintreel.imaging.arrays import Array
from paintreel.learn.data.line_trials import Trial
from paintreel.learn.experiments.lines.answering import AnswerTrial
from paintreel.roughs.line_regions import find_regions

GAP_PX = 6
"""Width of the gaps that are broken into lines."""
_PIXELS_A_GAP = 150


def hint_leak(answer: Array, trial: Trial, regions: Array, ask: AnswerTrial) -> float | None:
    """Share of the change that lies outside, where the hint of the largest region is inverted.

    answer   (3, H, W) of the trial
    regions  (H, W), 1 the largest
    ask      gives the answer to the other hint
    None where that region has no hint or nothing changes.
    """
    inside = regions == 1
    hinted = inside & (trial.planes[4] > 0)
    if not hinted.any():
        return None
    planes = trial.planes.copy()
    planes[1:4][:, hinted] = planes[4][hinted] - planes[1:4][:, hinted]
    changed = ask(replace(trial, planes=planes))
    change = np.abs(changed - answer).mean(axis=0) * trial.visible
    total = float(change.sum())
    return float(change[~inside].sum()) / total if total > 1e-3 else None


def fill_leaks(trial: Trial, regions: Array) -> dict[str, float]:
    """Share of the large regions that a fill of another one covers, where lines have gaps.

    "fill_leak" of the fill that closes gaps, "fill_leak_open" of one that closes none. A room
    belongs to the region of which it covers most.
    """
    rng = np.random.default_rng(regions.shape[0] + int(regions.max()))
    ink = (np.clip(trial.ink, 0, 1) * 255 + 0.5).astype(np.uint8)
    places = np.argwhere(ink > 127)
    if not len(places):
        return {}
    for row, column in places[rng.integers(0, len(places), max(1, len(places) // _PIXELS_A_GAP))]:
        cv2.circle(ink, (int(column), int(row)), GAP_PX // 2, 0, -1)
    found = {}
    for name, gap_px in (("fill_leak", GAP_PX + 2.0), ("fill_leak_open", 0.0)):
        rooms = find_regions(ink, gap_px=gap_px)
        known = (regions > 0) & (trial.ink < 0.5)
        count = int(regions.max()) + 1
        shared = np.bincount(
            rooms.labels[known] * count + regions[known], minlength=rooms.count * count
        ).reshape(rooms.count, count)
        right = int(shared.max(axis=1).sum())
        found[name] = 1 - right / max(1, int(shared.sum()))
    return found
