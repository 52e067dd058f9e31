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
    is_by_file  whether each picture or clip is worked on by itself, and may be a job of its own
    """

    name: str
    summary: str
    shelf: str
    title: str
    canvas: str = ""
    training: bool = False
    is_by_file: bool = False

    @property
    def steps(self) -> tuple[str, ...]:
        """How it goes, for who does it the first time."""
        return _STEPS.get(self.name, ())


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
_STEPS: Mapping[str, tuple[str, ...]] = {
    "stylize": (
        "Several files or a folder become one job each, side by side.",
        "A clip keeps its sound, its rate and its length.",
    ),
    "scene": (
        "A few words are enough; what they leave open is drawn by chance.",
        "Lines of your own go where you draw them.",
    ),
    "colorize": (
        "Give a drawing in lines.",
        "Dot colours onto it here, or name a palette, or leave it to chance.",
        "Layers open in Krita and GIMP.",
    ),
    "fuse": (
        "Give the clip. Take a frame of it home, here or by 'Only tell which frames to paint'.",
        "Paint over it in your own program; keep its name, which says when it is.",
        "Bring it back together with the clip: the whole shot follows it.",
    ),
    "character": (
        "Without a sound: a picture. With the sound of a line: a clip that speaks it.",
        "A clip of your own face moves it too.",
    ),
    "grade": ("Light and colours move to a feeling; the picture stays.",),
    "compare": (
        "A folder of results for each system, with the same names in each.",
        "What they should look like, where there is such a thing.",
        "Ranks, differences, and how certain they are.",
    ),
    "agree": (
        "Write sheets for raters with 'Compare systems'.",
        "Bring back their ballots and the key.",
    ),
    "train": (
        "Thirty pictures of one hand or more; hundreds are better.",
        "Photographs of the kind that you will paint.",
        "Half an hour shows whether it goes the right way; samples come every minute.",
    ),
}

_CANVASES = {"scene": "sketch", "colorize": "hints"}
_BY_FILE = frozenset({"stylize", "grade", "lineart", "colorize", "rough"})
_TRAININGS = frozenset({"train", "experiment"})


def _offered(name: str, verb: Verb) -> OfferedVerb:
    shelf, title = _KNOWN.get(name, ("Look", name.capitalize()))
    canvas = _CANVASES.get(name, "")
    return OfferedVerb(
        name, verb.summary, shelf, title, canvas, name in _TRAININGS, name in _BY_FILE
    )


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
