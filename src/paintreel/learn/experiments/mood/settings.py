"""Settings of the trainings of the mood experiment."""

from __future__ import annotations

from dataclasses import dataclass, field

from paintreel.learn.blocks.rescaling import REDUCTION
from paintreel.learn.engine.settings import must_hold
from paintreel.learn.experiments.mood.conditions import RESNET, STARTS
from paintreel.learn.trainers.picture_classifier import LearningSettings

_VIEW = LearningSettings(
    max_side_px=360,
    crop_px=112,
    aspect=1.5,
    rate=2e-3,
    jitter=0.2,
    label_smoothing=0.05,
    ema_decay=0.97,
)


@dataclass(frozen=True)
class MoodSettings:
    """Everything that `--set` may change.

    preset    light, or tiny for trying out
    start     of a condition's network, of STARTS
    rescaled  its blocks with a rescaling module, from the deepest one up
    reduction of the module
    width     channels of the first stage of ResNet-50 from scratch; 64 is the published one
    scratch   training from scratch
    tuning    training on from ImageNet's weights

    Raises InputError for values that no run can use.
    """

    preset: str = "light"
    start: str = RESNET
    rescaled: int = 0
    reduction: int = REDUCTION
    width: int = 16
    scratch: LearningSettings = _VIEW
    tuning: LearningSettings = field(
        default_factory=lambda: LearningSettings(
            max_side_px=360,
            crop_px=128,
            aspect=1.5,
            batch=12,
            rate=2e-3,
            body_rate=0.1,
            holds_norms=True,
            jitter=0.2,
            label_smoothing=0.05,
            ema_decay=0.97,
        )
    )

    def __post_init__(self) -> None:
        checks = {
            f"preset is one of {', '.join(_PRESETS)}": self.preset in _PRESETS,
            f"start is one of {', '.join(STARTS)}": self.start in STARTS,
            "rescaled is 0 to 16": 0 <= self.rescaled <= 16,
            "reduction and width are 1 or more": min(self.reduction, self.width) >= 1,
        }
        must_hold(checks, "these settings cannot be trained with")

    @property
    def learning(self) -> LearningSettings:
        """Of the condition's start."""
        return self.scratch if self.start == RESNET else self.tuning


_PRESETS = ("light", "tiny")
_TINY = LearningSettings(max_side_px=96, crop_px=32, aspect=1.5, batch=2, holds_norms=False)

SETTINGS = {
    "light": MoodSettings(),
    "tiny": MoodSettings(preset="tiny", width=2, scratch=_TINY, tuning=_TINY),
}
"""By preset of the experiment."""
