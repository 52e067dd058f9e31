"""What an experiment compares: its conditions, and the claims that are tested on pairs of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from paintreel.errors import InputError
from paintreel.near_names import did_you_mean, near_names

SYSTEM, REFERENCE = "system", "reference"
"""Groups that every experiment has; it names its other groups itself."""


@dataclass(frozen=True)
class Condition:
    """One row of the tables.

    name     what the command line, records and files call it
    title    what tables and charts call it
    system   what is trained or run for it
    group    SYSTEM, REFERENCE (a row to compare with, which nothing made), or a kind of ablation
    changes  of the settings that all conditions share, as a recipe has them
    is_fixed  whether no chance is in it, so that one trial stands for all
    enough   trials that are enough of it, where others have more
    """

    name: str
    title: str
    system: str
    group: str
    changes: dict[str, Any] = field(default_factory=dict)
    is_fixed: bool = False
    enough: int | None = None

    @property
    def varies(self) -> bool:
        """Whether another trial gives another result."""
        return self.group != REFERENCE and not self.is_fixed


@dataclass(frozen=True)
class Claim:
    """A pair of conditions to test: `first` ought to be better than `second`; `text` says why."""

    first: str
    second: str
    text: str


def choose_conditions(
    names: Sequence[str] | None, conditions: Mapping[str, Condition]
) -> tuple[Condition, ...]:
    """Conditions by name or by group (in the plural), in the order of the table; None for all.

    The references are always among them. Raises InputError, naming the nearest, for others.
    """
    if names is None:
        return tuple(conditions.values())
    groups = dict.fromkeys(f"{c.group}s" for c in conditions.values() if c.group != REFERENCE)
    wanted: set[str] = set()
    for name in names:
        members = {c.name for c in conditions.values() if name in (c.name, f"{c.group}s")}
        if not members:
            known = [*conditions, *groups]
            hint = did_you_mean(near_names(name, known)) or f"there are: {', '.join(known)}"
            raise InputError(f"the experiment has no {name!r}; {hint}")
        wanted |= members
    return tuple(c for c in conditions.values() if c.name in wanted or c.group == REFERENCE)
