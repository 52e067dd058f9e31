"""What SVMM keeps of each element class: how it is underpainted, and patches of its detail."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np

from paintreel.imaging.arrays import Array
from paintreel.learn.trainers.svmm_regions import RoughSample
from paintreel.roughs.quilting import Grid, commonest
from paintreel.roughs.rough import Rough
from paintreel.roughs.underpainting import (
    LAYERS,
    as_layers,
    mix_layers,
    paint_layers,
    to_opponent,
    window_keys,
)

DETAIL_RANGE = 0.5
"""Detail of this much, in shares of white, is 127 in the library; more is cut off."""

TINT_CELLS = 8
_RIDGE = 0.02
_PURE = 0.4
_SKIPPED_PX = 2


@dataclass(frozen=True)
class Library:
    """Patches of all classes, in the order of their classes.

    kind: (P,) class.  keys: (P, KEY_SIZE) float32.  light: (P, S, S) int8 luma.  tint: (P, 8, 8, 2)
    int8 red - luma and blue - luma.
    """

    kind: Array
    keys: Array
    light: Array
    tint: Array


def fit_underpainting(samples: Sequence[RoughSample], named: Sequence[Array], count: int) -> Array:
    """(count, LAYERS) weights of the layers of each class.

    By least squares on luma over the regions that `named` says are of the class, drawn towards
    those of all classes together where there are few.
    """
    normal, right = np.zeros((count, LAYERS, LAYERS)), np.zeros((count, LAYERS))
    for s, classes in zip(samples, named, strict=True):
        rough, regions = s.look()
        layers, left = _grey_layers(s.view.truth, rough)
        layers, left = (x[::_SKIPPED_PX, ::_SKIPPED_PX] for x in (layers, left))
        kind = classes[regions.labels][::_SKIPPED_PX, ::_SKIPPED_PX].ravel()
        rows, goal = layers.reshape(-1, LAYERS), left.ravel()
        for k in np.unique(kind):
            chosen = rows[kind == k]
            normal[k] += chosen.T @ chosen
            right[k] += chosen.T @ goal[kind == k]
    whole = normal.sum(0) + 1e-6 * np.eye(LAYERS) * np.trace(normal.sum(0))
    common = np.linalg.solve(whole, right.sum(0))
    pull = _RIDGE * whole / count
    return np.stack(
        [np.linalg.solve(n + pull, r + pull @ common) for n, r in zip(normal, right, strict=True)]
    ).astype(np.float32)


def _grey_layers(truth: Array, rough: Rough) -> tuple[Array, Array]:
    """(H, W, LAYERS) of the luma, and (H, W) what the painting adds to the block-in's luma."""
    blocks, ink = as_layers(rough)
    grey = np.ascontiguousarray(to_opponent(blocks)[..., :1])
    painted = to_opponent(truth.astype(np.float32) / 255)[..., 0]
    layers = paint_layers(grey, ink)[..., 0]
    return layers.transpose(1, 2, 0), painted - grey[..., 0]


@dataclass(frozen=True)
class Cut:
    """Windows of one rough and the detail that its underpainting leaves out there.

    keys: (N, KEY_SIZE).  light, tint: as in `Library`.  kind, named: (N,) true class, and that
    the classifier names.  power: (N,) mean square of the luma detail.
    """

    keys: Array
    light: Array
    tint: Array
    kind: Array
    named: Array
    power: Array


def cut_windows(
    sample: RoughSample,
    kind: Array,
    named: Array,
    weights: Array,
    grid_px: tuple[int, int],
    most: int,
    rng: np.random.Generator,
) -> Cut:
    """At most `most` windows, at random, of those that lie mostly in one class.

    kind: (R,) true class of the regions, -1 unknown; named: (R,) what the classifier names;
    weights: of the underpainting; grid_px: side and overlap.
    """
    rough, regions = sample.look()
    height, width = regions.labels.shape
    grid = Grid(height, width, *grid_px)
    blocks, ink = as_layers(rough)
    painted = blocks + mix_layers(paint_layers(blocks, ink), weights[named[regions.labels]])
    detail = to_opponent(sample.view.truth.astype(np.float32) / 255 - painted)
    lab = cv2.cvtColor(blocks, cv2.COLOR_RGB2LAB) / 100
    true, share = commonest(grid.windows(kind[regions.labels]))
    most_named, _share = commonest(grid.windows(named[regions.labels]))
    pure = (share >= _PURE) & (true >= 0)
    # The last row and column may hold mirrored pixels.
    pure[(height - grid.overlap_px) // grid.step_px :] = False
    pure[:, (width - grid.overlap_px) // grid.step_px :] = False
    rows, columns = np.nonzero(pure)
    drawn = np.sort(rng.permutation(rows.size)[:most])
    place = rows[drawn], columns[drawn]
    cells = grid.windows(detail)[place]
    side, part = grid.side_px, grid.side_px // TINT_CELLS
    tint = cells[..., 1:].reshape(-1, TINT_CELLS, part, TINT_CELLS, part, 2).mean(axis=(2, 4))
    return Cut(
        keys=window_keys(grid, lab, ink)[place],
        light=_as_int8(cells[..., 0]),
        tint=_as_int8(tint),
        kind=true[place],
        named=most_named[place],
        power=(cells[..., 0] ** 2).reshape(-1, side * side).mean(axis=1),
    )


def _as_int8(detail: Array) -> Array:
    return np.clip(np.rint(detail / DETAIL_RANGE * 127), -127, 127).astype(np.int8)


def pick_patches(
    cuts: Sequence[Cut], count: int, classes: int, rng: np.random.Generator
) -> Library:
    """At most `count` windows at random, as many of each class as of any other if there are."""
    kind = np.concatenate([c.kind for c in cuts])
    rows = np.concatenate(
        [rng.permutation(np.nonzero(kind == k)[0])[: count // classes] for k in range(classes)]
    )
    keys, light, tint = (
        np.concatenate([getattr(c, name) for c in cuts])[rows] for name in ("keys", "light", "tint")
    )
    return Library(kind=kind[rows].astype(np.uint8), keys=keys, light=light, tint=tint)


def fit_gains(library: Library, cuts: Sequence[Cut], classes: int) -> Array:
    """(classes,) share of a patch, in [0, 1], that gives the painting's energy of detail.

    By least squares it would be 0.01: strokes of the nearest patch do not lie where those of the
    painting do. Patches are for the eye, and cost PSNR.
    """
    named, power = (np.concatenate([getattr(c, n) for c in cuts]) for n in ("named", "power"))
    light = library.light.astype(np.float32) / 127 * DETAIL_RANGE
    theirs = (light**2).mean(axis=(1, 2))
    gains = np.zeros(classes)
    for k in range(classes):
        if (named == k).any() and (library.kind == k).any():
            ratio = power[named == k].mean() / max(theirs[library.kind == k].mean(), 1e-9)
            gains[k] = min(np.sqrt(ratio), 1.0)
    return gains.astype(np.float32)
