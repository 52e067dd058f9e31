"""Every world: its moods, its pigments, its eye level, and the rule that draws it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from paintreel.drawing.canvas import Stage
from paintreel.drawing.chance import Chance
from paintreel.drawing.palette import MOODS, WATERS, Paints, lch
from paintreel.worlds.composition import Light, Plan
from paintreel.worlds.rules import forest as woodland
from paintreel.worlds.rules import future_city as metropolis
from paintreel.worlds.rules import interior as room
from paintreel.worlds.rules import medieval_castle as stronghold
from paintreel.worlds.rules import night_sky as nightland
from paintreel.worlds.rules import open_land as fields
from paintreel.worlds.rules import settlement as town
from paintreel.worlds.rules import starry_universe as cosmos
from paintreel.worlds.rules import underwater_world as reef
from paintreel.worlds.rules import water as shore

__all__ = ["WORLDS", "World", "make_plan"]

Colours = dict[str, tuple[float, float, float]]


@dataclass(frozen=True)
class World:
    """The ranges that a picture of this world is drawn from.

    `families`: sets of pigments (lightness, chroma, hue) that replace those of EARTH together.
    `cast`: pigment whose hue the sky takes over, and how much of it, 0..1.
    """

    rule: Callable[[Plan], None]
    moods: tuple[str, ...]
    families: tuple[Colours, ...]
    horizon: tuple[float, float]
    light: tuple[float, float] = (0.1, 0.4)
    cast: tuple[str, float] | None = None


EARTH: Colours = {
    "leaf": (50, 44, 125),
    "moss": (48, 40, 112),
    "grass": (54, 46, 118),
    "bark": (38, 20, 55),
    "earth": (62, 26, 72),
    "rock": (56, 8, 260),
    "snow": (94, 6, 250),
    "water": (46, 32, 235),
    "roof": (44, 44, 38),
    "pale": (84, 14, 85),
    "cap": (48, 60, 32),
    "bloom": (70, 52, 350),
    "lamp": (82, 62, 80),
    "stone": (66, 10, 85),
    "wood": (46, 30, 62),
    "cloth": (46, 54, 30),
    "plaster": (76, 28, 82),
    "glass": (50, 24, 245),
    "trim": (80, 8, 250),
    "neon": (76, 52, 195),
    "void": (7, 20, 282),
    "mist": (32, 46, 300),
    "fire": (76, 56, 350),
    "crust": (46, 20, 310),
    "crystal": (74, 48, 310),
    "sand": (72, 26, 82),
    "straw": (74, 42, 88),
    "coral": (60, 60, 28),
    "gold": (78, 56, 82),
    "kelp": (50, 42, 130),
    "shell": (82, 22, 350),
    "anemone": (58, 52, 320),
    "dust": (66, 40, 70),
    "ice": (62, 38, 235),
    "lava": (54, 58, 38),
    "jade": (60, 36, 165),
}

ALL_MOODS = tuple(MOODS)
WOODS = (
    {},
    {"leaf": (50, 34, 165), "moss": (48, 34, 150), "grass": (52, 38, 145), "bark": (36, 16, 30)},
    {"leaf": (60, 56, 75), "moss": (52, 40, 92), "grass": (58, 48, 90), "bloom": (62, 58, 30)},
    {
        "leaf": (48, 46, 338),
        "moss": (44, 34, 170),
        "grass": (48, 38, 175),
        "bark": (30, 20, 310),
        "cap": (60, 50, 190),
        "lamp": (84, 44, 190),
    },
    {"leaf": (46, 40, 190), "moss": (46, 36, 130), "grass": (54, 48, 125), "bloom": (72, 54, 60)},
    {"leaf": (52, 58, 45), "moss": (46, 38, 100), "grass": (52, 44, 100), "bloom": (86, 40, 95)},
)

LANDS = (
    {},
    {"leaf": (44, 36, 140), "stone": (60, 10, 265), "roof": (40, 34, 265), "pale": (86, 8, 90)},
    {"leaf": (58, 52, 75), "moss": (54, 42, 85), "grass": (64, 46, 88), "roof": (46, 50, 32)},
    {"leaf": (46, 32, 165), "grass": (52, 34, 140), "stone": (70, 18, 70), "roof": (38, 32, 195)},
    {"leaf": (46, 40, 128), "stone": (72, 14, 40), "roof": (40, 42, 320), "bloom": (80, 50, 80)},
)

CITIES = (
    {},
    {"glass": (48, 26, 200), "trim": (88, 6, 95), "neon": (76, 50, 60), "leaf": (54, 48, 130)},
    {"glass": (46, 26, 300), "trim": (74, 18, 340), "neon": (80, 44, 195), "lamp": (78, 56, 345)},
    {"glass": (56, 24, 55), "trim": (84, 16, 75), "neon": (80, 46, 190), "leaf": (50, 40, 150)},
    {"glass": (42, 30, 262), "trim": (78, 10, 230), "neon": (68, 66, 30), "lamp": (84, 50, 88)},
)
SKIES = (
    {},
    {
        "void": (8, 22, 290),
        "mist": (34, 44, 330),
        "fire": (78, 52, 50),
        "crust": (44, 26, 330),
        "crystal": (76, 44, 190),
    },
    {
        "void": (7, 16, 250),
        "mist": (34, 34, 200),
        "fire": (82, 44, 95),
        "crust": (46, 22, 60),
        "crystal": (74, 46, 150),
    },
    {
        "void": (8, 18, 20),
        "mist": (34, 46, 25),
        "fire": (80, 52, 75),
        "crust": (40, 22, 290),
        "crystal": (76, 46, 60),
    },
    {
        "void": (8, 24, 278),
        "mist": (36, 42, 270),
        "fire": (82, 34, 200),
        "crust": (46, 24, 262),
        "crystal": (74, 50, 330),
    },
)

SEAS = (
    {"rock": (46, 20, 262), "stone": (66, 10, 120)},
    {"rock": (44, 22, 300), "coral": (62, 58, 5), "gold": (76, 50, 90), "kelp": (50, 40, 165)},
    {
        "rock": (46, 18, 200),
        "coral": (64, 54, 60),
        "anemone": (56, 50, 290),
        "shell": (84, 24, 190),
    },
    {"rock": (50, 16, 60), "coral": (58, 60, 345), "gold": (74, 48, 60), "kelp": (54, 46, 110)},
)
ROOMS = (
    {"fire": (66, 70, 50)},
    {"fire": (66, 70, 50), "plaster": (72, 30, 150), "cloth": (48, 46, 300), "wood": (42, 30, 45)},
    {"fire": (66, 70, 50), "plaster": (70, 20, 262), "cloth": (50, 54, 75), "wood": (46, 34, 58)},
    {"fire": (66, 70, 50), "plaster": (76, 26, 50), "cloth": (44, 38, 185), "wood": (40, 26, 40)},
    {"fire": (66, 70, 50), "plaster": (66, 34, 25), "cloth": (46, 38, 250), "stone": (60, 16, 280)},
)

WORLDS = {
    "fantasy_forest": World(
        woodland.fantasy_forest, ALL_MOODS, WOODS, (0.5, 0.68), cast=("leaf", 0.45)
    ),
    "future_city": World(metropolis.future_city, ALL_MOODS, CITIES, (0.5, 0.66)),
    "starry_universe": World(
        cosmos.starry_universe,
        ("night_blue", "night_teal", "night_violet", "dusk_violet"),
        SKIES,
        (0.56, 0.68),
        light=(-0.1, 0.25),
    ),
    "underwater_world": World(
        reef.underwater_world, tuple(WATERS), SEAS, (0.5, 0.66), light=(-0.1, 0.05)
    ),
    "water": World(shore.water, ALL_MOODS, LANDS, (0.42, 0.56)),
    "night_sky": World(
        nightland.night_sky,
        ("night_blue", "night_teal", "night_violet"),
        LANDS,
        (0.6, 0.74),
        light=(0.1, 0.35),
    ),
    "open_land": World(fields.open_land, ALL_MOODS, LANDS, (0.42, 0.58)),
    "medieval_castle": World(stronghold.medieval_castle, ALL_MOODS, LANDS, (0.46, 0.6)),
    "interior": World(room.interior, ALL_MOODS, ROOMS, (0.5, 0.5), light=(0.1, 0.35)),
    "settlement": World(town.settlement, ALL_MOODS, LANDS, (0.4, 0.52)),
    "forest": World(
        woodland.forest, ALL_MOODS, (*WOODS[:3], WOODS[4]), (0.5, 0.66), cast=("leaf", 0.3)
    ),
}


def make_plan(name: str, *, seed: int, width_px: int, height_px: int) -> Plan:
    """Draw what the rules of world `name` need to know; `seed` decides."""
    world = WORLDS[name]
    chance = Chance(seed, name)
    rng = chance.stream("plan")
    stage = Stage(width_px, height_px)
    mood = {**MOODS, **WATERS}[world.moods[chance.turn("mood", len(world.moods))]]
    mood = mood.turned(rng.uniform(-14.0, 14.0), rng.uniform(0.85, 1.2))
    family = {**EARTH, **world.families[chance.turn("family", len(world.families))]}
    pigments = {
        pigment: lch(
            lightness + rng.uniform(-4.0, 4.0),
            chroma * rng.uniform(0.85, 1.15),
            hue + rng.uniform(-10.0, 10.0),
        )
        for pigment, (lightness, chroma, hue) in family.items()
    }
    paints = Paints(mood, pigments)
    if world.cast is not None:
        paints.dip(*world.cast)
    lean = int(rng.choice([-1, 1]))
    focus = stage.aspect * (0.5 + lean * rng.uniform(0.06, 0.2))
    side = int(rng.choice([-1, 1]))
    light_x = np.clip(focus + side * rng.uniform(0.1, 0.75), 0.06, stage.aspect - 0.06)
    horizon = rng.uniform(*world.horizon)
    return Plan(
        stage=stage,
        chance=chance,
        paints=paints,
        light=Light(float(light_x), rng.uniform(*world.light), 1 if light_x > focus else -1),
        horizon=horizon,
        focus=focus,
        lean=lean,
        crowd=rng.uniform(0.7, 1.3),
    )
