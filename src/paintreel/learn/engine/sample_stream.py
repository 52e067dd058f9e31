"""Batches of samples made beside the training: by processes where a GPU trains, else at once.

A sample is a pure function of a generator of random numbers, and that of a sample is made of seed,
process, batch and place. So a batch is the same whoever made it and whenever, and a resumed run
goes on with the same ones.
"""

from __future__ import annotations

import multiprocessing
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from typing import Any

import cv2
import numpy as np

from paintreel.imaging.arrays import Array
from paintreel.learn.engine.distributed import ProcessGroup
from paintreel.runtime.system import usable_cores

Batch = tuple[Array, ...]
MakeSample = Callable[[np.random.Generator], tuple[Array, ...]]
"""The arrays of one sample, drawn by a generator."""

MORE_AHEAD = 2
"""Batches that are made before they are asked for, beside the one that each worker is at."""
MOST_WORKERS = 12

_makers: dict[int, MakeSample] = {}
"""By the number of their stream. Workers are forked, so that what a maker holds is not copied."""


def _begin_worker() -> None:
    """A pool of threads that OpenCV had before the fork is not there after it."""
    cv2.setNumThreads(0)


def _made(stream: int, seeds: Sequence[Sequence[int]]) -> Batch:
    """A batch, a sample a seed, in f16: half as much to send, and values in [0, 1] keep a tenth of
    a step of eight bits."""
    make = _makers[stream]
    samples = [make(np.random.default_rng(seed)) for seed in seeds]
    return tuple(np.stack(each).astype(np.float16) for each in zip(*samples, strict=True))


class SampleStream:
    """Batches of `batch` samples of `make`, each of its arrays stacked: (N, ...) float16.

    A part of a trainer: it saves which batch comes next.

    workers  processes that make samples; 0 makes them when they are asked for; None: as many as a
             GPU needs, and none on a CPU, which trains slower than it makes them
    """

    def __init__(
        self,
        make: MakeSample,
        *,
        batch: int,
        seed: int,
        group: ProcessGroup,
        workers: int | None = None,
    ) -> None:
        self.batch, self.seed = batch, seed
        self.rank = group.rank
        self.next = 0
        self._stream = max(_makers, default=-1) + 1
        _makers[self._stream] = make
        if workers is None:
            share = usable_cores() // group.local_size - 1
            workers = min(MOST_WORKERS, share) if group.device.type == "cuda" else 0
        self._workers = max(0, workers)
        self._pool: ProcessPoolExecutor | None = None
        self._ahead: deque[tuple[int, Future[Batch]]] = deque()

    def __call__(self) -> Batch:
        """The next batch."""
        batch = self._drawn() if self._workers else _made(self._stream, self._seeds(self.next))
        self.next += 1
        return batch

    def close(self) -> None:
        """End the workers, and let go of what samples are made of."""
        _makers.pop(self._stream, None)
        if self._pool is not None:
            self._pool.shutdown(wait=True, cancel_futures=True)
            self._pool = None
        self._ahead.clear()

    def state_dict(self) -> dict[str, Any]:
        return {"next": self.next}

    def load_state_dict(self, state: Mapping[str, Any]) -> None:
        self.next = state["next"]

    def _seeds(self, batch: int) -> list[list[int]]:
        return [[self.seed, self.rank, batch, place] for place in range(self.batch)]

    def _drawn(self) -> Batch:
        """The next batch, which was begun before; those that follow are begun."""
        if self._pool is None:
            fork = multiprocessing.get_context("fork")
            self._pool = ProcessPoolExecutor(
                self._workers, mp_context=fork, initializer=_begin_worker
            )
        while self._ahead and self._ahead[0][0] != self.next:  # the run went back to a checkpoint
            self._ahead.popleft()[1].cancel()
        while len(self._ahead) < self._workers + MORE_AHEAD:
            number = self._ahead[-1][0] + 1 if self._ahead else self.next
            future = self._pool.submit(_made, self._stream, self._seeds(number))
            self._ahead.append((number, future))
        return self._ahead.popleft()[1].result()
