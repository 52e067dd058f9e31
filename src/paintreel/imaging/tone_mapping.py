"""High dynamic range (PQ and HLG of ITU-R BT.2100) shown in standard range, as sRGB.

Signals become display light, which is matched to a screen whose white is reference white, 203 cd/m2
(ITU-R BT.2408), by the tone curve of ITU-R BT.2390 (5.4), and primaries become those of BT.709.
The curve acts on the greatest of red, green and blue, so that hue and saturation stay and nothing
bright is cut; colours outside BT.709 go towards grey of the same luminance until they are inside.
HLG is taken for a screen of its nominal peak, 1000 cd/m2, with a system gamma of 1.2.
"""

from __future__ import annotations

import cv2
import numpy as np

from paintreel.errors import InputError
from paintreel.imaging.arrays import Array, full_scale
from paintreel.imaging.coding_points import HDR_TRANSFERS, CodingPoints, primaries_and_curve
from paintreel.imaging.colour import linear_to_srgb
from paintreel.imaging.profile_making import SRGB_PRIMARIES, primaries_matrix
from paintreel.notes import Note

__all__ = [
    "DEFAULT_PEAK_CD_M2",
    "REFERENCE_WHITE_CD_M2",
    "ToneMapper",
    "hlg_to_scene",
    "light_to_pq",
    "matched_light",
    "peak_of",
    "pq_to_light",
    "tone_map",
    "tone_mapped_note",
]

REFERENCE_WHITE_CD_M2 = 203.0
"""Of a sheet of paper in high dynamic range (BT.2408), and of the screen that is mapped to."""
DEFAULT_PEAK_CD_M2 = 1000.0
"""Brightest light of a source that does not state it; the nominal peak of HLG."""

_PQ, _HLG = 16, 18
_PQ_PEAK_CD_M2 = 10_000.0
_M1, _M2 = 2610 / 16384, 2523 / 4096 * 128
_C1, _C2, _C3 = 3424 / 4096, 2413 / 4096 * 32, 2392 / 4096 * 32
_HLG_A = 0.17883277
_HLG_B = 1 - 4 * _HLG_A
_HLG_C = 0.5 - _HLG_A * np.log(4 * _HLG_A)
_HLG_GAMMA = 1.2

_CODES = 1 << 16
_BAND_ROWS = 64
"""Rows at once: what is computed of them stays in the processor's cache."""
_LUMINANCE_709 = np.array([[0.2126, 0.7152, 0.0722]])
_LUMINANCE_2020 = np.array([[0.2627, 0.6780, 0.0593]])
_MARGIN = np.float32(1e-6)
# A few glints of a picture that does not state its peak may be cut.
_PEAK_QUANTILE = 0.9999
_PEAK_SAMPLES = 1 << 20


def pq_to_light(signal: Array) -> Array:
    """Light in cd/m2, 0 to 10,000, of PQ signals in [0, 1] (SMPTE ST 2084).

    >>> pq_to_light(np.array([0.0, 0.5081, 0.5807, 1.0])).round(0)
    array([    0.,   100.,   203., 10000.])
    """
    root = np.power(np.clip(signal, 0, 1), 1 / _M2)
    light = np.power(np.maximum(root - _C1, 0) / (_C2 - _C3 * root), 1 / _M1)
    return np.asarray(_PQ_PEAK_CD_M2 * light)


def light_to_pq(light_cd_m2: Array) -> Array:
    """PQ signals in [0, 1] of light in cd/m2: the way back of `pq_to_light`."""
    power = np.power(np.clip(light_cd_m2, 0, _PQ_PEAK_CD_M2) / _PQ_PEAK_CD_M2, _M1)
    return np.asarray(np.power((_C1 + _C2 * power) / (1 + _C3 * power), _M2))


def hlg_to_scene(signal: Array) -> Array:
    """Scene light in [0, 1] of HLG signals in [0, 1] (BT.2100, table 5).

    >>> hlg_to_scene(np.array([0.0, 0.5, 0.75, 1.0])).round(3)
    array([0.   , 0.083, 0.265, 1.   ])
    """
    signal = np.clip(signal, 0, 1)
    bright = (np.exp((signal - _HLG_C) / _HLG_A) + _HLG_B) / 12
    return np.where(signal <= 0.5, signal**2 / 3, bright)


