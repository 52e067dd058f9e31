"""Draw the contours of pictures and clips, or make a pencil drawing clean.

The package is also the function: `paintreel.lineart(picture)` draws one. The parts are

    options.py    its options
    drawer.py     `LineDrawer`: the rule, or a network, and what both share
    drawn.py      `lineart`, one picture of any kind
    video.py      `lineart_video`
    steadying.py  lines that hold still in clips
    svg.py        lines as curves
    batch.py      files, pictures and clips, in one run
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from paintreel.callable_package import make_callable

if TYPE_CHECKING:
    from paintreel.lineart.drawer import LineDrawer, LineLook
    from paintreel.lineart.drawn import lineart
    from paintreel.lineart.video import lineart_video

__all__ = ["LineDrawer", "LineLook", "lineart", "lineart_video"]

make_callable(
    __name__,
    {
        "LineDrawer": "lineart.drawer",
        "LineLook": "lineart.drawer",
        "lineart": "lineart.drawn",
        "lineart_video": "lineart.video",
    },
)
