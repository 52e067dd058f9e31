"""The rhythm of a voice: its phrases, and the accents in them that a body moves to."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from paintreel.audio.prosody import smooth
from paintreel.audio.spectra import FRAME_S
from paintreel.imaging.arrays import Array

__all__ = ["Accent", "Rhythm", "SpokenPhrase", "rhythm_of"]

_HEARD_DB = -28.0
_PAUSE_FRAMES, _LEAST_FRAMES = 22, 8
_AROUND_FRAMES = 121  # what an accent stands out from
_SYLLABLE_FRAMES = 7
_APART_FRAMES = 28
_REACH_FRAMES = 31  # from one top to the next
_LEAST_DB, _FULL_DB = -2.5, 4.0  # against the tops around


@dataclass(frozen=True, slots=True)
class Accent:
    """A syllable that stands out at `t_s`; `strength` above 0 to 1."""

    t_s: float
    strength: float


@dataclass(frozen=True, slots=True)
class SpokenPhrase:
    """A stretch of speech between two pauses, in seconds."""

    start_s: float
    end_s: float


@dataclass(frozen=True)
class Rhythm:
    """What a voice has of rhythm. All in order of time.

    accents   at least 0.28 s apart
    phrases   pauses of less than 0.22 s part none
    length_s  of the sound
    """

    accents: tuple[Accent, ...]
    phrases: tuple[SpokenPhrase, ...]
    length_s: float


def rhythm_of(levels: Array, length_s: float) -> Rhythm:
    """The rhythm of levels (F,) in dB every 10 ms, 0 where the sound is loud.

    An accent is a syllable that is about as loud as those in the 1.2 s around it, or louder; one
    that is 4 dB louder has full strength.
    """
    if not len(levels):
        return Rhythm((), (), length_s)
    phrases = _phrases(levels > _HEARD_DB, length_s)
    level = smooth(np.maximum(levels, 2 * _HEARD_DB), _SYLLABLE_FRAMES)
    # What is usual around are the tops of syllables, not what lies between them.
    tops = cv2.dilate(np.maximum(level, _HEARD_DB)[None], np.ones((1, _REACH_FRAMES)))[0]
    spoken = (tops > _HEARD_DB + 1.0).astype(np.float64)  # pauses do not count
    usual = smooth(tops * spoken, _AROUND_FRAMES) / np.maximum(smooth(spoken, _AROUND_FRAMES), 1e-3)
    rise = level - usual
    inner = (level[1:-1] >= level[:-2]) & (level[1:-1] > level[2:])
    peaks = 1 + np.flatnonzero(inner & (level[1:-1] > _HEARD_DB) & (rise[1:-1] > _LEAST_DB))
    taken = np.zeros(len(level), bool)
    kept: list[int] = []
    for peak in peaks[np.argsort(-rise[peaks], kind="stable")].tolist():
        if not taken[peak]:
            kept.append(peak)
            taken[max(0, peak - _APART_FRAMES + 1) : peak + _APART_FRAMES] = True
    accents = [
        Accent(round(at * FRAME_S, 3), round(_strength(float(rise[at])), 3)) for at in sorted(kept)
    ]
    return Rhythm(tuple(accents), phrases, length_s)


def _strength(rise_db: float) -> float:
    return min(max((rise_db - _LEAST_DB) / (_FULL_DB - _LEAST_DB), 0.02), 1.0)


def _phrases(heard: Array, length_s: float) -> tuple[SpokenPhrase, ...]:
    edges = np.flatnonzero(np.diff(np.concatenate([[False], heard, [False]]).astype(np.int8)))
    spans: list[list[int]] = []
    for start, end in edges.reshape(-1, 2).tolist():
        if spans and start - spans[-1][1] < _PAUSE_FRAMES:
            spans[-1][1] = end
        else:
            spans.append([start, end])
    return tuple(
        SpokenPhrase(start * FRAME_S, min(end * FRAME_S, length_s))
        for start, end in spans
        if end - start >= _LEAST_FRAMES
    )
