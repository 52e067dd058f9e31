from __future__ import annotations

import numpy as np
import pytest

from paintreel.roughs.rough import Rough
from paintreel.roughs.superpixels import (
    FEATURES,
    describe_regions,
    find_cells,
    find_superpixels,
)


def halves(height: int = 40, width: int = 60) -> np.ndarray:
    blocks = np.full((height, width, 3), 40, np.uint8)
    blocks[:, width // 3 :] = 220
    return blocks


def test_connected_areas_of_one_colour():
    blocks = halves()
    blocks[10:20, 40:50] = 40  # the colour of the left, elsewhere
    blocks[20, 50] = 40  # touches it at a corner alone
    regions = find_superpixels(blocks)
    assert regions.count == 4
    assert sorted(np.bincount(regions.labels.ravel())) == [1, 100, 800, 1499]


def test_a_shaded_block_in_is_segmented_first():
    shade = np.random.default_rng(0).integers(-6, 7, (40, 60, 3))
    regions = find_superpixels((halves() + shade).astype(np.uint8))
    assert 2 <= regions.count < 100
    assert regions.labels[5, 5] != regions.labels[5, 55]


def test_cells_between_lines():
    lines = np.full((40, 60), 255, np.uint8)
    lines[:, 30:32] = 0
    lines[18:20, 30:32] = 255  # a gap that is closed
    cells = find_cells(lines)
    assert cells.count == 2
    assert cells.labels.shape == (40, 60)
    assert cells.labels[0, 0] != cells.labels[0, 59]
    assert find_cells(np.zeros((9, 9), np.uint8)).count == 1


def row(rough: Rough, at: tuple[int, int]) -> dict[str, float]:
    regions = find_superpixels(rough.blocks)
    found = describe_regions(regions, rough)
    assert found.shape == (regions.count, len(FEATURES))
    assert np.isfinite(found).all()
    return dict(zip(FEATURES, found[regions.labels[at]].tolist(), strict=True))


def test_features_by_hand():
    left = row(Rough(halves(), None), (0, 0))
    assert left["across"] == pytest.approx(9.5 / 60)
    assert left["down"] == pytest.approx(19.5 / 40)
    assert left["area"] == pytest.approx(np.log(0.8))
    assert left["share"] == pytest.approx(np.log(1 / 3))
    assert left["elongation"] == pytest.approx(np.log(2), abs=0.01)  # 40 high, 20 wide
    assert left["lies_flat"] < 0
    assert left["slants"] == pytest.approx(0, abs=1e-6)
    assert left["compactness"] == pytest.approx(np.log(40**2 / 800))
    right = row(Rough(halves(), None), (0, 59))
    assert right["lightness"] > left["lightness"] + 0.5
    assert right["lighter"] == pytest.approx(right["lightness"] - left["lightness"], abs=1e-3)
    assert right["lighter"] == -left["lighter"]
    assert (left["inked"], left["ink_inside"], left["ink_on_border"]) == (0, 0, 0)


def test_ink_inside_and_on_the_border():
    lines = np.full((40, 60), 255, np.uint8)
    lines[:20, 20] = 0  # half of the border
    lines[:, 50] = 0  # one column of forty
    right = row(Rough(halves(), lines), (0, 59))
    assert right["inked"] == 1
    assert right["ink_on_border"] == pytest.approx(0.5)
    assert right["ink_inside"] == pytest.approx((20 + 40) / 1600)


def test_one_region_has_no_neighbours():
    found = row(Rough(np.full((8, 8, 3), 9, np.uint8), None), (0, 0))
    assert (found["contrast"], found["lighter"]) == (0, 0)
