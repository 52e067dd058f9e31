"""The experiment on lines and colour, from what was asked to its report."""

from __future__ import annotations

from paintreel.learn.experiments.asked import AskedExperiment
from paintreel.learn.experiments.conditions import REFERENCE, choose_conditions
from paintreel.learn.experiments.lines.conditions import CONDITIONS
from paintreel.learn.experiments.lines.report import write_lines_report
from paintreel.learn.experiments.lines.settings import SETTINGS
from paintreel.learn.experiments.lines.trials import LinesExperiment, run_lines

__all__ = ["start"]


def start(asked: AskedExperiment) -> None:
    """Run the trials that are missing."""
    names = asked.systems
    conditions = choose_conditions(names, CONDITIONS)
    if names is not None:  # rules take their time: those alone that are named
        conditions = tuple(c for c in conditions if c.group != REFERENCE or c.name in names)
    run_lines(
        LinesExperiment(
            conditions=conditions,
            settings=asked.settings_of(SETTINGS),
            **asked.fields("pictures"),
        ),
        art=asked.paths["art"],
        **asked.run_facts(write_lines_report),
    )
