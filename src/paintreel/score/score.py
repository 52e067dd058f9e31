"""Score a file or a folder."""

from __future__ import annotations

from os import PathLike

from paintreel.scoring.options import ScoringOptions
from paintreel.scoring.score_plan import plan_scores
from paintreel.scoring.score_run import ScoreRun, score_plan

__all__ = ["score"]


def score(
    generated: str | PathLike[str],
    reference: str | PathLike[str] | None = None,
    options: ScoringOptions | None = None,
    *,
    gather: bool = False,
) -> ScoreRun:
    """Score a file or folder, against a reference where one is given.

    A file that cannot be read or compared is put into `ScoreRun.failed` with the reason, and the
    others are scored all the same. `gather` keeps features and spectra of the scored side in
    `ScoreRun.gathered`. Raises what `plan_scores` raises.
    """
    return score_plan(plan_scores(generated, reference, options, gather=gather))
