"""Arrays that trials keep beside their records: features for tests, spectra for Figure 3."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np

from paintreel.imaging.array_files import read_arrays
from paintreel.imaging.arrays import Array
from paintreel.imaging.atomic import atomic_path
from paintreel.spectrum.measured import SetSpectrum, measure_picture, spectrum_of_set

__all__ = ["ART", "keep_features", "keep_spectrum", "read_features", "read_spectrum"]

ART = "art"
"""Name of what is kept of the held-out panels."""

_BINS = 32


def keep_features(out: Path, name: str, rows: Array) -> None:
    """Keep the features (pictures, D) of a condition in a trial."""
    _keep(out / "features" / f"{name}.npz", {"rows": rows.astype(np.float32)})


def read_features(out: Path, name: str) -> Array | None:
    """(pictures, D) that were kept; None where nothing was."""
    path = out / "features" / f"{name}.npz"
    return read_arrays(path)["rows"] if path.is_file() else None


def keep_spectrum(out: Path, name: str, pictures: Sequence[Array]) -> None:
    """Keep the spectrum of a set of pictures, (H, W, 3) uint8 each."""
    found = spectrum_of_set(name, [measure_picture(each, bins=_BINS) for each in pictures])
    arrays = {
        "radial": found.radial,
        "lower": found.lower,
        "upper": found.upper,
        "plane": found.plane,
        "files": np.array(found.files),
    }
    _keep(out / "spectra" / f"{name}.npz", arrays)


def read_spectrum(out: Path, name: str, title: str) -> SetSpectrum | None:
    """The spectrum that was kept, under a title; None where nothing was."""
    path = out / "spectra" / f"{name}.npz"
    if not path.is_file():
        return None
    arrays = read_arrays(path)
    files = int(arrays["files"])
    return SetSpectrum(
        title,
        radial=arrays["radial"],
        lower=arrays["lower"],
        upper=arrays["upper"],
        plane=arrays["plane"],
        files=files,
        frames=files,
    )


def _keep(path: Path, arrays: Mapping[str, Array]) -> None:
    with atomic_path(path, overwrite=True) as beside, beside.open("wb") as file:
        np.savez_compressed(file, allow_pickle=False, **arrays)
