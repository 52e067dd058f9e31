"""Kinds of processors that this machine can pass for, and training measured on each.

oneDNN, which does the convolutions, and torch's own loops take no newer instructions than they are
told: an AVX2 laptop and a server without bf16 can be had from any newer processor. Clock, caches
and memory stay this machine's, so what counts is the ratio to a convolution of the same run.
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
HOUR_S = 3600.0
REFERENCE = "reference"


@dataclass(frozen=True)
class Kind:
    """A processor that is passed for.

    isa   most that oneDNN may use (ONEDNN_MAX_CPU_ISA)
    aten  most that torch's own loops may use (ATEN_CPU_CAPABILITY)
    flag  of /proc/cpuinfo, without which the machine cannot pass for it
    """

    name: str
    isa: str
    aten: str
    flag: str

    def environment(self, threads: int) -> dict[str, str]:
        """For a process that is to believe it."""
        limits = {"ONEDNN_MAX_CPU_ISA": self.isa, "ATEN_CPU_CAPABILITY": self.aten}
        return os.environ | limits | {"OMP_NUM_THREADS": str(threads)}


KINDS = (
    Kind("AMX", "AVX512_CORE_AMX", "avx512", "amx_bf16"),
    Kind("AVX512 without bf16", "AVX512_CORE", "avx512", "avx512f"),
    Kind("AVX2 alone", "AVX2", "avx2", "avx2"),
)


def kinds_here(flags: str | None = None) -> list[Kind]:
    """Those that this machine has the instructions of; flags: text of /proc/cpuinfo."""
    if flags is None:
        info = Path("/proc/cpuinfo")
        flags = info.read_text("utf-8") if info.exists() else ""
    present = set(flags.split())
    return [kind for kind in KINDS if kind.flag in present]


def run_worker(kind: Kind, arguments: Sequence[str], *, threads: int) -> dict[str, list[float]]:
    """{turn: seconds of each round} of `train.py --worker` under a kind of processor."""
    done = subprocess.run(
        [sys.executable, str(HERE / "train.py"), "--worker", *arguments],
        env=kind.environment(threads),
        capture_output=True,
        text=True,
    )
    if done.returncode:
        raise SystemExit(f"{kind.name}: {done.stderr.strip()[-2000:]}")
    seconds: dict[str, list[float]] = json.loads(done.stdout.splitlines()[-1])
    return seconds


def merge(passes: Sequence[Mapping[str, list[float]]]) -> dict[str, list[float]]:
    """The rounds of several passes, one after the other."""
    return {turn: [s for one in passes for s in one[turn]] for turn in passes[0]}


def ratios(seconds: Mapping[str, list[float]]) -> dict[str, float]:
    """{turn: median over the rounds of its time over the reference's of the same round}.

    >>> ratios({"reference": [1.0, 2.0, 1.0], "step": [3.0, 6.0, 5.0]})
    {'step': 3.0}
    """
    return {
        turn: statistics.median(
            own / reference for own, reference in zip(taken, seconds[REFERENCE], strict=True)
        )
        for turn, taken in seconds.items()
        if turn != REFERENCE
    }


def steps_an_hour(step_s: Mapping[str, float], shares: Mapping[str, float]) -> dict[str, float]:
    """{phase: steps that its share of an hour gives}; step_s, shares: by phase.

    >>> steps_an_hour({"warm-up": 0.5, "adversarial": 1.0}, {"warm-up": 0.25, "adversarial": 0.75})
    {'warm-up': 1800.0, 'adversarial': 2700.0}
    """
    return {phase: HOUR_S * share / step_s[phase] for phase, share in shares.items()}


def least_budget_s(
    step_s: Mapping[str, float], shares: Mapping[str, float], least_steps: int
) -> float:
    """Seconds in which every phase gets its least steps.

    >>> least_budget_s({"a": 0.5, "b": 1.0}, {"a": 0.25, "b": 0.75}, 300)
    600.0
    """
    return max(least_steps * step_s[phase] / share for phase, share in shares.items())


def rows(
    measured: Mapping[str, Mapping[str, list[float]]],
    *,
    precisions: Sequence[str],
    shares: Mapping[str, float],
    batch: int,
    least_steps: int,
) -> list[tuple[Any, ...]]:
    """Table rows, one a kind and precision.

    A step's seconds are its ratio times the reference's least time, which is what it would take
    with nothing else running.
    """
    table: list[tuple[Any, ...]] = []
    for kind, seconds in measured.items():
        of = ratios(seconds)
        quiet_s = min(seconds[REFERENCE])
        for precision in precisions:
            in_reference = {phase: of[f"{precision} {phase}"] for phase in shares}
            step_s = {phase: ratio * quiet_s for phase, ratio in in_reference.items()}
            steps = steps_an_hour(step_s, shares)
            table.append(
                (
                    f"{kind}, {precision}",
                    f"{1000 * quiet_s:.1f}",
                    *(f"{in_reference[phase]:.1f}" for phase in shares),
                    *(f"{1000 * step_s[phase]:.0f}" for phase in shares),
                    *(f"{steps[phase]:,.0f}" for phase in shares),
                    f"{batch * sum(steps.values()):,.0f}",
                    f"{least_budget_s(step_s, shares, least_steps) / 60:.0f}",
                )
            )
    return table
