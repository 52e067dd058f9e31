"""What is found of a picture, of a moment of a clip, and of a clip as a whole."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING

from paintreel.notes import Note

if TYPE_CHECKING:
    from paintreel.runtime.classifiers import Classification

__all__ = ["UNFAMILIAR", "ClipFinding", "Finding", "clip_finding", "finding_of"]

UNFAMILIAR = "unfamiliar"
"""Stands for the class of what is unlike all that a model has learnt from."""


@dataclass(frozen=True, slots=True)
class Finding:
    """What a model says of a picture: a `Classification` without its map, which holds pixels.

    label          the likeliest class
    probabilities  class -> calibrated probability, adding up to 1
    familiar       False where the picture is unlike all that the model has learnt from; then
                   the label is the nearest guess
    distance       from what it has learnt from: above 1 it is not familiar
    """

    label: str
    probabilities: Mapping[str, float]
    familiar: bool
    distance: float

    @property
    def said(self) -> str:
        """The label, or `UNFAMILIAR`."""
        return self.label if self.familiar else UNFAMILIAR

    def ranked(self) -> list[tuple[str, float]]:
        """(class, probability), likeliest first."""
        return sorted(self.probabilities.items(), key=lambda pair: -pair[1])


@dataclass(frozen=True, slots=True)
class ClipFinding(Finding):
    """What a model says of a clip: the mean of its moments that are familiar, if any is.

    moments     (time in seconds, what was found) of the sampled frames, in order
    duration_s  of the clip
    every_s     seconds between samples
    notes       what happened while reading
    """

    moments: tuple[tuple[float, Finding], ...]
    duration_s: float
    every_s: float
    notes: tuple[Note, ...] = ()

    @property
    def timeline(self) -> list[tuple[float, str]]:
        """(time in seconds, class from there on), where it changes; `UNFAMILIAR` is one too."""
        return [(start_s, said) for start_s, _, said in self.stretches()]

    @property
    def shares(self) -> dict[str, float]:
        """Class -> share of the time, the longest first; `UNFAMILIAR` is one too."""
        counts = Counter(finding.said for _, finding in self.moments)
        return {said: count / len(self.moments) for said, count in counts.most_common()}

    def stretches(self) -> Iterator[tuple[float, float, str]]:
        """(start, end, class) of every stretch of one class, in seconds."""
        runs = groupby(self.moments, key=lambda moment: moment[1].said)
        starts = [(next(iter(run))[0], said) for said, run in runs]
        ends = [start for start, _ in starts[1:]] + [self.duration_s]
        for (start, said), end in zip(starts, ends, strict=True):
            yield start, max(start, end), said


def finding_of(classification: Classification) -> Finding:
    """What is kept of a classification."""
    return Finding(
        classification.label,
        dict(classification.probabilities),
        classification.familiar,
        classification.distance,
    )


def clip_finding(
    moments: Sequence[tuple[float, Finding]],
    *,
    duration_s: float,
    every_s: float,
    notes: tuple[Note, ...] = (),
) -> ClipFinding:
    """The moments of a clip together; half of them or more must be familiar for the clip to be.

    >>> calm = Finding("calm", {"calm": 0.8, "fear": 0.2}, True, 0.5)
    >>> fear = Finding("fear", {"calm": 0.3, "fear": 0.7}, True, 0.7)
    >>> clip = clip_finding([(0, calm), (1, fear), (2, fear)], duration_s=3, every_s=1)
    >>> clip.label, round(clip.probabilities["fear"], 2), clip.timeline
    ('fear', 0.53, [(0, 'calm'), (1, 'fear')])
    """
    familiar = [finding for _, finding in moments if finding.familiar]
    counted = familiar or [finding for _, finding in moments]
    means = {
        name: sum(finding.probabilities[name] for finding in counted) / len(counted)
        for name in counted[0].probabilities
    }
    return ClipFinding(
        label=max(means, key=means.__getitem__),
        probabilities=means,
        familiar=2 * len(familiar) >= len(moments),
        distance=sum(finding.distance for _, finding in moments) / len(moments),
        moments=tuple(moments),
        duration_s=duration_s,
        every_s=every_s,
        notes=notes,
    )
