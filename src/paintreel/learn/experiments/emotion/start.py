"""The experiment on voices and faces, from what was asked to its report."""

from __future__ import annotations

from paintreel.learn.experiments.asked import AskedExperiment
from paintreel.learn.experiments.conditions import choose_conditions
from paintreel.learn.experiments.emotion.conditions import CONDITIONS
from paintreel.learn.experiments.emotion.report import write_emotion_report
from paintreel.learn.experiments.emotion.settings import SETTINGS
from paintreel.learn.experiments.emotion.trials import EmotionExperiment, run_emotion

__all__ = ["start"]


def start(asked: AskedExperiment) -> None:
    """Run the trials that are missing."""
    run_emotion(
        EmotionExperiment(
            conditions=choose_conditions(asked.systems, CONDITIONS),
            settings=asked.settings_of(SETTINGS),
            **asked.fields(),
        ),
        faces=asked.paths["faces"],
        speech=asked.paths["speech"],
        art=asked.paths.get("art"),
        **asked.run_facts(write_emotion_report),
    )
