"""Colour drawings in lines: by hints, a palette and a category, whole or in flats, in layers.

The package is also the function: `paintreel.colorize(lines)` colours one. The parts are

    options.py   its options
    asked.py     palette and category, from words and pictures
    network.py   the network that paints
    colourer.py  `Colourer`: a network or flats by rule, and what both share
    coloured.py  the result: picture, layers, indexed regions
    painted.py   `colorize`, one drawing of any kind
    tracking.py  hints and colours that go along with the drawing, from frame to frame
    video.py     `colorize_video`
    batch.py     files, pictures and clips, in one run
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from paintreel.callable_package import make_callable

if TYPE_CHECKING:
    from paintreel.colorize.colourer import Colourer, ColourLook
    from paintreel.colorize.painted import colorize
    from paintreel.colorize.video import colorize_video

__all__ = ["ColourLook", "Colourer", "colorize", "colorize_video"]

make_callable(
    __name__,
    {
        "ColourLook": "colorize.colourer",
        "Colourer": "colorize.colourer",
        "colorize": "colorize.painted",
        "colorize_video": "colorize.video",
    },
)
