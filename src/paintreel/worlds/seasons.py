"""The colours that a season gives to what grows, and the snow that it lays on everything."""

from __future__ import annotations

from paintreel.drawing.palette import PigmentVariants, lch
from paintreel.imaging.arrays import Array
from paintreel.worlds.conditions import Conditions
from paintreel.worlds.pigments import Colours

__all__ = ["in_season", "seasonal_variants"]

_OWN = 0.2
"""Share of its own colour that a plant keeps in a season, so that seeds differ."""

_COLOURS: dict[str, Colours] = {
    "spring": {
        "leaf": (62, 52, 118),
        "moss": (58, 50, 116),
        "grass": (63, 56, 118),
        "straw": (62, 52, 116),
        "bloom": (80, 44, 355),
    },
    "summer": {
        "leaf": (48, 46, 130),
        "moss": (48, 42, 122),
        "grass": (56, 48, 116),
        "straw": (76, 50, 86),
        "bloom": (72, 58, 30),
    },
    "autumn": {
        "leaf": (60, 60, 66),
        "moss": (54, 38, 88),
        "grass": (60, 40, 92),
        "straw": (66, 36, 80),
        "bloom": (58, 62, 52),
    },
    "winter": {
        "leaf": (46, 14, 55),
        "moss": (52, 18, 92),
        "grass": (58, 22, 84),
        "straw": (64, 22, 80),
        "bloom": (54, 20, 60),
    },
}
"""{season: its pigments of what grows}"""

_NEEDLES: Colours = {
    "spring": (44, 36, 148),
    "summer": (38, 36, 152),
    "autumn": (38, 28, 150),
    "winter": (34, 20, 165),
}
"""{season: firs}"""

_KINDS: dict[str, dict[str, tuple[float, float, float]]] = {
    "spring": {
        "leaf fresh": (64, 54, 116),
        "leaf young": (58, 50, 126),
        "leaf blossom": (82, 30, 355),
        "leaf lime": (70, 54, 110),
        "leaf may": (88, 14, 10),
    },
    "autumn": {
        "leaf gold": (72, 66, 82),
        "leaf orange": (62, 68, 62),
        "leaf russet": (50, 56, 42),
        "leaf amber": (66, 62, 72),
        "leaf late": (54, 44, 104),
    },
}
"""{season: the pigments that trees of one kind are shared out to}"""


_WET = frozenset({"snow", "water"})
"""Pigments that no snow lies on."""


def in_season(family: dict[str, Array], own: Colours, season: str | None) -> dict[str, Array]:
    """The pigments of a picture in a season.

    family  {pigment: CIELAB (3,)} as they are without one, each a little off its own colour
    own     {pigment: colour} that those are a little off
    """
    if season is None:
        return family
    out = dict(family)
    for pigment, colour in _COLOURS[season].items():
        off = family[pigment] - lch(*own[pigment])
        out[pigment] = off + (1.0 - _OWN) * lch(*colour) + _OWN * lch(*own[pigment])
    shift = family["leaf"] - lch(*own["leaf"])
    for pigment, colour in _KINDS.get(season, {}).items():
        out[pigment] = lch(*colour) + shift
    out["needle"] = lch(*_NEEDLES[season]) + 0.5 * shift
    return out


def seasonal_variants(conditions: Conditions) -> PigmentVariants:
    """What the season and the weather make of pigments, those of `in_season`."""
    season = conditions.season
    kinds = tuple(_KINDS.get(season or "", {}))
    return PigmentVariants(
        cover="snow" if conditions.snowy else None,
        uncovered=_WET,
        bare=frozenset({"leaf"} if season == "winter" else ()),
        kinds={"leaf": kinds} if kinds else {},
        evergreen={} if season is None else {"leaf": "needle"},
    )
