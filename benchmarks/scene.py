"""Speed and memory of the scene networks, side by side with the pix2pixHD-like generator.

    python benchmarks/scene.py [--size 512] [--save] [--quick]

Every network in its own process, untrained (time does not depend on the weights), in interleaved
rounds, in both runtimes. Then `paintreel scene` from a word with the bundled one. Needs the `train`
and `openvino` extras.
"""

from __future__ import annotations

import argparse
import importlib.util
import statistics
import subprocess
import sys
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path

import numpy as np
from network_worker import peak_resident_mb
from report import Report, common_options, finish, verdict
from rounds import interleave, paired_ratio

from paintreel.learn.systems import SCENE_NETWORKS

SYSTEMS = tuple(SCENE_NETWORKS)
REFERENCE = "pix2pixhd"
GOAL_S = 0.6
GOAL_SIDE_PX = 512


def make_networks(folder: Path, preset: str) -> dict[str, Path]:
    """Every system's untrained network as an ONNX file."""
    from paintreel.learn.export.scene_export import export_scene
    from paintreel.runtime.contract import Contract

    paths = {}
    for system in SYSTEMS:
        network = SCENE_NETWORKS[system].load_network().generator(preset)
        contract = Contract(
            name=system,
            system=system,
            licence="CC0-1.0",
            credit="",
            task="scene",
            input="rough",
            output="scene",
            multiple=network.multiple,
            halo_px=network.halo_px,
            tiling="exact",
            code_size=network.code_size,
        )
        paths[system] = folder / f"{system}.onnx"
        export_scene(network, paths[system], contract)
    return paths


class Worker:
    """A process of this script that holds one network in one runtime and runs it when told."""

    def __init__(self, path: Path, backend: str, side_px: int) -> None:
        command = [sys.executable, __file__, "--worker", str(path), backend, str(side_px)]
        self._process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        self.peak_mb = 0.0

    def __enter__(self) -> Worker:
        self.turn()
        return self

    def __exit__(self, *_: object) -> None:
        self._process.stdin.close()
        self._process.wait(timeout=60)
        self._process.stdout.close()

    def turn(self) -> float:
        """Seconds of one picture."""
        self._process.stdin.write("go\n")
        self._process.stdin.flush()
        seconds, self.peak_mb = map(float, self._process.stdout.readline().split())
        return seconds


def serve(path: str, backend: str, side_px: int) -> None:
    """Run the network once for every line read; answer with seconds and peak memory in MB."""
    from paintreel.runtime.model import Model

    model = Model(path, backend=backend, precision="f32")
    rng = np.random.default_rng(0)
    tensors = {
        "rough": rng.random((1, 6, side_px, side_px), np.float32),
        "category": np.zeros((1, 6), np.float32),
        "code": np.zeros((1, model.contract.code_size), np.float32),
        "mix": np.zeros((1, 1), np.float32),
    }
    for _line in sys.stdin:
        started = time.perf_counter()
        model.run(tensors)
        seconds = time.perf_counter() - started
        print(seconds, peak_resident_mb(), flush=True)


def measure(report: Report, paths: dict[str, Path], backend: str, side_px: int, rounds: int):
    """One table: every network in `backend`."""
    with ExitStack() as stack:
        workers = {n: stack.enter_context(Worker(p, backend, side_px)) for n, p in paths.items()}
        seconds = interleave({n: worker.turn for n, worker in workers.items()}, rounds)
        rows = []
        for name, taken in seconds.items():
            ratio = paired_ratio(seconds[REFERENCE], taken)
            rows.append(
                (
                    name,
                    f"{1000 * statistics.median(taken):.0f}",
                    f"{ratio[0]:.2f} ({ratio[1]:.2f} to {ratio[2]:.2f})",
                    f"{paths[name].stat().st_size / 1e6:.1f}",
                    f"{workers[name].peak_mb:.0f}",
                )
            )
    columns = ("network", "ms", f"times {REFERENCE}", "MB", "peak MB")
    report.table(f"{side_px}x{side_px}, {backend} f32", columns, rows)
    if side_px == GOAL_SIDE_PX:
        median = statistics.median(seconds["mffcn"])
        report.say(f"- mffcn: {median:.2f} s (goal {GOAL_S} s: {verdict(median < GOAL_S)})\n")


def measure_command(report: Report, rounds: int) -> None:
    """The whole command, from the word to the file."""
    with tempfile.TemporaryDirectory() as folder:
        taken = []
        for seed in range(rounds):
            command = [sys.executable, "-m", "paintreel", "scene", "--category", "forest"]
            command += ["--seed", str(seed), "-o", str(Path(folder) / f"{seed}.png")]
            started = time.perf_counter()
            subprocess.run(command, check=True, capture_output=True)
            taken.append(time.perf_counter() - started)
    report.say(
        f"`paintreel scene --category forest`, 1024x576, start and file included: "
        f"{statistics.median(taken):.2f} s, median of {rounds} seeds.\n"
    )


def main() -> None:
    if sys.argv[1:2] == ["--worker"]:
        return serve(sys.argv[2], sys.argv[3], int(sys.argv[4]))
    parser = common_options(argparse.ArgumentParser(description=__doc__.splitlines()[0]))
    parser.add_argument("--size", type=int, default=GOAL_SIDE_PX, help="side in px (default 512)")
    parser.add_argument("--rounds", type=int, default=9, help="default 9")
    args = parser.parse_args()
    preset = "tiny" if args.quick else "light"
    if args.quick:
        args.size, args.rounds = 64, 2
    report = Report("scene", "Speed of the scene networks", quick=args.quick)
    backends = ["onnxruntime"] + ["openvino"] * bool(importlib.util.find_spec("openvino"))
    with tempfile.TemporaryDirectory() as folder:
        paths = make_networks(Path(folder), preset)
        for backend in backends:
            measure(report, paths, backend, args.size, args.rounds)
    if not args.quick:
        measure_command(report, 5)
    finish(report, args)
    return None


if __name__ == "__main__":
    main()
