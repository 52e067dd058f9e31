"""Radial spectrum: how much detail of each fineness, and how two sets differ in it.

Checkerboards, ringing, grain and blur stand out here while they hide in pixel measures, and no
pair of pictures has to match.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from paintreel.errors import InputError
from paintreel.imaging.arrays import Array
from paintreel.metrics.inputs import check_picture, luma_plane

__all__ = [
    "mean_spectra_distance",
    "radial_of_power",
    "radial_spectrum",
    "radial_spectrum_distance",
    "whole_power",
    "windowed_power",
]

_FLOOR = 1e-10  # -100 dB; the rounding of 8-bit pictures lies at -59 dB


def radial_spectrum(picture: Array, *, bins: int = 32) -> Array:
    """Power of luma by spatial frequency, (bins,) float64 in dB of full scale squared.

    BT.601 luma, less its weighted mean, under a separable Hann window; the squared magnitude of
    its DFT over the window's energy (white noise of variance v has v at every frequency),
    averaged over rings of equal width from 0 to 0.5 cycles a pixel, at least -100 dB. Corners
    beyond 0.5 are left out. Pictures of any size share the scale.

    Needs 2 * bins pixels a side. Invariant to flips, quarter turns of a square, brightness.
    Degenerate: a flat picture has -100 dB everywhere.
    """
    check_picture(picture, min_side_px=2 * bins)
    return radial_of_power(windowed_power(picture), width_px=picture.shape[1], bins=bins)


def windowed_power(picture: Array) -> Array:
    """Power of luma by place in the DFT, (H, W // 2 + 1) float64, as `numpy.fft.rfft2` lays it.

    BT.601 luma, less its weighted mean, under a separable Hann window; the squared magnitude of
    its DFT over the window's energy.
    """
    plane = luma_plane(picture).astype(np.float64)
    height, width = plane.shape
    window = np.outer(_hann(height), _hann(width))
    plane -= float((plane * window).sum() / window.sum())
    power: Array = np.square(np.abs(np.fft.rfft2(plane * window))) / np.square(window).sum()
    return power


def radial_of_power(power: Array, *, width_px: int, bins: int) -> Array:
    """`radial_spectrum` of a power (H, W // 2 + 1) of `windowed_power`; width_px: W."""
    if bins < 1:
        raise InputError(f"at least one bin is needed, got {bins}")
    height, width = power.shape[0], width_px
    # rfft2 leaves out the mirror images of all columns but the first and, for even widths, last.
    weight = np.full(power.shape[1], 2.0)
    weight[0] = 1.0
    if width % 2 == 0:
        weight[-1] = 1.0
    radius = np.hypot(np.fft.fftfreq(height)[:, None], np.fft.rfftfreq(width))
    ring = np.ceil(radius * (2 * bins)).astype(np.intp) - 1
    ring[(ring < 0) | (ring >= bins)] = bins  # zero frequency and corners
    counts = np.bincount(ring.ravel(), np.broadcast_to(weight, power.shape).ravel(), bins + 1)
    totals = np.bincount(ring.ravel(), (power * weight).ravel(), bins + 1)
    return 10.0 * np.log10(np.maximum(totals[:bins] / counts[:bins], _FLOOR))


def whole_power(power: Array, *, width_px: int) -> Array:
    """(H, W) of a power (H, W // 2 + 1) of `windowed_power`: with the mirror images it leaves out.

    As `numpy.fft.fft2` lays it; width_px: W.
    """
    columns = np.arange(power.shape[1], width_px)
    rows = -np.arange(power.shape[0])
    return np.concatenate([power, power[rows][:, width_px - columns]], axis=1)


def radial_spectrum_distance(
    generated: Iterable[Array], reference: Iterable[Array], *, bins: int = 32
) -> float:
    """Root mean square over rings of the difference of two sets' mean spectra, in dB.

    generated, reference: pictures of any sizes, at least one each; the mean of a set is taken
    over its `radial_spectrum` in dB.

    Direction: lower is nearer. Bounds: 0 upward; 1 dB is slight, a box blur of 3 px about 10.
    Symmetric. Raises `InputError` for an empty set, or pictures below 2 * bins px a side.

    Half the contrast is a quarter of the power, 10 log10(4) = 6.0206 dB less in every ring.

    >>> noise = np.random.default_rng(0).random((64, 64))
    >>> round(radial_spectrum_distance([noise], [noise / 2]), 4)
    6.0206
    """
    return mean_spectra_distance(
        _mean_spectrum(generated, bins, "generated"), _mean_spectrum(reference, bins, "reference")
    )


def mean_spectra_distance(generated: Array, reference: Array) -> float:
    """`radial_spectrum_distance` of mean spectra (bins,) that are made already."""
    return float(np.sqrt(np.mean(np.square(generated - reference))))


def _mean_spectrum(pictures: Iterable[Array], bins: int, name: str) -> Array:
    if isinstance(pictures, np.ndarray) and pictures.ndim < 4:
        raise InputError(f"{name} is one array of shape {pictures.shape}; put it into a list")
    total, count = np.zeros(bins), 0
    for picture in pictures:
        total += radial_spectrum(picture, bins=bins)
        count += 1
    if count == 0:
        raise InputError(f"{name} has no pictures; a spectrum needs at least one")
    return total / count


def _hann(length: int) -> Array:
    """Symmetric Hann window without its zeros at the ends."""
    return np.hanning(length + 2)[1:-1]
