"""When the mouth stands how: cues of the nine shapes that users of Rhubarb Lip Sync know.

A  closed lips: m, b, p              F  puckered lips: you, show, way
B  teeth nearly closed: s, t, k, ee  G  upper teeth on the lower lip: f, v
C  open: men, bat, but               H  tongue raised behind the teeth: l, th
D  wide open: father                 X  at rest
E  slightly rounded: off, bird
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from paintreel.errors import InputError
from paintreel.imaging.arrays import Array

__all__ = ["MOUTH_SHAPES", "MouthCue", "check_cues", "joined", "shape_at", "shapes_at"]

MOUTH_SHAPES = ("A", "B", "C", "D", "E", "F", "G", "H", "X")
"""All nine."""


@dataclass(frozen=True, slots=True)
class MouthCue:
    """From `start_s` to `end_s` the mouth has one of `MOUTH_SHAPES`."""

    start_s: float
    end_s: float
    shape: str

    @property
    def length_s(self) -> float:
        """Seconds."""
        return self.end_s - self.start_s


def check_cues(cues: Sequence[MouthCue]) -> None:
    """Raise InputError, which names the cue, where shapes are unknown or times do not advance."""
    end_s = 0.0
    for number, cue in enumerate(cues, 1):
        if cue.shape not in MOUTH_SHAPES:
            known = ", ".join(MOUTH_SHAPES)
            raise InputError(f"cue {number} has the shape {cue.shape!r}, expected one of {known}")
        if not (0 <= cue.start_s <= cue.end_s < float("inf")):
            raise InputError(
                f"cue {number} is from {cue.start_s} to {cue.end_s} s, expected a time of 0 or "
                "more and a later one"
            )
        if cue.start_s < end_s - 1e-6:
            raise InputError(
                f"cue {number} starts at {cue.start_s:g} s, before the one before it ends "
                f"({end_s:g} s)"
            )
        end_s = cue.end_s


def joined(cues: Iterable[MouthCue]) -> list[MouthCue]:
    """The same cues, of which neighbours of one shape are one.

    >>> [(c.end_s, c.shape) for c in joined([MouthCue(0, 1, "A"), MouthCue(1, 2, "A")])]
    [(2, 'A')]
    """
    out: list[MouthCue] = []
    for cue in cues:
        if out and out[-1].shape == cue.shape and abs(out[-1].end_s - cue.start_s) < 1e-6:
            out[-1] = replace(out[-1], end_s=cue.end_s)
        else:
            out.append(cue)
    return out


def shape_at(cues: Sequence[MouthCue], t_s: float) -> str:
    """The shape at a time: X before, after and between cues."""
    return str(shapes_at(cues, np.array([t_s]))[0])


def shapes_at(cues: Sequence[MouthCue], times_s: Array) -> Array:
    """The shapes at times (N,), as an array of one-letter strings."""
    if not cues:
        return np.full(len(times_s), "X")
    starts = np.array([cue.start_s for cue in cues])
    at = np.searchsorted(starts, np.asarray(times_s) + 1e-9, side="right") - 1
    ends = np.array([cue.end_s for cue in cues])
    shapes = np.array([cue.shape for cue in cues])
    known = (at >= 0) & (np.asarray(times_s) < ends[at.clip(0)] - 1e-9)
    return np.where(known, shapes[at.clip(0)], "X")
