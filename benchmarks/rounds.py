"""Interleaved measurement: every candidate takes its turn in every round.

A machine drifts (heat, neighbours, caches). Candidates measured one after the other inherit that
drift; in rounds they share it, and the ratio of two candidates is taken within each round.
"""

from __future__ import annotations

import statistics
from collections.abc import Callable, Hashable, Mapping
from typing import TypeVar

Key = TypeVar("Key", bound=Hashable)


def interleave(
    turns: Mapping[Key, Callable[[], float]],
    rounds: int,
    on_round: Callable[[int, int], None] | None = None,
) -> dict[Key, list[float]]:
    """Call every turn once a round and give its seconds, {key: one number a round}.

    The order is rotated by one each round, so that no candidate always follows the same other.
    """
    keys = list(turns)
    seconds: dict[Key, list[float]] = {key: [] for key in keys}
    for number in range(rounds):
        start = number % len(keys)
        for key in keys[start:] + keys[:start]:
            seconds[key].append(turns[key]())
        if on_round:
            on_round(number + 1, rounds)
    return seconds


def paired_ratio(above: list[float], below: list[float]) -> tuple[float, float, float]:
    """Ratio above/below within each round: (median, lowest, highest).

    >>> paired_ratio([10.0, 12.0, 9.0], [2.0, 2.0, 3.0])
    (5.0, 3.0, 6.0)
    """
    ratios = [a / b for a, b in zip(above, below, strict=True)]
    return statistics.median(ratios), min(ratios), max(ratios)
