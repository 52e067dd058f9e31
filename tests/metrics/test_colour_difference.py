"""CIEDE2000 against the test pairs of Sharma, Wu and Dalal 2005 and scikit-image."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from skimage import color

from paintreel.errors import InputError
from paintreel.metrics.colour_difference import ciede2000, mean_ciede2000

# Table 1 of the paper: L a b, L a b, difference.
SHARMA = np.array(
    [
        [50.0, 2.6772, -79.7751, 50.0, 0.0, -82.7485, 2.0425],
        [50.0, 3.1571, -77.2803, 50.0, 0.0, -82.7485, 2.8615],
        [50.0, 2.8361, -74.0200, 50.0, 0.0, -82.7485, 3.4412],
        [50.0, -1.3802, -84.2814, 50.0, 0.0, -82.7485, 1.0000],
        [50.0, -1.1848, -84.8006, 50.0, 0.0, -82.7485, 1.0000],
        [50.0, -0.9009, -85.5211, 50.0, 0.0, -82.7485, 1.0000],
        [50.0, 0.0, 0.0, 50.0, -1.0, 2.0, 2.3669],
        [50.0, -1.0, 2.0, 50.0, 0.0, 0.0, 2.3669],
        [50.0, 2.4900, -0.0010, 50.0, -2.4900, 0.0009, 7.1792],
        [50.0, 2.4900, -0.0010, 50.0, -2.4900, 0.0010, 7.1792],
        [50.0, 2.4900, -0.0010, 50.0, -2.4900, 0.0011, 7.2195],
        [50.0, 2.4900, -0.0010, 50.0, -2.4900, 0.0012, 7.2195],
        [50.0, -0.0010, 2.4900, 50.0, 0.0009, -2.4900, 4.8045],
        [50.0, -0.0010, 2.4900, 50.0, 0.0010, -2.4900, 4.8045],
        [50.0, -0.0010, 2.4900, 50.0, 0.0011, -2.4900, 4.7461],
        [50.0, 2.5, 0.0, 50.0, 0.0, -2.5, 4.3065],
        [50.0, 2.5, 0.0, 73.0, 25.0, -18.0, 27.1492],
        [50.0, 2.5, 0.0, 61.0, -5.0, 29.0, 22.8977],
        [50.0, 2.5, 0.0, 56.0, -27.0, -3.0, 31.9030],
        [50.0, 2.5, 0.0, 58.0, 24.0, 15.0, 19.4535],
        [50.0, 2.5, 0.0, 50.0, 3.1736, 0.5854, 1.0000],
        [50.0, 2.5, 0.0, 50.0, 3.2972, 0.0, 1.0000],
        [50.0, 2.5, 0.0, 50.0, 1.8634, 0.5757, 1.0000],
        [50.0, 2.5, 0.0, 50.0, 3.2592, 0.3350, 1.0000],
        [60.2574, -34.0099, 36.2677, 60.4626, -34.1751, 39.4387, 1.2644],
        [63.0109, -31.0961, -5.8663, 62.8187, -29.7946, -4.0864, 1.2630],
        [61.2901, 3.7196, -5.3901, 61.4292, 2.2480, -4.9620, 1.8731],
        [35.0831, -44.1164, 3.7933, 35.0232, -40.0716, 1.5901, 1.8645],
        [22.7233, 20.0904, -46.6940, 23.0331, 14.9730, -42.5619, 2.0373],
        [36.4612, 47.8580, 18.3852, 36.2715, 50.5065, 21.2231, 1.4146],
        [90.8027, -2.0831, 1.4410, 91.1528, -1.6435, 0.0447, 1.4441],
        [90.9257, -0.5406, -0.9208, 88.6381, -0.8985, -0.7239, 1.5381],
        [6.7747, -0.2908, -2.4247, 5.8714, -0.0985, -2.2286, 0.6377],
        [2.0776, 0.0795, -1.1350, 0.9033, -0.0636, -0.5514, 0.9082],
    ]
)
LAB = hnp.arrays(np.float64, (6, 3), elements=st.floats(-100.0, 100.0)).map(
    lambda x: np.abs(x) * [1, 0, 0] + x * [0, 1, 1]
)


def test_pairs_of_the_paper() -> None:
    found = ciede2000(SHARMA[:, :3], SHARMA[:, 3:6])
    np.testing.assert_allclose(found, SHARMA[:, 6], atol=5.1e-5)
    np.testing.assert_allclose(ciede2000(SHARMA[:, 3:6], SHARMA[:, :3]), found, atol=1e-12)


@given(LAB, LAB)
def test_agrees_with_scikit_image(first: np.ndarray, second: np.ndarray) -> None:
    np.testing.assert_allclose(
        ciede2000(first, second), color.deltaE_ciede2000(first, second), atol=1e-7
    )
    assert ciede2000(first, first).tolist() == [0.0] * 6


def test_weights_divide_their_part() -> None:
    dark, light = np.array([40.0, 0.0, 0.0]), np.array([50.0, 0.0, 0.0])
    assert ciede2000(dark, light, weights=(2.0, 1.0, 1.0)) == pytest.approx(
        ciede2000(dark, light) / 2.0
    )


def test_picture_mean_is_that_of_its_pixels() -> None:
    rng = np.random.default_rng(0)
    a, b = (rng.integers(0, 256, (90, 1000, 3), np.uint8) for _ in range(2))  # two strips
    expected = color.deltaE_ciede2000(color.rgb2lab(a), color.rgb2lab(b)).mean()
    assert mean_ciede2000(a, b) == pytest.approx(expected, abs=2e-3)
    assert mean_ciede2000(a, a) == 0.0
    assert mean_ciede2000(a[::-1], b[::-1]) == pytest.approx(mean_ciede2000(a, b))


def test_grows_with_a_colour_cast() -> None:
    a = np.full((8, 8, 3), 0.5)
    cast = np.array([1.0, 0.0, -1.0])
    ladder = [mean_ciede2000(a + s * cast, a) for s in (0.02, 0.05, 0.1)]
    assert ladder == sorted(ladder)


def test_bad_colours_are_refused() -> None:
    with pytest.raises(InputError, match=r"\(2, 3\) and \(3, 3\)"):
        ciede2000(np.zeros((2, 3)), np.zeros((3, 3)))
    with pytest.raises(InputError, match="NaN"):
        ciede2000(np.array([np.nan, 0, 0]), np.zeros(3))
    assert ciede2000(np.zeros((0, 3)), np.zeros((0, 3))).shape == (0,)
