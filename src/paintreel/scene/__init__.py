"""Paint a finished background from a rough, or from a word and a seed.

The package is also the function: `paintreel.scene("fantasy forest", seed=7)` paints one scene. The
parts are

    options.py   its options
    paint.py     `scene`, one call for both
    felt.py      what a feeling makes of it
    layers.py    the painted layers of a drawing
    parallax.py  `parallax`, a shot through them
    batch.py     files: seeds, or folders of roughs, in one run

What is asked for, and the methods that paint, are in `paintreel/scenes/`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from paintreel.callable_package import make_callable

if TYPE_CHECKING:
    from paintreel.scene.paint import scene
    from paintreel.scenes.methods import METHODS
    from paintreel.worlds.categories import CATEGORIES, find_category

__all__ = ["CATEGORIES", "METHODS", "find_category", "scene"]

make_callable(
    __name__,
    {
        "CATEGORIES": "worlds.categories",
        "METHODS": "scenes.methods",
        "find_category": "worlds.categories",
        "scene": "scene.paint",
    },
)
