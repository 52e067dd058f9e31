"""Settings of the trainings of the experiment on fusion."""

from __future__ import annotations

from paintreel.learn.data.fusion_samples import FusionSampling
from paintreel.learn.trainers.fusion import FusionSettings

__all__ = ["SETTINGS"]

SETTINGS = {
    "light": FusionSettings(
        batch=3, ema_decay=0.97, pictures=120, max_side_px=480, sampling=FusionSampling(side_px=128)
    ),
    "tiny": FusionSettings(
        preset="tiny", batch=1, styles=(), pictures=4, max_side_px=224,
        sampling=FusionSampling(side_px=64),
    ),
}  # fmt: skip
"""By preset of the experiment."""
