"""Views that classifiers are taught with."""

from __future__ import annotations

import numpy as np
import pytest

from paintreel.errors import DataError
from paintreel.imaging.files import Picture, write_picture
from paintreel.learn.data.classified import Examples
from paintreel.learn.data.taught import (
    CropPlan,
    TaughtCrops,
    TaughtPictures,
    load_taught,
    whole_view,
)


def ramp(height: int, width: int) -> np.ndarray:
    """Bright to the right: the brightness says how much of it is seen."""
    row = np.linspace(0, 255, width).astype(np.uint8)
    return np.broadcast_to(row[None, :, None], (height, width, 3)).copy()


def rng(seed: int = 0) -> np.random.Generator:
    return np.random.default_rng(seed)


def test_squeezed_views_are_nearly_the_whole_picture():
    plan = CropPlan(squeezes=True, size_px=(32, 48), least=0.8)
    draw = rng()
    spans = [np.ptp(plan.view(ramp(60, 200), draw).mean(axis=(0, 2))) for _ in range(20)]
    assert plan.view(ramp(60, 200), draw).shape == (32, 48, 3)
    assert min(spans) > 0.7 * 255
    assert max(spans) > min(spans)


def test_without_enhancement_a_view_is_always_the_same():
    for squeezes in (True, False):
        plan = CropPlan(squeezes, (32, 32), enhances=False)
        crops = TaughtCrops(
            TaughtPictures([ramp(60, 200)], np.ones((1, 1))), plan, batch=6, balance=1, rng=rng()
        )
        batch, numbers = crops()
        assert np.ptp(batch, axis=0).max() == 0
        assert numbers.tolist() == [0] * 6
        span = np.ptp(batch[0].mean(axis=(0, 1)))
        assert span > 0.9 if squeezes else span < 0.4  # its middle, not mirrored
        assert batch[0, 0, 0, -1] > batch[0, 0, 0, 0]


def test_with_enhancement_places_sides_and_colours_differ():
    plan = CropPlan(squeezes=False, size_px=(32, 32))
    data = TaughtPictures([ramp(60, 200)], np.ones((1, 1)))
    batch, _numbers = TaughtCrops(data, plan, batch=8, balance=1, rng=rng())()
    assert batch.shape == (8, 3, 32, 32)
    assert batch.std(axis=0).mean() > 0.05
    again, _numbers = TaughtCrops(data, plan, batch=8, balance=1, rng=rng())()
    assert np.array_equal(batch, again)


@pytest.mark.parametrize(("balance", "shares"), [(0.0, (0.75, 0.25)), (1.0, (0.5, 0.5))])
def test_balance_draws_classes_alike(balance, shares):
    targets = np.eye(2)[[0, 0, 0, 1]]
    data = TaughtPictures([ramp(40, 40)] * 4, targets)
    crops = TaughtCrops(data, CropPlan(True, (8, 8)), batch=2, balance=balance, rng=rng())
    assert crops.weights @ targets == pytest.approx(shares)


def test_whole_views_keep_the_aspect_or_are_squeezed():
    squeezed = whole_view(ramp(60, 200), CropPlan(True, (32, 48)), test_px=64)
    assert squeezed.shape == (3, 32, 48)
    kept = whole_view(ramp(100, 400), CropPlan(False, (32, 32)), test_px=100)
    assert kept.shape == (3, 50, 200)
    small = whole_view(ramp(10, 20), CropPlan(False, (32, 32)), test_px=100)
    assert small.shape == (3, 32, 32)  # networks need so much
    assert (kept.min() >= 0, kept.max() <= 1, kept.dtype) == (True, True, np.float32)


def test_unusable_files_are_named(tmp_path):
    write_picture(tmp_path / "a.png", Picture(ramp(40, 90)))
    (tmp_path / "b.png").write_bytes(b"no picture")
    nothing = np.zeros(2, int)
    examples = Examples(
        (tmp_path / "a.png", tmp_path / "b.png"), ("x",), nothing, nothing, nothing, ("a", "b")
    )
    with pytest.raises(DataError, match=r"^1 unusable picture: .*b\.png"):
        load_taught(examples, np.ones((2, 1)), max_side_px=64)
    loaded = load_taught(examples.only(np.array([0])), np.ones((1, 1)), max_side_px=64)
    assert loaded.pictures[0].shape == (28, 64, 3)
