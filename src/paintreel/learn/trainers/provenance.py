"""Where trained weights come from: what the card says of the run that made them."""

from __future__ import annotations

import dataclasses
import os
import re
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from paintreel import __version__
from paintreel.errors import InputError, TrainingError
from paintreel.runtime.schema import CARD_FIELDS, CONTRACT_FIELDS, problem_of
from paintreel.runtime.system import describe_machine

COMMIT = "PAINTREEL_COMMIT"
"""Environment variable that names the commit of code that was copied without its checkout."""

WATCHED = ("src", "recipes", "pyproject.toml")
"""Parts of a checkout that decide what a run does."""


@dataclass(frozen=True)
class ModelFacts:
    """What the card says of a model beside its training.

    Raises InputError for what its card or contract may not say, before any time is spent.
    """

    name: str
    description: str = ""
    licence: str = "LicenseRef-Own-Art"
    credit: str = ""

    def __post_init__(self) -> None:
        facts = dataclasses.asdict(self)
        for fields in (CONTRACT_FIELDS, CARD_FIELDS):
            if problem := problem_of(facts, fields):
                raise InputError(f"the model's {problem}")


@dataclass(frozen=True)
class Source:
    """The code that a run is made by, as it was when the run began.

    commit   of the checkout; None where the package is installed
    version  of the package
    is_clean  whether the checkout holds nothing that the commit lacks
    """

    commit: str | None
    version: str = __version__
    is_clean: bool = True

    def facts(self) -> dict[str, Any]:
        """For a card: the commit, or the version of an installed package."""
        if self.commit is None:
            return {"version": self.version}
        return {"commit": self.commit} | ({} if self.is_clean else {"allow_dirty": True})


def read_source(*, allow_dirty: bool = False) -> Source:
    """The code that runs now, to be read at the start of a run.

    Raises TrainingError for a checkout with changes that no commit holds, unless `allow_dirty`:
    nobody could make such weights again.
    """
    root = Path(_git("rev-parse", "--show-toplevel") or "/")
    commit = _git("rev-parse", "--short=12", "HEAD")
    # An installed package may lie in somebody else's checkout, in its virtual environment.
    if commit is None or root / "src" / "paintreel" != Path(__file__).resolve().parents[2]:
        return Source(_stated_commit())
    watched = [str(root / name) for name in WATCHED]
    changes = _git("status", "--porcelain", "--", *watched)
    if changes and not allow_dirty:
        first = changes.splitlines()[0].strip()
        raise TrainingError(
            f"the checkout has changes that no commit holds ({first} ...), so that these weights "
            "could not be made again; commit them, train from a git worktree, or say --allow-dirty"
        )
    return Source(commit, is_clean=not changes)


def _stated_commit() -> str | None:
    """What COMMIT names; None where it is not set. Raises InputError for what is no commit."""
    stated = os.environ.get(COMMIT, "")
    if stated and not re.fullmatch("[0-9a-f]{7,40}", stated):
        raise InputError(f"{COMMIT} is {stated!r}, expected a commit: 7 to 40 of 0-9 and a-f")
    return stated[:12] or None


def _git(*words: str) -> str | None:
    """What git says of the checkout that this code runs from; None where it runs from none."""
    try:
        done = subprocess.run(
            ["git", *words], cwd=Path(__file__).parent, capture_output=True, text=True, check=True
        )
    except (OSError, subprocess.CalledProcessError):
        return None
    return done.stdout.strip()


def origin(
    facts: ModelFacts,
    settings: Any,
    *,
    source: Source,
    command: Sequence[str],
    wall_s: float,
    data_hash: str,
    device: str = "cpu",
) -> dict[str, Any]:
    """The part of a card's training table that all systems share, in plain values.

    settings: a dataclass with a `seed`.  data_hash: of every folder that the run read.
    """
    return {
        "recipe": facts.name,
        "command": " ".join(command),
        "seed": settings.seed,
        "wall_time_s": round(wall_s),
        "data_hash": data_hash,
        **source.facts(),
        "machine": describe_machine(device),
        "settings": dataclasses.asdict(settings),
    }
