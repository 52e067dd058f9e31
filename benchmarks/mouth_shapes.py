"""How well the mouth follows a voice; and where `mouth_sounds.toml` comes from.

    python benchmarks/mouth_shapes.py measure tests/audio/lines    # lines whose phonemes are timed
    python benchmarks/mouth_shapes.py measure-marks tests/audio/marked  # recordings, marked by eye
    python benchmarks/mouth_shapes.py measure-speech ../shared/data/speech --speakers 15 16
    python benchmarks/mouth_shapes.py speak lines/                 # makes lines with eSpeak NG
    python benchmarks/mouth_shapes.py learn lines/ ../shared/data/speech -o mouth_sounds.toml

`measure` compares shapes with those of phonemes that a synthesizer has timed, from the sound alone
and with the text: the share of 10 ms frames, the share of m, b and p with closed lips, and how far
the start of each shape is off. `measure-marks` does so on five recordings of EmoDB (Burkhardt and
others 2005, CC0) whose shapes were marked on spectrograms; the README of their folder says how.
`measure-speech` takes all of EmoDB, of which the sentences are known and not the times: what the
text gives is what counts there.

`learn` fits a Gaussian to each kind of sound. It starts from the timed lines; then the known
sentences of EmoDB are laid along their recordings, and the two are mixed half and half, four times
over. `speak` needs the library libespeak-ng, of the Debian package espeak-ng; nothing of it is
part of what is learnt or shipped but the sound of 95 lines.
"""

from __future__ import annotations

import argparse
import ctypes
import json
import sys
import wave
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from paintreel.audio import mouth_sounds
from paintreel.audio.alignment import aligned
from paintreel.audio.mouth_cues import MouthCue, shapes_at
from paintreel.audio.mouth_features import FEATURES, mouth_features
from paintreel.audio.mouth_files import read_cues
from paintreel.audio.mouth_shapes import likeliest_kinds, mouth_of_sound
from paintreel.audio.mouth_sounds import KINDS, SHAPE_OF, kind_scores
from paintreel.audio.sound import read_sound
from paintreel.audio.spectra import FRAME_S
from paintreel.audio.spelling import sounds_of_text
from paintreel.imaging.arrays import Array

_OF_KINDS = {
    "rest": "_ ; _: _! _|",
    "m": "m",
    "p": "b p",
    "f": "f v",
    "s": "s z S Z tS dZ ts C",
    "t": "t d k g t# t2 x",
    "n": "n N",
    "l": "l @L",
    "th": "T D",
    "r": "r r- 3 3:",
    "i": "i: i I I# I2 j e:",
    "e": "E a e@",
    "schwa": "V @ @2",
    "a": "A: a# A@",
    "o": "0 O O: O2 o@ O@",
    "u": "u: U w o:",
}
_KIND_OF = {name: kind for kind, names in _OF_KINDS.items() for name in names.split()}
_DIPHTHONGS = {
    "aI": "a i", "eI": "e i", "OI": "o i", "OY": "o i", "oU": "o u", "aU": "a u", "i@3": "i schwa",
}  # fmt: skip
_GERMAN = {"3": "schwa", "a": "a"}
_UNKNOWN = "h"  # has the mouth of what follows
SENTENCES = {
    "a01": "Der Lappen liegt auf dem Eisschrank.",
    "a02": "Das will sie am Mittwoch abgeben.",
    "a04": "Heute abend könnte ich es ihm sagen.",
    "a05": "Das schwarze Blatt Papier befindet sich da oben neben dem Holzstück.",
    "a07": "In sieben Stunden wird es soweit sein.",
    "b01": "Was sind denn das für Tüten, die da unter dem Tisch stehen?",
    "b02": "Sie haben es gerade hochgetragen und jetzt gehen sie wieder runter.",
    "b03": "An den Wochenenden bin ich jetzt immer nach Hause gefahren und habe Agnes besucht.",
    "b09": "Ich will das eben wegbringen und dann mit Karl was trinken gehen.",
    "b10": "Die wird auf dem Platz sein, wo wir sie immer hinlegen.",
}
"""What is said in EmoDB, by letters 3 to 5 of the file name; recordings are cut at 2 s."""

