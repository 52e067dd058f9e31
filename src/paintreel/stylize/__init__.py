"""Turn photographs and clips into painted pictures: one style network, any size, any kind.

The package is also the function: `paintreel.stylize(photo)` paints one picture. The parts are

    options.py    its options
    style.py      `Style`, a loaded style; `stylize`, the same in one call
    video.py      `stylize_video`
    exposure.py   on ones, twos, threes: which frames are painted, and what is shown meanwhile
    inbetween.py  a frame between two painted ones
    batch.py      files, pictures and clips, in one run
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from paintreel.callable_package import make_callable

if TYPE_CHECKING:
    from paintreel.stylize.options import DEFAULT_STYLE
    from paintreel.stylize.style import Style, stylize
    from paintreel.stylize.video import stylize_video

__all__ = ["DEFAULT_STYLE", "Style", "stylize", "stylize_video"]

make_callable(
    __name__,
    {
        "DEFAULT_STYLE": "stylize.options",
        "Style": "stylize.style",
        "stylize": "stylize.style",
        "stylize_video": "stylize.video",
    },
)
