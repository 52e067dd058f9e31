from __future__ import annotations

import numpy as np
import pytest

from paintreel.errors import DataError
from paintreel.learn.experiments.scene.crops import cut_crops
from paintreel.roughs.rough import LEVELS


def cut(pictures, labels, **more):
    names = [f"{i}.png" for i in range(len(pictures))]
    return cut_crops(pictures, names, labels, **{"count": 9, "side_px": 64, "seed": 1} | more)


def test_fixed_by_the_seed(picture):
    pictures = [picture(seed) for seed in range(4)]
    a, b, c = (cut(pictures, [None] * 4, seed=s) for s in (1, 1, 2))
    assert [x.name for x in a] == [x.name for x in b]
    assert all(np.array_equal(x.truth, y.truth) for x, y in zip(a, b, strict=True))
    assert any(
        x.name != y.name or not np.array_equal(x.truth, y.truth) for x, y in zip(a, c, strict=True)
    )


def test_more_crops_begin_with_the_same(picture):
    pictures = [picture(seed) for seed in range(4)]
    few, many = cut(pictures, [None] * 4, count=2), cut(pictures, [None] * 4)
    assert [x.name for x in few] == [x.name for x in many[:2]]
    np.testing.assert_array_equal(few[1].truth, many[1].truth)


def test_what_a_crop_holds(picture):
    (crop,) = cut([picture(0)], ["water"])
    assert crop.truth.shape == (64, 64, 3)
    assert crop.roughs.keys() == LEVELS.keys()
    assert crop.roughs["fine"].blocks.shape == (64, 64, 3)
    panel = crop.as_panel()
    assert panel.label == "water"
    rough = panel.views[0].rough("standard")
    np.testing.assert_array_equal(rough.blocks, crop.roughs["standard"].blocks)
    np.testing.assert_array_equal(rough.lines, crop.roughs["standard"].lines)


def test_unlabelled_are_left_out_beside_labelled(picture):
    pictures = [picture(seed) for seed in range(3)]
    assert [c.name for c in cut(pictures, [None, "water", None])] == ["1.png"]
    assert len(cut(pictures, [None] * 3)) == 3


def test_none_left():
    with pytest.raises(DataError, match="no held-out picture"):
        cut([], [])


def test_small_pictures_are_enlarged(picture):
    (crop,) = cut([picture(0, 40, 50)], [None])
    assert crop.truth.shape == (64, 64, 3)
