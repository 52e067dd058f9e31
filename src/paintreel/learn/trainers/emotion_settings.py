"""Settings of the training of emotion networks."""

from __future__ import annotations

from dataclasses import dataclass

from paintreel.learn.engine.settings import must_hold
from paintreel.learn.models.emotion import PRESETS

__all__ = ["OPTIMISERS", "EmotionSettings"]

OPTIMISERS = ("adamw", "sgd")


@dataclass(frozen=True)
class EmotionSettings:
    """Everything that a recipe or `--set` may change.

    preset            of the network: "paper", "attention", "joined", "statistics", "tiny"
    optimiser         "sgd" is the paper's Eq. 4, with momentum; "adamw" what is better here
    rate              at its height; it rises for a tenth of the steps and falls to nothing
    steps, batch      of the training of one network
    voice_copies      variations of each recording; face_copies of each face
    modality_dropout  share of the pairs whose voice is taken away, and as many whose face is
    rig_faces         characters of the rig that are drawn in every emotion, to be learnt from too
    rig_share         share of the faces that are shown which are of the rig, where there are any
    face_doubt        share of the pairs whose face is of any class, for strangers are mistaken that
                      often; voice_doubt of those whose voice is. Only where the fusion is learnt
                      with the branches
    mixing            of the beta distribution by which pairs are mixed; 0 mixes none
    noise             added to the statistics, in deviations
    smoothing         of the labels
    folds             parts of the speakers, each held out once to measure and to calibrate
    """

    seed: int = 0
    preset: str = "attention"
    optimiser: str = "adamw"
    rate: float = 3e-3
    weight_decay: float = 1e-2
    steps: int = 400
    batch: int = 64
    voice_copies: int = 4
    face_copies: int = 3
    modality_dropout: float = 0.2
    rig_faces: int = 0
    rig_share: float = 0.5
    face_doubt: float = 0.5
    voice_doubt: float = 0.2
    mixing: float = 0.3
    noise: float = 0.5
    smoothing: float = 0.05
    folds: int = 8

    def __post_init__(self) -> None:
        checks = {
            f"preset is one of {', '.join(PRESETS)}": self.preset in PRESETS,
            f"optimiser is one of {', '.join(OPTIMISERS)}": self.optimiser in OPTIMISERS,
            "steps and batch are 2 or more": min(self.steps, self.batch) >= 2,
            "rate is above 0": self.rate > 0,
            "copies are 0 to 64": all(0 <= n <= 64 for n in (self.voice_copies, self.face_copies)),
            "rig_faces is 0 to 5000": 0 <= self.rig_faces <= 5000,
            "rig_share is 0 to 1": 0 <= self.rig_share <= 1,
            "modality_dropout is 0 to 0.5": 0 <= self.modality_dropout <= 0.5,
            "face_doubt and voice_doubt are 0 to 1 together": (
                min(self.face_doubt, self.voice_doubt) >= 0
                and self.face_doubt + self.voice_doubt <= 1
            ),
            "mixing, noise and weight_decay are 0 or more": min(
                self.mixing, self.noise, self.weight_decay
            )
            >= 0,
            "smoothing is 0 to 0.5": 0 <= self.smoothing <= 0.5,
            "folds are 2 or more": self.folds >= 2,
        }
        must_hold(checks, "these settings cannot be trained with")
