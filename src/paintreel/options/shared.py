"""Options that several verbs share: of files, of the encoding of clips, of networks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from paintreel.errors import InputError
from paintreel.options.description import Options, option, parse_whole

MAX_SEED = 2**32 - 1
"""Greatest seed of any verb."""

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
        keywords=("stylize_video",),
    )
    update: bool = option(
        False,
        "replace what was made with other settings, or of a source that has changed since",
        group="files",
        affects="nothing",
    )
    record: Literal["auto", "always", "never"] = option(
        "auto",
        ".paintreel.json beside the results, which says how each was made; auto: where several are",
        group="files",
        affects="nothing",
    )
    max_pixels: int | None = option(
        None,
        "largest picture accepted (default: 200 million)",
        group="files",
        low=1,
        metavar="N",
        affects="nothing",
        keywords=("scene",),
    )
    json: str | None = option(
        None,
        "write what became of every file, with all notes; - prints it",
        group="files",
        affects="nothing",
        metavar="FILE",
    )
    strict: bool = option(
        False,
        "exit code 1 where anything of a source is lost (the file is written)",
        group="files",
        affects="nothing",
    )
    quiet: bool = option(False, "print failures only", group="files", affects="nothing", short="-q")

    def __post_init__(self) -> None:
        super().__post_init__()
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
    return f"quality of the codec, lower is better: {ranges}"


@dataclass(frozen=True, kw_only=True)
class EncodingOptions(Options):
    """Options of every verb that writes clips."""

    codec: str | None = option(
        None,
        "of clips; default: what suits the container",
        group="clips",
        choices=_codecs,
        affects="clip",
        keywords=("stylize_video",),
    )
    crf: int | None = option(
        None,
        _crf_help,
        group="clips",
        low=0,
        high=63,
        metavar="N",
        affects="clip",
        keywords=("stylize_video",),
    )
    preset: str | None = option(
        None,
        "speed of the codec, e.g. medium",
        group="clips",
        metavar="NAME",
        affects="clip",
        keywords=("stylize_video",),
    )
    pixel_format: str | None = option(
        None,
        "for example yuv420p or yuv444p",
        group="clips",
        metavar="FMT",
        affects="clip",
        keywords=("stylize_video",),
    )


@dataclass(frozen=True, kw_only=True)
class NetworkOptions(Options):
    """Options of every verb that runs a network."""

    tile: Literal["auto", "off"] | int = option(
        "auto",
        "cut big pictures into tiles: as needed, never, or of this side; the result is the same",
        group="machine",
        metavar="auto|off|PX",
        parse=parse_tile,
        low=16,
        high=16384,
        affects="nothing",
        keywords=("stylize", "stylize_video", "scene"),
    )
    backend: Literal["auto", "onnxruntime", "openvino"] = option(
        "auto",
        "runtime of the network; auto takes OpenVINO where it is installed",
        group="machine",
        keywords=("stylize", "stylize_video", "scene"),
    )
    device: DeviceName = option(
        "auto",
        "what the network runs on; auto: CUDA or DirectML where installed, else cpu; gpu: any",
        group="machine",
        affects="nothing",
        keywords=("stylize", "stylize_video", "scene"),
    )
    threads: int | None = option(
        None,
        "threads of the network (default: all cores)",
        group="machine",
        low=1,
        high=256,
        metavar="N",
        affects="nothing",
        keywords=("stylize", "stylize_video", "scene"),
    )
    credits: bool = option(
        False,
        "write CREDITS.txt beside the results: whom to name for them",
        group="files",
        affects="nothing",
    )
