"""The measures: one pure function each, of numpy arrays, with its definition in its docstring.

Nothing is imported before it is asked for.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

_HOME = {
    "FeatureExtractor": "extractors",
    "FeatureStatistics": "distribution",
    "Flicker": "temporal",
    "KernelDistance": "distribution",
    "OnnxExtractor": "extractors",
    "WarpingError": "temporal",
    "ciede2000": "colour_difference",
    "dynamic_coupling_index": "fusion",
    "edge_correlation": "abstraction",
    "edge_ssim": "fidelity",
    "flicker": "temporal",
    "frechet_distance": "distribution",
    "gini_gradient": "abstraction",
    "image_loss": "fidelity",
    "kernel_distance": "distribution",
    "mean_ciede2000": "colour_difference",
    "ms_ssim": "fidelity",
    "mse": "fidelity",
    "multimodal_fusion_degree": "fusion",
    "perceptual_distance": "perceptual",
    "psnr": "fidelity",
    "radial_spectrum": "spectrum",
    "radial_spectrum_distance": "spectrum",
    "ssim": "fidelity",
    "temporal_stability": "temporal",
    "texture_residual": "abstraction",
    "warping_error": "temporal",
}

_ROOMS = {home.partition(".")[0] for home in _HOME.values()}

__all__ = sorted(_HOME)


def __getattr__(name: str) -> Any:
    if name in _HOME:
        value = getattr(import_module(f"{__name__}.{_HOME[name]}"), name)
        globals()[name] = value
        return value
    if name in _ROOMS:
        return import_module(f"{__name__}.{name}")
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted({*globals(), *_HOME, *_ROOMS})
