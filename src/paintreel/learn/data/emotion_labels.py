"""What emotions are called in collections of faces and voices, brought to one table."""

from __future__ import annotations

from paintreel.runtime.emotions import EMOTIONS, SPOKEN

__all__ = ["AFFECTNET", "CLASSES", "DRAWN", "FER2013", "emotion_of"]

DRAWN = ("anger", "disgust", "fear", "happiness", "neutral", "sadness", "surprise")
"""Emotions of collections of faces."""

CLASSES = tuple(sorted({*SPOKEN, *DRAWN}))
"""What the emotion network tells apart: those of voices and those of faces."""

FER2013 = ("anger", "disgust", "fear", "happiness", "sadness", "surprise", "neutral")
"""By the number in the column `emotion` of fer2013.csv."""

AFFECTNET = ("neutral", "happiness", "sadness", "surprise", "fear", "disgust", "anger")
"""By the number of the expression; 7, contempt, and higher ones are left out."""

_SAID = {
    "angry": "anger",
    "anger": "anger",
    "bored": "boredom",
    "disgusted": "disgust",
    "fearful": "fear",
    "afraid": "fear",
    "happy": "happiness",
    "joy": "happiness",
    "calm": "neutral",
    "sad": "sadness",
    "surprised": "surprise",
}


def emotion_of(label: str) -> str | None:
    """The emotion of that label, of CLASSES; None for what is no such emotion, as contempt.

    >>> emotion_of("Happy"), emotion_of("calm"), emotion_of("confused")
    ('happiness', 'neutral', None)
    """
    name = label.strip().lower()
    name = _SAID.get(name, name)
    return name if name in EMOTIONS and name in CLASSES else None
