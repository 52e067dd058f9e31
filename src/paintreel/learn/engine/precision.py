"""In which precision and on how many threads this machine trains a network fastest: measured.

bf16 autocast is up to three times as fast as f32 where a processor multiplies bf16 (AMX,
AVX512-BF16), and three to eleven times slower where it does not, so that no table of processors is
asked: the network's own heaviest convolution is timed, forward and backward. The same is done for
threads, since other work may run on the machine. No random number is drawn.

    choice = choose(trainer.workload(), group=group)
    with applied(choice, trainer.precision):
        ...                                    # steps, whose forward passes are inside
        with trainer.precision.autocast():
            painted = generator(photo)
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from statistics import median
from typing import Any, Literal, TypeVar

import torch
from torch import nn

from paintreel.errors import InputError
from paintreel.learn.engine.bf16_gradients import wrong_in_bf16
from paintreel.learn.engine.distributed import ProcessGroup
from paintreel.learn.engine.workload import (
    Workload,
    heaviest_convolution,
    multiplications,
    output_of,
)
from paintreel.runtime.system import usable_cores

PrecisionName = Literal["f32", "bf16"]
PRECISIONS: tuple[PrecisionName, ...] = ("f32", "bf16")
K = TypeVar("K")

MACS_A_THREAD = 5e7
"""Multiplications of a timed pass: a hundredth of a second in f32 on one thread with AVX2."""
LIMIT_S = 0.5
"""Each of the two measurements ends after this, once every candidate has its least rounds."""
LEAST_ROUNDS, MOST_ROUNDS = 3, 15
HOPELESS = 3.0
"""A candidate that takes so many times the fastest's time is not timed again."""
EVERY_COUNT_UP_TO = 8
"""Above so many threads only powers of two and the most are tried."""


class Precision:
    """What a trainer's forward passes are computed in; shared by its trainer and adversary.

    name  "f32", or "bf16" by autocast; the loop sets it before the first step
    """

    def __init__(self, device: torch.device, name: PrecisionName = "f32") -> None:
        self.device, self.name = device, name

    def autocast(self) -> torch.autocast:
        """Inside, matrix products and convolutions are in bf16 where that is the precision."""
        return torch.autocast(self.device.type, torch.bfloat16, enabled=self.name == "bf16")


@dataclass(frozen=True)
class ComputeChoice:
    """The precision and the number of threads of a run, and the times it was chosen by.

    precision_ms  {precision: milliseconds of the convolution}; {} where it was not measured
    threads_ms    {threads: milliseconds of it in that precision}; {} likewise
    reason        why it is not the fastest, or nothing had to be measured; "" else
    """

    precision: PrecisionName
    threads: int
    precision_ms: Mapping[str, float] = field(default_factory=dict)
    threads_ms: Mapping[int, float] = field(default_factory=dict)
    reason: str = ""

    def text(self) -> str:
        """One line for the journal."""
        times = [
            ", ".join(f"{key}: {ms:.3g} ms" for key, ms in measured.items())
            for measured in (self.precision_ms, self.threads_ms)
        ]
        of_precision = "; ".join(filter(None, (times[0], self.reason))) or "as asked"
        of_threads = f" ({times[1]})" if times[1] else ""
        noun = "thread" if self.threads == 1 else "threads"
        return f"precision {self.precision} ({of_precision}), {self.threads} {noun}{of_threads}"

    def facts(self) -> dict[str, Any]:
        """What the card says: `precision`, `threads`, and the times where they were measured."""
        times = {
            "precision_ms": dict(self.precision_ms),
            "threads_ms": {str(count): ms for count, ms in self.threads_ms.items()},
        }
        return {
            "precision": self.precision,
            "threads": self.threads,
            **{name: measured for name, measured in times.items() if measured},
        }

    def state_dict(self) -> dict[str, Any]:
        """Plain values for the checkpoint."""
        return self.facts() | {"reason": self.reason}

    @classmethod
    def from_state(cls, state: Mapping[str, Any]) -> ComputeChoice:
        """The inverse of `state_dict`."""
        return cls(
            state["precision"],
            state["threads"],
            state.get("precision_ms", {}),
            {int(count): ms for count, ms in state.get("threads_ms", {}).items()},
            state["reason"],
        )


def choose(
    workload: Workload | None,
    *,
    group: ProcessGroup,
    precision: Literal["auto", "f32", "bf16"] = "auto",
    threads: int | None = None,
    before: ComputeChoice | None = None,
    clock: Callable[[], float] = time.perf_counter,
) -> ComputeChoice:
    """What to train in: as asked, else as `before`, else the fastest; alike on all processes.

    workload   None measures nothing: f32, and torch's own number of threads
    precision  "auto", or what is asked for.  threads: None, or what is asked for
    before     the choice of the run that is gone on with, whose bits depend on it

    Measuring takes about a second, longer where a precision is hopeless. On a GPU bf16 is taken
    where it has it. Raises InputError for a precision that the network is not trained in.
    """
    most = most_threads(group)
    fixed = None if workload is None else workload.f32_only
    if precision == "bf16" and fixed:
        raise InputError(f"--precision bf16: this system is trained in f32 alone: {fixed}")
    if before is not None:
        # On a smaller machine the bits differ anyhow.
        return ComputeChoice(
            before.precision if precision == "auto" else precision,
            threads or min(before.threads, most),
            before.precision_ms,
            before.threads_ms,
            before.reason,
        )
    if workload is None or group.device.type != "cpu":
        return ComputeChoice(
            _unmeasured(group) if precision == "auto" and not fixed else _asked(precision),
            threads or torch.get_num_threads(),
            reason=fixed or "",
        )
    return _measured(workload, group, precision, threads, most, clock)


