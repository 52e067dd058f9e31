"""What this program set itself for lines and colour, and whether it is there."""

from __future__ import annotations

from dataclasses import dataclass

from paintreel.learn.experiments.conditions import Claim
from paintreel.learn.experiments.lines.conditions import BUNDLED, CANNY, XDOG, name_of
from paintreel.learn.experiments.lines.paper import COLOUR_LOSS, GAIN_DB, LINE_F1, LINE_LEAD
from paintreel.learn.experiments.lines.results import EXACT, LinesResults
from paintreel.learn.experiments.statistics import ALPHA
from paintreel.learn.models.drawing_networks import CARTOON
from paintreel.learn.models.drawing_tasks import COLORIZE, LINEART, TASKS

PANELS = ("panels",)


@dataclass(frozen=True)
class Goal:
    """A figure and where it should be.

    text  what is measured, of which condition
    ours  the figure
    goal  where it should be; above it where `higher`
    p     of the paired test behind it; None for a plain figure
    """

    text: str
    ours: float
    goal: float
    higher: bool
    p: float | None = None

    @property
    def is_met(self) -> bool:
        """Whether the figure is where it should be, and the test shows it where there is one."""
        there = self.ours >= self.goal if self.higher else self.ours <= self.goal
        return there and (self.p is None or self.p < ALPHA)


def goals_of(results: LinesResults) -> list[Goal]:
    """All of which anything was measured; of what is bundled where that was, else of the model."""
    goals: list[Goal] = []
    lines, colours = (_best(results, task) for task in (LINEART.name, COLORIZE.name))
    for source in EXACT:
        if found := results.figure(lines, "f1", (source,)):
            goals.append(Goal(f"F1 at 2 px, {source} ({lines})", found.mean, LINE_F1, True))
    for rule in (CANNY, XDOG):
        other = name_of(LINEART.name, rule)
        test = results.test(Claim(lines, other, ""), "f1", EXACT)
        if test is not None:
            goals.append(
                Goal(f"F1 above {rule}, worlds and avatars", test.gain, LINE_LEAD, True, test.p)
            )
    for given, most in COLOUR_LOSS.items():
        if found := results.figure(colours, f"loss:{given}", PANELS):
            text = f"image loss on panels, {given} ({colours})"
            goals.append(Goal(text, found.mean, most, False))
    for task in TASKS:
        measure = "psnr" if task == LINEART.name else "psnr:none"
        claim = Claim(name_of(task), name_of(task, CARTOON), "")
        test = results.test(claim, measure)
        if test is not None:
            text = f"PSNR in dB above CartoonGAN as published, {task}"
            goals.append(Goal(text, test.gain, GAIN_DB, True, test.p))
    return goals


def _best(results: LinesResults, task: str) -> str:
    bundled = name_of(task, BUNDLED)
    return bundled if bundled in results.records else name_of(task)
