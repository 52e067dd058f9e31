"""Cancelling in the middle of work that asks for it."""

from __future__ import annotations

import threading


class SetAfter(threading.Event):
    """Is set from the given asking on."""

    def __init__(self, askings: int) -> None:
        super().__init__()
        self.left = askings

    def is_set(self) -> bool:
        self.left -= 1
        return self.left < 0
