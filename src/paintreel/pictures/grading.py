"""A grade: from where a picture's colour and light are to where a feeling has them.

A colour script says how pictures of each feeling differ from the usual one and how much they vary.
A picture is moved to where that difference, taken large, lies; so a bright picture darkens for fear
and a dark one hardly does. What a feeling has no say on stays as it is. From where it is to be
follows its `Look`: a curve of lightness, a scale of chroma, a tint of shadows, middle and
highlights, and what `pictures.grading_light` does. Skin and neutrals take little of the tint.

All of it is in Oklab. The colour part is a function of the colour alone, so that it fits a LUT.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from paintreel.errors import InputError
from paintreel.imaging.arrays import Array
from paintreel.imaging.oklab import into_gamut, oklab_to_rgb, rgb_to_oklab
from paintreel.pictures.colour_measures import LEVELS, MEASURES, ColourMeasures

__all__ = ["ColourScript", "Look", "aimed_at", "grade_colours", "look_between", "skin_share"]

_PUSH_LIGHT, _PUSH_CHROMA, _PUSH_TINT, _PUSH_PLACE = 2.4, 3.8, 4.2, 2.6
"""How often a feeling's difference from the usual picture is taken: its mean is a mean of many."""

_WAY, _WAY_BACK = 0.85, 0.1
"""Share of the way there that is gone, and of the way back where a picture is past it already."""

_SAYS = 0.3
"""By how many deviations a feeling differs from the usual where it has all its say on a measure."""

_MOST = 2.0
"""By how many deviations a measure is moved at most."""

_STEPS = 257
_SLOPES = (0.5, 1.7)
"""Least and most slope of the curve of lightness: structure stays, and no band shows."""

_WHITE_FALLS, _BLACK_RISES = 0.035, 0.03
"""By how much white and black may move, so that there is a white and a black."""

_CHROMA_SCALES = (0.35, 1.7)
_FULL_CHROMA = 0.24
"""Chroma at which colours are made no more colourful."""

_MOST_TINT = 0.08
_MOST_AGAINST = 0.45
"""Share of its own chroma that a colour may lose to a tint."""

_NEUTRAL_CHROMA, _NEUTRAL_TINT = 0.035, 0.009
"""Below that chroma a colour is neutral; how far a light neutral may be tinted."""

_SKIN_KEEPS, _NEUTRAL_KEEPS = 0.85, 0.5
"""Shares of the tint that skin and neutrals are spared."""


_PUSHES = np.array(
    [
        *(_PUSH_LIGHT,) * len(LEVELS),
        _PUSH_CHROMA,
        *(_PUSH_TINT,) * 6,
        *(_PUSH_PLACE,) * 4,
    ]
)


@dataclass(frozen=True, slots=True, eq=False)
class ColourScript:
    """What pictures of every feeling measure.

    moods   names
    means   (moods, 18) of `colour_measures.MEASURES`
    spread  (18,) deviation within a feeling

    Raises InputError for other shapes and values that are no numbers.
    """

    moods: tuple[str, ...]
    means: Array
    spread: Array

    def __post_init__(self) -> None:
        count = len(MEASURES)
        shapes = (self.means.shape, self.spread.shape)
        if shapes != ((len(self.moods), count), (count,)):
            raise InputError(
                f"the colour script holds {shapes[0]} and {shapes[1]}, expected "
                f"({len(self.moods)}, {count}) and ({count},)"
            )
        if not (np.isfinite(self.means).all() and np.isfinite(self.spread).all()):
            raise InputError("the colour script has values that are no numbers")
        if self.spread.min() <= 0:
            raise InputError("the colour script has measures that do not vary")

    @property
    def usual(self) -> Array:
        """(18,) the mean over feelings, each counting alike."""
        usual: Array = self.means.mean(axis=0)
        return usual


def aimed_at(
    own: ColourMeasures,
    script: ColourScript,
    feeling: Mapping[str, float],
    intensity: float = 1.0,
) -> ColourMeasures:
    """Where a picture that measures `own` is to be.

    feeling    {mood: share}, shares not below 0 and together at most 1; what is left moves nothing
    intensity  0 to 1
    """
    start = own.vector
    step = np.zeros_like(start)
    usual, most = script.usual, _MOST * script.spread
    for mood, share in feeling.items():
        differs = script.means[script.moods.index(mood)] - usual
        way = usual + _PUSHES * differs - start
        forward = np.sign(way) == np.sign(differs)
        say = np.clip(np.abs(differs) / (_SAYS * script.spread), 0.0, 1.0)
        asked = say * np.where(forward, _WAY, _WAY_BACK) * way
        step += share * np.clip(asked, -most, most)
    return ColourMeasures.of_vector(start + intensity * step, own.side)


