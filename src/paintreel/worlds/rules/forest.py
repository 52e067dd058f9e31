"""The rules of the forest: a hall of trunks, a stream, a clearing."""

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
    (glades.stream, 0.24, 0.15),
    (glades.hall, 0.5, 0.15),  # clearing
)
"""What is in the middle, how wide it is free of trunks, how strong the shafts of light are."""


def _draw(scene: Composition) -> None:
    """A forest of this world."""
    middle, gap, beams = _VIEWS[scene.streams.pick("view", len(_VIEWS))]
    woodland(scene, gap=gap, beams=beams, middle=middle, tales=False)


RULE = Rule(
    draw=_draw,
    moods=tuple(MOODS),
    families=(*WOODS[:3], WOODS[4]),
    horizon=(0.5, 0.66),
    cast=("leaf", 0.3),
)
