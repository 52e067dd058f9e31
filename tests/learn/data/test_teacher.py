from __future__ import annotations

from dataclasses import fields, replace

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from paintreel.errors import InputError
from paintreel.learn.data.art_hand import ArtHand
from paintreel.learn.data.colour_transfer import ColourTransfer
from paintreel.learn.data.teacher import OWN_HAND, TeacherSettings, paint
from paintreel.metrics.abstraction import edge_correlation, gini_gradient, texture_residual

EVERYTHING = TeacherSettings(
    blocks=0.8, relief=0.6, wet_edge=1.1, paper=0.3, palette=0.5, hand=0.8, ink_rgb=(0.3, 0.1, 0.2)
)
PLAIN = TeacherSettings(
    form=0.0, bands=0, contrast=0.0, lift=0.0, shadow=0.0, warmth=0.0, chroma=1.0, lean=0.0
)
HAND = ArtHand((0.1, 0.3, 0.5), 5.5, (-6.0, 8.0), -5.0, (0.6, 1.4) * 6)


def flat(colour, height=64, width=80):
    return np.full((height, width, 3), colour, np.float32)


@pytest.fixture(scope="module")
def palette():
    rng = np.random.default_rng(0)
    grey = rng.normal((50, 0, 0), (15, 10, 10), (2000, 3))
    warm = rng.normal((60, 15, 25), (12, 10, 8), (2000, 3))
    return ColourTransfer.fit(grey, warm, rng=rng)


