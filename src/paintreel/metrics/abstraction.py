"""How far a picture has left the photograph: where its edges are and how little else it has.

A painting keeps few, strong contours and flat areas between them; a photograph has small
gradients everywhere. `gini_gradient` sees the first, `texture_residual` the second, and
`edge_correlation` says whether the contours are still those of the source, `shape_correlation` the
same of coarse ones. `gini_gain`, `contours_over_blur` and `detail_removed` hold the picture against
the source itself: an untouched copy has 0 of each. The first two together say "painted": a blur of
a grainy photograph and a change of tones have the first and not the second, sharpening the other
way round. All depend on the scale: compare pictures of one size, by custom at most 640 px on the
longer side.

Calibration. The figures aimed at are medians of 0.638 (Gini) and 1.93 (residual) over photographs
at 640 px. The definitions below (3x3 Sobel on BT.601 luma; bilateral filter on RGB) give, over all
504 scene photographs of the shared data scaled down to 640 px, 0.633 and 1.73 with OpenCV's
area filter and 0.637 and 1.84 with Lanczos; groups of sources lie between 0.59 and 0.69 and
between 1.3 and 2.7, so the stated figures are those of a sample. No other definition tried
comes as near to both: a 5x5 Sobel gives 0.62, the strongest of the RGB gradients 0.59, the
bilateral filter on luma 3.2.
"""

from __future__ import annotations

import cv2
import numpy as np

from paintreel.errors import InputError
from paintreel.imaging.arrays import Array, from_float, split_alpha, to_float
from paintreel.metrics.inputs import check_picture, luma_plane

__all__ = [
    "contours_over_blur",
    "detail_removed",
    "edge_correlation",
    "gini_gain",
    "gini_gradient",
    "shape_correlation",
    "texture_residual",
]

_BILATERAL_PX, _BILATERAL_COLOUR, _BILATERAL_SPACE = 9, 30.0, 4.0
# Variance of a Laplacian below this is float32 rounding of a flat picture, not an edge.
_FLAT_VARIANCE = 1e-12
# A mean gradient below this is rounding: a tenth of an 8-bit level in one pixel of a hundred.
_FLAT_GRADIENT = 1e-5
_QUIET_SIGMA_PX = 2.0
_NEAR_PX = 5
# Two sums of the same numbers differ beyond these digits, by where they lie in memory.
_SUM_DIGITS = 9
# A tone curve of float32 gives a plane back up to these.
_TONE_DIGITS = 5
_BLURS_PX, _HALVINGS = (0.25, 16.0), 8


def gini_gradient(picture: Array) -> float:
    """Gini coefficient of the gradient magnitude: how few pixels hold the edges.

    Gradients are 3x3 Sobel (unnormalised) on BT.601 luma, borders reflected. With magnitudes
    sorted upward m_1..m_n, G = sum_i (2 i - n - 1) m_i / (n sum_i m_i).

    Direction: higher is more drawn (photographs about 0.64, paintings above 0.71, line art
    above 0.9). Bounds: 0 (all gradients equal) to 1 - 1/n (one pixel has all). Invariant to
    contrast, brightness, flips and quarter turns. Degenerate: a picture without any gradient has
    0. Reference: Gini 1912 on Sobel magnitudes; its use as a measure of abstraction is ours.

    A vertical step in an 8-pixel row of height one has two pixels of equal gradient and six of
    none: G = ((2*7 - 9) + (2*8 - 9)) / (8 * 2) = 0.75.

    >>> gini_gradient(np.repeat(np.array([[0, 255]], np.uint8), 4, axis=1))
    0.75
    """
    check_picture(picture)
    magnitude = np.sort(_gradient(luma_plane(picture)), axis=None).astype(np.float64)
    count, total = magnitude.size, magnitude.sum()
    if total == 0.0:
        return 0.0
    ranks = np.arange(1 - count, count, 2, dtype=np.float64)
    return float(ranks @ magnitude / (count * total))


