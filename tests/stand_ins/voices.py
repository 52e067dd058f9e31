"""Voices of known pitch and rate, music, and files of them, for tests."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import av
import numpy as np

from paintreel.audio.sound import Sound

RATE_HZ = 16_000


def vowel(hz: np.ndarray, rate_hz: int = RATE_HZ) -> np.ndarray:
    """A buzz of falling harmonics with the pitch `hz` at every sample; (N,) float64."""
    phase = 2 * np.pi * np.cumsum(hz) / rate_hz
    return sum(np.sin(k * phase) / k**1.2 for k in range(1, 12)) * 0.15


def spoken(syllables: int, length_s: float, *, low_hz: float = 110, seed: int = 0) -> Sound:
    """Syllables of gliding pitch, evenly spread: no words, but the rhythm of some."""
    rng = np.random.default_rng(seed)
    t = np.arange(round(length_s * RATE_HZ)) / RATE_HZ
    glide = 1 + 0.25 * np.sin(2 * np.pi * 0.7 * t + rng.uniform(0, 6)) + 0.08 * np.sin(9 * t)
    envelope = np.sin(np.pi * syllables * t / length_s) ** 2
    return Sound((vowel(low_hz * glide) * envelope).astype(np.float32), RATE_HZ)


def melody(voices: int, seed: int) -> Sound:
    """Two seconds of struck notes that hold their pitch."""
    rng = np.random.default_rng(seed)
    out = np.zeros(RATE_HZ * 3)
    for _ in range(voices):
        at = 0
        while at < 2 * RATE_HZ:
            length = round(rng.choice([0.2, 0.3, 0.5, 0.8]) * RATE_HZ)
            hz = np.full(length, 110 * 2 ** (rng.integers(0, 25) / 12))
            t = np.arange(length) / RATE_HZ
            out[at : at + length] += vowel(hz) * np.exp(-2 * t) * np.minimum(1, 100 * t)
            at += length
    out = out[: 2 * RATE_HZ]
    return Sound((out / np.abs(out).max() * 0.5).astype(np.float32), RATE_HZ)


def write_sound(
    path: Path,
    channels: np.ndarray,
    rate_hz: int = RATE_HZ,
    *,
    codec: str | None = None,
    container_format: str | None = None,
) -> Path:
    """Encode (C, N) floats as the suffix, or `codec`, says."""
    codec = codec or {
        ".wav": "pcm_s16le", ".flac": "flac", ".mp3": "libmp3lame", ".ogg": "libopus",
        ".opus": "libopus", ".m4a": "aac", ".mp4": "aac", ".aiff": "pcm_s16be", ".mkv": "flac",
    }[path.suffix]  # fmt: skip
    layout = {1: "mono", 2: "stereo", 6: "5.1"}[len(channels)]
    with av.open(str(path), "w", format=container_format) as output:
        stream = output.add_stream(codec, rate=rate_hz, layout=layout)
        stream.codec_context.open()
        resampler = av.AudioResampler(stream.codec_context.format, layout, rate_hz)
        size = stream.codec_context.frame_size or 1024
        for start in range(0, channels.shape[1], size):
            piece = np.ascontiguousarray(channels[:, start : start + size], np.float32)
            frame = av.AudioFrame.from_ndarray(piece, format="fltp", layout=layout)
            frame.sample_rate, frame.pts, frame.time_base = rate_hz, start, Fraction(1, rate_hz)
            for ready in resampler.resample(frame):
                output.mux(stream.encode(ready))
        output.mux(stream.encode(None))
    return path


def with_cover(sound_file: Path, picture: Path, path: Path) -> Path:
    """The sound at `path`, with a picture attached as its cover."""
    with (
        av.open(str(sound_file)) as sound,
        av.open(str(picture)) as art,
        av.open(str(path), "w") as out,
    ):
        to_sound = out.add_stream_from_template(sound.streams.audio[0])
        to_art = out.add_stream_from_template(art.streams.video[0])
        to_art.disposition = av.stream.Disposition.attached_pic
        packets = [(to_art, p) for p in art.demux() if p.dts is not None]
        packets += [(to_sound, p) for p in sound.demux() if p.dts is not None]
        for stream, packet in packets:
            packet.stream = stream
            out.mux(packet)
    return path
