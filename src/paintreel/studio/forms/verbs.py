"""The verbs as the studio offers them: every row of `VERBS` but those that make no job."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from paintreel.options import VERBS, Verb

__all__ = ["OFFERED", "OfferedVerb", "offered", "shelves"]

_NO_JOBS = frozenset({"models", "studio"})
"""The first is a page of its own, the second is what is running."""


@dataclass(frozen=True, slots=True)
class OfferedVerb:
    """How a verb is offered.

    shelf     heading below which it stands
    title     of its page
    canvas    which drawing surface its form has: sketch, hints, or none
    training  whether it trains: other limits, and samples while it runs
    """

    name: str
    summary: str
    shelf: str
    title: str
    canvas: str = ""
    training: bool = False

    @property
    def has_picture(self) -> bool:
        """Whether the pages have a picture of what it makes."""
        return self.name in _PICTURED


_PICTURED = frozenset({"character", "grade", "rough"})
"""Verbs that no model's sample shows; `web/static` holds a picture for each."""
_SHELVES = ("Paint", "Draw", "Look", "Measure", "Learn")
_KNOWN: Mapping[str, tuple[str, str]] = {
    "stylize": ("Paint", "Paint in a style"),
    "scene": ("Paint", "Paint a background"),
    "colorize": ("Paint", "Colour a drawing"),
    "fuse": ("Paint", "Paint a shot from a key frame"),
    "grade": ("Paint", "Light a scene by feeling"),
    "character": ("Paint", "Bring a character to life"),
    "short": ("Paint", "Make a short"),
    "rough": ("Draw", "Block in a picture"),
    "lineart": ("Draw", "Draw the lines"),
    "classify": ("Look", "Tell feeling, medium, place"),
    "emotion": ("Look", "Hear and see emotion"),
    "script": ("Look", "Read a script's feelings"),
    "sheet": ("Look", "Colour script of a film"),
    "info": ("Look", "What is in a file"),
    "score": ("Measure", "Measure results"),
    "compare": ("Measure", "Compare systems"),
    "spectrum": ("Measure", "Detail by fineness"),
    "agree": ("Measure", "How raters agree"),
    "train": ("Learn", "Train a style of your own"),
    "experiment": ("Learn", "Repeat a paper's tables"),
}
"""Verb -> shelf and title; a verb that is not here is offered by its name and summary."""
_CANVASES = {"scene": "sketch", "colorize": "hints"}
_TRAININGS = frozenset({"train", "experiment"})


def _offered(name: str, verb: Verb) -> OfferedVerb:
    shelf, title = _KNOWN.get(name, ("Look", name.capitalize()))
    canvas = _CANVASES.get(name, "")
    return OfferedVerb(name, verb.summary, shelf, title, canvas, name in _TRAININGS)


OFFERED: Mapping[str, OfferedVerb] = {
    name: _offered(name, verb) for name, verb in VERBS.items() if name not in _NO_JOBS
}
"""Verb -> how it is offered."""


def offered(name: str) -> OfferedVerb | None:
    """The verb of a name, None for one that makes no job."""
    return OFFERED.get(name)


def shelves() -> list[tuple[str, list[OfferedVerb]]]:
    """The verbs by heading, in the order of the page."""
    rows = [(shelf, [v for v in OFFERED.values() if v.shelf == shelf]) for shelf in _SHELVES]
    return [row for row in rows if row[1]]
