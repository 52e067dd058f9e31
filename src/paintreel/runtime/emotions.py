"""The names of emotions, one table for all verbs.

Nine names: the seven of EmoDB, which speech is recorded in, and calm and surprise, which painted
panels have. Every verb takes all nine; where a model lacks one, another stands in, and the result
says so.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from paintreel.errors import InputError
from paintreel.near_names import did_you_mean, near_names

__all__ = ["EMOTIONS", "MOODS", "SPOKEN", "StandIn", "find_emotion", "stand_in"]

SPOKEN = ("anger", "boredom", "disgust", "fear", "happiness", "neutral", "sadness")
"""Emotions of recorded speech."""

MOODS = ("happiness", "calm", "sadness", "fear", "anger", "surprise")
"""Moods of painted panels, in the order of the raters' table: the classes of the model `mood`."""

EMOTIONS = tuple(sorted({*SPOKEN, *MOODS}))
"""All nine."""


@dataclass(frozen=True, slots=True)
class StandIn:
    """What is taken for an emotion.

    name       of the emotion that is taken
    intensity  how much of it, in (0, 1]
    """

    name: str
    intensity: float = 1.0


_STAND_INS = {
    "neutral": StandIn("calm"),
    "boredom": StandIn("calm", 0.5),
    "disgust": StandIn("fear", 0.5),
    "calm": StandIn("neutral"),
}
"""Emotion -> what stands in where a model lacks it; for surprise, which speech lacks, nothing."""


_NEAR_IN_MEANING = {
    "anger": "angry mad rage fury furious irritation annoyed hate wrath frustration",
    "boredom": "bored boring dull weary tired",
    "calm": "peace peaceful serene relaxed quiet contentment content tranquil",
    "disgust": "disgusted disgusting contempt revulsion",
    "fear": "afraid scared anxiety anxious horror terror dread panic nervous worried tense",
    "happiness": "happy joy joyful glad cheerful delight amusement fun love excited excitement",
    "neutral": "none normal plain",
    "sadness": "sad sorrow grief melancholy gloomy lonely despair depressed",
    "surprise": "surprised amazement amazed astonishment wonder awe shock shocked",
}
"""Words that people write for an emotion: for hints, for what was meant is theirs to say."""


def find_emotion(text: str) -> str:
    """The emotion of that name; case and surrounding spaces do not matter.

    Raises InputError, naming the nearest, for what is none of the nine.

    >>> find_emotion(" Fear")
    'fear'
    """
    name = text.strip().lower()
    if name in EMOTIONS:
        return name
    near = [emotion for emotion, words in _NEAR_IN_MEANING.items() if name in words.split()]
    near = near or near_names(name, EMOTIONS)
    hint = did_you_mean(near) or f"there are {', '.join(EMOTIONS)}"
    raise InputError(f"emotion {text!r} not found; {hint}")


def stand_in(emotion: str, known: Collection[str]) -> StandIn:
    """The emotion itself where `known` has it, else what stands in for it.

    Raises InputError for an unknown name, and where neither is known.

    >>> stand_in("fear", MOODS)
    StandIn(name='fear', intensity=1.0)
    >>> stand_in("disgust", MOODS)
    StandIn(name='fear', intensity=0.5)
    """
    name = find_emotion(emotion)
    if name in known:
        return StandIn(name)
    other = _STAND_INS.get(name)
    if other is None or other.name not in known:
        raise InputError(f"nothing stands in for {name!r} among {', '.join(known)}")
    return other
