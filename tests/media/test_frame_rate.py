"""Fewer frames a second, by time; sound untouched."""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise

import numpy as np
import pytest
from PIL import Image

from paintreel.errors import InputError
from paintreel.media.encoding_settings import EncodingSettings
from paintreel.media.frame import Frame
from paintreel.media.frame_rate import FewerFrames, even_rate
from paintreel.media.probe import probe
from paintreel.media.video import transform_video

PIXELS = np.zeros((1, 1, 3), np.uint8)


def same(frame: np.ndarray) -> np.ndarray:
    return frame


def frames_of(times: list[int], time_base: Fraction, length: int) -> list[Frame]:
    ends = [*times[1:], times[-1] + length]
    return [
        Frame(PIXELS, start, time_base, end - start, index)
        for index, (start, end) in enumerate(zip(times, ends, strict=True))
    ]


@pytest.mark.parametrize(
    ("source", "asked", "kept"),
    [(24, 12, 24), (30, 10, 20), (25, 25, 50), (60, 24, 48), (24, 60, 48), (50, 0.5, 1)],
)
def test_as_many_are_left_as_were_asked_for(source, asked, kept):
    fewer = FewerFrames(Fraction(str(asked)), "", loss=False)
    given = list(fewer(frames_of(list(range(2 * source)), Fraction(1, source), 1)))
    assert len(given) == kept
    assert fewer.dropped == 2 * source - kept
    for frame, after in pairwise(given):
        assert frame.pts + frame.duration == after.pts
    assert given[0].pts == 0
    assert given[-1].pts + given[-1].duration == 2 * source


def test_rounded_times_do_not_make_it_uneven():
    """24 frames a second in milliseconds: 0, 42, 83, 125 ..."""
    times = [round(index * 1000 / 24) for index in range(48)]
    fewer = FewerFrames(Fraction(12), "", loss=False)
    given = list(fewer(frames_of(times, Fraction(1, 1000), 42)))
    assert [frame.index for frame in given] == list(range(0, 48, 2))
    assert [frame.pts for frame in given] == times[::2]


@pytest.mark.parametrize("time_base", [None, Fraction(1, 1000), Fraction(1, 90_000)])
@pytest.mark.parametrize("source", [24, Fraction(24_000, 1001), 25, Fraction(30_000, 1001), 50, 60])
@pytest.mark.parametrize("asked", [1, 3, 5, 7, 11, 13, 24])
def test_no_second_holds_more_than_were_asked_for(source, asked, time_base):
    time_base = time_base or 1 / Fraction(source)
    times = [round(index / Fraction(source) / time_base) for index in range(20 * round(source))]
    given = list(FewerFrames(Fraction(asked), "", loss=False)(frames_of(times, time_base, 1)))
    kept = [frame.pts * time_base for frame in given]
    tick = Fraction(3, 1000)
    for first, beyond in zip(kept, kept[asked:], strict=False):
        assert beyond - first >= 1 - tick
    # No gap is shorter than the rate says by more than a frame of the source.
    if source > asked:
        gaps = [after - before for before, after in pairwise(kept)]
        assert min(gaps) > Fraction(1, asked) - 1 / Fraction(source) - tick
        assert max(gaps) < Fraction(1, asked) + 2 / Fraction(source) + tick
    assert len(given) >= 0.97 * min(20 * asked, len(times))


def test_five_a_second_of_24(make_clip, tmp_path, stamps_of):
    times = [round(index * 12_800 / 24) for index in range(96)]
    clip = make_clip("a.mp4", pts=times)
    report = transform_video(clip, tmp_path / "o.mp4", same, fps=5)
    assert report.frames == 20
    seconds = [int(time) for time in stamps_of(tmp_path / "o.mp4")]
    assert [seconds.count(second) for second in range(4)] == [5, 5, 5, 5]


def test_a_pause_stays_a_pause():
    times = [0, 40, 80, 120, 2000, 2040]
    given = list(FewerFrames(Fraction(10), "", loss=False)(frames_of(times, Fraction(1, 1000), 40)))
    assert [(frame.pts, frame.duration) for frame in given] == [(0, 120), (120, 1880), (2000, 80)]


@pytest.mark.parametrize(("rate", "even"), [(24, 12), (25, 12.5), (30, 15), (60, 15), (12, 12)])
def test_the_usual_rate_is_even(rate, even):
    assert float(even_rate(Fraction(rate), 15)) == even


@pytest.mark.parametrize("target", ["o.mp4", "o.mkv", "o.webm", "o.webp", "o"])
def test_any_result_takes_it_and_sound_stays(make_clip, tmp_path, packets_of, target):
    clip = make_clip("a.mp4", frames=50, sound="aac", seconds=2)
    seen = []

    def look(frame: np.ndarray) -> np.ndarray:
        seen.append(1)
        return frame

    codec = "png" if target == "o" else None
    report = transform_video(
        clip, tmp_path / target, look, fps=12.5, encoding=EncodingSettings(codec)
    )
    assert (report.frames, len(seen)) == (25, 25)  # what is left out is not painted
    (note,) = [n for n in report.notes if n.kind == "frame-rate-lowered"]
    assert (note.count, note.loss) == (25, False)
    assert "25 frames left out for 12.5 a second" in note.text
    assert report.duration_s == pytest.approx(2, abs=0.01)
    if target in ("o.mp4", "o.mkv"):
        sound = [data for data, _ in packets_of(clip)]
        assert [data for data, _ in packets_of(tmp_path / target)] == sound


def test_more_than_there_are_changes_nothing(make_clip, tmp_path, stamps_of):
    clip = make_clip("a.mp4", frames=10)
    report = transform_video(clip, tmp_path / "o.mp4", same, fps=60)
    assert report.notes == ()
    assert stamps_of(tmp_path / "o.mp4") == stamps_of(clip)


@pytest.mark.parametrize("fps", [0, -1, 241, float("nan"), float("inf"), "12", True])
def test_absurd_rates_are_refused(make_clip, tmp_path, fps):
    with pytest.raises(InputError, match=r"fps is .*expected a number above 0, at most 240"):
        transform_video(make_clip("a.mp4"), tmp_path / "o.mp4", same, fps=fps)


def test_a_gif_of_a_clip_has_a_usual_size_and_rate(make_clip, tmp_path):
    clip = make_clip("a.mp4", frames=8, size=(800, 400))
    report = transform_video(clip, tmp_path / "o.gif", same)
    assert (report.width, report.height, report.frames) == (640, 320, 4)
    told = {n.kind: n for n in report.notes}
    assert set(told) == {"size-reduced", "frame-rate-lowered"}
    assert "--max-side 800 keeps it" in told["size-reduced"].text
    assert "--fps N keeps more" in told["frame-rate-lowered"].text
    assert all(note.loss for note in told.values())


def test_a_size_and_a_rate_that_are_asked_for_hold(make_clip, tmp_path):
    clip = make_clip("a.mp4", frames=3, size=(720, 90))
    report = transform_video(clip, tmp_path / "o.gif", same, size=(720, 90), fps=25)
    assert (report.width, report.height, report.frames) == (720, 90, 3)
    assert report.notes == ()
    assert probe(tmp_path / "o.gif").width == 720


def test_an_animation_keeps_the_size_and_the_rate_of_its_author(tmp_path):
    first, *rest = [Image.new("RGB", (800, 20), (60 * i, 9, 9)) for i in range(4)]
    first.save(tmp_path / "a.gif", save_all=True, append_images=rest, duration=20)
    report = transform_video(tmp_path / "a.gif", tmp_path / "o.gif", same)
    assert (report.width, report.frames, report.notes) == (800, 4, ())
