"""The kinds of files that clips lie in, one row each; apart, so that nothing loads FFmpeg.

A row says what is read and what is written under which suffix, and what may lie beside the
video. Which codecs a container holds stands in the codecs' own rows (`paintreel.media.codecs`).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction
from typing import Literal

from paintreel.imaging.formats import PICTURE_FORMATS

__all__ = [
    "CLIP_SUFFIXES",
    "CONTAINERS",
    "FILM_SUFFIXES",
    "FOLDER",
    "VIDEO_SUFFIXES",
    "WRITABLE_SUFFIXES",
    "Container",
    "container_of_suffix",
]


@dataclass(frozen=True, slots=True)
class Container:
    """What the program knows of one kind of clip file.

    format          FFmpeg's name, by which codecs name it
    title           as people write it
    suffixes        lower case, with dot: those looked for in folders and written; results
                    get the first
    kind            "clip", "animation" (a picture format that moves, read by Pillow) or
                    "folder" (of numbered pictures)
    demuxer         FFmpeg's name of what reads it, None where FFmpeg does not
    default_codec   what is written where no codec is asked for; None: files are only read
    audio           codecs of sound that are copied, None for any
    audio_encoder   for the sound that cannot be copied; None: it is left out
    subtitles       codecs of subtitles that are copied
    subtitle_encoder  for those of text that cannot be copied; None: they are left out
    chapters        whether it has chapter marks
    attachments     whether attached files are copied
    iso_media       whether it is of the MP4 family: it states the pixel aspect itself and
                    names codecs by a tag
    options         of FFmpeg's muxer
    stores_pts      whether it states when frames are shown; AVI states when they are decoded
    stores_dts      whether it states when frames are decoded; Matroska does not
    time_base       what times are rounded to, in seconds; None: nothing
    of_pictures     whether only animated pictures are written in it: nobody keeps a film so
    min_duration    frames shown for less, in units of `time_base`, are dropped
    usual_side_px   longest side that a clip is given unless a size is asked for; None: its own
    usual_rate      most frames a second unless a rate is asked for; None: its own
    """

    format: str
    title: str
    suffixes: tuple[str, ...] = ()
    kind: Literal["clip", "animation", "folder"] = "clip"
    demuxer: str | None = None
    default_codec: str | None = None
    audio: frozenset[str] | None = frozenset()
    audio_encoder: str | None = None
    subtitles: frozenset[str] = frozenset()
    subtitle_encoder: str | None = None
    chapters: bool = False
    attachments: bool = False
    iso_media: bool = False
    options: dict[str, str] = field(default_factory=dict)
    stores_pts: bool = True
    stores_dts: bool = True
    time_base: Fraction | None = None
    of_pictures: bool = False
    min_duration: int = 1
    usual_side_px: int | None = None
    usual_rate: int | None = None

    @property
    def is_written(self) -> bool:
        """Whether results can be written into it."""
        return self.default_codec is not None


# What players take in MP4; FFmpeg would put Vorbis there too, but hardly anything plays it.
_MP4_SOUND = frozenset({"aac", "mp3", "ac3", "eac3", "alac", "opus", "flac"})
_PCM = frozenset({"pcm_s16le", "pcm_s24le", "pcm_s32le", "pcm_f32le", "pcm_s16be", "pcm_s24be"})
# What Matroska has names of its own for; the others would hide in a Windows structure.
_MKV_SOUND = (_MP4_SOUND | _PCM) - {"pcm_s16be", "pcm_s24be"} | {
    "vorbis", "dts", "truehd", "mlp", "mp2", "mp1", "tta", "wavpack", "pcm_u8", "pcm_f64le",
}  # fmt: skip
_MKV_SUBTITLES = frozenset({"subrip", "ass", "webvtt", "dvd_subtitle", "hdmv_pgs_subtitle"})
# Sound may start before 0 (AAC is primed). Matroska's muxer would move everything later for it.
_KEEP_TIMES = {"avoid_negative_ts": "disabled"}
_MOVING = {"movflags": "+faststart+write_colr"}

CONTAINERS = {
    row.format: row
    for row in (
        Container(
            "mp4", "MP4", (".mp4", ".m4v"), demuxer="mov", default_codec="h264",
            audio=_MP4_SOUND, audio_encoder="aac", subtitles=frozenset({"mov_text"}),
            subtitle_encoder="mov_text", chapters=True, iso_media=True, options=_MOVING,
        ),
        Container(
            "mov", "MOV", (".mov",), demuxer="mov", default_codec="h264",
            audio=(_MP4_SOUND | _PCM) - {"opus", "flac"}, audio_encoder="aac",
            subtitles=frozenset({"mov_text"}), subtitle_encoder="mov_text", chapters=True,
            iso_media=True, options=_MOVING,
        ),
        Container(
            "matroska", "Matroska", (".mkv",), demuxer="matroska", default_codec="h264",
            audio=_MKV_SOUND, audio_encoder="flac", subtitles=_MKV_SUBTITLES,
            subtitle_encoder="ass", chapters=True, attachments=True, options=_KEEP_TIMES,
            time_base=Fraction(1, 1000), stores_dts=False,
        ),
        Container(
            "webm", "WebM", (".webm",), demuxer="matroska", default_codec="vp9",
            audio=frozenset({"opus", "vorbis"}), audio_encoder="libopus",
            subtitles=frozenset({"webvtt"}), subtitle_encoder="webvtt", chapters=True,
            options=_KEEP_TIMES, time_base=Fraction(1, 1000), stores_dts=False,
        ),
        # Browsers slow down frames of one hundredth of a second to ten. A GIF has no motion and no
        # gradients: 5 s of 960x540 at 24 frames a second are 40 MB.
        Container(
            "gif", "GIF", PICTURE_FORMATS["GIF"].suffixes, "animation", default_codec="gif",
            time_base=Fraction(1, 100), min_duration=2, usual_side_px=640, usual_rate=15,
        ),
        Container(
            "webp", "WebP", PICTURE_FORMATS["WEBP"].suffixes, "animation", default_codec="webp",
            time_base=Fraction(1, 1000),
        ),
        Container(
            "apng", "PNG", PICTURE_FORMATS["PNG"].suffixes, "animation", default_codec="apng",
            time_base=Fraction(1, 1000), of_pictures=True,
        ),
        Container(
            "avif", "AVIF", PICTURE_FORMATS["AVIF"].suffixes, "animation", default_codec="avif",
            time_base=Fraction(1, 1000), of_pictures=True,
        ),
        Container("folder", "folder of pictures", kind="folder", default_codec="png"),
        Container("avi", "AVI", (".avi",), demuxer="avi", stores_pts=False),
        Container("mpegts", "MPEG", (".ts",), demuxer="mpegts"),
        Container("mpeg", "MPEG", (".mpg", ".mpeg"), demuxer="mpeg"),
        Container("flv", "FLV", (".flv",), demuxer="flv"),
        Container("asf", "ASF", (".wmv",), demuxer="asf"),
        # Read where they are named; folders are not searched for them.
        Container("ogg", "Ogg", demuxer="ogg"),
        Container("mxf", "MXF", demuxer="mxf"),
    )
}  # fmt: skip
"""The containers by FFmpeg's name."""

FOLDER = CONTAINERS["folder"]
_WRITTEN = {s: row for row in CONTAINERS.values() if row.is_written for s in row.suffixes}

VIDEO_SUFFIXES = frozenset(
    s for row in CONTAINERS.values() if row.kind == "clip" for s in row.suffixes
)
"""Suffixes (lower case, with dot) under which clips are looked for in folders."""
WRITABLE_SUFFIXES = tuple(_WRITTEN)
"""Suffixes under which a clip or an animation can be written."""
CLIP_SUFFIXES = frozenset(row.suffixes[0] for row in _WRITTEN.values())
"""Those of them that results are given: one for each container."""
FILM_SUFFIXES = frozenset(s for s, row in _WRITTEN.items() if not row.of_pictures)
"""Suffixes under which a clip that is no animated picture can be written."""


def container_of_suffix(suffix: str) -> Container | None:
    """The container that files with `suffix` (with dot, in any case) are written in, or None.

    >>> container_of_suffix(".M4V").format
    'mp4'
    """
    return _WRITTEN.get(suffix.lower())
