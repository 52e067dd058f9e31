from __future__ import annotations

import numpy as np
import pytest

from paintreel.errors import DataError
from paintreel.learn.data.folders import load_pictures, scan
from paintreel.learn.data.scene_crops import (
    MAX_SIDE_PX,
    SEED,
    crops_of,
    cut_crops,
    cut_windows,
)
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
    assert crop.label == "water"
    assert crop.roughs["standard"].lines.shape == (64, 64)


def test_unlabelled_are_left_out_beside_labelled(picture):
    pictures = [picture(seed) for seed in range(3)]
    assert [c.name for c in cut(pictures, [None, "water", None])] == ["1.png"]
    assert len(cut(pictures, [None] * 3)) == 3


def test_none_left():
    with pytest.raises(DataError, match="no held-out picture"):
        cut([], [])


def test_of_a_folder(tmp_path, fill_folder):
    """Those of its table, in the order and with the windows of the one seed."""
    root = fill_folder(tmp_path / "art", 5)
    (root / "ratings.tsv").write_text("file\tscene\n00.png\twater\n03.png\tforest\n", "utf-8")
    folder = scan(root, what="--art")
    crops = crops_of(folder, 9, side_px=64)
    assert {c.name: c.label for c in crops} == {"00.png": "water", "03.png": "forest"}
    pictures = load_pictures(folder, max_side_px=MAX_SIDE_PX, what="--art")
    labels = ["water", None, None, "forest", None]
    same = cut_crops(
        pictures, [p.as_posix() for p in folder.paths], labels, count=9, side_px=64, seed=SEED
    )
    assert [c.name for c in same] == [c.name for c in crops]
    assert all(np.array_equal(a.truth, b.truth) for a, b in zip(crops, same, strict=True))


def test_small_pictures_are_enlarged(picture):
    (crop,) = cut([picture(0, 40, 50)], [None])
    assert crop.truth.shape == (64, 64, 3)


def test_as_many_windows_of_every_category(picture):
    """Of three panels of one category in turn, of the one of another ever new windows."""
    labels = ["water", "forest", None, "water", "water"]
    pictures = [picture(seed) for seed in range(5)]
    windows = cut_windows(pictures, labels, each=4, side_px=48)
    assert [w.name for w in windows] == [
        f"{label}-{number:02d}.png" for label in ("forest", "water") for number in range(4)
    ]
    assert [w.label for w in windows] == ["forest"] * 4 + ["water"] * 4
    assert all(w.roughs.keys() == {"standard"} for w in windows)
    different = {w.truth.tobytes() for w in windows}
    assert len(different) == 8
    again = cut_windows(pictures, labels, each=4, side_px=48)
    assert all(np.array_equal(a.truth, b.truth) for a, b in zip(windows, again, strict=True))
    assert cut_windows(pictures, [None] * 5, each=4, side_px=48) == []
