"""Images per second of FSGAN's training step, and what a step spends its time on.

    python benchmarks/train.py [--recipe recipes/hereva.toml] [--save] [--quick]
    python benchmarks/train.py --machines      # what an hour gives on other kinds of processor

Both phases of a run: warm-up on the teacher alone, and all adversaries. The step is the trainer's
own; its pictures are made up, since their content costs nothing. Precision and threads are those
that a run would measure and take, unless given. Needs the `train` extra.

--machines lets this machine pass for processors with fewer instructions (see `machines.py`), in
turns, and times the step in both precisions on one thread beside a convolution in f32, the same
for all: an hour's steps are the median ratio to it at the speed that it has undisturbed.
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Callable
from functools import wraps
from typing import Any

import numpy as np
import torch
from machines import REFERENCE, kinds_here, merge, rows, run_worker
from report import Report, common_options, finish
from rounds import interleave
from step_parts import MAY_BE_LARGE, PARTS, profile_parts
from torch.profiler import record_function

from paintreel.learn.engine.distributed import join_process_group
from paintreel.learn.engine.pace import least_steps
from paintreel.learn.engine.precision import PRECISIONS, applied, choose
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


def reference_convolution() -> Callable[[], None]:
    """A 3x3 convolution of 48 channels over 8 maps of 40 px, forward and backward, in f32."""
    layer = torch.nn.Conv2d(48, 48, 3, padding=1).to(memory_format=torch.channels_last)
    x = torch.full((8, 48, 40, 40), 0.5).contiguous(memory_format=torch.channels_last)
    x.requires_grad_()

    def turn() -> None:
        y = layer(x)
        torch.autograd.grad(y, [x, *layer.parameters()], torch.ones_like(y))

    return turn


def worker(trainer: FSGANTrainer, *, rounds: int, steps: int) -> dict[str, list[float]]:
    """{turn: seconds a call in each round}: the reference, and a step of each phase in each
    precision."""

    def timed(call: Callable[[], object], count: int) -> float:
        start = time.perf_counter()
        for _ in range(count):
            call()
        return (time.perf_counter() - start) / count

    def step(precision: Any, progress: float) -> float:
        trainer.precision.name = precision
        return timed(lambda: trainer.step(progress), steps)

    convolution = reference_convolution()
    turns: dict[str, Callable[[], float]] = {REFERENCE: lambda: timed(convolution, 20)}
    for precision in PRECISIONS:
        for phase, progress in phases(trainer.settings).items():
            turns[f"{precision} {phase}"] = lambda n=precision, p=progress: step(n, p)
    for warm in turns.values():
        warm()
    return interleave(turns, rounds)


def report_machines(report: Report, args: argparse.Namespace, settings: FSGANSettings) -> None:
    """What an hour gives on every kind of processor that this machine can pass for."""
    arguments = ["--rounds", str(args.rounds), "--steps", "1"]
    arguments += ["--quick"] if args.quick else []
    arguments += ["--recipe", args.recipe] if args.recipe else []
    kinds = kinds_here()
    passes: dict[str, list[dict[str, list[float]]]] = {kind.name: [] for kind in kinds}
    for _ in range(args.passes):
        for kind in kinds:
            passes[kind.name].append(run_worker(kind, arguments, threads=1))
    shares = {"warm-up": settings.warmup, "adversarial": 1 - settings.warmup}
    least = least_steps(settings.ema_decay)
    report.table(
        f"An hour of preset {settings.preset} on one thread, batches of {settings.batch}, crops of "
        f"{settings.crop_px} px",
        (
            "processor, precision",
            "reference, ms",
            "warm-up step / reference",
            "adversarial step / reference",
            "warm-up step, ms",
            "adversarial step, ms",
            "warm-up steps",
            "adversarial steps",
            "crops seen",
            "least budget, min",
        ),
        rows(
            {name: merge(each) for name, each in passes.items()},
            precisions=PRECISIONS,
            shares=shares,
            batch=settings.batch,
            least_steps=least,
        ),
    )
    report.say(
        f"Processors are passed for by ONEDNN_MAX_CPU_ISA and ATEN_CPU_CAPABILITY: "
        f"{', '.join(f'{k.name}: {k.isa}, {k.aten}' for k in kinds)}. Ratios are medians of "
        f"{args.passes} alternating passes of {args.rounds} interleaved rounds; the reference is a "
        f"3x3 convolution of 48 channels in f32, forward and backward, at its least time. "
        f"The least budget gives each phase {least} steps.\n"
    )


def main() -> None:
    parser = common_options(argparse.ArgumentParser(description=__doc__.splitlines()[0]))
    parser.add_argument("--recipe", help="settings to train with (default: FSGAN's own)")
    parser.add_argument("--rounds", type=int, default=6, help="default 6")
    parser.add_argument("--steps", type=int, default=10, help="a round and phase (default 10)")
    parser.add_argument("--precision", choices=("auto", *PRECISIONS), default="auto")
    parser.add_argument("--threads", type=int, help="default: the fastest number")
    parser.add_argument("--machines", action="store_true", help="other kinds of processor")
    parser.add_argument("--passes", type=int, default=3, help="of --machines (default 3)")
    parser.add_argument("--worker", action="store_true", help=argparse.SUPPRESS)
    args = parser.parse_args()
    settings, side_px, profiled = FSGANSettings(), 640, 8
    if args.recipe:
        settings = apply(settings, read_recipe(args.recipe).get("settings", {}))
    if args.quick:
        settings = apply(settings, {"preset": "tiny", "batch": 2, "crop_px": 64})
        side_px, profiled, args.rounds, args.steps, args.passes = 160, 2, 2, 1, 1
    with join_process_group() as group:
        if args.worker:
            torch.set_num_threads(1)
            trainer = make_trainer(settings, group, side_px=side_px)
            print(json.dumps(worker(trainer, rounds=args.rounds, steps=args.steps)))
            return
        if args.machines:
            report = Report("train-machines", "An hour of training", quick=args.quick)
            report_machines(report, args, settings)
            finish(report, args)
            return
        report = Report("train", "Speed of training", quick=args.quick)
        trainer = make_trainer(settings, group, side_px=side_px)
        choice = choose(
            trainer.workload(), group=group, precision=args.precision, threads=args.threads
        )
        report.say(
            f"Preset {settings.preset} on {group.device.type}, {choice.text()}, "
            f"seed {settings.seed}.\n"
        )
        with applied(choice, trainer.precision):
            report_speed(report, trainer, rounds=args.rounds, steps=args.steps)
            name_parts(trainer)
            report_parts(report, trainer, steps=profiled)
    finish(report, args)


if __name__ == "__main__":
    main()
