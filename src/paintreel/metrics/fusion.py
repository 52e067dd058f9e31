"""Fusion measures: do two sources meet in the fused features, and through time?

The paper "The application of channel attention mechanism for fusion of painting and live-action
footage under deep learning and animation generation technology" reports a "multimodal fusion
degree" and a "cross-modal feature dynamic coupling index" and defines neither. The definitions
here are ours, so the paper's percentages are not comparable with these; a ratio between two models
measured here is.
"""

from __future__ import annotations

import numpy as np

from paintreel.errors import InputError
from paintreel.imaging.arrays import Array

__all__ = ["dynamic_coupling_index", "multimodal_fusion_degree"]

_RANK_TOLERANCE = 1e-9
_SAMPLES_PER_COMPONENT = 10
_SAMPLES_PER_CELL = 4


def multimodal_fusion_degree(
    fused: Array, painting: Array, footage: Array, *, bins: int = 16
) -> float:
    """How much the fused features tell about both sources, in [0, 1].

    The mean, over channels and both sources, of the normalised mutual information of a fused
    channel and the same channel of the source: I / sqrt(H_fused H_source) over a joint histogram
    of `bins` by `bins` equally filled bins, with the Miller-Madow correction of I and H, so that
    independent channels stand near 0 whatever the sample.

    fused, painting, footage: (..., C) features of one shape, before the head mixes channels;
    all leading axes (frames, positions) are samples, at least 4 * bins^2 of them, which keeps
    independent channels below 0.01.

    Direction: higher is more fused. Bounds: 0 (independent of both) to 1 (each channel of the
    fusion determines, and is determined by, both sources). Invariant to increasing maps of any
    channel and to the order of samples. Degenerate: a constant channel tells nothing, 0.
    Copying one source gives (1 + NMI of the two sources) / 2: read it beside
    `dynamic_coupling_index`. Reference: Strehl and Ghosh 2002 for the normalisation, Miller 1955
    for the correction. Raises `InputError` for unequal shapes, few samples, NaN.

    Fused equal to the painting and independent of the footage: (1 + 0) / 2.

    >>> painting = np.tile([[0.0], [0.0], [1.0], [1.0]], (4, 1))
    >>> footage = np.tile([[0.0], [1.0], [0.0], [1.0]], (4, 1))
    >>> multimodal_fusion_degree(painting, painting, footage, bins=2)
    0.5
    """
    named = {"fused": fused, "painting": painting, "footage": footage}
    for name, features in named.items():
        _check_finite(features, name)
        if features.ndim < 2 or features.shape != fused.shape:
            shapes = ", ".join(f"{key} {value.shape}" for key, value in named.items())
            raise InputError(f"features must be (..., C) of one shape, got {shapes}")
    if bins < 2:
        raise InputError(f"at least two bins are needed, got {bins}")
    channels = fused.shape[-1]
    samples = fused.size // channels if channels else 0
    least = _SAMPLES_PER_CELL * bins * bins
    if samples < least:
        raise InputError(
            f"{samples} samples for a histogram of {bins}x{bins} bins; "
            f"give at least {least} (positions times frames), or fewer bins"
        )
    codes = {key: _quantile_codes(x.reshape(samples, channels), bins) for key, x in named.items()}
    shared = [
        _normalised_information(codes["fused"][c], codes[source][c], bins)
        for source in ("painting", "footage")
        for c in range(channels)
    ]
    return float(np.mean(shared))