@dataclass(frozen=True, slots=True, eq=False)
class Look:
    """What is done to a picture.

    curve   (257,) lightness of those of an even scale from 0 to 1, rising
    chroma  what chroma is multiplied with
    tints   (3, 2) what is added to (a, b) at the lightnesses `zones`
    zones   (3,) of shadows, middle and highlights, rising
    edge, aside, above  how much lighter the rim, the right and the upper edge become
    haze    share of the air that lies over the farthest things; below 0 it is taken away
    air     (3,) sRGB of the air
    """

    curve: Array
    chroma: float
    tints: Array
    zones: Array
    edge: float
    aside: float
    above: float
    haze: float
    air: Array


def look_between(own: ColourMeasures, aim: ColourMeasures) -> Look:
    """The look that moves a picture that measures `own` to `aim`."""
    chroma = float(np.clip((aim.chroma + 0.004) / (own.chroma + 0.004), *_CHROMA_SCALES))
    tints = aim.zones - own.zones
    sizes = np.maximum(np.hypot(tints[:, 0], tints[:, 1]), 1e-9)
    tints = tints * np.minimum(1.0, _MOST_TINT / sizes)[:, None]
    places = np.array([LEVELS.index(0.1), LEVELS.index(0.5), LEVELS.index(0.9)])
    zones = aim.light[places]
    zones = np.maximum.accumulate(zones + np.array([0.0, 1e-3, 2e-3]))
    # What is left of the veil beside that which the curve has lifted or lowered.
    lifted = float(aim.light[LEVELS.index(0.1)] - own.light[LEVELS.index(0.1)])
    return Look(
        curve=_curve(own.light, aim.light),
        chroma=chroma,
        tints=tints,
        zones=zones,
        edge=aim.edge - own.edge,
        aside=own.side * max(aim.aside - own.aside, -own.aside),
        above=aim.above - own.above,
        haze=float(aim.veil - own.veil) - lifted,
        air=_air(aim),
    )


def _curve(own: Array, aim: Array) -> Array:
    """(257,) the curve of lightness that moves the quantiles, as far as its slopes allow."""
    scale = np.linspace(0.0, 1.0, _STEPS)
    steps = aim - own
    first = np.clip(0.35 * steps[0], 0.0, _BLACK_RISES)
    last = np.clip(0.5 * steps[-1], -_WHITE_FALLS, 0.0)
    at = np.concatenate([[0.0], np.maximum.accumulate(own + np.arange(len(own)) * 1e-4), [1.0]])
    at = np.maximum.accumulate(np.minimum(at, 1.0))
    moved = scale + np.interp(scale, at, np.concatenate([[first], steps, [last]]))
    moved = _smoothed(moved)
    slopes = np.clip(np.diff(moved) * (_STEPS - 1), *_SLOPES)
    curve = np.concatenate([[0.0], np.cumsum(slopes)]) / (_STEPS - 1)
    # From black up it has grown too far or not enough: what is off is taken off evenly.
    bottom, top = first, 1.0 + last
    fitted: Array = bottom + (curve - curve[0]) * (top - bottom) / (curve[-1] - curve[0])
    return np.clip(fitted, 0.0, 1.0)


def _smoothed(values: Array, sigma: float = 9.0) -> Array:
    reach = round(3 * sigma)
    weights = np.exp(-0.5 * (np.arange(-reach, reach + 1) / sigma) ** 2)
    # Mirrored through its ends, a straight line stays one.
    low = 2 * values[0] - values[reach:0:-1]
    high = 2 * values[-1] - values[-2 : -reach - 2 : -1]
    padded = np.concatenate([low, values, high])
    smooth: Array = np.convolve(padded, weights / weights.sum(), mode="valid")
    return smooth


def _air(aim: ColourMeasures) -> Array:
    """(3,) sRGB: as light as the lighter things, in the tint of the highlights."""
    light = 0.25 + 0.75 * float(aim.light[LEVELS.index(0.75)])
    tint = 0.6 * aim.zones[2]
    return oklab_to_rgb(into_gamut(np.array([light, *tint])))


