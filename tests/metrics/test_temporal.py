"""Temporal measures on clips whose motion is known."""

from __future__ import annotations

import math

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from paintreel.errors import InputError
from paintreel.metrics.temporal import (
    TemporalStability,
    consistency_mask,
    flicker,
    optical_flow,
    temporal_stability,
    warp,
    warping_error,
)


def _texture(height: int = 96, width: int = 128, seed: int = 0) -> np.ndarray:
    """A soft random picture with structure at several scales, (height, width, 3) uint8."""
    rng = np.random.default_rng(seed)
    layers = [cv2.GaussianBlur(rng.random((height, width, 3)), (0, 0), s) * s for s in (2, 4, 8)]
    picture = np.sum(layers, axis=0)
    picture = (picture - picture.min()) / (picture.max() - picture.min())
    return np.rint(picture * 255).astype(np.uint8)


def _pan(frames: int, step_px: int) -> list[np.ndarray]:
    wide = _texture(width=128 + frames * step_px)
    return [np.ascontiguousarray(wide[:, i * step_px : i * step_px + 128]) for i in range(frames)]


def _noisy(clip: list[np.ndarray], sd: float) -> list[np.ndarray]:
    rng = np.random.default_rng(7)
    return [
        np.clip(np.rint(x + rng.normal(0.0, sd, x.shape)), 0, 255).astype(np.uint8) for x in clip
    ]


def test_flow_of_a_pan_is_its_step() -> None:
    before, after = (x[..., 0].copy() for x in _pan(2, 3))
    flow = optical_flow(before, after)
    inside = flow[16:-16, 16:-16]
    np.testing.assert_allclose(np.median(inside, axis=(0, 1)), (-3.0, 0.0), atol=0.1)
    np.testing.assert_allclose(
        warp(after, flow)[16:-16, 16:-16].astype(float),
        before[16:-16, 16:-16].astype(float),
        atol=12.0,
    )


@settings(max_examples=20)
@given(st.integers(-6, 6), st.integers(-6, 6), st.sampled_from([(20, 30), (20, 30, 3)]))
def test_warp_by_whole_pixels_is_a_shift(dx: int, dy: int, shape: tuple[int, ...]) -> None:
    x = np.random.default_rng(0).random(shape).astype(np.float32)
    out = warp(x, np.full((20, 30, 2), (dx, dy), np.float32))
    shifted = np.roll(x, (-dy, -dx), axis=(0, 1))
    np.testing.assert_allclose(out[6:-6, 6:-6], shifted[6:-6, 6:-6], atol=1e-6)


def test_consistency_keeps_agreeing_flows_inside_the_frame() -> None:
    forward = np.zeros((20, 30, 2), np.float32)
    forward[..., 0] = 4.0
    mask = consistency_mask(forward, -forward)
    assert mask[:, :26].all()
    assert not mask[:, 26:].any()  # these land beyond the right border
    assert not consistency_mask(forward, forward).any()


def test_a_steady_pan_has_little_error_and_a_noisy_one_its_noise() -> None:
    clip = _pan(4, 2)
    steady = warping_error(clip)
    assert steady.pairs == 3
    assert steady.kept > 0.9
    assert steady.error < 2e-4
    noisy = warping_error(_noisy(clip, 8.0), clip)
    # Both frames carry noise; bilinear sampling at whole pixels leaves it as it is.
    assert noisy.error == pytest.approx(2.0 * (8.0 / 255.0) ** 2, rel=0.15)
    assert noisy.source_error == pytest.approx(steady.error)
    assert noisy.ratio == pytest.approx(noisy.error / steady.error)


def test_uncovered_pixels_do_not_count() -> None:
    ground = _texture()
    patch = _texture(40, 40, seed=9)
    clip = []
    for x in (20, 26, 32):
        frame = ground.copy()
        frame[30:70, x : x + 40] = patch
        clip.append(frame)
    moved = warping_error(clip)
    still = warping_error([clip[0]] * 3)
    assert moved.kept < still.kept
    assert still.kept == 1.0
    unmasked = np.mean(np.square((clip[0].astype(float) - clip[1]) / 255.0))
    assert moved.error < 0.2 * unmasked


