"""Light under a weather: a mood of the palette as clouds, rain, snow, fog or a storm change it."""

from __future__ import annotations

from dataclasses import dataclass, replace

from paintreel.drawing.palette import Mood

__all__ = ["WEATHER_LIGHT", "WeatherLight", "under"]


@dataclass(frozen=True)
class WeatherLight:
    """What a weather does to light and air.

    cover     how much of the sky is covered by clouds, 0..1
    heavy     how dark and light those clouds are against each other, 0..1
    grey      share of the sky's chroma that is lost
    level     how far the sky's three lightnesses draw together, 0..1
    dark      what each of them is multiplied with, from the zenith to the horizon
    lift      lightness that white air adds to all of them by day
    dim       share of the light's chroma and, by a quarter, of its lightness that is lost
    exposure  what that of the mood is multiplied with
    air       least share that the farthest thing loses to the horizon, 0..1
    reach     as in `Mood`
    lamps     share of the windows that are lit even by day, 0..1
    """

    cover: float = 0.0
    heavy: float = 0.0
    grey: float = 0.0
    level: float = 0.0
    dark: tuple[float, float, float] = (1.0, 1.0, 1.0)
    lift: float = 0.0
    dim: float = 0.0
    exposure: float = 1.0
    air: float = 0.85
    reach: float = 1.15
    lamps: float = 0.0


WEATHER_LIGHT = {
    "clear": WeatherLight(),
    "cloudy": WeatherLight(
        cover=0.7,
        heavy=0.6,
        grey=0.45,
        level=0.3,
        dark=(0.94, 0.94, 0.96),
        dim=0.5,
        exposure=0.94,
        air=0.88,
    ),
    "rain": WeatherLight(
        cover=0.9,
        heavy=0.55,
        grey=0.5,
        level=0.45,
        dark=(0.8, 0.8, 0.84),
        dim=0.6,
        exposure=0.84,
        air=0.94,
        reach=0.85,
        lamps=0.35,
    ),
    "snow": WeatherLight(
        cover=0.85,
        heavy=0.3,
        grey=0.5,
        level=0.6,
        lift=2.0,
        dim=0.6,
        exposure=0.97,
        air=0.94,
        reach=0.85,
        lamps=0.3,
    ),
    "fog": WeatherLight(
        cover=0.9,
        heavy=0.08,
        grey=0.45,
        level=0.85,
        lift=6.0,
        dim=0.5,
        exposure=0.96,
        air=1.0,
        reach=0.5,
        lamps=0.3,
    ),
    "storm": WeatherLight(
        cover=1.0,
        heavy=1.0,
        grey=0.4,
        level=0.1,
        dark=(0.52, 0.62, 0.8),
        dim=0.45,
        exposure=0.74,
        air=0.9,
        reach=1.0,
        lamps=0.5,
    ),
}
"""{one of WEATHERS: its light}"""

_WHITE = {"dawn": 0.8, "day": 1.0, "dusk": 0.6, "night": 0.3}
"""How white air is."""
_GREY = {"dawn": 1.1, "day": 1.0, "dusk": 1.15, "night": 0.35}
"""How far colours turn grey: a night stays blue in every weather."""


def under(mood: Mood, weather: str | None) -> Mood:
    """`mood` as it is in a weather; itself where none is asked for."""
    if weather is None:
        return mood
    light = WEATHER_LIGHT[weather]
    mean = sum(colour[0] for colour in mood.sky) / len(mood.sky)
    lift = light.lift * _WHITE[mood.hour]
    grey, dim = (share * _GREY[mood.hour] for share in (light.grey, light.dim))
    sky = tuple(
        (
            (lightness + (mean - lightness) * light.level) * dark + lift,
            chroma * (1.0 - grey),
            hue,
        )
        for (lightness, chroma, hue), dark in zip(mood.sky, light.dark, strict=True)
    )
    lightness, chroma, hue = mood.light
    return replace(
        mood,
        sky=sky,
        light=(lightness * (1.0 - 0.25 * light.dim), chroma * (1.0 - dim), hue),
        shade=(mood.shade[0], mood.shade[1] * (1.0 - 0.5 * grey), mood.shade[2]),
        exposure=mood.exposure * light.exposure,
        air=max(mood.air, light.air),
        reach=light.reach,
    )
