"""Emotions heard in a voice and seen in a face, by the bundled network, without torch.

One graph answers three ways: by the voice, by the face, by both. It takes

    voice       (N, ROWS, VOICE_WIDTH): rows of a window of two seconds
    statistics  (N, STATISTICS): of these rows
    face        (N, 3, FACE_PX, FACE_PX) in [0, 1]
    heard, seen (N, 1): 1 where there is a voice, and a face

and gives `probabilities` (N, 3, classes), calibrated. Both together are asked for only where there
are both.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from os import PathLike

import numpy as np

from paintreel.audio.pitch import Pitch, pitch_of
from paintreel.audio.sound import RATE_HZ, Sound
from paintreel.audio.spectra import FRAME_S, MEL_BANDS
from paintreel.audio.voice import is_speech, voice_activity
from paintreel.errors import InputError, ModelFileError
from paintreel.imaging.arrays import Array
from paintreel.runtime.catalog import find_model
from paintreel.runtime.emotion_features import (
    FACE_PX,
    ROWS,
    VOICE_WIDTH,
    WINDOW_S,
    face_input,
    voice_frames,
    voice_of,
)
from paintreel.runtime.model import Model
from paintreel.runtime.voice_statistics import STATISTICS, voice_statistics

__all__ = [
    "FACE",
    "HEARD",
    "PROBABILITIES",
    "SEEN",
    "STATISTICS_INPUT",
    "STEP_S",
    "TASK",
    "VOICE",
    "EmotionModel",
    "HeardWindow",
    "emotion_model",
    "windows_at",
    "windows_of",
]

TASK = "emotion"
VOICE, STATISTICS_INPUT, FACE, HEARD, SEEN = "voice", "statistics", "face", "heard", "seen"
PROBABILITIES = "probabilities"
"""Names of the tensors of the graph."""

STEP_S = 0.5
"""Seconds from window to window unless others are asked for."""

_BY_VOICE, _BY_FACE, _BY_BOTH = range(3)
_LEAST_SPOKEN = 0.25  # of a window; less of it says nothing
_BATCH = 32
_CONTEXT_S, _STRETCH_S = 3.0, 20.0
"""How much is heard around what is answered, and how much is answered at once."""
_LEAST_SHARE = 5e-4


@dataclass(frozen=True, slots=True)
class HeardWindow:
    """A window of sound as the network hears it.

    time_s   of its middle, on the clock of the sound
    spoken   share of its frames in which somebody speaks, in [0, 1]
    speech   whether it is the sound of speech: False for silence, noise, music
    rows     (ROWS, VOICE_WIDTH) float32, None where it is no speech
    """

    time_s: float
    spoken: float
    speech: bool
    rows: Array | None


class EmotionModel:
    """The emotion network, loaded.

        model = EmotionModel()
        model.hear(read_sound("line.wav"))      # [(0.0, {"anger": 0.7, ...}), ...]
        model.see(square)                       # {"happiness": 0.6, ...}

    name      "emotion", or the path of a model file
    threads   of the network; one is the fastest for a window

    Raises UnknownModel, ModelFileError for a file that is no emotion network.
    """

    def __init__(self, name: str | PathLike[str] = TASK, *, threads: int = 1) -> None:
        file = find_model(name, task=TASK)
        self.card = file.card
        self.model = Model(file.path, backend="onnxruntime", device="cpu", threads=threads)
        if self.model.contract.output != PROBABILITIES or not self.labels:
            raise ModelFileError(f"{file.path} is no emotion network; export it again")

    @property
    def labels(self) -> tuple[str, ...]:
        """The emotions that it tells apart, in its order."""
        return self.card.contract.labels

    def hear(self, sound: Sound, every_s: float = STEP_S) -> list[tuple[float, dict[str, float]]]:
        """The emotions of a voice over time, an entry every `every_s` seconds.

        sound: of any rate from 8 kHz on that was read at RATE_HZ; times are on its clock. Where
        nobody speaks, and where it is music or noise, an entry is empty. Raises InputError.
        """
        found = self.windows(sound, every_s)
        answers = iter(self.of_voices([w.rows for w in found if w.rows is not None]))
        return [(w.time_s, {} if w.rows is None else next(answers)) for w in found]

    def windows(self, sound: Sound, every_s: float = STEP_S) -> list[HeardWindow]:
        """The windows of a sound, the first around its start. Raises InputError."""
        _check_step(every_s)
        count = 1 + int(sound.length_s / every_s + 1e-6)
        return windows_at(sound, [number * every_s for number in range(count)])

    def see(self, face: Array) -> dict[str, float]:
        """The emotions of a face, adding up to 1.

        face: (S, S, 3) RGB as `faces.aligned_face(picture, face, side, room=FACE_ROOM)` gives it.
        """
        return self.of_faces([face])[0]

    def fuse(self, rows: Array, face: Array) -> dict[str, float]:
        """The emotions of a window of a voice and the face that is seen in it, together.

        rows: (ROWS, VOICE_WIDTH) as of `windows`.
        """
        return self.of_both([rows], [face])[0]

    def of_voices(self, rows: Sequence[Array]) -> list[dict[str, float]]:
        """As `hear`, of windows that are rows already."""
        return self._answers(rows, [None] * len(rows), _BY_VOICE)

    def of_faces(self, faces: Sequence[Array]) -> list[dict[str, float]]:
        """As `see`, of many."""
        return self._answers([None] * len(faces), faces, _BY_FACE)

    def of_both(self, rows: Sequence[Array], faces: Sequence[Array]) -> list[dict[str, float]]:
        """As `fuse`, of many."""
        return self._answers(rows, faces, _BY_BOTH)

    def _answers(
        self, rows: Sequence[Array | None], faces: Sequence[Array | None], way: int
    ) -> list[dict[str, float]]:
        found: list[dict[str, float]] = []
        for start in range(0, len(rows), _BATCH):
            part = slice(start, start + _BATCH)
            feeds = self._feeds(rows[part], faces[part])
            shares = self.model.run(feeds)[PROBABILITIES][:, way].astype(np.float64)
            found += [self._named(row / row.sum()) for row in shares]
        return found

    def _feeds(
        self, rows: Sequence[Array | None], faces: Sequence[Array | None]
    ) -> dict[str, Array]:
        count = len(rows)
        silence = np.zeros((ROWS, VOICE_WIDTH), np.float32)
        nothing = np.zeros((3, FACE_PX, FACE_PX), np.float32)
        voice = np.stack([silence if each is None else each for each in rows])
        statistics = np.stack(
            [
                np.zeros(STATISTICS, np.float32) if each is None else voice_statistics(each)
                for each in rows
            ]
        )
        feeds = {
            VOICE: voice,
            STATISTICS_INPUT: statistics,
            FACE: np.stack([nothing if each is None else face_input(each) for each in faces]),
            HEARD: np.array([[float(each is not None)] for each in rows], np.float32),
            SEEN: np.array([[float(each is not None)] for each in faces], np.float32),
        }
        assert count == len(faces), "as many voices as faces"
        return {name: feeds[name] for name in self.model.inputs}

    def _named(self, shares: Array) -> dict[str, float]:
        named = zip(self.labels, shares.tolist(), strict=True)
        return {name: share for name, share in named if share >= _LEAST_SHARE}


def windows_at(sound: Sound, middles_s: Sequence[float]) -> list[HeardWindow]:
    """The windows around these times, in seconds from the start of the sound. Raises InputError."""
    if sound.rate_hz != RATE_HZ:
        raise InputError(f"the sound has {sound.rate_hz} Hz, expected {RATE_HZ}")
    pitch = pitch_of(sound)
    frames = voice_frames(sound, pitch)
    active = voice_activity(sound, pitch)
    half = round(WINDOW_S / FRAME_S / 2)
    found = []
    for middle_s in middles_s:
        middle = round(middle_s / FRAME_S)
        part = slice(max(0, middle - half), middle + half)
        spoken = float(active[part].mean()) if active[part].size else 0.0
        near = Pitch(pitch.hz[part], pitch.clarity[part])
        speech = spoken >= _LEAST_SPOKEN and is_speech(near, frames[part, MEL_BANDS + 2])
        rows = voice_of(frames[part]) if speech else None
        found.append(HeardWindow(sound.start_s + middle_s, spoken, speech, rows))
    return found


def windows_of(blocks: Iterable[Sound], every_s: float = STEP_S) -> Iterator[HeardWindow]:
    """The windows of a sound that comes in blocks, whatever its length: little is in memory.

    blocks: at RATE_HZ, one after the other, such as those of `audio.sound.stream_sound`.
    """
    _check_step(every_s)
    context = round(_CONTEXT_S * RATE_HZ)
    waiting = np.zeros(0, np.float32)
    start = done = number = 0  # samples before `waiting`, samples answered, windows given

    def give(upto: int) -> Iterator[HeardWindow]:
        nonlocal number
        part = Sound(waiting, RATE_HZ, start / RATE_HZ)
        middles = []
        while number * every_s * RATE_HZ < upto:
            middles.append(number * every_s - part.start_s)
            number += 1
        yield from windows_at(part, middles)

    for block in blocks:
        waiting = np.concatenate([waiting, block.samples])
        end = start + len(waiting)
        if end - done < round(_STRETCH_S * RATE_HZ) + context:
            continue
        yield from give(end - context)
        done = end - context
        kept = max(0, done - context - start)
        waiting, start = waiting[kept:], start + kept
    if len(waiting) or not number:
        yield from give(start + len(waiting) + 1)


def _check_step(every_s: float) -> None:
    if not 0.02 <= every_s <= 60:
        raise InputError(f"every_s is {every_s}, expected 0.02 to 60 seconds")


@lru_cache(maxsize=2)
def emotion_model(name: str = TASK, threads: int = 1) -> EmotionModel:
    """The network, kept loaded. Raises as `EmotionModel` does."""
    return EmotionModel(name, threads=threads)
