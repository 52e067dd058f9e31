"""The options of `sheet`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from paintreel.options import DeviceName, FileOptions, argument, option, required_option

__all__ = ["DEFAULT_COUNT", "DEFAULT_WIDTH_PX", "SheetOptions"]

DEFAULT_COUNT = 48
DEFAULT_WIDTH_PX = 3508
"""A4 across, at 300 dots an inch."""

_FUNCTION = ("sheet",)


@dataclass(frozen=True, kw_only=True)
class SheetOptions(FileOptions):
    """What is shown on the page, and how."""

    EXAMPLE = "paintreel sheet film.mp4 -o sheet.png"
    EPILOG = """\
The page is A4 across: thumbnails with the colours of each, in order or in groups, below them the
colours of the whole film from left to right and the mood line, the share of each feeling over time.
Of every shot of a clip the middle is shown, of long ones several frames; pictures come in the
order of their names, several inputs one after the other. A sheet of an earlier run is replaced.
Exit code: 0 all shown, 1 some failed (each is named, the rest is shown), 2 bad usage, 130
interrupted.
"""

    inputs: tuple[str, ...] = argument("INPUT", "folder, clip, picture or glob", nargs="+")
    output: str = required_option(
        "the page, such as sheet.png", short="-o", metavar="SHEET", affects="nothing"
    )
    by: Literal["time", "mood", "scene", "palette"] = option(
        "time",
        "how thumbnails stand: in order, or grouped by feeling, by place, by colour",
        keywords=_FUNCTION,
    )
    after: tuple[str, ...] = option(
        (),
        "what was made of INPUT, such as its grade: shown below it, moment by moment",
        metavar="PATH",
        file="read",
        repeats=True,
        keywords=_FUNCTION,
    )
    title: str | None = option(
        None,
        "above the page (default: name of the first input)",
        metavar="TEXT",
        keywords=_FUNCTION,
    )
    count: int = option(
        DEFAULT_COUNT,
        "most thumbnails; of more, those at even steps are shown",
        low=1,
        high=240,
        metavar="N",
        keywords=_FUNCTION,
    )
    width_px: int = option(
        DEFAULT_WIDTH_PX,
        "width of the page in pixels",
        flag="--width",
        low=800,
        high=12000,
        metavar="PX",
        keywords=_FUNCTION,
    )
    every_s: float | None = option(
        None,
        "most seconds of a shot that one frame stands for; 0: every frame is looked at "
        "(default: 5, in a clip without cuts 1, less below 12 s)",
        flag="--every",
        low=0,
        high=3600,
        metavar="S",
        keywords=_FUNCTION,
    )
    max_pixels: int | None = option(
        None,
        "largest picture or frame accepted (default: 200 million, 67 million of a clip)",
        group="files",
        low=1,
        metavar="N",
        affects="nothing",
        keywords=_FUNCTION,
    )
    workers: int = option(
        2, "pictures at once", group="machine", low=1, high=64, metavar="N", affects="nothing"
    )
    backend: Literal["auto", "onnxruntime", "openvino"] = option(
        "onnxruntime",
        "runtime of the network; openvino gets ready anew for every new shape of pictures",
        group="machine",
        keywords=_FUNCTION,
    )
    device: DeviceName = option(
        "auto",
        "what the network runs on; auto: CUDA or DirectML where installed, else cpu; gpu: any",
        group="machine",
        affects="nothing",
        keywords=_FUNCTION,
    )
    threads: int | None = option(
        None,
        "threads of the network (default: cores, shared among the workers)",
        group="machine",
        low=1,
        high=256,
        metavar="N",
        affects="nothing",
        keywords=_FUNCTION,
    )
