"""What a rule file states of its world, and how a picture of that world begins."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module

import numpy as np

from paintreel.drawing.canvas import Stage
from paintreel.drawing.chance import Chance
from paintreel.drawing.palette import MOODS, WATERS, Paints, lch
from paintreel.worlds.composition import Composition, Light
from paintreel.worlds.pigments import EARTH, Colours

__all__ = ["Rule", "begin", "find_rule"]


@dataclass(frozen=True)
class Rule:
    """The ranges that a picture of one world is drawn from, and what draws it.

    draw      lays the layers of a picture, given what is common to them
    moods     names of `MOODS` or `WATERS` of `paintreel.drawing.palette`, dealt out over the seeds
    families  sets of pigments that replace those of EARTH together, dealt out likewise
    horizon   lowest and highest eye level, y in frame heights
    light     highest and lowest place of the sun or moon, y
    cast      pigment whose hue the sky takes over, and how much of it, 0..1
    """

    draw: Callable[[Composition], None]
    moods: tuple[str, ...]
    families: tuple[Colours, ...]
    horizon: tuple[float, float]
    light: tuple[float, float] = (0.1, 0.4)
    cast: tuple[str, float] | None = None


def find_rule(name: str) -> Rule:
    """The RULE of `paintreel.worlds.rules.<name>`, which is imported when it is first drawn."""
    rule = import_module(f"paintreel.worlds.rules.{name}").RULE
    if not isinstance(rule, Rule):
        raise TypeError(f"RULE of paintreel.worlds.rules.{name} is {rule!r}, expected a Rule")
    return rule


def begin(
    name: str, *, seed: int, width_px: int, height_px: int, margin_px: tuple[int, int] = (0, 0)
) -> Composition:
    """A picture of the world `name` before its first layer; `seed` decides all that is open."""
    rule = find_rule(name)
    chance = Chance(seed, name)
    rng = chance.stream("plan")
    stage = Stage(width_px, height_px, margin_px)
    mood = {**MOODS, **WATERS}[rule.moods[chance.turn("mood", len(rule.moods))]]
    mood = mood.turned(rng.uniform(-14.0, 14.0), rng.uniform(0.85, 1.2))
    family = {**EARTH, **rule.families[chance.turn("family", len(rule.families))]}
    pigments = {
        pigment: lch(
            lightness + rng.uniform(-4.0, 4.0),
            chroma * rng.uniform(0.85, 1.15),
            hue + rng.uniform(-10.0, 10.0),
        )
        for pigment, (lightness, chroma, hue) in family.items()
    }
    paints = Paints(mood, pigments)
    if rule.cast is not None:
        paints.dip(*rule.cast)
    lean = int(rng.choice([-1, 1]))
    focus = stage.aspect * (0.5 + lean * rng.uniform(0.06, 0.2))
    side = int(rng.choice([-1, 1]))
    light_x = float(np.clip(focus + side * rng.uniform(0.1, 0.75), 0.06, stage.aspect - 0.06))
    horizon = rng.uniform(*rule.horizon)
    return Composition(
        stage=stage,
        chance=chance,
        paints=paints,
        light=Light(light_x, rng.uniform(*rule.light), 1 if light_x > focus else -1),
        horizon=horizon,
        focus=focus,
        lean=lean,
        crowd=rng.uniform(0.7, 1.3),
    )
