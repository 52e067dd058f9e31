"""A clip on nodes of this machine against one process: overhead, speed-up, memory of the driver.

    python benchmarks/cluster.py --clip CLIP [--side 640] [--frames 192]

Each node is a process of one thread that stands for a machine. Processor time is that of the driver
and of its nodes; wall time says something on a machine that does nothing else.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from report import Report, common_options, finish, verdict

_NODE = {"num_cpus": 1, "object_store_memory": 200 * 2**20}
_SHARD_FRAMES = 24


def drive(words: list[str]) -> None:
    """Run a command here and print what it took; what comes of nodes is counted."""
    from paintreel.cli.main import main
    from paintreel.cluster.crew import Crew

    told = {"shards": 0, "bytes": 0, "nodes_cpu_s": 0.0}
    get, end = Crew.get, Crew._end

    def counted(self: Crew, member: object, call: object, **how: object) -> object:
        gave = get(self, member, call, **how)
        if isinstance(gave, bytes) and gave:
            told["shards"] += 1
            told["bytes"] += len(gave)
        return gave

    def ended(self: Crew) -> None:
        for member in self.members():
            pid = json.loads(self.get(member, member.actor.facts.remote()))["pid"]
            fields = Path(f"/proc/{pid}/stat").read_text("ascii").rsplit(")", 1)[1].split()
            told["nodes_cpu_s"] += sum(map(int, fields[11:13])) / os.sysconf("SC_CLK_TCK")
        end(self)

    Crew.get, Crew._end = counted, ended
    began_s = time.perf_counter()
    code = main(words)
    used = resource.getrusage(resource.RUSAGE_SELF)
    told |= {"code": code, "wall_s": time.perf_counter() - began_s}
    told |= {"cpu_s": used.ru_utime + used.ru_stime, "peak_mb": used.ru_maxrss / 1024}
    print("told", json.dumps(told))


def measured(words: list[str]) -> dict[str, float]:
    """What a command took, in a process of its own."""
    command = [sys.executable, __file__, "--drive", json.dumps(words)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    line = next((x for x in done.stdout.splitlines() if x.startswith("told ")), None)
    if line is None or (told := json.loads(line.removeprefix("told ")))["code"]:
        raise SystemExit(f"{words} failed:\n{done.stdout[-500:]}{done.stderr[-1500:]}")
    return dict(told)


def shortened(clip: Path, folder: Path, side: int, frames: int) -> Path:
    """The first frames of the clip, small, again and again where it is shorter."""
    made = folder / f"{frames}.mp4"
    scale = f"scale='if(gt(iw,ih),{side},-2)':'if(gt(iw,ih),-2,{side})'"
    words = ["-stream_loop", "-1", "-i", str(clip), "-frames:v", str(frames), "-vf", scale, "-an"]
    subprocess.run(["ffmpeg", "-v", "error", *words, str(made)], check=True)
    return made


def main() -> None:
    parser = common_options(argparse.ArgumentParser(description=__doc__.splitlines()[0]))
    parser.add_argument("--clip", type=Path, required=True, help="is made small and short")
    parser.add_argument("--side", type=int, default=640, help="longer side in pixels; default 640")
    parser.add_argument("--frames", type=int, default=192, help="default 192, and four times it")
    args = parser.parse_args()
    if args.quick:
        args.side, args.frames = 160, 48
    report = Report("cluster", "Nodes of a cluster, all on this machine", quick=args.quick)
    with tempfile.TemporaryDirectory() as name:
        figures = measure(args, Path(name))
    tell(report, figures, args.frames)
    finish(report, args)


def measure(args: argparse.Namespace, folder: Path) -> dict[str, dict[str, float]]:
    """Every run, by its name."""
    from ray.cluster_utils import Cluster

    short = shortened(args.clip, folder, args.side, args.frames)
    long = shortened(args.clip, folder, args.side, 4 * args.frames)

    def run(clip: Path, *more: str) -> dict[str, float]:
        out = ["-o", str(folder / "out.mp4"), "--overwrite", "--threads", "1", "-q"]
        return measured(["stylize", str(clip), *out, *more])

    nothing = ("--strength", "0", "--steady", "0")
    made = {"one process": run(short), "nothing, one process": run(short, *nothing)}
    cluster = Cluster(initialize_head=True, head_node_args={**_NODE, "include_dashboard": False})
    try:
        far = ("--ray", cluster.address)
        made["1 node"] = run(short, *far)
        cluster.add_node(**_NODE)
        made["2 nodes"] = run(short, *far)
        made["nothing, 2 nodes"] = run(short, *far, *nothing)
        made["2 nodes, 4 times as long"] = run(long, *far)
    finally:
        cluster.shutdown()
    return made


def tell(report: Report, made: dict[str, dict[str, float]], frames: int) -> None:
    """The tables."""
    rows = []
    for name in ("one process", "1 node", "2 nodes", "2 nodes, 4 times as long"):
        told, count = made[name], frames * (4 if "times" in name else 1)
        nodes_s = told["nodes_cpu_s"]
        cells = (told["wall_s"], told["cpu_s"], nodes_s, 3600 * count / (told["cpu_s"] + nodes_s))
        kb = told["bytes"] / count / 1e3
        rows.append(
            (name, *(f"{cell:,.1f}" for cell in cells), f"{kb:.0f}", f"{told['peak_mb']:.0f}")
        )
    columns = ("run", "wall, s", "driver, cpu s", "nodes, cpu s", "frames an hour of a core")
    report.table("Runs", (*columns, "kB moved a frame", "driver, most MB"), rows)
    far, here = made["nothing, 2 nodes"], made["nothing, one process"]
    more_s = far["cpu_s"] + far["nodes_cpu_s"] - here["cpu_s"]
    one, two, long = (made[n] for n in ("one process", "2 nodes", "2 nodes, 4 times as long"))
    growth = long["peak_mb"] / two["peak_mb"]
    figures = [
        (
            f"more processor time a shard of {_SHARD_FRAMES} frames, s",
            f"{more_s / max(1, far['shards']):.2f}",
            "reading, PNG, starting, moving; no paint",
        ),
        ("two nodes against one process, wall", f"{one['wall_s'] / two['wall_s']:.2f}", ""),
        (
            "driver's memory at four times the length",
            f"{growth:.2f}",
            f"flat: {verdict(growth < 1.15)}",
        ),
    ]
    report.table("Figures", ("what", "value", ""), figures)


if __name__ == "__main__":
    if sys.argv[1:2] == ["--drive"]:
        drive(json.loads(sys.argv[2]))
    else:
        main()
