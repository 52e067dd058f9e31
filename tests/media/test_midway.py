"""Clips that change midway, as recordings that were joined do: every frame, whole, in order."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest

from paintreel.media.clip import VideoInfo
from paintreel.media.reader import read_frames
from paintreel.media.restarts import SequenceWatch
from paintreel.media.video import transform_video

CODECS = ["libx264", "libx265", "mpeg2video", "mpeg4"]
FLAT = (200, 60, 40)


def same(frame: np.ndarray) -> np.ndarray:
    return frame


def flat(width: int, height: int, shade: int = 0) -> av.VideoFrame:
    pixels = np.empty((height, width, 3), np.uint8)
    pixels[...] = FLAT
    pixels[..., 2] += shade
    return av.VideoFrame.from_ndarray(pixels, format="rgb24").reformat(
        format="yuv420p", dst_colorspace="ITU601"
    )


def part(make_clip, name: str, size: tuple[int, int], codec: str = "libx264", **more) -> bytes:
    """A transport stream of ten frames of one colour, with B-frames."""
    options = {"bf": "2"} | ({"x265-params": "log-level=error"} if codec == "libx265" else {})
    clip = make_clip(
        name, frames=10, size=size, codec=codec, options=options,
        content=lambda index: flat(*size, shade=8 * index), time_base=Fraction(1, 25), **more,
    )  # fmt: skip
    return clip.read_bytes()


def joined(tmp_path: Path, *parts: bytes) -> Path:
    clip = tmp_path / "joined.ts"
    clip.write_bytes(b"".join(parts))
    return clip


@pytest.mark.parametrize("codec", CODECS)
def test_every_frame_comes_in_order_when_the_size_changes(make_clip, tmp_path, codec):
    parts = [
        part(make_clip, f"{i}.ts", size, codec)
        for i, size in enumerate([(64, 48), (96, 64), (64, 96), (64, 48)])
    ]
    clip = joined(tmp_path, *parts)
    with read_frames(clip) as frames:
        read = list(frames)
        (note,) = [n for n in frames.notes() if n.kind == "frames-fitted"]
    assert [round(f.time_s * 25) for f in read] == list(range(40))
    assert {f.pixels.shape for f in read} == {(48, 64, 3)}
    shades = [int(f.pixels[24, 32, 2]) // 8 for f in read]
    assert all(np.diff(shades[start : start + 10]).min() >= 0 for start in range(0, 40, 10))
    assert all(np.ptp(shades[start : start + 10]) >= 8 for start in range(0, 40, 10))
    assert (note.count, note.loss) == (20, True)
    assert "96x64, 64x96" in note.text
    assert frames.broken == 0


@pytest.mark.parametrize(
    ("size", "inside"),
    [
        ((96, 64), (slice(3, 45), slice(0, 64))),  # 64 x 43: bars above and below
        ((48, 64), (slice(0, 48), slice(14, 50))),  # 36 x 48: bars at the sides
        ((128, 96), (slice(0, 48), slice(0, 64))),  # the same shape: no bars
    ],
)
def test_later_frames_are_fitted_whole_with_bars(make_clip, tmp_path, size, inside):
    clip = joined(tmp_path, part(make_clip, "a.ts", (64, 48)), part(make_clip, "b.ts", size))
    with read_frames(clip) as frames:
        last = list(frames)[10].pixels.astype(int)
    assert np.abs(last[inside] - FLAT).mean() < 12
    outside = np.ones((48, 64), bool)
    outside[inside] = False
    assert last[outside].max(initial=0) <= 40 or last[outside].mean() < 20


def test_a_size_that_was_asked_for_holds_for_all(make_clip, tmp_path):
    clip = joined(tmp_path, part(make_clip, "a.ts", (64, 48)), part(make_clip, "b.ts", (96, 48)))
    report = transform_video(clip, tmp_path / "o.mp4", same, size=(128, 96))
    assert (report.width, report.height, report.frames) == (128, 96, 20)
    with read_frames(tmp_path / "o.mp4") as frames:
        last = list(frames)[-1].pixels
    assert last[8:12].max() < 40  # 128 x 64 in the middle
    assert last[24:72].mean() > 60


@pytest.mark.parametrize("aspect", [Fraction(2), Fraction(1, 2)])
def test_other_shapes_of_pixels_keep_the_shape_of_the_picture(make_clip, tmp_path, aspect):
    clip = joined(
        tmp_path,
        part(make_clip, "a.ts", (64, 48)),
        part(make_clip, "b.ts", (64, 48), pixel_aspect=aspect),
    )
    with read_frames(clip) as frames:
        last = list(frames)[-1].pixels
        assert [n.count for n in frames.notes() if n.kind == "frames-fitted"] == [10]
    bright = last.max(axis=2) > 100
    assert (bright.any(axis=1).sum(), bright.any(axis=0).sum()) == pytest.approx(
        (24, 64) if aspect == 2 else (48, 32), abs=1
    )


def test_what_stays_the_same_is_not_fitted(make_clip, tmp_path):
    clip = joined(
        tmp_path,
        part(make_clip, "a.ts", (64, 48), pixel_aspect=Fraction(4, 3)),
        part(make_clip, "b.ts", (64, 48), pixel_aspect=Fraction(4, 3)),
    )
    with read_frames(clip) as frames:
        assert len(list(frames)) == 20
        assert {n.kind for n in frames.notes()} == {"times-bridged"}


@pytest.mark.parametrize("pix_fmt", ["yuv444p", "yuv420p10le"])
def test_another_pixel_format_midway(make_clip, tmp_path, pix_fmt):
    second = make_clip(
        "b.ts", frames=10, pix_fmt=pix_fmt, options={"bf": "2"},
        content=lambda _: flat(64, 48).reformat(format=pix_fmt),
    ).read_bytes()  # fmt: skip
    clip = joined(tmp_path, part(make_clip, "a.ts", (64, 48)), second)
    with read_frames(clip) as frames:
        read = list(frames)
    assert len(read) == 20
    assert np.abs(read[-1].pixels.astype(int) - FLAT).mean() < 3


def test_other_primaries_midway_are_brought_to_the_first(make_clip, tmp_path):
    """The same numbers mean other colours in BT.2020; what is untagged stays as it is."""
    plain = part(make_clip, "a.ts", (64, 48), tags=(1, 1, 6, 1))
    wide = part(make_clip, "b.ts", (64, 48), tags=(9, 14, 6, 1))
    untagged = part(make_clip, "c.ts", (64, 48))
    with read_frames(joined(tmp_path, plain, wide, untagged)) as frames:
        read = [frame.pixels.astype(int) for frame in frames]
        (note,) = [n for n in frames.notes() if n.kind == "colours-converted"]
    assert (note.count, note.loss) == (10, False)
    assert np.abs(read[0] - read[20]).max() <= 2
    # Saturated red of BT.2020 is more than BT.709 has: red grows, green falls.
    assert read[10][24, 32, 0] > read[0][24, 32, 0] + 10
    assert read[10][24, 32, 1] < read[0][24, 32, 1] - 10


def test_another_matrix_and_range_midway_are_undone(make_clip, tmp_path, flat_frame):
    """Stored numbers of the same colour, by two conventions."""
    limited = make_clip(
        "a.ts", frames=10, tags=(1, 1, 1, 1), content=lambda _: flat_frame(126, 128, 128, 64, 48)
    ).read_bytes()
    full = make_clip(
        "b.ts", frames=10, tags=(1, 1, 6, 2), content=lambda _: flat_frame(128, 128, 128, 64, 48)
    ).read_bytes()
    with read_frames(joined(tmp_path, limited, full)) as frames:
        read = [frame.pixels.astype(int) for frame in frames]
    assert len(read) == 20
    assert np.abs(read[0] - read[-1]).max() <= 1


def test_high_range_midway_is_tone_mapped(make_clip, tmp_path):
    plain = part(make_clip, "a.ts", (64, 48), tags=(1, 1, 6, 1))
    bright = part(make_clip, "b.ts", (64, 48), tags=(9, 16, 9, 1))
    for parts in ((plain, bright), (bright, plain)):
        report = transform_video(joined(tmp_path, *parts), tmp_path / "o.mp4", same, overwrite=True)
        mapped = [n.count for n in report.notes if n.kind == "tone-mapped"]
        assert (report.frames, mapped) == (20, [10])
        with read_frames(tmp_path / "o.mp4") as frames:
            assert frames.info.tags.primaries == 1
            assert not frames.info.hdr


def test_the_watch_takes_repeated_headers_for_no_change(make_clip):
    """Streams repeat their parameters at every key frame, so that one can join in."""
    clip = make_clip("a.ts", frames=30, options={"g": "5", "bf": "0"})
    watch = SequenceWatch("h264")
    with av.open(str(clip)) as container:
        begun = sum(watch(packet) for packet in container.demux(video=0) if packet.size)
    assert begun == 0


OTHERS = {
    "libx264": "h264", "libx265": "hevc", "mpeg2video": "mpeg2video",
    "mpeg4": "mpeg4",
}  # fmt: skip


@pytest.mark.parametrize("sound", [None, "aac"])
@pytest.mark.parametrize("other", OTHERS)
@pytest.mark.parametrize("codec", ["libx264", "libx265", "mpeg2video", "mpeg4"])
def test_a_second_recording_in_another_codec_is_named(make_clip, tmp_path, codec, other, sound):
    more = {"sound": sound, "seconds": 0.4} if sound else {}
    first = part(make_clip, "a.ts", (64, 48), codec, **more)
    second = part(make_clip, "b.ts", (64, 48), other, **more)
    clip = joined(tmp_path, first, second, first)
    report = transform_video(clip, tmp_path / "o.mp4", same)
    left_out = [n for n in report.notes if n.kind == "other-codec-left-out"]
    if OTHERS[other] == OTHERS[codec]:
        assert (report.frames, left_out) == (30, [])
        return
    (note,) = left_out
    assert note.loss
    # Of recordings as short as these FFmpeg may take that of MPEG-4 for the first.
    left = OTHERS[codec] if other == "mpeg4" else OTHERS[other]
    assert f"a recording in another codec ({left}) left out" in note.text


@pytest.mark.parametrize(("codec", "other"), [("libx264", "mpeg2video"), ("mpeg2video", "libx264")])
def test_what_follows_the_recording_in_another_codec_is_shown(make_clip, tmp_path, codec, other):
    first = part(make_clip, "a.ts", (64, 48), codec)
    clip = joined(tmp_path, first, part(make_clip, "b.ts", (64, 48), other), first)
    report = transform_video(clip, tmp_path / "o.mp4", same)
    assert 18 <= report.frames <= 20
    assert [n.loss for n in report.notes if n.kind == "other-codec-left-out"] == [True]


def test_bars_of_a_transparent_clip_are_transparent(tmp_path):
    from paintreel.media.colour_tags import BT709
    from paintreel.media.uniform import UniformFrames

    info = VideoInfo(
        32, 32, None, None, None, "ffv1", "bgra", "matroska", BT709.for_rgb(), Fraction(1, 25)
    )
    uniform = UniformFrames(tmp_path / "a.mkv", info, 32, 32)
    rgba = np.full((16, 32, 4), 255, np.uint8)
    pixels, alpha = uniform(av.VideoFrame.from_ndarray(rgba, format="rgba"), None)
    assert pixels.shape == (32, 32, 3)
    assert (alpha[2, 5], alpha[16, 5]) == (0, 255)
