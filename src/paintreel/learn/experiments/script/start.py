"""The experiment on words, from what was asked to its report."""

from __future__ import annotations

from paintreel import __version__
from paintreel.learn.experiments.asked import AskedExperiment
from paintreel.learn.experiments.script.lines import read_lines, read_opinions
from paintreel.learn.experiments.script.measuring import measure
from paintreel.learn.experiments.script.methods import methods
from paintreel.learn.experiments.script.report import write_script_report

__all__ = ["start"]

_SEED = 7


def start(asked: AskedExperiment) -> None:
    """Measure how well methods tell what lines of a script feel like."""
    lines = read_lines(asked.paths["lines"])
    ratings = asked.paths.get("ratings")
    raters = {} if ratings is None else read_opinions(ratings)
    seed = asked.values.get("seed", _SEED)
    results = measure(lines, methods(asked.paths.get("lexicon")), raters, seed=seed)
    report = write_script_report(
        asked.out, results, command=asked.command, seed=seed, version=__version__
    )
    for name, one in results.questions["tendency"].items():
        asked.say(f"{name}: macro F1 {one.macro_f1:.3f} ({one.low:.3f} to {one.high:.3f})")
    asked.say(str(report))
