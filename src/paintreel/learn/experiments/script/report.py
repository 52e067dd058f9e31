"""What the experiment on scripts found, as a page and as JSON.

OUT/report.html    everything, self-contained
OUT/results.json   every figure
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from paintreel.learn.experiments.page import write_page
from paintreel.learn.experiments.records import write_json
from paintreel.learn.experiments.script.measuring import GOAL, MethodMeasures, ScriptResults
from paintreel.learn.experiments.script.methods import ABOUT
from paintreel.scoring.page import page, section, table
from paintreel.wording import counted

__all__ = ["write_script_report"]


def write_script_report(
    out: Path, results: ScriptResults, *, command: Sequence[str], seed: int, version: str
) -> Path:
    """Write page and JSON; gives the page. Raises OutputError."""
    out.mkdir(parents=True, exist_ok=True)
    facts = {"paintreel": version, "command": " ".join(command), "seed": seed, "goal": GOAL}
    write_json(out / "results.json", facts | results.as_dict())
    sections = [section("What is compared", _methods(results))]
    for question in results.questions:
        sections.append(section(question.capitalize(), _table(results, question)))
    sections.append(section("Beside the count", _gain(results)))
    head = [f"{counted(results.lines, 'line')}, seed {seed}, Paintreel {version}", facts["command"]]
    return write_page(
        out / "report.html", page("Tendency of scripts", list(map(str, head)), sections)
    )


def _methods(results: ScriptResults) -> str:
    names = next(iter(results.questions.values()))
    return table(("method", ""), [(name, ABOUT[name]) for name in names if name in ABOUT])


def _table(results: ScriptResults, question: str) -> str:
    found = results.questions[question]
    classes = list(next(iter(found.values())).by_class)
    raters = [name for name in found if name not in ABOUT]
    rows = [
        (
            name if name in ABOUT else f"rater {name}",
            f"{one.macro_f1:.3f} ({one.low:.3f} to {one.high:.3f})",
            f"{one.accuracy:.3f}",
            f"{one.kappa:.3f}",
            *(f"{one.by_class[each]:.2f}" for each in classes),
            *(_share(one, rater) for rater in raters),
        )
        for name, one in found.items()
        if question == "tendency" or name != "file"
    ]
    head = ("", "macro F1", "accuracy", "kappa", *classes, *(f"as {r} says" for r in raters))
    kappa = results.raters[question]
    note = "" if kappa is None else f"<p>Fleiss' kappa of the raters: {kappa:.3f}.</p>"
    return table(head, rows) + note


def _share(one: MethodMeasures, rater: str) -> str:
    return "-" if rater not in one.with_raters else f"{one.with_raters[rater]:.2f}"


def _gain(results: ScriptResults) -> str:
    gain, low, high = results.gain
    reached = results.questions["tendency"]["nearness"].macro_f1 >= GOAL
    goal = f"The goal, a macro F1 of {GOAL:.2f}, is {'reached' if reached else 'not reached'}."
    return (
        f"<p>Macro F1 of the tendency over that of the count: {gain:+.3f} "
        f"({low:+.3f} to {high:+.3f}, over lines). {goal}</p>"
    )
