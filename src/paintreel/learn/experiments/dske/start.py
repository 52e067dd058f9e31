"""The experiment on the medium of pictures, from what was asked to its report."""

from __future__ import annotations

from paintreel.learn.experiments.asked import AskedExperiment
from paintreel.learn.experiments.classifying.experiment import PictureExperiment
from paintreel.learn.experiments.conditions import choose_conditions
from paintreel.learn.experiments.dske.conditions import CONDITIONS
from paintreel.learn.experiments.dske.report import write_dske_report
from paintreel.learn.experiments.dske.settings import SETTINGS
from paintreel.learn.experiments.dske.trials import run_dske

__all__ = ["start"]


def start(asked: AskedExperiment) -> None:
    """Run the trials that are missing; what the splits hold out of any kind is held out."""
    fields = asked.fields("held_out")
    if (splits := asked.splits) is not None:
        kinds = (splits.panels, splits.photographs, splits.media)
        fields["held_out"] = tuple(glob for kind in kinds for glob in kind.held_out)
    run_dske(
        PictureExperiment(
            conditions=choose_conditions(asked.systems, CONDITIONS),
            settings=asked.settings_of(SETTINGS),
            **fields,
        ),
        art=asked.paths["art"],
        photos=asked.paths["photos"],
        styles=asked.paths["styles"],
        **asked.run_facts(write_dske_report),
    )
