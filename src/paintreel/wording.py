"""Counts and lists as messages have them, in one wording."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

__all__ = ["counted", "enumerated", "some_of"]


def counted(count: int, what: str) -> str:
    """The number with what it counts.

    >>> counted(1, "frame"), counted(1200, "picture")
    ('1 frame', '1,200 pictures')
    """
    return f"{count:,} {what}{'s' if count != 1 else ''}"


def enumerated(parts: Sequence[str]) -> str:
    """All of them.

    >>> enumerated(["a", "b", "c"]), enumerated(["a"])
    ('a, b and c', 'a')
    """
    if len(parts) < 2:
        return "".join(parts)
    return f"{', '.join(parts[:-1])} and {parts[-1]}"


def some_of(names: Iterable[object], most: int, *, between: str = ", ") -> str:
    """The first `most` of them, and how many there are beside.

    >>> some_of(["a", "b", "c"], 2), some_of(["a", "b"], 2)
    ('a, b and 1 more', 'a, b')
    """
    every = [str(name) for name in names]
    more = f" and {len(every) - most:,} more" if len(every) > most else ""
    return between.join(every[:most]) + more
