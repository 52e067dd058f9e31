"""Every experiment in one table; importing it needs no torch.

A new experiment is a folder beside this file and a row: its module `start` makes of what was asked
(`experiments.asked`) what its trials are run with. The command checks its options and reads its
recipes by this table.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from importlib import import_module

OF_ALL = ("paper", "out", "seed")
"""Options that every experiment takes."""

OF_TRAININGS = ("trials", "budget", "systems", "preset", "changes", "recipe", "resume")
"""Options of experiments that train networks."""

_IN_RECIPES: Mapping[str, type] = {
    **dict.fromkeys(("budget", "systems", "preset"), str),
    **dict.fromkeys(("trials", "seed"), int),
    "settings": dict,
}
"""Keys of recipes of experiments that train networks."""


@dataclass(frozen=True)
class Paper:
    """An experiment.

    name      what the user types, and its folder
    title     what it is about, in a few words without brackets, which help and studio show
    needs     options that must be given
    takes     further options that it has a use for, beside OF_ALL
    instead   {option that it has no use for: what does that here}
    trials    trainings of each system unless told; budget: of one training. None without any
    recipe    {key: type} of its recipes, beside the experiment's name
    """

    name: str
    title: str
    needs: tuple[str, ...]
    takes: tuple[str, ...] = OF_TRAININGS
    instead: Mapping[str, str] = field(default_factory=dict)
    trials: int | None = None
    budget: str | None = None
    recipe: Mapping[str, type] = field(default_factory=lambda: _IN_RECIPES)

    @property
    def trains(self) -> bool:
        """Whether it trains networks, which wants torch."""
        return self.trials is not None

    def takes_option(self, name: str) -> bool:
        """Whether it has a use for an option."""
        return name in (*OF_ALL, *self.needs, *self.takes)

    def load_start(self) -> Callable[..., None]:
        """Its `start`: runs it as it is asked and writes its report."""
        module = import_module(f"paintreel.learn.experiments.{self.name}.start")
        start: Callable[..., None] = module.start
        return start


def _with(**kinds: type) -> Mapping[str, type]:
    return {**_IN_RECIPES, **kinds}


_ROWS = (
    Paper(
        "scene",
        "backgrounds: MFFCN-GAN and its peers",
        needs=("art",),
        takes=(*OF_TRAININGS, "crops", "roughs", "extractor"),
        trials=10,
        budget="4m",
        recipe=_with(crops=int, crop_px=int, max_art=int, splits=str, held_out=list),
    ),
    Paper(
        "dske",
        "the medium of a picture",
        needs=("art", "photos", "styles"),
        trials=1,
        budget="65s",
        recipe=_with(splits=str, held_out=list),
    ),
    Paper(
        "mood",
        "the mood of a picture: rescaled ResNet-50",
        needs=("art",),
        takes=(*OF_TRAININGS, "weights"),
        trials=4,
        budget="22s",
    ),
    Paper(
        "lines",
        "lines and colour: the residual-attention GAN",
        needs=("art",),
        takes=(*OF_TRAININGS, "pictures"),
        trials=1,
        budget="4m",
        recipe=_with(pictures=int),
    ),
    Paper(
        "emotion",
        "voices and faces: CNN and LSTM",
        needs=("faces", "speech"),
        takes=(*(name for name in OF_TRAININGS if name != "budget"), "art"),
        instead={"budget": "it counts steps: --set steps=400"},
        trials=1,
        recipe={"systems": str, "preset": str, "trials": int, "seed": int, "settings": dict},
    ),
    Paper(
        "script", "the tendency of words", needs=("lines",), takes=("ratings", "lexicon"), recipe={}
    ),
    Paper(
        "grade",
        "light and colour by feeling",
        needs=("art", "photos"),
        takes=("recipe", "pictures", "raters", "resume"),
        recipe={"seed": int, "pictures": int, "splits": str, "part": str},
    ),
    Paper(
        "stylizers",
        "stylizers: FSGAN and its peers",
        needs=("art", "photos"),
        takes=(*OF_TRAININGS, "clips", "pictures"),
        trials=3,
        budget="4m",
        recipe=_with(pictures=int, splits=str),
    ),
    Paper(
        "fuse",
        "painting and footage",
        needs=("photos",),
        takes=(*OF_TRAININGS, "pictures"),
        trials=3,
        budget="300steps",
        recipe=_with(pictures=int, splits=str),
    ),
)

PAPERS: Mapping[str, Paper] = {row.name: row for row in _ROWS}


def papers_with(option: str) -> list[str]:
    """Names of the experiments that have a use for an option."""
    return [row.name for row in _ROWS if row.takes_option(option)]


def problem_with(paper: str, given: Sequence[str], flags: Mapping[str, str]) -> str | None:
    """What is wrong with the options of an experiment; None for nothing.

    given: names of those that were typed; flags: {option: what the command line calls it}
    """
    row = PAPERS[paper]
    for name in given:
        if row.takes_option(name):
            continue
        if name in row.instead:
            return f"experiment {paper} has no {flags[name]}; {row.instead[name]}"
        users = ", ".join(papers_with(name))
        return f"experiment {paper} has no use for {flags[name]}, which is of {users}"
    if missing := [flags[name] for name in row.needs if name not in given]:
        beside = [flags[name] for name in row.needs if name in given]
        return f"experiment {paper} needs {_and(missing)}" + (
            f" beside {_and(beside)}" if beside else ""
        )
    return None


def _and(words: list[str]) -> str:
    return " and ".join(words)
