from __future__ import annotations

import os
import signal
import subprocess
import sys
import textwrap
import threading
import time
from concurrent.futures import CancelledError
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest

from paintreel.errors import InputError, OutputError, UnreadableFile, VideoError
from paintreel.media import pixels as pixels_module
from paintreel.media import writer as writer_module
from paintreel.media.codecs import CODECS
from paintreel.media.encoding_settings import EncodingSettings
from paintreel.media.probe import probe
from paintreel.media.reader import read_frames
from paintreel.media.video import transform_video

UNEVEN = [0, 100, 700, 1300, 5000, 5010, 9999, 20000]


def same(frame: np.ndarray) -> np.ndarray:
    return frame


def no_remains(folder: Path) -> bool:
    return not list(folder.glob(".paintreel-*"))


@pytest.mark.parametrize(
    ("name", "settings"),
    [
        ("o.mp4", {}),
        ("o.mov", {}),
        ("o.mp4", {"encoding": EncodingSettings(preset="fast")}),  # with B-frames
        ("o.mp4", {"encoding": EncodingSettings("hevc")}),
        ("o.mp4", {"encoding": EncodingSettings("av1"), "size": (96, 80)}),
        ("o.mp4", {"encoding": EncodingSettings("vp9")}),
        ("o.mov", {"encoding": EncodingSettings("prores")}),
    ],
)
def test_every_time_is_kept_exactly(make_clip, tmp_path, stamps_of, name, settings):
    clip = make_clip("v.mp4", pts=UNEVEN)
    report = transform_video(clip, tmp_path / name, same, **settings)
    assert report.frames == 8
    assert stamps_of(tmp_path / name) == [Fraction(p, 12800) for p in UNEVEN]
    assert report.duration_s == pytest.approx(1.6025)


def test_the_last_frame_is_shown_as_long_as_it_was(make_clip, tmp_path):
    clip = make_clip("v.mp4", pts=UNEVEN)
    transform_video(clip, tmp_path / "o.mp4", same)
    assert probe(tmp_path / "o.mp4").duration_s == pytest.approx(20512 / 12800, abs=1e-4)


@pytest.mark.parametrize(
    "settings",
    [
        {},
        {"encoding": EncodingSettings("ffv1")},
        {"encoding": EncodingSettings("av1"), "size": (96, 80)},
    ],
)
def test_matroska_keeps_times_to_the_millisecond(make_clip, tmp_path, stamps_of, settings):
    clip = make_clip("v.mp4", pts=[0, 700, 1300, 20000], sound="aac")
    transform_video(clip, tmp_path / "o.mkv", same, **settings)
    expected = [0, 0.055, 0.102, 1.563]
    assert [float(t) for t in stamps_of(tmp_path / "o.mkv")] == expected


@pytest.mark.parametrize("sound", [None, "aac"])
def test_a_clip_that_starts_late_starts_at_0_unless_its_sound_does(
    make_clip, tmp_path, stamps_of, sound
):
    clip = make_clip("l.mkv", pts=[330, 370, 410], time_base=Fraction(1, 1000), sound=sound)
    transform_video(clip, tmp_path / "o.mp4", same)
    late = 330 if sound else 0
    assert stamps_of(tmp_path / "o.mp4") == [Fraction(late + p, 1000) for p in (0, 40, 80)]


@pytest.mark.parametrize("name", ["o.mp4", "o.mov", "o.mkv"])
def test_sound_is_copied_byte_for_byte(make_clip, tmp_path, packets_of, name):
    clip = make_clip("s.mp4", frames=20, sound="aac", seconds=0.8)
    report = transform_video(clip, tmp_path / name, same)
    before, after = packets_of(clip), packets_of(tmp_path / name)
    assert [data for data, _ in after] == [data for data, _ in before]
    shifts = [abs(float(b - a)) for (_, a), (_, b) in zip(before, after, strict=True)]
    assert max(shifts) <= (0.0005 if name == "o.mkv" else 0)
    assert report.audio == ("aac copied",)


