"""The rules of the fantasy forest: halls of trunks, a giant tree, a mushroom grove, a stream."""

from __future__ import annotations

from paintreel.worlds.composition import Composition
from paintreel.worlds.moods import MOODS
from paintreel.worlds.pigments import WOODS
from paintreel.worlds.rule import Rule
from paintreel.worlds.things import glades
from paintreel.worlds.things.woodland import woodland

__all__ = ["RULE"]

_VIEWS = (
    (glades.hall, 0.16, 0.22),
    (glades.giant, 0.5, 0.15),
    (glades.grove, 0.42, 0.15),
    (glades.stream, 0.24, 0.15),
)
"""What is in the middle, how wide it is free of trunks, how strong the shafts of light are."""


def _draw(scene: Composition) -> None:
    """A forest of tales: giant trees with windows, tall mushrooms, lights between the trunks."""
    middle, gap, beams = _VIEWS[scene.streams.pick("view", len(_VIEWS))]
    woodland(scene, gap=gap, beams=beams, middle=middle, tales=True)


RULE = Rule(
    draw=_draw,
    moods=tuple(MOODS),
    families=WOODS,
    horizon=(0.5, 0.68),
    cast=("leaf", 0.45),
)
