"""Child process of `stylize.py`: one network in one runtime, timed on request.

Its own process, so that the peak of its memory is the network's and nobody else's. Reads lines
of JSON and answers each with one:

    {"seconds": S}  ->  {"seconds": best of the runs that fit into S, "peak_mb": high water}
    {"keep": PATH}  ->  the result for the example photograph is saved there (numpy, f32)
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from pathlib import Path

import cv2
import numpy as np

from paintreel.runtime.model import Model


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("model")
    parser.add_argument("photo")
    parser.add_argument("--backend", required=True)
    parser.add_argument("--precision", required=True)
    parser.add_argument("--width", type=int, required=True)
    parser.add_argument("--height", type=int, required=True)
    parser.add_argument("--threads", type=int)
    args = parser.parse_args()
    x = read_tensor(args.photo, args.width, args.height)
    model = Model(args.model, backend=args.backend, precision=args.precision, threads=args.threads)
    model(x)
    print("{}", flush=True)
    for line in sys.stdin:
        order = json.loads(line)
        if "keep" in order:
            np.save(order["keep"], model(x))
            answer = {}
        else:
            seconds = best_time(model, x, order["seconds"])
            answer = {"seconds": seconds, "peak_mb": peak_resident_mb()}
        print(json.dumps(answer), flush=True)


def read_tensor(path: str, width: int, height: int) -> np.ndarray:
    """A photograph as (1, 3, height, width) float32 in [0, 1]."""
    bgr = cv2.resize(cv2.imread(path), (width, height), interpolation=cv2.INTER_AREA)
    rgb = cv2.cvtColor(bgr, cv2.COLOR_BGR2RGB)
    return np.ascontiguousarray(rgb.transpose(2, 0, 1)[None], np.float32) / 255


def best_time(model: Model, x: np.ndarray, seconds: float) -> float:
    """Shortest run among those that fit into `seconds`, at least one."""
    best, until = float("inf"), time.perf_counter() + seconds
    while best == float("inf") or time.perf_counter() < until:
        start = time.perf_counter()
        model(x)
        best = min(best, time.perf_counter() - start)
    return best


def peak_resident_mb() -> float:
    """High-water mark of this process's resident memory."""
    status = Path("/proc/self/status")
    if status.exists():
        # Not getrusage: Linux lets a new process inherit the mark of the one that started it.
        for line in status.read_text("utf-8").splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) / 1024
    import resource

    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / 2**20 if sys.platform == "darwin" else peak / 1024


if __name__ == "__main__":
    main()
