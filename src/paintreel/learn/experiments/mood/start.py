"""The experiment on the mood of pictures, from what was asked to its report."""

from __future__ import annotations

from paintreel.learn.experiments.asked import AskedExperiment
from paintreel.learn.experiments.classifying.experiment import PictureExperiment
from paintreel.learn.experiments.conditions import choose_conditions
from paintreel.learn.experiments.mood.conditions import CONDITIONS, IMAGENET
from paintreel.learn.experiments.mood.report import write_mood_report
from paintreel.learn.experiments.mood.settings import SETTINGS
from paintreel.learn.experiments.mood.trials import run_mood

__all__ = ["start"]


def start(asked: AskedExperiment) -> None:
    """Run the trials that are missing, each a fold of episodes.

    Without ImageNet's weights and without names nothing that begins with them is compared.
    """
    weights = asked.paths.get("weights")
    conditions = choose_conditions(asked.systems, CONDITIONS)
    if asked.systems is None and weights is None:
        conditions = tuple(c for c in conditions if c.group != IMAGENET)
        asked.say("without --weights: no ResNet-50 from ImageNet's weights")
    run_mood(
        PictureExperiment(
            conditions=conditions,
            settings=asked.settings_of(SETTINGS),
            folded=True,
            **asked.fields(),
        ),
        art=asked.paths["art"],
        weights=weights,
        **asked.run_facts(write_mood_report),
    )
