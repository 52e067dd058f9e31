"""`benchmarks/rounds.py`: everybody's turn in every round."""

from __future__ import annotations

import pytest


def test_the_order_rotates_and_every_candidate_keeps_its_own_times(bench):
    order, clock = [], iter(range(100))

    def turn(name):
        return lambda: order.append(name) or float(next(clock))

    told = []
    turns = {name: turn(name) for name in "abc"}
    seconds = bench("rounds").interleave(turns, 4, on_round=lambda *a: told.append(a))
    assert "".join(order) == "abcbcacababc"
    assert seconds == {"a": [0, 5, 7, 9], "b": [1, 3, 8, 10], "c": [2, 4, 6, 11]}
    assert told == [(1, 4), (2, 4), (3, 4), (4, 4)]


def test_ratio_is_taken_within_the_round(bench):
    ratio = bench("rounds").paired_ratio
    assert ratio([2.0, 40.0, 6.0], [1.0, 10.0, 2.0]) == (3.0, 2.0, 4.0)
    with pytest.raises(ValueError, match="shorter"):
        ratio([1.0, 2.0], [1.0])
