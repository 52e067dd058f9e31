"""The log of a run: one JSON line a step on disk, a short line now and then on the terminal."""

from __future__ import annotations

import json
import sys
from pathlib import Path

from paintreel.imaging.atomic import atomic_path


class Journal:
    """Appends to `path`; `keep` continues an old journal, else it starts anew.

    rows: one dict a step: step, progress, elapsed_s and the named terms.
    measures: one dict a checkpoint: step and the held-out measures.  notes: what went wrong.
    """

    def __init__(self, path: Path, *, keep: bool, speak: bool) -> None:
        self.path = path
        self.speaks = speak
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

    def _take(self, entry: dict) -> None:
        if "note" in entry:
            self.notes.append(entry["note"])
        elif entry.get("kind") == "measure":
            self.measures.append({k: v for k, v in entry.items() if k != "kind"})
        else:
            self.rows.append(entry)

    def _write(self, entry: dict) -> None:
        self._take(entry)
        if self.speaks:
            with self.path.open("a", encoding="utf-8") as file:
                file.write(json.dumps(entry) + "\n")

    def add(
        self, step: int, progress: float, elapsed_s: float, terms: dict[str, float], *, speak: bool
    ) -> None:
        """Record one step."""
        row = {"step": step, "progress": round(progress, 6), "elapsed_s": round(elapsed_s, 2)}
        self._write(row | {k: float(f"{v:.6g}") for k, v in terms.items()})
        if speak and self.speaks:
            shown = "  ".join(f"{k} {v:.4f}" for k, v in terms.items())
            self._say(f"{progress:5.1%}  step {step}  {elapsed_s:6.0f} s  {shown}")

    def measure(self, step: int, measures: dict[str, float]) -> None:
        """Record held-out measures."""
        if measures:
            self._write({"kind": "measure", "step": step} | measures)
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
            entries = [{"note": n} for n in self.notes]
            entries += self.rows + [{"kind": "measure"} | m for m in self.measures]
            with atomic_path(self.path, overwrite=True) as beside:
                beside.write_text("".join(json.dumps(e) + "\n" for e in entries), "utf-8")

    def _say(self, text: str) -> None:
        if self.speaks:
            print(text, file=sys.stderr, flush=True)
