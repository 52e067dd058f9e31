from __future__ import annotations

import numpy as np
import pytest

from paintreel.learn.data.scene_pairs import Panel, View, encode_rough
from paintreel.learn.trainers.svmm_patches import (
    DETAIL_RANGE,
    Cut,
    Library,
    cut_windows,
    fit_gains,
    fit_underpainting,
    pick_patches,
)
from paintreel.learn.trainers.svmm_regions import RoughSample, survey
from paintreel.roughs.rough import Rough
from paintreel.roughs.underpainting import KEY_SIZE, LAYERS, as_layers, mix_layers, paint_layers

SIDE_PX, OVERLAP_PX = 16, 4


def seen_of(truth: np.ndarray, rough: Rough) -> RoughSample:
    view = View(truth, {"standard": encode_rough(rough)})
    return survey(Panel((view,), None), 0, ("standard",))[0]


def two_greys() -> Rough:
    """Dark above, light below, and inked all over in patches."""
    blocks = np.full((72, 72, 3), 70, np.uint8)
    blocks[36:] = 150
    lines = np.kron(np.random.default_rng(0).integers(0, 256, (18, 18), np.uint8), np.ones((4, 4)))
    return Rough(blocks, lines.astype(np.uint8))


def painted(rough: Rough, weights: np.ndarray) -> np.ndarray:
    """(H, W, 3) uint8: the rough underpainted with (2, LAYERS) weights, the second one's below."""
    blocks, ink = as_layers(rough)
    of = np.repeat([0, 1], 36)[:, None].repeat(72, 1)
    made = blocks + mix_layers(paint_layers(blocks, ink), weights[of])
    return (np.clip(made, 0, 1) * 255 + 0.5).astype(np.uint8)


def test_underpainting_is_found_again():
    weights = np.zeros((2, LAYERS), np.float32)
    weights[0, -3], weights[1, -1], weights[1, 0] = 0.5, 0.8, 0.4
    rough = two_greys()
    seen = seen_of(painted(rough, weights), rough)
    # A class that no region is told to be of gets what is common to all.
    found = fit_underpainting([seen], [np.array([0, 1])], 3)
    assert found.shape == (3, LAYERS)
    again = painted(rough, found[:2]).astype(int)
    assert np.abs(again - painted(rough, weights)).mean() < 1
    assert found[0, -3] > found[1, -3] + 0.2
    assert found[0, -3] > found[2, -3] > found[1, -3]


def cut(truth: np.ndarray, rough: Rough, most: int = 100, **changed) -> Cut:
    given = {"kind": np.array([0, 1]), "named": np.array([0, 1])} | changed
    weights = np.zeros((2, LAYERS), np.float32)
    rng = np.random.default_rng(0)
    return cut_windows(
        seen_of(truth, rough), **given, weights=weights, grid_px=(SIDE_PX, OVERLAP_PX),
        most=most, rng=rng,
    )  # fmt: skip


def test_windows_hold_what_the_underpainting_leaves_out():
    rough = two_greys()
    truth = rough.blocks.copy()
    truth[:36] += 51
    truth[36:, :, 0] += 51
    found = cut(truth, rough)
    assert found.keys.shape == (len(found.kind), KEY_SIZE)
    # (72 - 4) / 12 rows and columns, less the last ones, which are padded.
    assert len(found.kind) == 25
    above, below = found.light[found.kind == 0], found.light[found.kind == 1]
    step = 0.2 / DETAIL_RANGE * 127
    assert np.abs(above[0] - step).max() <= 1
    assert np.abs(below[-1] - 0.299 * step).max() <= 1
    tint = found.tint[found.kind == 1][-1]
    assert np.abs(tint[..., 0] - 0.701 * step).max() <= 1
    assert np.abs(tint[..., 1] + 0.299 * step).max() <= 1
    assert found.power[0] == pytest.approx(0.04, rel=0.02)


def test_windows_without_a_known_class_are_left_out():
    rough = two_greys()
    found = cut(rough.blocks, rough, kind=np.array([-1, 1]), named=np.array([1, 0]))
    assert set(found.kind) == {1}
    assert set(found.named) <= {0, 1}
    assert len(cut(rough.blocks, rough, most=3).kind) == 3


def some_cut(kind: list[int], power: float = 1.0) -> Cut:
    count = len(kind)
    light = np.full((count, SIDE_PX, SIDE_PX), 127, np.int8) * np.array(kind)[:, None, None]
    return Cut(
        keys=np.arange(count)[:, None].repeat(KEY_SIZE, 1).astype(np.float32),
        light=light.astype(np.int8),
        tint=np.zeros((count, 8, 8, 2), np.int8),
        kind=np.array(kind),
        named=np.array(kind),
        power=np.full(count, power),
    )


def test_classes_share_the_library_alike():
    cuts = [some_cut([0] * 50 + [1] * 9), some_cut([0] * 20 + [1])]
    library = pick_patches(cuts, 16, 3, np.random.default_rng(0))
    assert np.bincount(library.kind).tolist() == [5, 5]
    assert (library.light[library.kind == 1] == 127).all()
    assert not library.light[library.kind == 0].any()
    assert len({tuple(k) for k in library.keys[library.kind == 0]}) >= 4


def test_gain_brings_the_energy_of_the_painting():
    """Patches of +-0.5, where the painting's windows have a mean square of 0.01: a fifth."""
    cuts = [some_cut([1, 1], power=0.01)]
    library = Library(*(getattr(cuts[0], n) for n in ("kind", "keys", "light", "tint")))
    assert fit_gains(library, cuts, 3).tolist() == pytest.approx([0, 0.2, 0], abs=0.01)
    assert fit_gains(library, [some_cut([1], power=4.0)], 2)[1] == 1