def texture_residual(picture: Array) -> float:
    """Fine texture: mean absolute difference to a bilateral filter, in 8-bit levels.

    The filter is cv2.bilateralFilter with d = 9, sigmaColor = 30, sigmaSpace = 4 on 8-bit RGB
    (grey is repeated, deeper pictures and floats are rounded to 8 bits), and the mean runs over
    pixels and channels.

    Direction: lower is flatter (photographs about 1.8, mean-shift paintings 0.6 to 1.4, grain
    above 2.5). Bounds: 0 to 255, in practice below 10. Invariant to flips. Degenerate: 0 for a
    constant picture. Reference: Tomasi and Manduchi 1998 for the filter.

    One level of difference in one pixel of a flat picture is smoothed away: the filter rounds
    back to the flat value everywhere, so the mean is 1 / 81.

    >>> flat = np.full((9, 9), 100, np.uint8)
    >>> flat[4, 4] += 1
    >>> texture_residual(flat) * 81
    1.0
    """
    check_picture(picture)
    rgb, _ = split_alpha(picture)
    bytes_ = rgb if rgb.dtype == np.uint8 else from_float(to_float(rgb), np.uint8)
    bytes_ = np.ascontiguousarray(bytes_)
    smooth = cv2.bilateralFilter(
        bytes_, d=_BILATERAL_PX, sigmaColor=_BILATERAL_COLOUR, sigmaSpace=_BILATERAL_SPACE
    )
    return cv2.norm(bytes_, smooth, cv2.NORM_L1) / bytes_.size


def edge_correlation(picture: Array, source: Array, *, sigma_px: float = 1.5) -> float:
    """Are the contours still those of the source? Correlation of their Laplacians of Gaussian.

    Pearson correlation over pixels of the 3x3 Laplacian of the BT.601 luma of both pictures,
    each smoothed by a Gaussian of `sigma_px` before. (H, W) must agree; colour and dtype need
    not. `sigma_px` is a choice: the published figures this is read against do not state theirs.

    Direction: higher keeps more of the drawing. Bounds: -1 (the negative) to 1 (same edges).
    Invariant to contrast and brightness of either and to a flip of both; symmetric. Degenerate:
    both flat 1 (they agree on having no edge), one flat 0. Reference: Marr and Hildreth 1980
    for the operator.

    >>> ramp = np.zeros((16, 16), np.uint8)
    >>> ramp[:, 8:] = 200
    >>> round(edge_correlation(ramp, ramp // 2), 6), round(edge_correlation(ramp, 255 - ramp), 6)
    (1.0, -1.0)
    """
    _check_one_size(picture, source)
    if not sigma_px > 0.0:
        raise InputError(f"sigma_px must be above 0, got {sigma_px}")
    first, second = (_laplacian_of_gaussian(x, sigma_px) for x in (picture, source))
    variances = float(np.mean(first * first)), float(np.mean(second * second))
    flat = [variance < _FLAT_VARIANCE for variance in variances]
    if any(flat):
        return 1.0 if all(flat) else 0.0
    correlation = float(np.mean(first * second)) / float(np.sqrt(variances[0] * variances[1]))
    return min(max(correlation, -1.0), 1.0)


def shape_correlation(picture: Array, source: Array) -> float:
    """Does the picture still show what its source shows? Edge correlation of coarse contours.

    `edge_correlation` with a Gaussian of 1/160 of the longer side (4 px at 640), but 1 px at least:
    wide enough that contours may be redrawn a pixel or two off.

    Direction: higher keeps more of the shapes (a painting of the source 0.85 to 1, that of another
    picture 0.0 +- 0.05). Bounds, degenerate cases, errors: as `edge_correlation`.

    Contours d apart and s wide correlate by (1 - d^2 / 2 s^2) exp(-d^2 / 4 s^2): at 640 px a step
    that moves by 2 px keeps 0.875 * 0.939 = 0.822 of its shape, and by 8 px about -0.37.

    >>> step, near, far = (np.zeros((8, 640), np.uint8) for _ in range(3))
    >>> step[:, 320:], near[:, 322:], far[:, 328:] = 200, 200, 200
    >>> round(shape_correlation(near, step), 2), round(shape_correlation(far, step), 2)
    (0.82, -0.37)
    """
    longer = max(np.shape(picture)[:2], default=0)
    return edge_correlation(picture, source, sigma_px=max(1.0, longer / 160.0))


