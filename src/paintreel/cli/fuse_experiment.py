"""`paintreel experiment fuse`: what is asked of it beside what all experiments ask."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from paintreel.errors import InputError


def run_fuse_experiment(
    values: dict[str, Any], *, photos: Path, art: Path | None, facts: Mapping[str, Any]
) -> None:
    """Run it. values: fields of the experiment, the names of its conditions and the path of its
    splits; facts: what every experiment is run with. Raises InputError where there is any art.
    """
    from paintreel.learn.data.splits import read_splits
    from paintreel.learn.experiments.conditions import choose_conditions
    from paintreel.learn.experiments.fuse.conditions import CONDITIONS
    from paintreel.learn.experiments.fuse.trials import FuseExperiment, run_fuse

    if art is not None:
        raise InputError("experiment fuse learns from photographs and has no use for --art")
    splits = values.pop("splits", None)
    conditions = choose_conditions(values.pop("systems"), CONDITIONS)
    del values["preset"]  # the settings have it
    run_fuse(
        FuseExperiment(
            conditions=conditions,
            splits=None if splits is None else read_splits(splits),
            **values,
        ),
        photos=photos,
        **facts,
    )
