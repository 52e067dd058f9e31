"""Draw the colour script of a film: its frames as swatches and thumbnails, with the mood line.

The package is also the function: `paintreel.sheet(["film.mp4"])` gives the page. The parts are

    options.py   its options
    moments.py   what is kept of a picture, or of a frame of a clip
    families.py  palettes by their colour
    groups.py    which moments are shown, and under which heading
    layout.py    where everything stands on the page
    page.py      the page
    batch.py     files, in one run
    drawn.py     `sheet`, one call for all
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from paintreel.callable_package import make_callable

if TYPE_CHECKING:
    from paintreel.sheet.drawn import sheet

__all__ = ["sheet"]

make_callable(__name__, {"sheet": "sheet.drawn"})
