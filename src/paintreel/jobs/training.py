"""Trainings as child processes: started from their options, followed by what they leave on disk.

torch is loaded there and nowhere else; where it is not installed, the child says what to install.
"""

from __future__ import annotations

import ctypes
import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from paintreel.options import Options, described, flag_of

__all__ = ["TrainingState", "read_state", "start_training", "training_command"]

_CHECKPOINT, _JOURNAL = "checkpoint.pt", "journal.jsonl"
_TAIL_BYTES = 65_536
_DIES_WITH_PARENT, _KILL = 1, 9


@dataclass(frozen=True, slots=True)
class TrainingState:
    """How far a run is. share: 0 to 1, None before its first step; sample: the newest sheet."""

    share: float | None
    step: int
    terms: dict[str, float]
    sample: Path | None


def training_command(verb: str, options: Options) -> list[str]:
    """The command line that runs `paintreel VERB` with these options.

    A run whose checkpoint is in its folder goes on from there.
    """
    words: list[str] = []
    flags: list[str] = []
    for field, facts, _ in described(type(options)):
        value = getattr(options, field.name)
        if value is None or (field.name == "resume" and not _has_checkpoint(options)):
            continue
        if field.name == "resume":
            flags.append("--resume")
        elif facts.positional:
            words += list(map(str, value)) if isinstance(value, tuple) else [str(value)]
        elif isinstance(value, bool):
            flags += [flag_of(field, facts)] if value is not field.default else []
        elif isinstance(value, tuple):
            parts = [part for item in value for part in (flag_of(field, facts), str(item))]
            flags += parts if facts.repeats else [flag_of(field, facts), *map(str, value)]
        elif value != field.default or facts.required:
            flags += [flag_of(field, facts), str(value)]
    return [sys.executable, "-m", "paintreel", verb, *words, *flags]


def _has_checkpoint(options: Options) -> bool:
    out: Any = getattr(options, "out", None)
    return out is not None and (Path(out) / _CHECKPOINT).is_file()


def start_training(verb: str, options: Options) -> subprocess.Popen[str]:
    """Start a run; its lines come from `stdout`. It is killed with the process that started it."""
    return subprocess.Popen(
        training_command(verb, options),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        preexec_fn=_die_with_parent if sys.platform == "linux" else None,
    )


def _die_with_parent() -> None:
    with suppress(OSError, AttributeError):
        ctypes.CDLL(None).prctl(_DIES_WITH_PARENT, _KILL, 0, 0, 0)


def read_state(out: Path) -> TrainingState:
    """How far the run in `out` is, by its journal and its samples."""
    share, step, terms = None, 0, {}
    for row in _last_rows(out / _JOURNAL):
        if "step" in row and "progress" in row and "kind" not in row:
            share, step = float(row["progress"]), int(row["step"])
            others = {"step", "progress", "elapsed_s"}
            terms = {k: float(v) for k, v in row.items() if k not in others}
            break
    sheets = sorted((out / "samples").glob("*.jpg"))
    return TrainingState(share, step, terms, sheets[-1] if sheets else None)


def _last_rows(path: Path) -> Iterator[dict[str, Any]]:
    """The last rows of a journal, the newest first; a torn one is left out."""
    try:
        with path.open("rb") as file:
            size = file.seek(0, 2)
            file.seek(max(0, size - _TAIL_BYTES))
            lines = file.read().decode("utf-8", "replace").splitlines()
    except OSError:
        return
    for line in reversed(lines):
        try:
            row = json.loads(line)
        except ValueError:
            continue
        if isinstance(row, dict):
            yield row
