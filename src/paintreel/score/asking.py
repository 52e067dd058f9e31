"""What a call of `score` asks of files."""

from __future__ import annotations

from paintreel.score.options import ScoreOptions
from paintreel.scoring.asking import AskedScores, asked_scores
from paintreel.scoring.score_plan import ScorePlan, plan_scores

__all__ = ["ask_scores", "plan_score"]


def plan_score(options: ScoreOptions) -> ScorePlan:
    """What the command measures. Raises what `plan_scores` raises."""
    return plan_scores(
        options.generated,
        options.reference,
        options,
        gather=options.save_statistics is not None,
    )


def ask_scores(options: ScoreOptions) -> AskedScores:
    """What nodes measure of it. Raises what `plan_scores` raises."""
    return asked_scores([plan_score(options)])
