"""What classifiers say of a clip over its time, and how a classification is read out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from statistics import median_low

from paintreel.notes import Note
from paintreel.runtime.classifiers import Classification

__all__ = ["UNFAMILIAR", "ClipClassification", "clip_classification", "ranked", "said"]

UNFAMILIAR = "unfamiliar"
"""Stands for the class of what is unlike all that a model has learnt from."""


def said(found: Classification | ClipClassification) -> str:
    """The label, or `UNFAMILIAR`."""
    return found.label if found.familiar else UNFAMILIAR


def ranked(found: Classification | ClipClassification) -> list[tuple[str, float]]:
    """(class, probability), likeliest first."""
    return sorted(found.probabilities.items(), key=lambda pair: -pair[1])


@dataclass(frozen=True, slots=True)
class ClipClassification:
    """What a model says of a clip.

    label          the likeliest class of the clip as a whole
    probabilities  class -> the mean over its moments, the familiar ones if any is
    familiar       whether half of the moments or more are
    distance       median over the moments: above 1 where most of them are not
    moments        (time in seconds, what was found) of the sampled frames, in order, without maps
    duration_s     of the clip
    every_s        seconds between samples
    notes          what happened while reading
    """

    label: str
    probabilities: Mapping[str, float]
    familiar: bool
    distance: float
    moments: tuple[tuple[float, Classification], ...]
    duration_s: float
    every_s: float
    notes: tuple[Note, ...] = ()

    @property
    def timeline(self) -> list[tuple[float, str]]:
        """(time in seconds, class from there on), where it changes; `UNFAMILIAR` is one too."""
        return [(start_s, name) for start_s, _, name in self.stretches()]

    @property
    def shares(self) -> dict[str, float]:
        """Class -> share of the moments, the largest first; `UNFAMILIAR` is one too."""
        counts = Counter(said(found) for _, found in self.moments)
        return {name: count / len(self.moments) for name, count in counts.most_common()}

    def stretches(self) -> Iterator[tuple[float, float, str]]:
        """(start, end, class) of every stretch of one class, in seconds."""
        runs = groupby(self.moments, key=lambda moment: said(moment[1]))
        starts = [(next(iter(run))[0], name) for name, run in runs]
        ends = [start_s for start_s, _ in starts[1:]] + [self.duration_s]
        for (start_s, name), end_s in zip(starts, ends, strict=True):
            yield start_s, max(start_s, end_s), name


def clip_classification(
    moments: Sequence[tuple[float, Classification]],
    *,
    duration_s: float,
    every_s: float,
    notes: tuple[Note, ...] = (),
) -> ClipClassification:
    """The moments of a clip, one or more, together.

    >>> calm = Classification("calm", {"calm": 0.8, "fear": 0.2}, True, 0.5)
    >>> fear = Classification("fear", {"calm": 0.3, "fear": 0.7}, True, 0.7)
    >>> clip = clip_classification([(0, calm), (1, fear), (2, fear)], duration_s=3, every_s=1)
    >>> clip.label, round(clip.probabilities["fear"], 2), clip.timeline
    ('fear', 0.53, [(0, 'calm'), (1, 'fear')])
    """
    familiar = [found for _, found in moments if found.familiar]
    counted = familiar or [found for _, found in moments]
    means = {
        name: sum(found.probabilities[name] for found in counted) / len(counted)
        for name in counted[0].probabilities
    }
    return ClipClassification(
        label=max(means, key=means.__getitem__),
        probabilities=means,
        familiar=2 * len(familiar) >= len(moments),
        distance=median_low(found.distance for _, found in moments),
        moments=tuple(moments),
        duration_s=duration_s,
        every_s=every_s,
        notes=notes,
    )
