"""The measures: one pure function each, of numpy arrays, with its definition in its docstring.

Nothing is imported before it is asked for.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

_HOME = {
    "Detections": "scene",
    "Detector": "scene",
    "FeatureExtractor": "extractors",
    "FeatureStatistics": "distribution",
    "Flicker": "temporal",
    "KernelDistance": "distribution",
    "OnnxExtractor": "extractors",
    "SceneScore": "scene",
    "Segmenter": "scene",
    "WarpingError": "temporal",
    "ciede2000": "colour_difference",
    "colour_coordination": "scene",
    "dynamic_coupling_index": "fusion",
    "edge_correlation": "abstraction",
    "edge_ssim": "fidelity",
    "element_distribution": "scene",
    "flicker": "temporal",
    "frechet_distance": "distribution",
    "gini_gradient": "abstraction",
    "image_loss": "fidelity",
    "kernel_distance": "distribution",
    "lighting_effect": "scene",
    "mean_ciede2000": "colour_difference",
    "ms_ssim": "fidelity",
    "mse": "fidelity",
    "multimodal_fusion_degree": "fusion",
    "perceptual_distance": "perceptual",
    "psnr": "fidelity",
    "radial_spectrum": "spectrum",
    "radial_spectrum_distance": "spectrum",
    "scene_coherence": "scene",
    "scene_complexity": "scene",
    "scene_measures": "scene",
    "scene_richness": "scene",
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
