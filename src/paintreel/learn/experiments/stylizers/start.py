"""The experiment on stylizers, from what was asked to its report."""

from __future__ import annotations

from paintreel.learn.experiments.asked import AskedExperiment
from paintreel.learn.experiments.conditions import choose_conditions
from paintreel.learn.experiments.stylizers.conditions import CONDITIONS
from paintreel.learn.experiments.stylizers.material import StylizerFolders
from paintreel.learn.experiments.stylizers.report import write_stylizers_report
from paintreel.learn.experiments.stylizers.settings import SETTINGS
from paintreel.learn.experiments.stylizers.trials import StylizersExperiment, run_stylizers

__all__ = ["start"]


def start(asked: AskedExperiment) -> None:
    """Run the trials that are missing."""
    paths = asked.paths
    run_stylizers(
        StylizersExperiment(
            conditions=choose_conditions(asked.systems, CONDITIONS),
            settings=asked.settings_of(SETTINGS),
            **asked.fields("pictures"),
        ),
        StylizerFolders(paths["art"], paths["photos"], paths.get("clips"), asked.splits),
        **asked.run_facts(write_stylizers_report),
    )