def gini_gain(picture: Array, source: Array) -> float:
    """How much more drawn a picture is than its source: `gini_gradient` of it less the source's.

    Direction: none; higher is more drawn, which need not be better (an untouched copy 0, a blur
    below 0, bundled styles about 0.1 on photographs of 640 px). Bounds: -1 to 1. Invariant to
    contrast and brightness of either. Degenerate: a flat picture has minus the source's.

    A step of eight pixels has 0.75 (see `gini_gradient`). A ramp has equal gradients but at its two
    ends, which reflect and have none: 2 (-3 - 1 + 1 + 3 + 5 + 7) / (8 * 12) = 0.25.

    >>> step = np.repeat(np.array([[0, 70]], np.uint8), 4, axis=1)
    >>> ramp = np.arange(0, 80, 10, dtype=np.uint8)[None]
    >>> round(gini_gain(step, ramp), 6), gini_gain(ramp, ramp)
    (0.5, 0.0)
    """
    _check_one_size(picture, source)
    gain = gini_gradient(picture) - gini_gradient(source)
    return round(gain, _SUM_DIGITS) + 0.0


def contours_over_blur(picture: Array, source: Array) -> float:
    """How much sharper the contours are than those of a blur of the source that calms as much.

    A blur takes detail out of quiet areas and contours alike; a painter takes out the detail and
    keeps, or draws, the contours. So the source is blurred by the Gaussian (0.25 to 16 px, found by
    bisection) that gives it the picture's mean gradient over the quiet half of the source, and the
    value is 1 - e(blurred) / e(picture), e the mean gradient at the edges of the source. A picture
    that calms nothing is held against the source unblurred. The same is done with the source in the
    tones of the picture (each of 256 levels of luma gets the picture's mean luma there, in between
    linear), so that no tone curve counts as drawing, and the lesser of the two values counts.

    Quiet is where the source's luma, smoothed by a Gaussian of 2 px, has a gradient of at most the
    median, and edges are the upper tenth; there the greatest gradient within 2 px counts, since a
    contour may be redrawn beside its edge. Gradients are those of `gini_gradient`; the picture's
    are scaled to the standard deviation of luma of what they are held against.

    Direction: none; higher is more drawn, which need not be better (bundled styles 0.3 to 0.5 on
    photographs of 640 px and 0.2 to 0.6 on soft clips). Bounds: 1 (all contour) and below; 0 for an
    untouched copy; about 0 or below for any blur, any change of tones (contrast, posterising,
    grey), grain and light compression. It does see sharpening (0.3), which `gini_gain` does not:
    read the two together. Degenerate: a flat picture has 0. Raises `InputError` for a source
    without edges.

    A step on a slope in grain is blurred, stretched in contrast, or gets a drawn contour:

    >>> slope = np.linspace(0.1, 0.6, 64)[:, None] + np.repeat([[0.0, 0.3]], 32, axis=1)
    >>> source = slope + np.random.default_rng(0).normal(0, 0.02, (64, 64))
    >>> blurred = cv2.GaussianBlur(source, (0, 0), 1.0)
    >>> stretched = np.clip(2 * source - 0.5, 0, 1)
    >>> max(contours_over_blur(x, source) for x in (source, blurred, stretched)) < 0.05
    True
    >>> drawn = slope.copy()
    >>> drawn[:, 31:33] = 0.0
    >>> contours_over_blur(drawn, source) > 0.3
    True
    """
    _check_one_size(picture, source)
    shapes = _shapes(source)
    low, high = np.quantile(shapes, (0.5, 0.9))
    quiet, edges = shapes <= low, shapes > high
    if _calm_and_edges(luma_plane(source), quiet, edges)[1] < _FLAT_GRADIENT:
        raise InputError("the source has no edges, so no contour can be sharper or softer")
    drawn = luma_plane(picture)
    plain = luma_plane(source)
    values = [_over_blur(drawn, x, quiet, edges) for x in (plain, _in_tones(plain, drawn))]
    return round(min(values), _TONE_DIGITS) + 0.0


def _over_blur(drawn: Array, plain: Array, quiet: Array, edges: Array) -> float:
    """1 - edges of the blur of `plain` that is as calm as `drawn` over those of `drawn`."""
    spread, own = (float(plane.std(dtype=np.float64)) for plane in (plain, drawn))
    if min(spread, own) < _FLAT_GRADIENT:
        return 0.0
    calm, edge = (spread / own * value for value in _calm_and_edges(drawn, quiet, edges))
    calm_plain, edge_plain = _calm_and_edges(plain, quiet, edges)
    if calm < calm_plain:
        edge_plain = _edges_of_blur(plain, quiet, edges, calm=calm)
    return 1.0 - edge_plain / edge if edge > 0.0 else 0.0