_ENGLISH = """Maybe Bob will bring my big purple umbrella.
Father was so glad to see you on the moon.
Five of the seven wolves have left the valley.
Please keep the cheese for the mice, my dear.
I am so sorry, but nobody believes you anymore!
What a wonderful surprise, I never thought that you would come.
Stop it! You make me so angry that I could scream.
She thinks that the lamp upon the table is broken.
Come over here and look at all the yellow apples.
The boy jumped over the puddle and ran home to his mother.
Why would anybody want to live up there in the snow?
Put the brown box on the shelf above my bed.
We are going to have a party with music and lemonade.
Goodbye, old friend, may the wind be always behind you.
There is no time, the bridge will fall before the morning.
Quick, give me the rope, he cannot swim that far.""".splitlines()
_GERMAN_LINES = """Aber morgen Abend backen wir zusammen einen grossen Apfelkuchen.
Die Mutter ruft den Vater, und alle lachen laut.
Wo bleibt denn mein blauer Pullover?
Das weiss ich wirklich nicht, frag doch deinen Bruder.
Komm schnell, der Bus wartet vor dem Bahnhof.""".splitlines()
_VOICES = (("en-us", "en-gb", "en-us+f2", "en-gb+f4", "en-us+m4"), ("de", "de+f3", "de+m3"))
_WORDS_A_MINUTE = (150, 165, 180, 140, 170)
_HELD_OUT = ("15", "16")
_ROUNDS, _FEWEST, _FLOOR = 4, 150, 0.02


@dataclass(frozen=True)
class Line:
    """A line that is spoken, with the kind of every frame; "" where none is known."""

    path: Path
    text: str
    phonemes: Sequence[tuple[float, str]]
    length_s: float
    language: str

    def kinds(self, count: int) -> Array:
        """(count,) kind of each frame."""
        out = np.full(count, "rest", dtype="<U6")
        ends_s = [*(start_s for start_s, _ in self.phonemes[1:]), self.length_s]
        for (start_s, name), end_s in zip(self.phonemes, ends_s, strict=True):
            names = _names(name, self.language)
            for part, kind in enumerate(names):
                first, last = (
                    round((start_s + (end_s - start_s) * p / len(names)) / FRAME_S)
                    for p in (part, part + 1)
                )
                out[first:last] = kind
        return out


def _names(phoneme: str, language: str) -> list[str]:
    if phoneme == _UNKNOWN:
        return [""]
    if language == "de" and phoneme in _GERMAN:
        return [_GERMAN[phoneme]]
    return _DIPHTHONGS.get(phoneme, "").split() or [_KIND_OF[phoneme]]


def read_lines(folder: Path) -> list[Line]:
    """The lines of a folder's lines.json."""
    rows = json.loads((folder / "lines.json").read_text("utf-8"))
    return [
        Line(folder / r["file"], r["text"], r["phonemes"], r["length_s"], r["voice"][:2])
        for r in rows
    ]


@dataclass
class Tally:
    """Counts over lines."""

    frames: int = 0
    right: int = 0
    lips: int = 0
    closed: int = 0
    shut: int = 0
    wrongly: int = 0
    off_s: list[float] | None = None

    def add(self, cues: Sequence[MouthCue], shapes: Array) -> None:
        """One line: what was made, and (F,) what is right, "" where nobody knows."""
        made = shapes_at(cues, np.arange(len(shapes)) * FRAME_S)
        known = shapes != ""
        self.frames += int(known.sum())
        self.right += int((made == shapes)[known].sum())
        starts = np.flatnonzero(np.r_[True, shapes[1:] != shapes[:-1]])
        ends = np.append(starts[1:], len(shapes))
        self.off_s = self.off_s or []
        for start, end in zip(starts, ends, strict=True):
            shape = str(shapes[start])
            if shape in ("", "X"):
                continue
            same = [abs(cue.start_s - start * FRAME_S) for cue in cues if cue.shape == shape]
            self.off_s.append(min(same, default=9.0))
            if shape == "A":
                self.lips += 1
                self.closed += bool((made[max(0, start - 3) : end + 3] == "A").any())
        for cue in cues:
            if cue.shape == "A":
                first, last = round(cue.start_s / FRAME_S), round(cue.end_s / FRAME_S)
                self.shut += 1
                self.wrongly += not (shapes[max(0, first - 5) : last + 5] == "A").any()

    def row(self, name: str) -> str:
        """For a table."""
        off = np.array(self.off_s or [9.0])
        return (
            f"| {name} | {self.right / max(self.frames, 1):.2f} | {self.closed}/{self.lips} | "
            f"{self.wrongly}/{self.shut} | {1000 * np.median(off):.0f} | "
            f"{np.mean(off <= 0.06):.2f} |"
        )


_HEAD = (
    "| | frames right | lips closed at m, b, p | closed elsewhere | median start off, ms | "
    "starts within 60 ms |\n|---|---|---|---|---|---|"
)


def measure(folder: Path) -> None:
    """Timed lines, from the sound and with the text."""
    print(_HEAD)
    for with_text in (False, True):
        tally = Tally()
        for line in read_lines(folder):
            mouth = mouth_of_sound(read_sound(line.path), line.text if with_text else None)
            kinds = line.kinds(len(mouth.levels))
            tally.add(mouth.cues, np.array([SHAPE_OF.get(kind, "") for kind in kinds]))
        print(tally.row("sound and text" if with_text else "sound alone"))


