from __future__ import annotations

from fractions import Fraction

import av
import numpy as np
import pytest

from paintreel.errors import InputError, PictureTooLarge, VideoError
from paintreel.media.reader import read_frames

FASTSTART = {"movflags": "faststart"}


def test_frames_come_in_order_with_their_times(make_clip, painted):
    stamps = [0, 100, 700, 1300, 5000, 5010, 9999, 20000]
    clip = make_clip("v.mp4", pts=stamps)
    with read_frames(clip) as frames:
        read = list(frames)
    assert [f.pts for f in read] == stamps
    assert [f.index for f in read] == list(range(8))
    assert {f.time_base for f in read} == {Fraction(1, 12800)}
    assert read[1].time_s == pytest.approx(100 / 12800)
    for frame in read:
        assert frame.pixels.dtype == np.uint8
        assert frame.alpha is None
        difference = frame.pixels.astype(int) - painted(frame.index, 64, 48)
        assert np.abs(difference.mean(axis=(0, 1))).max() < 1.5
        assert np.abs(difference).mean() < 2
    assert (frames.broken, frames.notes(), frames.missing_s) == (0, (), 0.0)


def test_reading_needs_no_context_and_ends_when_closed(make_clip):
    frames = read_frames(make_clip("a.mp4", frames=5))
    assert next(frames).index == 0
    frames.close()
    assert list(frames) == []


@pytest.mark.parametrize("name", ["a.mp4", "a.mkv"])
@pytest.mark.parametrize("share", [0.3, 0.6, 0.9])
def test_a_clip_cut_off_gives_what_is_there_and_says_so(make_clip, name, share):
    clip = make_clip(name, frames=50, size=(160, 120), container_options=FASTSTART)
    whole = clip.read_bytes()
    clip.write_bytes(whole[: int(len(whole) * share)])
    with read_frames(clip) as frames:
        read = list(frames)
    assert 0.5 * share * 50 < len(read) < 50
    assert frames.missing_s == pytest.approx((50 - len(read)) / 25, abs=0.15)


def test_damaged_frames_are_skipped_and_counted(make_clip):
    clip = make_clip("a.mkv", frames=40, size=(160, 120), options={"g": "5", "bf": "0"})
    data = bytearray(clip.read_bytes())
    with av.open(str(clip)) as container:
        victim = [bytes(p) for p in container.demux(video=0) if p.size][12]
    start = data.index(victim)
    data[start + 5 : start + len(victim)] = bytes(len(victim) - 5)
    clip.write_bytes(data)
    with read_frames(clip) as frames:
        read = list(frames)
    assert frames.broken >= 1
    assert 30 <= len(read) < 40
    assert len(read) + frames.broken <= 41
    assert [f.index for f in read] == list(range(len(read)))


def test_frames_that_repeat_a_time_are_moved_on(make_clip, painted):
    """Matroska holds two frames of one millisecond; none is lost."""
    stamps = [0, 100, 100, 200, 300]
    clip = make_clip("v.mkv", pts=[0, 100, 101, 200, 300], time_base=Fraction(1, 1000),
                     codec="mjpeg", pix_fmt="yuvj420p", options={})  # fmt: skip
    data = bytearray(clip.read_bytes())
    with av.open(str(clip)) as container:
        third = [bytes(p) for p in container.demux(video=0) if p.size][2]
    at = data.index(third) - 2  # a block: track, time (16 bits), flags, data
    assert data[at - 1 : at + 1] == bytes([0, 101]) or data[at] == 101
    data[data.rindex(101, 0, data.index(third))] = 100
    clip.write_bytes(data)
    with av.open(str(clip)) as container:
        assert [f.pts for f in container.decode(video=0)] == stamps
    with read_frames(clip) as frames:
        read = list(frames)
    assert [f.pts for f in read] == [0, 100, 150, 200, 300]
    assert [(n.kind, n.count, n.loss) for n in frames.notes()] == [("frames-retimed", 1, False)]


def test_unknown_matrix_is_refused_with_the_fix(make_clip):
    clip = make_clip("h.mp4", frames=1, tags=(9, 14, 14, 1))
    with pytest.raises(VideoError, match=r"unknown \(14\).*out_color_matrix"):
        read_frames(clip)


def test_ten_bit_video_is_read(make_clip, painted):
    with read_frames(make_clip("deep.mp4", frames=2, pix_fmt="yuv420p10le")) as frames:
        assert np.abs(next(frames).pixels.astype(int) - painted(0, 64, 48)).mean() < 2


@pytest.mark.parametrize(
    ("rule", "shape"),
    [
        (None, (48, 64, 3)),
        ((30, 20), (20, 30, 3)),
        ((1, 1), (1, 1, 3)),
        (lambda w, h: (w * 2, h * 2), (96, 128, 3)),
    ],
)
def test_sizes(make_clip, rule, shape):
    with read_frames(make_clip("a.mp4", frames=2), size=rule) as frames:
        assert [f.pixels.shape for f in frames] == [shape] * 2
        assert (frames.height, frames.width) == shape[:2]


@pytest.mark.parametrize("rule", [(0, 5), (3.5, 2), "64x48", (5,), lambda w, h: None])
def test_bad_sizes_are_refused(make_clip, rule):
    with pytest.raises(InputError, match="frame size must be"):
        read_frames(make_clip("a.mp4", frames=1), size=rule)


def test_a_size_too_large_is_refused(make_clip):
    with pytest.raises(InputError, match="too large"):
        read_frames(make_clip("a.mp4", frames=1), size=(5000, 5000), max_pixels=10**6)
    with pytest.raises(PictureTooLarge):
        read_frames(make_clip("a.mp4", frames=1), max_pixels=100)


def test_a_change_of_size_midway_is_levelled(tmp_path, flat_frame):
    clip = tmp_path / "changing.ts"
    with av.open(str(clip), "w", format="mpegts") as output:
        pts = 0
        stream = output.add_stream("mpeg2video", rate=25, width=64, height=48)
        other = av.codec.CodecContext.create("mpeg2video", "w")
        other.width, other.height, other.pix_fmt = 32, 32, "yuv420p"
        other.time_base, other.framerate = Fraction(1, 25), Fraction(25)
        for encoder, size in ((stream, (64, 48)), (other, (32, 32))):
            for _ in range(4):
                frame = flat_frame(100, 128, 128, *size)
                frame.pts, frame.time_base, pts = pts, Fraction(1, 25), pts + 1
                for packet in encoder.encode(frame):
                    packet.stream = stream
                    output.mux(packet)
            for packet in encoder.encode(None):
                packet.stream = stream
                output.mux(packet)
    with read_frames(clip) as frames:
        shapes = [f.pixels.shape for f in frames]
    assert len(shapes) >= 7
    assert set(shapes) == {(48, 64, 3)}
