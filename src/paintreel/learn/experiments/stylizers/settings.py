"""Settings that all networks of the experiment on stylizers share."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from paintreel.errors import InputError
from paintreel.learn.engine.settings import apply
from paintreel.learn.experiments.conditions import Condition
from paintreel.learn.systems import SYSTEMS
from paintreel.learn.trainers.style_material import MaterialSettings

_OF_FSGAN = {"small": "light"}


@dataclass(frozen=True)
class StylizersSettings(MaterialSettings):
    """Those of `trainers.fsgan.FSGANSettings` that every system has.

    preset: tiny, small or light (as published); FSGAN has no smaller layout than light but tiny.
    """

    preset: str = "light"
    crop_px: int = 160
    batch: int = 4
    ema_decay: float = 0.998

    def __post_init__(self) -> None:
        if self.preset not in PRESETS:
            raise InputError(f"preset is {self.preset!r}, expected one of {', '.join(PRESETS)}")


PRESETS = ("tiny", "small", "light")

SETTINGS: Mapping[str, StylizersSettings] = {
    preset: StylizersSettings(preset=preset) for preset in PRESETS
}
"""Preset -> settings."""


def settings_of(condition: Condition, shared: StylizersSettings, *, seed: int) -> Any:
    """The system's own settings with what is shared, then what the condition changes.

    Raises InputError for values that it cannot be trained with.
    """
    settings = SYSTEMS[condition.system].load_settings()
    preset = _OF_FSGAN.get(shared.preset, shared.preset) if condition.system == "fsgan" else ""
    common = {
        "preset": preset or shared.preset,
        "seed": seed,
        **{
            name: getattr(shared, name)
            for name in StylizersSettings.__dataclass_fields__
            if name not in ("preset", "seed")
        },
    }
    return apply(replace(settings, **common), condition.changes, f"condition {condition.name}")
