"""Mouth cues as Rhubarb Lip Sync writes and reads them: TSV and JSON.

    0.00	X           {"metadata": {"soundFile": "line.wav", "duration": 1.25},
    0.15	D            "mouthCues": [{"start": 0.00, "end": 0.15, "value": "X"}, ...]}
    1.25	X

A TSV says when each shape begins; its last line, X at the end of the sound, is no shape but the
end. Times have two digits, as there.
"""

from __future__ import annotations

import itertools
import json
import math
from collections.abc import Sequence
from os import PathLike, fspath
from pathlib import Path
from typing import Any

from paintreel.audio.mouth_cues import MOUTH_SHAPES, MouthCue, joined
from paintreel.errors import InputError, UnreadableFile
from paintreel.imaging.atomic import atomic_path
from paintreel.imaging.untrusted_files import open_regular, unreadable_file

__all__ = ["CUE_SUFFIXES", "check_cue_suffix", "read_cues", "write_cues"]

CUE_SUFFIXES = (".tsv", ".json")
"""Suffixes of files of cues; .txt is read as TSV too."""

_MOST_BYTES = 16 << 20
_LINE = "a time in seconds, a tab and a shape, such as 0.15<TAB>D"
_JSON = '{"mouthCues": [{"start": 0.00, "end": 0.15, "value": "X"}, ...]}'
_KNOWN = ", ".join(MOUTH_SHAPES)


def check_cue_suffix(path: str | PathLike[str]) -> None:
    """Raise InputError where the name does not say which kind of file to write."""
    if Path(path).suffix.lower() not in CUE_SUFFIXES:
        raise InputError(f"cannot tell from {fspath(path)!r} what to write; name it .tsv or .json")


def read_cues(path: str | PathLike[str]) -> list[MouthCue]:
    """The cues of a TSV or JSON of Rhubarb Lip Sync.

    Raises UnreadableFile, which names line or cue, counted from 1.
    """
    path = Path(path)
    with unreadable_file(path), open_regular(path) as file:
        data = file.read(_MOST_BYTES + 1)
    if len(data) > _MOST_BYTES:
        raise UnreadableFile(path, f"it is larger than {_MOST_BYTES >> 20} MB, no file of cues is")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise UnreadableFile(path, f"it is no text in UTF-8; expected {_LINE}, or JSON") from None
    is_json = path.suffix.lower() == ".json" or text.lstrip()[:1] in ("{", "[")
    return _from_json(path, text) if is_json else _from_tsv(path, text)


def write_cues(
    path: str | PathLike[str],
    cues: Sequence[MouthCue],
    *,
    sound: str = "",
    overwrite: bool = False,
) -> None:
    """Write cues as the suffix says, .tsv or .json; `sound` is the name of the sound in the JSON.

    Raises InputError for another suffix, OutputError where it cannot be written.
    """
    check_cue_suffix(path)
    text = _as_json(cues, sound) if Path(path).suffix.lower() == ".json" else _as_tsv(cues)
    with atomic_path(path, overwrite=overwrite) as partial:
        partial.write_text(text, "utf-8")


def _as_tsv(cues: Sequence[MouthCue]) -> str:
    rows = [f"{cue.start_s:.2f}\t{cue.shape}" for cue in _as_written(cues)]
    rows.append(f"{cues[-1].end_s if cues else 0:.2f}\tX")
    return "\n".join(rows) + "\n"


def _as_json(cues: Sequence[MouthCue], sound: str) -> str:
    end_s = cues[-1].end_s if cues else 0.0
    rows = [
        f'    {{ "start": {cue.start_s:.2f}, "end": {cue.end_s:.2f}, "value": "{cue.shape}" }}'
        for cue in _as_written(cues)
    ]
    return (
        '{\n  "metadata": {\n'
        f'    "soundFile": {json.dumps(sound)},\n    "duration": {end_s:.2f}\n  }},\n'
        '  "mouthCues": [\n' + ",\n".join(rows) + "\n  ]\n}\n"
    )


def _as_written(cues: Sequence[MouthCue]) -> list[MouthCue]:
    """The cues with the digits that a file has; what these leave no time is left out."""
    rounded = (MouthCue(round(cue.start_s, 2), round(cue.end_s, 2), cue.shape) for cue in cues)
    return joined(cue for cue in rounded if cue.end_s > cue.start_s)


def _from_tsv(path: Path, text: str) -> list[MouthCue]:
    rows: list[tuple[int, float, str]] = []
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip():
            continue
        parts = line.split("\t") if "\t" in line else line.split()
        if len(parts) != 2:
            raise UnreadableFile(path, f"line {number} is {_said(line)}, expected {_LINE}")
        try:
            start_s = float(parts[0])
        except ValueError:
            raise UnreadableFile(
                path, f"line {number}: {_said(parts[0])} is no time; expected {_LINE}"
            ) from None
        rows.append((number, start_s, _shape(path, f"line {number}", parts[1].strip())))
        _check_times(path, f"line {number}", rows[-2][1] if len(rows) > 1 else 0.0, start_s)
    if not rows:
        raise UnreadableFile(path, f"it has no cue; expected lines of {_LINE}")
    if len(rows) == 1:
        raise UnreadableFile(path, "it has one line; expected one more, X at the end of the sound")
    return [
        MouthCue(start_s, end_s, shape)
        for (_, start_s, shape), (_, end_s, _) in itertools.pairwise(rows)
        if end_s > start_s
    ]


def _from_json(path: Path, text: str) -> list[MouthCue]:
    try:
        data = json.loads(text)
    except json.JSONDecodeError as error:
        reason = error.msg.lower()
        raise UnreadableFile(path, f"line {error.lineno}: no valid JSON ({reason})") from None
    except RecursionError:
        raise UnreadableFile(path, f"it is nested too deep; expected {_JSON}") from None
    rows = data.get("mouthCues") if isinstance(data, dict) else None
    if not isinstance(rows, list) or not rows:
        raise UnreadableFile(path, f"it has no mouthCues; expected {_JSON}")
    cues: list[MouthCue] = []
    for number, row in enumerate(rows, 1):
        where = f"cue {number}"
        if not isinstance(row, dict) or not {"start", "end", "value"} <= row.keys():
            raise UnreadableFile(path, f"{where} is {_said(row)}, expected {_JSON}")
        start_s, end_s = _number(path, where, row["start"]), _number(path, where, row["end"])
        _check_times(path, where, cues[-1].end_s if cues else 0.0, start_s)
        _check_times(path, where, start_s, end_s)
        cues.append(MouthCue(start_s, end_s, _shape(path, where, row["value"])))
    return [cue for cue in cues if cue.end_s > cue.start_s]


def _shape(path: Path, where: str, value: Any) -> str:
    name = value.upper() if isinstance(value, str) else value
    if name not in MOUTH_SHAPES:
        raise UnreadableFile(path, f"{where}: the shape is {_said(value)}, expected {_KNOWN}")
    return str(name)


def _number(path: Path, where: str, value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise UnreadableFile(path, f"{where}: {_said(value)} is no time in seconds")
    return float(value)


def _check_times(path: Path, where: str, before_s: float, now_s: float) -> None:
    if not (math.isfinite(now_s) and now_s >= 0):
        raise UnreadableFile(path, f"{where}: the time is {now_s:g}, expected 0 s or more")
    if now_s < before_s - 1e-6:
        raise UnreadableFile(
            path, f"{where}: {now_s:g} s comes after {before_s:g} s, times must not go back"
        )


def _said(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 40 else f"{text[:37]}..."
