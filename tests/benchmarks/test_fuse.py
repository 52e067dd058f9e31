"""`benchmarks/fuse.py`: its table of speed, small."""

from __future__ import annotations

import argparse

import pytest


def test_the_speed_of_a_small_clip_is_told(bench, capsys):
    pytest.importorskip("torch", reason="needs the extra train")
    report = bench("report").Report("fuse", "Speed", quick=True)
    bench("fuse").speed(report, argparse.Namespace(quick=True))
    row = next(line for line in capsys.readouterr().out.splitlines() if "214x120" in line)
    frames_s, processor_s = (float(cell) for cell in row.split("|")[2:4])
    assert frames_s > 0
    assert processor_s > 0
