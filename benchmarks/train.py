"""Images per second of FSGAN's training step, and what a step spends its time on.

    python benchmarks/train.py [--recipe recipes/hereva.toml] [--save] [--quick]

Both phases of a run: warm-up on the teacher alone, and all adversaries. The step is the trainer's
own; its pictures are made up, since their content costs nothing. Needs the `train` extra.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable
from functools import wraps
from typing import Any

import numpy as np
import torch
from report import Report, common_options, finish
from rounds import interleave
from step_parts import MAY_BE_LARGE, PARTS, profile_parts
from torch.profiler import record_function

from paintreel.learn.engine.distributed import join_process_group
from paintreel.learn.engine.settings import apply, read_recipe
from paintreel.learn.trainers.fsgan import FSGANSettings, FSGANTrainer

LARGEST_SHARE = 0.15
PICTURES = 48


def make_trainer(settings: FSGANSettings, group: Any, *, side_px: int) -> FSGANTrainer:
    """A trainer on made-up pictures of side_px x 3/4 side_px."""
    rng = np.random.default_rng(0)
    shape = (side_px * 3 // 4, side_px, 3)

    def picture() -> np.ndarray:
        return rng.integers(0, 256, shape, np.uint8)

    pairs = [(picture(), picture()) for _ in range(PICTURES)]
    art = [picture() for _ in range(PICTURES)]
    weights = np.ones(PICTURES)
    return FSGANTrainer(
        settings, pairs=pairs, art=art, held_out=pairs[:1], group=group, weights=weights
    )


def name_parts(trainer: FSGANTrainer) -> None:
    """Mark in the profile what is no torch operator: sampling, and the averaging of weights."""

    def named(name: str, function: Callable) -> Callable:
        @wraps(function)
        def call(*args: Any) -> Any:
            with record_function(name):
                return function(*args)

        return call

    for sampler in ("photos", "art"):
        source = getattr(trainer, sampler)
        setattr(trainer, sampler, named("part:data", source.__call__))
    trainer.average.update = named("part:optimiser", trainer.average.update)


def phases(settings: FSGANSettings) -> dict[str, float]:
    """Phase -> a progress inside it."""
    return {
        "warm-up": settings.warmup / 2,
        "adversarial": (settings.warmup + settings.ramp + 1) / 2,
    }


def report_speed(
    report: Report, trainer: FSGANTrainer, *, rounds: int, steps: int
) -> dict[str, float]:
    """Table of images per second; gives the median seconds of a step in each phase."""

    def turn(progress: float) -> float:
        start = time.perf_counter()
        for _ in range(steps):
            trainer.step(progress)
        return (time.perf_counter() - start) / steps

    turns = {name: (lambda p=p: turn(p)) for name, p in phases(trainer.settings).items()}
    for warm in turns.values():
        warm()
    seconds = interleave(turns, rounds)
    batch = trainer.settings.batch
    rows, medians = [], {}
    for name, taken in seconds.items():
        medians[name] = float(np.median(taken))
        rows.append(
            (
                name,
                f"{1000 * medians[name]:.0f}",
                f"{batch / medians[name]:.1f}",
                f"{batch / max(taken):.1f} to {batch / min(taken):.1f}",
            )
        )
    report.table(
        f"Speed, batches of {batch}, crops of {trainer.settings.crop_px} px",
        ("phase", "ms a step", "images/s, median", "range"),
        rows,
    )
    report.say(f"Median of {rounds} interleaved rounds of {steps} steps.\n")
    return medians


def report_parts(report: Report, trainer: FSGANTrainer, *, steps: int) -> None:
    """Table of the share of time per part, and whether any but the convolutions is large."""
    shares = {
        name: profile_parts(lambda p=p: trainer.step(p), steps)
        for name, p in phases(trainer.settings).items()
    }
    rows = [(part, *(f"{s[part]:.1%}" for s in shares.values())) for part in PARTS]
    report.table("Share of the step's time", ("part", *shares), rows)
    report.say(
        f"Self time of every operator over {steps} steps, from torch.profiler, which slows the "
        "step and makes the small ones look larger than they are. `Python between operators` is "
        "what remains of the wall time.\n"
    )
    for name, found in shares.items():
        large = {
            part: share
            for part, share in found.items()
            if share > LARGEST_SHARE and part not in MAY_BE_LARGE
        }
        told = ", ".join(f"{part} {share:.1%}" for part, share in large.items())
        report.say(
            f"- {name}: "
            + (f"above {LARGEST_SHARE:.0%}: {told}" if large else "no part but convolutions")
            + ("" if large else f" is above {LARGEST_SHARE:.0%}")
        )


def main() -> None:
    parser = common_options(argparse.ArgumentParser(description=__doc__.splitlines()[0]))
    parser.add_argument("--recipe", help="settings to train with (default: FSGAN's own)")
    parser.add_argument("--rounds", type=int, default=6, help="default 6")
    parser.add_argument("--steps", type=int, default=10, help="a round and phase (default 10)")
    args = parser.parse_args()
    settings, side_px, profiled = FSGANSettings(), 640, 8
    if args.recipe:
        settings = apply(settings, read_recipe(args.recipe).get("settings", {}))
    if args.quick:
        settings = apply(settings, {"preset": "tiny", "batch": 2, "crop_px": 64})
        side_px, profiled, args.rounds, args.steps = 160, 2, 2, 1
    report = Report("train", "Speed of training", quick=args.quick)
    with join_process_group() as group:
        trainer = make_trainer(settings, group, side_px=side_px)
        report.say(
            f"Preset {settings.preset} on {group.device.type}, {torch.get_num_threads()} threads, "
            f"bf16 autocast, seed {settings.seed}.\n"
        )
        report_speed(report, trainer, rounds=args.rounds, steps=args.steps)
        name_parts(trainer)
        report_parts(report, trainer, steps=profiled)
    finish(report, args)


if __name__ == "__main__":
    main()
