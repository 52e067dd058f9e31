"""Do the scene measures see what people like? Rank agreement with the raters' mean appeal.

    python benchmarks/appeal.py ../shared/data                 # all panels
    python benchmarks/appeal.py ../shared/data --sample 20     # a quick look

Prints a markdown table: for every scene measure of the table, and with --parts for what it is
made of, Spearman's rank correlation with the mean of the raters' `appeal` over the art panels,
its bootstrap interval, and its two-tailed p after Holm's correction. The ceiling is what one
rater reaches against the mean of the others.

Panels of one episode resemble each other, so that episodes are what is drawn for the intervals,
each with all of its panels, and what p counts: rho over its deviation from draw to draw, by
Student's t with one degree of freedom less than there are episodes. A panel's episode is what its
file name has before "P" (E06P03_1.webp); a name without is its own.

Read it with care: the raters are machines that saw thumbnails; and the measures were not fitted to
appeal.
"""

from __future__ import annotations

import argparse
import csv
import hashlib
import math
import os
import platform
import re
import subprocess
import sys
from collections import defaultdict
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import NamedTuple

import numpy as np
from tqdm import tqdm

from paintreel.errors import InputError, PaintreelError
from paintreel.imaging.files import read_picture
from paintreel.metrics.scene import scene_measures
from paintreel.stats import bootstrap_interval, holm, spearman
from paintreel.stats.distributions import student_t_two_sided


