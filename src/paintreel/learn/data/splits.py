"""Which pictures are developed on and which are tested on: one file that everything reads.

A file of splits (`recipes/splits.toml`) names both parts by globs. Trainings leave out both; what
is chosen is chosen on the development part, what is claimed is measured on the test part. A source
of photographs, which is a folder of them, weighs the same however many of its pictures there are.
"""

from __future__ import annotations

import dataclasses
import tomllib
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import numpy as np

from paintreel.errors import InputError, system_reason
from paintreel.imaging.arrays import Array

__all__ = ["Part", "Split", "Splits", "read_splits", "source_of", "source_weights", "withheld"]

Part = Literal["development", "test"]


@dataclass(frozen=True)
class Split:
    """Globs of one kind of pictures.

    development  what choices are made on
    test         what claims are made on
    """

    development: tuple[str, ...]
    test: tuple[str, ...]

    @property
    def held_out(self) -> tuple[str, ...]:
        """What no training sees."""
        return (*self.development, *self.test)

    def part(self, name: Part) -> tuple[str, ...]:
        """The globs of a part."""
        return self.development if name == "development" else self.test


@dataclass(frozen=True)
class Splits:
    """The splits of photographs, of painted panels, and of other media (globs with folders)."""

    photographs: Split
    panels: Split
    media: Split


def read_splits(path: str | Path) -> Splits:
    """The splits of a TOML file. Raises InputError for one that cannot be read as such."""
    try:
        tables = tomllib.loads(Path(path).read_text("utf-8"))
    except OSError as error:
        raise InputError(f"cannot read splits {path}: {system_reason(error)}") from error
    except ValueError as error:
        raise InputError(f"splits {path} are not TOML: {error}") from None
    kinds = [field.name for field in dataclasses.fields(Splits)]
    if set(tables) != set(kinds):
        raise InputError(f"splits {path} have tables {sorted(tables)}, expected {sorted(kinds)}")
    return Splits(**{kind: _split(tables[kind], f"splits {path}, {kind}") for kind in kinds})


def _split(table: Any, where: str) -> Split:
    parts = [field.name for field in dataclasses.fields(Split)]
    if not isinstance(table, dict) or set(table) != set(parts):
        raise InputError(f"{where}: expected the lists {' and '.join(parts)}")
    for part in parts:
        globs = table[part]
        if not isinstance(globs, list) or not all(isinstance(g, str) and g for g in globs):
            raise InputError(f"{where}.{part} is {globs!r}, expected a list of globs")
    return Split(**{part: tuple(table[part]) for part in parts})


def withheld(settings: Any, splits: Splits) -> Mapping[str, Sequence[str]]:
    """Values of a system's settings that leave out what nobody trains on.

    settings: a dataclass with some of held_out_art (panels and media), held_out_photos,
    held_out (all), and test_art (the part of held_out_art that nothing is chosen by).
    """
    art, photographs = splits.panels.held_out, splits.photographs.held_out
    known = {
        "held_out_art": (*art, *splits.media.held_out),
        "held_out_photos": photographs,
        "test_art": splits.panels.test,
        "held_out": (*art, *photographs, *splits.media.held_out),
    }
    names = {field.name for field in dataclasses.fields(settings)}
    return {name: list(globs) for name, globs in known.items() if name in names}


def source_of(path: Path) -> str:
    """The source of a picture: its folder below the root, or "" at the top."""
    return path.parts[0] if len(path.parts) > 1 else ""


def source_weights(paths: Sequence[Path]) -> Array:
    """(N,) float64 that add up to 1: every source weighs the same, its pictures share that.

    >>> source_weights([Path("a/1"), Path("a/2"), Path("b/1")]).tolist()
    [0.25, 0.25, 0.5]
    """
    sources = [source_of(path) for path in paths]
    counts = Counter(sources)
    return np.array([1.0 / (counts[source] * len(counts)) for source in sources])