def measure_marks(folder: Path) -> None:
    """Recorded lines whose shapes were marked by eye, from the sound and with the text."""
    print(_HEAD)
    for with_text in (False, True):
        tally = Tally()
        for path, text, marks in marked_lines(folder):
            cues = mouth_of_sound(read_sound(path), text if with_text else None, "de").cues
            times_s = np.arange(0, marks[-1].end_s, FRAME_S)
            ended = [cue for cue in cues if cue.start_s < marks[-1].end_s]
            tally.add(ended, shapes_at(marks, times_s))
        print(tally.row("sound and text" if with_text else "sound alone"))


def marked_lines(folder: Path) -> list[tuple[Path, str, list[MouthCue]]]:
    """(file, what is said, marks) of the lines.tsv of a folder."""
    rows = (folder / "lines.tsv").read_text("utf-8").splitlines()[1:]
    named = [(folder / name, text) for name, text in (row.split("\t") for row in rows)]
    return [(path, text, read_cues(path.with_suffix(".tsv"))) for path, text in named]


def measure_speech(folder: Path, speakers: Sequence[str]) -> None:
    """Sound alone against what the known sentence gives."""
    tally, badly, count = Tally(), 0, 0
    for path, text in sentences(folder, speakers):
        features = mouth_features(read_sound(path))
        path_of_text, notes = _along(features, text)
        badly += bool(notes)
        count += 1
        shapes = np.array([SHAPE_OF[KINDS[kind]] for kind in path_of_text])
        tally.add(mouth_of_sound(read_sound(path)).cues, shapes)
    print(_HEAD)
    print(tally.row(f"sound alone, {count} recordings"))
    print(f"\n{badly} of {count} sentences fit their recording badly")


def sentences(folder: Path, speakers: Sequence[str]) -> list[tuple[Path, str]]:
    """(file, what is said) of EmoDB."""
    files = sorted(folder.glob("*.flac"))
    return [(f, SENTENCES[f.name[2:5]]) for f in files if f.name[:2] in speakers]


def _along(features: Array, text: str) -> tuple[Array, list[object]]:
    scores = kind_scores(features)
    sounds, _ = sounds_of_text(text, "de")
    free = likeliest_kinds(scores)
    path, notes = aligned(scores, features[:, 0], sounds, free=free, is_cut=True)
    return path, list(notes)


def learn(lines: Path, speech: Path, out: Path) -> None:
    """Fit, lay along, mix, write."""
    spoken = [(mouth_features(read_sound(line.path)), line) for line in read_lines(lines)]
    timed = np.concatenate([features for features, _ in spoken])
    kinds = np.concatenate([line.kinds(len(features)) for features, line in spoken])
    speakers = sorted({f.name[:2] for f in speech.glob("*.flac")} - set(_HELD_OUT))
    recorded = [(mouth_features(read_sound(f)), t) for f, t in sentences(speech, speakers)]
    floor = _FLOOR * np.diag(timed.var(0))
    by_kind = {kind: timed[kinds == kind] for kind in KINDS}
    _write(out, {kind: _gaussian(rows, rows, floor) for kind, rows in by_kind.items()})
    for number in range(_ROUNDS):
        mouth_sounds.use_table(out)
        paths = [np.array(KINDS)[_along(features, text)[0]] for features, text in recorded]
        heard, told = np.concatenate([f for f, _ in recorded]), np.concatenate(paths)
        table = {}
        for kind, rows in by_kind.items():
            other = heard[told == kind]
            table[kind] = _gaussian(rows, other if len(other) >= _FEWEST else rows, floor)
        _write(out, table)
        print(f"round {number + 1} of {_ROUNDS}")


def _gaussian(one: Array, other: Array, floor: Array) -> tuple[Array, Array]:
    """Mean and covariance of two sets that count alike."""
    mean = 0.5 * (one.mean(0) + other.mean(0))
    covariance = floor.copy()
    for rows in (one, other):
        away = rows.mean(0) - mean
        covariance += 0.5 * (np.cov(rows.T) + np.outer(away, away))
    return mean, covariance


def _write(path: Path, table: dict[str, tuple[Array, Array]]) -> None:
    rows, columns = np.tril_indices(len(FEATURES))
    text = [
        "# Gaussians of the kinds of sound over `mouth_features`: means, and the lower triangles",
        "# of the covariances, row by row. Learnt by benchmarks/mouth_shapes.py (learn) from 95",
        "# lines of eSpeak NG, whose phonemes are timed, and six speakers of EmoDB (CC0), aligned.",
    ]
    for kind, (mean, covariance) in table.items():
        numbers = ", ".join(f"{x:.3g}" for x in covariance[rows, columns])
        text += [
            f"\n[kind.{kind}]",
            f"mean = [{', '.join(f'{x:.3g}' for x in mean)}]",
            f"covariance = [{numbers}]",
        ]
    path.write_text("\n".join(text) + "\n", "utf-8")


