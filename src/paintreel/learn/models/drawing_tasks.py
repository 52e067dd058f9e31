"""What the two tasks of a drawing take and give; needs no torch."""

from __future__ import annotations

from dataclasses import dataclass

from paintreel.roughs.drawing_planes import COLORIZE_PLANES, LINEART_PLANES, PALETTE_VALUES
from paintreel.worlds.categories import LABELS

INPUT = "image"
CONDITION, NOISE = "condition", "noise"
"""Inputs of the graphs; `roughs.drawing_planes` makes all of them."""
CHOICES = "choices"
"""Second output of a graph that chooses: (N, PALETTE_COLOURS, h, w), shares of 1 at each place."""


@dataclass(frozen=True)
class DrawingTask:
    """A task: what its networks take and give.

    name       of the verb that runs it
    output     of the graph
    c_in       planes of the input
    c_out      channels of the answer, in [0, 1]
    content    planes at the start of the input that show the picture: RGB, or ink
    condition  length of what is known of the whole picture; 0 for none
    seeded     whether the graph takes the noise z; where it does not, z is of training alone
    labels     of the categories in the condition
    bias       of the last layer before its sigmoid, at the start: ink is rare
    """

    name: str
    output: str
    c_in: int
    c_out: int
    content: int
    condition: int = 0
    seeded: bool = False
    labels: tuple[str, ...] = ()
    bias: float = 0.0

    @property
    def inputs(self) -> tuple[str, ...]:
        """Names of the inputs of the graph, in order."""
        given = {INPUT: True, CONDITION: self.condition > 0, NOISE: self.seeded}
        return tuple(name for name, there in given.items() if there)


LINEART = DrawingTask("lineart", "lines", LINEART_PLANES, 1, content=3, bias=-2.0)
COLORIZE = DrawingTask(
    "colorize",
    "colours",
    COLORIZE_PLANES,
    3,
    content=1,
    condition=PALETTE_VALUES + len(LABELS),
    seeded=True,
    labels=LABELS,
)

TASKS = {task.name: task for task in (LINEART, COLORIZE)}
