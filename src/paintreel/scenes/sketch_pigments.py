"""What the forms of a sketch are painted with, in the pigments of the world that it is to be.

A row says for every role which pigments it has, taken in turn by the forms of that role, and the
accent that some strokes of it have. Worlds of one label share what their own row leaves open.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from paintreel.worlds.categories import Category

__all__ = ["Material", "materials_of"]


@dataclass(frozen=True, slots=True)
class Material:
    """pigments   taken in turn
    accent     pigment of some of the strokes
    stroke     how the brush goes: "land", "leaf", "bark", "wall", "water", "cloth"
    round      how much a form is modelled as round, 0..1
    glows      it is lit from within at night
    """

    pigments: tuple[str, ...]
    accent: str
    stroke: str = "wall"
    round: float = 0.3
    glows: bool = False


def _m(
    pigments: str, accent: str, stroke: str = "wall", round: float = 0.3, glows: bool = False
) -> Material:
    return Material(tuple(pigments.split()), accent, stroke, round, glows)


_USUAL: Mapping[str, Material] = {
    "hill": _m("rock leaf", "moss", "land", 0.25),
    "cap": _m("snow", "pale", "land", 0.25),
    "plane": _m("grass moss leaf", "straw", "land", 0.05),
    "across": _m("grass moss grass", "straw", "land", 0.05),
    "path": _m("earth", "sand", "land", 0.05),
    "tall": _m("bark wood", "moss", "bark", 0.9),
    "peak": _m("leaf moss", "grass", "leaf", 0.6),
    "crown": _m("leaf moss", "grass", "leaf", 0.8),
    "roof": _m("roof", "wood", "wall", 0.15),
    "body": _m("plaster stone pale", "stone", "wall", 0.1),
    "opening": _m("glass", "lamp", "wall", 0.0, True),
    "patch": _m("rock moss", "leaf", "leaf", 0.8),
    "ceiling": _m("pale", "plaster", "wall", 0.0),
    "wall": _m("plaster", "pale", "wall", 0.0),
    "floor": _m("wood", "bark", "land", 0.0),
}

_OF_LABELS: Mapping[str, Mapping[str, Material]] = {
    "forest": {
        "hill": _m("leaf moss", "grass", "leaf", 0.3),
        "body": _m("leaf moss", "grass", "leaf", 0.7),
    },
    "settlement": {
        "hill": _m("leaf rock", "grass", "land", 0.2),
        "across": _m("stone earth", "pale", "land", 0.0),
        "path": _m("pale", "stone", "land", 0.05),
    },
    "interior": {
        "body": _m("wood cloth bark", "wood", "cloth", 0.35),
        "peak": _m("cloth wood", "wood", "cloth", 0.4),
        "roof": _m("wood", "bark", "wall", 0.2),
        "tall": _m("wood", "bark", "bark", 0.5),
        "crown": _m("wood", "bark", "land", 0.2),
        "patch": _m("cloth", "trim", "cloth", 0.0),
        "path": _m("cloth", "trim", "cloth", 0.0),
    },
    "water": {
        "hill": _m("rock leaf", "moss", "land", 0.3),
        "plane": _m("sand stone", "pale", "land", 0.05),
        "across": _m("sand moss", "straw", "land", 0.05),
        "body": _m("plaster pale stone", "stone", "wall", 0.1),
    },
    "night_sky": {"hill": _m("leaf moss", "rock", "land", 0.2)},
    "open_land": {},
}

_OF_RULES: Mapping[str, Mapping[str, Material]] = {
    "fantasy_forest": {
        "crown": _m("leaf bloom moss", "lamp", "leaf", 0.8),
        "roof": _m("cap bloom", "pale", "leaf", 0.7),
        "patch": _m("cap rock", "bloom", "leaf", 0.8),
        "disc": _m("lamp", "pale", "wall", 0.0, True),
    },
    "future_city": {
        "hill": _m("glass trim", "neon", "wall", 0.1),
        "across": _m("trim stone", "neon", "wall", 0.0),
        "plane": _m("trim stone", "glass", "wall", 0.0),
        "tall": _m("glass trim", "neon", "wall", 0.3),
        "peak": _m("trim glass", "neon", "wall", 0.2),
        "roof": _m("trim", "neon", "wall", 0.2),
        "body": _m("glass trim stone", "neon", "wall", 0.1),
        "opening": _m("neon lamp", "glass", "wall", 0.0, True),
    },
    "medieval_castle": {
        "hill": _m("rock moss", "leaf", "land", 0.25),
        "across": _m("grass moss grass", "straw", "land", 0.05),
        "path": _m("earth", "pale", "land", 0.05),
        "tall": _m("stone", "pale", "wall", 0.6),
        "body": _m("stone", "pale", "wall", 0.2),
    },
    "underwater_world": {
        "hill": _m("rock crust", "coral", "land", 0.4),
        "cap": _m("coral", "anemone", "leaf", 0.5),
        "plane": _m("sand rock", "shell", "land", 0.1),
        "across": _m("sand sand rock", "shell", "land", 0.1),
        "path": _m("sand", "shell", "land", 0.1),
        "tall": _m("kelp", "jade", "leaf", 0.5),
        "peak": _m("coral kelp anemone", "shell", "leaf", 0.7),
        "crown": _m("coral anemone", "shell", "leaf", 0.8),
        "roof": _m("shell coral", "gold", "leaf", 0.6),
        "body": _m("coral anemone rock", "shell", "leaf", 0.7),
        "patch": _m("shell coral rock", "anemone", "leaf", 0.8),
        "disc": _m("shell", "gold", "wall", 0.7),
        "cloud": _m("coral gold", "shell", "leaf", 0.7),
    },
    "starry_universe": {
        "hill": _m("crust dust", "crystal", "land", 0.4),
        "cap": _m("ice", "crystal", "land", 0.4),
        "plane": _m("crust dust", "dust", "land", 0.1),
        "across": _m("crust dust", "dust", "land", 0.1),
        "path": _m("dust", "lava", "land", 0.05),
        "tall": _m("crystal stone", "ice", "wall", 0.6),
        "peak": _m("crystal", "ice", "wall", 0.5),
        "crown": _m("crystal jade", "ice", "leaf", 0.7),
        "body": _m("trim crust stone", "crystal", "wall", 0.4),
        "patch": _m("crust dust", "lava", "leaf", 0.8),
        "disc": _m("dust ice lava jade", "gold", "land", 1.0, True),
        "cloud": _m("mist fire", "gold", "leaf", 0.2, True),
    },
}

_DRY = {
    "hill": _m("dust sand", "earth", "land", 0.35),
    "plane": _m("sand sand dust", "dust", "land", 0.1),
    "across": _m("sand sand dust", "dust", "land", 0.1),
    "path": _m("pale", "sand", "land", 0.05),
    "body": _m("dust sand", "earth", "land", 0.3),
    "tall": _m("kelp", "moss", "bark", 0.9),
}
_GREEN = {name: _USUAL[name] for name in ("plane", "across", "path")}
_WET_GROUND = {
    "plane": _m("moss kelp leaf", "grass", "land", 0.05),
    "across": _m("moss kelp leaf", "grass", "land", 0.05),
}

_OF_WORDS: Mapping[str, Mapping[str, Material]] = {
    **dict.fromkeys(("desert", "dune", "mesa", "canyon", "savanna", "savannah"), _DRY),
    **dict.fromkeys(("lake", "lakeside", "river", "riverside", "stream", "pond"), _GREEN),
    **dict.fromkeys(("swamp", "marsh", "lagoon"), _WET_GROUND),
}
"""Of what a world is only the nearest to."""

BANKS = _GREEN
BOAT = _m("wood roof", "bark", "wall", 0.35)
SAIL = _m("pale", "snow", "wall", 0.25)
WATER = _m("water", "ice", "water", 0.0)


def materials_of(category: Category, words: Collection[str] = ()) -> dict[str, Material]:
    """{role: material} of a world; discs and clouds are there where they are no sky's own.

    words  what the world is only the nearest to
    """
    materials = {
        **_USUAL,
        **_OF_LABELS.get(category.label, {}),
        **_OF_RULES.get(category.rule, {}),
    }
    for word in words:
        materials |= _OF_WORDS.get(word, {})
    return materials
