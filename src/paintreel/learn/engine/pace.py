"""Whether a budget is long enough: the steps that each phase of a run gets, and needs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

from paintreel.learn.engine.budget import Budget

UNTIMED_STEPS, TIMED_STEPS = 2, 5
"""First steps of a phase, which set up kernels and are not timed, and those that then are."""


@dataclass(frozen=True)
class Phase:
    """A part of a run, after which something else is learnt.

    share        of the budget, above 0; those of a run's phases sum to 1
    least_steps  below which the phase has not done its work
    """

    name: str
    share: float
    least_steps: int


def least_steps(ema_decay: float) -> int:
    """Steps that the averaged weights look back on, 1 / (1 - decay).

    It is the averaged weights that are exported: after fewer steps of a phase most of what they
    hold is from before it, whatever the loss of the network itself is.

    >>> least_steps(0.998)
    500
    """
    return round(1 / (1 - ema_decay))


class Pace:
    """Watches the first steps of every phase, and says once of each whether its time is too short.

    With a budget of time the seconds of a step are needed, which no one knows before.
    """

    def __init__(self, phases: Sequence[Phase], budget: Budget) -> None:
        self.budget = budget
        self._phases = list(phases)
        self._taken: dict[str, list[float]] = {phase.name: [] for phase in phases}

    def take(self, progress: float, seconds: float) -> str | None:
        """What to say after a step at `progress` that took `seconds`; None where all is well."""
        phase = self._phase_at(progress)
        if phase is None:
            return None
        taken = self._taken[phase.name]
        taken.append(seconds)
        enough = 1 if self.budget.steps is not None else UNTIMED_STEPS + TIMED_STEPS
        if len(taken) != enough:
            return None
        if self.budget.steps is not None:
            steps, how = self.budget.steps * phase.share, ""
        else:
            assert self.budget.seconds is not None, "a budget has one of the two"
            step_s = max(median(taken[UNTIMED_STEPS:]), 1e-9)
            steps, how = self.budget.seconds * phase.share / step_s, f" of {step_s:.2g} s"
        if steps >= phase.least_steps:
            return None
        return (
            f"the budget is short: {phase.name} has {phase.share:.0%} of it, about {steps:.0f} "
            f"steps{how}, and needs {phase.least_steps} to fill the averaged weights; "
            f"--budget {self.budget.times(phase.least_steps / steps)} would do for it"
        )

    def _phase_at(self, progress: float) -> Phase | None:
        end = 0.0
        for phase in self._phases:
            end += phase.share
            if progress < end - 1e-9:
                return phase
        return self._phases[-1] if self._phases else None
