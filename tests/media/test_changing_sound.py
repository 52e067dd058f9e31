"""Sound that becomes another midway, as in joined recordings: all of it, at its own pitch."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest

from paintreel.media.sound_headers import SoundKind, changes_of_sound, sound_kind
from paintreel.media.video import transform_video

TONE_HZ = 440
RATE = 48_000


def same(frame: np.ndarray) -> np.ndarray:
    return frame


def part(path: Path, codec: str, rate: int, layout: str = "stereo", seconds: int = 2) -> Path:
    """A clip of MPEG-4 with a tone in every channel."""
    with av.open(str(path), "w") as out:
        video = out.add_stream("mpeg4", rate=25, width=32, height=32, pix_fmt="yuv420p")
        sound = out.add_stream(codec, rate=rate, layout=layout)
        context = sound.codec_context
        context.open()
        times = np.arange(seconds * rate) / rate
        wave = (np.sin(2 * np.pi * TONE_HZ * times) * 0.3).astype(np.float32)
        samples = np.repeat(wave, context.layout.nb_channels)[None]
        frame = av.AudioFrame.from_ndarray(samples, format="flt", layout=layout)
        frame.sample_rate, frame.pts, frame.time_base = rate, 0, Fraction(1, rate)
        resampler = av.AudioResampler(
            context.format, context.layout, rate, frame_size=context.frame_size or None
        )
        pieces = [*resampler.resample(frame), *resampler.resample(None)]
        for index in range(25 * seconds):
            picture = av.VideoFrame(32, 32, "yuv420p")
            picture.pts, picture.time_base = index, Fraction(1, 25)
            out.mux(video.encode(picture))
            while pieces and pieces[0].pts / rate <= index / 25:
                out.mux(sound.encode(pieces.pop(0)))
        out.mux(video.encode(None))
        for piece in pieces:
            out.mux(sound.encode(piece))
        out.mux(sound.encode(None))
    return path


def joined(tmp_path: Path, *kinds: tuple, suffix: str = ".ts") -> Path:
    clip = tmp_path / f"joined{suffix}"
    parts = [part(tmp_path / f"{i}{suffix}", *kind) for i, kind in enumerate(kinds)]
    clip.write_bytes(b"".join(path.read_bytes() for path in parts))
    return clip


def heard(path: Path) -> np.ndarray:
    """What a player plays, of one channel, `RATE` samples a second from the start."""
    resampler = av.AudioResampler("fltp", "mono", RATE)
    with av.open(str(path)) as clip:
        frames = list(clip.decode(audio=0))
    assert len({(f.sample_rate, f.layout.nb_channels) for f in frames}) == 1
    pieces = [p.to_ndarray()[0] for f in frames for p in resampler.resample(f)]
    return np.concatenate(pieces)


def pitch_hz(wave: np.ndarray) -> float:
    spectrum = np.abs(np.fft.rfft(wave * np.hanning(len(wave))))
    return float(spectrum.argmax() * RATE / len(wave))


JOINS = [
    [("aac", 44_100), ("aac", 22_050)],
    [("aac", 44_100), ("aac", 48_000)],
    [("aac", 48_000, "mono"), ("aac", 48_000, "stereo")],
    [("aac", 48_000), ("mp2", 48_000), ("aac", 48_000)],
    [("mp2", 48_000), ("aac", 44_100), ("mp2", 48_000)],
    [("ac3", 48_000, "5.1"), ("ac3", 48_000, "stereo")],
    [("libmp3lame", 44_100), ("libmp3lame", 24_000, "mono")],
]


@pytest.mark.parametrize("target", ["o.mp4", "o.mov", "o.mkv", "o.webm"])
@pytest.mark.parametrize("kinds", JOINS)
def test_every_part_is_heard_at_its_pitch(tmp_path, kinds, target):
    report = transform_video(joined(tmp_path, *kinds), tmp_path / target, same)
    assert report.frames == 50 * len(kinds)
    (note,) = [n for n in report.notes if n.kind == "sound-reencoded"]
    assert "changes midway, from" in note.text
    assert not [n for n in report.notes if n.loss]
    wave = heard(tmp_path / target)
    assert len(wave) / RATE == pytest.approx(2 * len(kinds), abs=0.3)
    for index in range(len(kinds)):
        middle = wave[round((2 * index + 0.5) * RATE) : round((2 * index + 1.5) * RATE)]
        assert np.abs(middle).max() > 0.1
        assert pitch_hz(middle) == pytest.approx(TONE_HZ, abs=2)


def test_program_streams_are_watched_as_well(tmp_path):
    clip = joined(tmp_path, ("mp2", 48_000), ("mp2", 32_000), suffix=".mpg")
    report = transform_video(clip, tmp_path / "o.mkv", same)
    assert report.audio == (
        "mp2 encoded as flac: it changes midway, from mp2 of 48000 Hz, 2 channels to "
        "mp2 of 32000 Hz, 2 channels; all becomes 48000 Hz, stereo",
    )
    assert pitch_hz(heard(tmp_path / "o.mkv")[round(2.5 * RATE) : round(3.5 * RATE)]) == (
        pytest.approx(TONE_HZ, abs=2)
    )


@pytest.mark.parametrize("codec", ["aac", "ac3", "libmp3lame"])
def test_what_stays_the_same_is_copied(tmp_path, codec):
    clip = joined(tmp_path, (codec, 48_000), (codec, 48_000))
    assert changes_of_sound(clip) == {}
    report = transform_video(clip, tmp_path / "o.mkv", same)
    assert report.audio[0].endswith("copied")


@pytest.mark.parametrize(
    ("codec", "rate", "layout"),
    [
        (codec, rate, layout)
        for codec in ("aac", "mp2", "libmp3lame", "ac3", "eac3")
        for rate in (48_000, 44_100, 32_000)
        for layout in ("mono", "stereo", "5.1")
        if layout != "5.1" or codec not in ("mp2", "libmp3lame")
    ],
)
def test_headers_say_what_the_decoder_says(tmp_path, codec, rate, layout):
    clip = part(tmp_path / "a.ts", codec, rate, layout, seconds=1)
    name = "mp3" if codec == "libmp3lame" else codec
    with av.open(str(clip)) as container:
        found = {sound_kind(bytes(p)) for p in container.demux(audio=0) if p.size}
    assert found == {SoundKind(name, rate, av.AudioLayout(layout).nb_channels)}


@pytest.mark.parametrize(
    "data", [b"", b"\xff", bytes(100), b"\xff\xf1" + b"\xff" * 50, b"OggS1234"]
)
def test_what_is_no_header_says_nothing(data):
    assert sound_kind(data) is None
