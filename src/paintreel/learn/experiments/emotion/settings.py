"""Settings of the trainings of the emotion experiment."""

from __future__ import annotations

from paintreel.learn.trainers.emotion_settings import EmotionSettings

__all__ = ["SETTINGS"]

SETTINGS = {
    "light": EmotionSettings(),
    "tiny": EmotionSettings(
        preset="tiny", steps=4, batch=8, voice_copies=1, face_copies=1, folds=2
    ),
}
"""By preset of the experiment; conditions change preset and optimiser of these."""
