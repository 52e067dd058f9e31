"""What the emotion network is shown of a voice and of a face; training uses the same functions.

A voice is a window of sound of two seconds as rows of 20 ms: 40 log-mel bands, pitch, whether there
is one, intensity, rate of speech. The level is taken off, so that near and far voices look alike. A
face is a square of 96 px, upright, framed by eyes and mouth.
"""

from __future__ import annotations

import numpy as np

from paintreel.audio.pitch import Pitch, pitch_of
from paintreel.audio.prosody import intensity_db, rate_of, syllables
from paintreel.audio.sound import RATE_HZ, Sound
from paintreel.audio.spectra import MEL_BANDS, frame_count, log_mel
from paintreel.errors import InputError
from paintreel.imaging.arrays import Array, check_image, to_float
from paintreel.imaging.geometry import resize
from paintreel.pictures.paper import rgb8_on_white

__all__ = [
    "FACE_PX",
    "FACE_ROOM",
    "ROWS",
    "VOICE_WIDTH",
    "WINDOW_S",
    "face_input",
    "voice_frames",
    "voice_input",
    "voice_of",
]

WINDOW_S = 2.0
"""Seconds of sound that are judged at once."""
ROWS = 100
"""Rows of a window: one for each 20 ms."""
VOICE_WIDTH = MEL_BANDS + 4
"""Columns of a row: mel bands, pitch, voicing, intensity, rate."""

FACE_PX, FACE_ROOM = 96, 1.25
"""Side of the square of a face, and how much of the head it holds, as `faces.frame_face` has it."""

_FRAMES = 2  # of 10 ms in a row
_MIDDLE_HZ, _OCTAVE = 170.0, 1.0
_DB, _MEL_SPREAD, _RATE = 20.0, 3.0, 5.0
_LOWEST_DB = -80.0


def voice_frames(sound: Sound, pitch: Pitch | None = None) -> Array:
    """(F, VOICE_WIDTH) float32: everything that is measured of a sound, a row for each 10 ms.

    Levels are as they are: a window has them taken off by `voice_of`. pitch: where it is known.
    Raises InputError for another rate than RATE_HZ.
    """
    if sound.rate_hz != RATE_HZ:
        raise InputError(f"the sound has {sound.rate_hz} Hz, expected {RATE_HZ}; read it at that")
    pitch = pitch_of(sound) if pitch is None else pitch
    level = intensity_db(sound)
    rate = rate_of(syllables(level, pitch.clarity), len(level))
    voiced = pitch.hz > 0
    octaves = np.where(voiced, np.log2(np.maximum(pitch.hz, 1) / _MIDDLE_HZ), 0) / _OCTAVE
    rest = np.stack([octaves, voiced, level, rate / _RATE], 1)
    return np.concatenate([log_mel(sound), rest], 1).astype(np.float32)


def voice_of(frames: Array) -> Array:
    """(ROWS, VOICE_WIDTH) float32: the frames of a window as the network is shown them.

    frames: (F, VOICE_WIDTH) as of `voice_frames`; a window that is shorter than WINDOW_S stands in
    the middle of silence, one that is longer is cut.
    """
    frames = frames[: ROWS * _FRAMES].copy()
    mel, level = frames[:, :MEL_BANDS], frames[:, MEL_BANDS + 2]
    loud = float(np.percentile(level, 90)) if len(level) else _LOWEST_DB
    # The power of a band and the level change alike with the gain: 10 dB are ln(10).
    mel -= loud * np.log(10) / 10
    np.maximum(mel, _LOWEST_DB * np.log(10) / 10, out=mel)
    mel /= _MEL_SPREAD
    mel += 2.5
    frames[:, MEL_BANDS + 2] = np.maximum(level - loud, _LOWEST_DB) / _DB
    quiet = np.zeros(VOICE_WIDTH, np.float32)
    quiet[:MEL_BANDS] = _LOWEST_DB * np.log(10) / 10 / _MEL_SPREAD + 2.5
    quiet[MEL_BANDS + 2] = _LOWEST_DB / _DB
    full = np.tile(quiet, (ROWS * _FRAMES, 1))
    before = (len(full) - len(frames)) // 2
    full[before : before + len(frames)] = frames
    rows: Array = full.reshape(ROWS, _FRAMES, VOICE_WIDTH).mean(1)
    return rows.astype(np.float32)


def voice_input(sound: Sound) -> Array:
    """(ROWS, VOICE_WIDTH) float32 of one window of sound, of at most WINDOW_S seconds."""
    most = frame_count(round(WINDOW_S * sound.rate_hz), sound.rate_hz)
    return voice_of(voice_frames(sound)[:most])


def face_input(face: Array) -> Array:
    """(3, FACE_PX, FACE_PX) float32 in [0, 1] of a square with a face.

    face: (S, S, 3) RGB, or with alpha, which is laid on white, or grey, of any size, as
    `faces.aligned_face(..., room=FACE_ROOM)` gives it. Raises InputError for what is no picture.
    """
    check_image(face, name="face")
    small = to_float(rgb8_on_white(resize(face, FACE_PX, FACE_PX)))
    return np.ascontiguousarray(small.transpose(2, 0, 1))
