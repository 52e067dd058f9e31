"""How long a run lasts: by time or by steps; schedules follow its progress."""

from __future__ import annotations

import re
from dataclasses import dataclass

from paintreel.errors import InputError

_UNITS = {"s": 1.0, "m": 60.0, "h": 3600.0}


@dataclass(frozen=True)
class Budget:
    """Exactly one of `seconds` and `steps` is set.

    >>> Budget.parse("30m").seconds
    1800.0
    >>> Budget.parse("500steps").progress(elapsed_s=3.0, step=250)
    0.5
    """

    seconds: float | None = None
    steps: int | None = None

    @classmethod
    def parse(cls, text: str) -> Budget:
        """From "90s", "30m", "1.5h" or "2000steps"."""
        match = re.fullmatch(r"\s*(\d+(?:\.\d+)?)\s*(s|m|h|steps?)\s*", text)
        if not match or float(match[1]) <= 0:
            raise InputError(f"budget {text!r} is not a time or a count; try 90s, 30m, 2h, 2000steps")
        if match[2].startswith("step"):
            return cls(steps=int(float(match[1])))
        return cls(seconds=float(match[1]) * _UNITS[match[2]])

    def progress(self, *, elapsed_s: float, step: int) -> float:
        """Share of the budget that is spent, in [0, 1]."""
        spent = step / self.steps if self.steps else elapsed_s / (self.seconds or 1.0)
        return min(spent, 1.0)
