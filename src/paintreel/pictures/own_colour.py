"""The light of a painting with the colours of what was painted.

A style that learnt its palette with its strokes tints what it paints: white turns aqua, grass
brown. Gatys et al. 2016 ("Preserving color in neural artistic style transfer") take the light of
the painting and the colour of the source. Here the colour is what a pixel has beside its luma, made
stronger or weaker with the light, so that ink and deep shadow do not glow.
"""

from __future__ import annotations

import numpy as np

from paintreel.errors import InputError
from paintreel.imaging.arrays import Array, from_float, to_float

__all__ = ["check_own_colour", "with_own_colour"]

_LUMA = (0.299, 0.587, 0.114)
_MOST = 1.25
_DARK = 0.05
"""Light that is added to both sides of a ratio, which is nothing between two blacks."""


def check_own_colour(share: float) -> None:
    """Raise InputError unless `share` is a number in [0, 1]."""
    number = isinstance(share, (int, float, np.integer, np.floating))
    if not number or isinstance(share, bool) or not 0 <= share <= 1:
        raise InputError(f"own_colour is {share!r}, expected a number from 0 to 1")


def with_own_colour(source: Array, painted: Array, share: float) -> Array:
    """`painted` with its colours moved to those of `source` by `share`; its light stays.

    source, painted: (H, W, 3) RGB of one shape and dtype, which is kept; 0 gives `painted` itself.
    Pixels are taken one by one, so that tiles equal the whole.

    >>> grey, tinted = (np.full((1, 1, 3), rgb, np.uint8) for rgb in ([200] * 3, [180, 220, 190]))
    >>> with_own_colour(grey, tinted, 1.0).tolist()
    [[[205, 205, 205]]]
    """
    if share == 0:
        return painted
    theirs, mine = to_float(source), to_float(painted)
    weights = np.array(_LUMA, mine.dtype)
    light, before = ((x @ weights)[..., None] for x in (mine, theirs))
    stronger = np.clip((light + _DARK) / (before + _DARK), 0, _MOST)
    own = light + (theirs - before) * stronger
    mixed = np.clip(mine + mine.dtype.type(share) * (own - mine), 0, 1)
    return from_float(mixed, painted.dtype)
