"""`benchmarks/frame_parts.py`: what is counted to which part."""

from __future__ import annotations

import time

import pytest


def busy(seconds: float) -> None:
    end = time.process_time() + seconds
    while time.process_time() < end:
        pass


def test_a_part_inside_another_counts_once(bench):
    clock = bench("frame_parts").Clock()
    inner = clock.timed("inner", busy)

    def work():
        busy(0.02)
        inner(0.05)

    clock.timed("outer", work)()
    assert clock.spent["inner"] == pytest.approx(0.05, abs=0.01)
    assert clock.spent["outer"] == pytest.approx(0.02, abs=0.01)


def test_every_part_of_a_clip_is_seen(bench, style_file, tmp_path):
    parts, sound_clip = bench("frame_parts"), bench("sound_clip")
    clip = tmp_path / "clip.mp4"
    sound_clip.make_clip(parts.CLIP, clip, width=160, height=96, repeats=1)
    found = parts.parts_of(clip, tmp_path, str(style_file), ("onnxruntime", "f32"), 0.75)
    assert set(found) == set(parts.PARTS)
    assert all(ms > 0 for ms in found.values())
    still = parts.parts_of(clip, tmp_path, str(style_file), ("onnxruntime", "f32"), 0.0)
    assert still[parts.STEADY] < 0.1 < found[parts.STEADY]
