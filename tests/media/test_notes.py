"""What is not kept as it was is said, once a kind; see `paintreel.notes`."""

from __future__ import annotations

import os
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest
from PIL import Image

from paintreel.errors import InputError, OutputError, UnreadableFile
from paintreel.media.encoding_settings import EncodingSettings
from paintreel.media.probe import probe
from paintreel.media.video import transform_video


def same(frame: np.ndarray) -> np.ndarray:
    return frame


def kinds(report: object) -> dict[str, bool]:
    """Kinds of notes, and whether they are of a loss."""
    return {note.kind: note.loss for note in report.notes}


@pytest.mark.parametrize("name", ["a.mp4", "a.mkv", "a.ts"])
def test_damaged_bytes_in_the_middle_are_told(make_clip, tmp_path, name):
    clip = make_clip(name, frames=48, size=(160, 120), sound="aac", seconds=1.9)
    data = bytearray(clip.read_bytes())
    rng = np.random.default_rng(3)
    for at in rng.integers(len(data) // 3, 2 * len(data) // 3, 60):
        data[at] = rng.integers(256)
    clip.write_bytes(data)
    report = transform_video(clip, tmp_path / "o.mp4", same)
    missing = 48 - report.frames
    assert missing > 0
    lost = sum(n.count for n in report.notes if n.loss)
    assert lost >= missing - 2


def with_streams(path: Path, clip: Path, **extra: object) -> Path:
    """The clip with what `extra` names beside: its picture twice, a cover, labels."""
    with (
        av.open(str(clip)) as source,
        av.open(str(path), "w", options=extra.get("options") or {}) as out,
    ):
        out.metadata.update(extra.get("words") or {})
        copies = {s.index: [out.add_stream_from_template(s)] for s in source.streams}
        picture = source.streams.video[0]
        if extra.get("twice"):
            copies[picture.index].append(out.add_stream_from_template(picture))
        if extra.get("cover"):
            cover = out.add_stream("png", rate=1, width=16, height=16, pix_fmt="rgb24")
            cover.disposition = av.stream.Disposition.attached_pic
        for index, words in (extra.get("labels") or {}).items():
            copies[index][0].metadata.update(words)
        if extra.get("cover"):
            frame = av.VideoFrame(16, 16, "rgb24")
            frame.pts, frame.time_base = 0, Fraction(1, 25)
            out.mux(cover.encode(frame))
            out.mux(cover.encode(None))
        for packet in source.demux():
            if not packet.size:
                continue
            for copy in copies[packet.stream_index][1:]:
                again = av.Packet(bytes(packet))
                again.pts, again.dts, again.duration = packet.pts, packet.dts, packet.duration
                again.time_base, again.stream = packet.time_base, copy
                again.is_keyframe = packet.is_keyframe
                out.mux(again)
            packet.stream = copies[packet.stream_index][0]
            out.mux(packet)
    return path


def test_a_second_picture_and_a_cover_are_named(make_clip, tmp_path):
    plain = make_clip("p.mp4", frames=10)
    clip = with_streams(tmp_path / "two.mkv", plain, twice=True)
    assert kinds(transform_video(clip, tmp_path / "o.mp4", same)) == {"video-left-out": True}
    clip = with_streams(tmp_path / "cover.mp4", plain, cover=True)
    assert kinds(transform_video(clip, tmp_path / "o.mkv", same)) == {"cover-left-out": True}


@pytest.mark.parametrize("target", ["o.mp4", "o.mov", "o.mkv", "o.webm"])
@pytest.mark.parametrize("source", ["s.mkv", "s.mov", "s.mp4"])
def test_language_and_title_of_picture_and_sound_are_kept(make_clip, tmp_path, source, target):
    labels = {0: {"language": "jpn", "title": "Angle 1"}, 1: {"language": "ger", "title": "Ton"}}
    plain = make_clip("p.mp4", frames=10, sound="aac")
    clip = with_streams(tmp_path / source, plain, labels=labels)
    transform_video(clip, tmp_path / target, same)
    with av.open(str(tmp_path / target)) as out:
        for stream, words in zip(out.streams, labels.values(), strict=True):
            given = {name.lower(): text for name, text in stream.metadata.items()}
            assert given["language"] == words["language"]
            assert given.get("title", given.get("name")) == words["title"]


@pytest.mark.parametrize("language", ["hrv", "deu"])
def test_a_language_that_mov_has_no_code_for_is_named(make_clip, tmp_path, language):
    labels = {0: {"language": language}}
    clip = with_streams(tmp_path / "s.mkv", make_clip("p.mp4", frames=4), labels=labels)
    assert kinds(transform_video(clip, tmp_path / "o.mp4", same)) == {}
    lost = {"language-left-out": True} if language == "hrv" else {}
    assert kinds(transform_video(clip, tmp_path / "o.mov", same)) == lost


@pytest.mark.parametrize("target", ["o.mov", "o.mp4", "o.mkv"])
def test_where_a_telephone_was_is_kept(make_clip, tmp_path, target):
    key, place = "com.apple.quicktime.location.ISO6709", "+48.8577+002.295+035.000/"
    clip = with_streams(
        tmp_path / "phone.mov", make_clip("p.mp4", frames=5), words={key: place, "title": "Trip"},
        options={"movflags": "use_metadata_tags"},
    )  # fmt: skip
    transform_video(clip, tmp_path / target, same)
    with av.open(str(tmp_path / target)) as out:
        given = {name.lower(): text for name, text in out.metadata.items()}
    assert given[key.lower()] == place
    assert given["location"].startswith("+48.8577+002.295")
    assert given["title"] == "Trip"


@pytest.mark.parametrize(
    ("target", "codec", "count"),
    [("o.mkv", None, 0), ("o.webm", None, 0), ("o.mp4", None, 1), ("o.mov", None, 1),
     ("o.gif", None, 2), ("o.webp", None, 2), ("o", "png", 2)],
)  # fmt: skip
def test_words_that_have_no_place_are_named(make_clip, tmp_path, target, codec, count):
    words = {"title": "Morevna", "DIRECTED_BY": "Konstantin"}
    clip = with_streams(tmp_path / "w.mkv", make_clip("p.mp4", frames=4), words=words)
    report = transform_video(clip, tmp_path / target, same, encoding=EncodingSettings(codec))
    lost = [note for note in report.notes if note.kind == "metadata-left-out"]
    assert sum(note.count for note in lost) == count
    assert all("DIRECTED_BY" in note.text and note.loss for note in lost)


@pytest.mark.parametrize(("target", "codec"), [("o.gif", None), ("o.webp", None), ("o", "png")])
def test_sound_that_has_no_place_is_named_unless_unwanted(make_clip, tmp_path, target, codec):
    clip = make_clip("s.mp4", frames=5, sound="aac")
    report = transform_video(
        clip, tmp_path / target, same, encoding=EncodingSettings(codec), fps=25
    )
    assert kinds(report) == {"sound-left-out": True}
    report = transform_video(
        clip,
        tmp_path / target,
        same,
        encoding=EncodingSettings(codec),
        fps=25,
        audio=False,
        overwrite=True,
    )
    assert report.notes == ()


def test_full_chroma_is_kept_or_told(make_clip, tmp_path):
    clip = make_clip("d.mp4", frames=4, pix_fmt="yuv444p")
    assert kinds(transform_video(clip, tmp_path / "o.mp4", same)) == {"chroma-reduced": True}
    report = transform_video(
        clip, tmp_path / "whole.mp4", same, encoding=EncodingSettings(pixel_format="yuv444p")
    )
    assert (kinds(report), probe(tmp_path / "whole.mp4").pixel_format) == ({}, "yuv444p")
    report = transform_video(clip, tmp_path / "o.mov", same, encoding=EncodingSettings("prores"))
    assert (kinds(report), probe(tmp_path / "o.mov").pixel_format[:7]) == ({}, "yuv444p")


def test_an_animation_of_full_colour_says_what_a_clip_loses(tmp_path):
    first, second = (Image.new("RGB", (32, 24), shade) for shade in ((255, 0, 0), (0, 0, 255)))
    for name, told in (("a.gif", {"chroma-reduced": True}), ("a.webp", {})):
        first.save(tmp_path / name, save_all=True, append_images=[second], duration=100)
        report = transform_video(tmp_path / name, tmp_path / "o.mp4", same, overwrite=True)
        assert kinds(report) == told  # a WebP may have had no more itself


def test_ten_bits_that_become_eight_are_told(make_clip, tmp_path):
    clip = make_clip("d.mp4", frames=2, pix_fmt="yuv420p10le")
    assert probe(clip).bits == 10
    report = transform_video(
        clip, tmp_path / "o.mp4", same, encoding=EncodingSettings(pixel_format="yuv420p10le")
    )
    assert kinds(report) == {"bits-reduced": True}


@pytest.mark.parametrize(
    ("name", "codec", "size"),
    [
        ("o.mp4", "h264", (16_386, 64)),
        ("o.mp4", "hevc", (14, 64)),
        ("o.mkv", "av1", (64, 8_706)),
        ("o.webp", None, (16_384, 4)),
        ("o.gif", None, (4, 65_536)),
        ("o.mov", "prores", (65_536, 4)),
    ],
)
def test_sizes_that_a_format_does_not_have_are_refused_before_painting(
    make_clip, tmp_path, name, codec, size
):
    def never(frame):
        raise AssertionError

    with pytest.raises(InputError, match=r"too (large|small) for .*pixels; use a"):
        transform_video(
            make_clip("a.mp4"),
            tmp_path / name,
            never,
            encoding=EncodingSettings(codec),
            size=size,
        )


def test_pipes_and_devices_are_refused_at_once(make_clip, tmp_path):
    clip, pipe = make_clip("a.mp4"), tmp_path / "pipe.mp4"
    os.mkfifo(pipe)
    for source in (pipe, Path("/dev/zero"), Path("/dev/null")):
        with pytest.raises(UnreadableFile, match="pipe or a device"):
            transform_video(source, tmp_path / "o.mp4", same)
    for overwrite in (False, True):
        with pytest.raises(OutputError, match="pipe or a device"):
            transform_video(clip, pipe, same, overwrite=overwrite)
    assert pipe.is_fifo()
