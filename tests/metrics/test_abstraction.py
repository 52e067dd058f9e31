"""Abstraction measures: analytic cases, invariances, and the medians over photographs."""

from __future__ import annotations

import csv
from pathlib import Path

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from paintreel.errors import InputError
from paintreel.metrics.abstraction import (
    contours_over_blur,
    detail_removed,
    edge_correlation,
    gini_gain,
    gini_gradient,
    shape_correlation,
    texture_residual,
)


@st.composite
def _pictures(draw: st.DrawFn) -> np.ndarray:
    """(H, W, 3) uint8 of any small size, from flat over few-valued to full noise."""
    height, width = draw(st.integers(1, 40)), draw(st.integers(1, 40))
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    values = rng.integers(0, 256, draw(st.integers(1, 256)), np.uint8)
    return rng.choice(values, (height, width, 3))


def _scene(seed: int = 0, side: int = 96) -> np.ndarray:
    """Blobs and a disc, (side, side, 3) uint8."""
    rng = np.random.default_rng(seed)
    soft = cv2.GaussianBlur(rng.random((side, side, 3)), (0, 0), 4.0)
    soft = (soft - soft.min()) / (soft.max() - soft.min())
    picture = (soft * 160 + 40).astype(np.uint8)
    cv2.circle(picture, (side // 2, side // 2), side // 4, (240, 60, 30), -1)
    return picture


def test_gini_of_known_gradients() -> None:
    # Four columns hold the two steps of equal height, the rest is flat: 1 - 4 / 64.
    picture = np.zeros((64, 64), np.uint8)
    picture[:, 16:40] = 90
    assert gini_gradient(picture) == pytest.approx(1.0 - 4.0 / 64.0)


def test_gini_agrees_with_its_pairwise_definition() -> None:
    picture = np.random.default_rng(3).integers(0, 256, (12, 15), np.uint8)
    plane = picture.astype(np.float64) / 255.0
    m = np.hypot(cv2.Sobel(plane, cv2.CV_64F, 1, 0), cv2.Sobel(plane, cv2.CV_64F, 0, 1)).ravel()
    pairwise = np.abs(m[:, None] - m).sum() / (2.0 * m.size**2 * m.mean())
    assert gini_gradient(picture) == pytest.approx(pairwise, abs=1e-6)


def test_flat_pictures_have_neither_edges_nor_texture() -> None:
    flat = np.full((20, 30, 3), 77, np.uint8)
    assert gini_gradient(flat) == 0.0
    assert texture_residual(flat) == 0.0


@settings(max_examples=40)
@given(_pictures())
def test_bounds_and_flips(picture: np.ndarray) -> None:
    gini, texture = gini_gradient(picture), texture_residual(picture)
    assert 0.0 <= gini < 1.0
    assert 0.0 <= texture <= 255.0
    for flipped in (picture[::-1], picture[:, ::-1]):
        assert gini_gradient(flipped) == pytest.approx(gini, abs=1e-5)
        assert texture_residual(flipped) == pytest.approx(texture, abs=0.05)


def test_gini_does_not_see_contrast() -> None:
    picture = _scene().astype(np.float64) / 255.0
    assert gini_gradient(picture * 0.3 + 0.2) == pytest.approx(gini_gradient(picture), abs=1e-5)


def test_painting_raises_gini_and_lowers_texture() -> None:
    rng = np.random.default_rng(1)
    grainy = np.clip(_scene() + rng.normal(0.0, 6.0, (96, 96, 3)), 0, 255).astype(np.uint8)
    painted = cv2.pyrMeanShiftFiltering(grainy, 8, 24)
    assert gini_gradient(painted) > gini_gradient(grainy) + 0.05
    assert texture_residual(painted) < 0.7 * texture_residual(grainy)


def test_texture_grows_with_grain() -> None:
    rng = np.random.default_rng(2)
    grain = rng.normal(0.0, 1.0, (96, 96, 3))
    levels = [
        texture_residual(np.clip(_scene() + s * grain, 0, 255).astype(np.uint8))
        for s in (0, 2, 4, 8)
    ]
    assert levels == sorted(levels)
    assert levels[0] < levels[1] < levels[3]


def test_grey_equals_its_colour_copy_and_dtypes_agree() -> None:
    grey = _scene()[..., 0]
    copies = [np.repeat(grey[..., None], 3, axis=2), grey[..., None], grey.astype(np.uint16) * 257]
    copies.append((grey / 255.0).astype(np.float32))
    for copy in copies:
        assert gini_gradient(copy) == pytest.approx(gini_gradient(grey), abs=1e-5)
        assert texture_residual(copy) == pytest.approx(texture_residual(grey), abs=1e-9)
        assert edge_correlation(copy, grey) == pytest.approx(1.0, abs=1e-6)


def test_edge_correlation_identity_symmetry_and_negative() -> None:
    first, second = _scene(0), _scene(5)
    assert edge_correlation(first, first) == pytest.approx(1.0)
    assert edge_correlation(first, 255 - first) == pytest.approx(-1.0, abs=1e-6)
    assert edge_correlation(first, second) == pytest.approx(edge_correlation(second, first))


def test_edge_correlation_of_strangers_is_near_zero_and_falls_with_noise() -> None:
    rng = np.random.default_rng(4)
    noise = rng.integers(0, 256, (128, 128), np.uint8)
    other = rng.integers(0, 256, (128, 128), np.uint8)
    assert abs(edge_correlation(noise, other)) < 0.1
    grain = rng.normal(0.0, 1.0, (96, 96, 3))
    kept = [
        edge_correlation(np.clip(_scene() + s * grain, 0, 255).astype(np.uint8), _scene())
        for s in (0, 10, 30, 90)
    ]
    assert kept == sorted(kept, reverse=True)
    assert kept[3] < 0.8


def test_edge_correlation_of_flat_pictures() -> None:
    flat = np.full((16, 16), 0.3)
    assert edge_correlation(flat, np.full((16, 16), 0.7)) == 1.0
    assert edge_correlation(flat, _scene(side=16)[..., 0] / 255.0) == 0.0


@pytest.mark.parametrize("measure", [gini_gradient, texture_residual])
def test_unusable_pictures_are_refused(measure) -> None:
    with pytest.raises(InputError, match="NaN"):
        measure(np.full((8, 8), np.nan))
    with pytest.raises(InputError, match="alpha"):
        measure(np.zeros((8, 8, 4), np.uint8))
    with pytest.raises(InputError, match="dtype"):
        measure(np.zeros((8, 8), np.int32))


def test_edge_correlation_refuses_unequal_sizes_and_bad_sigma() -> None:
    with pytest.raises(InputError, match=r"\(8, 9\).*\(9, 8\)"):
        edge_correlation(np.zeros((8, 9)), np.zeros((9, 8)))
    with pytest.raises(InputError, match="sigma_px"):
        edge_correlation(np.zeros((8, 8)), np.zeros((8, 8)), sigma_px=0.0)


def test_medians_over_photographs_are_near_those_aimed_at(shared_data: Path) -> None:
    with (shared_data / "photo" / "manifest.tsv").open() as lines:
        names = [r["file"] for r in csv.DictReader(lines, delimiter="\t") if r["kind"] == "scene"]
    found = []
    for name in names[:: len(names) // 32]:
        picture = cv2.imread(str(shared_data / "photo" / name))[..., ::-1]
        height, width = picture.shape[:2]
        scale = min(1.0, 640.0 / max(height, width))
        size = (round(width * scale), round(height * scale))
        picture = cv2.resize(picture, size, interpolation=cv2.INTER_LANCZOS4)
        found.append((gini_gradient(picture), texture_residual(picture)))
    gini, residual = np.median(found, axis=0)
    assert gini == pytest.approx(0.638, abs=0.03)
    assert residual == pytest.approx(1.93, abs=0.35)


AGAINST_SOURCE = (gini_gain, contours_over_blur, detail_removed)


def _photograph(seed: int = 0) -> np.ndarray:
    """Shapes under grain: (160, 160, 3) uint8."""
    grain = np.random.default_rng(seed).normal(0, 6, (160, 160, 3))
    return np.clip(_scene(seed, 160) + grain, 0, 255).astype(np.uint8)


def test_an_untouched_copy_is_not_painted() -> None:
    photo = _photograph()
    assert [measure(photo, photo) for measure in AGAINST_SOURCE] == [0.0, 0.0, 0.0]
    assert shape_correlation(photo, photo) == pytest.approx(1.0)


def test_a_painting_gains_in_all_and_what_is_none_fails_in_one() -> None:
    photo = _photograph()
    painted = cv2.pyrMeanShiftFiltering(photo, 8, 30)
    assert all(measure(painted, photo) > 0.1 for measure in AGAINST_SOURCE)
    noisy = np.clip(photo + np.random.default_rng(9).normal(0, 20, photo.shape), 0, 255)
    stretched = np.clip((photo.astype(float) - 128) * 1.3 + 128, 0, 255)
    sharp = np.clip(2.0 * photo - cv2.GaussianBlur(photo, (0, 0), 2.0), 0, 255)
    assert gini_gain(noisy.astype(np.uint8), photo) < -0.02
    assert gini_gain(sharp.astype(np.uint8), photo) < 0.02
    assert detail_removed(stretched.astype(np.uint8), photo) < 0.0
    assert abs(contours_over_blur(stretched.astype(np.uint8), photo)) < 0.05
    flat = np.full_like(photo, 128)
    assert gini_gain(flat, photo) == pytest.approx(-gini_gradient(photo))
    assert (contours_over_blur(flat, photo), detail_removed(flat, photo)) == (0.0, 1.0)


@pytest.mark.parametrize("sigma_px", [0.6, 1.0, 2.0, 4.0])
def test_no_blur_has_contours_over_a_blur(sigma_px: float) -> None:
    """Not even of a grainy picture, where it does draw the edges out of the grain."""
    photo = _photograph()
    blurred = cv2.GaussianBlur(photo, (0, 0), sigma_px)
    assert contours_over_blur(blurred, photo) < 0.1
    assert detail_removed(blurred, photo) > 0.1


@pytest.mark.parametrize("name", ["contrast", "posterised", "threshold", "grey", "gamma"])
def test_no_change_of_tones_has_contours_over_a_blur(name: str) -> None:
    """Though it may draw the edges: bands of a posterised sky, blacks of a stretched contrast."""
    sky = np.tile(np.linspace(60, 200, 256, dtype=np.float32)[:, None, None], (1, 256, 3))
    sky += np.random.default_rng(0).normal(0, 3, sky.shape)
    cv2.circle(sky, (128, 128), 40, (250, 250, 250), -1)
    sky = np.clip(sky, 0, 255).astype(np.uint8)
    made = {
        "contrast": np.clip((sky.astype(float) - 128) * 2 + 128, 0, 255).astype(np.uint8),
        "posterised": sky // 64 * 64 + 32,
        "threshold": np.where(sky > 127, 255, 0).astype(np.uint8),
        "grey": np.repeat(cv2.cvtColor(sky, cv2.COLOR_RGB2GRAY)[..., None], 3, 2),
        "gamma": (255 * (sky / 255.0) ** 2.2).astype(np.uint8),
    }[name]
    assert contours_over_blur(made, sky) < 0.1
    if name == "posterised":
        assert gini_gain(made, sky) > 0.1


def test_shapes_survive_a_shift_that_contours_do_not() -> None:
    scene = cv2.resize(_photograph(), (640, 640), interpolation=cv2.INTER_NEAREST)
    moved = np.roll(scene, 3, axis=1)
    assert shape_correlation(moved, scene) > 0.5 > 0.2 > edge_correlation(moved, scene)
    assert abs(shape_correlation(_scene(5, 640), _scene(6, 640))) < 0.4


@pytest.mark.parametrize("measure", [*AGAINST_SOURCE, shape_correlation])
def test_sizes_must_agree_and_a_flat_source_has_no_share(measure) -> None:
    with pytest.raises(InputError, match="one size"):
        measure(_scene(), _scene(side=95))
    if measure in (contours_over_blur, detail_removed):
        with pytest.raises(InputError, match=r"flat|no edges"):
            measure(_scene(), np.full((96, 96, 3), 90, np.uint8))