def dynamic_coupling_index(
    painting: Array, footage: Array, gates: Array, *, components: int = 8
) -> float:
    """How tightly two feature paths move together while both are in use, in [0, 1].

    DCI = mean over frames t of h_t * rho_t. rho_t is the mean canonical correlation between the
    two paths over the positions of frame t, each path reduced to its `components` strongest
    principal components (SVCCA, Raghu et al. 2017: without that, few positions and many channels
    correlate by chance). h_t is the mean over channels of the entropy of the gate, in bits: 1
    where painting and footage weigh the same, 0 where the gate is shut to one of them, so a
    fusion that ignores a source scores 0 however alike the paths are.

    painting: (T, N, C1), footage: (T, N, C2): features at the same N positions of T frames,
    N at least 10 * components.
    gates: (T, C) in [0, 1], the share of the painting in each channel; the footage has the rest.

    Direction: higher is more coupled. Bounds: 0 to 1. Invariant to invertible linear maps of a
    path as long as it has at most `components` channels. Degenerate: a path that is constant
    over a frame gives that frame 0. Chance level: for independent features about
    sqrt(components / N). Raises `InputError` for shapes that disagree, few positions, gates
    outside [0, 1], NaN.

    Equal paths (rho = 1) and gates at 0.25: h = 0.25 * 2 + 0.75 * 0.4150 = 0.8113.

    >>> path = np.random.default_rng(0).normal(size=(2, 100, 3))
    >>> round(dynamic_coupling_index(path, 2 * path, np.full((2, 5), 0.25)), 4)
    0.8113
    """
    for name, x, axes in (("painting", painting, 3), ("footage", footage, 3), ("gates", gates, 2)):
        _check_finite(x, name)
        if x.ndim != axes or x.size == 0:
            raise InputError(f"{name} must have {axes} axes and no empty one, got shape {x.shape}")
    if painting.shape[:2] != footage.shape[:2] or len(gates) != len(painting):
        raise InputError(
            f"painting {painting.shape}, footage {footage.shape} and gates {gates.shape} must "
            "agree in frames, and the first two in positions"
        )
    if gates.min() < 0.0 or gates.max() > 1.0:
        raise InputError(
            f"gates are shares in [0, 1], got {gates.min():.6g} to {gates.max():.6g}; "
            "apply the softmax first"
        )
    positions = painting.shape[1]
    if components < 1 or positions < _SAMPLES_PER_COMPONENT * components:
        raise InputError(
            f"{components} components over {positions} positions; give at least one component "
            f"and {_SAMPLES_PER_COMPONENT} positions for each"
        )
    entropy = _binary_entropy_bits(gates.astype(np.float64)).mean(axis=1)
    coupling = [
        _mean_canonical_correlation(left, right, components)
        for left, right in zip(painting, footage, strict=True)
    ]
    return float(np.mean(entropy * coupling))


def _check_finite(x: Array, name: str) -> None:
    if not isinstance(x, np.ndarray) or x.dtype.kind not in "fiu":
        raise InputError(f"{name} must be a numpy array of numbers, got {type(x).__name__}")
    if not np.isfinite(x).all():
        raise InputError(f"{name} has NaN or infinite values")


def _quantile_codes(features: Array, bins: int) -> Array:
    """(C, samples) bin numbers of features (samples, C); equal values share a bin."""
    edges = np.quantile(features, np.arange(1, bins) / bins, axis=0)
    columns = zip(edges.T, features.T, strict=True)
    return np.stack([np.searchsorted(edge, column, side="left") for edge, column in columns])


def _normalised_information(first: Array, second: Array, bins: int) -> float:
    """Bias-corrected I / sqrt(H H) of two code sequences, in [0, 1]."""
    entropy_1 = _entropy(np.bincount(first))
    entropy_2 = _entropy(np.bincount(second))
    if entropy_1 <= 0.0 or entropy_2 <= 0.0:
        return 0.0
    information = entropy_1 + entropy_2 - _entropy(np.bincount(first * bins + second))
    return float(np.clip(information / np.sqrt(entropy_1 * entropy_2), 0.0, 1.0))


def _entropy(counts: Array) -> float:
    """Entropy in nats of the distribution behind `counts`, Miller-Madow corrected."""
    counts = counts[counts > 0]
    shares = counts / counts.sum()
    return float(-(shares * np.log(shares)).sum() + (len(counts) - 1) / (2 * counts.sum()))


def _binary_entropy_bits(share: Array) -> Array:
    both = np.stack([share, 1.0 - share])
    bits: Array = -(both * np.log2(np.where(both > 0.0, both, 1.0))).sum(axis=0)
    return bits


def _mean_canonical_correlation(left: Array, right: Array, components: int) -> float:
    left, right = _principal_basis(left, components), _principal_basis(right, components)
    if left.shape[1] == 0 or right.shape[1] == 0:
        return 0.0
    correlations = np.linalg.svd(left.T @ right, compute_uv=False)
    return float(np.clip(correlations, 0.0, 1.0).mean())


def _principal_basis(features: Array, components: int) -> Array:
    """(N, k) orthonormal basis of the strongest directions of features (N, C), k <= components."""
    centred = features.astype(np.float64)
    scale = np.abs(centred).max()
    centred -= centred.mean(axis=0)
    basis, strengths, _ = np.linalg.svd(centred, full_matrices=False)
    kept = strengths[:components] > _RANK_TOLERANCE * max(scale, 1e-300) * np.sqrt(len(features))
    return basis[:, :components][:, kept]
