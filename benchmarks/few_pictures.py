"""What a style gains from more pictures, and what spoils it: trainings that differ in one thing.

    python benchmarks/few_pictures.py --art DIR --photos DIR --styles DIR --out runs/few \
        [--trials 30,100,360] [--sheet docs/images/few-pictures.jpg] [--save] [--quick]

Each trial is `paintreel train fsgan` with its default settings and one seed on folders that this
makes below --out: smaller ones are parts of larger ones, and nothing that recipes/splits.toml
withholds is among them. 30, 100 and 360 have equal steps; the others, with fewer and smaller crops,
are to be seen beside "sound". A trial that is there already is not trained again.
Measured as docs/models.md is, on the test part: the share of crops that the judge takes for panels,
the Fréchet distance to the test panels, and measures of abstraction. One training each: figures of
two trainings that differ in their seed alone are not equal either.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from PIL import Image, ImageDraw, ImageFont
from report import PROJECT, Report, common_options, finish

from paintreel.imaging.arrays import Array
from paintreel.imaging.files import read_picture
from paintreel.learn.data.folders import scan
from paintreel.learn.data.splits import read_splits
from paintreel.learn.release.judge import PictureJudge
from paintreel.learn.release.measure import load_panels, load_photographs, measure_style
from paintreel.pictures.paper import rgb8_on_white
from paintreel.runtime.card import Card
from paintreel.stylize.style import Style

SPLITS = PROJECT / "recipes" / "splits.toml"
SEED = 7
JPEG_QUALITY = 8
MEDIA = (
    "cartoon_sprite",
    "digital_cartoon",
    "flat_vector",
    "line_and_flat_colour",
    "watercolour",
)
"""What mixed art is mixed with, a tenth each."""
SHOWN = (
    "elementary/Ryan_Schroeder.webp",
    "wp_twentytwentyfive/parthenon-square.webp",
    "wp_twentytwentyfive/akaka-falls-state-park-flora.webp",
)
"""Test photographs of the sheet; nobody is on them."""
CELL_PX = (260, 180)
HEAD_PX = 22


@dataclass(frozen=True)
class Source:
    """Where the pictures come from: panels, photographs, and other media by name of folder."""

    art: Path
    photos: Path
    styles: Path | None


Fill = Callable[[Source, Path], None]
"""Fills a folder with pictures of the source."""


@dataclass(frozen=True)
class Trial:
    """A training.

    label        on the sheet and in the table
    art, photos  what it is trained on
    steps        its budget
    settings     KEY=VALUE that it is given beside the defaults
    """

    label: str
    art: Fill
    photos: Fill
    steps: int
    settings: tuple[str, ...] = ()


def drawn(root: Path, held_out: Sequence[str], what: str, count: int) -> list[Path]:
    """`count` of the pictures that may be trained on, below `root`; fewer are a part of more."""
    training, _ = scan(root, what=what).split(held_out)
    order = np.random.default_rng(SEED).permutation(len(training.paths))
    return [training.paths[i] for i in order[:count]]


def copied(root: Path, paths: Sequence[Path], folder: Path) -> None:
    for path in paths:
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(root / path, folder / path)


def panels(count: int) -> Fill:
    def fill(source: Source, folder: Path) -> None:
        held_out = read_splits(SPLITS).panels.held_out
        copied(source.art, drawn(source.art, held_out, "--art", count), folder)

    return fill


def photographs(count: int, only: str = "") -> Fill:
    """Photographs of all sources, or of the one folder `only`."""

    def fill(source: Source, folder: Path) -> None:
        held_out = read_splits(SPLITS).photographs.held_out
        copied(
            source.photos / only, drawn(source.photos / only, held_out, "--photos", count), folder
        )

    return fill


def resaved(
    count: int, change: Callable[[Array, np.random.Generator], Array], quality: int
) -> Fill:
    """Panels that `change` has been at, (H, W, 3) uint8, saved as JPEG."""

    def fill(source: Source, folder: Path) -> None:
        rng = np.random.default_rng(SEED)
        folder.mkdir(parents=True, exist_ok=True)
        for path in drawn(source.art, read_splits(SPLITS).panels.held_out, "--art", count):
            pixels = change(rgb8_on_white(read_picture(source.art / path).pixels), rng)
            Image.fromarray(pixels).save(folder / f"{path.stem}.jpg", quality=quality)

    return fill


def lettered(pixels: Array, rng: np.random.Generator) -> Array:
    """Speech balloons with words over a third of a panel."""
    picture = Image.fromarray(pixels)
    draw = ImageDraw.Draw(picture)
    width, height = picture.size
    font = ImageFont.load_default(max(12, height // 22))
    for _ in range(4):
        left, top = rng.uniform(-0.05, 0.65) * width, rng.uniform(-0.05, 0.7) * height
        box = (left, top, left + 0.36 * width, top + 0.26 * height)
        draw.ellipse(box, fill="white", outline="black", width=3)
        for row in range(3):
            words = " ".join("".join(chr(97 + c) for c in rng.integers(0, 26, 5)) for _ in range(3))
            at = (left + 0.07 * width, top + (0.05 + 0.06 * row) * height)
            draw.text(at, words.upper(), fill="black", font=font)
    return np.asarray(picture)


def mixed(count: int) -> Fill:
    """Panels for one half, other media for the other."""

    def fill(source: Source, folder: Path) -> None:
        assert source.styles is not None, "mixed art needs --styles"
        panels(count // 2)(source, folder)
        held_out = read_splits(SPLITS).media.held_out
        for medium in MEDIA:
            root = source.styles / medium
            copied(root, drawn(root, held_out, "--styles", count // 10), folder / medium)

    return fill


SMALL = ("batch=4", "crop_px=128", "ema_decay=0.995")
"""A step of these takes a third of the time."""


def spoilt(label: str, art: Fill, photos: Fill, steps: int = 1500) -> Trial:
    """A trial to be seen beside "sound", not beside those of more steps and larger crops."""
    return Trial(label, art, photos, steps, SMALL)


TRIALS = {
    "30": Trial("30 pictures", panels(30), photographs(200), 2000),
    "100": Trial("100 pictures", panels(100), photographs(200), 2000),
    "360": Trial("360 pictures", panels(360), photographs(200), 2000),
    "sound": spoilt("100 pictures, 60 photographs", panels(100), photographs(60)),
    "photos-5": spoilt("5 photographs", panels(100), photographs(5)),
    "photos-20": spoilt("20 photographs", panels(100), photographs(20)),
    "portraits": spoilt("portraits only", panels(100), photographs(60, "pif_portraits")),
    "4": spoilt("4 pictures", panels(4), photographs(60)),
    "mixed": spoilt("mixed art", mixed(100), photographs(60)),
    "jpeg": spoilt("hard JPEG", resaved(100, lambda x, _: x, JPEG_QUALITY), photographs(60)),
    "lettering": spoilt("lettering", resaved(100, lettered, 95), photographs(60)),
    "short": spoilt("600 steps", panels(100), photographs(60), 600),
}


def trained(name: str, source: Source, out: Path, *, threads: int, quick: bool) -> Path:
    """The style of a trial, trained where it is not there yet."""
    trial, run = TRIALS[name], out / "runs" / name
    if (run / "style.onnx").is_file():
        return run / "style.onnx"
    folders = {part: out / "data" / f"{name}-{part}" for part in ("art", "photos")}
    for part, folder in folders.items():
        if not folder.is_dir():
            getattr(trial, part)(source, folder)
    settings = [f"seed={SEED}", *trial.settings]
    settings += ["preset=tiny", "batch=2", "crop_px=64"] if quick else []
    command = [
        *(sys.executable, "-m", "paintreel", "train", "fsgan"),
        *("--art", str(folders["art"]), "--photos", str(folders["photos"]), "--out", str(run)),
        *("--budget", f"{2 if quick else trial.steps}steps", "--threads", str(threads)),
        *(word for setting in settings for word in ("--set", setting)),
        *("--licence", "CC-BY-4.0"),
        *("--credit", "Trained on Pepper&Carrot by David Revoy (www.peppercarrot.com), CC-BY 4.0"),
    ]
    resume = ["--resume"] if (run / "checkpoint.pt").is_file() else []
    environment = os.environ | ({"PAINTREEL_ALLOW_DIRTY": "1"} if quick else {})
    subprocess.run([*command, *resume], check=True, env=environment)
    return run / "style.onnx"


def sheet(rows: Sequence[tuple[str, Callable[[Array], Array]]], photos: Path) -> Image.Image:
    """A column a style, labelled, and a row a photograph of SHOWN, cut to CELL_PX."""
    width, height = CELL_PX
    size = (len(rows) * (width + 4) - 4, HEAD_PX + len(SHOWN) * (height + 4) - 4)
    page = Image.new("RGB", size, "white")
    draw, font = ImageDraw.Draw(page), ImageFont.load_default(14)
    pictures = [rgb8_on_white(read_picture(photos / name).pixels) for name in SHOWN]
    for column, (label, paint) in enumerate(rows):
        x = column * (width + 4)
        draw.text((x + 2, 2), label, fill="black", font=font)
        for row, picture in enumerate(pictures):
            cell = Image.fromarray(cut(paint(picture)))
            page.paste(cell, (x, HEAD_PX + row * (height + 4)))
    return page


def cut(picture: Array) -> Array:
    """The middle of a picture at 3/4 of its size: strokes stay visible."""
    width, height = CELL_PX
    scale = max(0.75, width / picture.shape[1], height / picture.shape[0])
    small = cv2.resize(picture, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    top, left = (small.shape[0] - height) // 2, (small.shape[1] - width) // 2
    return small[top : top + height, left : left + width]


def main() -> int:
    parser = common_options(argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0]))
    parser.add_argument("--art", type=Path, required=True, metavar="DIR")
    parser.add_argument("--photos", type=Path, required=True, metavar="DIR")
    parser.add_argument("--styles", type=Path, metavar="DIR", help="other media, for mixed art")
    parser.add_argument("--out", type=Path, required=True, metavar="DIR")
    parser.add_argument("--trials", default="30,100,360", help=f"of {', '.join(TRIALS)}")
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--sheet", type=Path, metavar="JPG", help="paint it, and measure nothing")
    args = parser.parse_args()
    names = args.trials.split(",")
    if unknown := [name for name in names if name not in TRIALS]:
        parser.error(f"no trial {unknown[0]!r}; there are {', '.join(TRIALS)}")
    source = Source(args.art, args.photos, args.styles)
    paths = {
        name: trained(name, source, args.out, threads=args.threads, quick=args.quick)
        for name in names
    }
    painters: list[tuple[str, Callable[[Array], Array]]] = [("photograph", lambda x: x)]
    for name, path in paths.items():
        style = Style(path, backend="onnxruntime", precision="f32", fine_faces=False)
        painters.append((TRIALS[name].label, style.paint))
    if args.sheet:
        sheet(painters, args.photos).save(args.sheet, quality=80, optimize=True)
        return 0
    report = Report("few-pictures", "What more pictures give", quick=args.quick)
    judge = PictureJudge()
    shown = load_photographs(args.photos, "test", SPLITS)
    if args.quick:
        shown = dict(list(shown.items())[:4])
    features = judge.crops(load_panels(args.art, "test", SPLITS)[0])[1]
    rows = []
    for (label, paint), name in zip(painters, ("", *names), strict=True):
        measures = measure_style(paint, shown, judge, features)
        rows.append([label, *counts(name, paths.get(name)), *figures(measures)])
    columns = ["trained on", "art", "photographs", "steps", "minutes"]
    columns += ["judge", "distance", "Gini", "residual", "edges"]
    report.table(f"n = {len(shown)} test photographs, seed {SEED}", columns, rows)
    report.say(
        "Default settings, one training each. Those of 1,500 steps and fewer had batches of 4 "
        "crops of 128 px and are to be seen beside the one of 100 pictures and 60 photographs. "
        "Minutes are of one thread of a machine that other work shared: they compare with nothing."
    )
    finish(report, args)
    return 0


def counts(name: str, path: Path | None) -> list[object]:
    """What a style was trained on, by its card; dashes for the photographs themselves."""
    if path is None:
        return ["-"] * 4
    training = Card.load(path.with_name("card.toml")).training
    minutes = f"{training['wall_time_s'] / 60:.1f}"
    return [training["art_pictures"], training["photo_pictures"], TRIALS[name].steps, minutes]


def figures(measures: dict[str, float]) -> list[str]:
    return [
        f"{measures['judge']:.0%}",
        f"{measures['frechet']:.1f}",
        *(f"{measures[name]:.3f}" for name in ("gini", "residual", "edges")),
    ]


if __name__ == "__main__":
    sys.exit(main())
