"""What the painter learns from: pairs on a grain, some of whose block-ins are by a looser hand."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np

from paintreel.imaging.arrays import Array
from paintreel.learn.data.captioned import drawn_worlds
from paintreel.learn.data.loosening import loosen
from paintreel.learn.data.scene_pairs import PairSampler, PairSettings, Panel, make_panels
from paintreel.roughs.planes import BLOCKS_GIVEN


class PainterPairs(PairSampler):
    """Pairs as `PairSampler` draws them, on a grain.

    loose: share of the block-ins that are loosened.  grain: its deviation, 0 for none.
    """

    def __init__(
        self,
        panels: Sequence[Panel],
        settings: PairSettings,
        rng: np.random.Generator,
        *,
        loose: float,
        grain: float,
    ) -> None:
        super().__init__(panels, settings, rng)
        self.loose, self.grain = loose, grain

    def _vary(self, truth: Array, blocks: Array | None, lines: Array | None) -> tuple[Array, Array]:
        if blocks is not None and self.rng.random() < self.loose:
            blocks = loosen(blocks, self.rng)
        rough, truth = super()._vary(truth, blocks, lines)
        rough[BLOCKS_GIVEN] += self.grain * self.rng.standard_normal(rough.shape[1:], np.float32)
        return rough, truth


def world_panels(
    each: int,
    side_px: int,
    cache: Path,
    *,
    on_progress: Callable[[int, int], None] | None = None,
) -> list[Panel]:
    """`each` drawn worlds of every category as panels of one scale, (side_px, side_px, 3).

    Their roughs are those that are made of any picture, from `cache` or made: `on_progress` is told
    (done, total) of them.
    """
    worlds = drawn_worlds(each, side_px)
    return make_panels(
        [world.picture for world in worlds],
        [world.label for world in worlds],
        scales_px=(side_px,),
        cache=cache,
        on_progress=on_progress,
    )