def main(argv: list[str] | None = None) -> int:
    """Measure, correlate, print. Returns the exit code."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("data", type=Path, help="data folder that holds art/ratings.tsv")
    parser.add_argument("--sample", type=int, help="measure so many panels, drawn at random")
    parser.add_argument("--parts", action="store_true", help="also the parts of each measure")
    parser.add_argument("--seed", type=int, default=0, help="of sample and bootstrap (default: 0)")
    parser.add_argument("--resamples", type=int, default=2000, help="of the bootstrap")
    parser.add_argument("--workers", type=int, default=1, help="processes (default: 1)")
    args = parser.parse_args(argv)
    try:
        print("\n".join(report(args)))
    except PaintreelError as error:
        print(f"appeal: {error}", file=sys.stderr)
        return 2
    return 0


def report(args: argparse.Namespace) -> list[str]:
    """The lines of the table and of what stands above it."""
    rng = np.random.default_rng(args.seed)
    appeal = read_appeal(args.data / "art" / "ratings.tsv")
    names = sorted(appeal)
    if args.sample is not None and args.sample < len(names):
        names = sorted(rng.choice(names, args.sample, replace=False).tolist())
    if len(names) < 3:
        raise InputError(f"{len(names)} panels are too few for a correlation, give at least 3")
    columns = measure([args.data / "art" / name for name in names], args)
    ratings = np.array([appeal[name] for name in names])
    episodes = [episode_of(name) for name in names]
    if len(set(episodes)) < 3:
        raise InputError(f"panels are of {len(set(episodes))} episodes, give some of at least 3")
    rows = correlate(columns, ratings.mean(axis=1), episodes, rng, args.resamples)
    return [
        f"Seed {args.seed}, commit {commit()}, ratings {digest(args.data)}, {machine()}; "
        f"{len(names)} panels of {len(set(episodes))} episodes, {ratings.shape[1]} raters, "
        f"elements and regions by the built-in segmentation. Ceiling: {ceiling(ratings):.2f}.",
        "",
        "| measure | rank correlation | 95% interval | p (Holm) |",
        "|---|---|---|---|",
        *rows,
    ]


def read_appeal(path: Path) -> dict[str, list[float]]:
    """Panel file name to the appeal that each rater gave it."""
    if not path.is_file():
        raise InputError(f"{path} is missing; give the folder that holds art/ratings.tsv")
    appeal = defaultdict(list)
    with path.open(newline="", encoding="utf-8") as file:
        for row in csv.DictReader(file, delimiter="\t"):
            appeal[row["file"]].append(float(row["appeal"]))
    return dict(appeal)


def measure(paths: list[Path], args: argparse.Namespace) -> dict[str, list[float]]:
    """Every score, and with --parts every part, as a column over the panels."""
    with ProcessPoolExecutor(args.workers) as pool:
        found = list(tqdm(pool.map(_scores, paths), total=len(paths), file=sys.stderr))
    columns: dict[str, list[float]] = defaultdict(list)
    for scores in found:
        for name, (value, parts) in scores.items():
            columns[name].append(value)
            if args.parts:
                for part, amount in parts.items():
                    columns[f"{name}: {part}"].append(amount)
    return columns


def _scores(path: Path) -> dict[str, tuple[float, dict[str, float]]]:
    pixels = read_picture(path).pixels
    opaque = pixels[..., :3] if pixels.ndim == 3 else pixels
    return {name: (s.value, dict(s.parts)) for name, s in scene_measures(opaque).items()}


def episode_of(name: str) -> str:
    """What a panel is drawn with.

    >>> episode_of("E06P03_1.webp"), episode_of("harbour.png")
    ('E06', 'harbour.png')
    """
    match = re.match(r"(E\d+)P\d+", name)
    return match[1] if match else name


def correlate(
    columns: dict[str, list[float]],
    appeal: np.ndarray,
    episodes: list[str],
    rng: np.random.Generator,
    resamples: int,
) -> list[str]:
    """One table row a column; a constant column has no correlation."""
    found = {name: spearman(column, appeal) for name, column in columns.items()}
    draws = {
        name: clustered(np.column_stack([columns[name], appeal]), episodes, rng, resamples)
        for name, rho in found.items()
        if not math.isnan(rho)
    }
    p = [_p_value(found[name], draw.sd, len(set(episodes))) for name, draw in draws.items()]
    adjusted = dict(zip(draws, holm(p), strict=True))
    rows = []
    for name, rho in found.items():
        if name not in adjusted:
            rows.append(f"| {name} | - | - | - |")
            continue
        low, high = draws[name].low, draws[name].high
        rows.append(f"| {name} | {rho:+.2f} | {low:+.2f} to {high:+.2f} | {adjusted[name]:.3f} |")
    return rows


class Draws(NamedTuple):
    """95 % interval of a rank correlation, and its standard deviation over the draws."""

    low: float
    high: float
    sd: float


def clustered(
    pairs: np.ndarray, clusters: list[str], rng: np.random.Generator, resamples: int
) -> Draws:
    """Rank correlation of (n, 2) pairs over draws of whole clusters with replacement."""
    names = sorted(set(clusters))
    members = [np.flatnonzero(np.array(clusters) == name) for name in names]
    values: list[float] = []

    def rank_correlation(drawn: np.ndarray) -> float:
        rows = pairs[np.concatenate([members[int(k)] for k in drawn])]
        rho = spearman(rows[:, 0], rows[:, 1])
        values.append(0.0 if math.isnan(rho) else rho)  # a draw may hold one value alone
        return values[-1]

    found = bootstrap_interval(
        np.arange(len(names)), rank_correlation, rng=rng, resamples=resamples, method="percentile"
    )
    return Draws(found.low, found.high, float(np.std(values[1:])))  # the first is the estimate


def _p_value(rho: float, sd: float, clusters: int) -> float:
    if sd == 0.0:
        return 0.0 if rho else 1.0
    return student_t_two_sided(rho / sd, clusters - 1)


def ceiling(ratings: np.ndarray) -> float:
    """Mean rank correlation of each rater with the mean of the others."""
    raters = range(ratings.shape[1])
    others = [np.delete(ratings, r, axis=1).mean(axis=1) for r in raters]
    return float(np.mean([spearman(ratings[:, r], others[r]) for r in raters]))


def commit() -> str:
    """Short hash of the commit, with a plus where files differ from it."""
    folder = Path(__file__).parent

    def git(*arguments: str) -> str:
        done = subprocess.run(["git", *arguments], cwd=folder, capture_output=True, text=True)
        return done.stdout.strip() if done.returncode == 0 else ""

    try:
        return (git("rev-parse", "--short", "HEAD") or "unknown") + "+" * bool(
            git("status", "--porcelain", "--", "../src")
        )
    except OSError:  # no git here
        return "unknown"


def digest(data: Path) -> str:
    """First twelve hex digits of the SHA-256 of the ratings."""
    return hashlib.sha256((data / "art" / "ratings.tsv").read_bytes()).hexdigest()[:12]


def machine() -> str:
    """Processor and Python, as far as the system tells."""
    return f"{platform.machine()} with {os.cpu_count()} cores, Python {platform.python_version()}"


if __name__ == "__main__":
    sys.exit(main())
