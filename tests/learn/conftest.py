"""Small synthetic pictures, folders and trainers for everything that learns."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import cv2
import numpy as np
import pytest
import torch

from paintreel.learn.engine.distributed import ProcessGroup
from paintreel.learn.trainers.fsgan import FSGANSettings, FSGANTrainer


@pytest.fixture(scope="session", autouse=True)
def one_thread() -> Iterator[None]:
    """Tiny networks run faster, and equally everywhere, on one thread."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(threads)


def smooth_picture(seed: int, height: int = 112, width: int = 128) -> np.ndarray:
    """Soft coloured blobs with a dark bar across, (H, W, 3) uint8; one picture a seed."""
    rng = np.random.default_rng(seed)
    cells = rng.uniform(0.1, 0.9, (4, 5, 3)).astype(np.float32)
    picture = np.clip(cv2.resize(cells, (width, height), interpolation=cv2.INTER_CUBIC), 0, 1)
    top = int(rng.integers(height // 4, height // 2))
    picture[top : top + 9] *= 0.3
    return (picture * 255 + 0.5).astype(np.uint8)


@pytest.fixture(scope="session")
def picture() -> Callable[..., np.ndarray]:
    return smooth_picture


@pytest.fixture(scope="session")
def fill_folder() -> Callable[..., Path]:
    """A function (folder, count, first_seed) that writes that many PNG pictures below it."""

    def fill(folder: Path, count: int, first_seed: int = 0) -> Path:
        folder.mkdir(parents=True, exist_ok=True)
        for index in range(count):
            pixels = smooth_picture(first_seed + index)
            assert cv2.imwrite(str(folder / f"{index:02d}.png"), pixels[..., ::-1])
        return folder

    return fill


@pytest.fixture(scope="session")
def solo() -> ProcessGroup:
    """The group of one process on the CPU."""
    return ProcessGroup(rank=0, size=1, device=torch.device("cpu"))


@pytest.fixture
def make_trainer(solo: ProcessGroup) -> Callable[..., FSGANTrainer]:
    """A function (**settings) that makes a real FSGAN trainer of the tiny preset."""

    def make(**changes) -> FSGANTrainer:
        given = {"preset": "tiny", "crop_px": 64, "batch": 2, "warmup": 0.3, "ramp": 0.2}
        photos = [smooth_picture(seed) for seed in range(4)]
        pairs = [(p, cv2.medianBlur(p, 9)) for p in photos]
        return FSGANTrainer(
            FSGANSettings(**given | changes),
            pairs=pairs[1:],
            art=[smooth_picture(seed)[..., ::-1].copy() for seed in range(10, 13)],
            held_out=pairs[:1],
            group=solo,
        )

    return make


def _run_together(*arguments: str | Path, processes: int = 2) -> list[subprocess.CompletedProcess]:
    """Run `python *arguments` as torchrun would, with the group's address in the environment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    shared = {"WORLD_SIZE": str(processes), "MASTER_ADDR": "127.0.0.1", "MASTER_PORT": str(port)}
    shared |= {"OMP_NUM_THREADS": "1"}
    running = [
        subprocess.Popen(
            [sys.executable, *map(str, arguments)],
            env=os.environ | shared | {"RANK": str(rank), "LOCAL_RANK": str(rank)},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for rank in range(processes)
    ]
    try:
        said = [p.communicate(timeout=200) for p in running]
    finally:
        for p in running:
            p.kill()
    return [
        subprocess.CompletedProcess(p.args, p.returncode, out, err)
        for p, (out, err) in zip(running, said, strict=True)
    ]


@pytest.fixture(scope="session")
def run_together() -> Callable[..., list[subprocess.CompletedProcess]]:
    return _run_together
