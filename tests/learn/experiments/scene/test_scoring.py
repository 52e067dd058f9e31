from __future__ import annotations

import numpy as np
import pytest

from paintreel.learn.data.scene_crops import cut_crops
from paintreel.learn.experiments.scene.conditions import TRUTH
from paintreel.learn.experiments.scene.scoring import (
    FIDELITY,
    SCENE_MEASURES,
    open_extractor,
    score_pictures,
)
from paintreel.metrics.fidelity import psnr
from paintreel.roughs.rough import LEVELS


@pytest.fixture(scope="module")
def crops(picture):
    pictures = [picture(seed) for seed in range(2)]
    return cut_crops(pictures, ["a", "b"], [None, None], count=2, side_px=64)


def blocks(crop, level):
    return crop.roughs[level].blocks


def test_record(crops):
    ticks = iter(range(100))
    record, pictures = score_pictures(
        "rough", blocks, crops, None, clock=lambda: float(next(ticks))
    )
    assert record["paint_s"] == 1
    assert record["scores"].keys() == LEVELS.keys()
    assert record["scores"]["coarse"].keys() == {"ssim", "psnr"}
    assert record["scores"]["standard"].keys() == {"ssim", "psnr", *SCENE_MEASURES}
    expected = [psnr(blocks(c, "standard"), c.truth) for c in crops]
    assert record["scores"]["standard"]["psnr"] == pytest.approx(expected, rel=1e-5)
    assert record["scores"]["fine"]["psnr"] > record["scores"]["coarse"]["psnr"]
    assert record["spectrum"] > 0
    np.testing.assert_array_equal(pictures[1], blocks(crops[1], "standard"))


def test_a_set_of_its_own_for_choices(crops):
    """The crops of development are scored beside those of the test, at the standard level."""
    record, _ = score_pictures("rough", blocks, crops[:1], None, development=crops)
    assert record["development"].keys() == {"ssim", "psnr"}
    assert len(record["development"]["psnr"]) == 2
    assert record["development"]["psnr"][0] == record["scores"]["standard"]["psnr"][0]


def test_distance_of_the_set(crops):
    """Of what is painted at the standard level, and of nothing else."""
    seen = []

    def nearness(pictures):
        seen.extend(pictures)
        return 1.23456789

    record, pictures = score_pictures("rough", blocks, crops, None, nearness=nearness)
    assert record["frechet"] == 1.23457
    assert all(a is b for a, b in zip(seen, pictures, strict=True))


def test_the_painting_is_not_compared_with_itself(crops):
    record, _ = score_pictures(TRUTH, lambda crop, _level: crop.truth, crops, None)
    assert "spectrum" not in record
    assert not record["scores"]["fine"]
    assert record["scores"]["standard"].keys() == set(SCENE_MEASURES)


def test_perceptual_distance_needs_a_network(crops):
    network = open_extractor()
    record, _ = score_pictures("rough", blocks, crops[:1], network)
    assert record["scores"]["fine"].keys() == set(FIDELITY)
    fine, coarse = (record["scores"][level]["perceptual"][0] for level in ("fine", "coarse"))
    assert 0 < fine < coarse
