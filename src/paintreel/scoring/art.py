"""The set of art that results should be like: a folder, or statistics that stand for one."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from os import PathLike, fspath
from pathlib import Path

import numpy as np

from paintreel.errors import InputError
from paintreel.jobs.pair import Item, pair_up
from paintreel.scoring.sets import SetSide

__all__ = ["STATISTICS_SUFFIX", "ArtSet", "find_art", "load_statistics"]

STATISTICS_SUFFIX = ".npz"
"""Of saved statistics, which may stand for a reference and for art."""


@dataclass(slots=True)
class ArtSet:
    """What `--art` names; the runs of a comparison share one, so that it is read once.

    path   as given
    items  its files; none where it is a file of statistics
    side   what was gathered of it: by the first run that needs it, or read from the file
    """

    path: str
    items: tuple[Item, ...] = ()
    side: SetSide | None = None


def find_art(path: str | PathLike[str] | None, *, seed: int) -> ArtSet | None:
    """The set of a folder or an `.npz` file, unread; None for None.

    Raises UnreadableFile for what is missing or no statistics, DataError for a folder without
    pictures, InputError for a single picture, which is no set.
    """
    if path is None:
        return None
    stored = load_statistics(path, seed=seed)
    if stored is not None:
        return ArtSet(fspath(path), side=stored)
    items = pair_up(path).items
    if len(items) == 1 and items[0].kind == "picture":
        raise InputError(
            f"--art {path} is one picture; a set of art needs at least two, better fifty"
        )
    return ArtSet(fspath(path), items)


def load_statistics(path: str | PathLike[str] | None, *, seed: int) -> SetSide | None:
    """The statistics that `path` names, None where it names something else.

    Raises UnreadableFile for an `.npz` file that holds none.
    """
    if path is None or Path(path).suffix.lower() != STATISTICS_SUFFIX:
        return None
    return SetSide.load(path, rng=np.random.default_rng(seed))


def check_apart(art: ArtSet, scored: Iterable[Item]) -> None:
    """Raise InputError where results are in the art: the distance to oneself says nothing."""
    own = {item.generated.resolve() for item in art.items}
    both = [item.generated for item in scored if item.generated.resolve() in own]
    if both:
        raise InputError(
            f"--art {art.path} holds what is scored ({both[0]}); give art that the results "
            "should be like, without the results"
        )
