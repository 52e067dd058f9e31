"""The codecs that clips are written with, one row each; apart, so that nothing loads FFmpeg.

A row is all that the program knows of a codec: a new one is a new row.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from paintreel.media.containers import CONTAINERS, Container

__all__ = ["CODECS", "CODEC_NAMES", "MAX_FPS", "Codec", "codecs_of", "suffix_for"]

MAX_FPS = 240
"""Most frames a second of a clip: SVT-AV1 takes no more."""

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

    name            as users give it
    encoder         as FFmpeg calls it, or the library that is called in its place
    by_ffmpeg       whether FFmpeg encodes it
    containers      names in `CONTAINERS` of those that hold it, the usual one first
    pixel_formats   those it may be asked for, as FFmpeg calls them, the default first
    alpha_format    the one of them that keeps transparency, None: it cannot be kept
    alpha_containers  those of `containers` that hold it; (): all
    smallest_px     least width and height
    largest_px      (width, height) of the largest frame that the encoder or the format takes
    any_size        whether odd sizes are stored whole in every pixel format
    keeps_chroma    whether a source of full chroma gets a format that keeps it unless one is asked
                    for: what plays the codec plays that too
    crf             default quality, None: the codec has none
    crf_max         the worst quality; the best is 0
    preset          default speed, None: the codec has none
    presets         all of them
    preset_option   what the encoder calls the preset
    options         of the encoder, always
    format_options  of the encoder, by pixel format
    fast            of the encoder, as long as no preset is asked for
    tag             its name in the MP4 family where FFmpeg's default is not what players want
    tag_aspect      whether the stream itself states the pixel aspect
    environment     variables that the encoder reads, set unless they are
    """

    name: str
    encoder: str
    containers: tuple[str, ...]
    pixel_formats: tuple[str, ...]
    by_ffmpeg: bool = True
    alpha_format: str | None = None
    alpha_containers: tuple[str, ...] = ()
    smallest_px: tuple[int, int] = (1, 1)
    largest_px: tuple[int, int] = (65_535, 65_535)
    any_size: bool = False
    keeps_chroma: bool = False
    crf: int | None = None
    crf_max: int = 51
    preset: str | None = None
    presets: tuple[str, ...] = ()
    preset_option: str = "preset"
    options: dict[str, str] = field(default_factory=dict)
    format_options: dict[str, dict[str, str]] = field(default_factory=dict)
    fast: dict[str, str] = field(default_factory=dict)
    tag: str | None = None
    tag_aspect: bool = False
    environment: dict[str, str] = field(default_factory=dict)

    def alpha_format_in(self, container: Container) -> str | None:
        """The pixel format that keeps transparency in `container`, None where none does.

        >>> CODECS["vp9"].alpha_format_in(CONTAINERS["mp4"])
        """
        homes = self.alpha_containers or self.containers
        return self.alpha_format if container.format in homes else None

    @property
    def bit_depths(self) -> tuple[int, ...]:
        """Bits a channel that its pixel formats hold, by their names, ascending.

        >>> CODECS["h264"].bit_depths
        (8, 10)
        """
        named = (re.search(r"p(\d+)[bl]e$", name) for name in self.pixel_formats)
        return tuple(sorted({int(match[1]) if match else 8 for match in named}))


_X26X_PRESETS = (
    "ultrafast", "superfast", "veryfast", "faster", "fast", "medium", "slow", "slower", "veryslow",
    "placebo",
)  # fmt: skip
_YUV8 = ("yuv420p", "yuv444p")
_YUV10 = ("yuv420p10le", "yuv444p10le")