def grade_colours(rgb: Array, look: Look) -> Array:
    """The colour part of a look: sRGB (..., 3) floats in [0, 1] to the same, colour by colour."""
    lab = rgb_to_oklab(np.asarray(rgb, np.float64))
    light, chroma = lab[..., 0], np.hypot(lab[..., 1], lab[..., 2])
    skin = skin_share(lab)
    after = np.interp(light, np.linspace(0.0, 1.0, _STEPS), look.curve)
    # Less light is less of the whole colour; more of it would be garish.
    ratio = np.minimum(after / np.maximum(light, 1e-4), 1.05)
    scale = _chroma_scale(chroma, look.chroma, skin) * ratio**0.8
    out = np.empty_like(lab)
    out[..., 0] = after
    own = lab[..., 1:] * scale[..., None]
    out[..., 1:] = own + _along(own, _tints(after, chroma, skin, look))
    return oklab_to_rgb(into_gamut(out))


def _chroma_scale(chroma: Array, scale: float, skin: Array) -> Array:
    if scale >= 1.0:
        room = np.clip(1.0 - chroma / _FULL_CHROMA, 0.0, 1.0)
        return 1.0 + (scale - 1.0) * room * (1.0 - 0.6 * skin)
    return 1.0 + (scale - 1.0) * (1.0 - 0.65 * skin)


def _tints(light: Array, chroma: Array, skin: Array, look: Look) -> Array:
    """(..., 2) what is added to (a, b)."""
    tint = np.stack(
        [np.interp(light, look.zones, look.tints[:, axis]) for axis in range(2)], axis=-1
    )
    # Black and white have no room for a colour.
    room = _smooth_step(light / 0.22) * _smooth_step((1.0 - light) / 0.16)
    neutral = np.exp(-((chroma / _NEUTRAL_CHROMA) ** 2))
    share = room * (1.0 - _SKIN_KEEPS * skin) * (1.0 - _NEUTRAL_KEEPS * neutral)
    tint = tint * share[..., None]
    # What is light and neutral is taken for white.
    size = np.maximum(np.hypot(tint[..., 0], tint[..., 1]), 1e-9)
    white = neutral * _smooth_step((light - 0.45) / 0.3)
    most = _MOST_TINT + white * (_NEUTRAL_TINT - _MOST_TINT)
    limited: Array = tint * np.minimum(1.0, most / size)[..., None]
    return limited


def _along(own: Array, tint: Array) -> Array:
    """The tint without what would take more than a part of the own colour (..., 2): blue under a
    yellow tint is to be a dim blue, and not grey."""
    size = np.maximum(np.hypot(own[..., 0], own[..., 1]), 1e-9)
    against = np.minimum((tint * own).sum(axis=-1) / size, 0.0)
    # Softly, so that no edge shows where the limit begins.
    most = np.maximum(_MOST_AGAINST * size, 1e-9)
    limited = -most * np.tanh(-against / most)
    kept: Array = tint + ((limited - against) / size)[..., None] * own
    return kept


def skin_share(lab: Array) -> Array:
    """(...) in [0, 1]: how much an Oklab colour (..., 3) is like skin, of whatever darkness."""
    chroma = np.hypot(lab[..., 1], lab[..., 2])
    hue = np.degrees(np.arctan2(lab[..., 2], lab[..., 1]))
    by_hue = np.exp(-(((hue - 52.0) / 20.0) ** 2))
    by_chroma = _smooth_step((chroma - 0.02) / 0.03) * _smooth_step((0.17 - chroma) / 0.05)
    by_light = _smooth_step((lab[..., 0] - 0.25) / 0.15) * _smooth_step((0.98 - lab[..., 0]) / 0.08)
    share: Array = by_hue * by_chroma * by_light
    return share


def _smooth_step(x: Array) -> Array:
    x = np.clip(x, 0.0, 1.0)
    step: Array = x * x * (3.0 - 2.0 * x)
    return step


def mixed_looks(looks: Sequence[tuple[float, Look]]) -> Look:
    """The mean of looks with their shares, which add up to 1."""
    first = looks[0][1]
    names = ("curve", "chroma", "tints", "zones", "edge", "aside", "above", "haze", "air")
    mixed = {name: sum(share * getattr(look, name) for share, look in looks) for name in names}
    return replace(first, **mixed)