def matched_light(light_cd_m2: Array, peak_cd_m2: float) -> Array:
    """`light_cd_m2` of a source with that peak, as the screen shows it: 0 to 203 cd/m2.

    The EETF of BT.2390-8, 5.4.1, for a screen without a black of its own: the same light below the
    knee, a Hermite spline above it.

    >>> matched_light(np.array([10.0, 203.0, 1000.0]), 1000).round(0)
    array([ 10., 159., 203.])
    """
    light = np.minimum(np.asarray(light_cd_m2, np.float64), peak_cd_m2)
    if peak_cd_m2 <= REFERENCE_WHITE_CD_M2:
        return light
    brightest = light_to_pq(np.array(peak_cd_m2))
    white = light_to_pq(np.array(REFERENCE_WHITE_CD_M2)) / brightest
    signal = light_to_pq(light) / brightest
    knee = 1.5 * white - 0.5
    t = np.maximum(signal - knee, 0) / (1 - knee)
    spline = (
        (2 * t**3 - 3 * t**2 + 1) * knee
        + (t**3 - 2 * t**2 + t) * (1 - knee)
        + (3 * t**2 - 2 * t**3) * white
    )
    return np.where(signal < knee, light, pq_to_light(spline * brightest))


def peak_of(pixels: Array, points: CodingPoints, white_code: int) -> float:
    """The brightest light in cd/m2 of a picture (H, W, 3), for one that does not state it.

    Found in evenly spaced pixels of PQ, in which `white_code` is the signal 1; HLG has a nominal
    one.
    """
    if points.transfer != _PQ:
        return DEFAULT_PEAK_CD_M2
    step = max(1, int(np.sqrt(pixels.shape[0] * pixels.shape[1] / _PEAK_SAMPLES)))
    greatest = pixels[::step, ::step].max(axis=2)
    brightest = np.quantile(greatest, _PEAK_QUANTILE) / white_code
    return max(REFERENCE_WHITE_CD_M2, float(pq_to_light(np.array(brightest))))


class ToneMapper:
    """Pictures of one high dynamic range as sRGB; each is mapped alike, so that light is steady.

    points       codes of the primaries and of the transfer: 16 (PQ) or 18 (HLG)
    peak_cd_m2   the brightest light of the source; what is above is cut. Of PQ alone
    white_code   the signal 1 in the pixels that come
    dtype        uint8 or uint16, of the pixels that go

    Raises InputError for another transfer, and for primaries that span no area.
    """

    def __init__(
        self,
        points: CodingPoints,
        *,
        peak_cd_m2: float = DEFAULT_PEAK_CD_M2,
        white_code: int = _CODES - 1,
        dtype: type = np.uint8,
    ) -> None:
        if points.transfer not in HDR_TRANSFERS:
            raise InputError(f"transfer {points.transfer} is no high dynamic range: 16 or 18")
        self._is_hlg = points.transfer == _HLG
        primaries, _ = primaries_and_curve(points)
        self._matrix = primaries_matrix(primaries, SRGB_PRIMARIES).astype(np.float32)
        signal = np.minimum(np.arange(_CODES) / white_code, 1)
        peak = DEFAULT_PEAK_CD_M2 if self._is_hlg else peak_cd_m2
        # Light is counted in units of reference white: 1 is the white of the screen.
        self._peak = peak / REFERENCE_WHITE_CD_M2
        if self._is_hlg:
            self._light = _table(hlg_to_scene(signal))
            greatest = np.arange(_CODES) / (_CODES - 1) * peak
        else:
            greatest = np.minimum(pq_to_light(signal), peak)
            self._light = _table(greatest / REFERENCE_WHITE_CD_M2)
        self._gain = _table(matched_light(greatest, peak) / np.maximum(greatest, 1e-9))
        encoded = linear_to_srgb(np.linspace(0, 1, _CODES)) * full_scale(np.dtype(dtype))
        self._encoded: Array = np.rint(encoded).astype(dtype)

    def __call__(self, pixels: Array) -> Array:
        """(H, W, 3) sRGB of `pixels` (H, W, 3) uint16, full range R'G'B' signals."""
        out = np.empty(pixels.shape, self._encoded.dtype)
        for top in range(0, len(pixels), _BAND_ROWS):
            band = np.ascontiguousarray(pixels[top : top + _BAND_ROWS])
            light = self._hlg(band) if self._is_hlg else self._pq(band)
            mapped = _into_gamut(cv2.transform(light, self._matrix))
            mapped *= _CODES - 1
            codes = np.rint(mapped, out=mapped).astype(np.uint16)
            out[top : top + _BAND_ROWS] = cv2.LUT(codes, self._encoded)
        return out

    def _pq(self, band: Array) -> Array:
        red, green, blue = cv2.split(band)
        gain = cv2.LUT(cv2.max(cv2.max(red, green), blue), self._gain)
        return cv2.multiply(cv2.LUT(band, self._light), cv2.merge([gain, gain, gain]))

    def _hlg(self, band: Array) -> Array:
        """As a screen of 1000 cd/m2 shows the scene (BT.2100, OOTF), then matched."""
        scene = cv2.LUT(band, self._light)
        luminance = cv2.transform(scene, _LUMINANCE_2020)
        screen = cv2.pow(luminance, _HLG_GAMMA - 1)
        red, green, blue = cv2.split(scene)
        greatest = cv2.multiply(cv2.max(cv2.max(red, green), blue), screen)
        # Saturated light is brighter than its luminance says and never above the peak.
        codes = np.rint(greatest * (_CODES - 1)).astype(np.uint16)
        gain = cv2.multiply(cv2.LUT(codes, self._gain), screen) * np.float32(self._peak)
        return cv2.multiply(scene, cv2.merge([gain, gain, gain]))


