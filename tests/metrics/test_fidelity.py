"""Fidelity against scikit-image, pytorch-msssim where it is installed, and analytic cases."""

from __future__ import annotations

import math

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import ndimage
from skimage import metrics as reference_metrics

from paintreel.metrics.fidelity import edge_ssim, image_loss, ms_ssim, mse, psnr, ssim

WANG = {"gaussian_weights": True, "sigma": 1.5, "use_sample_covariance": False}
DTYPES = [np.uint8, np.uint16, np.float32, np.float64]


def _as(x: np.ndarray, dtype: type) -> np.ndarray:
    full = np.iinfo(dtype).max if np.issubdtype(dtype, np.integer) else 1
    return np.rint(x * full).astype(dtype) if full > 1 else x.astype(dtype)


def _picture(seed: int, shape: tuple[int, ...]) -> np.ndarray:
    """Soft and hard structure in [0, 1]."""
    rng = np.random.default_rng(seed)
    soft = cv2.GaussianBlur(rng.random(shape), (0, 0), 3.0).reshape(shape)
    soft = (soft - soft.min()) / (soft.max() - soft.min())
    soft[shape[0] // 3 : shape[0] // 2, : shape[1] // 2] = 0.9
    return np.clip(soft + rng.normal(0.0, 0.02, shape), 0.0, 1.0)


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("shape", [(64, 80), (70, 33, 3), (11, 200, 3), (131, 90, 1)])
def test_agrees_with_scikit_image(dtype: type, shape: tuple[int, ...]) -> None:
    clean = _picture(0, shape)
    worse = np.clip(clean + np.random.default_rng(1).normal(0.0, 0.08, shape), 0.0, 1.0)
    a, b = _as(clean, dtype), _as(worse, dtype)
    full = np.iinfo(dtype).max if np.issubdtype(dtype, np.integer) else 1.0
    axis = -1 if a.ndim == 3 else None
    # In float32, scikit-image itself rounds; what it makes of the same values counts.
    left, right = (x.astype(np.float64) for x in (a, b))
    wang = reference_metrics.structural_similarity(
        left, right, data_range=full, channel_axis=axis, **WANG
    )
    assert ssim(a, b) == pytest.approx(wang, abs=1e-9)
    noise = reference_metrics.peak_signal_noise_ratio(left, right, data_range=full)
    assert psnr(a, b) == pytest.approx(noise, rel=1e-6)
    assert mse(a, b) == pytest.approx(np.mean(np.square((left - right) / full)), rel=1e-6)
    assert image_loss(a, b) == pytest.approx(np.mean(np.abs((left - right) / full)), rel=1e-6)


@pytest.mark.parametrize("share", [0.02, 0.3, 0.5, 0.97])
@pytest.mark.parametrize(("dark", "light"), [(0, 255), (25, 230), (77, 200), (128, 129)])
def test_flat_drawings_agree_too(dark: int, light: int, share: float) -> None:
    """Cancellation is worst where nothing varies."""
    a = np.full((100, 60), dark, np.uint8)
    b = a.copy()
    b[: int(100 * share)] = light
    expected = reference_metrics.structural_similarity(a, b, data_range=255, **WANG)
    assert ssim(a, b) == pytest.approx(expected, abs=1e-9)


def test_large_pictures_use_threads_with_the_same_result() -> None:
    a, b = (_as(_picture(seed, (700, 900)), np.uint8) for seed in (0, 1))
    threads = cv2.getNumThreads()
    try:
        cv2.setNumThreads(1)
        alone = ssim(a, b)
        cv2.setNumThreads(3)
        assert ssim(a, b) == alone
    finally:
        cv2.setNumThreads(threads)


def test_large_differences_do_not_overflow() -> None:
    black, white = (np.full((2300, 2000, 3), v, np.uint8) for v in (0, 255))
    assert mse(black, white) == 1.0
    assert image_loss(black, white) == 1.0
    assert psnr(black, white) == 0.0


def test_ms_ssim_agrees_with_a_plain_version() -> None:
    a = _picture(0, (192, 176))
    b = np.clip(a + np.random.default_rng(1).normal(0.0, 0.1, a.shape), 0.0, 1.0)
    weights = (0.0448, 0.2856, 0.3001, 0.2363, 0.1333)

    def blur(x: np.ndarray) -> np.ndarray:
        return ndimage.gaussian_filter(x, 1.5, truncate=3.5)[5:-5, 5:-5]

    expected, x, y = 1.0, a, b
    for scale, weight in enumerate(weights):
        mean_x, mean_y = blur(x), blur(y)
        var_x, var_y = blur(x * x) - mean_x**2, blur(y * y) - mean_y**2
        cov = blur(x * y) - mean_x * mean_y
        term = (2 * cov + 9e-4) / (var_x + var_y + 9e-4)
        if scale == 4:
            term = term * (2 * mean_x * mean_y + 1e-4) / (mean_x**2 + mean_y**2 + 1e-4)
        expected *= max(term.mean(), 0.0) ** weight
        height, width = (n // 2 * 2 for n in x.shape)
        x, y = (
            z[:height, :width].reshape(height // 2, 2, width // 2, 2).mean(axis=(1, 3))
            for z in (x, y)
        )
    assert ms_ssim(a, b) == pytest.approx(expected, abs=1e-10)


def test_ms_ssim_agrees_with_pytorch_msssim() -> None:
    peer = pytest.importorskip("pytorch_msssim")
    torch = pytest.importorskip("torch")
    a = _as(_picture(2, (256, 192, 3)), np.uint8)
    b = cv2.GaussianBlur(a, (0, 0), 1.2)
    tensors = [torch.from_numpy(x.transpose(2, 0, 1)[None].astype(np.float64)) for x in (a, b)]
    assert ms_ssim(a, b) == pytest.approx(peer.ms_ssim(*tensors, data_range=255).item(), abs=1e-5)
    assert ssim(a, b) == pytest.approx(peer.ssim(*tensors, data_range=255).item(), abs=1e-5)


def test_ms_ssim_takes_odd_sides() -> None:
    a = _picture(3, (333, 165))
    assert ms_ssim(a, a) == 1.0
    assert 0.0 <= ms_ssim(a, 1.0 - a) < 0.3


@st.composite
def _pairs(draw: st.DrawFn) -> tuple[np.ndarray, np.ndarray]:
    """Two uint8 pictures of one shape, from flat over two-valued to full noise."""
    shape = draw(st.tuples(st.integers(13, 40), st.integers(13, 40), st.sampled_from([1, 3])))
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    first, second = (rng.integers(0, 256, draw(st.integers(1, 256)), np.uint8) for _ in range(2))
    return rng.choice(first, shape), rng.choice(second, shape)


@settings(max_examples=40)
@given(_pairs())
def test_identity_symmetry_flips_and_bounds(pair: tuple[np.ndarray, np.ndarray]) -> None:
    a, b = pair
    assert (mse(a, a), image_loss(a, a), psnr(a, a)) == (0.0, 0.0, math.inf)
    assert ssim(a, a) == 1.0
    assert edge_ssim(a, a) == 1.0
    for measure, low, high in (
        (mse, 0.0, 1.0),
        (image_loss, 0.0, 1.0),
        (psnr, 0.0, math.inf),
        (ssim, -1.0, 1.0),
        (edge_ssim, -1.0, 1.0),
    ):
        value = measure(a, b)
        assert low <= value <= high
        assert measure(b, a) == pytest.approx(value, abs=1e-12)
        assert measure(a[::-1], b[::-1]) == pytest.approx(value, abs=1e-6)
        assert measure(a[:, ::-1], b[:, ::-1]) == pytest.approx(value, abs=1e-6)


@pytest.mark.parametrize(
    ("measure", "better"),
    [(mse, -1), (image_loss, -1), (psnr, 1), (ssim, 1), (ms_ssim, 1), (edge_ssim, 1)],
)
def test_more_noise_is_worse(measure, better: int) -> None:
    clean = _picture(4, (170, 170))
    grain = np.random.default_rng(5).normal(0.0, 1.0, clean.shape)
    ladder = [better * measure(np.clip(clean + s * grain, 0, 1), clean) for s in (0.02, 0.05, 0.1)]
    assert ladder == sorted(ladder, reverse=True)
    assert ladder[0] > ladder[2]


def test_edge_ssim_sees_contours_not_tone() -> None:
    line = np.full((64, 64), 0.8)
    line[20:24] = 0.1
    shifted = np.roll(line, 6, axis=0)
    assert edge_ssim(1.0 - line, line) == pytest.approx(1.0, abs=1e-6)
    assert edge_ssim(line * 0.9 + 0.1, line) > edge_ssim(shifted, line) + 0.2
