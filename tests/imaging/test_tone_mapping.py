"""PQ and HLG to sRGB, by published values and by what a viewer must find."""

from __future__ import annotations

import numpy as np
import pytest

from paintreel.errors import InputError
from paintreel.imaging.coding_points import CodingPoints, primaries_and_curve
from paintreel.imaging.colour import linear_to_srgb, luma, srgb_to_linear
from paintreel.imaging.profile_making import SRGB_PRIMARIES, primaries_matrix
from paintreel.imaging.tone_mapping import (
    ToneMapper,
    hlg_to_scene,
    light_to_pq,
    matched_light,
    peak_of,
    pq_to_light,
    tone_map,
)

PQ, HLG = CodingPoints(9, 16), CodingPoints(9, 18)
LUMINANCE_709 = (0.2126, 0.7152, 0.0722)


def signals(*values: float) -> np.ndarray:
    """One pixel of 16 bits, R'G'B' of [0, 1]."""
    return np.rint(np.array([[values]]) * 65535).astype(np.uint16)


def pq_of(light_cd_m2: np.ndarray) -> np.ndarray:
    """(1, N, 3) uint16 of BT.2020 light (N, 3)."""
    return np.rint(light_to_pq(light_cd_m2)[None] * 65535).astype(np.uint16)


@pytest.mark.parametrize(
    ("signal", "light"),
    [(0, 0), (0.5081, 100), (0.5807, 203), (0.7518, 1000), (0.9026, 4000), (1, 10_000)],
)
def test_pq_is_that_of_st_2084(signal, light):
    """Values of BT.2408, table 1, and of ST 2084 itself."""
    assert pq_to_light(np.array(signal)) == pytest.approx(light, rel=0.002)
    assert light_to_pq(np.array(light)) == pytest.approx(signal, abs=1e-4)


@pytest.mark.parametrize(("signal", "scene"), [(0, 0), (0.5, 1 / 12), (0.75, 0.265), (1, 1)])
def test_hlg_is_that_of_bt_2100(signal, scene):
    assert hlg_to_scene(np.array(signal)) == pytest.approx(scene, abs=5e-4)


def test_reference_white_of_hlg_is_three_quarters():
    """BT.2408: 75 % is 203 cd/m2 on a screen of 1000 with its gamma of 1.2."""
    assert 1000 * hlg_to_scene(np.array(0.75)) ** 1.2 == pytest.approx(203, rel=0.01)


def test_the_curve_keeps_the_dark_and_ends_at_white():
    light = np.geomspace(0.01, 1000, 200)
    shown = matched_light(light, 1000)
    assert (np.diff(shown) > 0).all()
    assert shown[light < 85] == pytest.approx(light[light < 85])
    assert shown[-1] == pytest.approx(203, rel=1e-3)
    assert matched_light(np.array([5000.0]), 1000) == pytest.approx(203, rel=1e-3)


def test_what_fits_the_screen_is_left_alone():
    light = np.linspace(0, 150, 20)
    assert matched_light(light, 150) == pytest.approx(light)


@pytest.mark.parametrize("points", [PQ, HLG])
@pytest.mark.parametrize("dtype", [np.uint8, np.uint16])
def test_a_grey_ramp_stays_grey_and_rises(points, dtype):
    ramp = np.repeat(np.arange(0, 65536, 16, np.uint16)[None, :, None], 3, axis=2)
    shown = ToneMapper(points, dtype=dtype)(ramp)[0].astype(int)
    assert np.ptp(shown, axis=1).max() <= (1 if dtype == np.uint8 else 8)
    # Of 16 bits a step back of two thirty-thousandths is the rounding of a table.
    assert np.diff(shown[:, 1]).min() >= (0 if dtype == np.uint8 else -2)
    assert (shown[0, 1], shown[-1, 1]) == (0, np.iinfo(dtype).max)


@pytest.mark.parametrize("shade", [signals(0.5807, 0.5807, 0.5807), signals(0.75, 0.75, 0.75)])
def test_paper_is_nearly_white(shade):
    """What players show of 203 cd/m2: below white, for there are lights above it."""
    points = PQ if shade[0, 0, 0] < 0.6 * 65535 else HLG
    assert 215 <= ToneMapper(points)(shade)[0, 0, 1] <= 245


