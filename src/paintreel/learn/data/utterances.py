"""Recordings with an emotion and a speaker each.

Three layouts are read:

    manifest.tsv        columns file, emotion, speaker (others are passed over)
    anger/*.wav         a folder an emotion; the speaker is what stands before the first "_" or "-"
    03a01Fa.wav         the names of EmoDB: two digits of the speaker, the sixth letter the emotion
"""

from __future__ import annotations

import csv
import hashlib
import re
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from paintreel.audio.sound import RATE_HZ, SOUND_SUFFIXES, read_sound
from paintreel.errors import DataError, InputError
from paintreel.imaging.arrays import Array
from paintreel.learn.data.emotion_labels import emotion_of

__all__ = ["Utterances", "find_utterances", "read_utterances"]

_EMODB = {
    "W": "anger",
    "L": "boredom",
    "E": "disgust",
    "A": "fear",
    "F": "happiness",
    "N": "neutral",
    "T": "sadness",
}
_EMODB_NAME = re.compile(r"(\d\d)[ab]\d\d([WLEAFNT])[a-z]", re.IGNORECASE)
_LEAST_S = 0.3
_LONGEST_S = 2.0
"""Of a recording that is learnt from: as long as the window that the network hears."""


@dataclass(frozen=True)
class Utterances:
    """N recordings.

    files     where they lie, below their folder
    emotions  of each, by the names of `runtime.emotions`
    speakers  of each
    samples   (N, RATE_HZ * 2) float32: in the middle of silence where they are shorter; (N, 0)
              before they are read
    """

    files: tuple[str, ...]
    emotions: tuple[str, ...]
    speakers: tuple[str, ...]
    samples: Array

    def __len__(self) -> int:
        return len(self.files)

    @property
    def digest(self) -> str:
        """A hash of what is learnt from."""
        text = "\n".join(map("\t".join, zip(self.files, self.emotions, self.speakers, strict=True)))
        found = hashlib.sha256(text.encode())
        found.update(self.samples.tobytes())
        return found.hexdigest()[:16]


def find_utterances(root: Path) -> Utterances:
    """What lies in a folder, without its samples.

    Raises DataError for a folder that is missing, holds no such recordings, or names emotions that
    are none.
    """
    if not root.is_dir():
        raise DataError(f"--speech {root}: there is no such folder")
    manifest = root / "manifest.tsv"
    rows = _of_manifest(manifest) if manifest.is_file() else _of_folders(root)
    if not rows:
        raise DataError(
            f"--speech {root} holds no labelled recordings; expected manifest.tsv with file, "
            "emotion and speaker, a folder for each emotion, or files named as those of EmoDB"
        )
    files, emotions, speakers = zip(*sorted(rows), strict=True)
    return Utterances(files, emotions, speakers, np.zeros((len(files), 0), np.float32))


def read_utterances(root: Path) -> Utterances:
    """As `find_utterances`, with the samples. Raises DataError that names what cannot be read."""
    found = find_utterances(root)
    samples = np.zeros((len(found), round(_LONGEST_S * RATE_HZ)), np.float32)
    problems = []
    for place, name in enumerate(found.files):
        try:
            sound = read_sound(root / name, length_s=_LONGEST_S)
            if sound.length_s < _LEAST_S:
                raise InputError(f"{root / name} lasts {sound.length_s:.2f} s")
        except InputError as error:
            problems.append(str(error))
            continue
        before = (samples.shape[1] - len(sound.samples)) // 2
        samples[place, before : before + len(sound.samples)] = sound.samples
    if problems:
        raise DataError(f"--speech {root}: " + "; ".join(problems[:5]))
    return Utterances(found.files, found.emotions, found.speakers, samples)


def _of_manifest(path: Path) -> list[tuple[str, str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        table = csv.DictReader(file, delimiter="\t")
        missing = {"file", "emotion", "speaker"} - set(table.fieldnames or ())
        if missing:
            raise DataError(f"{path} has no column {', '.join(sorted(missing))}")
        rows = [(row["file"], row["emotion"], row["speaker"]) for row in table]
    found = []
    for number, (name, label, speaker) in enumerate(rows, 2):
        emotion = emotion_of(label)
        if emotion is None:
            raise DataError(f"{path}, line {number}: {label!r} is no emotion that is known")
        found.append((name, emotion, speaker))
    return found


def _of_folders(root: Path) -> list[tuple[str, str, str]]:
    rows = []
    for path in sorted(root.rglob("*")):
        if path.suffix.lower() not in SOUND_SUFFIXES or path.name.startswith("."):
            continue
        name = path.relative_to(root).as_posix()
        emotion = emotion_of(path.parent.name)
        if emotion is not None:
            rows.append((name, emotion, re.split("[_-]", path.stem)[0]))
        elif match := _EMODB_NAME.fullmatch(path.stem):
            rows.append((name, _EMODB[match[2].upper()], match[1]))
    return rows
