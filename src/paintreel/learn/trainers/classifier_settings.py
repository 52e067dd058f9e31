"""What a recipe may set of the training of classifiers."""

from __future__ import annotations

from dataclasses import dataclass

from paintreel.learn.engine.settings import must_hold
from paintreel.learn.models.classifiers import HEAD

__all__ = ["ClassifierSettings"]


@dataclass(frozen=True)
class ClassifierSettings:
    """Everything a recipe may set.

    taps: of the backbone, in its order. mood_from: mood and scene are told by this tap and those
    after it. distance_taps: those that say what is familiar. feature_taps, feature_axes: what sets
    of pictures are compared by.
    penalties: of the squared weights, of which folds choose. balance: 0 counts pictures alike, 1
    classes. folds: of the sources. copies: altered ones of each panel, changed by `strength`.
    axes, shrink: of the distance. false_alarms: share of unseen pictures beyond its threshold.
    strangers: of each kind, to try the threshold on. most: pictures of a medium, at random.
    licences: globs of manifest licences to train on; empty takes all.
    held_out: globs of pictures that training never sees.
    Raises InputError for values that no run can use.
    """

    seed: int = 0
    taps: tuple[str, ...] = (
        *("block1", "block3", "block5", "block8", "block11", "block15", "block16"),
        HEAD,
    )
    mood_from: str = "block8"
    distance_taps: tuple[str, ...] = ("block3", "block5", "block8")
    feature_taps: tuple[str, ...] = ("block3", "block5", "block8", "block11")
    penalties: tuple[float, ...] = (1e-4, 3e-4, 1e-3, 3e-3, 1e-2)
    balance: float = 1.0
    folds: int = 8
    copies: int = 1
    strength: float = 0.2
    axes: int = 48
    feature_axes: int = 64
    shrink: float = 0.05
    false_alarms: float = 0.03
    strangers: int = 40
    most: int = 1000
    licences: tuple[str, ...] = ()
    held_out: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        checks = {
            "mood_from is among the taps": self.mood_from in self.taps,
            "distance_taps are among the taps": (
                bool(self.distance_taps) and set(self.distance_taps) <= set(self.taps)
            ),
            "feature_taps are among the taps": (
                bool(self.feature_taps) and set(self.feature_taps) <= set(self.taps)
            ),
            "penalties are above 0": min(self.penalties, default=0.0) > 0,
            "balance is 0 or more": self.balance >= 0,
            "folds is 2 or more": self.folds >= 2,
            "copies is 0 or more": self.copies >= 0,
            "strength is between 0 and 1": 0 <= self.strength <= 1,
            "axes is 1 to 512": 1 <= self.axes <= 512,
            "feature_axes is 1 to 512": 1 <= self.feature_axes <= 512,
            "shrink is above 0": self.shrink > 0,
            "false_alarms is between 0 and 0.5": 0 < self.false_alarms < 0.5,
            "strangers and most are 1 or more": min(self.strangers, self.most) >= 1,
            "seed is 0 or more": self.seed >= 0,
        }
        must_hold(checks, "these settings cannot be trained with")
