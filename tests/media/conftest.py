"""Tiny clips of every kind that the tests need, made on the spot."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest
from av.video.reformatter import Interpolation

BT709 = (1, 1, 1, 1)
"""primaries, transfer, matrix, range (1 limited, 2 full)."""


ACCURATE = (
    Interpolation.BILINEAR
    | Interpolation.ACCURATE_RND
    | Interpolation.FULL_CHR_H_INT
    | Interpolation.FULL_CHR_H_INP
)


def picture(index: int, width: int, height: int) -> np.ndarray:
    """A smooth coloured picture that moves with `index`: (height, width, 3) uint8."""
    y, x = np.mgrid[0:height, 0:width].astype(np.float64)
    phase = index / 6
    red = 128 + 90 * np.sin(x / width * 4 + phase)
    green = 128 + 90 * np.sin(y / height * 3 - phase)
    blue = 128 + 90 * np.cos((x + y) / (width + height) * 5 + phase)
    return np.stack([red, green, blue], axis=-1).round().astype(np.uint8)


def yuv_frame(
    y: int, u: int, v: int, width: int, height: int, fmt: str = "yuv420p"
) -> av.VideoFrame:
    """A frame of one colour, given by its stored numbers."""
    frame = av.VideoFrame(width, height, fmt)
    for plane, value in zip(frame.planes, (y, u, v), strict=True):
        plane.update(bytes([value]) * plane.buffer_size)
    return frame


def _add_sound(output: av.container.OutputContainer, codec: str) -> av.AudioStream:
    # FFmpeg's own Vorbis encoder calls itself experimental.
    return output.add_stream(codec, rate=48000, layout="stereo", options={"strict": "-2"})


def _encode_sound(stream: av.AudioStream, seconds: float) -> list[av.Packet]:
    context = stream.codec_context
    context.open()
    size = context.frame_size or 1024
    packets = []
    for start in range(0, int(seconds * 48000), size):
        times = (start + np.arange(size)) / 48000
        wave = np.sin(2 * np.pi * 440 * times) * 0.3
        samples = np.stack([wave, -wave]).astype(np.float32)
        frame = av.AudioFrame.from_ndarray(samples, format="fltp", layout="stereo")
        frame.sample_rate, frame.pts, frame.time_base = 48000, start, Fraction(1, 48000)
        if context.format.name != "fltp":
            resampler = av.AudioResampler(context.format, context.layout, 48000)
            packets += [p for f in resampler.resample(frame) for p in stream.encode(f)]
        else:
            packets += stream.encode(frame)
    return packets + stream.encode(None)


def write_clip(
    path: Path,
    *,
    frames: int = 12,
    size: tuple[int, int] = (64, 48),
    codec: str = "libx264",
    pix_fmt: str = "yuv420p",
    pts: Sequence[int] | None = None,
    time_base: Fraction = Fraction(1, 12800),
    tags: tuple[int, int, int, int] | None = None,
    rotation: int = 0,
    flipped: bool = False,
    pixel_aspect: Fraction | None = None,
    sound: str | None = None,
    seconds: float = 0.5,
    content: Callable[[int], av.VideoFrame] | None = None,
    options: dict[str, str] | None = None,
    container_options: dict[str, str] | None = None,
) -> Path:
    """Encode a clip; `pts` in `time_base` (None: 25 frames a second), `rotation` clockwise."""
    if pts is None:
        pts = [round(i / 25 / time_base) for i in range(frames)]
    width, height = size
    # B-frames on purpose: decoding order and display order differ.
    options = {"crf": "10", "bf": "2"} if options is None else options
    with av.open(str(path), "w", options=container_options or {}) as output:
        video = output.add_stream(
            codec, rate=25, width=width, height=height, pix_fmt=pix_fmt, time_base=time_base,
            options=options,
        )  # fmt: skip
        if tags:
            context = video.codec_context
            context.color_primaries, context.color_trc, context.colorspace = tags[:3]
            context.color_range = tags[3]
        if pixel_aspect:
            video.codec_context.sample_aspect_ratio = pixel_aspect
        if rotation or flipped:
            video.set_display_rotation(-rotation, hflip=flipped)
        audio = _add_sound(output, sound) if sound else None
        waiting = _encode_sound(audio, seconds) if audio else []
        for index, stamp in enumerate(pts):
            if content is not None:
                frame = content(index)
            else:
                frame = av.VideoFrame.from_ndarray(picture(index, width, height), format="rgb24")
                matrix = "ITU709" if tags and tags[2] == 1 else "ITU601"
                frame = frame.reformat(
                    format=pix_fmt, dst_colorspace=matrix, interpolation=ACCURATE
                )
            frame.pts, frame.time_base = stamp, time_base
            output.mux(video.encode(frame))
        output.mux(video.encode(None))
        for packet in waiting:
            output.mux(packet)
    return path


@pytest.fixture
def make_clip(tmp_path: Path) -> Callable[..., Path]:
    """`make_clip("name.mp4", **settings)`: see `write_clip`."""

    def make(name: str, **settings: object) -> Path:
        return write_clip(tmp_path / name, **settings)

    return make


@pytest.fixture
def sound_only(tmp_path: Path) -> Path:
    """A file with nothing but sound."""
    path = tmp_path / "sound.mp4"
    with av.open(str(path), "w") as output:
        stream = _add_sound(output, "aac")
        for packet in _encode_sound(stream, 0.3):
            output.mux(packet)
    return path


def stamps(path: Path) -> list[Fraction]:
    """The time of every frame, in seconds, exactly."""
    with av.open(str(path)) as clip:
        return [f.pts * f.time_base for f in clip.decode(video=0)]


def packets(path: Path, kind: str = "audio") -> list[tuple[bytes, Fraction]]:
    """(bytes, time in seconds) of every packet of the first stream of that kind."""
    with av.open(str(path)) as clip:
        stream = getattr(clip.streams, kind)[0]
        return [(bytes(p), p.pts * p.time_base) for p in clip.demux(stream) if p.size]


@pytest.fixture
def stamps_of() -> Callable[[Path], list[Fraction]]:
    """See `stamps`."""
    return stamps


@pytest.fixture
def packets_of() -> Callable[..., list[tuple[bytes, Fraction]]]:
    """See `packets`."""
    return packets


@pytest.fixture
def flat_frame() -> Callable[..., av.VideoFrame]:
    """See `yuv_frame`."""
    return yuv_frame


@pytest.fixture
def painted() -> Callable[[int, int, int], np.ndarray]:
    """See `picture`."""
    return picture
