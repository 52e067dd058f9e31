"""The figures that Tan 2024 publishes, and what they can be compared with."""

from __future__ import annotations

from dataclasses import dataclass

from paintreel.learn.models.drawing_networks import CARTOON, OURS, SCENERY


@dataclass(frozen=True)
class PaperRow:
    """What the paper says of a network in one of its two tasks (Figures 5 and 6, and their text).

    settled  "iterations" after which its loss no longer falls; the paper has 40 to 80 of them for
             28,000 pictures, so that they are no steps of an optimiser
    """

    image_loss: float
    psnr_db: float
    settled: int


PAPER = {
    "lineart": {
        OURS: PaperRow(0.012, 24.05, 40),
        CARTOON: PaperRow(0.056, 21.05, 80),
        SCENERY: PaperRow(0.062, 18.08, 60),
    },
    "colorize": {
        OURS: PaperRow(0.038, 23.05, 20),
        CARTOON: PaperRow(0.050, 20.05, 60),
        SCENERY: PaperRow(0.051, 16.08, 40),
    },
}
"""{task: {network: its row}}; its colouring is of photographs turned into anime."""

GAIN_DB = 3.0
"""By how much the paper's model is above CartoonGAN in both tasks."""

LINE_F1, LINE_LEAD = 0.85, 0.10
COLOUR_LOSS = {"none": 0.17, "palette": 0.14, "hints_20": 0.09}
"""What this program sets itself: F1 at 2 px of lines that are known exactly, the lead over Canny
and XDoG, and the image loss on held-out panels by what is given."""
