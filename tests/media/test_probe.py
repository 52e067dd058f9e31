from __future__ import annotations

import os
from fractions import Fraction

import av
import pytest

from paintreel.errors import PictureTooLarge, UnreadableFile, VideoError
from paintreel.media.colour_tags import BT601, BT709
from paintreel.media.probe import is_video, probe


def test_a_clip_is_described(make_clip):
    info = probe(make_clip("a.mp4", frames=10, size=(64, 48), sound="aac", rotation=90))
    assert (info.width, info.height, info.rotation_deg) == (48, 64, 90)
    assert (info.frames, info.expected_frames) == (10, 10)
    assert info.duration_s == pytest.approx(0.4, abs=0.05)
    assert (info.codec, info.pixel_format) == ("h264", "yuv420p")
    assert (info.has_audio, info.audio, info.subtitles) == (True, ("aac",), ())
    assert not info.hdr
    assert not info.variable_rate
    assert info.time_base == Fraction(1, 12800)


def test_variable_rate_is_noticed(make_clip):
    assert probe(make_clip("v.mp4", pts=[0, 100, 700, 1300, 5000, 5010, 9999, 20000])).variable_rate


def test_frames_of_matroska_are_estimated(make_clip):
    info = probe(make_clip("a.mkv", frames=10, time_base=Fraction(1, 1000)))
    assert info.frames is None
    assert info.expected_frames == 10
    assert info.duration_s == pytest.approx(0.4)


@pytest.mark.parametrize(
    ("size", "tags", "expected"),
    [
        ((32, 718), None, BT601),
        ((32, 720), None, BT709),
        ((32, 718), (1, 1, 1, 1), BT709),
        ((32, 720), (6, 6, 6, 1), BT601),
    ],
)
def test_untagged_goes_by_height_and_tags_win(make_clip, size, tags, expected):
    assert probe(make_clip("t.mp4", frames=1, size=size, tags=tags)).tags == expected


def test_full_range_is_read_from_the_tag(make_clip):
    assert probe(make_clip("f.mp4", frames=1, tags=(1, 1, 1, 2))).tags.full_range


@pytest.mark.parametrize(("transfer", "name"), [(16, "PQ"), (18, "HLG")])
def test_hdr_is_told(make_clip, transfer, name):
    info = probe(make_clip("h.mp4", frames=1, pix_fmt="yuv420p10le", tags=(9, transfer, 9, 1)))
    assert info.hdr
    assert info.tags.hdr.startswith(name)


def test_anamorphic_pixels_turn_with_the_picture(make_clip):
    info = probe(make_clip("a.mp4", frames=2, rotation=90, pixel_aspect=Fraction(4, 3)))
    assert (info.width, info.height, info.pixel_aspect) == (48, 64, Fraction(3, 4))


BAD_FILES = {
    "empty": (b"", "empty"),
    "zeros": (bytes(5000), "zeros"),
    "text": (b"hello, this is no clip\n" * 50, "no clip"),
    "png": (b"\x89PNG\r\n\x1a\n" + bytes(100), "still picture"),
    "playlist": (b"#EXTM3U\n#EXTINF:10,\nfile:///etc/hostname\n#EXT-X-ENDLIST\n", "no clip"),
    "concat": (b"ffconcat version 1.0\nfile '/etc/hostname'\n", "no clip"),
    "noise": (bytes(range(1, 256)) * 100, "no clip"),
    "header only": (b"\x00\x00\x00\x20ftypisom\x00\x00\x02\x00isomiso2avc1mp41", "no clip"),
    "gif of nothing": (b"GIF89a", "damaged"),
}


@pytest.mark.parametrize(("content", "reason"), BAD_FILES.values(), ids=BAD_FILES)
def test_what_is_no_clip_is_refused_with_the_reason(tmp_path, content, reason):
    path = tmp_path / "clip.mp4"
    path.write_bytes(content)
    with pytest.raises(UnreadableFile, match=reason) as caught:
        probe(path)
    assert caught.value.path == str(path)
    assert not is_video(path)


def test_missing_files_and_folders_are_named(tmp_path):
    with pytest.raises(UnreadableFile, match="no such file"):
        probe(tmp_path / "nothing.mp4")
    with pytest.raises(UnreadableFile, match="folder"):
        probe(tmp_path)
    assert not is_video(tmp_path)


def test_sound_alone_is_no_video(sound_only):
    with pytest.raises(VideoError, match="no video stream, only audio"):
        probe(sound_only)
    assert not is_video(sound_only)


def test_a_cover_picture_is_no_video(tmp_path, sound_only):
    cover = tmp_path / "cover.m4a"
    with av.open(str(sound_only)) as source, av.open(str(cover), "w", format="mp4") as output:
        sound = output.add_stream_from_template(source.streams.audio[0])
        art = output.add_stream("png", width=8, height=8, pix_fmt="rgb24")
        art.disposition = av.stream.Disposition.attached_pic
        for packet in source.demux(audio=0):
            if packet.size:
                packet.stream = sound
                output.mux(packet)
        frame = av.VideoFrame(8, 8, "rgb24")
        output.mux(art.encode(frame))
        output.mux(art.encode(None))
    with pytest.raises(VideoError, match="no video stream"):
        probe(cover)


def test_frames_too_large_are_refused_before_decoding(make_clip):
    clip = make_clip("big.mp4", frames=1, size=(64, 48))
    with pytest.raises(PictureTooLarge, match="--max-pixels"):
        probe(clip, max_pixels=64 * 48 - 1)
    assert probe(clip, max_pixels=64 * 48).width == 64


def test_a_stream_that_never_decodes_is_a_video_error(make_clip):
    clip = make_clip("dark.mkv", frames=3)
    data = bytearray(clip.read_bytes())
    with av.open(str(clip)) as container:
        for packet in container.demux(video=0):
            if packet.size:
                start = data.index(bytes(packet))
                data[start : start + packet.size] = os.urandom(packet.size)
    clip.write_bytes(data)
    with pytest.raises((VideoError, UnreadableFile), match=r"decode|damaged"):
        probe(clip)


def test_names_are_never_addresses(tmp_path, monkeypatch, make_clip):
    clip = make_clip("plain.mp4", frames=1)
    monkeypatch.chdir(tmp_path)
    for name in ("concat:a.mp4", "http:a.mp4", "-i.mp4"):
        clip.rename(tmp_path / name)
        clip = tmp_path / name
        assert probe(name).width == 64
        assert is_video(name)


def test_the_shared_clips_are_described(shared_data):
    info = probe(shared_data / "video" / "big-buck-bunny.mp4")
    assert (info.width, info.height, info.rate, info.audio) == (1280, 720, 25, ("aac",))
    assert info.tags == BT709
    assert probe(shared_data / "video" / "sign-again.mkv").tags.full_range
    gif = probe(shared_data / "video" / "head-pose.gif")
    assert (gif.width, gif.height, gif.frames, gif.loop) == (480, 270, 62, 0)
