"""How long a run lasts: by time or by steps; schedules follow its progress."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass

from paintreel.errors import InputError

_UNITS = {"s": 1.0, "m": 60.0, "h": 3600.0}


@dataclass(frozen=True)
class Budget:
    """Exactly one of `seconds` and `steps` is set and above zero; InputError otherwise.

    >>> Budget.parse("30m").seconds
    1800.0
    >>> Budget.parse("500steps").progress(elapsed_s=3.0, step=250)
    0.5
    """

    seconds: float | None = None
    steps: int | None = None

    def __post_init__(self) -> None:
        given = [v for v in (self.seconds, self.steps) if v is not None]
        if len(given) != 1 or not 0 < given[0] < float("inf"):
            raise InputError(
                f"a budget is a number of seconds or of steps above zero, got seconds="
                f"{self.seconds} and steps={self.steps}"
            )

    @classmethod
    def parse(cls, text: str) -> Budget:
        """From "90s", "30m", "1.5h" or "2000steps"."""
        count = re.fullmatch(r"\s*(\d+)\s*steps?\s*", text)
        time = re.fullmatch(r"\s*(\d+(?:\.\d+)?)\s*(s|m|h)\s*", text)
        if count and int(count[1]) > 0:
            return cls(steps=int(count[1]))
        if time and float(time[1]) > 0:
            return cls(seconds=float(time[1]) * _UNITS[time[2]])
        raise InputError(f"budget {text!r} is not a time or a count; try 90s, 30m, 2h, 2000steps")

    def progress(self, *, elapsed_s: float, step: int) -> float:
        """Share of the budget that is spent, in [0, 1]."""
        if self.steps is not None:
            return min(step / self.steps, 1.0)
        assert self.seconds is not None, "a budget has one of the two"
        spent = elapsed_s / self.seconds
        return min(spent, 1.0)

    def left_s(self, *, elapsed_s: float, step: int, step_s: float) -> float:
        """Seconds that are left, by the clock or, for steps, if each takes `step_s`.

        >>> Budget.parse("30m").left_s(elapsed_s=600.0, step=9, step_s=0.5)
        1200.0
        >>> Budget.parse("100steps").left_s(elapsed_s=600.0, step=90, step_s=0.5)
        5.0
        """
        if self.steps is not None:
            return max(self.steps - step, 0) * step_s
        assert self.seconds is not None, "a budget has one of the two"
        return max(self.seconds - elapsed_s, 0.0)

    def times(self, factor: float) -> str:
        """A budget `factor` times this one, rounded up, as `parse` takes it.

        >>> Budget.parse("10m").times(2.5), Budget.parse("90s").times(1.1)
        ('25m', '99s')
        >>> Budget.parse("1000steps").times(1.6667), Budget.parse("1h").times(2.51)
        ('1667steps', '2.6h')
        """
        if self.steps is not None:
            return f"{math.ceil(self.steps * factor)}steps"
        assert self.seconds is not None, "a budget has one of the two"
        seconds = self.seconds * factor
        if seconds < 120:
            return f"{math.ceil(seconds - 1e-6)}s"
        minutes = math.ceil(seconds / 60 - 1e-6)
        return f"{minutes}m" if minutes < 120 else f"{math.ceil(seconds / 360 - 1e-6) / 10:g}h"
