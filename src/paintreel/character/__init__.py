"""Draw a character: a face in a feeling, the model sheet, or a line of dialogue acted out.

The package is also the function: `paintreel.character("girl", emotion="fear")` gives a picture. The
parts are

    options.py      its options
    asked.py        who is drawn, in which pose
    stills.py       what one call draws: pictures, lines, flats, layers
    model_sheet.py  expressions, turns, mouths and palette on one page
    painting.py     a drawing painted in a style
    batch.py        files, in one run
    checks.py       what is checked before anything is drawn
    hearing.py      where in a sound somebody speaks
    drawn.py        `character`, one call for all
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from paintreel.callable_package import make_callable

if TYPE_CHECKING:
    from paintreel.character.drawn import character

__all__ = ["character"]

make_callable(__name__, {"character": "character.drawn"})
