"""Pages of the studio while many look and jobs run: times, lost jobs, memory.

    python benchmarks/studio.py [--viewers 200] [--jobs 50] [--workers 2] [--minutes 3]

Each viewer loads a page every five seconds, at times of their own. Jobs run at low priority.
"""

from __future__ import annotations

import argparse
import asyncio
import random
import re
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
from report import PROJECT, Report, common_options, finish, verdict

sys.path.append(str(PROJECT / "tests" / "stand_ins"))
EVERY_S = 5.0
GOAL_MS = 300.0
GROWTH = 1.15
"""More memory at the end than after the first third means that it is not flat."""
PASSWORD = "a few words in a row"


async def sign_up(http: object, link: str) -> str:
    """Make the account; the CSRF token of its session."""
    await http.post(link, data={"name": "ada", "password": PASSWORD})
    page = (await http.get("/account")).text
    return re.search(r'name="csrf" content="([^"]+)"', page)[1]


async def look(
    http: object, paths: list[str], rng: random.Random, end_s: float, times_ms: list[float]
) -> int:
    """One viewer; how many pages did not come."""
    failed = 0
    await asyncio.sleep(rng.uniform(0, EVERY_S))
    while time.monotonic() < end_s:
        began_s = time.perf_counter()
        answer = await http.get(rng.choice(paths))
        times_ms.append((time.perf_counter() - began_s) * 1000)
        failed += answer.status_code != 200
        await asyncio.sleep(max(0.0, EVERY_S - (time.perf_counter() - began_s)))
    return failed


async def memory(studio: object, end_s: float) -> list[int]:
    """What the web process holds, every second."""
    from paintreel.studio.worker.telling import memory_bytes

    held = []
    while time.monotonic() < end_s:
        held += [memory_bytes(pid) for pid in studio.children("web")[:1]]
        await asyncio.sleep(1)
    return held


async def measure(studio: object, args: argparse.Namespace) -> dict[str, object]:
    """Ask for the jobs, look, and wait until all are over."""
    import httpx2

    limits = httpx2.Limits(max_connections=None, max_keepalive_connections=None)
    async with httpx2.AsyncClient(base_url=studio.address, timeout=60, limits=limits) as http:
        csrf = await sign_up(http, studio.first_link())
        ids = []
        for seed in range(args.jobs):
            options = {"words": "a forest", "seed": seed, "size": "320x180", "method": "grbm"}
            body = {"verb": "scene", "options": options}
            answer = await http.post("/api/v1/jobs", json=body, headers={"X-CSRF-Token": csrf})
            ids.append(answer.json()["id"])
        paths = ["/", "/queue", "/new", "/new/stylize", *(f"/jobs/{job}" for job in ids[:8])]
        for path in paths:  # once unmeasured
            await http.get(path)
        times_ms: list[float] = []
        end_s = time.monotonic() + args.minutes * 60
        watch = asyncio.create_task(memory(studio, end_s))
        viewers = [
            look(http, paths, random.Random(number), end_s, times_ms)
            for number in range(args.viewers)
        ]
        failed = sum(await asyncio.gather(*viewers))
        while True:
            jobs = [(await http.get(f"/api/v1/jobs/{job}")).json()["status"] for job in ids]
            if not {"queued", "running"} & set(jobs):
                break
            await asyncio.sleep(1)
        return {"times": times_ms, "failed": failed, "jobs": jobs, "memory": await watch}


def main() -> None:
    from live_studio import LiveStudio

    parser = common_options(argparse.ArgumentParser(description=__doc__.splitlines()[0]))
    parser.add_argument("--viewers", type=int, default=200, help="default 200")
    parser.add_argument("--jobs", type=int, default=50, help="default 50")
    parser.add_argument("--workers", type=int, default=2, help="default 2")
    parser.add_argument("--minutes", type=float, default=3.0, help="default 3")
    args = parser.parse_args()
    if args.quick:
        args.viewers, args.jobs, args.minutes = 10, 2, 0.2
    title = f"Studio: {args.viewers} viewers, {args.jobs} jobs, {args.workers} of them at once"
    report = Report("studio", title, quick=args.quick)
    with tempfile.TemporaryDirectory() as name:
        data = Path(name) / "data"
        with LiveStudio(data, "--workers", str(args.workers)) as studio:
            found = asyncio.run(measure(studio, args))
    times = np.asarray(found["times"])
    p50, p99 = np.percentile(times, [50, 99])
    held = found["memory"]
    third = held[len(held) // 3]
    finished = found["jobs"].count("finished")
    mb = f"{third / 2**20:.0f} MB after a third, {held[-1] / 2**20:.0f} MB at the end"
    rows = [
        ("page loads", len(times), ""),
        ("pages that did not come", found["failed"], verdict(found["failed"] == 0)),
        ("median, ms", f"{p50:.0f}", ""),
        ("99th percentile, ms", f"{p99:.0f}", f"{GOAL_MS:.0f}: {verdict(p99 < GOAL_MS)}"),
        ("jobs finished", f"{finished} of {args.jobs}", verdict(finished == args.jobs)),
        ("memory of the web process", mb, f"flat: {verdict(held[-1] <= third * GROWTH)}"),
    ]
    report.table("Figures", ("what", "value", "goal"), rows)
    finish(report, args)


if __name__ == "__main__":
    main()
