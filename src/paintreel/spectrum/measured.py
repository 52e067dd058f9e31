"""Spectra of pictures and of sets: by fineness, and as a plane of directions too."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np

from paintreel.errors import DataError, InputError, UnreadableFile
from paintreel.imaging.arrays import Array
from paintreel.imaging.files import read_picture
from paintreel.jobs.find import Kind
from paintreel.media.clip import MAX_FRAME_PIXELS
from paintreel.media.sampling import sample_clip
from paintreel.metrics.inputs import check_picture
from paintreel.metrics.spectrum import (
    mean_spectra_distance,
    radial_of_power,
    whole_power,
    windowed_power,
)
from paintreel.notes import Note
from paintreel.pictures.paper import on_white

__all__ = [
    "BANDS",
    "PLANE_PX",
    "FileSpectrum",
    "SetSpectrum",
    "frequencies",
    "measure_file",
    "measure_picture",
    "spectrum_of_set",
]

PLANE_PX = 192
"""Side of the plane of a spectrum; zero frequency in its middle, half a cycle a pixel outside."""

BANDS = {"coarse": (0.0, 1 / 16), "middle": (1 / 16, 1 / 4), "fine": (1 / 4, 1 / 2)}
"""Name -> cycles a pixel, above the first and up to the second."""

_FLOOR = 1e-10


@dataclass(frozen=True, slots=True, eq=False)
class FileSpectrum:
    """Of one file.

    radial  (bins,) dB of `metrics.radial_spectrum`, of a clip the mean over the frames looked at
    plane   (PLANE_PX, PLANE_PX) float32, dB of the power in each direction
    frames  pictures that it is the mean of
    """

    radial: Array
    plane: Array
    frames: int = 1
    notes: tuple[Note, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class SetSpectrum:
    """Of one set.

    name         what it is called: a file or folder
    radial       (bins,) mean over the files, in dB of full scale squared
    lower, upper  (bins,) quartiles over the files
    plane        (PLANE_PX, PLANE_PX) mean over the files, dB
    files, frames  how many files, and pictures of them, it is of
    """

    name: str
    radial: Array
    lower: Array
    upper: Array
    plane: Array
    files: int
    frames: int

    def distance(self, other: SetSpectrum) -> float:
        """`radial_spectrum_distance` of the two, dB."""
        return mean_spectra_distance(self.radial, other.radial)

    def gains(self, other: SetSpectrum) -> dict[str, float]:
        """By how many dB this set has more power than `other` in each of BANDS.

        A band that has no ring, because there are few, is left out.
        """
        middles = frequencies(len(self.radial))
        found = {}
        for name, (low, high) in BANDS.items():
            inside = (middles > low) & (middles <= high)
            if inside.any():
                found[name] = float((self.radial - other.radial)[inside].mean())
        return found


def frequencies(bins: int) -> Array:
    """(bins,) middles of the rings, in cycles a pixel.

    >>> frequencies(4).tolist()
    [0.0625, 0.1875, 0.3125, 0.4375]
    """
    return (np.arange(bins) + 0.5) / (2 * bins)


def measure_picture(picture: Array, *, bins: int) -> FileSpectrum:
    """Of a picture of any layout, laid on white where it is transparent.

    Raises InputError below 2 * bins pixels a side.
    """
    plain = on_white(picture)
    check_picture(plain, min_side_px=2 * bins)
    power, width_px = windowed_power(plain), plain.shape[1]
    radial = radial_of_power(power, width_px=width_px, bins=bins)
    return FileSpectrum(radial, _plane_of(whole_power(power, width_px=width_px)))


def _plane_of(power: Array) -> Array:
    """Power by direction, (H, W) of the DFT, in dB at one size for all."""
    shown = cv2.resize(np.fft.fftshift(power), (PLANE_PX, PLANE_PX), interpolation=cv2.INTER_AREA)
    plane_db: Array = (10 * np.log10(np.maximum(shown, _FLOOR))).astype(np.float32)
    return plane_db


def measure_file(
    path: Path,
    kind: Kind,
    *,
    bins: int,
    every_s: float | None = None,
    max_pixels: int | None = None,
    on_progress: Callable[[int, int | None], None] | None = None,
    cancel: threading.Event | None = None,
) -> FileSpectrum:
    """Of a picture file, or the mean over frames of a clip.

    Raises UnreadableFile, for pictures that are too small as well, PictureTooLarge and VideoError.
    """

    def measured(pixels: Array) -> FileSpectrum:
        try:
            return measure_picture(pixels, bins=bins)
        except InputError as error:
            raise UnreadableFile(path, str(error)) from None

    if kind == "picture":
        limit = {} if max_pixels is None else {"max_pixels": max_pixels}
        return measured(read_picture(path, **limit).pixels)
    sampled = sample_clip(
        path,
        lambda frame: measured(frame.pixels),
        every_s=every_s,
        max_pixels=max_pixels or MAX_FRAME_PIXELS,
        on_progress=on_progress,
        cancel=cancel,
    )
    found = [value for _time_s, value in sampled.values]
    if not found:
        raise UnreadableFile(path, "it has no frames")
    return FileSpectrum(
        np.mean([each.radial for each in found], axis=0),
        np.mean([each.plane for each in found], axis=0),
        len(found),
        sampled.notes,
    )


def spectrum_of_set(name: str, files: Sequence[FileSpectrum]) -> SetSpectrum:
    """The mean over files, each weighing the same. Raises DataError where there are none."""
    if not files:
        raise DataError(f"nothing of {name} could be measured")
    rows = np.stack([each.radial for each in files])
    lower, upper = np.quantile(rows, (0.25, 0.75), axis=0)
    return SetSpectrum(
        name,
        rows.mean(axis=0),
        lower,
        upper,
        np.mean([each.plane for each in files], axis=0),
        len(files),
        sum(each.frames for each in files),
    )
