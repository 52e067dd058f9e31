"""Which runs a comparison is made of."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from os import PathLike
from pathlib import Path

from paintreel.errors import InputError
from paintreel.scoring.art import ArtSet
from paintreel.scoring.options import ScoringOptions
from paintreel.scoring.score_plan import ScorePlan, plan_scores

__all__ = ["SystemPlan", "plan_comparison", "system_names"]


@dataclass(frozen=True, slots=True)
class SystemPlan:
    """A system and its runs: one, or one a trial (trial name -> plan)."""

    name: str
    runs: Mapping[str, ScorePlan]


def plan_comparison(
    systems: Sequence[str | PathLike[str]],
    reference: str | PathLike[str] | None,
    options: ScoringOptions,
    *,
    trials: bool = False,
) -> list[SystemPlan]:
    """ScorePlan the runs of two or more systems, each a folder (or a file) of results.

    trials: the subfolders of each system are independent trials (training runs, seeds), scored
    each against the subfolder of the same name in `reference`, or against the whole of it. When
    no system has subfolders, every picture is a trial.

    The runs are carried out in this order: the first reads the art for all.

    Raises InputError for fewer than two systems, one given twice, or subfolders in some only.
    """
    if len(systems) < 2:
        raise InputError(f"a comparison needs at least two systems, got {len(systems)}")
    paths = [Path(system) for system in systems]
    names = system_names(paths)
    subfolders = [_trials(path) if trials else [] for path in paths]
    if any(subfolders) and not all(subfolders):
        flat = [str(path) for path, own in zip(paths, subfolders, strict=True) if not own]
        raise InputError(
            f"{', '.join(flat)} has no subfolders and the others have; with --trials every "
            "subfolder of a system is one trial"
        )
    art: ArtSet | None = None
    planned = []
    for name, path, own in zip(names, paths, subfolders, strict=True):
        runs: dict[str, ScorePlan] = {}
        for trial in own or [path]:
            key = trial.name if own else ""
            against = _reference(reference, key) if own else reference
            runs[key] = plan_scores(trial, against, options, shared_art=art)
            art = runs[key].art
        planned.append(SystemPlan(name, runs))
    return planned


def system_names(paths: Sequence[Path]) -> list[str]:
    """What results call the systems: the names of their folders, whole paths where two are alike.

    Raises InputError for a system that is given twice.
    """
    if len({path.resolve() for path in paths}) < len(paths):
        raise InputError("a system is given twice; compare different ones")
    short = [path.resolve().name for path in paths]
    return short if len(set(short)) == len(short) else [str(path) for path in paths]


def _trials(path: Path) -> list[Path]:
    if not path.is_dir():
        return []
    return sorted(p for p in path.iterdir() if p.is_dir() and not p.name.startswith("."))


def _reference(reference: str | PathLike[str] | None, trial: str) -> str | PathLike[str] | None:
    if reference is not None and (own := Path(reference, trial)).is_dir():
        return own
    return reference