# Lines by eSpeak NG, through its C interface, for that alone tells when each phoneme begins.


class _Identity(ctypes.Union):
    _fields_ = (("number", ctypes.c_int), ("name", ctypes.c_char_p), ("text", ctypes.c_char * 8))


class _Event(ctypes.Structure):
    _fields_ = (
        ("type", ctypes.c_int), ("unique", ctypes.c_uint), ("position", ctypes.c_int),
        ("length", ctypes.c_int), ("milliseconds", ctypes.c_int), ("sample", ctypes.c_int),
        ("user", ctypes.c_void_p), ("id", _Identity),
    )  # fmt: skip


_PHONEME, _SYNCHRONOUS, _PHONEME_EVENTS, _RATE = 7, 2, 1, 1


def speak(folder: Path) -> None:
    """Write the lines in all their voices, and lines.json."""
    library = ctypes.CDLL("libespeak-ng.so.1")
    pieces: list[bytes] = []
    events: list[tuple[int, str]] = []

    def take(samples: int, count: int, event: object) -> int:
        if count > 0:
            pieces.append(ctypes.string_at(samples, 2 * count))
        index = 0
        while event[index].type:  # type: ignore[index]
            if event[index].type == _PHONEME:  # type: ignore[index]
                name = bytes(event[index].id.text).split(b"\0")[0].decode()  # type: ignore[index]
                events.append((event[index].sample, name))  # type: ignore[index]
            index += 1
        return 0

    kind = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_void_p, ctypes.c_int, ctypes.POINTER(_Event))
    callback = kind(take)
    rate_hz = library.espeak_Initialize(_SYNCHRONOUS, 0, None, _PHONEME_EVENTS)
    library.espeak_SetSynthCallback(callback)
    folder.mkdir(parents=True, exist_ok=True)
    rows = []
    for number, text in enumerate([*_ENGLISH, *_GERMAN_LINES]):
        voices = _VOICES[number >= len(_ENGLISH)]
        for voice, words in zip(voices, _WORDS_A_MINUTE, strict=False):
            pieces.clear()
            events.clear()
            library.espeak_SetVoiceByName(voice.encode())
            library.espeak_SetParameter(_RATE, words, 0)
            data = text.encode() + b"\0"
            library.espeak_Synth(data, len(data), 0, 0, 0, 1, None, None)
            library.espeak_Synchronize()
            sound = b"".join(pieces)
            name = f"line{number:02d}-{voice.replace('+', '-')}.wav"
            with wave.open(str(folder / name), "wb") as file:
                file.setnchannels(1)
                file.setsampwidth(2)
                file.setframerate(rate_hz)
                file.writeframes(sound)
            timed = [(round(at / rate_hz, 3), phoneme) for at, phoneme in events]
            length_s = round(len(sound) / 2 / rate_hz, 3)
            rows.append(
                {
                    "file": name,
                    "text": text,
                    "voice": voice,
                    "length_s": length_s,
                    "phonemes": timed,
                }
            )
    (folder / "lines.json").write_text(json.dumps(rows, indent=0), "utf-8")
    print(f"{len(rows)} lines in {folder}")


def main(argv: list[str] | None = None) -> int:
    """Returns the exit code."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    commands = parser.add_subparsers(dest="command", required=True)
    one = commands.add_parser("measure")
    one.add_argument("lines", type=Path)
    one = commands.add_parser("measure-marks")
    one.add_argument("folder", type=Path)
    one = commands.add_parser("measure-speech")
    one.add_argument("speech", type=Path)
    one.add_argument("--speakers", nargs="+", default=_HELD_OUT)
    one = commands.add_parser("speak")
    one.add_argument("folder", type=Path)
    one = commands.add_parser("learn")
    one.add_argument("lines", type=Path)
    one.add_argument("speech", type=Path)
    one.add_argument("-o", "--out", type=Path, required=True)
    args = parser.parse_args(argv)
    if args.command == "measure":
        measure(args.lines)
    elif args.command == "measure-marks":
        measure_marks(args.folder)
    elif args.command == "measure-speech":
        measure_speech(args.speech, args.speakers)
    elif args.command == "speak":
        speak(args.folder)
    else:
        learn(args.lines, args.speech, args.out)
    return 0


if __name__ == "__main__":
    sys.exit(main())
