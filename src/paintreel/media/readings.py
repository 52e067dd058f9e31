"""Progress over the readings of a clip: some work goes through it more than once."""

from __future__ import annotations

from collections.abc import Callable
from os import PathLike
from pathlib import Path

from paintreel.media.length import too_long

__all__ = ["OnProgress", "Readings"]

OnProgress = Callable[[int, int | None], None]
"""Called with (frames done, frames expected or None)."""


class Readings:
    """Progress over parts of a work that are as long as the clip each: readings, and learning.

    on_progress  told of all parts together; None: nobody
    clip         for messages
    limit        InputError is raised in a reading of more frames; None: no limit
    parts        readings, and what else takes as long
    on_stage     told what is done now
    """

    def __init__(
        self,
        on_progress: OnProgress | None,
        clip: str | PathLike[str],
        limit: int | None = None,
        *,
        parts: int = 1,
        on_stage: Callable[[str], None] | None = None,
    ) -> None:
        self._on_progress, self._clip, self._limit = on_progress, Path(clip), limit
        self._on_stage = on_stage
        self._parts = parts
        self._expected: int | None = None

    def reading(self, number: int = 0) -> OnProgress:
        """Of the reading after `number` other parts."""

        def on_frame(done: int, expected: int | None) -> None:
            if self._limit is not None and done > self._limit:
                raise too_long(self._clip, f"more than {self._limit:,}", self._limit)
            self._expected = expected
            if self._on_progress is not None:
                total = None if expected is None else self._parts * expected
                self._on_progress(done + number * (expected or 0), total)

        return on_frame

    def stage(self, text: str) -> None:
        """What is done from now on, in a few words."""
        if self._on_stage is not None:
            self._on_stage(text)

    def on_share(self, share: float) -> None:
        """Of the part after the first reading, 0 to 1."""
        self.on_part(1, share)

    def on_part(self, number: int, share: float) -> None:
        """Of the part after `number` others, 0 to 1; the first is a whole reading."""
        if self._on_progress is not None and self._expected is not None:
            done = round((number + share) * self._expected)
            self._on_progress(done, self._parts * self._expected)
