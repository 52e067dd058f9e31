"""Times of files that other programs wrote: every frame, from 0 on, sound beside it."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest
from PIL import Image

from paintreel.media.encoding_settings import EncodingSettings
from paintreel.media.probe import probe
from paintreel.media.reader import read_frames
from paintreel.media.video import transform_video

TS = Fraction(1, 90_000)
PACKET = 188
PICTURE_PID = 256


def same(frame: np.ndarray) -> np.ndarray:
    return frame


def recording(make_clip: Callable[..., Path], name: str = "r.ts", **settings: object) -> Path:
    return make_clip(
        name, **{"frames": 50, "sound": "aac", "seconds": 2, "time_base": TS} | settings
    )


def joined(path: Path, times: int = 2) -> Path:
    path.write_bytes(path.read_bytes() * times)
    return path


def moved_packet(path: Path, number: int, ticks: int) -> Path:
    """The times of one packet of the picture moved in the bytes; muxers would refuse to."""
    data, count = bytearray(path.read_bytes()), 0
    for at in range(0, len(data), PACKET):
        starts = data[at + 1] & 0x40
        if ((data[at + 1] & 31) << 8 | data[at + 2]) != PICTURE_PID or not starts:
            continue
        count += 1
        if count != number:
            continue
        start = at + 4 + (1 + data[at + 4] if data[at + 3] & 0x20 else 0)
        for field in range(2 if data[start + 7] >> 6 == 3 else 1):
            p = start + 9 + 5 * field
            time = (data[p] >> 1 & 7) << 30 | data[p + 1] << 22 | (data[p + 2] >> 1) << 15
            time = (time | data[p + 3] << 7 | data[p + 4] >> 1) + ticks
            data[p] = data[p] & 0xF0 | (time >> 30 & 7) << 1 | 1
            data[p + 1], data[p + 2] = time >> 22 & 255, (time >> 15 & 127) << 1 | 1
            data[p + 3], data[p + 4] = time >> 7 & 255, (time & 127) << 1 | 1
    path.write_bytes(data)
    return path


def b_frames_in_avi(make_clip: Callable[..., Path]) -> Path:
    return make_clip("b.avi", frames=50, sound="libmp3lame", seconds=2, time_base=Fraction(1, 25))


SAMPLES = {
    "plain transport stream": (recording, 50, 0),
    "B-frames in AVI": (b_frames_in_avi, 50, 0),
    "joined transport streams": (lambda make: joined(recording(make)), 100, 1),
    "three joined": (lambda make: joined(recording(make), 3), 150, 2),
    "joined programme streams": (
        lambda make: joined(
            recording(
                make, "r.mpg", codec="mpeg2video", sound="mp2", options={"bf": "2"},
                time_base=Fraction(1, 25),
            )
        ), 100, 1,
    ),
    "joined Matroska": (
        lambda make: joined(recording(make, "r.mkv", time_base=Fraction(1, 1000))), 100, 1,
    ),
    "10 hours": (
        lambda make: recording(make, container_options={"output_ts_offset": "36000"}), 50, 0,
    ),
    "wrap at 33 bits": (
        lambda make: recording(
            make, container_options={"output_ts_offset": str(2**33 / 90_000 - 1)}
        ), 50, 0,
    ),
    "100 s ahead": (lambda make: moved_packet(recording(make), 25, 9_000_000), 50, 1),
    "1 s back": (lambda make: moved_packet(recording(make), 25, -90_000), 50, 1),
}  # fmt: skip


def sound_of(path: Path) -> tuple[float, float] | None:
    """(start, end) of the sound that is heard, in seconds."""
    with av.open(str(path)) as clip:
        if not clip.streams.audio:
            return None
        frames = list(clip.decode(audio=0))
    start, last = (float(f.pts * f.time_base) for f in (frames[0], frames[-1]))
    return start, last + frames[-1].samples / frames[-1].sample_rate


@pytest.mark.parametrize("name", SAMPLES)
def test_every_frame_comes_in_order_from_0(make_clip, painted, name):
    make, count, bridges = SAMPLES[name]
    clip = make(make_clip)
    with read_frames(clip) as frames:
        read = list(frames)
    assert len(read) == count
    assert 0 <= read[0].time_s < 0.05
    steps = np.diff([f.time_s for f in read])
    assert steps.min() > 0.02
    assert steps.max() < 0.08
    assert read[-1].time_s == pytest.approx((count - 1) / 25, abs=0.07)
    for frame in read[:50:7]:
        around = range(frame.index - 2, frame.index + 3)
        unlike = [np.abs(frame.pixels.astype(int) - painted(i, 64, 48)).mean() for i in around]
        assert np.argmin(unlike) == 2
    assert [n.count for n in frames.notes() if n.kind == "times-bridged"] == [bridges] * bool(
        bridges
    )
    info = probe(clip)
    assert info.duration_s < 3
    assert info.expected_frames == pytest.approx(50, abs=7)


@pytest.mark.parametrize("name", SAMPLES)
@pytest.mark.parametrize("target", ["o.mp4", "o.mov", "o.mkv", "o.webm"])
def test_sound_stays_with_the_picture_in_every_container(make_clip, tmp_path, name, target):
    make, count, _ = SAMPLES[name]
    clip = make(make_clip)
    with read_frames(clip) as frames:
        before = list(frames.events())
    shown = [item.time_s for item in before if hasattr(item, "pixels")]
    heard = [float(i.pts * i.time_base) for i in before if not hasattr(i, "pixels")]
    report = transform_video(clip, tmp_path / target, same)
    assert report.frames == count
    with av.open(str(tmp_path / target)) as out:
        after = [float(f.pts * f.time_base) for f in out.decode(video=0)]
    assert after == pytest.approx(shown, abs=0.001)
    start, end = sound_of(tmp_path / target)
    assert start == pytest.approx(max(0, heard[0]), abs=0.0015)
    assert end == pytest.approx(count / 25, abs=0.05 + 0.03 * count / 50)


@pytest.mark.parametrize("name", ["joined transport streams", "100 s ahead", "B-frames in AVI"])
@pytest.mark.parametrize(("target", "codec"), [("o.gif", None), ("o.webp", None), ("o", "png")])
def test_animations_and_folders_get_every_frame(make_clip, tmp_path, name, target, codec):
    make, count, _ = SAMPLES[name]
    report = transform_video(
        make(make_clip), tmp_path / target, same, encoding=EncodingSettings(codec), fps=50
    )
    assert report.frames == count
    assert report.duration_s == pytest.approx(count / 25, abs=0.07)


@pytest.mark.parametrize("target", ["o.mp4", "o.mkv", "o.gif"])
def test_what_an_edit_list_cuts_away_is_not_shown_and_counted(make_clip, tmp_path, target):
    clip = make_clip(
        "n.mp4", pts=[(i - 30) * 512 for i in range(48)], sound="aac", seconds=2,
    )  # fmt: skip
    report = transform_video(clip, tmp_path / target, same, fps=25)
    assert report.frames == 18
    assert [(n.count, n.loss) for n in report.notes if n.kind == "frames-cut-away"] == [(30, False)]


def test_long_pauses_between_reordered_frames_stay(make_clip):
    stamps = [0, 40, 80, 1000, 1040, 5000, 5040, 30_000]
    clip = make_clip("v.mkv", pts=stamps, time_base=Fraction(1, 1000), sound="aac")
    with read_frames(clip) as frames:
        assert [f.pts for f in frames] == stamps
    assert frames.notes() == ()


def cut_clip(make_clip: Callable[..., Path], tmp_path: Path) -> Path:
    """Sound and picture from 0.72 s before the cut on, as cutting without encoding leaves them."""
    whole = make_clip("w.mp4", frames=50, sound="aac", seconds=2, options={"bf": "0"})
    clip = tmp_path / "cut.mp4"
    with av.open(str(whole)) as source, av.open(str(clip), "w") as out:
        copies = {s.index: out.add_stream_from_template(s) for s in source.streams}
        for packet in source.demux():
            if packet.size:
                by = round(Fraction(72, 100) / packet.time_base)
                packet.pts, packet.dts = packet.pts - by, packet.dts - by
                packet.stream = copies[packet.stream_index]
                out.mux(packet)
    return clip


@pytest.mark.parametrize("target", ["o.mp4", "o.mkv", "o.webm"])
def test_sound_that_an_edit_list_cuts_away_is_left_out(make_clip, tmp_path, target, packets_of):
    clip = cut_clip(make_clip, tmp_path)
    assert packets_of(clip)[0][1] < -0.7
    transform_video(clip, tmp_path / target, same)
    assert -0.05 < packets_of(tmp_path / target)[0][1] <= 0.0
    start, end = sound_of(tmp_path / target)
    # Matroska keeps the packet before the cut, which decoders need to begin.
    assert (-0.05 if target == "o.mkv" else -0.0015) < start < 0.0015
    assert end == pytest.approx(1.28, abs=0.04)


def test_chapters_move_with_the_picture(make_clip, tmp_path):
    plain = make_clip("a.mkv", frames=25, pts=[5000 + 40 * i for i in range(25)],
                      time_base=Fraction(1, 1000))  # fmt: skip
    with av.open(str(plain)) as source, av.open(str(tmp_path / "c.mkv"), "w") as out:
        out.set_chapters(
            [{"id": 1, "start": 5200, "end": 6000, "time_base": Fraction(1, 1000),
              "metadata": {"title": "Noon"}}]
        )  # fmt: skip
        copy = out.add_stream_from_template(source.streams.video[0])
        for packet in source.demux(video=0):
            if packet.size:
                packet.stream = copy
                out.mux(packet)
    transform_video(tmp_path / "c.mkv", tmp_path / "o.mp4", same)
    with av.open(str(tmp_path / "o.mp4")) as out:
        *_, chapter = out.chapters()
        assert (chapter["start"] * chapter["time_base"], chapter["end"] * chapter["time_base"]) == (
            Fraction(1, 5), 1,
        )  # fmt: skip
        assert next(out.decode(video=0)).pts == 0


def test_gif_delays_of_one_hundredth_survive(tmp_path):
    delays = [10, 500, 20, 10, 10, 1000]
    pictures = [Image.new("RGB", (16, 16), (40 * i, 255 - 40 * i, 90)) for i in range(6)]
    first, *rest = pictures
    first.save(tmp_path / "a.gif", save_all=True, append_images=rest, duration=delays)
    for name in ("o.gif", "o.webp"):
        report = transform_video(tmp_path / "a.gif", tmp_path / name, same)
        assert (report.frames, report.dropped, report.notes) == (6, 0, ())
        with read_frames(tmp_path / name) as frames:
            assert [f.duration for f in frames] == delays
