"""Colour spaces against scikit-image, and as inverses of each other."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from skimage import color

from paintreel.errors import InputError
from paintreel.imaging import colour

COLOURS = hnp.arrays(
    np.float64, st.tuples(st.integers(1, 30), st.just(3)), elements=st.floats(0.0, 1.0)
)


@pytest.fixture
def cube() -> np.ndarray:
    """(9, 81, 3) float64 colours on a grid through the sRGB cube."""
    steps = np.linspace(0.0, 1.0, 9)
    return np.stack(np.meshgrid(steps, steps, steps, indexing="ij"), axis=-1).reshape(9, 81, 3)


def test_lab_agrees_with_scikit_image(cube: np.ndarray) -> None:
    # 0.01: ours takes white from the matrix, scikit-image from a table of four digits.
    np.testing.assert_allclose(colour.rgb_to_lab(cube), color.rgb2lab(cube), atol=0.01)


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16, np.float32])
def test_lab_of_every_dtype_is_that_of_the_values(cube: np.ndarray, dtype: type) -> None:
    full = np.iinfo(dtype).max if np.issubdtype(dtype, np.integer) else 1
    x = (np.rint(cube * full) if full > 1 else cube).astype(dtype)
    lab = colour.rgb_to_lab(x)
    assert lab.dtype == np.float32
    np.testing.assert_allclose(lab, colour.rgb_to_lab(x.astype(np.float64) / full), atol=2e-4)


def test_greys_have_no_chroma() -> None:
    greys = np.repeat(np.linspace(0.0, 1.0, 256)[:, None], 3, axis=1)
    assert colour.chroma(colour.rgb_to_lab(greys)).max() < 1e-10


def test_linear_light_agrees_with_scikit_image(cube: np.ndarray) -> None:
    np.testing.assert_allclose(
        colour.relative_luminance(cube), color.rgb2xyz(cube)[..., 1], atol=1e-5
    )


@given(COLOURS)
def test_linear_light_there_and_back(x: np.ndarray) -> None:
    np.testing.assert_allclose(colour.linear_to_srgb(colour.srgb_to_linear(x)), x, atol=1e-7)


@given(COLOURS)
def test_lab_there_and_back(x: np.ndarray) -> None:
    np.testing.assert_allclose(colour.lab_to_rgb(colour.rgb_to_lab(x)), x, atol=1e-6)


def test_out_of_gamut_lab_is_clipped_unless_asked_not_to() -> None:
    vivid = np.array([50.0, 120.0, -120.0])
    assert colour.lab_to_rgb(vivid).min() >= 0.0
    assert colour.lab_to_rgb(vivid).max() <= 1.0
    assert colour.lab_to_rgb(vivid, clip=False).max() > 1.0
    np.testing.assert_allclose(
        colour.rgb_to_lab(colour.lab_to_rgb(vivid, clip=False)), vivid, atol=1e-6
    )


@given(COLOURS)
def test_hsv_agrees_with_scikit_image_and_inverts(x: np.ndarray) -> None:
    hsv = colour.rgb_to_hsv(x)
    np.testing.assert_allclose(colour.hsv_to_rgb(hsv), x, atol=1e-5)
    expected = color.rgb2hsv(x.astype(np.float32)[None])[0]
    strong = expected[:, 1] * expected[:, 2] > 0.01  # hue of a near grey is rounding
    turn = colour.hue_difference_deg(hsv[strong, 0], expected[strong, 0] * 360.0)
    np.testing.assert_allclose(turn, 0.0, atol=0.02)
    np.testing.assert_allclose(hsv[:, 2], expected[:, 2], atol=1e-5)


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16, np.float32, np.float64])
def test_luma_keeps_dtype_and_the_grey_value(dtype: type) -> None:
    full = np.iinfo(dtype).max if np.issubdtype(dtype, np.integer) else 1
    grey = (np.linspace(0.0, 1.0, 64) * full).astype(dtype).reshape(8, 8)
    planes = colour.luma(np.repeat(grey[..., None], 3, axis=2))
    assert planes.dtype == dtype
    np.testing.assert_allclose(planes.astype(float), grey.astype(float), atol=1e-6)
    assert colour.luma(grey) is grey
    assert colour.luma(grey[..., None]).shape == (8, 8)


def test_luma_weights() -> None:
    primaries = np.eye(3)[None]
    np.testing.assert_allclose(colour.luma(primaries)[0], [0.299, 0.587, 0.114])
    np.testing.assert_allclose(
        colour.luma(primaries.astype(np.float32))[0], [0.299, 0.587, 0.114], atol=1e-6
    )


@given(st.lists(st.floats(-720.0, 720.0), min_size=1, max_size=20), st.floats(-360.0, 360.0))
def test_circular_mean_turns_with_the_angles(angles: list[float], turn: float) -> None:
    mean, length = colour.circular_mean_deg(np.array(angles))
    turned, same = colour.circular_mean_deg(np.array(angles) + turn)
    assert same == pytest.approx(length, abs=1e-9)
    assert 0.0 <= mean < 360.0
    if length > 1e-3:
        assert colour.hue_difference_deg(mean + turn, turned) == pytest.approx(0.0, abs=1e-6)


@given(st.floats(-1e3, 1e3), st.floats(-1e3, 1e3))
def test_hue_difference_is_the_short_way(first: float, second: float) -> None:
    way = colour.hue_difference_deg(first, second)
    assert -180.0 <= way <= 180.0
    assert np.cos(np.radians(first + way - second)) == pytest.approx(1.0, abs=1e-9)


def test_hue_of_a_hair_below_the_axis_stays_under_a_turn() -> None:
    hue = colour.hue_deg(np.array([[50.0, 30.0, -1e-20], [50.0, 0.0, 0.0]]))
    assert hue.tolist() == [0.0, 0.0]


def test_circular_mean_refuses_bad_weights() -> None:
    with pytest.raises(InputError, match="negative"):
        colour.circular_mean_deg(np.array([1.0, 2.0]), np.array([1.0, -1.0]))
    with pytest.raises(InputError, match="2 angles and 1 weights"):
        colour.circular_mean_deg(np.array([1.0, 2.0]), np.array([1.0]))
    assert colour.circular_mean_deg(np.array([1.0]), np.array([0.0])) == (0.0, 0.0)


@pytest.mark.parametrize(
    "function",
    [colour.rgb_to_lab, colour.lab_to_rgb, colour.rgb_to_hsv, colour.luma, colour.chroma],
)
def test_alpha_is_refused(function) -> None:
    with pytest.raises(InputError, match="three channels"):
        function(np.zeros((2, 2, 4), np.float32))


@settings(max_examples=25)
@given(st.sampled_from([(0, 3), (1, 3), (3,), (2, 0, 3), (1, 1, 3), (2, 3, 4, 3)]))
def test_shapes_are_kept(shape: tuple[int, ...]) -> None:
    x = np.full(shape, 0.25)
    for function in (colour.rgb_to_lab, colour.lab_to_rgb, colour.rgb_to_hsv, colour.hsv_to_rgb):
        assert function(x).shape == shape
    assert colour.srgb_to_linear((x * 255).astype(np.uint8)).shape == shape
