"""What a rule file states of its world, and how a picture of that world begins."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from importlib import import_module

import numpy as np

from paintreel.drawing.canvas import Stage
from paintreel.drawing.palette import Mood, Paints, lch
from paintreel.drawing.random_streams import RandomStreams
from paintreel.worlds.composition import Composition, Light
from paintreel.worlds.conditions import SEASONS, TIMES, WEATHERS, Conditions
from paintreel.worlds.moods import MOODS, WATERS
from paintreel.worlds.pigments import EARTH, Colours
from paintreel.worlds.seasons import in_season, seasonal_variants
from paintreel.worlds.weathers import under

__all__ = ["Rule", "begin", "find_rule"]


@dataclass(frozen=True)
class Rule:
    """The ranges that a picture of one world is drawn from, and what draws it.

    draw      lays the layers of a picture, given what is common to them
    moods     names of `MOODS` or `WATERS` of `paintreel.worlds.moods`, dealt out over the seeds
    families  sets of pigments that replace those of EARTH together, dealt out likewise
    horizon   lowest and highest eye level, y in frame heights
    light     highest and lowest place of the sun or moon, y
    cast      pigment whose hue the sky takes over, and how much of it, 0..1
    times     that can be asked for: hours of its moods
    seasons   that can be asked for
    weathers  that can be asked for
    indoors   the eye is in a room: season and weather are seen through its windows
    """

    draw: Callable[[Composition], None]
    moods: tuple[str, ...]
    families: tuple[Colours, ...]
    horizon: tuple[float, float]
    light: tuple[float, float] = (0.1, 0.4)
    cast: tuple[str, float] | None = None
    times: tuple[str, ...] = TIMES
    seasons: tuple[str, ...] = SEASONS
    weathers: tuple[str, ...] = WEATHERS
    indoors: bool = False

    def has(self, facet: str) -> tuple[str, ...]:
        """The words of a facet, one of FACETS, that can be asked for."""
        return {"time": self.times, "season": self.seasons, "weather": self.weathers}[facet]


def find_rule(name: str) -> Rule:
    """The RULE of `paintreel.worlds.rules.<name>`, which is imported when it is first drawn."""
    rule = import_module(f"paintreel.worlds.rules.{name}").RULE
    if not isinstance(rule, Rule):
        raise TypeError(f"RULE of paintreel.worlds.rules.{name} is {rule!r}, expected a Rule")
    return rule


def begin(
    name: str,
    *,
    seed: int,
    width_px: int,
    height_px: int,
    margin_px: tuple[int, int] = (0, 0),
    conditions: Conditions | None = None,
) -> Composition:
    """A picture of the world `name` before its first layer; `seed` decides all that is open.

    The conditions change its light and colours. Nothing else is drawn from them, so that a seed
    is the same place at every hour; those that the rule lacks are left to the seed.
    """
    rule = find_rule(name)
    asked = _had(rule, conditions or Conditions())
    streams = RandomStreams(seed, name)
    rng = streams.stream("plan")
    stage = Stage(width_px, height_px, margin_px)
    usual = _ALL_MOODS[rule.moods[streams.pick("mood", len(rule.moods))]]
    mood = under(_mood_at(rule, usual, asked, streams), asked.weather)
    mood = mood.turned(rng.uniform(-14.0, 14.0), rng.uniform(0.85, 1.2))
    feeling = asked.feeling
    mood = mood if feeling is None else feeling.mood(mood)
    family = {**EARTH, **rule.families[streams.pick("family", len(rule.families))]}
    pigments = {
        pigment: lch(
            lightness + rng.uniform(-4.0, 4.0),
            chroma * rng.uniform(0.85, 1.15),
            hue + rng.uniform(-10.0, 10.0),
        )
        for pigment, (lightness, chroma, hue) in family.items()
    }
    if asked.snowy:
        pigments["snow"] = lch(*_LYING_SNOW[mood.hour])
    seasonal = in_season(pigments, family, asked.season)
    if feeling is not None:
        pigments, seasonal = feeling.pigments(pigments), feeling.pigments(seasonal)
    outside = Paints(mood, seasonal, seasonal_variants(asked))
    paints = outside
    if rule.indoors:  # no weather is in a room, its air is clear
        paints = Paints(replace(mood, air=usual.air, reach=usual.reach), pigments)
    if rule.cast is not None and asked.season != "winter":
        pigment, share = rule.cast
        paints.dip(pigment, 0.3 * share if asked.time not in (None, "day") else share)
    lean = int(rng.choice([-1, 1]))
    focus = stage.aspect * (0.5 + lean * rng.uniform(0.06, 0.2))
    side = int(rng.choice([-1, 1]))
    light_x = float(np.clip(focus + side * rng.uniform(0.1, 0.75), 0.06, stage.aspect - 0.06))
    horizon = rng.uniform(*rule.horizon)
    light_y = rng.uniform(*rule.light)
    light_y = light_y if feeling is None else feeling.sun_y(light_y)
    return Composition(
        stage=stage,
        streams=streams,
        paints=paints,
        light=Light(light_x, light_y, 1 if light_x > focus else -1),
        horizon=horizon,
        focus=focus,
        lean=lean,
        crowd=rng.uniform(0.7, 1.3),
        conditions=asked,
        usual_hour=usual.hour,
        outside=outside,
    )


def _had(rule: Rule, conditions: Conditions) -> Conditions:
    """Of the conditions those that the rule has."""
    given = conditions.settled.given.items()
    had = {facet: word for facet, word in given if word in rule.has(facet)}
    return Conditions.of(had, conditions.feeling)


def _mood_at(rule: Rule, usual: Mood, asked: Conditions, streams: RandomStreams) -> Mood:
    """One of the rule's moods at the hour that is asked for, `usual` where that is one.

    An hour or a weather that is asked for has the moods that are plainly so: night is blue then,
    and no weather is laid over another.
    """
    hour = asked.time or usual.hour
    names = [name for name in rule.moods if _ALL_MOODS[name].hour == hour]
    if asked.weather is not None or asked.time is not None:
        names = [name for name in names if name not in _OF_THE_SEED] or names
    if usual in [_ALL_MOODS[name] for name in names]:
        return usual
    return _ALL_MOODS[names[streams.pick(f"mood at {hour}", len(names))]]


_LYING_SNOW = {
    "dawn": (98.0, 12.0, 272.0),
    "day": (97.0, 6.0, 255.0),
    "dusk": (106.0, 18.0, 275.0),
    "night": (114.0, 22.0, 262.0),
}
"""Snow is blue in the shade, and what little light there is lights it more than all else."""

_ALL_MOODS = {**MOODS, **WATERS}
_OF_THE_SEED = ("dawn_mist", "day_parchment", "day_storm", "night_teal", "night_violet")
"""Moods with a weather or a tint of their own, for seeds that nothing is asked of."""
