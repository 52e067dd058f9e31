"""The measures: one pure function each, of numpy arrays, with its definition in its docstring.

The names are those of the functions in the rows of `paintreel.metrics.table`, and of what they
take and give. Nothing is imported before it is asked for.
"""

from __future__ import annotations

import warnings
from importlib import import_module
from typing import Any

from paintreel.metrics.table import MEASURES

_BESIDE = {
    "Detections": "scene.detection",
    "Detector": "scene.detection",
    "FeatureExtractor": "extractors",
    "FeatureStatistics": "distribution",
    "Flicker": "temporal",
    "KernelDistance": "distribution",
    "SceneScore": "scene.picture",
    "Segmenter": "scene.segmentation",
    "TemporalStability": "temporal",
    "WarpingError": "temporal",
    "dynamic_coupling_index": "fusion",
    "multimodal_fusion_degree": "fusion",
    "scene_measures": "scene.measures",
    "temporal_stability": "temporal",
}
"""What has no row: types, and functions that no file is scored by."""

_MOVED = {"OnnxExtractor": "paintreel.runtime.extractor"}
"""Names up to 0.1 and their homes; they go from here with 0.3."""


def _homes() -> dict[str, str]:
    """Name -> module below this one."""
    homes = dict(_BESIDE)
    for measure in MEASURES.values():
        for path in filter(None, (measure.function, measure.also)):
            module, _, name = path.rpartition(".")
            homes[name] = module
    return homes


_HOMES = _homes()
_MODULES = {home.partition(".")[0] for home in _HOMES.values()}

__all__ = sorted(_HOMES)


def __getattr__(name: str) -> Any:
    if name in _HOMES:
        value = getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
        globals()[name] = value
        return value
    if name in _MOVED:
        warnings.warn(
            f"paintreel.metrics.{name} lies in {_MOVED[name]} now; it goes from here with 0.3",
            DeprecationWarning,
            stacklevel=2,
        )
        return getattr(import_module(_MOVED[name]), name)
    if name in _MODULES:
        return import_module(f"{__name__}.{name}")
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted({*globals(), *_HOMES, *_MODULES})
