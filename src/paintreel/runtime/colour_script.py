"""The colour script that grades follow: a small table, learnt from rated panels, with its card."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from os import PathLike
from pathlib import Path

import numpy as np

from paintreel.errors import InputError, ModelFileError
from paintreel.notes import Note
from paintreel.pictures.colour_measures import MEASURES
from paintreel.pictures.grading import ColourScript
from paintreel.runtime.card import Card, read_model
from paintreel.runtime.catalog import bundled
from paintreel.runtime.contract import model_arrays
from paintreel.runtime.emotions import MOODS, find_emotion, stand_in

__all__ = ["TASK", "CardedScript", "FeltMoods", "check_feeling", "feeling_of", "read_colour_script"]

TASK, BUNDLED = "grade", "colour-script"
_ROUNDING = 1e-3
_ARRAYS = {"means": 2, "spread": 1}


@dataclass(frozen=True, slots=True, eq=False)
class CardedScript:
    """A colour script and the card that says where it comes from."""

    script: ColourScript
    card: Card


def read_colour_script(path: str | PathLike[str] | None = None) -> CardedScript:
    """The colour script of a file, or the bundled one.

    Raises ModelFileError for a file that is missing, damaged, changed since its card was written,
    or no colour script.
    """
    return _read(bundled(BUNDLED) if path is None else Path(path))


def _read(path: Path) -> CardedScript:
    data, card = read_model(path)
    contract = card.contract
    if contract.task != TASK or set(contract.labels) != set(MOODS):
        raise ModelFileError(
            f"{path} is for the task {contract.task!r} with the labels {contract.labels}, expected "
            f"{TASK!r} with {', '.join(MOODS)}; make it with 'paintreel train colour-script'"
        )
    arrays = model_arrays(data, path, [*_ARRAYS, "measures"])
    missing = sorted({*_ARRAYS, "measures"} - set(arrays))
    if missing:
        raise ModelFileError(f"{path} has no {', '.join(missing)}; train it again")
    names = arrays["measures"].tobytes().decode("utf-8", "replace").split()
    if tuple(names) != MEASURES:
        raise ModelFileError(f"{path} measures pictures otherwise; train it again")
    try:
        script = ColourScript(
            contract.labels,
            arrays["means"].astype(np.float64),
            arrays["spread"].astype(np.float64),
        )
    except InputError as error:
        raise ModelFileError(f"{path}: {error}") from None
    return CardedScript(script, card)


@dataclass(frozen=True, slots=True)
class FeltMoods:
    """Emotions as the moods that a colour script knows.

    moods  {mood: share}, together at most 1
    notes  what stands in for what
    """

    moods: Mapping[str, float]
    notes: tuple[Note, ...] = ()


def check_feeling(emotions: Mapping[str, float] | str) -> FeltMoods:
    """As `feeling_of`, where something has to be felt. Raises InputError where nothing is."""
    felt = feeling_of(emotions)
    if not any(felt.moods.values()):
        raise InputError(
            f"emotion is {emotions!r}, which is none; expected a name, or a share above 0"
        )
    return felt


def feeling_of(emotions: Mapping[str, float] | str) -> FeltMoods:
    """The moods of an emotion by its name, or of {emotion: probability}.

    Probabilities that add up to more than 1 are scaled down to it. Raises InputError for an unknown
    name, naming the nearest, for shares that are no numbers from 0 to 1, and for other types.

    >>> feeling_of("disgust").moods
    {'fear': 0.5}
    """
    shares = {emotions: 1.0} if isinstance(emotions, str) else emotions
    if not isinstance(shares, Mapping):
        raise InputError(
            f"emotion is a {type(emotions).__name__}, expected a name, or {{name: share}}"
        )
    for name, share in shares.items():
        is_number = isinstance(share, (int, float, np.number)) and not isinstance(share, bool)
        if not is_number or not 0.0 <= share <= 1.0 + _ROUNDING:
            raise InputError(f"emotion {name!r} has the share {share!r}, expected 0 to 1")
    total = max(1.0, sum(shares.values()))
    moods: dict[str, float] = {}
    notes = []
    for text, share in shares.items():
        name = find_emotion(str(text))
        other = stand_in(name, MOODS)
        moods[other.name] = moods.get(other.name, 0.0) + share / total * other.intensity
        if other.name != name and share > 0:
            half = "" if other.intensity == 1 else f" at {other.intensity:g} of its intensity"
            text = f"{other.name}{half} stands in for {name}: no rated panel is of it"
            notes.append(Note("stands-in", text))
    return FeltMoods(moods, tuple(notes))
