"""Colours given from picture to picture."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from paintreel.pictures.colour_moments import ColourMoments, MomentTransfer


def picture(seed: int, low: tuple[int, ...], high: tuple[int, ...]) -> np.ndarray:
    rng = np.random.default_rng(seed)
    return rng.integers(low, high, (40, 60, 3), dtype=np.uint8)


DAY = picture(0, (90, 110, 60), (170, 190, 140))
DUSK = picture(1, (60, 40, 80), (150, 110, 160))


def test_the_moments_become_those_that_are_wanted():
    wanted = ColourMoments.of([DUSK])
    got = ColourMoments.of([MomentTransfer(ColourMoments.of([DAY]), wanted)(DAY)])
    assert got.mean == pytest.approx(wanted.mean, abs=0.5)
    assert np.sqrt(np.diag(got.covariance)) == pytest.approx(
        np.sqrt(np.diag(wanted.covariance)), rel=0.1
    )


def test_a_picture_of_its_own_colours_stays():
    moments = ColourMoments.of([DAY])
    assert np.abs(MomentTransfer(moments, moments)(DAY).astype(int) - DAY).max() <= 1


def test_the_order_of_lights_stays():
    ramp = np.repeat(np.linspace(0, 255, 64).astype(np.uint8)[None, :, None], 3, axis=2)
    ramp = np.repeat(ramp, 8, axis=0)
    toned = MomentTransfer(ColourMoments.of([ramp]), ColourMoments.of([DUSK]))(ramp)
    light = cv2.cvtColor(toned, cv2.COLOR_RGB2LAB)[0, :, 0].astype(int)
    assert (np.diff(light) >= -1).all()
    assert light[-1] > light[0] + 20


def test_fog_is_not_drawn_out_to_noise():
    fog = np.clip(np.random.default_rng(3).normal(128, 1.0, (40, 60, 3)), 0, 255).astype(np.uint8)
    toned = MomentTransfer(ColourMoments.of([fog]), ColourMoments.of([DUSK]))(fog)
    assert toned.std(axis=(0, 1)).max() < 4 * fog.std(axis=(0, 1)).max()
    black = np.zeros((20, 20, 3), np.uint8)
    assert np.isfinite(
        MomentTransfer(ColourMoments.of([black]), ColourMoments.of([DUSK]))(black)
    ).all()