def _table(values: Array) -> Array:
    return np.ascontiguousarray(values, np.float32)


def _into_gamut(rgb: Array) -> Array:
    """Linear (H, W, 3) float32 in [0, 1]: what is outside, towards grey of its luminance."""
    red, green, blue = cv2.split(rgb)
    least, most = cv2.min(cv2.min(red, green), blue), cv2.max(cv2.max(red, green), blue)
    if least.min() < 0 or most.max() > 1:
        grey = cv2.transform(rgb, _LUMINANCE_709)
        # 1 where the colour is inside; the margin keeps black and white from dividing by 0.
        below, above = grey - np.minimum(least, 0), np.maximum(most, 1) - grey
        below = cv2.divide(grey + _MARGIN, below + _MARGIN)
        above = cv2.divide(1 + _MARGIN - grey, above + _MARGIN)
        share = cv2.min(below, above)
        greys, shares = cv2.merge([grey] * 3), cv2.merge([share] * 3)
        rgb = cv2.add(greys, cv2.multiply(cv2.subtract(rgb, greys), shares))
    return np.clip(rgb, 0, 1, out=rgb)


def tone_map(pixels: Array, points: CodingPoints, *, white_code: int | None = None) -> Array:
    """A still of high dynamic range as sRGB: same shape and dtype.

    pixels      (H, W), (H, W, 3) or (H, W, 4), uint8 or uint16 signals; alpha is kept
    white_code  the signal 1 in pixels of uint16, None: 65535
    """
    grey = pixels.ndim == 2
    colour = cv2.merge([pixels] * 3) if grey else pixels[..., :3]
    white = white_code or np.iinfo(pixels.dtype).max
    peak = peak_of(colour, points, white)
    mapper = ToneMapper(
        points, peak_cd_m2=peak, white_code=white_code or _CODES - 1, dtype=pixels.dtype.type
    )
    if colour.dtype == np.uint8:
        colour = colour.astype(np.uint16) * 257
    mapped = mapper(colour)
    if grey:
        return np.ascontiguousarray(mapped[..., 1])
    return np.dstack([mapped, pixels[..., 3:]]) if pixels.shape[2] == 4 else mapped


def tone_mapped_note(points: CodingPoints, count: int = 1) -> Note:
    """What is said where it was done."""
    name = HDR_TRANSFERS[points.transfer]
    text = (
        f"high dynamic range, {name}: tone-mapped to standard range of 8 bits, white at "
        f"{REFERENCE_WHITE_CD_M2:g} cd/m2"
    )
    return Note("tone-mapped", text, count, loss=True)
