"""The options of `spectrum`."""

from __future__ import annotations

from dataclasses import dataclass

from paintreel.errors import InputError
from paintreel.options import Options, argument, option, ray_option
from paintreel.options.answers import (
    csv_option,
    json_option,
    max_pixels_option,
    quiet_option,
)

__all__ = ["MOST_SETS", "SpectrumOptions"]

MOST_SETS = 8
"""Sets that one chart can tell apart."""


@dataclass(frozen=True, kw_only=True)
class SpectrumOptions(Options):
    """Which sets are compared, how finely, and where the results go."""

    EXAMPLE = "paintreel spectrum photos/ painted/ -o spectra.png"
    EPILOG = """\
Each SET is a picture, a clip, a folder or a pattern. Each is told by a line: how far its mean
spectrum is from that of the first set, and how much more or less detail it has that is coarse
(waves longer than 16 px), middle and fine (shorter than 4 px). The chart shows the planes of the
spectra, their mean over all directions with the middle half of the pictures, and the differences
from the first. No picture has to match another. Clips are looked at about once a second.
Exit code: 0 all measured, 1 some failed (each is named, the rest is measured), 2 bad usage.
"""

    inputs: tuple[str, ...] = argument(
        "SET", f"pictures, clips, folders or globs, up to {MOST_SETS}", nargs="+", file="read"
    )
    output: str | None = option(
        None, "draw the chart", short="-o", metavar="FILE.png", group="results"
    )
    csv: str | None = csv_option("a row a frequency")
    json: str | None = json_option("notes")
    bins: int = option(
        32,
        "rings from the coarsest to the finest; pictures need twice as many pixels a side",
        low=4,
        high=512,
        metavar="N",
        keywords=("spectrum",),
    )
    every_s: float | None = option(
        None,
        "seconds from frame to frame of clips; 0: every frame (default: one, less of short clips)",
        flag="--every",
        low=0,
        high=3600,
        metavar="S",
        keywords=("spectrum",),
    )
    max_pixels: int | None = max_pixels_option("spectrum")
    workers: int = option(
        1, "pictures measured at a time", group="run", low=1, high=64, metavar="N"
    )
    ray: str | None = ray_option()
    quiet: bool = quiet_option()

    def __post_init__(self) -> None:
        super().__post_init__()
        if len(self.inputs) > MOST_SETS:
            raise InputError(f"{len(self.inputs)} sets given, one chart shows {MOST_SETS} at most")
