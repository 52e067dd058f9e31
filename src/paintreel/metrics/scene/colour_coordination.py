"""Colour coordination: whether the dominant colours of a scene go together."""

from __future__ import annotations

import math

import numpy as np

from paintreel.imaging.arrays import Array
from paintreel.imaging.colour import chroma, hue_deg
from paintreel.imaging.dominant_colours import dominant_colours
from paintreel.metrics.scene.picture import ScenePicture, SceneScore, as_scene

WEIGHTS = {"harmony": 1 / 3, "concentration": 1 / 3, "order": 1 / 3}
COLOURS = 6
"""Dominant colours that are looked at."""

HUE_TEMPLATES: dict[str, tuple[tuple[float, float], ...]] = {
    "i": ((0.0, 18.0),),
    "V": ((0.0, 93.6),),
    "L": ((0.0, 18.0), (90.0, 79.2)),
    "L mirrored": ((0.0, 18.0), (-90.0, 79.2)),
    "I": ((0.0, 18.0), (180.0, 18.0)),
    "T": ((0.0, 180.0),),
    "Y": ((0.0, 93.6), (180.0, 18.0)),
    "X": ((0.0, 93.6), (180.0, 93.6)),
    "triad": ((0.0, 18.0), (120.0, 18.0), (240.0, 18.0)),
}
"""Matsuda's hue templates (Cohen-Or et al. 2006, "Color harmonization", Figure 2), and the
paper's triad: sectors as (middle, width) in degrees, to be turned round the hue circle."""

_TURNS_DEG = np.arange(0.0, 360.0, 2.0)
_KIN_DEG = 30.0
_FULL_CHROMA = 10.0


def colour_coordination(picture: Array | ScenePicture) -> SceneScore:
    """Colour coordination index (CCI) in [0, 1]; higher is more harmonious.

    Liu and Zhao 2025, section 4.2 (text below Table 5; no equation): dominant hues by k-means in
    CIELAB, distances judged by harmony models, a penalty for discord, integrated with angular
    variance and saturation-weighted entropy across clusters, normalised to [0, 1].

    With cluster i of k = 6 of hue h_i, chroma C_i, share a_i, and w_i = a_i C_i / sum a C:

        CCI = 1 - s (1 - (harmony + concentration + order) / 3)

    harmony: 1 - D / D_all, not below 0. D is the w-weighted mean angle from the hues to the
    sectors of the best template at its best turn (Cohen-Or et al. 2006, Eq. 1 and 3), and D_all
    is the same of all hues at once.

    concentration: max over m = 1, 2, 3 of |sum_i w_i exp(j m h_i)|: one less the angular
    variance of the hues taken as one group, as complements, or as a triad.

    order: 1 - H / log k, with H = -sum_i q_i log sum_j q_j exp(-(h_i - h_j)^2 / 30^2), the
    entropy of the clusters weighted by saturation (q ~ a C / sqrt(C^2 + L^2)), where clusters of
    kindred hue count as one (similarity-sensitive entropy of Leinster and Cobbold 2012).

    s = min(1, mean chroma / 10) fades all this out towards grey, where hue says nothing and
    nothing can clash (Matsuda's template N); it keeps the index continuous.

    Differences from the paper: it gives neither formulas nor weights.

    Direction: higher is better. Falls: hues scrambled, clutter of random colours, strong noise
    (whose chroma is of all hues). Does not fall: blur, shuffled pieces, fading. Invariant to
    flips, to turning all hues by one angle, and to scale above 256 px. Degenerate: a grey
    picture is 1.0, all its parts are 1.

    picture  (H, W, 3) or grey, uint8, uint16 or float in [0, 1]; or a `ScenePicture`

    Returns a SceneScore with parts {"harmony", "concentration", "order"}; its source is "pixels".
    """
    scene = as_scene(picture)
    palette = dominant_colours(scene.lab, COLOURS)
    parts, colourfulness = palette_harmony(palette.lab, palette.share)
    raw = sum(weight * parts[name] for name, weight in WEIGHTS.items())
    return SceneScore(1.0 - colourfulness * (1.0 - raw), parts, "pixels")


def palette_harmony(lab: Array, share: Array) -> tuple[dict[str, float], float]:
    """The parts of the index for colours (K, 3) in CIELAB of shares (K,), and s.

    >>> parts, fade = palette_harmony(np.array([[60., 50., 0.], [60., -50., 0.]]), np.ones(2) / 2)
    >>> {name: round(part, 3) for name, part in parts.items()}, fade  # two complements
    ({'harmony': 1.0, 'concentration': 1.0, 'order': 0.613}, 1.0)
    """
    strength = chroma(lab)
    mean_chroma = float(share @ strength)
    fade = min(1.0, mean_chroma / _FULL_CHROMA)
    if mean_chroma < 1e-3:  # grey but for rounding
        return dict.fromkeys(WEIGHTS, 1.0), 0.0
    hue = hue_deg(lab)
    weight = share * strength / mean_chroma
    saturation = share * strength / np.maximum(np.hypot(strength, lab[:, 0]), 1e-9)
    parts = {
        "harmony": max(0.0, 1.0 - _template_distance(hue, weight) / _DISTANCE_OF_ALL_HUES),
        "concentration": _concentration(hue, weight),
        "order": 1.0 - _kindred_entropy(hue, saturation / saturation.sum()) / math.log(COLOURS),
    }
    return parts, fade


def _template_distance(hue_deg: Array, weight: Array) -> float:
    """Weighted mean angle in degrees from the hues to the best template at its best turn."""
    turned = hue_deg[None, :] - _TURNS_DEG[:, None]
    best = np.inf
    for sectors in HUE_TEMPLATES.values():
        outside = [
            np.maximum(np.abs((turned - middle + 180.0) % 360.0 - 180.0) - width / 2.0, 0.0)
            for middle, width in sectors
        ]
        best = min(best, float((np.min(outside, axis=0) @ weight).min()))
    return best


_DISTANCE_OF_ALL_HUES = _template_distance(np.arange(360.0), np.full(360, 1 / 360))


def _concentration(hue_deg: Array, weight: Array) -> float:
    orders = np.array([[1.0], [2.0], [3.0]])
    return min(1.0, float(np.abs(np.exp(1j * np.radians(orders * hue_deg)) @ weight).max()))


def _kindred_entropy(hue_deg: Array, share: Array) -> float:
    apart = (hue_deg[:, None] - hue_deg + 180.0) % 360.0 - 180.0
    kin = np.exp(-((apart / _KIN_DEG) ** 2)) @ share
    return max(0.0, float(-(share * np.log(kin)).sum()))
