"""Pictures with captions, for networks that paint from words: panels, and worlds drawn by rules."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np

from paintreel.errors import DataError
from paintreel.imaging.arrays import Array
from paintreel.learn.data.captions import caption_of_label, caption_of_world, tokens
from paintreel.learn.data.scene_crops import view_of
from paintreel.learn.data.scene_pairs import Panel
from paintreel.roughs.labels import one_hot
from paintreel.worlds import draw_world
from paintreel.worlds.categories import CATEGORIES, LABELS
from paintreel.worlds.conditions import FACETS, Conditions
from paintreel.worlds.rule import find_rule

__all__ = ["Captioned", "CaptionedSampler", "captioned_panels", "drawn_worlds"]

_SEED = 83


@dataclass(frozen=True)
class Captioned:
    """picture: (H, W, 3) uint8, no side below that of a crop.  label: of LABELS, or None."""

    picture: Array
    caption: str
    label: str | None


def captioned_panels(panels: Sequence[Panel], side_px: int) -> list[Captioned]:
    """Panels at the size at which crops of `side_px` are cut; those with a category, if any has."""
    named = [panel for panel in panels if panel.label is not None] or panels
    return [
        Captioned(view_of(p.views[0].truth, side_px), caption_of_label(p.label), p.label)
        for p in named
    ]


@cache
def drawn_worlds(each: int, side_px: int) -> tuple[Captioned, ...]:
    """`each` worlds of every category, (side_px, side_px, 3), at hours and weathers by chance.

    Their seeds are far from those that people and tests ask for.
    """
    rng = np.random.default_rng([_SEED, each, side_px])
    worlds = []
    for category in CATEGORIES:
        rule = find_rule(category.rule)
        for _ in range(each):
            facets = {}
            for facet in FACETS:
                choices = (None, *rule.has(facet))
                if (word := choices[int(rng.integers(len(choices)))]) is not None:
                    facets[facet] = word
            conditions = Conditions.of(facets)
            stack = draw_world(
                category,
                seed=int(rng.integers(2**31, 2**32)),
                width_px=side_px,
                height_px=side_px,
                conditions=conditions,
            )
            layers = [layer.name for layer in stack.layers]
            caption = caption_of_world(category, conditions, layers)
            worlds.append(Captioned(stack.flatten(), caption, category.label))
    return tuple(worlds)


class CaptionedSampler:
    """Draws batches (pictures (N, 3, S, S) float32, words (N, LENGTH) int64, categories
    (N, labels) float32): crops of panels, and worlds in a share of the draws.

    All state is in `rng`, so that a run can be resumed exactly. Raises DataError without panels.
    """

    def __init__(
        self,
        panels: Sequence[Captioned],
        worlds: Sequence[Captioned],
        rng: np.random.Generator,
        *,
        side_px: int,
        batch: int,
        share: float,
    ) -> None:
        if not panels:
            raise DataError("there is no panel to learn from")
        self.panels, self.worlds, self.rng = panels, worlds, rng
        self.side_px, self.batch, self.share = side_px, batch, share if worlds else 0.0

    def __call__(self) -> tuple[Array, Array, Array]:
        drawn = [self._one() for _ in range(self.batch)]
        pictures, words, categories = zip(*drawn, strict=True)
        return np.stack(pictures), np.stack(words), np.stack(categories)

    def _one(self) -> tuple[Array, Array, Array]:
        rng, side = self.rng, self.side_px
        of = self.worlds if rng.random() < self.share else self.panels
        shown = of[int(rng.integers(len(of)))]
        top, left = (int(rng.integers(0, n - side + 1)) for n in shown.picture.shape[:2])
        crop = shown.picture[top : top + side, left : left + side]
        crop = crop[:, ::-1] if rng.random() < 0.5 else crop
        picture = np.ascontiguousarray(crop.transpose(2, 0, 1)) * np.float32(1 / 255)
        return picture, tokens(shown.caption), one_hot(shown.label, LABELS)
