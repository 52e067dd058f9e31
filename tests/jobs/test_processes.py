"""The map over processes, with functions of the standard library: a worker imports no test."""

from __future__ import annotations

import math
import operator
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from paintreel.jobs.processes import ProcessMap

HARMLESS, DEADLY = signal.SIGURG, signal.SIGKILL
"""What `signal.raise_signal` does to its own process."""


def lost(item: object) -> str:
    return "lost"


def test_results_come_in_the_order_of_the_items():
    waits = [0.2, 0.0, 0.1, 0.0]
    slept = ProcessMap(time.sleep, lost, workers=2)
    assert list(slept(waits)) == [(wait, None) for wait in waits]
    assert list(ProcessMap(abs, lost, workers=1)([])) == []


def test_items_are_taken_as_they_are_needed():
    taken = []

    def items() -> Iterator[int]:
        for number in range(100):
            taken.append(number)
            yield number

    results = ProcessMap(math.factorial, lost, workers=1)(items())
    assert next(results) == (0, 1)
    assert len(taken) < 10
    results.close()


def test_an_item_that_kills_its_process_costs_only_itself():
    raised = ProcessMap(signal.raise_signal, lost, workers=2)
    items = [HARMLESS, DEADLY, HARMLESS, HARMLESS, DEADLY, HARMLESS]
    expected = ["lost" if item is DEADLY else None for item in items]
    assert [result for _, result in raised(items)] == expected


def test_workers_are_prepared_first():
    limits = ProcessMap(
        operator.call, lost, workers=1, initialise=sys.setrecursionlimit, arguments=(5432,)
    )
    assert list(limits([sys.getrecursionlimit])) == [(sys.getrecursionlimit, 5432)]


def test_what_the_work_raises_ends_the_map():
    with pytest.raises(ValueError, match=r"not defined|negative"):
        list(ProcessMap(math.factorial, lost, workers=1)([-1]))


def test_a_map_that_is_left_early_waits_for_nobody():
    results = ProcessMap(time.sleep, lost, workers=2)([0.0, 600.0, 600.0])
    assert next(results) == (0.0, None)
    start = time.monotonic()
    results.close()
    assert time.monotonic() - start < 60


PARENT = """
import time
from paintreel.jobs.processes import ProcessMap
if __name__ == "__main__":
    for item, _ in ProcessMap(time.sleep, time.sleep, workers=2)([0.0, 0.0, 600.0, 600.0]):
        print(item, flush=True)
"""


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL])
def test_workers_end_with_the_process_that_started_them(tmp_path: Path, number: int):
    script = tmp_path / "parent.py"
    script.write_text(PARENT)
    parent = subprocess.Popen([sys.executable, str(script)], stdout=subprocess.PIPE, text=True)
    assert parent.stdout.readline() == "0.0\n"
    parent.send_signal(number)
    # Standard output is at its end when the last process that holds it has gone.
    parent.communicate(timeout=60)
    assert parent.returncode == -number
