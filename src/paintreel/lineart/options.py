"""The options of `lineart`."""

from __future__ import annotations

from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from paintreel.errors import InputError, MissingExtra
from paintreel.options import (
    DrawnClipOptions,
    FileOptions,
    NetworkOptions,
    TileOptions,
    argument,
    option,
)

__all__ = ["DEFAULT_METHOD", "LineartOptions"]

DEFAULT_METHOD = "auto"
_BOTH = ("lineart", "lineart_video")


@dataclass(frozen=True, kw_only=True)
class LineartOptions(DrawnClipOptions, FileOptions, NetworkOptions, TileOptions):
    """What is drawn, how, and where the drawings go."""

    EXAMPLE = "paintreel lineart photo.jpg -o lines.png"
    EPILOG = """\
One file with -o NAME.png is written there; -o NAME.svg writes curves in place of pixels, and --svg
both. Several files or a folder go into the folder OUT with their names and tree kept, pictures as
PNG; what is there already is skipped, or named where it was made with other settings. Clips keep
their sound and the times of their frames. Without -o results lie beside the input
(photo-lines.png).
Exit code: 0 all drawn, 1 some failed or differ (each is named), 2 bad usage, 130 interrupted.
"""

    inputs: tuple[str, ...] = argument("INPUT", "picture, clip, folder or glob", nargs="+")
    method: str = option(
        DEFAULT_METHOD,
        "who draws: a name that 'paintreel models' lists for lineart, a model file, or rule, which "
        "needs none; auto: the bundled network, and rule for --clean",
        group="lines",
        metavar="METHOD",
        is_model=True,
        keywords=_BOTH,
    )
    weight: float = option(
        0.5,
        "0 hairlines .. 1 bold lines",
        group="lines",
        low=0,
        high=1,
        metavar="0..1",
        keywords=_BOTH,
    )
    detail: float = option(
        0.5,
        "0 the main contours .. 1 every fold",
        group="lines",
        low=0,
        high=1,
        metavar="0..1",
        keywords=_BOTH,
    )
    clean: bool = option(
        False,
        "the picture is a drawing: paper, shadows, smudges and blue pencil go, rough strokes "
        "become one clean line",
        group="lines",
        keywords=_BOTH,
    )
    gap: float | None = option(
        None,
        "bridge gaps of up to PX pixels in a line; 0 none (default: 0.6% of the longer side, in "
        "clips 0)",
        group="lines",
        low=0,
        high=1000,
        metavar="PX",
        keywords=_BOTH,
    )
    transparent: bool = option(
        False, "black lines on nothing, in place of white paper", group="lines", keywords=_BOTH
    )
    svg: bool = option(
        False,
        "write the lines as SVG too: centre lines with their widths, as curves",
        group="lines",
        affects="picture",
    )
    outlines: bool = option(
        False,
        "in the SVG trace the rims of the lines instead (needs the extra svg)",
        group="lines",
        affects="picture",
    )

    @property
    def writes_svg(self) -> bool:
        """Whether curves are asked for, beside pixels or alone."""
        return self.svg or self.is_svg_alone

    @property
    def is_svg_alone(self) -> bool:
        """Whether the one result is an SVG file."""
        return self.output is not None and self.output.lower().endswith(".svg")

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.outlines and not self.writes_svg:
            raise InputError("outlines are of an SVG; give --svg, or -o NAME.svg")
        if self.outlines and find_spec("vtracer") is None:
            raise MissingExtra("--outlines", "svg")
        suffix = Path(self.output or "").suffix.lower()
        if self.transparent and suffix in (".jpg", ".jpeg"):
            raise InputError(
                f"{self.output} cannot hold transparency; give a name that ends in .png"
            )
