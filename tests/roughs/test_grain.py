from __future__ import annotations

import numpy as np

from paintreel.roughs.grain import deviations, grain_of


def test_it_is_of_the_place_alone():
    whole = grain_of(90, 130)
    assert whole.dtype == np.uint8
    assert np.array_equal(grain_of(64, 64), whole[13:77, 33:97])
    assert np.array_equal(grain_of(65, 31), whole[13:78, 50:81])  # in the middle of a margin
    assert np.array_equal(grain_of(90, 130), whole)


def test_it_is_normal_and_white():
    x = deviations(grain_of(512, 512))
    assert abs(x.mean()) < 0.01
    assert abs(x.std() - 1) < 0.01
    for dy, dx in ((0, 1), (1, 0), (1, 1), (0, 16), (16, 0), (0, 256), (256, 0)):
        moved = np.roll(x, (dy, dx), (0, 1))
        assert abs((x * moved).mean()) < 0.01, (dy, dx)
    spectrum = np.abs(np.fft.fft2(x)) ** 2
    assert spectrum.max() < 30 * spectrum.mean()  # no stripe of any direction


def test_the_values_of_a_place_never_change():
    """Pictures that are painted again must meet: these are of the release that began with grain."""
    assert grain_of(2, 4).tolist() == PLACES


PLACES = [[200, 108, 161, 254], [237, 125, 0, 216]]
