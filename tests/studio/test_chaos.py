"""Processes are killed at random, and every job ends once, with the right bytes."""

from __future__ import annotations

import os
import random
import re
import signal
import time
from contextlib import suppress
from pathlib import Path

import numpy as np
import pytest
from live_studio import LiveStudio
from PIL import Image
from studio_place import PASSWORD

from paintreel.cli.main import main
from paintreel.media.reader import read_frames

httpx = pytest.importorskip("httpx2")
SECONDS = float(os.environ.get("PAINTREEL_CHAOS_S", "60"))
"""So long is killed; ten minutes before a release."""
pytestmark = pytest.mark.timeout(SECONDS + 840)


class Client:
    """Ada's browser, which tries again while nobody answers."""

    def __init__(self, studio: LiveStudio) -> None:
        self.http = httpx.Client(base_url=studio.address, timeout=30)
        form = {"name": "ada", "password": PASSWORD}
        self.request("POST", studio.first_link().removeprefix(studio.address), data=form)
        page = self.request("GET", "/account").text
        self.csrf = re.search(r'name="csrf" content="([^"]+)"', page)[1]

    def request(self, method: str, path: str, **more):
        end_s = time.monotonic() + 200
        while True:
            try:
                answer = self.http.request(method, path, **more)
                if answer.status_code != 503:
                    return answer
            except httpx.TransportError:
                pass
            assert time.monotonic() < end_s, "nobody answers"
            time.sleep(0.3)

    def ask(self, method: str, path: str, *, key: str = "", **more):
        headers = {"X-CSRF-Token": self.csrf, "Tus-Resumable": "1.0.0"} | more.pop("headers", {})
        if key:
            headers["Idempotency-Key"] = key
        return self.request(method, path, headers=headers, **more)

    def upload(self, path: Path) -> str:
        content = path.read_bytes()
        begun = self.ask("POST", "/api/v1/uploads", headers={"Upload-Length": str(len(content))})
        place, at = begun.headers["location"], 0
        while at < len(content):
            sent = {"Upload-Offset": str(at), "Content-Type": "application/offset+octet-stream"}
            self.ask("PATCH", place, headers=sent, content=content[at : at + 20_000])
            at = int(self.ask("HEAD", place).headers["upload-offset"])
        return place.rsplit("/", 1)[1]


def draw(path: Path, seed: int) -> None:
    rng = np.random.default_rng(seed)
    pixels = rng.integers(0, 256, (8, 12, 3), np.uint8).repeat(24, 0).repeat(24, 1)
    Image.fromarray(pixels).save(path)


def test_every_job_ends_with_the_right_bytes(tmp_path, make_lossless_clip):
    rng = random.Random(7)
    pictures = [tmp_path / f"p{number}.png" for number in range(16)]
    for number, path in enumerate(pictures):
        draw(path, number)
    clip_frames = np.random.default_rng(3).integers(0, 256, (60, 48, 64, 3), np.uint8)
    clip = make_lossless_clip(tmp_path / "clip.mkv", list(clip_frames))
    lossless = {"codec": "ffv1"}
    with LiveStudio(tmp_path / "data", "--workers", "2") as studio:
        client = Client(studio)
        jobs: dict[str, Path] = {}
        for path in [*pictures, clip]:
            files = {"inputs": [{"id": client.upload(path), "path": path.name}]}
            body = {"verb": "lineart", "options": {"method": "rule"}, "files": files}
            body["options"] |= lossless if path == clip else {}
            answers = [client.ask("POST", "/api/v1/jobs", json=body, key=path.name) for _ in "ab"]
            ids = {answer.json()["id"] for answer in answers}
            assert len(ids) == 1
            jobs[ids.pop()] = path
        kills = _kill_at_random(studio, rng, client, jobs)
        states = _until_over(client, jobs)
        assert set(states.values()) == {"finished"}, states
        assert sum(kills.values()) >= 2, kills  # a quick machine is done soon
        for job_id, path in jobs.items():
            expected = tmp_path / "expected" / path.name
            expected.parent.mkdir(exist_ok=True)
            more = ["--codec", "ffv1"] if path == clip else []
            arguments = ["lineart", str(path), "-o", str(expected), "--method", "rule", *more]
            assert main([*arguments, "-q"]) == 0
            files = client.request("GET", f"/api/v1/jobs/{job_id}").json()["files"]
            (result,) = (f for f in files if f["role"] == "result" and f["kind"] != "text")
            content = client.request("GET", result["url"]).content
            if path == clip:  # Matroska files carry a number drawn anew for each
                (tmp_path / "clip.mkv").write_bytes(content)
                assert _frames(tmp_path / "clip.mkv") == _frames(expected)
            else:
                assert content == expected.read_bytes(), path.name


def _frames(path: Path) -> list[tuple[int, bytes]]:
    with read_frames(path) as frames:
        return [(frame.pts, frame.pixels.tobytes()) for frame in frames]


def _kill_at_random(
    studio: LiveStudio, rng: random.Random, client: Client, jobs: dict[str, Path]
) -> dict[str, int]:
    """Kill processes while there is time and work; no job's process more often than it may die."""
    kills = dict.fromkeys(("web", "workers", "worker"), 0)
    of_job = dict.fromkeys(jobs, 0)
    end_s = time.monotonic() + SECONDS
    while time.monotonic() < end_s and _active(client, jobs):
        role = rng.choice(("worker", "worker", "workers", "web"))
        for pid in studio.children(role)[:1]:
            if role == "worker":
                with suppress(OSError):
                    words = Path(f"/proc/{pid}/cmdline").read_bytes().decode()
                    job = next((job for job in jobs if job in words), None)
                    if job is None or of_job[job] >= 2:
                        continue
                    of_job[job] += 1
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
                kills[role] += 1
        time.sleep(rng.uniform(0.5, 2))
    return kills


def _active(client: Client, jobs: dict[str, Path]) -> bool:
    states = [client.request("GET", f"/api/v1/jobs/{job}").json()["status"] for job in jobs]
    return any(state in ("queued", "running") for state in states)


def _until_over(client: Client, jobs: dict[str, Path]) -> dict[str, str]:
    end_s = time.monotonic() + 700
    while _active(client, jobs):
        assert time.monotonic() < end_s
        time.sleep(0.5)
    return {job: client.request("GET", f"/api/v1/jobs/{job}").json()["status"] for job in jobs}
