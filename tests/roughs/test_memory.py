"""Roughs of big pictures are made in parts."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest

from paintreel.roughs import rough
from paintreel.roughs.lines import draw_lines
from paintreel.roughs.rough import make_rough

pytest.importorskip("resource")

MEASURE = """
import resource
import numpy as np
from paintreel.roughs.lines import draw_lines
from paintreel.roughs.rough import _fill
peak = lambda: resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
height, width = 2000, 4000
y, x = np.ogrid[0:height, 0:width]
picture = np.stack([(x // (c + 9) + y // 7).astype(np.uint8) for c in range(3)], axis=-1)
draw_lines(picture[:1100, :1100])
before = peak()
draw_lines(picture)
print((peak() - before) / (height * width))
labels = np.arange(128)[:, None] // 16 * 16 + np.arange(256)[None] // 16
_fill(labels.astype(np.int32), picture)
print((peak() - before) / (height * width))
"""


@pytest.mark.skipif(sys.platform != "linux", reason="counts peaks in kilobytes")
def test_bytes_a_pixel(tmp_path):
    done = subprocess.run(
        [sys.executable, "-c", MEASURE], capture_output=True, text=True, check=True
    )
    lines, both = (float(line) for line in done.stdout.split())
    assert lines < 12
    assert both < 20


def test_parts_join_without_a_seam(monkeypatch):
    rng = np.random.default_rng(0)
    picture = np.kron(rng.integers(0, 256, (20, 24, 3)), np.ones((60, 60, 1))).astype(np.uint8)
    picture[::97] //= 2
    whole = make_rough(picture)
    monkeypatch.setattr(rough, "_BAND_PX", 1)
    monkeypatch.setattr("paintreel.roughs.lines._TILE_PX", 300)
    parts = make_rough(picture)
    assert (whole.blocks != parts.blocks).any(axis=2).mean() < 1e-3
    assert (whole.lines != parts.lines).mean() < 1e-3


def test_pictures_wider_than_the_filters_reach():
    picture = np.full((40, 40_000, 3), 255, np.uint8)
    picture[20:22] = 0
    lines = draw_lines(picture)
    assert (lines[20:22].min(axis=0) == 0).mean() > 0.99
