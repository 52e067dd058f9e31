"""The options of `colorize`."""

from __future__ import annotations

from dataclasses import dataclass

from paintreel.options import (
    MAX_SEED,
    DrawnClipOptions,
    FileOptions,
    NetworkOptions,
    TileOptions,
    argument,
    option,
)
from paintreel.roughs.palettes import PALETTES

__all__ = ["DEFAULT_METHOD", "ColorizeOptions"]

DEFAULT_METHOD = "auto"


def _palette_help() -> str:
    return f"colours to use: any picture, or a name: {', '.join(PALETTES)}"


_BOTH = ("colorize", "colorize_video")


@dataclass(frozen=True, kw_only=True)
class ColorizeOptions(DrawnClipOptions, FileOptions, NetworkOptions, TileOptions):
    """What is coloured, how, and where the results go."""

    EXAMPLE = "paintreel colorize lines.png -o painted.png --hint hints.png"
    EPILOG = """\
One drawing with -o NAME.png is written there; several, a folder or --count go into the folder OUT
with their names and tree kept, pictures as PNG; what is there already is skipped, or named where it
was made with other settings. --layers adds NAME-layers/ and NAME.ora beside NAME.png. Hints of a
folder go with drawings of their names; of a clip they are pictures named after the number of their
frame. Without -o results lie beside the input (lines-painted.png).
Exit code: 0 all coloured, 1 some failed or differ (each is named), 2 bad usage, 130 interrupted.
"""

    inputs: tuple[str, ...] = argument(
        "LINEART", "drawing in lines, clip, folder or glob", nargs="+"
    )
    method: str = option(
        DEFAULT_METHOD,
        "who paints: a name that 'paintreel models' lists for colorize, a model file, or rule, "
        "which lays flats; auto: the bundled network, or rule where there is none",
        group="colour",
        metavar="METHOD",
        is_model=True,
        keywords=_BOTH,
    )
    hint: str | None = option(
        None,
        "dots, scribbles or patches of colour on transparency; a folder for several drawings, or "
        "for several frames of a clip",
        group="colour",
        metavar="PICTURE",
    )
    palette: str | None = option(
        None,
        _palette_help,
        group="colour",
        metavar="PICTURE|NAME",
    )
    category: str | None = option(
        None,
        "what is shown: forest, settlement, interior, water, 'night sky', 'open land' ...",
        group="colour",
        metavar="NAME",
        keywords=_BOTH,
    )
    seed: int | None = option(
        None,
        "another painting for each; the same seed gives the same (default: none, no chance)",
        group="colour",
        low=0,
        high=MAX_SEED,
        metavar="N",
        keywords=_BOTH,
    )
    count: int | None = option(
        None,
        "N paintings of each drawing, of seeds SEED to SEED+N-1",
        group="colour",
        low=1,
        high=1000,
        metavar="N",
        affects="nothing",
    )
    flat: bool = option(
        False,
        "stop at flats: every region in one colour, no shading",
        group="regions",
        keywords=_BOTH,
    )
    gap: float | None = option(
        None,
        "widest gap in a line that colour does not leak through; 0 none (default: 1% of the "
        "longer side, 4 px at least)",
        group="regions",
        low=0,
        high=1000,
        metavar="PX",
        keywords=_BOTH,
    )
    cel: bool = option(
        False,
        "leave what lies around the forms transparent, unless a hint is there",
        group="regions",
        keywords=_BOTH,
    )
    lines: bool = option(
        True, "leave the lines out of the picture", group="regions", keywords=_BOTH
    )
    layers: bool = option(
        False,
        "write lines, flats and shading apart too, as PNG and as one OpenRaster file for Krita and "
        "others; with --flat a layer a region",
        group="files",
        affects="nothing",
    )

    @property
    def seeds(self) -> tuple[int | None, ...]:
        """The seed of every painting of a drawing."""
        if self.count is None:
            return (self.seed,)
        first = self.seed or 0
        return tuple(range(first, first + self.count))