def _unmeasured(group: ProcessGroup) -> PrecisionName:
    has_bf16 = group.device.type == "cuda" and torch.cuda.is_bf16_supported(
        including_emulation=False
    )
    return "bf16" if has_bf16 else "f32"


def _asked(precision: str) -> PrecisionName:
    return "bf16" if precision == "bf16" else "f32"


def _measured(
    workload: Workload,
    group: ProcessGroup,
    precision: str,
    threads: int | None,
    most: int,
    clock: Callable[[], float],
) -> ComputeChoice:
    """Time what is not asked for: first the precision, then the threads in it.

    The precision on one thread, whose time says what the processor can; with more threads than
    free cores that of their waiting for each other drowns it.
    """
    convolution = heaviest_convolution(workload)
    if convolution is None:
        return ComputeChoice(_asked(precision), threads or torch.get_num_threads())
    turn = _timed_pass(*convolution, macs=MACS_A_THREAD * most, group=group)
    chosen = _asked(precision)
    precision_ms: dict[str, float] = {}
    threads_ms: dict[int, float] = {}
    with _threads_restored():
        if precision == "auto" and not workload.f32_only:
            turns = {name: (lambda n=name: turn(n, threads or 1)) for name in PRECISIONS}
            times = milliseconds(turns, clock=clock)
            precision_ms = {str(name): ms for name, ms in times.items()}
            fastest = min(PRECISIONS, key=lambda name: times[name])
            chosen = PRECISIONS[int(group.agree(PRECISIONS.index(fastest)))]
        reason = workload.f32_only
        if chosen == "bf16" and (layer := wrong_in_bf16(workload)):
            chosen, reason = "f32", f"bf16 gives wrong gradients of {layer} on this machine"
        if threads is None:
            counts = thread_counts(most)
            by_count = {n: (lambda n=n: turn(chosen, n)) for n in counts}
            threads_ms = milliseconds(by_count, clock=clock) if len(counts) > 1 else {}
            fastest_count = min(threads_ms, key=lambda n: threads_ms[n], default=most)
            threads = int(group.agree(fastest_count))
    return ComputeChoice(chosen, threads, precision_ms, threads_ms, reason)


@contextmanager
def applied(choice: ComputeChoice, precision: Precision) -> Iterator[None]:
    """Inside, torch has the chosen number of threads; `precision` has the chosen name from now."""
    precision.name = choice.precision
    with _threads_restored():
        torch.set_num_threads(choice.threads)
        yield


@contextmanager
def _threads_restored() -> Iterator[None]:
    before = torch.get_num_threads()
    try:
        yield
    finally:
        torch.set_num_threads(before)


def most_threads(group: ProcessGroup) -> int:
    """Threads that a process may take: its part of the usable cores, or OMP_NUM_THREADS.

    That variable counts for one process alone: torchrun sets it to 1 whatever the machine is.
    """
    given = os.environ.get("OMP_NUM_THREADS", "")
    if group.size == 1 and given.isdigit() and int(given) > 0:
        return int(given)
    return max(1, usable_cores() // group.local_size)


def thread_counts(most: int) -> list[int]:
    """The numbers of threads to try, 1 to `most`.

    >>> thread_counts(3), thread_counts(24)
    ([1, 2, 3], [1, 2, 4, 8, 16, 24])
    """
    if most <= EVERY_COUNT_UP_TO:
        return list(range(1, most + 1))
    doubled = [2**k for k in range(most.bit_length()) if 2**k < most]
    return [*doubled, most]


def _timed_pass(
    layer: nn.Module, shape: tuple[int, ...], *, macs: float, group: ProcessGroup
) -> Callable[[PrecisionName, int], None]:
    """A function (precision, threads) that goes forward and backward through a convolution once.

    Of the run's shape as much as `macs` multiplications take: fewer pictures, then fewer rows.
    """
    batch, channels, height, width = shape
    whole = multiplications(layer, torch.empty(shape, device="meta"), output_of(layer, shape))
    rows = max(1, min(batch, int(batch * macs / whole)))
    height = max(min(height, 16), min(height, int(height * macs / (whole / batch * rows))))
    x = torch.full((rows, channels, height, width), 0.5, device=group.device)
    x = x.contiguous(memory_format=torch.channels_last).requires_grad_()
    weights = list(layer.requires_grad_().parameters())

    def turn(name: PrecisionName, threads: int) -> None:
        if torch.get_num_threads() != threads:
            torch.set_num_threads(threads)
        with Precision(group.device, name).autocast():
            y = layer(x)
        torch.autograd.grad(y, [x, *weights], torch.ones_like(y))

    return turn


def milliseconds(
    turns: Mapping[K, Callable[[], None]],
    *,
    clock: Callable[[], float],
    limit_s: float = LIMIT_S,
) -> dict[K, float]:
    """Median milliseconds of each candidate, which take turns so that they share what drifts.

    The first call of each, which sets up kernels and threads, is not counted; one that turns out
    hopeless is not called again.
    """
    taken: dict[K, list[float]] = {key: [] for key in turns}
    for call in turns.values():
        call()
    started, rounds, running = clock(), 0, list(turns)
    while rounds < LEAST_ROUNDS or (rounds < MOST_ROUNDS and clock() - started < limit_s):
        for key in running:
            before = clock()
            turns[key]()
            taken[key].append(clock() - before)
        rounds += 1
        fastest = min(median(taken[key]) for key in running)
        running = [key for key in running if median(taken[key]) <= HOPELESS * fastest]
    return {key: round(1000 * median(times), 3) for key, times in taken.items()}
