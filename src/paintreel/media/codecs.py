"""Which codec, pixel format and settings a clip is written with, and what its container holds."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path

import av

from paintreel.errors import BackendError, InputError
from paintreel.media.colour_tags import ColourTags

__all__ = ["CODECS", "CONTAINERS", "Codec", "Container", "Plan", "plan_encoding"]

# x264 as its "ultrafast" with what costs little and saves much put back. Measured at 720p, crf
# 18, on a drive and an animated film, in CPU milliseconds, kB and luma dB a frame:
#   these settings     6.6 and 5.6 ms   17.7 and 15.4 kB   47.4 and 44.6 dB
#   preset veryfast   20.7 and 15.7     15.4     15.5      47.7     43.7
#   preset superfast  10.1      8.5     24.5     22.4      48.8     44.4
#   preset ultrafast   3.8      4.2     30.7     60.6      48.1     43.8
# Without B-frames the decoding order is that of display, so no container needs an edit list.
_X264_FAST = (
    "cabac=1:deblock=0,0:8x8dct=1:aq-mode=1:subme=1:weightp=1:scenecut=40:mbtree=1:rc-lookahead=10"
)


@dataclass(frozen=True, slots=True)
class Codec:
    """How one codec is driven.

    `encoder` is FFmpeg's name; `pixel_formats` those it may be asked for, the default first;
    `crf` the default quality (None: the codec has none), `crf_max` the worst; `preset` the
    default speed and `preset_option` what the encoder calls it; `options` always hold and
    `fast` as long as no preset is asked for; `tag` is its name in MP4 where FFmpeg's default is
    not what players want; `tag_aspect` tells whether the stream itself states the pixel aspect.
    """

    encoder: str
    pixel_formats: tuple[str, ...]
    crf: int | None = None
    crf_max: int = 51
    preset: str | None = None
    preset_option: str = "preset"
    options: dict[str, str] = field(default_factory=dict)
    fast: dict[str, str] = field(default_factory=dict)
    tag: str | None = None
    tag_aspect: bool = False


@dataclass(frozen=True, slots=True)
class Container:
    """What files of one suffix hold.

    `codecs` are those of `CODECS`, the default first; `audio` and `subtitles` what is copied
    (audio None: anything), `audio_encoder` is for the sound that cannot be. Where `time_base`
    is set, times are rounded to it and frames shown for less than `min_duration` of it dropped.
    """

    format: str
    codecs: tuple[str, ...]
    audio: frozenset[str] | None = frozenset()
    audio_encoder: str | None = None
    subtitles: frozenset[str] = frozenset()
    attachments: bool = False
    options: dict[str, str] = field(default_factory=dict)
    time_base: Fraction | None = None
    min_duration: int = 1
    alpha: bool = False


_YUV8 = ("yuv420p", "yuv444p")
_YUV10 = ("yuv420p10le", "yuv444p10le")

CODECS = {
    "h264": Codec(
        "libx264", (*_YUV8, "yuv422p", *_YUV10), crf=18, preset="ultrafast",
        fast={"x264-params": _X264_FAST}, tag_aspect=True,
    ),
    "hevc": Codec(
        "libx265", (*_YUV8, "yuv422p", *_YUV10), crf=20, preset="superfast",
        options={"x265-params": "log-level=error"}, tag="hvc1", tag_aspect=True,
    ),
    "av1": Codec("libsvtav1", ("yuv420p", "yuv420p10le"), crf=24, crf_max=63, preset="9"),
    "vp9": Codec(
        "libvpx-vp9", (*_YUV8, "yuv420p10le"), crf=24, crf_max=63, preset="8",
        preset_option="cpu-used", options={"deadline": "realtime", "row-mt": "1", "b": "0"},
    ),
    "ffv1": Codec(
        "ffv1", ("bgr0", *_YUV8, "yuv422p10le"),
        options={"level": "3", "slicecrc": "1", "g": "1"},
    ),
    "prores": Codec(
        "prores_ks", ("yuv422p10le", "yuv444p10le"), options={"profile": "hq", "vendor": "apl0"}
    ),
    "gif": Codec("gif", ("pal8",)),
    "webp": Codec("libwebp_anim", ("bgra",), options={"quality": "90"}),
    "png": Codec("png", ("rgb24",)),
}  # fmt: skip
"""The codecs by the name that users give."""

# What players take in MP4; FFmpeg would put Vorbis there too, but hardly anything plays it.
_MP4_SOUND = frozenset({"aac", "mp3", "ac3", "eac3", "alac", "opus", "flac"})
_PCM = frozenset({"pcm_s16le", "pcm_s24le", "pcm_s32le", "pcm_f32le", "pcm_s16be", "pcm_s24be"})
# Sound may start before 0 (AAC is primed). Matroska's muxer would move everything later for it.
_KEEP_TIMES = {"avoid_negative_ts": "disabled"}
_MOVING = {"movflags": "+faststart+write_colr"}
_MP4 = Container(
    "mp4", ("h264", "hevc", "av1", "vp9"), _MP4_SOUND, "aac", frozenset({"mov_text"}),
    options=_MOVING,
)  # fmt: skip

CONTAINERS = {
    ".mp4": _MP4,
    ".m4v": _MP4,
    ".mov": Container(
        "mov", ("h264", "hevc", "prores"), (_MP4_SOUND | _PCM) - {"opus", "flac"}, "aac",
        frozenset({"mov_text"}), options=_MOVING,
    ),
    ".mkv": Container(
        "matroska", ("h264", "hevc", "av1", "vp9", "ffv1", "prores"), None, None,
        frozenset({"subrip", "ass", "webvtt", "dvd_subtitle", "hdmv_pgs_subtitle"}),
        attachments=True, options=_KEEP_TIMES,
    ),
    ".webm": Container(
        "webm", ("vp9", "av1"), frozenset({"opus", "vorbis"}), "libopus",
        frozenset({"webvtt"}), options=_KEEP_TIMES,
    ),
    # Browsers slow down frames of one hundredth of a second to ten.
    ".gif": Container("gif", ("gif",), time_base=Fraction(1, 100), min_duration=2, alpha=True),
    ".webp": Container("webp", ("webp",), time_base=Fraction(1, 1000), alpha=True),
    "": Container("folder", ("png",), alpha=True),
}  # fmt: skip
"""What is written under each suffix; "" stands for a folder of numbered pictures."""


@dataclass(frozen=True, slots=True)
class Plan:
    """Everything an encoder is set up with. `width` and `height` are those that it stores: even
    where the pixel format needs it, so up to one pixel less than those of the frames."""

    codec: Codec
    container: Container
    width: int
    height: int
    pixel_format: str
    tags: ColourTags
    options: dict[str, str]
    threads: int
    notes: tuple[str, ...] = ()

    @property
    def keeps_pixel_aspect(self) -> bool:
        """Whether pixels that are not square can be told: by the container or in the stream."""
        return self.container.format in ("mp4", "mov") or self.codec.tag_aspect


def plan_encoding(
    dst: Path,
    width: int,
    height: int,
    tags: ColourTags,
    *,
    codec: str | None = None,
    pixel_format: str | None = None,
    crf: int | None = None,
    preset: str | None = None,
) -> Plan:
    """How frames of `width` x `height` pixels, from a clip with `tags`, are written to `dst`.

    None leaves a setting to the suffix of `dst` and to the codec. 4:2:0 and 4:2:2 store colour
    for pairs of pixels; of odd sizes they drop the last column or row, and the plan notes it.

    Raises `InputError` for an unknown suffix, codec or pixel format, for pairs of them that do
    not go together and for a crf out of range; `BackendError` where FFmpeg lacks the encoder.
    """
    container, name = _choose(dst, codec)
    spec = CODECS[name]
    if pixel_format is not None and pixel_format not in spec.pixel_formats:
        choices = ", ".join(spec.pixel_formats)
        raise InputError(f"codec {name} has no pixel format {pixel_format!r}; use one of {choices}")
    if spec.encoder not in av.codec.codecs_available:
        raise BackendError(f"this build of FFmpeg (in the package 'av') lacks {spec.encoder}")
    pixel_format = pixel_format or spec.pixel_formats[0]
    stored, notes = _stored_size(width, height, pixel_format, name)
    is_rgb = not pixel_format.startswith("yuv")
    return Plan(
        codec=spec,
        container=container,
        width=stored[0],
        height=stored[1],
        pixel_format=pixel_format,
        tags=tags.for_rgb() if is_rgb else tags.for_yuv(height),
        options=_options(name, spec, crf, preset),
        threads=_threads(is_fast=bool(spec.fast) and preset is None),
        notes=notes,
    )


def _threads(*, is_fast: bool) -> int:
    """Fast settings keep up with one thread, which costs least, until there are cores to spare."""
    cores = os.cpu_count() or 1
    return max(1, min(4, cores // 4 if is_fast else cores))


def _choose(dst: Path, codec: str | None) -> tuple[Container, str]:
    suffix = dst.suffix.lower()
    if codec is not None and codec not in CODECS:
        raise InputError(f"unknown codec {codec!r}; use one of {', '.join(CODECS)}")
    if codec == "png":
        if suffix in CONTAINERS and suffix:
            raise InputError(f"codec png writes a folder of pictures: name {dst} without {suffix}")
        return CONTAINERS[""], codec
    container = CONTAINERS.get(suffix)
    if container is None or not suffix:
        known = " ".join(s for s in CONTAINERS if s)
        raise InputError(
            f"cannot tell from {dst.name!r} what to write; use one of the suffixes {known}, "
            "or codec png for a folder of pictures"
        )
    if codec is not None and codec not in container.codecs:
        fits = " ".join(s for s, c in CONTAINERS.items() if codec in c.codecs)
        raise InputError(
            f"{suffix} files cannot hold {codec}, only {', '.join(container.codecs)}; "
            f"{codec} goes into {fits}"
        )
    return container, codec or container.codecs[0]


def _stored_size(
    width: int, height: int, pixel_format: str, codec: str
) -> tuple[tuple[int, int], tuple[str, ...]]:
    layout = av.VideoFormat(pixel_format, 16, 16)
    odd_width = width % 2 if layout.chroma_width() < 16 else 0
    odd_height = height % 2 if layout.chroma_height() < 16 else 0
    if not (odd_width or odd_height) or codec == "ffv1":
        return (width, height), ()
    stored = width - odd_width, height - odd_height
    keep = next((f for f in CODECS[codec].pixel_formats if f.startswith("yuv444")), None)
    fix = f"pixel format {keep}" if keep else "codec ffv1 or png"
    if not min(stored):
        raise InputError(
            f"frames of {width}x{height} are too small for {codec} in {pixel_format}; use {fix}"
        )
    lost = " and ".join(part for part, odd in (("column", odd_width), ("row", odd_height)) if odd)
    return stored, (f"last pixel {lost} dropped for {pixel_format}: {fix} keeps {width}x{height}",)


def _options(name: str, spec: Codec, crf: int | None, preset: str | None) -> dict[str, str]:
    options = dict(spec.options)
    if crf is not None:
        if spec.crf is None:
            raise InputError(f"codec {name} has no crf: its quality is fixed")
        if not 0 <= crf <= spec.crf_max:
            raise InputError(f"crf for {name} must be from 0 to {spec.crf_max}, got {crf}")
    if spec.crf is not None:
        options["crf"] = str(spec.crf if crf is None else crf)
    if preset is not None and spec.preset is None:
        raise InputError(f"codec {name} has no presets")
    if spec.preset is not None:
        options[spec.preset_option] = preset or spec.preset
    return options if preset else options | spec.fast


CODEC_NAMES = tuple(name for name in CODECS if name not in ("gif", "webp"))
