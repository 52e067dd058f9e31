"""What painting with a condition costs: parameters, FLOPs, peak memory and time for one picture.

    python -m paintreel.learn.experiments.scene.costs CONDITION --preset light --side 256

prints them as JSON. Memory is measured in this process of its own, since a process that has
trained holds on to more than it needs; costs do not depend on the values of the weights. Time is
that of the processor on one thread, of all conditions alike, so that what else the machine does
counts for little.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

import cv2
import numpy as np
import torch
from torch.utils.flop_counter import FlopCounterMode

from paintreel.errors import TrainingError
from paintreel.learn.data.captions import LENGTH
from paintreel.learn.engine.settings import apply
from paintreel.learn.experiments.conditions import Condition
from paintreel.learn.experiments.memory import peak_growth_mb
from paintreel.learn.experiments.scene.conditions import CONDITIONS, is_network
from paintreel.learn.experiments.scene.words import (
    is_from_noise,
    make_word_painter,
    word_side_px,
)
from paintreel.learn.systems import SCENE_NETWORKS
from paintreel.learn.trainers.scene import SceneSettings
from paintreel.roughs.rough import Rough, make_rough
from paintreel.scenes.methods import Rules
from paintreel.scenes.svmm import SVMM
from paintreel.worlds import draw_world
from paintreel.worlds.categories import LABELS, find_category

WARM_SIDE_PX = 64
COSTS = ("parameters", "gflops", "peak_memory_mb", "paint_cpu_s")
TIMED = 5
"""Pictures that are timed; their median is taken."""


def measure_costs(
    condition: Condition, *, preset: str, side_px: int = 256, svmm: Path | None = None
) -> dict[str, float]:
    """COSTS of one picture of side_px, in another process; those that have no meaning are missing.

    svmm  model file, for the condition svmm

    gflops counts a multiplication and an addition as two. peak_memory_mb is the growth of the
    process's resident set while it paints, from where libraries and weights are loaded and a
    picture of WARM_SIDE_PX is painted. paint_cpu_s is the median of TIMED pictures. Raises
    TrainingError where they cannot be measured.
    """
    command = [sys.executable, "-m", __name__, condition.name]
    command += ["--preset", preset, "--side", str(side_px)]
    command += ["--svmm", str(svmm)] if svmm is not None else []
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise TrainingError(f"the costs of {condition.name} could not be measured: {done.stderr}")
    costs: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return costs


def _processor_s(paint: Callable[[], None], clock: Callable[[], float]) -> float:
    """Median seconds of a call."""
    times = []
    for _ in range(TIMED):
        start_s = clock()
        paint()
        times.append(clock() - start_s)
    return float(np.median(times))


def main(
    argv: Sequence[str] | None = None, *, clock: Callable[[], float] = time.process_time
) -> None:
    """Measure in this process and print JSON."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("condition", choices=[n for n, c in CONDITIONS.items() if c.varies])
    parser.add_argument("--preset", default="light")
    parser.add_argument("--side", type=int, default=256)
    parser.add_argument("--svmm", type=Path)
    args = parser.parse_args(argv)
    torch.set_num_threads(1)
    cv2.setNumThreads(1)
    condition = CONDITIONS[args.condition]
    count: Callable[[], dict[str, float]] = dict
    if is_from_noise(condition):
        paint, count = _from_noise(condition, args.preset)
    elif is_network(condition):
        paint, count = _network(condition, args.preset, args.side)
    elif condition.system == "svmm":
        model = SVMM(args.svmm)
        roughs = {side: _noise_rough(side) for side in (WARM_SIDE_PX, args.side)}

        def paint(side: int) -> None:
            model(roughs[side])
    elif condition.system == Rules.name:

        def paint(side: int) -> None:
            draw_world(find_category(LABELS[0]), seed=0, width_px=side, height_px=side).flatten()

    else:
        raise AssertionError(f"nothing tells how {condition.system} is measured")

    peak_mb = peak_growth_mb(partial(paint, WARM_SIDE_PX), partial(paint, args.side))
    costs = count()  # afterwards: what it runs would raise the mark
    if peak_mb is not None:
        costs["peak_memory_mb"] = round(peak_mb, 1)
    costs["paint_cpu_s"] = float(f"{_processor_s(partial(paint, args.side), clock):.4g}")
    print(json.dumps(costs))


_Measured = tuple[Callable[[int], None], Callable[[], dict[str, float]]]
"""What paints a picture of a side, and what counts parameters and FLOPs."""


def _from_noise(condition: Condition, preset: str) -> _Measured:
    """Such a network has one size: what is asked for at WARM_SIDE_PX is painted by the tiny one."""
    networks = {
        side: make_word_painter(condition, name).eval()
        for side, name in ((WARM_SIDE_PX, "tiny"), (word_side_px(preset), preset))
    }

    @torch.no_grad()
    def paint(side: int) -> None:
        network = networks[side]
        words = torch.ones(1, LENGTH, dtype=torch.int64)
        network(torch.zeros(1, network.noise_size), words, torch.zeros(1, len(LABELS)))

    def count() -> dict[str, float]:
        side = word_side_px(preset)
        with FlopCounterMode(display=False) as counter:
            paint(side)
        return {
            "parameters": sum(p.numel() for p in networks[side].parameters()),
            "gflops": round(counter.get_total_flops() / 1e9, 4),
        }

    return paint, count


def _network(condition: Condition, preset: str, side_px: int) -> _Measured:
    settings = apply(SceneSettings(preset=preset), condition.changes)
    generator = (
        SCENE_NETWORKS[condition.system]
        .load_network()
        .generator(
            settings.preset,
            without=settings.without,
            fusion=settings.fusion,
            variants=settings.variants,
        )
    )
    generator = generator.eval().to(
        memory_format=torch.channels_last  # type: ignore[call-overload]  # torch's stubs lack it
    )

    @torch.no_grad()
    def paint(side: int) -> None:
        generator(torch.zeros(1, 6, side, side), torch.zeros(1, len(LABELS)))

    def count() -> dict[str, float]:
        with FlopCounterMode(display=False) as counter:
            paint(WARM_SIDE_PX)  # all layers but the pooled gates grow with the area
        scale = (side_px / WARM_SIDE_PX) ** 2
        return {
            "parameters": sum(p.numel() for p in generator.parameters()),
            "gflops": round(counter.get_total_flops() * scale / 1e9, 4),
        }

    paint(WARM_SIDE_PX)  # the first call of a network plans its kernels
    return paint, count


def _noise_rough(side_px: int) -> Rough:
    noise = np.random.default_rng(0).integers(0, 256, (8, 8, 3), np.uint8)
    picture = np.kron(noise, np.ones((side_px // 8, side_px // 8, 1), np.uint8))
    return make_rough(picture)


if __name__ == "__main__":
    main()