@pytest.fixture(scope="module")
def photo(examples):
    """The example photograph, small."""
    pixels = cv2.cvtColor(cv2.imread(str(examples / "photo.jpg")), cv2.COLOR_BGR2RGB)
    scale = 320 / max(pixels.shape)
    pixels = cv2.resize(pixels, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    return pixels.astype(np.float32) / 255


@pytest.mark.parametrize("colour", [(0, 0, 0), (1, 1, 1), (0.3, 0.5, 0.2), (0.9, 0.6, 0.5)])
def test_flat_stays_flat_and_gets_no_ink(colour, palette):
    assert np.ptp(paint(flat(colour), EVERYTHING, HAND, palette), axis=(0, 1)).max() < 1e-3
    plain = paint(flat(colour), PLAIN)
    assert np.abs(plain - flat(colour)).max() < 2 / 255


@pytest.mark.parametrize("turned", [False, True])
def test_a_step_gets_one_line(turned):
    tone = np.where(np.arange(96) < 48, 0.85, 0.45).astype(np.float32)
    x = np.broadcast_to(tone[None, :, None], (64, 96, 3)).copy()
    y = paint(x.transpose(1, 0, 2).copy(), PLAIN).transpose(1, 0, 2) if turned else paint(x, PLAIN)
    row = y.mean(axis=2)[32]
    inked = np.flatnonzero(row < 0.38)
    assert 1 <= len(inked) <= 5
    assert np.ptp(inked) == len(inked) - 1
    assert abs(inked.mean() - 48) < 4
    np.testing.assert_allclose(row[:40], 0.85, atol=0.01)
    np.testing.assert_allclose(row[56:], 0.45, atol=0.01)


def test_no_ink_when_turned_off():
    x = np.repeat(np.where(np.arange(64) < 32, 0.75, 0.25)[None], 48, axis=0)
    x = np.repeat(x[..., None], 3, axis=2).astype(np.float32)
    assert paint(x, replace(PLAIN, ink=0.0)).min() > 0.24


def test_ink_has_its_colour_or_that_of_the_art():
    x = np.repeat(np.where(np.arange(64) < 32, 0.9, 0.4)[None], 48, axis=0)
    x = np.repeat(x[..., None], 3, axis=2).astype(np.float32)
    ink = (0.25, 0.05, 0.0)
    y = paint(x, replace(PLAIN, ink=1.0, ink_rgb=ink, blocks=0.0))
    darkest = y[24, np.argmin(y[24].sum(axis=1))]
    np.testing.assert_allclose(darkest, ink, atol=0.05)
    of_art = paint(x, replace(PLAIN, ink=1.0, blocks=0.0), replace(HAND, line_px=4.0))
    darkest = of_art[24, np.argmin(of_art[24].sum(axis=1))]
    np.testing.assert_allclose(darkest, np.minimum(HAND.ink_rgb, 0.4), atol=0.05)


@given(
    st.integers(1, 40),
    st.integers(1, 40),
    st.sampled_from([EVERYTHING, TeacherSettings(), replace(EVERYTHING, dab_px=1, stroke_px=0.0)]),
    st.integers(0, 3),
)
@settings(max_examples=20, deadline=None)
def test_range_and_shape_on_any_size(palette, height, width, how, seed):
    x = np.random.default_rng(seed).uniform(0, 1, (height, width, 3)).astype(np.float32)
    before = x.copy()
    y = paint(x, how, HAND, palette)
    assert y.shape == x.shape
    assert y.dtype == np.float32
    assert np.isfinite(y).all()
    assert 0.0 <= y.min() <= y.max() <= 1.0
    np.testing.assert_array_equal(x, before)


def test_no_chance_in_it(photo, palette):
    part = photo[:80, :96]
    first, second = (paint(part, EVERYTHING, HAND, palette) for _ in range(2))
    np.testing.assert_array_equal(first, second)


@pytest.mark.parametrize("name", [field.name for field in fields(TeacherSettings)])
def test_every_setting_changes_the_painting(photo, palette, name):
    part = photo[:160]
    value = getattr(EVERYTHING, name)
    other = tuple(v / 2 for v in value) if isinstance(value, tuple) else type(value)(value / 2)
    changed = paint(part, replace(EVERYTHING, **{name: other}), HAND, palette)
    assert np.abs(changed - paint(part, EVERYTHING, HAND, palette)).max() > 1 / 255


def test_palette_moves_the_mean_toward_the_art(photo, palette):
    settings_ = replace(PLAIN, ink=0.0)
    plain, moved = (
        paint(photo, replace(settings_, palette=p), OWN_HAND, palette) for p in (0.0, 0.85)
    )

    def warmth(x):
        return float(x[..., 0].mean() - x[..., 2].mean())

    assert warmth(moved) > warmth(plain) + 0.05


def test_the_bundled_teacher_paints(photo):
    """Bolder than the photograph by the measures that steer the training, and the same scene."""
    painted = (paint(photo, TeacherSettings()) * 255 + 0.5).astype(np.uint8)
    source = (photo * 255 + 0.5).astype(np.uint8)
    assert gini_gradient(painted) > gini_gradient(source) + 0.03
    assert texture_residual(painted) < 0.85 * texture_residual(source)
    assert edge_correlation(painted, source) > 0.4


def test_chroma_and_paper():
    green = flat((0.45, 0.6, 0.45))

    def chroma(y):
        return float(y[..., 1].mean() - y[..., 0].mean())

    base = chroma(paint(green, PLAIN))
    assert chroma(paint(green, replace(PLAIN, chroma=0.2))) < 0.4 * base
    assert chroma(paint(green, replace(PLAIN, chroma=1.3))) > 1.15 * base
    light = flat((0.7, 0.7, 0.7))
    assert paint(light, replace(PLAIN, paper=0.5)).mean() > 0.78


@pytest.mark.parametrize("level", [0.35, 0.5, 0.7, 0.9, 1.0])
def test_greys_that_are_lit_stay_grey(level):
    """The fault of the palette that was carried over as one map: white shirts turned aqua."""
    painted = paint(flat((level,) * 3), TeacherSettings(), HAND)
    assert np.ptp(painted[20, 20]) < 0.02 + 0.06 * max(0.0, 0.6 - level)


def test_ink_needs_three_colours_or_none():
    with pytest.raises(InputError, match="expected red, green, blue, or nothing"):
        TeacherSettings(ink_rgb=(0.1, 0.2))


def test_skin_keeps_more_detail(photo):
    """The same marks survive on skin and are painted over on a leaf."""
    rng = np.random.default_rng(0)
    marks = cv2.GaussianBlur(rng.normal(0, 1, (96, 96)).astype(np.float32), (0, 0), 1.2)
    marks = marks / marks.std() * 0.07

    def kept(colour):
        x = np.clip(flat(colour, 96, 96) + marks[..., None], 0, 1)
        y = paint(x, replace(PLAIN, ink=0.0, skin_detail=0.3))
        return float((y - y.mean(axis=(0, 1))).std() / marks.std())

    assert kept((0.80, 0.60, 0.50)) > kept((0.5, 0.80, 0.60)) + 0.1
