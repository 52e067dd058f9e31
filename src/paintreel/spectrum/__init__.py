"""Show how much detail of each fineness sets of pictures have: radial power spectra, side by side.

The package is also the function: `paintreel.spectrum(["photos", "painted"])` gives the spectra. The
parts are

    options.py   its options
    measured.py  the spectra of pictures, and of sets of them
    batch.py     files, in one run
    tables.py    lines, CSV and JSON
    plot.py      the chart: planes, curves, differences
    told.py      `spectrum`, one call for all
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from paintreel.callable_package import make_callable

if TYPE_CHECKING:
    from paintreel.spectrum.measured import SetSpectrum
    from paintreel.spectrum.told import Spectra, spectrum

__all__ = ["SetSpectrum", "Spectra", "spectrum"]

make_callable(
    __name__,
    {
        "SetSpectrum": "spectrum.measured",
        "Spectra": "spectrum.told",
        "spectrum": "spectrum.told",
    },
)
