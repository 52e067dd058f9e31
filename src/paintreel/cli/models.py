"""`paintreel models`: the models that can be named, and what each is for."""

from __future__ import annotations

import dataclasses
import json
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from paintreel.options import Options, option

if TYPE_CHECKING:
    from paintreel.runtime.catalog import ModelFile


@dataclass(frozen=True, kw_only=True)
class ModelsOptions(Options):
    """How the list is printed."""

    json: bool = option(False, "print the cards as JSON")


def run(options: ModelsOptions) -> int:
    """Print one line a model, and one to standard error for each whose card is broken.

    Returns the exit code.
    """
    from paintreel.runtime.catalog import read_catalogue

    catalogue = read_catalogue(task=None)
    for error in catalogue.broken:
        print(f"paintreel: left out: {error}", file=sys.stderr)
    models = sorted(catalogue.models, key=lambda m: (m.card.contract.task, m.name))
    if options.json:
        cards = [{"path": str(m.path), **dataclasses.asdict(m.card)} for m in models]
        print(json.dumps(cards, indent=2, default=str))
    elif models:
        print(_table([("MODEL", "TASK", "LICENCE", "SIZE", "SPEED", "ABOUT"), *map(_row, models)]))
        print(
            "\nSpeed: frames of 1280x720 a second through the whole command, OpenVINO, two cores."
        )
    else:
        print("no models are installed")
    return 0


def _row(model: ModelFile) -> tuple[str, ...]:
    card = model.card
    fps = card.speed.get("fps_720p")
    return (
        model.name,
        card.contract.task,
        card.contract.licence,
        f"{card.size_bytes / 1e6:.1f} MB",
        "-" if fps is None else f"{fps:.0f} fps",
        card.description or card.contract.credit,
    )


def _table(rows: Sequence[Sequence[str]]) -> str:
    """Rows as text, columns aligned; the last one is left ragged."""
    widths = [max(len(row[i]) for row in rows) for i in range(len(rows[0]) - 1)]
    lines = []
    for row in rows:
        cells = [cell.ljust(width) for cell, width in zip(row, widths, strict=False)]
        lines.append("  ".join([*cells, row[-1]]).rstrip())
    return "\n".join(lines)
