"""Colours of a picture: pigments under the light and the air of an hour, mixed in CIELAB.

A pigment is a CIELAB triple written as lightness, chroma and hue angle. What is seen of it
depends on the hour (exposure, colour of the light and of the shade), on how far it turns to the
light (`lit`, -1 ink to 1 brightest) and on its depth: far things drift to the colour of the air.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np

from paintreel.imaging.arrays import Array
from paintreel.imaging.colour import chroma, hue_deg, hue_difference_deg, lab_to_rgb

__all__ = ["HOURS", "MOODS", "WATERS", "Dress", "Mood", "Paints", "Tones", "lch"]

_STEPS = 33
HOURS = ("dawn", "day", "dusk", "night")


def lch(lightness: float, chroma: float, hue_deg: float) -> Array:
    """CIELAB (3,) of lightness 0..100, chroma and hue angle.

    >>> lch(50.0, 20.0, 90.0).round(6).tolist()
    [50.0, 0.0, 20.0]
    """
    angle = np.radians(hue_deg)
    return np.array([lightness, chroma * np.cos(angle), chroma * np.sin(angle)])


@dataclass(frozen=True)
class Mood:
    """An hour in one of its weathers. Colours are (lightness, chroma, hue angle in degrees).

    hour      one of HOURS
    sky       from the zenith to the horizon
    light     of the sun or moon
    shade     that things not turned to the light are mixed with
    exposure  how much of a pigment's lightness is left, 0..1
    air       how much of its colour the farthest thing loses to the horizon, 0..1
    reach     how far one sees: 1.15 on an open day, less where the air hides near things too
    """

    hour: str
    sky: tuple[tuple[float, float, float], ...]
    light: tuple[float, float, float]
    shade: tuple[float, float, float]
    exposure: float
    air: float = 0.85
    reach: float = 1.15

    def turned(self, degrees: float, vividness: float = 1.0) -> Mood:
        """All hues turned, all chromas scaled: the same weather in another place."""

        def turn(colour: tuple[float, float, float]) -> tuple[float, float, float]:
            return (colour[0], colour[1] * vividness, colour[2] + degrees)

        sky = tuple(turn(colour) for colour in self.sky)
        return replace(self, sky=sky, light=turn(self.light), shade=turn(self.shade))


MOODS = {
    "dawn_rose": Mood(
        "dawn", ((66, 26, 270), (78, 22, 330), (90, 30, 65)), (94, 34, 75), (42, 28, 290), 0.88
    ),
    "dawn_mist": Mood(
        "dawn", ((72, 14, 220), (84, 16, 130), (93, 28, 95)), (96, 32, 95), (42, 20, 240), 0.9, 0.95
    ),
    "day_blue": Mood(
        "day", ((56, 42, 268), (76, 28, 245), (92, 12, 190)), (98, 22, 95), (42, 28, 272), 1.0
    ),
    "day_parchment": Mood(
        "day", ((76, 22, 100), (86, 26, 92), (94, 22, 88)), (98, 30, 88), (40, 22, 320), 0.95, 0.9
    ),
    "day_storm": Mood(
        "day", ((46, 16, 235), (62, 14, 215), (85, 16, 110)), (94, 22, 100), (32, 20, 255), 0.85
    ),
    "dusk_ember": Mood(
        "dusk", ((36, 36, 310), (58, 52, 30), (82, 66, 72)), (86, 62, 68), (26, 34, 305), 0.74
    ),
    "dusk_violet": Mood(
        "dusk", ((28, 42, 292), (50, 44, 335), (80, 44, 50)), (86, 44, 50), (22, 36, 292), 0.68
    ),
    "night_blue": Mood(
        "night", ((9, 26, 280), (20, 34, 276), (42, 34, 258)), (82, 20, 240), (10, 28, 280), 0.46
    ),
    "night_teal": Mood(
        "night", ((10, 18, 250), (22, 26, 225), (46, 32, 200)), (86, 22, 180), (10, 22, 245), 0.46
    ),
    "night_violet": Mood(
        "night", ((10, 30, 300), (22, 40, 305), (44, 40, 330)), (84, 24, 330), (10, 32, 295), 0.48
    ),
}

WATERS = {
    "sea_noon": Mood(
        "day", ((88, 28, 200), (66, 36, 225), (40, 40, 262)), (97, 20, 170), (24, 36, 272), 0.9, 0.9
    ),
    "sea_jade": Mood(
        "dawn",
        ((90, 34, 150), (64, 36, 180), (36, 32, 215)),
        (97, 30, 120),
        (22, 28, 235),
        0.84,
        0.9,
    ),
    "sea_ember": Mood(
        "dusk",
        ((84, 44, 70), (56, 40, 350), (30, 40, 300)),
        (92, 44, 75),
        (18, 38, 295),
        0.76,
        0.88,
    ),
    "sea_violet": Mood(
        "dusk",
        ((76, 34, 300), (48, 44, 292), (24, 42, 285)),
        (90, 26, 310),
        (16, 38, 285),
        0.74,
        0.88,
    ),
    "sea_night": Mood(
        "night",
        ((52, 34, 245), (26, 36, 265), (10, 30, 280)),
        (84, 24, 220),
        (8, 28, 280),
        0.56,
        0.82,
    ),
}
"""Moods below the surface: the "sky" is the water from the surface down."""


@dataclass(frozen=True)
class Dress:
    """What a season lays on the things of a picture.

    snow   lies on everything but the pigments of WET
    bare   pigments of leaves that have fallen
    kinds  pigments that plants of one pigment are shared out to
    """

    snow: bool = False
    bare: frozenset[str] = frozenset()
    kinds: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


class Tones:
    """One pigment from ink to full light: `table` uint8 (33, 3) for `lit` from -1 to 1.

    cover    the snow that lies on it, where a season lays some
    bare     whether it is foliage that has fallen
    kinds    the pigments that plants of this one are shared out to, by their place
    needles  what firs are painted with instead
    """

    def __init__(
        self,
        table: Array,
        *,
        cover: Tones | None = None,
        bare: bool = False,
        kinds: tuple[Tones, ...] = (),
        needles: Tones | None = None,
    ) -> None:
        self.table = table
        self.cover = cover
        self.bare = bare
        self.kinds = kinds
        self.needles = needles

    @property
    def ground(self) -> Tones:
        """What a level piece of it shows: the snow on it, or itself."""
        return self.cover or self

    def dusted(self, share: float) -> Tones:
        """With snow on `share` of it, 0..1; itself where there is none."""
        if self.cover is None:
            return self
        mixed = self.table + (self.cover.table.astype(float) - self.table) * share
        return Tones(np.rint(mixed).astype(np.uint8), cover=self.cover, bare=self.bare)

    def kind_at(self, x: float, y: float) -> Tones:
        """Which of its kinds a plant at (x, y) is; itself where it has none."""
        if not self.kinds:
            return self
        # By the place and by no generator, so that no other plant changes.
        return self.kinds[int(abs(x) * 7919 + abs(y) * 104729) % len(self.kinds)]

    def at(self, lit: Array | float) -> Array:
        """uint8 (..., 3) of `lit` (...), clipped to [-1, 1]."""
        half = (_STEPS - 1) / 2
        if isinstance(lit, float):  # np.float64 included; most calls ask for one colour
            tone: Array = self.table[round((min(max(lit, -1.0), 1.0) + 1.0) * half)]
            return tone
        index = (np.minimum(np.maximum(lit, -1.0), 1.0) + 1.0) * half
        return self.table[np.rint(index).astype(np.intp)]

    @cached_property
    def ink(self) -> Array:
        """The darkest tone."""
        return self.at(-1.0)

    @cached_property
    def dark(self) -> Array:
        """In shade."""
        return self.at(-0.5)

    @cached_property
    def mid(self) -> Array:
        """Half lit."""
        return self.at(0.0)

    @cached_property
    def light(self) -> Array:
        """Lit."""
        return self.at(0.5)

    @cached_property
    def bright(self) -> Array:
        """The lightest tone."""
        return self.at(1.0)


WET = frozenset({"snow", "water"})
"""Pigments that no snow lies on."""


class Paints:
    """The pigments of one picture under one mood; `pigments`: name to CIELAB (3,)."""

    def __init__(self, mood: Mood, pigments: dict[str, Array], dress: Dress | None = None) -> None:
        self.mood = mood
        self.pigments = pigments
        self.dress = dress or Dress()
        self.light = lch(*mood.light)
        self.shade = lch(*mood.shade)
        self.sky = np.array([lch(*colour) for colour in mood.sky])
        self._tones: dict[tuple[str, float], Tones] = {}
        self._glows: dict[str, Tones] = {}

    @property
    def air_colour(self) -> Array:
        """CIELAB (3,) that far things drift to."""
        air: Array = 0.3 * self.sky[-2] + 0.7 * self.sky[-1]
        return air

    def dip(self, pigment: str, share: float) -> None:
        """Turn the hue of the sky, and so of the air, toward a pigment's by `share` of the way."""
        wanted = hue_deg(self.pigments[pigment])
        for i, colour in enumerate(self.sky):
            hue = hue_deg(colour)
            hue = hue + share * hue_difference_deg(float(hue), float(wanted))
            self.sky[i] = lch(colour[0], float(chroma(colour)) * (1.0 - 0.4 * share), float(hue))

    def tones(self, pigment: str, depth: float) -> Tones:
        """`pigment` as seen at `depth`, 0 (near) to 1."""
        key = (pigment, round(depth, 3))
        if key not in self._tones:
            dress = self.dress
            snowed = dress.snow and pigment not in WET
            needles = pigment == "leaf" and "needle" in self.pigments
            self._tones[key] = Tones(
                _to_bytes(self._seen(self.pigments[pigment], depth)),
                cover=self.tones("snow", depth) if snowed else None,
                bare=pigment in dress.bare,
                kinds=tuple(self.tones(kind, depth) for kind in dress.kinds.get(pigment, ())),
                needles=self.tones("needle", depth) if needles else None,
            )
        return self._tones[key]

    def glowing(self, pigment: str) -> Tones:
        """`pigment` as a lamp: the hour does not dim it, `lit` 1 is almost white."""
        if pigment not in self._glows:
            lit = np.linspace(-1.0, 1.0, _STEPS)[:, None]
            lab = np.repeat(self.pigments[pigment][None], _STEPS, axis=0)
            lab[:, :1] += lit * np.where(lit > 0, 96.0 - lab[:, :1], 0.45 * lab[:, :1])
            lab[:, 1:] *= 1.0 - 0.6 * np.maximum(lit, 0.0)
            self._glows[pigment] = Tones(_to_bytes(lab))
        return self._glows[pigment]

    def rgb(self, lab: Array) -> Array:
        """uint8 (..., 3) of CIELAB (..., 3)."""
        return _to_bytes(lab)

    def _seen(self, pigment: Array, depth: float) -> Array:
        """CIELAB (33, 3) of the pigment for `lit` from -1 to 1."""
        mood = self.mood
        lit = np.linspace(-1.0, 1.0, _STEPS)[:, None]
        # A dim hour takes lightness and lends its own tint.
        local = pigment * np.array([mood.exposure, 1.0, 1.0])
        local = local + (self.shade - local) * (0.5 * (1.0 - mood.exposure)) * [0.4, 1.0, 1.0]
        toward_light = np.maximum(lit, 0.0)
        toward_shade = np.maximum(-lit, 0.0)
        lab: Array = local + toward_light * (0.42 * (self.light - local) + [5.0, 0.0, 0.0])
        dark = self.shade * [0.55, 1.0, 1.0]
        lab = lab + toward_shade**0.8 * 0.62 * (dark - lab)
        lab[:, :1] *= 1.0 - 0.28 * toward_shade**2
        lab += (self.air_colour - lab) * (mood.air * depth**mood.reach)
        return lab


def _to_bytes(lab: Array) -> Array:
    return np.rint(lab_to_rgb(lab) * 255.0).astype(np.uint8)