def test_error_grows_with_flicker_of_the_style() -> None:
    clip = _pan(4, 1)
    errors = [warping_error(_noisy(clip, sd), clip).error for sd in (0.0, 2.0, 6.0, 12.0)]
    assert errors == sorted(errors)


def test_the_source_against_itself_is_one() -> None:
    clip = _noisy([_texture()] * 3, 3.0)
    warping, shimmer = temporal_stability(clip, clip)
    assert warping.ratio == 1.0
    assert shimmer.ratio == 1.0


def test_one_pass_equals_two() -> None:
    clip = _noisy(_pan(4, 1), 3.0)
    assert temporal_stability(iter(clip)) == (warping_error(clip), flicker(clip))


def test_fed_frame_by_frame_is_the_same_to_the_bit() -> None:
    source = _pan(5, 1)
    clip = _noisy(source, 4.0)
    for sources in (source, [None] * 5):
        fed = TemporalStability()
        for frame, original in zip(clip, sources, strict=True):
            fed.update(frame, original)
        assert fed.compute() == temporal_stability(clip, source if sources is source else None)


def test_scores_say_why_one_is_missing() -> None:
    fed = TemporalStability()
    with pytest.raises(InputError, match="at least two frames"):
        fed.scores()
    for _ in range(2):
        fed.update(_texture(32, 32), _texture(32, 32))
    scores = fed.scores()
    assert scores["warping_error"] == 0.0
    assert scores["warping_ratio"] == 1.0
    assert scores["flicker"] == "flicker needs at least three frames"
    with pytest.raises(InputError, match="without a source, unlike those before it"):
        fed.update(_texture(32, 32))


def test_flicker_of_alternating_light() -> None:
    source = [_texture() // 2 + 40] * 5
    lit = [np.clip(x + (10 if i % 2 else 0), 0, 255).astype(np.uint8) for i, x in enumerate(source)]
    result = flicker(lit, source)
    assert result.triples == 3
    assert result.static == 1.0
    assert result.energy == pytest.approx((2 * 10 / 255.0 / 4.0) ** 2, rel=1e-3)
    assert result.source_energy == 0.0
    assert result.ratio == math.inf


def test_a_slow_fade_is_not_flicker() -> None:
    fade = [np.full((32, 32), 0.2 + 0.05 * i) for i in range(6)]
    assert flicker(fade).energy == pytest.approx(0.0, abs=1e-12)


def test_a_pan_has_nothing_static() -> None:
    result = flicker([x[:, 16:-16] for x in _pan(4, 3)])
    assert result.static < 0.1
    still = flicker([np.full((32, 32), 0.5)] * 3)
    assert still.ratio is None
    assert (still.energy, still.static) == (0.0, 1.0)


def test_source_may_be_grey_or_of_another_dtype() -> None:
    clip = _pan(3, 1)
    grey = [np.repeat(x[..., 1:2], 3, axis=2) for x in clip]
    first = warping_error(clip, grey)
    for source in ([x[..., :1] for x in grey], [x.astype(np.float32) / 255.0 for x in grey]):
        assert warping_error(clip, source).error == pytest.approx(first.error, rel=1e-6)


def test_two_frames_have_no_flicker() -> None:
    clip = _pan(2, 1)
    assert math.isnan(temporal_stability(clip)[1].energy)
    with pytest.raises(InputError, match="three frames"):
        flicker(clip)


def test_bad_clips_are_refused() -> None:
    clip = _pan(3, 1)
    with pytest.raises(InputError, match="at least two frames"):
        warping_error(clip[:1])
    with pytest.raises(InputError, match="at least two frames"):
        warping_error([])
    with pytest.raises(InputError, match="source ends after 2 frames"):
        warping_error(clip, clip[:2])
    with pytest.raises(InputError, match="clip ends after 2 frames"):
        warping_error(clip[:2], clip)
    with pytest.raises(InputError, match="frame 1 has shape"):
        warping_error([clip[0], clip[1][:, :64]])
    with pytest.raises(InputError, match=r"frame 0 is .* and its source"):
        warping_error(clip, [x[:64] for x in clip])
    with pytest.raises(InputError, match="16x16"):
        warping_error([x[:8, :8] for x in clip])
    broken = [x.astype(np.float32) / 255.0 for x in clip]
    broken[1][0, 0] = np.nan
    with pytest.raises(InputError, match=r"source frame 1.*NaN"):
        warping_error(clip, broken)
