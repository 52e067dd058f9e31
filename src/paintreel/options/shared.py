"""Options that several verbs share: of files, of the encoding of clips, of networks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from paintreel.errors import InputError
from paintreel.media.codecs import MAX_FPS
from paintreel.media.encoding_settings import EncodingSettings
from paintreel.options.cluster import ray_option
from paintreel.options.description import Options, option, parse_whole

MAX_SEED = 2**32 - 1
"""Greatest seed of any verb."""

_VIDEO = ("stylize_video", "lineart_video", "colorize_video")
_CLIPS = (*_VIDEO, "grade_video", "fuse")
_DRAWN = ("lineart_video", "colorize_video")
_TILED = ("stylize", "scene", "lineart", "colorize", *_VIDEO)
_NETWORKS = (*_TILED, "fuse")

DeviceName = Literal["auto", "cpu", "cuda", "directml", "coreml", "gpu"]
"""Where networks run; `paintreel.runtime.devices` says which is what."""


@dataclass(frozen=True, kw_only=True)
class FileOptions(Options):
    """Options of every verb that makes files."""

    overwrite: bool = option(
        False,
        "replace what is there",
        group="files",
        affects="nothing",
        keywords=_CLIPS,
    )
    update: bool = option(
        False,
        "replace what was made with other settings, or of a source that has changed since",
        group="files",
        affects="nothing",
    )
    record: Literal["auto", "always", "never"] = option(
        "auto",
        "write .paintreel.json beside results, which says how each was made; auto: beside several",
        group="files",
        affects="nothing",
    )
    max_pixels: int | None = option(
        None,
        "most pixels of a picture that is accepted (default: 200 million)",
        group="files",
        low=1,
        metavar="N",
        affects="nothing",
        keywords=("scene",),
    )
    json: str | None = option(
        None,
        "write a report for programs: what became of every file, all notes; - prints it",
        group="files",
        affects="nothing",
        metavar="FILE",
    )
    strict: bool = option(
        False,
        "end with exit code 1 if anything of a source is lost; the file is written all the same",
        group="files",
        affects="nothing",
    )
    quiet: bool = option(False, "print failures only", group="files", affects="nothing", short="-q")
    ray: str | None = ray_option()
    shards: str | None = option(
        None,
        "with --ray: keep what nodes have finished of a clip in this folder or at this URL, so "
        "that a run that was killed goes on with it",
        group="cluster",
        affects="nothing",
        metavar="PLACE",
        file="none",
    )

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.shards is not None and self.ray is None:
            raise InputError("--shards keeps what the nodes of --ray have finished; give both")
        if self.overwrite and self.update:
            raise InputError("overwrite replaces everything, update only what differs; give one")


def parse_size(text: str) -> tuple[int, int]:
    """(width, height) in pixels of "1280x720". Raises InputError."""
    from paintreel.imaging.geometry import parse_size

    return parse_size(text)


def parse_tile(text: str) -> str | int:
    """The words auto and off, or a side in pixels. Raises InputError."""
    return text if text in ("auto", "off") else parse_whole(text)


def _codecs() -> Sequence[str]:
    from paintreel.media.codecs import CODEC_NAMES

    return CODEC_NAMES


def _crf_help() -> str:
    from paintreel.media.codecs import CODECS

    bounds: dict[int, list[str]] = {}
    for row in CODECS.values():
        if row.crf is not None:
            bounds.setdefault(row.crf_max, []).append(row.name)
    ranges = ", ".join(f"to {most} of {' and '.join(names)}" for most, names in bounds.items())
    return f"quality of clips, 0 is best, {ranges} (default: that of the codec)"


@dataclass(frozen=True, kw_only=True)
class EncodingOptions(Options):
    """Options of every verb that writes clips."""

    codec: str | None = option(
        None,
        "how clips are encoded; png: a folder of frames (default: what suits the file's suffix)",
        group="clips",
        choices=_codecs,
        affects="clip",
        keywords=_CLIPS,
    )
    crf: int | None = option(
        None,
        _crf_help,
        group="clips",
        low=0,
        high=63,
        metavar="N",
        affects="clip",
        keywords=_CLIPS,
    )
    preset: str | None = option(
        None,
        "how long the codec may search for a smaller file, e.g. veryfast, medium or slow",
        group="clips",
        metavar="NAME",
        affects="clip",
        keywords=_CLIPS,
    )
    pixel_format: str | None = option(
        None,
        "how clips store colour: yuv420p plays everywhere, yuv444p keeps fine coloured edges",
        group="clips",
        metavar="FMT",
        affects="clip",
        keywords=_CLIPS,
    )

    @property
    def encoding(self) -> EncodingSettings:
        """How clips are encoded."""
        return EncodingSettings(self.codec, self.crf, self.preset, self.pixel_format)


DRAWN_STEADY = 0.75
"""Of clips that are drawn or coloured."""


@dataclass(frozen=True, kw_only=True)
class OutputOptions(Options):
    """Where the results of a verb go that makes one file or many."""

    output: str | None = option(
        None,
        "file, or folder for several",
        short="-o",
        metavar="OUT",
        group="files",
        affects="nothing",
    )


@dataclass(frozen=True, kw_only=True)
class ClipOptions(OutputOptions, EncodingOptions):
    """Options of the verbs that make a picture of each picture and a clip of each clip."""

    max_pixels: int | None = option(
        None,
        "largest picture or frame accepted (default: 200 million, 67 million of a clip)",
        group="files",
        low=1,
        metavar="N",
        affects="nothing",
        keywords=("lineart", "colorize", *_CLIPS),
    )
    fps: float | None = option(
        None,
        "most frames a second; those left keep their times (default: all, 15 in a GIF of a clip)",
        group="clips",
        low=0.1,
        high=MAX_FPS,
        metavar="N",
        affects="clip",
        keywords=_CLIPS,
    )
    max_frames: int | None = option(
        None,
        "longest clip accepted (default: 10000 frames of an animation, 250000 of a clip)",
        group="clips",
        low=1,
        high=100_000_000,
        metavar="N",
        affects="nothing",
        keywords=_CLIPS,
    )
    audio: bool = option(
        True, "leave the sound out", group="clips", affects="clip", keywords=_CLIPS
    )


@dataclass(frozen=True, kw_only=True)
class DrawnClipOptions(ClipOptions):
    """Options of the verbs that draw or colour clips frame by frame."""

    steady: float = option(
        DRAWN_STEADY,
        "share of what is drawn that is carried along with the motion, against flicker",
        group="clips",
        low=0,
        below=1,
        metavar="0..1",
        affects="clip",
        keywords=_DRAWN,
    )


@dataclass(frozen=True, kw_only=True)
class TileOptions(Options):
    """Option of the verbs whose networks may be given a picture in tiles."""

    tile: Literal["auto", "off"] | int = option(
        "auto",
        "cut big pictures into tiles: as needed, never, or of this side; the result is the same",
        group="machine",
        metavar="auto|off|PX",
        parse=parse_tile,
        low=16,
        high=16384,
        affects="nothing",
        keywords=_TILED,
    )


@dataclass(frozen=True, kw_only=True)
class NetworkOptions(Options):
    """Options of every verb that runs a network."""

    backend: Literal["auto", "onnxruntime", "openvino"] = option(
        "auto",
        "library that runs the network; auto: OpenVINO where it is installed",
        group="machine",
        keywords=_NETWORKS,
    )
    device: DeviceName = option(
        "auto",
        "what the network runs on; auto: CUDA or DirectML where installed, else cpu; gpu: any",
        group="machine",
        affects="nothing",
        keywords=_NETWORKS,
    )
    threads: int | None = option(
        None,
        "processor threads of the network (default: all cores)",
        group="machine",
        low=1,
        high=256,
        metavar="N",
        affects="nothing",
        keywords=_NETWORKS,
    )
    credits: bool = option(
        False,
        "write CREDITS.txt beside the results: whom to name for them",
        group="files",
        affects="nothing",
    )
