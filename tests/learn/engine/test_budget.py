from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from paintreel.errors import InputError
from paintreel.learn.engine.budget import Budget


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("90s", 90.0), ("30m", 1800.0), ("1.5h", 5400.0), (" 2 m ", 120.0), ("0.5s", 0.5)],
)
def test_time(text, seconds):
    assert Budget.parse(text) == Budget(seconds=seconds)


@pytest.mark.parametrize(("text", "steps"), [("2000steps", 2000), ("1step", 1), ("7 steps", 7)])
def test_steps(text, steps):
    assert Budget.parse(text) == Budget(steps=steps)


@pytest.mark.parametrize(
    "text",
    ["", "30", "m", "0s", "0steps", "-3m", "1e3s", "nan s", "0.5steps", "2.5steps", "5d", "1h30m"],
)
def test_bad_text_is_named(text):
    with pytest.raises(InputError, match=r"budget .* try 90s, 30m, 2h, 2000steps"):
        Budget.parse(text)


@pytest.mark.parametrize(
    "values",
    [
        {},
        {"seconds": 1.0, "steps": 1},
        {"seconds": 0.0},
        {"steps": 0},
        {"seconds": float("nan")},
        {"seconds": float("inf")},
        {"steps": -5},
    ],
)
def test_exactly_one_amount_above_zero(values):
    with pytest.raises(InputError, match="a budget is"):
        Budget(**values)


def test_progress_counts_what_the_budget_counts():
    assert Budget(steps=4).progress(elapsed_s=1e9, step=1) == 0.25
    assert Budget(seconds=4.0).progress(elapsed_s=1.0, step=10**9) == 0.25


@given(st.integers(1, 10**6), st.integers(0, 10**7))
def test_progress_ends_at_one(steps, step):
    progress = Budget(steps=steps).progress(elapsed_s=0.0, step=step)
    assert 0.0 <= progress <= 1.0
    assert (progress == 1.0) == (step >= steps)
