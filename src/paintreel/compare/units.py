"""What the results of several systems are matched by."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path

from paintreel.errors import DataError
from paintreel.jobs.pair import Item

__all__ = ["common_units", "unit_names"]


def unit_names(items: Sequence[Item]) -> list[str]:
    """The name of each file without suffix (photo.png and photo.jpg are one unit in two systems),
    or with it where there are two of one stem. A file whose reference has another name, as two
    files given for each other may have, goes by that of the reference."""
    stems = [_stem(item) for item in items]
    often = Counter(stems)
    return [
        stem if often[stem] == 1 else item.name for stem, item in zip(stems, items, strict=True)
    ]


def _stem(item: Item) -> str:
    stem = Path(item.name).with_suffix("")
    if item.reference is not None and item.reference.stem != stem.name:
        return item.reference.stem
    return stem.as_posix()


def common_units(
    systems: Sequence[str], units: Sequence[Iterable[str]], *, kind: str, verb: str = "compared"
) -> tuple[list[str], list[str]]:
    """(units that every system has, those that only some have), sorted.

    Raises DataError where there is none that all have.
    """
    sets = [set(own) for own in units]
    common = set.intersection(*sets)
    if not common:
        raise DataError(
            f"{' and '.join(systems)} have no {kind} of one name in common; systems are {verb} "
            "on the same pictures"
        )
    return sorted(common), sorted(set.union(*sets) - common)
