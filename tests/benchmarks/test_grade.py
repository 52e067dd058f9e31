"""`benchmarks/grade.py`: every way of grading is measured, and set beside the clip as it is."""

from __future__ import annotations


def test_every_way_is_measured(bench, tmp_path):
    grade, sound_clip = bench("grade"), bench("sound_clip")
    clip = tmp_path / "clip.mp4"
    sound_clip.make_clip(bench("frame_parts").CLIP, clip, width=64, height=36, repeats=1)
    turns = grade.turns_of(clip, tmp_path / "out.mp4", frames=60)
    assert set(grade.ASKED) < set(turns)
    assert all(turns[name]() > 0 for name in ("shots found and measured", "from calm to fear"))


def test_ratios_are_to_the_clip_as_it_is(bench):
    grade = bench("grade")
    spent = {name: [2.0 * n, 4.0 * n] for n, name in enumerate(grade.ASKED, start=1)}
    rows = grade.rows_of(spent)
    assert rows[0][1:] == ["3.0", "1.00 (1.00 to 1.00)"]
    assert rows[2][1:] == ["9.0", "3.00 (3.00 to 3.00)"]
