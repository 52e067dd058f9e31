"""The emotions of a performance, as light can follow them."""

from __future__ import annotations

from os import PathLike, fspath

from paintreel.emotions.finding import find_emotions
from paintreel.emotions.judging import Judging
from paintreel.errors import InputError
from paintreel.notes import Note
from paintreel.runtime.emotion_timeline import EmotionTimeline, smoothed_timeline

__all__ = ["emotions_of_clip", "held_in_pauses"]

_SPREAD_S = 0.8
"""Light is slower than a face."""


def emotions_of_clip(
    path: str | PathLike[str],
) -> tuple[list[tuple[float, dict[str, float]]], tuple[Note, ...]]:
    """The timeline of a clip or a sound, smooth and without gaps, and notes.

    Raises InputError where nobody speaks and no face is seen, and what `find_emotions` does.
    """
    found = find_emotions(fspath(path), Judging())
    return smoothed_timeline(held_in_pauses(found.timeline, path), _SPREAD_S), found.notes


def held_in_pauses(
    timeline: EmotionTimeline, path: str | PathLike[str]
) -> list[tuple[float, dict[str, float]]]:
    """Without the entries that say nothing: in a pause the light stays, or goes over to the next.

    Raises InputError where no entry says anything.

    >>> held_in_pauses([(0.0, {"fear": 1.0}), (1.0, {}), (2.0, {"fear": 0.5})], "a.wav")
    [(0.0, {'fear': 1.0}), (2.0, {'fear': 0.5})]
    """
    told = [(time_s, dict(shares)) for time_s, shares in timeline if shares]
    if not told:
        raise InputError(
            f"{fspath(path)} says no emotion: nobody speaks and no face is seen; give --emotion or "
            "--timeline"
        )
    return told
