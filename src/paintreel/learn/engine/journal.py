"""The log of a run: one JSON line a step on disk, a short line now and then on the terminal."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from paintreel.errors import MissingExtra
from paintreel.imaging.atomic import atomic_path
from paintreel.learn.engine.budget import Budget

if TYPE_CHECKING:
    from torch.utils.tensorboard import SummaryWriter

_NO_TERMS = {"step", "progress", "elapsed_s"}
_PACE_STEPS = 40
"""Steps whose time says how long the others will take."""


class Journal:
    """Appends to `path`; `keep` continues an old journal, else it starts anew.

    rows: one dict a step: step, progress, elapsed_s and the named terms.
    measures: one dict a checkpoint: step and the held-out measures.  notes: what was chosen, and
    what went wrong.
    board: folder for TensorBoard events, or None; raises MissingExtra without the package.
    Events of steps that are taken again are purged there too.
    """

    def __init__(self, path: Path, *, keep: bool, speak: bool, board: Path | None = None) -> None:
        self.path = path
        self.speaks = speak
        self._board_folder = board if speak else None
        # What a run that was killed early left in the same folder is of another run.
        self.board = self._open_board(purge_step=None if keep else 0)
        self.rows: list[dict[str, float]] = []
        self.measures: list[dict[str, float]] = []
        self.notes: list[str] = []
        path.parent.mkdir(parents=True, exist_ok=True)
        if keep and path.exists():
            for line in path.read_text("utf-8").splitlines():
                # A killed run may leave a torn last line; its step is taken again.
                try:
                    self._take(json.loads(line))
                except ValueError:
                    continue
        elif speak:
            path.write_text("", "utf-8")
        self._said_s = self.rows[-1]["elapsed_s"] if self.rows else 0.0

    def _take(self, entry: dict[str, Any]) -> None:
        if "note" in entry:
            self.notes.append(entry["note"])
        elif entry.get("kind") == "measure":
            self.measures.append({k: v for k, v in entry.items() if k != "kind"})
        else:
            self.rows.append(entry)

    def _write(self, entry: dict[str, Any]) -> None:
        self._take(entry)
        if self.speaks:
            with self.path.open("a", encoding="utf-8") as file:
                file.write(json.dumps(entry) + "\n")

    def add(self, step: int, progress: float, elapsed_s: float, terms: dict[str, float]) -> None:
        """Record one step."""
        row = {"step": step, "progress": round(progress, 6), "elapsed_s": round(elapsed_s, 2)}
        self._write(row | {k: float(f"{v:.6g}") for k, v in terms.items()})
        if self.board:
            for name, value in terms.items():
                self.board.add_scalar(f"terms/{name}", value, step)

    def say_progress(self, budget: Budget, *, every_s: float = 0.0) -> None:
        """Print how far the run is, how long it goes on, and the terms of the last step.

        Nothing within `every_s` seconds of the line before.
        """
        if not (self.rows and self.speaks):
            return
        row = self.rows[-1]
        if row["elapsed_s"] - self._said_s < every_s:
            return
        self._said_s = row["elapsed_s"]
        left_s = budget.left_s(
            elapsed_s=row["elapsed_s"], step=round(row["step"]), step_s=self._step_s()
        )
        times = f"{in_words(row['elapsed_s'])} gone, {in_words(left_s)} left"
        shown = "  ".join(f"{k} {v:.4f}" for k, v in row.items() if k not in _NO_TERMS)
        self._say(f"{row['progress']:4.0%}  step {row['step']}  {times}  {shown}")

    def _step_s(self) -> float:
        """Seconds of a step, over the last of them."""
        first, last = self.rows[-_PACE_STEPS:][0], self.rows[-1]
        steps = last["step"] - first["step"]
        if steps == 0:
            return last["elapsed_s"] / max(last["step"], 1)
        return (last["elapsed_s"] - first["elapsed_s"]) / steps

    def measure(self, step: int, measures: dict[str, float]) -> None:
        """Record held-out measures."""
        if measures:
            self._write({"kind": "measure", "step": step} | measures)
            if self.board:
                for name, value in measures.items():
                    self.board.add_scalar(f"held out/{name}", value, step)
                self.board.flush()
            shown = "  ".join(f"{k} {v:.3f}" for k, v in measures.items())
            self._say(f"held out at step {step}:  {shown}")

    def note(self, text: str) -> None:
        self._write({"note": text})
        self._say(text)

    def forget_after(self, step: int) -> None:
        """Drop rows past `step`: a resumed or rolled-back run takes them again."""
        self.rows = [r for r in self.rows if r["step"] <= step]
        self.measures = [r for r in self.measures if r["step"] <= step]
        if self.speaks:
            entries: list[dict[str, Any]] = [{"note": n} for n in self.notes]
            entries += self.rows + [{"kind": "measure", **m} for m in self.measures]
            with atomic_path(self.path, overwrite=True) as beside:
                beside.write_text("".join(json.dumps(e) + "\n" for e in entries), "utf-8")
        if self.board:
            self.board.close()
            self.board = self._open_board(purge_step=step + 1)

    def curves(self, points: int = 24) -> dict[str, dict[str, list[float]]]:
        """{term: {"step": [...], "value": [...]}}, means over at most `points` parts of it."""
        series: dict[str, list[tuple[float, float]]] = {}
        for row in self.rows:
            for name in row.keys() - _NO_TERMS:
                series.setdefault(name, []).append((row["step"], row[name]))
        curves = {}
        for name, taken in sorted(series.items()):
            parts = np.array_split(np.array(taken), min(points, len(taken)))
            means = np.array([part.mean(axis=0) for part in parts])
            curves[name] = {
                "step": [round(step) for step in means[:, 0]],
                "value": [float(f"{value:.4g}") for value in means[:, 1]],
            }
        return curves

    def _say(self, text: str) -> None:
        if self.speaks:
            print(text, file=sys.stderr, flush=True)

    def _open_board(self, *, purge_step: int | None) -> SummaryWriter | None:
        """Events from `purge_step` on that lie in the folder already are no longer shown."""
        if self._board_folder is None:
            return None
        try:
            from torch.utils.tensorboard import SummaryWriter
        except ImportError:
            raise MissingExtra("--tensorboard", "tensorboard") from None
        return SummaryWriter(str(self._board_folder), purge_step=purge_step)


def in_words(seconds: float) -> str:
    """A time as a person says it, rounded.

    >>> in_words(42), in_words(200), in_words(9000)
    ('42 s', '3 min', '2.5 h')
    """
    if seconds < 100:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 6000 else f"{seconds / 3600:.1f} h"
