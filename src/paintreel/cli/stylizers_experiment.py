"""`paintreel experiment stylizers`: what is asked of it beside what all experiments ask."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any


def run_stylizers_experiment(
    values: dict[str, Any],
    *,
    art: Path,
    photos: Path,
    clips: Path | None,
    facts: Mapping[str, Any],
) -> None:
    """Run it. values: fields of the experiment, the names of its systems and the path of its
    splits; facts: what every experiment is run with.
    """
    from paintreel.learn.data.splits import read_splits
    from paintreel.learn.experiments.conditions import choose_conditions
    from paintreel.learn.experiments.stylizers.conditions import CONDITIONS
    from paintreel.learn.experiments.stylizers.material import StylizerFolders
    from paintreel.learn.experiments.stylizers.trials import StylizersExperiment, run_stylizers

    splits = values.pop("splits", None)
    names = values.pop("systems")
    del values["preset"]  # the settings have it
    run_stylizers(
        StylizersExperiment(conditions=choose_conditions(names, CONDITIONS), **values),
        StylizerFolders(art, photos, clips, None if splits is None else read_splits(splits)),
        **facts,
    )
