"""The experiment on light and colour by feeling, from what was asked to its report."""

from __future__ import annotations

from paintreel import __version__
from paintreel.errors import InputError
from paintreel.learn.experiments.asked import AskedExperiment
from paintreel.learn.experiments.grade.measuring import GradeExperiment, run_grade
from paintreel.learn.experiments.grade.report import write_grade_report

__all__ = ["start"]


def start(asked: AskedExperiment) -> None:
    """Measure what is missing. Raises InputError where no recipe says what is held out."""
    if asked.splits is None:
        raise InputError(
            "experiment grade needs --recipe FILE that names splits, such as "
            "recipes/grade/grade.toml: what is held out"
        )
    results = run_grade(
        GradeExperiment(splits=asked.splits, **asked.fields("pictures", "part")),
        art=asked.paths["art"],
        photos=asked.paths["photos"],
        out=asked.out,
        raters=asked.paths.get("raters"),
        resume=asked.resume,
        say=asked.say,
    )
    report = write_grade_report(asked.out, results, command=asked.command, version=__version__)
    asked.say(str(report))
