"""What is costly to build for a shape (compiled graphs, buffers), kept for the last few shapes."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable
from typing import Any, Generic, TypeVar

_SHAPES_KEPT = 4

T = TypeVar("T")


class ShapeCache(Generic[T]):
    """The values of the last few shapes; one is built at a time, in whatever thread asks."""

    def __init__(self) -> None:
        self._values: OrderedDict[tuple[Any, ...], T] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, shape: tuple[Any, ...], build: Callable[[tuple[Any, ...]], T]) -> T:
        """The value that was built for `shape`, else `build(shape)`.

        `build` is not stored: a method of the owner would tie both into a cycle, and graphs would
        stay in memory until the garbage collector comes by.
        """
        with self._lock:
            if shape not in self._values:
                while len(self._values) >= _SHAPES_KEPT:
                    self._values.popitem(last=False)
                self._values[shape] = build(shape)
            self._values.move_to_end(shape)
            return self._values[shape]
