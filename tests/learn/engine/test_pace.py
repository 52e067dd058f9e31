"""Budgets too short for a phase, by time and by steps."""

from __future__ import annotations

import pytest

from paintreel.learn.engine.budget import Budget
from paintreel.learn.engine.pace import Pace, Phase, least_steps

PHASES = [Phase("the warm-up", 0.3, 500), Phase("the rest", 0.7, 500)]


def said(budget: str, seconds: float, phases=PHASES, *, steps: int = 1000) -> list[str]:
    pace = Pace(phases, Budget.parse(budget))
    texts = (pace.take(step / steps, seconds) for step in range(steps))
    return [text for text in texts if text]


def test_ten_minutes_of_six_second_steps_are_too_few():
    warm_up, rest = said("10m", 6.0)
    assert warm_up.startswith("the budget is short: the warm-up has 30% of it, about 30 steps of 6")
    assert warm_up.endswith("--budget 2.8h would do for it")
    assert rest.endswith("--budget 72m would do for it")


@pytest.mark.parametrize("budget", ["10m", "2000steps"])
def test_what_would_do_is_enough(budget):
    assert said(budget, 0.3) == []


def test_steps_need_no_clock():
    (text, _rest) = said("500steps", 0.001, steps=500)
    assert "about 150 steps, and needs 500" in text
    assert text.endswith("--budget 1667steps would do for it")
    assert said("1667steps", 0.001) == []


def test_slow_first_steps_do_not_count():
    pace = Pace(PHASES, Budget.parse("10m"))
    assert [pace.take(0.0, s) for s in (9.0, 9.0, 0.3, 0.3, 40.0, 0.3, 0.3)] == [None] * 7


def test_without_phases_nothing_is_said():
    assert said("1s", 9.0, []) == []


def test_the_average_looks_back_on_as_many_steps():
    assert least_steps(0.0) == 1
    assert least_steps(0.99) == 100
