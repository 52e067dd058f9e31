"""Colour as numbers of ITU-T H.273 (cICP in PNG, nclx in AVIF and HEIC, cicp in ICC).

The codes say which primaries and which curve the values of a picture have. Ordinary primaries and
curves become a colour profile, sRGB needs none; high dynamic range is tone-mapped.
"""

from __future__ import annotations

from dataclasses import dataclass

from paintreel.imaging.profile_making import SRGB_CURVE, SRGB_PRIMARIES, Curve, Primaries

__all__ = ["HDR_TRANSFERS", "CodingPoints", "primaries_and_curve"]

HDR_TRANSFERS = {16: "PQ (HDR10)", 18: "HLG"}
"""Names of the curves of high dynamic range by their code."""

_D65, _DCI, _C, _E = (0.3127, 0.3290), (0.314, 0.351), (0.310, 0.316), (1 / 3, 1 / 3)
# H.273, table 2: red, green, blue, white as (x, y).
_PRIMARIES: dict[int, Primaries] = {
    1: SRGB_PRIMARIES,
    4: ((0.67, 0.33), (0.21, 0.71), (0.14, 0.08), _C),
    5: ((0.64, 0.33), (0.29, 0.60), (0.15, 0.06), _D65),
    6: ((0.630, 0.340), (0.310, 0.595), (0.155, 0.070), _D65),
    7: ((0.630, 0.340), (0.310, 0.595), (0.155, 0.070), _D65),
    8: ((0.681, 0.319), (0.243, 0.692), (0.145, 0.049), _C),
    9: ((0.708, 0.292), (0.170, 0.797), (0.131, 0.046), _D65),
    11: ((0.680, 0.320), (0.265, 0.690), (0.150, 0.060), _DCI),
    12: ((0.680, 0.320), (0.265, 0.690), (0.150, 0.060), _D65),
    22: ((0.630, 0.340), (0.295, 0.605), (0.155, 0.077), _D65),
}
# H.273, table 3: exponents; the curves of BT.709 and its kin are shown as sRGB, as clips are.
_GAMMAS = {4: 2.2, 5: 2.8, 8: 1.0, 17: 2.6}


@dataclass(frozen=True, slots=True)
class CodingPoints:
    """Codes of H.273: `primaries` (table 2) and `transfer` (table 3); 2 is unspecified."""

    primaries: int
    transfer: int


def primaries_and_curve(points: CodingPoints) -> tuple[Primaries, Curve]:
    """What the codes stand for; codes that are unknown or unspecified are taken for sRGB."""
    curve: Curve = _GAMMAS.get(points.transfer, SRGB_CURVE)
    return _PRIMARIES.get(points.primaries, SRGB_PRIMARIES), curve
