"""The options of `stylize`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from paintreel.errors import InputError
from paintreel.options import (
    ClipOptions,
    FileOptions,
    NetworkOptions,
    TileOptions,
    argument,
    option,
    parse_size,
)

__all__ = ["DEFAULT_STEADY", "DEFAULT_STYLE", "DEFAULT_WORKERS", "MAX_ON", "StylizeOptions"]

DEFAULT_STYLE = "hereva"
DEFAULT_STEADY = 0.85
DEFAULT_WORKERS = 2
MAX_ON = 12
"""Frames that a painting is shown for at most: half a second of film."""
_VIDEO = ("stylize_video",)


def _auto_or_px(example: int) -> Callable[[str], str | float]:
    def parse(text: str) -> str | float:
        if text == "auto":
            return text
        try:
            return float(text.removesuffix("px"))
        except ValueError:
            reason = f"{text!r} is neither auto nor a width in pixels, such as {example}"
            raise InputError(reason) from None

    return parse


def _parse_format(text: str) -> str:
    from paintreel.jobs.place import FORMATS

    name = text.lower().removeprefix(".")
    if name not in FORMATS:
        raise InputError(f"{text!r} is none of {', '.join(FORMATS)}")
    return name


@dataclass(frozen=True, kw_only=True)
class StylizeOptions(ClipOptions, FileOptions, NetworkOptions, TileOptions):
    """How files are painted, and where the results go."""

    EXAMPLE = "paintreel stylize photo.jpg -o painted.png"
    EPILOG = """\
One file with -o NAME.png is written there, and is an error where NAME.png is there already, unless
--overwrite is given. Several files or a folder go into the folder OUT with their names and tree
kept; what is there already is skipped, so an interrupted run goes on when it is started again; what
was made with other settings, or of a source that has changed, is named and left unless --update is
given. Without -o results lie beside the input (photo-hereva.jpg).
Exit code: 0 all painted, 1 some failed or differ (each is named), 2 bad usage, 130 interrupted.
"""

    inputs: tuple[str, ...] = argument("INPUT", "picture, clip, folder or glob", nargs="+")
    style: str = option(
        DEFAULT_STYLE,
        "a name that 'paintreel models' lists, or an .onnx file",
        group="style",
        metavar="STYLE",
        is_model=True,
    )
    strength: float = option(
        1.0, "0 photograph .. 1 full style", group="style", low=0, high=1, metavar="0..1"
    )
    brush: Literal["auto"] | float = option(
        "auto",
        "width of strokes in pixels of the result; auto: 5, and wider in pictures of over 1280 px",
        group="style",
        metavar="auto|PX",
        parse=_auto_or_px(12),
        low=2.5,
        high=320,
        keywords=("stylize", "stylize_video"),
    )
    own_colour: float = option(
        0.0,
        "0 the style's colours .. 1 those of the picture: greys stay grey, grass green",
        group="style",
        low=0,
        high=1,
        metavar="0..1",
        keywords=("stylize", "stylize_video"),
    )
    fine_faces: bool = option(
        True,
        "paint small faces with the strokes of the rest, though their eyes may go",
        group="style",
        keywords=("stylize", "stylize_video"),
    )
    face: Literal["auto", "off", "all"] = option(
        "auto",
        "in styles that draw faces: auto all but small ones, off none, all small ones too",
        group="style",
        keywords=("stylize", "stylize_video"),
    )
    mask: str | None = option(
        None,
        "paint only there: faces, or a picture that is white where paint goes; for a clip also a "
        "clip or a folder of them, for a folder one of masks named as its files",
        group="where",
        metavar="FILE|faces",
    )
    protect: str | None = option(
        None,
        "leave it as it is: faces, or a file as for --mask",
        group="where",
        metavar="FILE|faces",
    )
    edge: Literal["auto"] | float = option(
        "auto",
        "width of the soft edge of --mask and --protect in pixels; auto: 8 in a picture of 1280 px",
        group="where",
        metavar="auto|PX",
        parse=_auto_or_px(8),
        low=0,
        high=1000,
    )
    least_face_px: float | None = option(
        None,
        "side of the smallest face that counts (default: 72 at 1080 lines, less in smaller ones)",
        group="where",
        flag="--least-face",
        metavar="PX",
        low=12,
        high=65535,
    )
    looks: str | None = option(
        None,
        "write a sheet of one picture or frame in every style and three brushes, nothing else",
        group="style",
        metavar="SHEET",
        affects="nothing",
    )
    at: float | None = option(
        None,
        "with --looks: the time of the frame in seconds (default: the middle of the clip)",
        group="style",
        low=0,
        high=1_000_000,
        metavar="S",
        affects="nothing",
    )
    size: tuple[int, int] | None = option(
        None,
        "paint at this size in pixels",
        group="style",
        metavar="WxH",
        low=1,
        parse=parse_size,
    )
    max_side_px: int | None = option(
        None,
        "shrink what has a longer side of more than PX (default: nothing; 640 in a GIF of a clip)",
        group="style",
        low=1,
        high=65535,
        flag="--max-side",
        metavar="PX",
        excludes="size",
        keywords=_VIDEO,
    )
    format: str | None = option(
        None,
        "write pictures as png, jpg ..., clips as mp4, gif ...; others keep their format",
        group="files",
        metavar="EXT",
        parse=_parse_format,
    )
    quality: int = option(
        95,
        "of JPEG, WebP and AVIF, higher is better",
        group="files",
        low=1,
        high=100,
        metavar="N",
        affects="picture",
    )
    dry_run: bool = option(False, "only print what would be done", group="files", affects="nothing")
    steady: float = option(
        DEFAULT_STEADY,
        "share of the paint carried along with the motion, against flicker",
        group="clips",
        low=0,
        below=1,
        metavar="0..1",
        affects="clip",
    )
    on: int = option(
        1,
        "paint every N-th frame and hold it: 2 is on twos, as animators do; cuts begin anew",
        group="clips",
        low=1,
        high=MAX_ON,
        metavar="N",
        affects="clip",
    )
    carry: bool = option(
        False,
        "with --on: move the paint along with the motion in between",
        group="clips",
        affects="clip",
    )
    precision: Literal["auto", "f32", "bf16"] = option(
        "auto",
        "arithmetic of the network; auto: bf16, faster, for 8-bit pictures if the processor has it",
        group="machine",
        keywords=("stylize", "stylize_video"),
    )
    workers: int = option(
        DEFAULT_WORKERS,
        "pictures worked on at once",
        group="machine",
        low=1,
        high=64,
        metavar="N",
        affects="nothing",
    )

    @property
    def size_rule(self) -> Callable[[int, int], tuple[int, int]] | None:
        """`target_size` where a size was asked for, else None."""
        return None if self.size is None and self.max_side_px is None else self.target_size

    def target_size(self, width_px: int, height_px: int) -> tuple[int, int]:
        """(width, height) that a picture of the given size is painted at."""
        if self.max_side_px is not None:
            from paintreel.imaging.geometry import fit_max_side

            return fit_max_side(width_px, height_px, self.max_side_px)
        return self.size or (width_px, height_px)
