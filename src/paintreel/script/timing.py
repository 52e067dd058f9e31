"""When lines are spoken: by the times of the file, else by how many words they have."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from paintreel.script.screenplay import ScriptLine

__all__ = ["emotions_over_time", "timed"]

_RAMP_S = 0.15
"""How long an emotion takes to come and to go at the ends of a line."""

_APART_S = 0.001


def timed(lines: Sequence[ScriptLine], seconds_per_word: float) -> list[ScriptLine]:
    """The lines with their times; without any in the file one follows the other.

    >>> [line.end_s for line in timed([ScriptLine("One two", "speech", 1)], 0.5)]
    [1.0]
    """
    found, at_s = [], 0.0
    for line in lines:
        if line.start_s is None or line.end_s is None:
            long_s = seconds_per_word * max(1, len(line.text.split()))
            line = replace(line, start_s=at_s, end_s=at_s + long_s)
        assert line.end_s is not None, "was given one"
        at_s = line.end_s
        found.append(line)
    return found


def emotions_over_time(
    lines: Sequence[ScriptLine], shares: Sequence[Mapping[str, float]]
) -> list[tuple[float, dict[str, float]]]:
    """A timeline: every line holds its shares, and goes over into the next at its ends.

    lines   with times, in order
    shares  emotion -> share, of each
    """
    timeline: list[tuple[float, dict[str, float]]] = []
    for line, own in zip(lines, shares, strict=True):
        assert line.start_s is not None, "lines have times"
        assert line.end_s is not None, "lines have times"
        ramp_s = min(_RAMP_S, (line.end_s - line.start_s) / 4)
        for time_s in (line.start_s + ramp_s, line.end_s - ramp_s):
            kept = {name: share for name, share in own.items() if share > 0}
            if not timeline or time_s > timeline[-1][0] + _APART_S:  # speakers may overlap
                timeline.append((time_s, kept))
    return timeline
