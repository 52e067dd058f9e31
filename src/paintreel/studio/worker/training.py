"""Training for the studio: a child of the job's process, followed by its journal and samples."""

from __future__ import annotations

import re
import threading
import time
from pathlib import Path
from typing import Any

from paintreel.jobs.training import read_state, start_training
from paintreel.studio.files.taking import link_or_copy
from paintreel.studio.forms.values import JobFolder, replaced
from paintreel.studio.worker.telling import InWords

__all__ = ["run_training"]

_LOOK_S = 0.5
_PULSE = re.compile(r"[a-z]+: [a-z ]+, \d+ s")
"""Signs of life of a command without a terminal; the page has its own."""
_RESULTS = ("*.onnx", "*.npz", "card.toml", "report.html", "*.tsv", "*.md", "*.csv")
_THOUSANDTHS = 1000


def run_training(verb: str, options: Any, folder: JobFolder, teller: InWords) -> str | None:
    """Train, tell of steps and samples, and leave the model among the results. Gives the error.

    A run that an earlier process of the job began goes on from its last checkpoint.
    """
    folder.run.mkdir(exist_ok=True)
    options = replaced(options, resume=any(folder.run.iterdir()))
    teller.progress(0, None, "loading")
    child = start_training(verb, options)
    last: list[str] = []
    reader = threading.Thread(target=_hear, args=(child.stdout, folder, teller, last))
    reader.start()
    shown: Path | None = None
    while child.poll() is None:
        shown = _look(folder, teller, shown)
        time.sleep(_LOOK_S)
    reader.join()
    _look(folder, teller, shown)
    if child.returncode:
        return last[-1] if last else f"training ended with code {child.returncode}"
    for pattern in _RESULTS:
        for path in sorted(folder.run.glob(pattern)):
            link_or_copy(path, folder.results / path.name)
    if sample := read_state(folder.run).sample:
        link_or_copy(sample, folder.results / f"samples{sample.suffix}")
    return None


def _hear(lines: Any, folder: JobFolder, teller: InWords, last: list[str]) -> None:
    places = (f"{folder.run}/", f"{folder.inputs}/", f"{folder.root}/")
    for line in lines:
        text = line.rstrip().rsplit("\r", 1)[-1]
        for place in places:
            text = text.replace(place, "")
        if text.strip() and not _PULSE.fullmatch(text):
            last.append(text.removeprefix("paintreel: "))
            del last[:-20]
            teller.tell("log", text=text)


def _look(folder: JobFolder, teller: InWords, shown: Path | None) -> Path | None:
    state = read_state(folder.run)
    if state.share is not None:
        terms = ", ".join(f"{name} {value:.3g}" for name, value in list(state.terms.items())[:3])
        done = round(state.share * _THOUSANDTHS)
        teller.progress(done, _THOUSANDTHS, f"step {state.step}: {terms}")
    if state.sample is not None and state.sample != shown:
        teller.tell("sample", path=state.sample.relative_to(folder.root).as_posix())
    return state.sample
