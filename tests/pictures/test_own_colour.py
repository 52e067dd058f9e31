from __future__ import annotations

import numpy as np
import pytest

from paintreel import Style
from paintreel.errors import InputError
from paintreel.metrics.colour_drift import hue_drift, neutral_drift
from paintreel.pictures.own_colour import with_own_colour


def flat(*rgb):
    return np.full((32, 32, 3), rgb, np.uint8)


def test_nothing_of_it_gives_the_painting():
    painted = flat(10, 20, 30)
    assert with_own_colour(flat(1, 2, 3), painted, 0.0) is painted


def test_a_grey_wall_stays_grey_and_keeps_the_painted_light():
    own = with_own_colour(flat(200, 200, 200), flat(180, 220, 190), 1.0)
    assert np.ptp(own[0, 0]) == 0
    assert abs(int(own[0, 0, 0]) - round(0.299 * 180 + 0.587 * 220 + 0.114 * 190)) <= 1


def test_half_way():
    whole, half = (with_own_colour(flat(90, 160, 60), flat(150, 150, 40), s) for s in (1.0, 0.5))
    middle = (whole[0, 0].astype(int) + np.array([150, 150, 40])) / 2
    np.testing.assert_allclose(half[0, 0], middle, atol=1)


def test_ink_over_a_red_wall_does_not_glow():
    ink = with_own_colour(flat(220, 40, 30), flat(30, 20, 20), 1.0)
    assert ink.max() < 70


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16, np.float32, np.float64])
def test_kinds_are_kept(dtype):
    top = 1 if np.dtype(dtype).kind == "f" else np.iinfo(dtype).max
    rng = np.random.default_rng(0)
    source, painted = ((rng.uniform(0, 1, (9, 7, 3)) * top).astype(dtype) for _ in range(2))
    own = with_own_colour(source, painted, 0.7)
    assert own.dtype == dtype
    assert own.shape == source.shape
    assert own.max() <= top


@pytest.mark.parametrize("share", [-0.1, 1.1, float("nan"), True, "1"])
def test_shares_that_are_none(share):
    with pytest.raises(InputError, match="own_colour is"):
        Style("hereva", own_colour=share)


def test_a_bundled_style_without_its_tint(examples):
    from PIL import Image

    photo = np.asarray(Image.open(examples / "photo.jpg").convert("RGB").resize((320, 180)))
    tinted, own = (Style("hereva", own_colour=share)(photo) for share in (0.0, 1.0))
    assert neutral_drift(own, photo) < 0.5 * neutral_drift(tinted, photo)
    assert hue_drift(own, photo) < 2
    luma = np.array([0.299, 0.587, 0.114])
    assert np.abs(own @ luma - tinted @ luma).mean() < 2
