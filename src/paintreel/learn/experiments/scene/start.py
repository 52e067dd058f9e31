"""The scene experiment, from what was asked to its report."""

from __future__ import annotations

import dataclasses

from paintreel.learn.experiments.asked import AskedExperiment
from paintreel.learn.experiments.conditions import choose_conditions
from paintreel.learn.experiments.scene.conditions import CONDITIONS
from paintreel.learn.experiments.scene.report import write_report
from paintreel.learn.experiments.scene.settings import SETTINGS
from paintreel.learn.experiments.scene.trials import Experiment, run_experiment

__all__ = ["start"]


def start(asked: AskedExperiment) -> None:
    """Run the trials that are missing; the splits' panels of both parts are held out."""
    fields = asked.fields("crops", "crop_px", "max_art", "held_out")
    if asked.splits is not None:
        fields |= {"held_out": asked.splits.panels.held_out, "test": asked.splits.panels.test}
    run_experiment(
        Experiment(
            conditions=choose_conditions(asked.systems, CONDITIONS),
            preset=asked.preset,
            settings=dataclasses.replace(asked.settings_of(SETTINGS), preset=asked.preset),
            **fields,
        ),
        art=asked.paths["art"],
        roughs=asked.paths.get("roughs"),
        extractor=asked.paths.get("extractor"),
        **asked.run_facts(write_report),
    )
