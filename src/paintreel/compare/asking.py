"""What a call of `compare` asks of files."""

from __future__ import annotations

from paintreel.compare.comparison_plan import SystemPlan, plan_comparison
from paintreel.compare.options import CompareOptions
from paintreel.scoring.asking import AskedScores, asked_scores

__all__ = ["ask_scores", "plan_systems"]


def plan_systems(options: CompareOptions) -> list[SystemPlan]:
    """What the command measures. Raises what `plan_comparison` raises."""
    return plan_comparison(options.systems, options.reference, options, trials=options.trials)


def ask_scores(options: CompareOptions) -> AskedScores:
    """What nodes measure of it. Raises what `plan_comparison` raises."""
    return asked_scores([run for s in plan_systems(options) for run in s.runs.values()])
