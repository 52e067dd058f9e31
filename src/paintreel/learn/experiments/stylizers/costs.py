"""What painting with a style costs: processor time and memory for one picture.

    python -m paintreel.learn.experiments.stylizers.costs STYLE --width 640 --height 480

prints them as JSON. In a process of its own, on one thread: one that has trained holds on to more
than it needs, and other programs share the cores.
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

import numpy as np

from paintreel.errors import TrainingError
from paintreel.learn.experiments.memory import peak_growth_mb
from paintreel.stylize.style import Style

_TIMES = 3
_WARM_SIDE_PX = 64


def measure_costs(style: str | Path, *, width_px: int, height_px: int) -> dict[str, float]:
    """{seconds, peak_memory_mb} of one picture; what the system does not say is missing.

    style: a name or a file. seconds: of processor time on one thread, the least of three. Raises
    TrainingError where they cannot be measured.
    """
    command = [sys.executable, "-m", __name__, str(style)]
    command += ["--width", str(width_px), "--height", str(height_px)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise TrainingError(f"the costs of {style} could not be measured: {done.stderr}")
    costs: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return costs


def main(
    argv: Sequence[str] | None = None, *, clock: Callable[[], float] = time.process_time
) -> None:
    """Measure in this process and print JSON."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("style")
    parser.add_argument("--width", type=int, default=640)
    parser.add_argument("--height", type=int, default=480)
    args = parser.parse_args(argv)
    style = Style(
        args.style,
        backend="onnxruntime",
        device="cpu",
        precision="f32",
        threads=1,
        fine_faces=False,
    )
    rng = np.random.default_rng(0)

    def paint(height: int, width: int) -> None:
        style.paint(rng.integers(0, 256, (height, width, 3), np.uint8))

    costs: dict[str, float] = {}
    whole = partial(paint, args.height, args.width)
    peak_mb = peak_growth_mb(partial(paint, _WARM_SIDE_PX, _WARM_SIDE_PX), whole)
    if peak_mb is not None:
        costs["peak_memory_mb"] = round(peak_mb, 1)
    times = []
    for _ in range(_TIMES):
        began = clock()
        whole()
        times.append(clock() - began)
    costs["seconds"] = round(min(times), 4)
    print(json.dumps(costs))


if __name__ == "__main__":
    main()
