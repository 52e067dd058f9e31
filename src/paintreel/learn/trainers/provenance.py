"""Where trained weights come from: what the card says of the run that made them."""

from __future__ import annotations

import dataclasses
import platform
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class ModelFacts:
    """What the card says of a model beside its training."""

    name: str
    description: str = ""
    licence: str = "LicenseRef-Own-Art"
    credit: str = ""


def origin(
    facts: ModelFacts,
    settings: Any,
    *,
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
        "commit": source_commit(),
        "machine": f"{platform.machine()}, {device}",
        "settings": dataclasses.asdict(settings),
    }


def source_commit() -> str | None:
    """Commit of the source tree that this code runs from; None where it is installed."""
    try:
        done = subprocess.run(
            ["git", "rev-parse", "--short=12", "HEAD"],
            cwd=Path(__file__).parent,
            capture_output=True,
            text=True,
            check=True,
        )
    except (OSError, subprocess.CalledProcessError):
        return None
    return done.stdout.strip()
