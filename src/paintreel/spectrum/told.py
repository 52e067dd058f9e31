"""One call for the spectra of several sets, from Python."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from os import PathLike, fspath
from typing import TYPE_CHECKING

from paintreel.errors import InputError
from paintreel.imaging.arrays import Array
from paintreel.jobs.place import list_inputs
from paintreel.notes import warn_of
from paintreel.pictures.kinds import as_image
from paintreel.signatures import takes_options
from paintreel.spectrum.batch import set_names
from paintreel.spectrum.measured import SetSpectrum, frequencies, measure_file, spectrum_of_set
from paintreel.spectrum.options import SpectrumOptions
from paintreel.spectrum.plot import draw_spectra

if TYPE_CHECKING:
    from typing import Unpack

    from PIL import Image

    from paintreel.keywords import SpectrumKeywords

__all__ = ["Spectra", "spectrum"]


@dataclass(frozen=True, slots=True, eq=False)
class Spectra:
    """sets: the spectra, in the order of the call."""

    sets: tuple[SetSpectrum, ...]

    @property
    def cycles_per_px(self) -> Array:
        """(bins,) frequencies of the rings."""
        return frequencies(len(self.sets[0].radial))

    @property
    def distances_db(self) -> dict[str, float]:
        """{name: `radial_spectrum_distance` to the first set} of the others."""
        first, *others = self.sets
        return {one.name: one.distance(first) for one in others}

    def plot(self) -> Image.Image:
        """The chart of the command, as a PIL image."""
        return as_image(draw_spectra(self.sets))


@takes_options("spectrum", "spectrum")
def spectrum(
    inputs: str | PathLike[str] | Sequence[str | PathLike[str]],
    **options: Unpack[SpectrumKeywords],
) -> Spectra:
    """Measure how much detail of each fineness sets of pictures have.

        found = paintreel.spectrum(["photos", "painted"])
        found.distances_db                    # {"painted": 7.3}
        found.sets[1].gains(found.sets[0])    # {"coarse": 0.2, "middle": -1.8, "fine": -9.4}
        found.plot().save("spectra.png")

    inputs  a file, folder or pattern a set, 8 at most

    Raises InputError for no input, an empty folder and values out of range, UnreadableFile,
    VideoError and PictureTooLarge for the first file that cannot be measured.
    """
    several = [inputs] if isinstance(inputs, (str, PathLike)) else inputs
    names = [fspath(name) for name in several]
    if not names:
        raise InputError("nothing to measure: give a picture, a folder or a pattern for each set")
    asked = SpectrumOptions(inputs=tuple(names), **options)
    sets = []
    for name, given in zip(set_names(names), names, strict=True):
        files = [
            measure_file(
                path, kind, bins=asked.bins, every_s=asked.every_s, max_pixels=asked.max_pixels
            )
            for path, kind in list_inputs([given])
        ]
        warn_of([note for each in files for note in each.notes if note.loss])
        sets.append(spectrum_of_set(name, files))
    return Spectra(tuple(sets))
