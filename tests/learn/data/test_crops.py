from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from paintreel.learn.data.crops import CropSampler, hue_saturation_matrix, jitter, jpeg


def coordinates(height, width, index=0):
    """A picture whose red is the row, green the column and blue its number."""
    y, x = np.mgrid[:height, :width]
    return np.dstack([y, x, np.full_like(x, index)]).astype(np.uint8)


def sampler(groups, seed=0, **options):
    given = {"crop_px": 16, "batch": 4}
    return CropSampler(groups, rng=np.random.default_rng(seed), **given | options)


def test_shapes_and_range():
    draw = sampler([(coordinates(40, 50), coordinates(40, 50))] * 3)
    batch = draw()
    assert len(batch) == 2
    for member in batch:
        assert member.shape == (4, 3, 16, 16)
        assert member.dtype == np.float32
        assert 0.0 <= member.min() <= member.max() <= 1.0


def test_same_seed_same_crops():
    groups = [(coordinates(40, 50, k),) for k in range(5)]
    first, second = sampler(groups, 3, zoom=1.5), sampler(groups, 3, zoom=1.5)
    for _ in range(3):
        np.testing.assert_array_equal(first()[0], second()[0])
    assert not np.array_equal(sampler(groups, 3)()[0], sampler(groups, 4)()[0])


def test_all_state_is_in_rng():
    groups = [(coordinates(40, 50, k),) for k in range(5)]
    draw = sampler(groups)
    draw()
    state = draw.rng.bit_generator.state
    expected = draw()[0]
    fresh = sampler(groups, 99)
    fresh.rng.bit_generator.state = state
    np.testing.assert_array_equal(fresh()[0], expected)


def test_crops_are_cut_not_scaled_without_zoom():
    (batch,) = sampler([(coordinates(40, 50),)], batch=32)()
    levels = np.rint(batch * 255)
    rows, columns = levels[:, 0, :, 0], levels[:, 1, 0, :]
    assert (np.diff(rows) == 1).all()  # never upside down
    steps = np.diff(columns)
    assert (np.abs(steps) == 1).all()
    mirrored = (steps[:, 0] < 0).mean()
    assert 0.2 < mirrored < 0.8


def test_members_share_window_scale_and_mirror():
    picture = coordinates(60, 50)
    first, second = sampler([(picture, picture)] * 2, zoom=2.0, batch=16)()
    np.testing.assert_array_equal(first, second)


def test_every_place_can_be_drawn():
    draw = sampler([(coordinates(18, 17),)], batch=64)
    rows = {int(r) for r in np.rint(draw()[0][:, 0, 0, 0] * 255)}
    assert rows == {0, 1, 2}


def test_zoom_takes_more_of_the_picture():
    (batch,) = sampler([(coordinates(200, 200),)], zoom=3.0, batch=64)()
    seen_px = (batch[:, 0, -1, 0] - batch[:, 0, 0, 0]) * 255
    assert seen_px.min() < 18
    assert 30 < seen_px.max() < 48


@given(st.integers(1, 40), st.integers(1, 40), st.floats(1.0, 3.0))
def test_any_size_gives_a_whole_crop(height, width, zoom):
    (batch,) = sampler([(np.full((height, width, 3), 100, np.uint8),)], zoom=zoom)()
    np.testing.assert_allclose(batch, 100 / 255, atol=1e-6)


def test_weights_are_frequencies():
    groups = [(np.full((16, 16, 3), k, np.uint8),) for k in range(3)]
    draw = sampler(groups, weights=np.array([0.0, 1.0, 3.0]), batch=4000)
    drawn = np.rint(draw()[0][:, 0, 0, 0] * 255)
    assert (drawn == 0).sum() == 0
    assert (drawn == 2).mean() == pytest.approx(0.75, abs=0.03)


def test_pictures_are_not_changed():
    picture = coordinates(40, 50)
    before = picture.copy()
    batch = sampler([(picture,)])()[0]
    batch[:] = 0
    np.testing.assert_array_equal(picture, before)


def test_jpeg_keeps_shape_and_loses_with_quality(picture):
    x = picture(0, 33, 47).transpose(2, 0, 1).astype(np.float32) / 255
    errors = [np.abs(jpeg(x, quality) - x).mean() for quality in (95, 60, 10)]
    assert jpeg(x, 60).shape == x.shape
    assert errors[0] < errors[1] < errors[2]
    assert errors[0] < 0.02


def test_jitter_is_seeded_bounded_and_leaves_its_input(picture):
    batch = np.stack([picture(s, 48, 48).transpose(2, 0, 1) for s in (1, 2)]) / np.float32(255)
    before = batch.copy()
    first, second = (jitter(batch, np.random.default_rng(1)) for _ in range(2))
    np.testing.assert_array_equal(first, second)
    np.testing.assert_array_equal(batch, before)
    assert first.dtype == np.float32
    assert 0.0 <= first.min() <= first.max() <= 1.0
    assert np.abs(first - batch).mean() > 0.01


def test_jitter_moves_colour_more_than_form(picture):
    """What the judge must not look at changes; edges stay where they were."""
    batch = np.repeat(picture(3, 64, 64).transpose(2, 0, 1)[None] / np.float32(255), 12, axis=0)
    jittered = jitter(batch, np.random.default_rng(0))
    means = jittered.mean(axis=(2, 3))
    assert means.std(axis=0).min() > 0.02
    edges = [np.abs(np.diff(x.mean(axis=1), axis=1)) for x in (batch, jittered)]
    for before, after in zip(*edges, strict=True):
        assert np.corrcoef(before.ravel(), after.ravel())[0, 1] > 0.6


def test_hue_matrix_keeps_grey_and_identity():
    np.testing.assert_allclose(hue_saturation_matrix(0.0, 1.0), np.eye(3), atol=1e-5)
    for hue, saturation in ((0.7, 1.0), (-2.0, 0.4), (3.0, 1.5)):
        grey = hue_saturation_matrix(hue, saturation) @ np.ones(3)
        np.testing.assert_allclose(grey, 1.0, atol=0.01)


def test_no_saturation_is_luma():
    rgb = np.array([1.0, 0.5, 0.0])
    out = hue_saturation_matrix(1.0, 0.0) @ rgb
    np.testing.assert_allclose(out, 0.299 + 0.587 * 0.5, atol=1e-3)
