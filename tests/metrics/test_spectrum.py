"""Radial spectra of signals whose spectrum is known."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from paintreel.errors import InputError
from paintreel.metrics.spectrum import (
    radial_spectrum,
    radial_spectrum_distance,
    whole_power,
    windowed_power,
)


def _noise(seed: int, height: int, width: int, sd: float = 0.1) -> np.ndarray:
    return np.clip(np.random.default_rng(seed).normal(0.5, sd, (height, width)), 0.0, 1.0)


@pytest.mark.parametrize(("height", "width"), [(256, 256), (301, 200), (128, 515)])
def test_white_noise_is_level_at_its_variance_for_any_size(height: int, width: int) -> None:
    spectrum = radial_spectrum(_noise(0, height, width))
    np.testing.assert_allclose(spectrum[4:], 10.0 * np.log10(0.01), atol=1.0)
    assert np.mean(spectrum[4:]) == pytest.approx(-20.0, abs=0.3)


def test_a_wave_stands_in_its_ring() -> None:
    x = np.arange(256)
    wave = np.tile(0.5 + 0.4 * np.cos(2 * np.pi * 0.2 * x), (256, 1))
    assert np.argmax(radial_spectrum(wave)) == int(np.ceil(0.2 * 64)) - 1
    assert np.argmax(radial_spectrum(wave.T)) == int(np.ceil(0.2 * 64)) - 1


def test_a_checkerboard_artifact_shows_in_the_last_ring() -> None:
    smooth = cv2.GaussianBlur(_noise(1, 128, 128), (0, 0), 3.0)
    columns = smooth + 0.02 * (np.arange(128) % 2)
    rise = radial_spectrum(columns) - radial_spectrum(smooth)
    assert np.argmax(rise) == 31
    assert rise[31] > 20.0
    assert np.abs(rise[:20]).max() < 1.0


def test_a_flat_picture_is_on_the_floor() -> None:
    np.testing.assert_array_equal(radial_spectrum(np.full((64, 64), 0.3)), -100.0)


@settings(max_examples=15)
@given(st.integers(64, 90), st.integers(64, 90), st.integers(0, 1000))
def test_flips_turns_and_brightness_do_not_matter(height: int, width: int, seed: int) -> None:
    picture = _noise(seed, height, width) * 0.8
    spectrum = radial_spectrum(picture)
    assert np.isfinite(spectrum).all()
    for same in (picture[::-1], picture[:, ::-1], picture.T, picture + 0.1):
        np.testing.assert_allclose(radial_spectrum(same), spectrum, atol=1e-3)


def test_distance_identity_symmetry_and_blur() -> None:
    pictures = [_noise(seed, 96, 128) for seed in range(4)]
    others = [_noise(seed, 128, 80) for seed in range(4, 9)]
    assert radial_spectrum_distance(pictures, pictures) == 0.0
    near = radial_spectrum_distance(pictures, others)
    assert near == pytest.approx(radial_spectrum_distance(others, pictures))
    assert near < 1.0
    ladder = [
        radial_spectrum_distance([cv2.GaussianBlur(p, (0, 0), s) for p in pictures], pictures)
        for s in (0.4, 0.8, 1.6)
    ]
    assert near < ladder[0] < ladder[1] < ladder[2]


def test_bad_input_is_refused() -> None:
    with pytest.raises(InputError, match="64x64"):
        radial_spectrum(np.zeros((63, 80)))
    assert radial_spectrum(np.zeros((8, 9)), bins=4).shape == (4,)
    with pytest.raises(InputError, match="one bin"):
        radial_spectrum(np.zeros((64, 64)), bins=0)
    with pytest.raises(InputError, match="generated has no pictures"):
        radial_spectrum_distance([], [np.zeros((64, 64))])
    with pytest.raises(InputError, match="put it into a list"):
        radial_spectrum_distance([np.zeros((64, 64))], np.zeros((64, 64)))
    with pytest.raises(InputError, match="NaN"):
        radial_spectrum(np.full((64, 64), np.nan))


@pytest.mark.parametrize(("height", "width"), [(12, 10), (9, 7), (8, 11)])
def test_the_whole_power_is_that_of_the_whole_transform(height: int, width: int) -> None:
    plane = _noise(3, height, width)
    window = np.outer(np.hanning(height + 2)[1:-1], np.hanning(width + 2)[1:-1])
    levelled = plane - (plane * window).sum() / window.sum()
    expected = np.abs(np.fft.fft2(levelled * window)) ** 2 / (window**2).sum()
    found = whole_power(windowed_power(plane), width_px=width)
    np.testing.assert_allclose(found, expected, atol=1e-6 * expected.max())
