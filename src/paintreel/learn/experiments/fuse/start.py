"""The experiment on painting and footage, from what was asked to its report."""

from __future__ import annotations

from paintreel.learn.experiments.asked import AskedExperiment
from paintreel.learn.experiments.conditions import choose_conditions
from paintreel.learn.experiments.fuse.conditions import CONDITIONS
from paintreel.learn.experiments.fuse.report import write_fuse_report
from paintreel.learn.experiments.fuse.settings import SETTINGS
from paintreel.learn.experiments.fuse.trials import FuseExperiment, run_fuse

__all__ = ["start"]


def start(asked: AskedExperiment) -> None:
    """Run the trials that are missing."""
    run_fuse(
        FuseExperiment(
            conditions=choose_conditions(asked.systems, CONDITIONS),
            settings=asked.settings_of(SETTINGS),
            splits=asked.splits,
            **asked.fields("pictures"),
        ),
        photos=asked.paths["photos"],
        **asked.run_facts(write_fuse_report),
    )
