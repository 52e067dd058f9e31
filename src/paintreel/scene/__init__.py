"""Paint a finished background from a rough, or from a word and a seed.

The package is also the function: `paintreel.scene("fantasy forest", seed=7)` paints one scene. The
parts are

    options.py        its options
    asked.py          what words and options together ask for
    network.py        a network that paints over a rough, in tiles
    svmm.py           the method that composes from a library of patches
    methods.py        all methods behind one protocol
    from_category.py  from a category and a seed: draw, rough out, finish
    paint.py          `scene`, one call for both
    batch.py          files: seeds, or folders of roughs, in one run
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from paintreel.callable_package import make_callable

if TYPE_CHECKING:
    from paintreel.scene.methods import METHODS
    from paintreel.scene.paint import scene
    from paintreel.worlds.categories import CATEGORIES, find_category

__all__ = ["CATEGORIES", "METHODS", "find_category", "scene"]

make_callable(
    __name__,
    {
        "CATEGORIES": "worlds.categories",
        "METHODS": "scene.methods",
        "find_category": "worlds.categories",
        "scene": "scene.paint",
    },
)