CODECS = {
    row.name: row
    for row in (
        Codec(
            "h264", "libx264", ("mp4", "mov", "matroska"), (*_YUV8, "yuv422p", *_YUV10),
            largest_px=(16_384, 16_384), crf=18, preset="ultrafast", presets=_X26X_PRESETS,
            fast={"x264-params": _X264_FAST}, tag_aspect=True,
        ),
        Codec(
            "hevc", "libx265", ("mp4", "mov", "matroska"), (*_YUV8, "yuv422p", *_YUV10),
            # Narrower than a block of 64, x265 writes beyond its memory and ends the process.
            smallest_px=(64, 16), crf=20, preset="superfast", presets=_X26X_PRESETS,
            options={"x265-params": "log-level=error"}, tag="hvc1", tag_aspect=True,
        ),
        Codec(
            "av1", "libsvtav1", ("mp4", "matroska", "webm"), ("yuv420p", "yuv420p10le"),
            smallest_px=(4, 4), largest_px=(16_384, 8_704), crf=24, crf_max=63, preset="9",
            presets=tuple(map(str, range(14))),
            # Errors only: it would write its settings to the terminal, and has no other switch.
            environment={"SVT_LOG": "1"},
        ),
        Codec(
            "vp9", "libvpx-vp9", ("mp4", "matroska", "webm"),
            # The libvpx that comes with PyAV is built without 10 bits.
            (*_YUV8, "yuva420p"), alpha_format="yuva420p",
            alpha_containers=("matroska", "webm"),
            crf=24, crf_max=63, preset="8", preset_option="cpu-used",
            presets=tuple(map(str, range(9))),
            options={"deadline": "realtime", "row-mt": "1", "b": "0"},
        ),
        Codec(
            "ffv1", "ffv1", ("matroska",), ("bgr0", "bgra", *_YUV8, "yuv422p10le"),
            alpha_format="bgra", any_size=True,
            options={"level": "3", "slicecrc": "1", "g": "1"},
        ),
        Codec(
            "prores", "prores_ks", ("mov", "matroska"),
            ("yuv422p10le", "yuv444p10le", "yuva444p10le"), alpha_format="yuva444p10le",
            keeps_chroma=True, options={"profile": "hq", "vendor": "apl0"},
            format_options={
                name: {"profile": "4444"} for name in ("yuv444p10le", "yuva444p10le")
            },
        ),
        # Without its flags, which leave out what looks the same by places in a palette, though each
        # frame has a palette of its own.
        Codec("gif", "gif", ("gif",), ("pal8",), alpha_format="pal8", options={"gifflags": "0"}),
        Codec(
            "webp", "libwebp_anim", ("webp",), ("bgra",), alpha_format="bgra",
            largest_px=(16_383, 16_383), options={"quality": "90"},
        ),
        Codec(
            "apng", "png", ("apng",), ("rgb24", "rgba"), by_ffmpeg=False, alpha_format="rgba",
            any_size=True,
        ),
        Codec(
            "avif", "libavif", ("avif",), ("rgb24", "rgba"), by_ffmpeg=False, alpha_format="rgba",
            any_size=True,
        ),
        Codec(
            "png", "png", ("folder",), ("rgb24",), by_ffmpeg=False, alpha_format="rgb24",
            any_size=True,
        ),
    )
}  # fmt: skip
"""The codecs by the name that users give."""


def _is_offered(codec: Codec) -> bool:
    return any(CONTAINERS[name].kind != "animation" for name in codec.containers)


CODEC_NAMES = tuple(row.name for row in CODECS.values() if _is_offered(row))
"""Those that users choose from; an animation has the one codec that its suffix says."""
_USUAL_CONTAINER = "mp4"


def codecs_of(container: Container) -> tuple[str, ...]:
    """Names of the codecs that `container` holds, its default first.

    >>> codecs_of(CONTAINERS["webm"])
    ('vp9', 'av1')
    """
    names = [row.name for row in CODECS.values() if container.format in row.containers]
    return tuple(sorted(names, key=lambda name: name != container.default_codec))


def suffix_for(codec: str) -> str | None:
    """The suffix of clips in `codec` where most containers do not hold it; None where MP4 does.

    "" stands for a folder of pictures. An unknown codec gives None; the encoder refuses it.

    >>> suffix_for("prores"), suffix_for("png"), suffix_for("h264")
    ('.mov', '', None)
    """
    row = CODECS.get(codec)
    if row is None or _USUAL_CONTAINER in row.containers:
        return None
    return next(iter(CONTAINERS[row.containers[0]].suffixes), "")
