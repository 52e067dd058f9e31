"""Scene coherence: whether the pieces of a scene hang together."""

from __future__ import annotations

import numpy as np

from paintreel.imaging.arrays import Array
from paintreel.metrics.scene.complexity import entropy
from paintreel.metrics.scene.picture import ScenePicture, SceneScore, as_scene
from paintreel.metrics.scene.segmentation import Segmenter

WEIGHTS = {"consistency": 0.5, "order": 0.5}
_NEAR, _FAR = 1 / 64, 1 / 16  # distances between compared pixels, shares of the longer side
_CELL = 10.0
_CELLS_OF_SRGB = 1300  # cells of that side which hold a colour of sRGB


def scene_coherence(
    picture: Array | ScenePicture, *, segmenter: Segmenter | None = None
) -> SceneScore:
    """Scene coherence index in [0, 1]; higher hangs together better.

    Liu and Zhao 2025, section 4.2 (text above Table 3; no equation): "DeepLabv3 semantic
    segmentation consistency and spatial entropy measurements. Lower entropy and higher semantic
    alignment between adjacent items increase coherence index, normalized between 0 and 1."

        coherence = (consistency + order) / 2

    consistency: (P_same - P_chance) / (1 - P_chance), not below 0: how much more often than
    two random pixels two pixels 1/16 of the longer side apart, across or down, carry the same
    region or class (the join count of spatial statistics, chance-corrected).

    order: 1 - H(q | p) / log 1300, with p and q the colours of two pixels in cells of 10 units
    of CIELAB, of which 1300 hold sRGB colours: the entropy of a colour given its neighbour's,
    from the co-occurrence matrix; averaged over the distances 1/64 and 1/16.

    Differences from the paper: it gives neither formulas nor distances. Without a semantic
    network the regions are visual ones; give a DeepLabv3 as `segmenter` for its own index.

    Direction: higher is better. Falls: noise, clutter, pieces shuffled, hues scrambled piece
    by piece. Does not fall: fading, darkening, slight blur (which pass for order). Invariant to
    flips, and to scale above 256 px. Degenerate: a flat picture is one coherent region, 1.0.

    picture    (H, W, 3) or grey, uint8, uint16 or float in [0, 1]; or a `ScenePicture`
    segmenter  gives the regions or semantic classes

    Returns a SceneScore with parts {"consistency", "order"}; its source is the segmenter's name.

    >>> scene_coherence(np.full((8, 8), 0.5)).value
    1.0
    """
    scene = as_scene(picture, segmenter=segmenter)
    near, far = (max(1, round(share * scene.side_px)) for share in (_NEAR, _FAR))
    cells = _colour_cells(scene.lab)
    left_over = (_conditional_entropy(cells, near) + _conditional_entropy(cells, far)) / 2.0
    parts = {
        "consistency": join_count(scene.regions, far),
        "order": max(0.0, 1.0 - left_over / float(np.log(_CELLS_OF_SRGB))),
    }
    value = sum(weight * parts[name] for name, weight in WEIGHTS.items())
    return SceneScore(value, parts, scene.segmenter.name)


def join_count(labels: Array, distance_px: int) -> float:
    """Chance-corrected share in [0, 1] of pixels `distance_px` apart with the same label.

    labels       (H, W) labels; their values do not matter; one label alone gives 1.0
    distance_px  at least 1; where no two pixels are so far apart the answer is 1.0

    Two halves of a 4 x 4 map: 20 of 24 neighbours are alike, of random pixels one half.

    >>> round(join_count(np.array([[0, 0, 5, 5]] * 4), 1), 6)  # (20/24 - 1/2) / (1/2)
    0.666667
    """
    _, numbers = np.unique(labels, return_inverse=True)
    numbers = numbers.reshape(labels.shape)
    share = np.bincount(numbers.ravel()) / numbers.size
    by_chance = float(share @ share)
    pairs = _pairs(numbers, distance_px)
    if share.size == 1 or pairs[0].size == 0:
        return 1.0
    same = float(np.mean(pairs[0] == pairs[1]))
    return max(0.0, (same - by_chance) / (1.0 - by_chance))


def _colour_cells(lab: Array) -> Array:
    """(H, W) number of the occupied cell of CIELAB in which each pixel lies, from 0."""
    cells = np.floor(lab / _CELL + 0.5).astype(np.int64) + 32
    keys = (cells[..., 0] * 64 + cells[..., 1]) * 64 + cells[..., 2]
    numbers: Array = np.unique(keys, return_inverse=True)[1]
    return numbers.reshape(keys.shape)


def _conditional_entropy(cells: Array, distance_px: int) -> float:
    """H(q | p) in nats over pairs of pixels `distance_px` apart, across and down, both ways."""
    one, other = _pairs(cells, distance_px)
    if one.size == 0:
        return 0.0
    count = int(cells.max()) + 1
    # Both ways round, so that a mirrored picture counts the same.
    joint = np.concatenate([one * count + other, other * count + one])
    _, together = np.unique(joint, return_counts=True)
    alone = np.bincount(np.concatenate([one, other]))
    return max(0.0, entropy(together) - entropy(alone))


def _pairs(values: Array, distance_px: int) -> tuple[Array, Array]:
    """The two ends of every pair of pixels `distance_px` apart, across and down."""
    d = distance_px
    one = np.concatenate([values[:, :-d].ravel(), values[:-d].ravel()])
    other = np.concatenate([values[:, d:].ravel(), values[d:].ravel()])
    return one, other
