"""The feeling of every frame: a timeline as moods, smooth within the shots and free at the cuts."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from paintreel.errors import InputError
from paintreel.imaging.arrays import Array
from paintreel.media.shots import ClipShot
from paintreel.notes import Note
from paintreel.runtime.colour_script import feeling_of
from paintreel.runtime.emotion_timeline import EmotionTimeline, shares_at
from paintreel.runtime.emotions import EMOTIONS

__all__ = ["FrameFeelings", "check_felt", "frame_feelings", "mean_feeling"]

_SPREAD_S = 0.3
"""Deviation of what a frame's feeling is a mean over: no light is switched within a shot."""

_HELD_S = 0.5
_OFFSETS = np.linspace(-2.5, 2.5, 61)
_WEIGHTS = np.exp(-0.5 * _OFFSETS**2)


@dataclass(frozen=True, slots=True, eq=False)
class FrameFeelings:
    """What every frame of a clip is to feel like.

    moods    names of the columns
    times_s  (T,) of the frames, ascending
    shares   (T, moods), together at most 1
    steady   whether all frames have the same
    notes    what stands in for what, and how far the timeline goes
    """

    moods: tuple[str, ...]
    times_s: Array
    shares: Array
    steady: bool
    notes: tuple[Note, ...] = ()

    def at(self, time_s: float) -> dict[str, float]:
        """{mood: share} of the frame that is shown at a time."""
        index = max(0, bisect_right(self.times_s, time_s + 1e-6) - 1)
        return dict(zip(self.moods, self.shares[index].tolist(), strict=True))

    def within(self, shot: ClipShot) -> dict[str, float]:
        """{mood: mean share} of the frames of a shot."""
        inside = (self.times_s >= shot.start_s - 1e-6) & (self.times_s < shot.end_s - 1e-6)
        mean = (self.shares[inside] if inside.any() else self.shares[:1]).mean(axis=0)
        return dict(zip(self.moods, mean.tolist(), strict=True))


def frame_feelings(
    timeline: EmotionTimeline, shots: Sequence[ClipShot], *, told: bool = True
) -> FrameFeelings:
    """The feelings of the frames of shots, by a timeline.

    told: whether it is noted that the clip goes on after the timeline's end, which is then held.
    """
    times = np.array([time_s for shot in shots for time_s in shot.times_s])
    emotions = np.concatenate([_within_shot(timeline, shot) for shot in shots])
    names, notes = _moods_of(emotions)
    shares = np.array([[moods.get(name, 0.0) for name in names] for moods in map(_felt, emotions)])
    shares = shares.reshape(len(times), len(names))
    end_s, last_s = shots[-1].end_s, timeline[-1][0]
    if told and len(timeline) > 1 and last_s < end_s - _HELD_S:
        text = (
            f"the timeline ends at {last_s:g} s, the clip at {end_s:.1f} s: its last entry is held"
        )
        notes.append(Note("timeline-held", text))
    steady = bool(len(shares) == 0 or np.abs(shares - shares[:1]).max(initial=0.0) < 1e-6)
    return FrameFeelings(names, times, shares, steady, tuple(notes))


def check_felt(timeline: EmotionTimeline, name: str) -> None:
    """Raise InputError where no entry says anything: there is nothing to grade for."""
    if not any(share > 0 for _, shares in timeline for share in shares.values()):
        raise InputError(
            f"{name} says no emotion: no entry has a share above 0; give --emotion or a timeline "
            'such as [[0, {"fear": 1}]]'
        )


def mean_feeling(timeline: EmotionTimeline) -> tuple[Mapping[str, float], tuple[Note, ...]]:
    """The moods of the mean of a timeline, for pictures, which have no time, and notes."""
    if len(timeline) == 1:
        felt = feeling_of(timeline[0][1])
        return felt.moods, felt.notes
    start_s, end_s = timeline[0][0], timeline[-1][0]
    mean = shares_at(timeline, np.linspace(start_s, end_s, 201)).mean(axis=0)
    felt = feeling_of(_named(mean))
    text = "a picture has no time: it gets the mean of the timeline"
    return felt.moods, (*felt.notes, Note("timeline-mean", text))


def _within_shot(timeline: EmotionTimeline, shot: ClipShot) -> Array:
    """(frames, 9): means over what is around a frame in its own shot."""
    times = np.array(shot.times_s)
    total: Array = np.zeros((len(times), len(EMOTIONS)))
    for offset, weight in zip(_OFFSETS, _WEIGHTS / _WEIGHTS.sum(), strict=True):
        around = np.clip(times + offset * _SPREAD_S, shot.start_s, max(shot.start_s, times[-1]))
        total += weight * shares_at(timeline, around)
    return total


def _moods_of(emotions: Array) -> tuple[tuple[str, ...], list[Note]]:
    """Every mood that is felt at some time, and what stands in for what."""
    most = _named(emotions.max(axis=0)) if len(emotions) else {}
    felt = feeling_of(most)
    return tuple(felt.moods), list(felt.notes)


def _felt(row: Array) -> Mapping[str, float]:
    return feeling_of(_named(row)).moods


def _named(row: Array) -> dict[str, float]:
    pairs = zip(EMOTIONS, row.tolist(), strict=True)
    return {name: share for name, share in pairs if share > 1e-9}
