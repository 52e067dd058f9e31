"""Turn photographs and clips into painted pictures: one style network, any size, any kind.

The package is also the function: `paintreel.stylize(photo)` paints one picture. The parts are

    style.py   `Style`, a loaded style; `stylize`, the same in one call
    video.py   `stylize_video`
    plan.py    which files a run reads and writes
    batch.py   the run over them
"""

from __future__ import annotations

import sys
from types import ModuleType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from paintreel.stylize.style import DEFAULT_STYLE, Style, stylize
    from paintreel.stylize.video import stylize_video

__all__ = ["DEFAULT_STYLE", "Style", "stylize", "stylize_video"]

_HOMES = {
    "DEFAULT_STYLE": "style",
    "Style": "style",
    "stylize": "style",
    "stylize_video": "video",
}


class _Verb(ModuleType):
    """A module that is called: the verb and its package share one name."""

    def __call__(self, x: Any, style: Any = "hereva", strength: float = 1.0, **options: Any) -> Any:
        """Paint one picture: see `paintreel.stylize.style.stylize`."""
        from paintreel.stylize.style import stylize

        return stylize(x, style, strength, **options)

    def __getattr__(self, name: str) -> Any:
        from importlib import import_module

        if name in _HOMES:
            return getattr(import_module(f"{self.__name__}.{_HOMES[name]}"), name)
        raise AttributeError(f"module {self.__name__!r} has no attribute {name!r}")


sys.modules[__name__].__class__ = _Verb