def test_colours_of_a_dim_bt_709_scene_are_exact():
    """Below the knee nothing is matched, and inside the primaries nothing is moved."""
    rng = np.random.default_rng(0)
    wanted = srgb_to_linear(rng.random((400, 3))) * 0.4
    wide = wanted @ primaries_matrix(SRGB_PRIMARIES, primaries_and_curve(PQ)[0]).T
    shown = ToneMapper(PQ)(pq_of(np.clip(wide, 0, None) * 203))[0]
    expected = linear_to_srgb(wanted) * 255
    assert np.abs(shown - expected).max() <= 1.5


@pytest.mark.parametrize("channel", [0, 1, 2])
def test_pure_colours_of_bt_2020_keep_hue_and_luminance(channel):
    light = np.zeros((1, 3))
    light[0, channel] = 20.0
    shown = srgb_to_linear(ToneMapper(PQ, dtype=np.uint16)(pq_of(light)))[0, 0]
    assert shown.argmax() == channel
    luminance = (0.2627, 0.6780, 0.0593)[channel] * 20 / 203
    assert float(shown @ LUMINANCE_709) == pytest.approx(luminance, rel=0.03)


def test_bright_light_of_one_colour_keeps_its_hue():
    """A lamp of 1000 cd/m2 is no white and no other colour."""
    lamp = pq_of(np.array([[1000.0, 300.0, 20.0]]))
    red, green, blue = ToneMapper(PQ)(lamp)[0, 0].astype(int)
    assert red > green + 40
    assert green > blue + 30
    assert luma(np.array([[[red, green, blue]]], np.uint8))[0, 0] > 120


def test_hlg_of_a_saturated_colour_is_as_bright_as_its_screen_shows_it():
    """OOTF by hand: luminance of the scene to the power 0.2 times the scene."""
    scene = hlg_to_scene(np.array([0.4, 0.3, 0.2]))
    gain = (scene @ (0.2627, 0.6780, 0.0593)) ** 0.2
    light = 1000 / 203 * gain * scene
    expected = light @ primaries_matrix(primaries_and_curve(HLG)[0], SRGB_PRIMARIES).T
    shown = srgb_to_linear(ToneMapper(HLG, dtype=np.uint16)(signals(0.4, 0.3, 0.2)))[0, 0]
    assert shown == pytest.approx(expected, rel=0.01, abs=1e-4)


def test_a_still_brings_its_own_peak():
    dim = pq_of(np.full((1, 3), 150.0))
    bright = np.tile(pq_of(np.full((1, 3), 4000.0)), (20, 20, 1))
    assert peak_of(dim, PQ, 65535) == 203
    assert peak_of(bright, PQ, 65535) == pytest.approx(4000, rel=0.01)
    assert peak_of(bright, HLG, 65535) == 1000
    # 150 cd/m2 of a screen of 203, not matched; and the brightest is white.
    assert tone_map(dim, PQ)[0, 0] == pytest.approx(
        linear_to_srgb(np.full(3, 150 / 203)) * 65535, abs=60
    )
    assert tone_map(bright, PQ).min() > 65000


@pytest.mark.parametrize("shape", [(4, 5), (4, 5, 3), (4, 5, 4)])
@pytest.mark.parametrize("dtype", [np.uint8, np.uint16])
def test_shape_and_kind_and_alpha_stay(shape, dtype):
    pixels = np.random.default_rng(1).integers(0, np.iinfo(dtype).max, shape).astype(dtype)
    shown = tone_map(pixels, PQ)
    assert (shown.shape, shown.dtype) == (shape, dtype)
    if shape[2:] == (4,):
        assert np.array_equal(shown[..., 3], pixels[..., 3])


def test_other_curves_are_refused():
    with pytest.raises(InputError, match="transfer 1 is no high dynamic range"):
        ToneMapper(CodingPoints(9, 1))
