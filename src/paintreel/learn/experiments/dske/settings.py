"""Settings of the trainings of the DSKE experiment."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass, field

from paintreel.learn.engine.settings import must_hold
from paintreel.learn.models.dske import PRESETS, DSKEConfig
from paintreel.learn.trainers.picture_classifier import LearningSettings


@dataclass(frozen=True)
class DSKESettings:
    """Everything that `--set` may change.

    preset          widths and depths of the network
    kernels         sizes of the two
    reduction       of the squeeze
    places          stages with the module
    teacher_weight  of the shipped head beside the labels; 0 for none
    temperature     by which teacher and student are softened
    most            pictures of a medium to learn from, at random; most_held_out: to be asked about
    learning        of the training

    Raises InputError for values that no run can use.
    """

    preset: str = "light"
    kernels: tuple[int, ...] = DSKEConfig.kernels
    reduction: int = DSKEConfig.reduction
    places: tuple[str, ...] = DSKEConfig.places
    teacher_weight: float = 0.0
    temperature: float = 3.0
    most: int = 200
    most_held_out: int = 80
    learning: LearningSettings = field(default_factory=LearningSettings)

    def __post_init__(self) -> None:
        checks = {
            f"preset is one of {', '.join(PRESETS)}": self.preset in PRESETS,
            "kernels are two": len(self.kernels) == 2,
            "teacher_weight is 0 to 1": 0 <= self.teacher_weight <= 1,
            "temperature is 1 or more": self.temperature >= 1,
            "most and most_held_out are 2 or more": min(self.most, self.most_held_out) >= 2,
        }
        must_hold(checks, "these settings cannot be trained with")
        self.network()

    def network(self) -> DSKEConfig:
        """Of the network. Raises InputError for one that cannot be built."""
        small, large = self.kernels
        return dataclasses.replace(
            PRESETS[self.preset],
            kernels=(small, large),
            reduction=self.reduction,
            places=self.places,
        )


SETTINGS = {
    "light": DSKESettings(),
    "tiny": DSKESettings(
        preset="tiny",
        most=8,
        most_held_out=4,
        learning=LearningSettings(max_side_px=128, crop_px=32, test_px=64, batch=4),
    ),
}
"""By preset of the experiment."""
