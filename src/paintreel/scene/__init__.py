"""Paint a finished background from a rough, or from a word and a seed.

The package is also the function: `paintreel.scene("fantasy forest", seed=7)` paints one scene. The
parts are

    categories.py  the scenes that can be asked for by name
    grbm/          worlds drawn by rules, as a stack of layers
    inputs.py      what an artist gives (rough, sketch) as the networks take it
    finish.py      `Finisher`, a network that paints over a rough, in tiles
    svmm.py        the method that composes from a library of patches
    methods.py     all methods behind one protocol
    make.py        from a category and a seed: draw, rough out, finish
    paint.py       `scene`, one call for both
    sheet.py       contact sheets
"""

from __future__ import annotations

import sys
from types import ModuleType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from paintreel.scene.methods import METHODS
    from paintreel.scene.paint import scene
    from paintreel.worlds.categories import CATEGORIES, find_category

__all__ = ["CATEGORIES", "METHODS", "find_category", "scene"]

_HOMES = {
    "CATEGORIES": "worlds.categories",
    "METHODS": "scene.methods",
    "find_category": "worlds.categories",
    "scene": "scene.paint",
}


class _Verb(ModuleType):
    """A module that is called: the verb and its package share one name."""

    def __call__(
        self,
        category: str | None = None,
        *,
        seed: int = 0,
        rough: Any = None,
        sketch: Any = None,
        **options: Any,
    ) -> Any:
        """Paint one scene: see `paintreel.scene.paint.scene`."""
        from paintreel.scene.paint import scene

        return scene(category, seed=seed, rough=rough, sketch=sketch, **options)

    def __getattr__(self, name: str) -> Any:
        from importlib import import_module

        if name in _HOMES:
            return getattr(import_module(f"paintreel.{_HOMES[name]}"), name)
        raise AttributeError(f"module {self.__name__!r} has no attribute {name!r}")


sys.modules[__name__].__class__ = _Verb
