"""Make the pictures of docs/lineart.md and docs/colorize.md from panels of Pepper&Carrot.

python docs/make_line_images.py --art ../shared/data/art
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

import cv2
import numpy as np

import paintreel
from paintreel.colorize.colourer import Colourer, ColourLook
from paintreel.imaging.arrays import Array
from paintreel.imaging.files import Picture, read_picture, write_picture
from paintreel.lineart.drawer import LineDrawer, LineLook
from paintreel.pictures.contact_sheet import Cell, contact_sheet
from paintreel.roughs.palettes import palette_named
from paintreel.roughs.strokes import Stroke, draw_strokes, smoothed, trace_strokes

IMAGES = Path(__file__).resolve().parent / "images"
PANEL = "E16P02_1.webp"
CELL_PX = 560


def main(argv: Sequence[str] | None = None) -> int:
    """Make both. Returns the exit code."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--art", type=Path, required=True)
    parser.add_argument("--method", default="auto")
    arguments = parser.parse_args(argv)
    panel = read_picture(arguments.art / PANEL).pixels
    write(IMAGES / "lineart.jpg", lineart_cells(panel, LineDrawer(arguments.method)))
    write(IMAGES / "colorize.jpg", colorize_cells(panel, arguments.method))
    return 0


def write(path: Path, cells: list[Cell]) -> None:
    """Write a sheet of two columns."""
    sheet = contact_sheet(cells, columns=2, cell_px=CELL_PX)
    write_picture(path, Picture(sheet), quality=86, overwrite=True)


def lineart_cells(panel: Array, drawer: LineDrawer) -> list[Cell]:
    """A panel and its lines, a pencil drawing and its clean lines."""
    cells = [Cell(panel, "a panel")]
    for weight, detail in ((0.5, 0.5), (0.15, 0.85), (0.9, 0.2)):
        lines = drawer.draw(panel, LineLook(weight, detail)).picture()
        cells.append(Cell(lines, f"--weight {weight:g} --detail {detail:g}"))
    rough = pencil(LineDrawer("rule").draw(panel, LineLook(0.5, 0.5)).coverage)
    clean = drawer.draw(rough, LineLook(0.4, 0.4, clean=True)).picture()
    return [
        *cells,
        Cell(rough, "a rough pencil drawing, blue pencil, shadow"),
        Cell(clean, "--clean"),
    ]


def pencil(ink: Array, seed: int = 0) -> Array:
    """A drawing as it is sketched: shaky strokes, over blue pencil, on shadowed paper."""
    rng = np.random.default_rng(seed)
    strokes = [smoothed(stroke, 2.0) for stroke in trace_strokes(ink)]
    grey = np.zeros(ink.shape)
    for _ in range(3):
        shaky = [shaken(stroke, rng) for stroke in strokes]
        grain = 0.7 + 0.3 * rng.random(ink.shape)
        grey = np.maximum(grey, draw_strokes(shaky, ink.shape) / 255 * grain)
    moved = [
        Stroke(s.points + rng.normal(0, 2.5, 2), np.full(len(s.points), 2.5))
        for s in strokes
        if s.length_px > 40
    ]
    blue = draw_strokes(moved, ink.shape) / 255 * 0.5
    shade = cv2.resize(rng.uniform(0.75, 1, (3, 5)), ink.shape[::-1], interpolation=cv2.INTER_CUBIC)
    page = np.ones((*ink.shape, 3)) * (240, 234, 220) * shade[..., None]
    page += rng.normal(0, 3, (*ink.shape, 1))
    for cover, colour in ((blue, (95, 150, 230)), (grey, (72, 70, 72))):
        page = page * (1 - cover[..., None]) + np.array(colour) * cover[..., None]
    return page.clip(0, 255).astype(np.uint8)


def shaken(stroke: Stroke, rng: np.random.Generator) -> Stroke:
    """A stroke drawn again by a hand that is not quite sure."""
    count = len(stroke.points)
    knots = max(4, count // 25)
    places = np.linspace(0, 1, count)
    off = [np.interp(places, np.linspace(0, 1, knots), rng.normal(0, 1, knots)) for _ in range(2)]
    return Stroke(stroke.points + np.stack(off, axis=1), np.full(count, 1.1), stroke.closed)


def colorize_cells(panel: Array, method: str) -> list[Cell]:
    """A drawing, hints, and what is made of them."""
    ink = LineDrawer("rule").draw(panel, LineLook(0.35, 0.6)).coverage
    drawing, colourer, rule = 255 - ink, Colourer(method), Colourer("rule")
    sketch = colourer.read(drawing, ColourLook())
    hints = dots(panel, sketch.regions.labels, sketch.regions.ink)
    shown = np.dstack([drawing] * 3)
    shown[hints[..., 3] > 0] = hints[hints[..., 3] > 0][:, :3]
    flat = ColourLook(flat=True)
    return [
        Cell(shown, "a drawing with hints"),
        Cell(colourer.colour(drawing, hints).picture(), "painted by the hints"),
        Cell(rule.colour(drawing, hints, flat).picture(), "--flat by the hints"),
        Cell(colourer.colour(drawing).picture(), "without hints"),
        Cell(rule.colour(drawing, None, ColourLook(palette=palette_named("autumn"))).picture(),
             "--palette autumn --flat --method rule"),
        Cell(np.asarray(paintreel.colorize(drawing, method="rule", lines=False)), "the regions"),
    ]  # fmt: skip


def dots(panel: Array, labels: Array, ink: Array, most: int = 30) -> Array:
    """Hints: a dot of the panel's colour in the middle of each of the largest regions."""
    hints = np.zeros((*panel.shape[:2], 4), np.uint8)
    areas = np.bincount(labels[~ink])
    for region in np.argsort(-areas, kind="stable")[:most]:
        inside = ((labels == region) & ~ink).astype(np.uint8)
        distance = cv2.distanceTransform(inside, cv2.DIST_L2, 5)
        y, x = np.unravel_index(int(distance.argmax()), distance.shape)
        colour = np.median(panel[inside > 0], axis=0)
        cv2.circle(hints, (int(x), int(y)), 5, (*(int(v) for v in colour), 255), -1)
    return hints


if __name__ == "__main__":
    raise SystemExit(main())
