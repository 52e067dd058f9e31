"""The one gate that all measures of pictures share."""

from __future__ import annotations

import numpy as np
import pytest

from paintreel import metrics
from paintreel.errors import InputError

PAIR_MEASURES = ["mse", "psnr", "image_loss", "ssim", "ms_ssim", "edge_ssim", "mean_ciede2000"]
GOOD = np.full((170, 180, 3), 0.5)


def _with(value: float) -> np.ndarray:
    picture = GOOD.copy()
    picture[3, 4, 1] = value
    return picture


@pytest.mark.parametrize("name", PAIR_MEASURES)
@pytest.mark.parametrize(
    ("bad", "message"),
    [
        (_with(np.nan), "reference has NaN"),
        (_with(np.inf), "reference has NaN or infinite"),
        (_with(1.5), r"expected \[0, 1\]"),
        (GOOD[:160], r"\(170, 180, 3\) and reference \(160, 180, 3\)|160x160|161x161"),
        (GOOD[..., 0], r"\(170, 180\)"),
        (np.zeros((170, 180, 4)), "alpha"),
        (GOOD.astype(np.int64), "dtype"),
        (GOOD[:0], "at least 1"),
        ([[0.5]], "numpy array"),
    ],
)
def test_what_cannot_be_compared_is_named(name: str, bad: np.ndarray, message: str) -> None:
    with pytest.raises(InputError, match=message):
        getattr(metrics, name)(GOOD, bad)


@pytest.mark.parametrize(("name", "side"), [("ssim", 11), ("ms_ssim", 161), ("edge_ssim", 13)])
def test_too_small_pictures_are_refused_and_the_least_works(name: str, side: int) -> None:
    measure = getattr(metrics, name)
    least = np.random.default_rng(0).random((side, side))
    assert measure(least, least) == pytest.approx(1.0)
    with pytest.raises(InputError, match=f"{side}x{side}"):
        measure(least[1:], least[1:])


@pytest.mark.parametrize("name", PAIR_MEASURES)
def test_dtypes_may_differ_and_layout_of_grey_does_not_matter(name: str) -> None:
    measure = getattr(metrics, name)
    rng = np.random.default_rng(1)
    first, second = (rng.integers(0, 256, (165, 170), np.uint8) for _ in range(2))
    value = measure(first, second)
    deep = second.astype(np.uint16) * 257
    assert measure(first, deep) == pytest.approx(value, abs=1e-4)
    assert measure(first / 255.0, second) == pytest.approx(value, abs=1e-4)
    assert measure(first[..., None], second[..., None]) == pytest.approx(value)
    colour = [np.repeat(x[..., None], 3, axis=2) for x in (first, second)]
    assert measure(*colour) == pytest.approx(value)
    assert type(value) is float


def test_flat_names_are_lazy_listed_and_real() -> None:
    assert set(metrics.__all__) <= set(dir(metrics))
    for name in metrics.__all__:
        assert callable(getattr(metrics, name)), name
    assert metrics.temporal.warping_error is metrics.warping_error
    with pytest.raises(AttributeError, match="no attribute 'fid'"):
        _ = metrics.fid
