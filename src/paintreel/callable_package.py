"""A package that is called: a verb and the room that holds it share one name.

`paintreel.stylize(photo)` paints, and `paintreel.stylize.style` is a module. Type checkers and
editors see the function (`paintreel/__init__.py` says so to them).
"""

from __future__ import annotations

import inspect
import sys
from collections.abc import Mapping
from importlib import import_module
from types import ModuleType
from typing import Any

__all__ = ["make_callable"]


class CallablePackage(ModuleType):
    """A package whose call is a function of one of its modules, loaded when it is first called.

    homes: public name -> module below `paintreel` that holds it; `_verb` is the one that is called.
    """

    _homes: Mapping[str, str]
    _verb: str
    _about: str

    def __call__(self, *args: Any, **keywords: Any) -> Any:
        return getattr(self, f"_{self._verb}")(*args, **keywords)

    @property
    def __doc__(self) -> str | None:  # type: ignore[override]
        """Of the function, with its signature, and then of the package: what `help` shows."""
        function = getattr(self, f"_{self._verb}")
        head = f"{self._verb}{inspect.signature(function)}"
        return f"{head}\n\n{inspect.getdoc(function)}\n\n{self._about}"

    def __dir__(self) -> list[str]:
        return sorted({*self.__dict__, *self._homes})

    def __getattr__(self, name: str) -> Any:
        if name == "__signature__":
            return inspect.signature(getattr(self, f"_{self._verb}"))
        wanted = self._verb if name == f"_{self._verb}" else name
        if wanted in self._homes:
            return getattr(import_module(f"paintreel.{self._homes[wanted]}"), wanted)
        raise AttributeError(f"module {self.__name__!r} has no attribute {name!r}")


def make_callable(name: str, homes: Mapping[str, str]) -> None:
    """Let the package `name` be called as the function of its own last name.

    homes: public name -> module below `paintreel` that holds it, the function's among them.
    """
    package = sys.modules[name]
    about = package.__doc__ or ""
    package.__class__ = CallablePackage
    package.__dict__.update(_about=about, _homes=dict(homes), _verb=name.rsplit(".", 1)[-1])
