"""Settings of the scene experiment, by preset."""

from __future__ import annotations

from collections.abc import Mapping

from paintreel.learn.data.scene_pairs import PairSettings
from paintreel.learn.trainers.scene import SceneSettings
from paintreel.learn.trainers.svmm import SVMMSettings

__all__ = ["SETTINGS", "SVMM_OF"]

SETTINGS: Mapping[str, SceneSettings] = {
    "light": SceneSettings(preset="light", pairs=PairSettings(crop_px=160, batch=8)),
    "tiny": SceneSettings(
        preset="tiny", pairs=PairSettings(crop_px=64, batch=2, scales_px=(96, 128))
    ),
}
"""Of every network, before a condition's changes."""

SVMM_OF: Mapping[str, SVMMSettings] = {
    "light": SVMMSettings(),
    "tiny": SVMMSettings(
        classes=4, patches=64, fourier=64, steps=200, scales_px=(96,), side_px=16, overlap_px=4
    ),
}
"""Of the library of patches, which is no network."""
