"""Make the inputs in examples/: photographs to try on, and a rough with its lines.

    python docs/make_examples.py --photos ../shared/data/photo    # all of it
    python docs/make_examples.py                                  # rough.png and lines.png alone

The rough is a cottage by a lake, made up for this file: every shape is a list of points below, laid
down as a hand would, with strokes that waver and do not meet quite. No picture stands behind it.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path

import numpy as np
from PIL import Image

from paintreel.drawing.canvas import Canvas, Stage
from paintreel.drawing.forms import blobs, curve, spikes, strip, waves

EXAMPLES = Path(__file__).resolve().parents[1] / "examples"
PHOTOS = {
    "canyon": "elementary/Ashim_DSilva",
    "mountains": "elementary/Ryan_Schroeder",
    "rocks": "fedora_extras/morningatsea",
    "otters": "budgie/oakland-zoo-otters",
    "colosseum": "budgie/roman-colosseum",
    "tea-gardens": "budgie/tea-gardens",
}
"""Name in examples/photos -> photograph; all are CC0 1.0, their authors stand in NOTICE."""
LONGEST_PX, LARGEST_BYTES = 720, 60_000

STAGE = Stage(1024, 576)
WIDE = STAGE.aspect
Points = Sequence[tuple[float, float]]


def shrink(source: Path, target: Path) -> None:
    """A photograph as a JPEG below LARGEST_BYTES, as good as that allows."""
    picture = Image.open(source).convert("RGB")
    picture.thumbnail((LONGEST_PX, LONGEST_PX), Image.Resampling.LANCZOS)
    for quality in range(88, 56, -4):
        picture.save(target, quality=quality, optimize=True, progressive=True)
        if target.stat().st_size < LARGEST_BYTES:
            return
    raise ValueError(f"{source} stays above {LARGEST_BYTES} bytes")


# The drawing. Points are in frame heights: y from 0 (top) to 1, x from 0 to 1.78.


def ink(text: str) -> np.ndarray:
    """The colour "c8a070" as uint8 (3,)."""
    return np.array([int(text[i : i + 2], 16) for i in (0, 2, 4)], np.uint8)


class Hand:
    """Lays down colours and lines that waver as a hand does."""

    def __init__(self, seed: int) -> None:
        self.rng = np.random.default_rng(seed)
        self.paint, self.pen = Canvas(STAGE), Canvas(STAGE)

    def area(self, points: Points, colour: str, *, smooth: bool = False) -> None:
        """A flat shape, its edge a little off."""
        path = np.asarray([*points, points[0]], float)
        path = curve(path, 12 * len(points)) if smooth else path
        self._lay(self._wavering(path, 0.0022), colour)

    def _lay(self, shape: np.ndarray, colour: str) -> None:
        """Paint a shape, and rub out the lines of what it hides."""
        self.paint.fill(shape, ink(colour))
        self.pen.cut(shape)

    def ground(self, points: Points, colour: str) -> None:
        """All that lies below a skyline."""
        line = curve(points, 90)
        closed = np.vstack([line, [[WIDE + 0.1, 1.1], [-0.1, 1.1]]])
        self._lay(closed, colour)

    def stroke(self, points: Points, width: float, colour: str) -> None:
        """One pull of a broad brush that tapers off."""
        path = self._wavering(curve(points, 40), 0.003)
        taper = width * np.sin(np.linspace(0.25, np.pi - 0.1, len(path))) ** 0.6
        self._lay(strip(path, taper), colour)

    def clumps(self, centres: Points, radius: float, colour: str, *, flat: float = 0.8) -> None:
        """Lumps of leaves or of cloud."""
        sizes = radius * self.rng.uniform(0.8, 1.2, len(centres))
        for shape in blobs(self.rng, np.asarray(centres, float), sizes, rough=0.16, flat=flat):
            self._lay(shape, colour)

    def line(self, points: Points, width: float = 0.0034, *, smooth: bool = True) -> None:
        """A pen line: light where it starts and ends, pressed between."""
        path = np.asarray(points, float)
        path = curve(path, max(24, 14 * len(path))) if smooth else self._dense(path)
        path = self._wavering(path, 0.0016)
        pressure = 0.45 + 0.55 * np.sin(np.linspace(0.0, np.pi, len(path))) ** 0.7
        pressure *= 1.0 + 0.18 * waves(self.rng, np.linspace(0.0, 1.0, len(path)), 0.3, 2)
        self.pen.fill(strip(path, width * pressure), ink("101010"))

    def outline(self, points: Points, width: float = 0.0034) -> None:
        """Straight sides drawn one by one, each a little too long."""
        corners = [np.asarray(p, float) for p in (*points, points[0])]
        for a, b in pairwise(corners):
            over = (b - a) / max(float(np.hypot(*(b - a))), 1e-6) * self.rng.uniform(0, 0.004)
            self.line([tuple(a - over), tuple(b + over)], width, smooth=False)

    def lump_line(self, centre: tuple[float, float], radius: float, turn: Points = ()) -> None:
        """The scalloped edge of a clump, from angle to angle (in turns, 0 to the right)."""
        for start, end in turn or ((0.5, 1.0),):
            angle = 2 * np.pi * np.linspace(start, end, 60)
            bumps = radius * (1 + 0.1 * np.abs(np.sin(5.0 * angle + centre[0] * 40)))
            x, y = centre[0] + bumps * np.cos(angle), centre[1] + 0.8 * bumps * np.sin(angle)
            self.line(list(zip(x[::5], y[::5], strict=True)), 0.003)

    def _dense(self, path: np.ndarray) -> np.ndarray:
        t = np.linspace(0.0, len(path) - 1.0, 20 * (len(path) - 1))
        steps = np.arange(len(path))
        return np.stack([np.interp(t, steps, path[:, i]) for i in (0, 1)], axis=-1)

    def _wavering(self, path: np.ndarray, reach: float) -> np.ndarray:
        along = np.linspace(0.0, 1.0, len(path))
        return path + reach * np.stack([waves(self.rng, along, 0.35, 2) for _ in (0, 1)], axis=-1)

    def pictures(self) -> tuple[np.ndarray, np.ndarray]:
        """(block-in (H, W, 3), lines (H, W)), uint8."""
        pen = self.pen.rgba()[..., 3]
        return self.paint.rgba()[..., :3], 255 - pen


# The parts of the picture, the farthest first: lists of points, kept on few lines.
# fmt: off


def sky(hand: Hand) -> None:
    tones = np.array([ink(c) for c in ("5f93be", "86b2cd", "aecbd2", "d6d8c6", "f3dcae", "f8cf92")])
    steps = 30
    for i, share in enumerate(np.linspace(0.0, len(tones) - 1.0, steps)):
        low = int(share)
        tone = (1 + low - share) * tones[low] + (share - low) * tones[min(low + 1, len(tones) - 1)]
        y = -0.1 if i == 0 else 0.6 * i / steps - 0.03
        hand.area([(-0.1, y), (0.5, y - 0.012), (1.1, y + 0.01), (1.9, y - 0.008),
                   (1.9, 0.8), (-0.1, 0.8)], bytes(tone.astype(np.uint8)).hex())
    for centres, radius, light in (
        ([(1.04, 0.17), (1.12, 0.14), (1.21, 0.16), (1.3, 0.18), (1.12, 0.18)], 0.055, "f6ead2"),
        ([(0.62, 0.115), (0.68, 0.095), (0.75, 0.115)], 0.035, "dfe5dd"),
    ):
        hand.clumps([(x + 0.004, y + 0.022) for x, y in centres], radius, "c9bfae", flat=0.55)
        hand.clumps(centres, radius, light, flat=0.55)
        (x0, y0), (x1, y1) = centres[0], centres[-2 if radius > 0.05 else -1]
        hand.line([(x0 - radius, y0 + 0.02), (x0 - 0.01, y0 - 0.03), (x0 + 0.03, y0 - 0.01)], 0.003)
        xm, ym = centres[1]
        hand.line([(xm - 0.05, ym - 0.01), (xm, ym - 0.035), (xm + 0.05, ym - 0.01)], 0.003)
        hand.line(
            [(x1 - 0.04, y1 - 0.01), (x1 + 0.02, y1 - 0.02), (x1 + radius, y1 + 0.025)], 0.003
        )


def mountains(hand: Hand) -> None:
    far = [(-0.1, 0.46), (0.12, 0.38), (0.3, 0.43), (0.5, 0.33), (0.66, 0.4), (0.86, 0.3),
           (1.02, 0.39), (1.2, 0.42), (1.45, 0.35), (1.62, 0.42), (1.9, 0.38)]
    hand.ground(far, "9fb3bd")
    for x, y, reach in ((0.5, 0.335, 0.1), (0.86, 0.305, 0.13), (1.45, 0.352, 0.08)):
        hand.area([(x, y), (x + 0.4 * reach, y + 0.5 * reach), (x + 0.28 * reach, y + reach),
                   (x + 1.1 * reach, y + 0.95 * reach)], "d3d5c8")
        hand.area([(x, y), (x - 0.5 * reach, y + 0.8 * reach), (x - 0.05 * reach, y + 0.5 * reach),
                   (x + 0.1 * reach, y + 0.95 * reach)], "8499a8")
        hand.line([(x, y), (x + 0.06 * reach, y + 0.4 * reach), (x, y + 0.75 * reach)], 0.0028)
    hand.line(far, 0.0032)
    near = [(-0.1, 0.5), (0.2, 0.47), (0.45, 0.5), (0.7, 0.485), (0.95, 0.51), (1.2, 0.47),
            (1.5, 0.45), (1.9, 0.48)]
    hand.ground(near, "7f9a86")
    tops = [(0.02 + 0.045 * i, 0.488 + 0.012 * np.sin(1.7 * i)) for i in range(40)]
    hand.clumps(tops, 0.026, "6c8b78")
    hand.clumps([(x + 0.008, y - 0.008) for x, y in tops[::2]], 0.014, "8fa88c")
    for x, y in tops[::3]:
        hand.lump_line((x, y), 0.026, ((0.55, 0.95),))


def lake(hand: Hand) -> None:
    hand.ground([(-0.1, 0.555), (0.5, 0.55), (1.0, 0.555), (1.9, 0.55)], "9dbec8")
    hand.area([(0.1, 0.56), (1.05, 0.56), (1.0, 0.6), (0.2, 0.6)], "7f9f95")
    for i in range(16):
        y = 0.575 + 0.014 * i
        x = 0.32 + 0.5 * ((i * 0.37) % 1.0)
        colour = ("c3d8d8", "e8dcc0", "86acb8")[i % 3]
        hand.stroke([(x, y), (x + 0.09, y - 0.002), (x + 0.2, y + 0.001)], 0.007, colour)
        if i % 2:
            hand.line([(x + 0.03, y + 0.006), (x + 0.1, y + 0.004), (x + 0.16, y + 0.007)], 0.0026)
    shore = [(0.2, 0.565), (0.5, 0.56), (0.8, 0.562), (1.05, 0.56)]
    hand.line(shore, 0.003)


def hill(hand: Hand) -> None:
    top = [(0.62, 0.78), (0.76, 0.69), (0.92, 0.62), (1.1, 0.57), (1.3, 0.545), (1.5, 0.55),
           (1.7, 0.575), (1.9, 0.58)]
    closed = [(0.5, 0.9), *top, (1.9, 1.1), (0.4, 1.1)]
    hand.area(closed, "8ea65a", smooth=False)
    hand.area([(0.75, 0.72), (0.95, 0.625), (1.2, 0.565), (1.5, 0.57), (1.4, 0.62), (1.1, 0.66),
               (0.9, 0.74)], "b2bd68", smooth=True)
    hand.area([(1.42, 0.7), (1.6, 0.655), (1.95, 0.63), (1.95, 0.8), (1.7, 0.83), (1.5, 0.8)],
              "7f9a53", smooth=True)
    hand.line(top, 0.0036)
    for x, y in ((0.86, 0.7), (0.98, 0.68), (1.56, 0.69), (1.66, 0.73), (1.5, 0.77), (0.8, 0.79)):
        hand.line([(x, y), (x + 0.008, y - 0.02)], 0.003)
        hand.line([(x + 0.012, y), (x + 0.012, y - 0.026)], 0.003)
        hand.line([(x + 0.024, y), (x + 0.032, y - 0.018)], 0.003)
    path = [(1.248, 0.645), (1.225, 0.69), (1.165, 0.735), (1.15, 0.79), (1.2, 0.86), (1.22, 0.94),
            (1.18, 1.08)]
    middle = curve(path, 60)
    widths = 0.04 + 0.2 * np.linspace(0.0, 1.0, 60) ** 1.6
    for left, right, colour in ((-1.0, 1.0, "d8bd86"), (-1.0, -0.5, "c4a671")):
        hand.area([tuple(p) for p in strip(middle, widths, left, right)[::2]], colour)
    for side in (-1.0, 1.0):
        edge = strip(middle, widths, side, side)[:60]
        hand.line([tuple(p) for p in edge[::6]], 0.0038)
    for x, y, r in (
        (1.17, 0.77, 0.01),
        (1.2, 0.82, 0.013),
        (1.17, 0.885, 0.017),
        (1.26, 0.94, 0.02),
    ):
        hand.clumps([(x, y)], r, "a98f68", flat=0.5)
        hand.lump_line((x, y), r, ((0.45, 1.05),))


def cottage(hand: Hand) -> None:
    wall, side = [(1.13, 0.64), (1.13, 0.5), (1.36, 0.5), (1.36, 0.65)], "e6cfa6"
    hand.area([(1.36, 0.65), (1.36, 0.5), (1.42, 0.4), (1.49, 0.5), (1.49, 0.63)], "b0957a")
    hand.area(wall, side)
    hand.area([(1.13, 0.54), (1.13, 0.5), (1.36, 0.5), (1.36, 0.53)], "bfa183")  # under the eaves
    roof = [(1.1, 0.515), (1.19, 0.375), (1.425, 0.375), (1.375, 0.52)]
    hand.area(roof, "b4583f")
    hand.area([(1.1, 0.515), (1.12, 0.485), (1.385, 0.49), (1.375, 0.52)], "8e4334")
    hand.area([(1.2, 0.385), (1.3, 0.382), (1.26, 0.45), (1.16, 0.45)], "cc7550")
    hand.area([(1.425, 0.375), (1.375, 0.52), (1.388, 0.522), (1.43, 0.4), (1.505, 0.515),
               (1.515, 0.5)], "7d3b31")
    hand.area([(1.27, 0.38), (1.27, 0.3), (1.315, 0.3), (1.315, 0.38)], "a68d78")
    hand.area([(1.298, 0.38), (1.298, 0.3), (1.315, 0.3), (1.315, 0.38)], "836c60")
    hand.area([(1.262, 0.305), (1.262, 0.29), (1.323, 0.29), (1.323, 0.305)], "6f5b52")
    for x, y, r in ((1.3, 0.265, 0.013), (1.315, 0.235, 0.018), (1.34, 0.2, 0.024)):
        hand.clumps([(x, y)], r, "e9e2d2", flat=0.9)
        hand.lump_line((x, y), r, ((0.55, 1.1),))
    door = [
        (1.225, 0.648),
        (1.225, 0.56),
        (1.24, 0.548),
        (1.26, 0.548),
        (1.272, 0.56),
        (1.272, 0.65),
    ]
    hand.area(door, "6b4a38")
    hand.outline(door, 0.0032)
    for x in (1.237, 1.249, 1.261):
        hand.line([(x, 0.556), (x, 0.645)], 0.0022, smooth=False)
    for x in (1.16, 1.305):
        pane = [(x, 0.605), (x, 0.557), (x + 0.038, 0.557), (x + 0.038, 0.605)]
        hand.area(pane, "f6d67c")
        hand.outline(pane, 0.0034)
        hand.line([(x + 0.019, 0.557), (x + 0.019, 0.605)], 0.0028, smooth=False)
        hand.line([(x, 0.58), (x + 0.038, 0.58)], 0.0028, smooth=False)
        hand.area([(x - 0.006, 0.617), (x - 0.006, 0.607), (x + 0.044, 0.607), (x + 0.044, 0.617)],
                  "8a6a50")
    hand.outline(wall)
    hand.outline([(1.36, 0.65), (1.36, 0.52), (1.425, 0.4), (1.49, 0.5), (1.49, 0.63)])
    hand.outline(roof, 0.004)
    hand.line([(1.425, 0.375), (1.515, 0.5)], 0.004, smooth=False)
    hand.outline([(1.27, 0.375), (1.27, 0.305), (1.315, 0.305), (1.315, 0.375)])
    hand.outline([(1.262, 0.305), (1.262, 0.29), (1.323, 0.29), (1.323, 0.305)])
    for row in range(4):  # tiles
        y = 0.405 + 0.028 * row
        left, right = 1.19 - 0.0643 * (y - 0.375) / 0.1, 1.425 - 0.034 * (y - 0.375) / 0.1
        hand.line([(left, y), (0.5 * (left + right), y + 0.004), (right, y + 0.002)], 0.0026)
        for i in range(9):
            x = left + (i + 0.5 * (row % 2) + 0.3) * (right - left) / 9
            hand.line([(x, y - 0.022), (x - 0.006, y - 0.004)], 0.0022, smooth=False)
    for x, y in ((1.145, 0.625), (1.185, 0.635), (1.29, 0.632), (1.34, 0.625), (1.2, 0.54),
                 (1.39, 0.6), (1.43, 0.57), (1.455, 0.605), (1.42, 0.48)):
        hand.line([(x - 0.012, y), (x, y - 0.003), (x + 0.013, y)], 0.0026)
        hand.line([(x + 0.013, y), (x + 0.012, y + 0.012)], 0.0024, smooth=False)
    bushes = [(1.1, 0.645), (1.14, 0.655), (1.34, 0.66), (1.385, 0.66), (1.5, 0.64), (1.54, 0.65)]
    hand.clumps(bushes, 0.03, "567a45")
    hand.clumps([(x - 0.006, y - 0.012) for x, y in bushes], 0.018, "8aa556")
    for centre in bushes:
        hand.lump_line(centre, 0.031, ((0.5, 1.0),))
        hand.lump_line((centre[0] - 0.006, centre[1] - 0.004), 0.014, ((0.05, 0.4),))


def tree(hand: Hand) -> None:
    hand.area([(0.17, 0.95), (0.24, 0.88), (0.265, 0.7), (0.25, 0.5), (0.22, 0.34), (0.29, 0.34),
               (0.335, 0.5), (0.345, 0.7), (0.36, 0.86), (0.45, 0.95)], "6f5540", smooth=True)
    hand.area([(0.3, 0.9), (0.318, 0.7), (0.31, 0.5), (0.28, 0.36), (0.29, 0.36), (0.335, 0.5),
               (0.345, 0.7), (0.36, 0.86), (0.42, 0.93)], "9a7a55", smooth=True)
    hand.area([(0.17, 0.95), (0.24, 0.88), (0.265, 0.7), (0.255, 0.55), (0.275, 0.7), (0.262, 0.9)],
              "4c3b31", smooth=True)
    hand.stroke([(0.3, 0.5), (0.38, 0.44), (0.44, 0.36)], 0.03, "6f5540")
    hand.stroke([(0.25, 0.48), (0.18, 0.42), (0.12, 0.36)], 0.028, "5d4636")
    rng = hand.rng
    crown = [(0.02, 0.3), (0.1, 0.34), (0.2, 0.355), (0.33, 0.345), (0.44, 0.32), (0.53, 0.26),
             (0.04, 0.17), (0.16, 0.2), (0.3, 0.2), (0.42, 0.2), (0.52, 0.15), (0.1, 0.04),
             (0.28, 0.05), (0.44, 0.05)]
    hand.clumps(crown, 0.092, "41663f")
    leaves = []
    for colour, reach, radius, count in (
        ("547c45", 0.07, 0.06, 2), ("6b924b", 0.06, 0.042, 2), ("8cab58", 0.05, 0.026, 3)
    ):
        tier = [(x + 0.3 * reach + rng.uniform(-reach, reach),
                 y - 0.5 * reach + rng.uniform(-reach, 0.5 * reach))
                for x, y in crown for _ in range(count)]
        hand.clumps(tier, radius, colour)
        leaves += [(centre, radius) for centre in tier]
    hand.clumps([(x + 0.008, y - 0.01) for x, y in tier[::2]], 0.013, "b2c56d")
    for centre in crown[:5]:
        hand.lump_line(centre, 0.09, ((0.05, 0.42),))
    for centre, radius in leaves[::3]:
        start = rng.uniform(0.5, 0.65)
        hand.lump_line(centre, radius, ((start, start + 0.35),))
    hand.line([(0.17, 0.955), (0.24, 0.88), (0.265, 0.7), (0.25, 0.5), (0.235, 0.43)], 0.0046)
    hand.line([(0.45, 0.955), (0.365, 0.87), (0.345, 0.7), (0.335, 0.52), (0.315, 0.43)], 0.0046)
    hand.line([(0.33, 0.52), (0.4, 0.45), (0.44, 0.39)], 0.0036)
    hand.line([(0.24, 0.5), (0.18, 0.44), (0.13, 0.39)], 0.0036)
    for bark in (
        [(0.285, 0.86), (0.29, 0.76), (0.283, 0.66)],
        [(0.315, 0.82), (0.312, 0.7), (0.303, 0.6)],
        [(0.3, 0.58), (0.29, 0.5), (0.277, 0.44)],
        [(0.325, 0.92), (0.328, 0.86), (0.322, 0.8)],
        [(0.25, 0.92), (0.265, 0.87), (0.272, 0.8)],
    ):
        hand.line(bark, 0.003)
    hand.line([(0.293, 0.63), (0.303, 0.615), (0.313, 0.63), (0.303, 0.648), (0.293, 0.632)], 0.003)


def bank(hand: Hand) -> None:
    edge = [
        (-0.1, 0.8),
        (0.15, 0.82),
        (0.4, 0.86),
        (0.6, 0.87),
        (0.8, 0.92),
        (0.95, 1.02),
        (1.0, 1.1),
    ]
    hand.area([*edge, (-0.1, 1.1)], "5f7d42", smooth=False)
    hand.area(
        [(-0.1, 0.9), (0.2, 0.92), (0.5, 0.95), (0.78, 1.0), (0.8, 1.1), (-0.1, 1.1)], "48653a"
    )
    hand.area(
        [(0.42, 0.88), (0.56, 0.885), (0.7, 0.92), (0.6, 0.93), (0.46, 0.91)], "8aa152", smooth=True
    )
    hand.line(edge[:6], 0.004)
    corner = [(1.38, 1.1), (1.42, 1.0), (1.55, 0.93), (1.7, 0.9), (1.9, 0.87), (1.9, 1.1)]
    hand.area(corner, "55733d", smooth=False)
    hand.line(corner[1:5], 0.004)


def grass(hand: Hand) -> None:
    rng = hand.rng
    roots = [(x, 0.9 + 0.09 * (x % 0.13) / 0.13) for x in np.linspace(0.0, 0.86, 34)]
    roots += [(x, 0.96 + 0.05 * (x % 0.07) / 0.07) for x in np.linspace(1.45, 1.78, 16)]
    for i, (x, y) in enumerate(roots):
        height, lean = rng.uniform(0.04, 0.085), rng.uniform(-0.03, 0.03)
        blade = spikes([(x, y)], height, 0.014, lean)[0]
        hand.paint.fill(blade, ink(("7f9c4e", "3c5733", "9db25c")[i % 3]))
        hand.line(
            [(x - 0.005, y), (x + 0.3 * lean, y - 0.5 * height), (x + lean, y - height)], 0.0028
        )
    for x, y, colour in ((0.08, 0.9, "e7c64f"), (0.52, 0.93, "d9624f"), (0.63, 0.95, "e7c64f"),
                         (0.7, 0.97, "d9624f"), (1.53, 0.96, "e7c64f"), (1.68, 0.94, "d9624f")):
        hand.clumps([(x, y)], 0.013, colour, flat=0.9)
        hand.lump_line((x, y), 0.014, ((0.0, 1.0),))
    for x, y, r in ((0.55, 0.9, 0.03), (0.61, 0.915, 0.02), (1.62, 0.965, 0.035)):
        hand.clumps([(x, y)], r, "7d7f78", flat=0.7)
        hand.clumps([(x + 0.2 * r, y - 0.3 * r)], 0.55 * r, "b4b2a0", flat=0.6)
        hand.lump_line((x, y), r, ((0.45, 1.05),))
        hand.line([(x - 0.1 * r, y - 0.5 * r), (x, y), (x - 0.2 * r, y + 0.5 * r)], 0.0026)


def fence(hand: Hand) -> None:
    for i in range(5):
        x, y = 0.72 + 0.085 * i, 0.83 - 0.034 * i
        tall, wide = 0.075 - 0.007 * i, 0.014 - 0.0012 * i
        post = [(x, y), (x, y - tall), (x + wide, y - tall - 0.004), (x + wide, y)]
        hand.area(post, "8b6d4e")
        hand.outline(post, 0.0032)
        if i < 4:
            for share in (0.45, 0.82):
                a = (x + wide, y - share * tall)
                b = (x + 0.085, y - 0.034 - share * (tall - 0.007))
                hand.stroke([a, ((a[0] + b[0]) / 2, (a[1] + b[1]) / 2 + 0.003), b], 0.011, "a5845c")
                hand.line([(a[0], a[1] - 0.005), (b[0], b[1] - 0.005)], 0.0028, smooth=False)
                hand.line([(a[0], a[1] + 0.005), (b[0], b[1] + 0.005)], 0.0028, smooth=False)


# fmt: on


def draw(seed: int = 3) -> tuple[np.ndarray, np.ndarray]:
    """(block-in (H, W, 3), lines (H, W)) of the cottage, uint8."""
    hand = Hand(seed)
    for part in (sky, mountains, lake, hill, fence, cottage, bank, tree, grass):
        part(hand)
    return hand.pictures()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument(
        "--photos", type=Path, help="the folder that holds elementary/, budgie/ ..."
    )
    args = parser.parse_args()
    blocks, lines = draw()
    Image.fromarray(blocks).save(EXAMPLES / "rough.png", optimize=True)
    Image.fromarray(lines).save(EXAMPLES / "lines.png", optimize=True)
    if args.photos is not None:
        (EXAMPLES / "photos").mkdir(exist_ok=True)
        for name, source in PHOTOS.items():
            shrink(args.photos / f"{source}.webp", EXAMPLES / "photos" / f"{name}.jpg")


if __name__ == "__main__":
    main()
