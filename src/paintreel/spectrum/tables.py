"""Spectra as lines, as a table and as plain values."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from paintreel.jobs.reports import begins_with, write_table
from paintreel.jobs.run import Outcome, reason
from paintreel.notes import Note
from paintreel.spectrum.measured import SetSpectrum, frequencies
from paintreel.wording import counted

__all__ = ["is_spectrum_table", "set_line", "spectrum_facts", "write_spectrum_table"]

_FIRST_COLUMN = "cycles_per_px"


def set_line(one: SetSpectrum, first: SetSpectrum) -> str:
    """What is said of a set beside the first of the call."""
    frames = "" if one.frames == one.files else f" ({one.frames} frames)"
    head = f"{one.name}: {counted(one.files, 'file')}{frames}"
    if one is first:
        return head
    gains = ", ".join(f"{name} {gain:+.1f}" for name, gain in one.gains(first).items())
    return f"{head}, {one.distance(first):.2f} dB from {first.name}; {gains} dB"


def write_spectrum_table(path: str, spectra: Sequence[SetSpectrum]) -> None:
    """A row a frequency, three columns a set: mean and quartiles in dB. Raises OutputError."""
    columns = [f"{one.name}{what}" for one in spectra for what in ("", " lower", " upper")]
    rows = [[_FIRST_COLUMN, *columns]]
    bins = len(spectra[0].radial)
    for row, frequency in enumerate(frequencies(bins)):
        values = [each[row] for one in spectra for each in (one.radial, one.lower, one.upper)]
        rows.append([f"{frequency:.6f}", *(f"{value:.4f}" for value in values)])
    write_table(path, rows)


def is_spectrum_table(path: Path) -> bool:
    """Whether a file is a table of ours, which the next one may replace; so is an empty file."""
    return begins_with(path, f"{_FIRST_COLUMN},")


def spectrum_facts(
    outcomes: Sequence[Outcome],
    spectra: Sequence[SetSpectrum],
    *,
    version: str,
    notes: Sequence[Note] = (),
) -> dict[str, Any]:
    """Everything, as plain values: the sets, and each file with its notes or its error."""
    return {
        "paintreel": version,
        "verb": "spectrum",
        "cycles_per_px": frequencies(len(spectra[0].radial)).tolist() if spectra else [],
        "sets": [_set_facts(one, spectra[0]) for one in spectra],
        "notes": [note.as_dict() for note in notes],
        "files": [
            {
                "file": outcome.job.name,
                "error": None if outcome.error is None else reason(outcome.error),
                "notes": [note.as_dict() for note in outcome.notes],
            }
            for outcome in outcomes
        ],
    }


def _set_facts(one: SetSpectrum, first: SetSpectrum) -> dict[str, Any]:
    return {
        "name": one.name,
        "files": one.files,
        "frames": one.frames,
        "power_db": [round(float(x), 4) for x in one.radial],
        "lower_db": [round(float(x), 4) for x in one.lower],
        "upper_db": [round(float(x), 4) for x in one.upper],
        "distance_db": round(one.distance(first), 4),
        "gains_db": {name: round(gain, 4) for name, gain in one.gains(first).items()},
    }
