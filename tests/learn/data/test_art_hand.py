from __future__ import annotations

import cv2
import numpy as np
import pytest

from paintreel.imaging.colour import lab_to_rgb
from paintreel.learn.data.art_hand import HUE_BINS, ArtHand, measure_hand

INK = (70, 30, 20)


def picture(lab, *, seed=0, line_px=0):
    """Patches of one light around `lab`, a line of INK across."""
    rng = np.random.default_rng(seed)
    labs = np.full((96, 128, 3), lab, np.float64)
    labs[..., 0] += cv2.resize(rng.uniform(-4, 4, (3, 4)), (128, 96))
    x = (np.clip(lab_to_rgb(labs), 0, 1) * 255 + 0.5).astype(np.uint8)
    if line_px:
        x[40 : 40 + line_px] = INK
    return x


def test_colour_and_width_of_lines():
    photos = [picture((60, 5, 5), seed=k) for k in range(3)]
    thin, broad = (
        measure_hand([picture((70, 5, 5), seed=k, line_px=px) for k in range(4)], photos, seed=0)
        for px in (2, 6)
    )
    np.testing.assert_allclose(np.array(thin.ink_rgb) * 255, INK, atol=3)
    assert thin.line_px < broad.line_px


def test_without_lines_or_shadows_the_defaults_stand():
    art, photos = ([picture((60, a, 5), seed=k) for k in range(3)] for a in (9, 5))
    hand = measure_hand(art, photos, seed=0)
    default = ArtHand()
    assert (hand.ink_rgb, hand.line_px) == (default.ink_rgb, default.line_px)
    assert (hand.shadow_ab, hand.light_b) == (default.shadow_ab, default.light_b)


def test_shadows_and_lights_within_bounds():
    def both(b):
        return [picture((15, -3, b), seed=1), picture((90, 0, b), seed=2)]

    hand = measure_hand(both(-8), both(0), seed=0)
    assert hand.shadow_ab == pytest.approx((-3, -8), abs=0.5)
    assert hand.light_b == pytest.approx(-6, abs=0.2)  # of 8, the most that is no tint
    wild = measure_hand([picture((15, 40, -40), seed=1)], both(0), seed=0)
    assert np.hypot(*wild.shadow_ab) == pytest.approx(12, abs=0.1)


def test_strength_of_hues_relative_to_the_others():
    photos = [picture((60, a, b), seed=k) for k, (a, b) in enumerate(((20, 5), (-20, 5)))]
    art = [picture((60, a, b), seed=k) for k, (a, b) in enumerate(((26, 6), (-20, 5)))]
    factors = measure_hand(art, photos, seed=0).chroma_by_hue
    assert len(factors) == HUE_BINS
    assert factors[0] > factors[5]
    assert max(factors) <= 1.15


def test_drawings_of_one_pigment_are_nearly_grey():
    photos = [picture((60, 30, 20), seed=k) for k in range(3)]
    grey = measure_hand([picture((60, 1, 1), seed=k) for k in range(3)], photos, seed=0)
    assert max(grey.chroma_by_hue) < 0.4


def test_seeded():
    many = [picture((60, 5, 5), seed=k)[:32, :32] for k in range(200)]
    assert measure_hand(many, many, seed=3) == measure_hand(many, many, seed=3)


def test_toward():
    hand = ArtHand((0.0, 0.0, 0.0), 8.0, (1.0, 1.0), 2.0, (2.0,) * HUE_BINS)
    assert hand.toward(1.0) == hand
    assert hand.toward(0.0) == ArtHand()
    assert hand.toward(0.5).chroma_by_hue == (1.5,) * HUE_BINS