def _in_tones(source: Array, picture: Array) -> Array:
    """The luma of `source` (H, W) float32 with the tones of `picture`: what a curve makes of it."""
    levels = np.rint(np.clip(source, 0.0, 1.0) * 255.0).astype(np.intp).ravel()
    counts = np.bincount(levels, minlength=256)
    seen = counts > 0
    of_source, of_picture = (
        np.bincount(levels, plane.ravel(), 256)[seen] / counts[seen] for plane in (source, picture)
    )
    toned: Array = np.interp(source, of_source, of_picture).astype(np.float32)
    return toned


def _edges_of_blur(plane: Array, quiet: Array, edges: Array, *, calm: float) -> float:
    """Mean gradient at the edges of the blur of `plane` that has `calm` in the quiet half."""
    small, large = _BLURS_PX
    for _ in range(_HALVINGS):
        sigma_px = (small * large) ** 0.5
        found, edge = _calm_and_edges(cv2.GaussianBlur(plane, (0, 0), sigma_px), quiet, edges)
        small, large = (sigma_px, large) if found > calm else (small, sigma_px)
    return edge


def _calm_and_edges(plane: Array, quiet: Array, edges: Array) -> tuple[float, float]:
    """Mean gradients over quiet pixels, and beside edges; 0 where there are no such pixels."""
    gradient = _gradient(plane)
    near = cv2.dilate(gradient, np.ones((_NEAR_PX, _NEAR_PX), np.uint8))[edges]
    calm = float(gradient[quiet].mean(dtype=np.float64))
    return calm, float(near.mean(dtype=np.float64)) if near.size else 0.0


def detail_removed(picture: Array, source: Array) -> float:
    """Share of the source's fine detail that is gone from its quiet half.

    1 - mean |grad picture| / mean |grad source|, both over the quiet half of the source as
    `contours_over_blur` has it. Edges lie in the other half, so that bolder contours cost nothing
    and invented ones (bands of posterising, grain, a stretched contrast) do.

    Direction: none; higher is flatter, which need not be better (an untouched copy 0, posterising
    to 4 levels -0.05, bundled styles about 0.5 on photographs of 640 px; a blur and a flat grey
    remove detail too). Bounds: 1 (nothing left) and below. Raises `InputError` for a source whose
    quiet half is flat, of which no share can be taken: soft clips come near it.

    Half the contrast is half of the gradients:

    >>> grain = np.random.default_rng(0).integers(0, 100, (32, 32)) / 255
    >>> round(detail_removed(grain / 2, grain), 6), detail_removed(grain, grain)
    (0.5, 0.0)
    """
    _check_one_size(picture, source)
    shapes = _shapes(source)
    quiet = shapes <= np.median(shapes)
    before = float(_gradient(luma_plane(source))[quiet].mean(dtype=np.float64))
    if before < _FLAT_GRADIENT:
        raise InputError("half of the source is flat, so no share of its detail can be removed")
    after = float(_gradient(luma_plane(picture))[quiet].mean(dtype=np.float64))
    return round(1.0 - after / before, _SUM_DIGITS) + 0.0


def _shapes(source: Array) -> Array:
    """(H, W) float32: gradients of the smoothed luma, large at edges and not at grain."""
    return _gradient(cv2.GaussianBlur(luma_plane(source), (0, 0), _QUIET_SIGMA_PX))


def _gradient(plane: Array) -> Array:
    """(H, W) float32: magnitude of the 3x3 Sobel gradient."""
    across = cv2.Sobel(plane, cv2.CV_32F, 1, 0, ksize=3)
    down = cv2.Sobel(plane, cv2.CV_32F, 0, 1, ksize=3)
    magnitude: Array = cv2.magnitude(across, down)
    return magnitude


def _laplacian_of_gaussian(picture: Array, sigma_px: float) -> Array:
    """(H, W) float64, centred on its mean."""
    smooth = cv2.GaussianBlur(luma_plane(picture), (0, 0), sigma_px)
    edges = cv2.Laplacian(smooth, cv2.CV_32F).astype(np.float64)
    edges -= edges.mean()
    return edges


def _check_one_size(picture: Array, source: Array) -> None:
    check_picture(picture)
    check_picture(source, name="source")
    if picture.shape[:2] != source.shape[:2]:
        raise InputError(
            f"picture is {picture.shape[:2]} and source {source.shape[:2]} (height, width); both "
            "are measured at one size, resize one with paintreel.imaging.geometry.resize"
        )