def test_sound_can_be_left_out(make_clip, tmp_path):
    clip = make_clip("s.mp4", sound="aac")
    report = transform_video(clip, tmp_path / "o.mp4", same, audio=False)
    assert report.audio == ("aac left out",)
    assert probe(tmp_path / "o.mp4").audio == ()


def test_the_function_sees_and_makes_the_picture(make_clip, tmp_path, painted):
    clip = make_clip("a.mp4", frames=3)
    seen = []

    def invert(frame):
        seen.append(frame)
        return 255 - frame

    transform_video(clip, tmp_path / "o.mp4", invert, encoding=EncodingSettings(crf=4))
    assert [f.shape for f in seen] == [(48, 64, 3)] * 3
    with read_frames(tmp_path / "o.mp4") as frames:
        for frame in frames:
            inverted = 255 - painted(frame.index, 64, 48).astype(int)
            assert np.abs(frame.pixels - inverted).mean() < 2.5


@pytest.mark.parametrize(
    ("size", "tags", "expected"),
    [
        ((96, 64), (1, 1, 1, 1), ("bt709", False)),
        ((96, 64), (6, 6, 6, 1), ("smpte170m", False)),
        ((96, 64), (1, 1, 1, 2), ("bt709", False)),
        ((96, 64), None, ("smpte170m", False)),
        ((32, 720), None, ("bt709", False)),
    ],
)
def test_colours_and_tags_survive(make_clip, tmp_path, size, tags, expected):
    def content(index):
        rgb = np.zeros((size[1], size[0], 3), np.uint8)
        rgb[: size[1] // 2], rgb[size[1] // 2 :] = (200, 40, 60), (30, 180, 220)
        matrix = (tags[2] if tags else 1 if size[1] >= 720 else 6) == 1
        return av.VideoFrame.from_ndarray(rgb, format="rgb24").reformat(
            format="yuv444p",
            dst_colorspace="ITU709" if matrix else "ITU601",
            dst_color_range=tags[3] if tags else 1,
            interpolation="POINT",
        )

    clip = make_clip(
        "c.mp4",
        frames=2,
        size=size,
        tags=tags,
        pix_fmt="yuv444p",
        content=content,
        options={"qp": "0"},
    )
    for name, settings in (
        ("o.mp4", {"encoding": EncodingSettings(crf=1)}),
        ("o.mkv", {"encoding": EncodingSettings("ffv1")}),
    ):
        transform_video(clip, tmp_path / name, same, **settings)
        with read_frames(tmp_path / name) as frames:
            frame = next(frames).pixels.astype(float)
            if name == "o.mp4":
                assert (frames.info.tags.matrix_name, frames.info.tags.full_range) == expected
                untagged = 1 if expected[0] == "bt709" else 6
                assert frames.info.tags.primaries == (tags[0] if tags else untagged)
        for part, colour in ((slice(4, -4 - size[1] // 2), (200, 40, 60)),
                             (slice(4 + size[1] // 2, -4), (30, 180, 220))):  # fmt: skip
            assert frame[part].mean(axis=(0, 1)) == pytest.approx(colour, abs=2)


def test_ffv1_and_png_lose_nothing(make_clip, tmp_path):
    clip = make_clip("a.mp4", frames=3, size=(64, 48))
    rng = np.random.default_rng(0)
    noise = rng.integers(0, 256, (3, 33, 47, 3), np.uint8)
    for name, codec in (("o.mkv", "ffv1"), ("pictures", "png")):
        given = iter(noise)
        transform_video(
            clip,
            tmp_path / name,
            lambda _: next(given),  # noqa: B023
            size=(47, 33),
            encoding=EncodingSettings(codec),
        )
    with read_frames(tmp_path / "o.mkv") as frames:
        assert np.array_equal([f.pixels for f in frames], noise)


def test_pixel_aspect_and_words_are_kept(make_clip, tmp_path):
    clip = make_clip("a.mp4", frames=2, pixel_aspect=Fraction(4, 3))
    assert not transform_video(clip, tmp_path / "o.mp4", same).notes
    assert probe(tmp_path / "o.mp4").pixel_aspect == Fraction(4, 3)
    transform_video(clip, tmp_path / "half.mp4", same, size=(32, 24))
    assert probe(tmp_path / "half.mp4").pixel_aspect == Fraction(4, 3)
    transform_video(clip, tmp_path / "square.mp4", same, size=(64, 64))
    assert probe(tmp_path / "square.mp4").pixel_aspect == 1
    for codec in ("h264", "hevc"):
        assert not transform_video(
            clip, tmp_path / f"{codec}.mkv", same, encoding=EncodingSettings(codec)
        ).notes
        assert probe(tmp_path / f"{codec}.mkv").pixel_aspect == Fraction(4, 3)
    report = transform_video(clip, tmp_path / "o.webm", same)
    assert any("4:3" in str(n) and "--size 85x48" in str(n) for n in report.notes)


@pytest.mark.parametrize("frames", [1, 2, 3])
@pytest.mark.parametrize("name", ["o.mp4", "o.mkv"])
def test_hevc_of_a_few_frames(make_clip, tmp_path, stamps_of, frames, name):
    """The encoder's decoding times are random there; a second try might have passed."""
    clip = make_clip("a.mp4", frames=frames)
    for _ in range(8):
        transform_video(
            clip, tmp_path / name, same, encoding=EncodingSettings("hevc"), overwrite=True
        )
        assert len(stamps_of(tmp_path / name)) == frames
    assert [float(s) for s in stamps_of(tmp_path / name)] == pytest.approx(
        [float(s) for s in stamps_of(clip)], abs=0.001
    )


def test_odd_sizes_are_noted(make_clip, tmp_path):
    report = transform_video(make_clip("a.mp4"), tmp_path / "o.mp4", same, size=(47, 33))
    assert (report.width, report.height) == (46, 32)
    assert "dropped" in report.notes[0].text


def test_a_clip_cut_off_is_reported(make_clip, tmp_path):
    clip = make_clip("a.mp4", frames=50, container_options={"movflags": "faststart"})
    clip.write_bytes(clip.read_bytes()[: clip.stat().st_size // 2])
    report = transform_video(clip, tmp_path / "o.mp4", same)
    assert report.frames < 50
    assert any("cut off" in note.text for note in report.notes)


def test_progress_counts_every_frame(make_clip, tmp_path):
    calls = []
    transform_video(
        make_clip("a.mp4", frames=7),
        tmp_path / "o.mp4",
        same,
        on_progress=lambda done, expected: calls.append((done, expected)),
    )
    assert calls == [(i, 7) for i in range(1, 8)]


@pytest.mark.parametrize("name", ["o.mp4", "o.gif", "pictures"])
@pytest.mark.parametrize("error", [ZeroDivisionError("style"), KeyboardInterrupt()])
def test_what_the_function_raises_leaves_nothing(make_clip, tmp_path, name, error):
    clip = make_clip("a.mp4", frames=30, sound="aac", seconds=1)
    count = 0

    def fail(frame):
        nonlocal count
        count += 1
        if count == 12:
            raise error
        return frame

    out = tmp_path / "out"
    with pytest.raises(type(error)):
        transform_video(
            clip,
            out / name,
            fail,
            encoding=EncodingSettings("png" if name == "pictures" else None),
        )
    assert list(out.iterdir()) == []
    assert not [t for t in threading.enumerate() if t.name.startswith("paintreel-")]


@pytest.mark.parametrize(
    "wrong",
    [
        lambda f: None,
        lambda f: f[:-1],
        lambda f: f.astype(np.float32),
        lambda f: f[..., 0],
    ],
)
def test_a_wrong_result_of_the_function_is_told(make_clip, tmp_path, wrong):
    with pytest.raises(InputError, match=r"must give a frame \(48, 64, 3\) uint8"):
        transform_video(make_clip("a.mp4"), tmp_path / "o.mp4", wrong)
    assert no_remains(tmp_path)


def test_turned_views_are_fine_results(make_clip, tmp_path):
    clip = make_clip("a.mp4", frames=2, size=(48, 48))
    transform_video(
        clip,
        tmp_path / "o.mkv",
        lambda f: f[::-1].transpose(1, 0, 2),
        encoding=EncodingSettings("ffv1"),
    )
    with read_frames(clip) as before, read_frames(tmp_path / "o.mkv") as after:
        assert np.array_equal(next(after).pixels, next(before).pixels[::-1].transpose(1, 0, 2))


def test_cancelling_stops_and_leaves_nothing(make_clip, tmp_path):
    cancel = threading.Event()
    seen = []

    def work(frame):
        seen.append(1)
        if len(seen) == 3:
            cancel.set()
        return frame

    with pytest.raises(CancelledError):
        transform_video(make_clip("a.mp4", frames=30), tmp_path / "o.mp4", work, cancel=cancel)
    assert len(seen) == 3
    assert not (tmp_path / "o.mp4").exists()
    assert no_remains(tmp_path)


def test_existing_files_are_kept_unless_told(make_clip, tmp_path):
    clip, out = make_clip("a.mp4"), tmp_path / "o.mp4"
    out.write_bytes(b"precious")
    with pytest.raises(OutputError, match="--overwrite"):
        transform_video(clip, out, same)
    with pytest.raises(ZeroDivisionError):
        transform_video(clip, out, lambda f: 1 / 0, overwrite=True)
    assert out.read_bytes() == b"precious"
    transform_video(clip, out, same, overwrite=True)
    assert probe(out).frames == 12


def test_the_output_is_never_the_input(make_clip, tmp_path):
    clip = make_clip("a.mp4")
    before = clip.read_bytes()
    (tmp_path / "link.mp4").symlink_to(clip)
    for name in ("a.mp4", "link.mp4"):
        with pytest.raises(OutputError, match="is the input"):
            transform_video(clip, tmp_path / name, same, overwrite=True)
    assert clip.read_bytes() == before


def test_bad_sources_leave_nothing(make_clip, tmp_path, sound_only):
    matrix = make_clip("m.mp4", frames=1, tags=(9, 14, 14, 1))
    out = tmp_path / "out"
    for source, error in (
        (tmp_path / "none.mp4", UnreadableFile),
        (sound_only, VideoError),
        (matrix, VideoError),
    ):
        with pytest.raises(error):
            transform_video(source, out / "o.mp4", same)
    assert not out.exists()


def test_an_encoder_that_refuses_is_an_output_error(make_clip, tmp_path, monkeypatch):
    narrow = replace(CODECS["h264"], options={"profile": "baseline"})
    monkeypatch.setitem(CODECS, "h264", narrow)
    with pytest.raises(OutputError, match=r"libx264 at 64x48 .*profile=baseline.*another codec"):
        transform_video(
            make_clip("a.mp4"),
            tmp_path / "o.mp4",
            same,
            encoding=EncodingSettings(pixel_format="yuv444p"),
        )
    assert no_remains(tmp_path)


def test_frames_in_memory_are_bounded(make_clip, tmp_path, monkeypatch):
    """However long the clip: decoding waits for a slow function and for a slow encoder."""
    clip = make_clip("a.mp4", frames=60, sound="aac", seconds=2.4)
    count = {"made": 0, "gone": 0, "most": 0}
    unpack, write = pixels_module.FrameUnpacker.__call__, writer_module.ClipWriter.write

    def counted_unpack(self, *args):
        count["made"] += 1
        count["most"] = max(count["most"], count["made"] - count["gone"])
        return unpack(self, *args)

    def slow_write(self, frame):
        time.sleep(0.002)
        write(self, frame)
        count["gone"] += 1

    monkeypatch.setattr(pixels_module.FrameUnpacker, "__call__", counted_unpack)
    monkeypatch.setattr(writer_module.ClipWriter, "write", slow_write)
    transform_video(clip, tmp_path / "o.mp4", same)
    assert count["made"] == count["gone"] == 60
    assert count["most"] <= 9  # three in each of two channels, one in each stage's hands


SLOW = """
import sys, time
from paintreel.media.video import TwoSteps, transform_video

def slow(frame):
    time.sleep(0.05)
    return frame

def tell(done, expected):
    print(done, flush=True)

transform_video(sys.argv[1], sys.argv[2], slow, on_progress=tell)
"""


@pytest.mark.parametrize(("how", "remains"), [(signal.SIGKILL, 1), (signal.SIGINT, 0)])
def test_killed_midway_no_half_clip_has_the_name(make_clip, tmp_path, how, remains):
    clip, out = make_clip("a.mp4", frames=100, sound="aac", seconds=4), tmp_path / "out" / "o.mp4"
    process = subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(SLOW), str(clip), str(out)],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    for line in process.stdout:
        if int(line) >= 20:
            break
    os.kill(process.pid, how)
    process.stdout.read()
    assert process.wait(20) != 0
    assert not out.exists()
    assert len(list(out.parent.iterdir())) == remains
    transform_video(clip, out, same)
    assert probe(out).frames == 100


def test_a_full_disk_is_an_output_error_and_leaves_nothing(make_clip, tmp_path):
    clip, out = make_clip("a.mp4", frames=40, size=(320, 240)), tmp_path / "out"
    script = """
    import resource, sys
    from paintreel.errors import OutputError
    from paintreel.media.video import EncodingSettings, transform_video
    resource.setrlimit(resource.RLIMIT_FSIZE, (20000, 20000))
    for codec, name in (("ffv1", "o.mkv"), (None, "o.mp4"), ("png", "pictures")):
        try:
            encoding = EncodingSettings(codec)
            transform_video(
                sys.argv[1], sys.argv[2] + "/" + name, lambda f: f, encoding=encoding
            )
        except OutputError as error:
            print(error)
    """
    run = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(script), str(clip), str(out)],
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert run.returncode == 0, run.stderr
    assert run.stdout.count("cannot write") == 3
    assert list(out.iterdir()) == []


def test_shared_clips_go_through(shared_data, tmp_path, packets_of, stamps_of):
    for name in ("flower.mp4", "sign-please.mkv"):
        clip = shared_data / "video" / name
        report = transform_video(clip, tmp_path / "o.mp4", same, size=(240, 134), overwrite=True)
        assert stamps_of(tmp_path / "o.mp4") == stamps_of(clip)
        assert report.frames == len(stamps_of(clip))
        if report.audio:
            before, after = packets_of(clip), packets_of(tmp_path / "o.mp4")
            assert after == before


def test_transparent_video_keeps_alpha_or_is_laid_on_white(make_clip, tmp_path):
    def content(_):
        rgba = np.full((48, 64, 4), (10, 90, 200, 255), np.uint8)
        rgba[:, :32, 3] = 0
        return av.VideoFrame.from_ndarray(rgba, format="rgba")

    clip = make_clip("a.mov", frames=3, codec="png", pix_fmt="rgba", content=content, options={})
    assert probe(clip).has_alpha
    report = transform_video(clip, tmp_path / "o.mp4", same)
    assert [note.kind for note in report.notes] == ["chroma-reduced", "alpha-lost"]
    assert report.notes[0].loss
    with read_frames(tmp_path / "o.mp4") as frames:
        pixels = next(frames).pixels
    assert pixels[:, 4:28].min() > 250
    assert np.abs(pixels[:, 40:].astype(int) - (10, 90, 200)).max() < 8
    assert not transform_video(clip, tmp_path / "o.webp", same).notes
    with read_frames(tmp_path / "o.webp") as frames:
        alpha = next(frames).alpha
    assert alpha[:, :30].max() == 0
    assert alpha[:, 34:].min() == 255


def test_interlaced_clips_are_noted(make_clip, tmp_path):
    clip = make_clip("i.mp4", frames=4, options={"x264-params": "tff=1"})
    assert probe(clip).interlaced
    report = transform_video(clip, tmp_path / "o.mp4", same)
    assert any("bwdif" in note.text for note in report.notes)
