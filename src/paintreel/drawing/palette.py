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

__all__ = ["Mood", "Paints", "PigmentVariants", "Tones", "lch"]

_STEPS = 33


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

    hour      its name
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


@dataclass(frozen=True)
class PigmentVariants:
    """What the pigments of one picture are changed to on some of its things.

    cover      the pigment that lies on all others, None: none does
    uncovered  pigments that it does not lie on
    bare       pigments of leaves that have fallen
    kinds      {pigment: those that plants of it are shared out to}
    evergreen  {pigment: what plants of it that keep their leaves are painted with}
    """

    cover: str | None = None
    uncovered: frozenset[str] = frozenset()
    bare: frozenset[str] = frozenset()
    kinds: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    evergreen: Mapping[str, str] = field(default_factory=dict)


class Tones:
    """One pigment from ink to full light: `table` uint8 (33, 3) for `lit` from -1 to 1.

    cover      what lies on it, such as snow
    bare       whether it is foliage that has fallen
    kinds      the pigments that plants of this one are shared out to, by their place
    evergreen  what plants that keep their leaves are painted with instead
    """

    def __init__(
        self,
        table: Array,
        *,
        cover: Tones | None = None,
        bare: bool = False,
        kinds: tuple[Tones, ...] = (),
        evergreen: Tones | None = None,
    ) -> None:
        self.table = table
        self.cover = cover
        self.bare = bare
        self.kinds = kinds
        self.evergreen = evergreen

    @property
    def ground(self) -> Tones:
        """What a level piece of it shows: what lies on it, or itself."""
        return self.cover or self

    def dusted(self, share: float) -> Tones:
        """With `cover` on `share` of it, 0..1; itself where there is none."""
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


class Paints:
    """The pigments of one picture under one mood; `pigments`: name to CIELAB (3,)."""

    def __init__(
        self, mood: Mood, pigments: dict[str, Array], variants: PigmentVariants | None = None
    ) -> None:
        self.mood = mood
        self.pigments = pigments
        self.variants = variants or PigmentVariants()
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
            has = self.variants
            cover = None if pigment in (has.cover, *has.uncovered) else has.cover
            evergreen = has.evergreen.get(pigment)
            self._tones[key] = Tones(
                _to_bytes(self._seen(self.pigments[pigment], depth)),
                cover=None if cover is None else self.tones(cover, depth),
                bare=pigment in has.bare,
                kinds=tuple(self.tones(kind, depth) for kind in has.kinds.get(pigment, ())),
                evergreen=None if evergreen is None else self.tones(evergreen, depth),
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
