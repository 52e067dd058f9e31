"""`paintreel info`: what the program sees in a file."""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options of `paintreel info`."""
    parser.add_argument("file", metavar="FILE", help="picture, clip, style file or style name")
    parser.add_argument("--json", action="store_true", help="print as JSON")


def run(args: argparse.Namespace) -> int:
    """Print the facts of one file or style. Returns the exit code."""
    facts = describe(args.file)
    if args.json:
        print(json.dumps(facts, indent=2, default=str))
    else:
        print("\n".join(_lines(facts)))
    return 0


def describe(text: str) -> dict[str, Any]:
    """The facts of a picture, clip, style file or style name.

    Raises UnreadableFile, VideoError, UnknownModel, ModelFileError.
    """
    path = Path(text)
    if path.suffix.lower() == ".onnx" or (not path.exists() and path.name == text):
        from paintreel.errors import UnreadableFile
        from paintreel.runtime.catalog import find_model

        if path.suffix and path.suffix.lower() != ".onnx":
            raise UnreadableFile(path, "there is no such file")
        return _describe_style(*find_model(text))
    from paintreel.jobs.find import kind_of

    return _describe_picture(path) if kind_of(path) == "picture" else _describe_clip(path)


def _describe_style(path: Path, card: Any) -> dict[str, Any]:
    contract = card.contract
    card.verify(path)
    return {
        "style": contract.name,
        "file": str(path),
        "about": card.description,
        "system": contract.system,
        "licence": contract.licence,
        "credit": contract.credit,
        "size": f"{card.size_bytes:,} bytes",
        "sha256": card.sha256,
        "contract": (
            f"version {contract.version}, {contract.layout}, multiple of {contract.multiple} px, "
            f"halo {contract.halo_px} px, tiling {contract.tiling}"
        ),
        **{f"speed {key}": value for key, value in card.speed.items()},
        **{f"training {key}": value for key, value in card.training.items()},
    }


def _describe_picture(path: Path) -> dict[str, Any]:
    from paintreel.imaging.files import inspect_picture

    info = inspect_picture(path)
    return {
        "file": str(path),
        "kind": "picture",
        "size": f"{info.width} x {info.height} px",
        "format": f"{info.format}, mode {info.mode}, {info.bits} bits a channel",
        "alpha": _yes(info.alpha),
        "orientation": info.orientation,
        "colour profile": info.icc or "none (taken as sRGB)",
        "EXIF": _yes(info.exif),
    }


def _describe_clip(path: Path) -> dict[str, Any]:
    from paintreel.media.probe import probe

    info = probe(path)
    rate = "unknown" if info.rate is None else f"{float(info.rate):.3f} frames/s"
    return {
        "file": str(path),
        "kind": "clip",
        "size": f"{info.width} x {info.height} px",
        "container": info.container,
        "codec": f"{info.codec}, {info.pixel_format}",
        "frames": info.frames if info.frames is not None else f"about {info.expected_frames}",
        "duration": "unknown" if info.duration_s is None else f"{info.duration_s:.3f} s",
        "rate": rate + (", variable" if info.variable_rate else ""),
        "rotation": f"{info.rotation_deg} degrees",
        "dynamic range": "high (cannot be read)" if info.hdr else "standard",
        "alpha": _yes(info.has_alpha),
        "sound": ", ".join(info.audio) or "none",
        "subtitles": ", ".join(info.subtitles) or "none",
    }


def _yes(value: bool) -> str:
    return "yes" if value else "no"


def _lines(facts: dict[str, Any]) -> list[str]:
    width = max(map(len, facts))
    return [f"{key.ljust(width)}  {value}" for key, value in facts.items() if value != ""]
