"""What is found of a file, as plain data."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from paintreel.notes import Note
from paintreel.runtime.emotion_timeline import likeliest, stretches_of

__all__ = ["EmotionFound", "FaceFound", "Moment", "Source"]

Source = Literal["both", "voice", "face", ""]
"""What an answer is from; "" is nothing, as in silence without a face."""

Box = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class FaceFound:
    """A face in a moment.

    number  the same as long as the face is followed through a clip, from 1 up
    box     (left, top, right, bottom) in pixels
    shares  its emotions, by the face alone
    """

    number: int
    box: Box
    shares: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Moment:
    """What is heard and seen around a time.

    time_s  in seconds
    source  what `shares` are from
    shares  emotions of voice and face together, or of what there is; empty where nothing is
    voice   by the voice alone, None where nobody speaks
    faces   each by itself, the largest first
    spoken  share of the window in which somebody speaks
    """

    time_s: float
    source: Source
    shares: Mapping[str, float]
    voice: Mapping[str, float] | None = None
    faces: tuple[FaceFound, ...] = ()
    spoken: float = 0.0


@dataclass(frozen=True, slots=True)
class EmotionFound:
    """The emotions of a clip, a sound or a picture.

    timeline     [(seconds, {emotion: share})], smoothed; one entry for a picture
    moments      the same times, unsmoothed, with voice and faces apart
    duration_s   of the file; 0 for a picture
    taken_s      processing time
    notes        what a person should know
    """

    timeline: Sequence[tuple[float, Mapping[str, float]]]
    moments: tuple[Moment, ...]
    duration_s: float
    taken_s: float
    notes: tuple[Note, ...] = field(default=())

    @property
    def emotion(self) -> str | None:
        """The emotion of most of the time; None where there is none at all."""
        return likeliest(self.shares)

    @property
    def shares(self) -> dict[str, float]:
        """The mean over the moments that say something, adding up to 1; {} where none does."""
        told = [shares for _, shares in self.timeline if shares]
        if not told:
            return {}
        names = {name for shares in told for name in shares}
        sums = {name: sum(shares.get(name, 0.0) for shares in told) for name in names}
        total = sum(sums.values())
        return {name: sums[name] / total for name in sorted(sums, key=lambda n: -sums[n])}

    def stretches(self) -> list[tuple[float, float, str | None]]:
        """[(start, end, emotion or None)] in seconds."""
        return stretches_of(self.timeline, self.duration_s)
