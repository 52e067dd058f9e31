"""Speed of the networks of lines and of colour, beside Canny, XDoG and CartoonGAN's shape.

    python benchmarks/lines.py [--threads N] [--side PX] [--rounds N] [--save] [--quick]

One picture of 1024 px a side through each, in interleaved rounds, all networks in the same runtime.
Goal: at most 0.4 s for each of ours. Where a bundled network is not there, one of its layout with
random weights is timed: only the arithmetic counts. Needs the `train` extra.
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
import torch
from reference_networks import CartoonGANShape
from report import Report, common_options, finish, verdict
from rounds import interleave, paired_ratio

from paintreel.learn.experiments.lines.answering import ServedNetwork
from paintreel.learn.export.drawing_export import contract_facts, export_drawing
from paintreel.learn.export.traced import PICTURES, export_traced
from paintreel.learn.models.drawing_networks import OURS, make_generator
from paintreel.learn.models.drawing_tasks import TASKS
from paintreel.runtime.catalog import bundled
from paintreel.runtime.contract import Contract
from paintreel.runtime.onnx_session import open_session
from paintreel.runtime.system import usable_cores

GOAL_S = 0.4
SLOW, SLOW_ROUNDS = "CartoonGAN's shape", 2
"""CartoonGAN takes tens of seconds a picture."""


def ours(task: str, folder: Path, threads: int) -> tuple[ServedNetwork, str]:
    """The network of a task, and what it is."""
    path = bundled(task)
    if path.is_file():
        return ServedNetwork(path, threads=threads), "bundled"
    network = make_generator(OURS, TASKS[task], "light")
    facts = contract_facts(network)
    contract = Contract(name=task, system=OURS, licence="CC0-1.0", credit="", **facts)
    export_drawing(network, folder / f"{task}.onnx", contract)
    return ServedNetwork(folder / f"{task}.onnx", threads=threads), "random weights"


def cartoon(folder: Path, threads: int, picture: np.ndarray) -> Callable[[], float]:
    """A pass of CartoonGAN's shape."""
    sample = (torch.rand(1, 3, 64, 64, generator=torch.Generator().manual_seed(0)),)
    path = folder / "cartoon.onnx"
    export_traced(
        CartoonGANShape().eval(),
        path,
        inputs={"image": PICTURES},
        outputs={"stylized": PICTURES},
        sample=sample,
        checks=[sample],
        metadata={},
    )
    session = open_session(path, threads=threads)
    tensor = np.ascontiguousarray(picture.transpose(2, 0, 1)[None])
    return lambda: timed(lambda: session.run(["stylized"], {"image": tensor}))


def timed(call: Callable[[], object]) -> float:
    """Seconds of one call."""
    start = time.perf_counter()
    call()
    return time.perf_counter() - start


def canny(picture: np.ndarray) -> np.ndarray:
    """Edges by OpenCV."""
    grey = cv2.cvtColor((picture * 255).astype(np.uint8), cv2.COLOR_RGB2GRAY)
    return cv2.Canny(cv2.GaussianBlur(grey, (0, 0), 1.0), 60, 120, L2gradient=True)


def xdog(picture: np.ndarray) -> np.ndarray:
    """A soft threshold on a difference of Gaussians."""
    grey = cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY)
    fine, coarse = (cv2.GaussianBlur(grey, (0, 0), sigma) for sigma in (1.0, 1.6))
    return 1 / (1 + np.exp(-(coarse - fine - 0.01) * 400))


def main(argv: list[str] | None = None) -> int:
    """Measure and print; the exit code says whether the goal is reached."""
    parser = common_options(argparse.ArgumentParser(description=__doc__.splitlines()[0]))
    parser.add_argument("--threads", type=int, default=min(2, usable_cores()))
    parser.add_argument("--side", type=int, default=1024)
    parser.add_argument("--rounds", type=int, default=9)
    args = parser.parse_args(argv)
    side, rounds = (128, 2) if args.quick else (args.side, args.rounds)
    cv2.setNumThreads(args.threads)
    report = Report("lines", "Lines and colour", quick=args.quick)
    report.say(
        f"{args.threads} threads, onnxruntime, {side}x{side}, {rounds} interleaved rounds.\n"
    )
    rng = np.random.default_rng(0)
    picture = rng.random((side, side, 3), np.float32)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        calls: dict[str, Callable[[], float]] = {}
        for task in TASKS:
            network, what = ours(task, folder, args.threads)
            planes = rng.random((1, TASKS[task].c_in, side, side), np.float32)
            known = np.zeros((1, TASKS[task].condition), np.float32)
            given = known if TASKS[task].condition else None
            calls[f"{task}, {what}"] = lambda n=network, p=planes, c=given: timed(lambda: n(p, c))
        own = list(calls)
        calls["Canny"] = lambda: timed(lambda: canny(picture))
        calls["XDoG"] = lambda: timed(lambda: xdog(picture))
        slow = cartoon(folder, args.threads, picture)
        for call in (*calls.values(), slow):
            call()
        seconds = interleave(calls, rounds)
        taken = interleave({SLOW: slow, own[0]: calls[own[0]]}, SLOW_ROUNDS)
    reached = all(statistics.median(seconds[name]) <= GOAL_S for name in own)
    rows = [
        [
            name,
            f"{statistics.median(values):.3f}",
            f"<= {GOAL_S:g} s: {verdict(statistics.median(values) <= GOAL_S)}"
            if name in own
            else "",
        ]
        for name, values in seconds.items()
    ]
    ratio, _low, _high = paired_ratio(taken[SLOW], taken[own[0]])
    rows.append(
        [
            SLOW,
            f"{statistics.median(taken[SLOW]):.1f}",
            f"{ratio:.0f} times {own[0].split(',')[0]}",
        ]
    )
    report.table("One picture", ["what", "s", "goal"], rows)
    finish(report, args)
    return 0 if reached else 1


if __name__ == "__main__":
    raise SystemExit(main())
