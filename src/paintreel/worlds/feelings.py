"""What a feeling does to a world: its hour and weather, its sun, its air, and every colour in it.

It is no filter over the picture. The colours of sky, light, shade and pigments are moved by the
colour script before anything is drawn with them, so that they mix as paints do; the air lies over
far layers and not over near ones; the sun stands higher or lower, glows and rims with it. The place
is the same, and what a person asks for of hour and weather goes before.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from paintreel.drawing.palette import Mood
from paintreel.imaging.arrays import Array
from paintreel.imaging.colour import chroma, hue_deg, lab_to_rgb, rgb_to_lab
from paintreel.pictures.grading import Look, grade_colours

__all__ = ["SKIES", "FeltSky", "WorldFeeling", "felt_sky"]

_PIGMENT_SHARE = 0.6
"""Of the look that pigments take: the light on them takes all of it."""

_CLEAREST = 0.75
_HAZE_TO_AIR, _HAZE_TO_REACH = 0.5, 1.1
_RIM_OF_SIDE = 2.0
_LOWEST_SUN, _HIGHEST_SUN = 0.04, 0.62


@dataclass(frozen=True, slots=True)
class FeltSky:
    """Hour and weather that a feeling is mostly set in, where nobody says another, and its sun.

    glow  of the sky around it, times what it is
    """

    time: str | None = None
    weather: str | None = None
    glow: float = 1.0


SKIES: Mapping[str, FeltSky] = {
    "happiness": FeltSky("day", "clear", 1.3),
    "calm": FeltSky("dawn", "clear", 1.1),
    "sadness": FeltSky("day", "rain", 0.6),
    "fear": FeltSky("night", "fog", 0.7),
    "anger": FeltSky("dusk", "storm", 1.4),
    "surprise": FeltSky("dusk", "clear", 1.8),
}
"""{mood: its sky}, as film makers set them: no panel says its hour."""


@dataclass(frozen=True, eq=False)
class WorldFeeling:
    """A feeling as worlds are drawn with it.

    name       of the emotion, for captions
    look       of the usual picture, by the colour script
    sky        hour, weather and glow
    intensity  0 to 1, which `look` has in it already
    """

    name: str
    look: Look
    sky: FeltSky
    intensity: float

    @property
    def glow(self) -> float:
        """What the sky's glow is multiplied with."""
        return 1.0 + self.intensity * (self.sky.glow - 1.0)

    @property
    def rim(self) -> float:
        """What the light on edges is multiplied with: light from a side rims, even light does
        not."""
        return float(np.clip(1.0 + _RIM_OF_SIDE * self.look.aside, 0.5, 1.8))

    def colours(self, lab: Array, share: float = 1.0) -> Array:
        """CIELAB (..., 3) as the feeling has them, `share` of the way."""
        felt = rgb_to_lab(grade_colours(lab_to_rgb(np.asarray(lab, np.float64)), self.look))
        # What sRGB does not hold, such as the light of snow at night, keeps by how much it is off.
        shown = rgb_to_lab(lab_to_rgb(np.asarray(lab, np.float64)))
        moved: Array = lab + share * (felt - shown)
        return moved

    def mood(self, mood: Mood) -> Mood:
        """Sky, light, shade and air of an hour."""
        haze = self.look.haze
        return replace(
            mood,
            sky=tuple(self._lch(colour) for colour in mood.sky),
            light=self._lch(mood.light),
            shade=self._lch(mood.shade),
            air=float(np.clip(mood.air + _HAZE_TO_AIR * haze, min(mood.air, _CLEAREST), 1.0)),
            reach=float(np.clip(mood.reach - _HAZE_TO_REACH * haze, 0.5, 1.4)),
        )

    def pigments(self, pigments: Mapping[str, Array]) -> dict[str, Array]:
        """{pigment: CIELAB (3,)}."""
        names = list(pigments)
        felt = self.colours(np.array([pigments[name] for name in names]), _PIGMENT_SHARE)
        return dict(zip(names, felt, strict=True))

    def sun_y(self, y: float) -> float:
        """Where the sun or moon stands that stood at `y`: high where light falls from above."""
        moved = y - 0.8 * self.look.above
        return float(np.clip(moved, min(y, _LOWEST_SUN), max(y, _HIGHEST_SUN)))

    def _lch(self, colour: tuple[float, float, float]) -> tuple[float, float, float]:
        angle = np.radians(colour[2])
        lab = np.array([colour[0], colour[1] * np.cos(angle), colour[1] * np.sin(angle)])
        felt = self.colours(lab)
        return float(felt[0]), float(chroma(felt)), float(hue_deg(felt))


def felt_sky(moods: Mapping[str, float], intensity: float) -> FeltSky:
    """The sky of the strongest mood; faint feelings leave hour and weather to the seed."""
    if not moods:
        return FeltSky()
    mood = max(moods, key=lambda name: moods[name])
    share = moods[mood] * intensity
    sky = SKIES[mood]
    if share < 0.3:
        return FeltSky(glow=sky.glow)
    return sky
