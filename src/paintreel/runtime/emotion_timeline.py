"""Emotions over time, as plain data that every verb takes and gives.

    [(0.0, {"neutral": 0.8, "sadness": 0.2}), (0.5, {"sadness": 0.9}), (2.0, {})]

Times are seconds and ascend strictly. Names are those of `runtime.emotions`; what is not named is
0, and the numbers of an entry add up to at most 1: an empty one says that there is no emotion, as
in silence. Between two entries the numbers go over into each other in a straight line; before the
first and after the last they are held. As JSON the same: `[[0.0, {"neutral": 0.8}], [0.5, {}]]`.
"""

from __future__ import annotations

import bisect
import itertools
import json
import math
import re
from collections.abc import Iterator, Mapping, Sequence
from os import PathLike
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np

from paintreel.errors import InputError, UnreadableFile
from paintreel.imaging.arrays import Array
from paintreel.imaging.atomic import atomic_path
from paintreel.imaging.plain_text import GUESSED, decoded
from paintreel.imaging.untrusted_files import open_regular, unreadable_file
from paintreel.runtime.emotions import EMOTIONS, find_emotion

__all__ = [
    "EmotionTimeline",
    "Shares",
    "check_timeline",
    "emotion_at",
    "likeliest",
    "read_timeline",
    "shares_at",
    "smoothed_timeline",
    "steady_timeline",
    "stretches_of",
    "write_timeline",
]

Shares: TypeAlias = Mapping[str, float]
"""Emotion -> how much of it, in [0, 1]; adding up to at most 1."""

EmotionTimeline: TypeAlias = Sequence[tuple[float, Shares]]
"""[(seconds, shares)], in order of time."""

_MOST_BYTES = 64 << 20
_ROUNDING = 1e-3
_DIGITS = 4
_FAINT = 1e-9


def check_timeline(
    timeline: Any, *, name: str = "timeline"
) -> list[tuple[float, dict[str, float]]]:
    """The timeline with its names in the table's spelling, entries as tuples and dicts.

    timeline: what `EmotionTimeline` describes, lists in place of tuples too. Raises InputError that
    names the entry, counted from 1, where one is malformed, and where there is none.
    """
    if isinstance(timeline, str | bytes | Mapping) or not isinstance(timeline, Sequence):
        raise InputError(f"{name} is {_said(timeline)}, {_EXPECTED}")
    found: list[tuple[float, dict[str, float]]] = []
    for place, entry in enumerate(timeline, 1):
        last_s = found[-1][0] if found else None
        found.append(_checked(entry, last_s, f"{name}: entry {place}"))
    if not found:
        raise InputError(f"{name} has no entry, {_EXPECTED}")
    return found


def read_timeline(path: str | PathLike[str]) -> list[tuple[float, dict[str, float]]]:
    """The timeline of a JSON file.

    Raises UnreadableFile for what is no such file; it names line and entry, counted from 1.
    """
    path = Path(path)
    with unreadable_file(path), open_regular(path) as file:
        data = file.read(_MOST_BYTES + 1)
    if len(data) > _MOST_BYTES:
        raise UnreadableFile(path, f"it is larger than {_MOST_BYTES >> 20} MB, no timeline is")
    try:
        text, encoding = decoded(data)
    except ValueError:
        encoding = GUESSED
    if encoding == GUESSED:
        raise UnreadableFile(path, f"it is no text in UTF-8 or UTF-16; {_EXPECTED}")
    found: list[tuple[float, dict[str, float]]] = []
    for place, (line, entry) in enumerate(_entries(path, text), 1):
        last_s = found[-1][0] if found else None
        try:
            found.append(_checked(entry, last_s, f"line {line}, entry {place}"))
        except InputError as error:
            raise UnreadableFile(path, str(error)) from None
    if not found:
        raise UnreadableFile(path, f"it has no entry; {_EXPECTED}")
    return found


def write_timeline(
    path: str | PathLike[str], timeline: EmotionTimeline, *, overwrite: bool = False
) -> None:
    """Write a timeline as JSON, an entry a line. Raises InputError and OutputError."""
    rows = []
    for time_s, shares in check_timeline(timeline):
        kept = {name: round(share, _DIGITS) for name, share in shares.items()}
        kept = {name: share for name, share in kept.items() if share}
        rows.append(json.dumps([round(time_s, _DIGITS), kept]))
    with atomic_path(path, overwrite=overwrite) as partial:
        partial.write_text("[\n" + ",\n".join(rows) + "\n]\n", "utf-8")


def emotion_at(timeline: EmotionTimeline, time_s: float) -> dict[str, float]:
    """The shares at a time: of the two entries around it in a straight line, held at the ends.

    >>> emotion_at([(0.0, {"anger": 1.0}), (2.0, {"fear": 0.5})], 1.0)
    {'anger': 0.5, 'fear': 0.25}
    """
    if not timeline:
        return {}
    times_s = [entry[0] for entry in timeline]
    after = bisect.bisect_right(times_s, time_s)
    if after == 0:
        return dict(timeline[0][1])
    if after == len(timeline):
        return dict(timeline[-1][1])
    (start_s, first), (end_s, second) = timeline[after - 1], timeline[after]
    part = (time_s - start_s) / (end_s - start_s)
    names = [*first, *(name for name in second if name not in first)]
    mixed = {n: (1 - part) * first.get(n, 0.0) + part * second.get(n, 0.0) for n in names}
    return {name: share for name, share in mixed.items() if share > _FAINT}


def shares_at(timeline: EmotionTimeline, times_s: Sequence[float] | Array) -> Array:
    """(T, 9) float64: the shares at many times, in the order of `EMOTIONS`."""
    known_s, table = _as_table(timeline)
    return np.stack([np.interp(times_s, known_s, column) for column in table.T], axis=1)


def smoothed_timeline(
    timeline: EmotionTimeline, spread_s: float
) -> list[tuple[float, dict[str, float]]]:
    """The same entries, each the mean of what is around it under a Gaussian: nothing lags.

    spread_s: its standard deviation, in seconds; 0 changes nothing. Raises InputError below 0.
    """
    if not 0 <= spread_s < math.inf:
        raise InputError(f"spread_s is {spread_s}, expected seconds, 0 or more")
    checked = check_timeline(timeline)
    if spread_s == 0 or len(checked) == 1:
        return checked
    known_s, _ = _as_table(checked)
    offsets = np.linspace(-3, 3, 25)
    weights = np.exp(-0.5 * offsets**2)
    weights /= weights.sum()
    sums = sum(
        weight * shares_at(checked, known_s + offset * spread_s)
        for weight, offset in zip(weights.tolist(), offsets.tolist(), strict=True)
    )
    return [(time_s, _named(row)) for time_s, row in zip(known_s.tolist(), sums, strict=True)]


def steady_timeline(emotion: str, intensity: float = 1.0) -> list[tuple[float, dict[str, float]]]:
    """One emotion all the time, at an intensity in [0, 1]. Raises InputError.

    >>> steady_timeline("Fear", 0.5)
    [(0.0, {'fear': 0.5})]
    """
    if not 0 <= intensity <= 1:
        raise InputError(f"intensity is {intensity}, expected 0 to 1")
    name = find_emotion(emotion)
    return [(0.0, {name: float(intensity)} if intensity else {})]


def likeliest(shares: Shares, least: float = 0.0) -> str | None:
    """The emotion with the largest share; None where there is none above `least`.

    >>> likeliest({"anger": 0.4, "fear": 0.6}), likeliest({})
    ('fear', None)
    """
    best = max(shares, key=lambda name: shares[name], default=None)
    return None if best is None or shares[best] <= least else best


def stretches_of(timeline: EmotionTimeline, end_s: float) -> list[tuple[float, float, str | None]]:
    """[(start, end, likeliest emotion or None)] in seconds: entries that say the same, joined.

    An entry stands until half the way to the next. end_s: when the last one ends.
    """
    times_s = [time_s for time_s, _ in timeline]
    edges = [times_s[0], *((a + b) / 2 for a, b in itertools.pairwise(times_s))]
    edges.append(max(end_s, times_s[-1]))
    found: list[tuple[float, float, str | None]] = []
    for (_, shares), start_s, stop_s in zip(timeline, edges, edges[1:], strict=False):
        name = likeliest(shares)
        if found and found[-1][2] == name:
            found[-1] = (found[-1][0], stop_s, name)
        else:
            found.append((start_s, stop_s, name))
    return found


_EXPECTED = 'expected [[seconds, {"emotion": share, ...}], ...]'


def _checked(entry: Any, last_s: float | None, where: str) -> tuple[float, dict[str, float]]:
    is_pair = isinstance(entry, Sequence) and not isinstance(entry, str | bytes)
    if not is_pair or len(entry) != 2:
        raise InputError(f"{where} is {_said(entry)}, {_EXPECTED}")
    time_s, shares = entry
    if not _is_number(time_s) or not 0 <= time_s < math.inf:
        raise InputError(f"{where}: the time is {_said(time_s)}, expected seconds, 0 or more")
    if last_s is not None and time_s <= last_s:
        raise InputError(f"{where}: {time_s:g} s comes after {last_s:g} s, times must ascend")
    if not isinstance(shares, Mapping):
        raise InputError(f"{where}: the shares are {_said(shares)}, {_EXPECTED}")
    found: dict[str, float] = {}
    for word, share in shares.items():
        try:
            name = find_emotion(str(word))
        except InputError as error:
            raise InputError(f"{where}: {error}") from None
        if not _is_number(share) or not 0 <= share <= 1 + _ROUNDING:
            raise InputError(f"{where}: {name} is {_said(share)}, expected a number from 0 to 1")
        if name in found:
            raise InputError(f"{where}: {name} is named twice")
        found[name] = min(float(share), 1.0)
    total = sum(found.values())
    if total > 1 + _ROUNDING * max(1, len(found)):
        raise InputError(f"{where}: the shares add up to {total:.3f}, expected at most 1")
    return float(time_s), found


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float | np.floating) and not isinstance(value, bool)


def _said(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 40 else f"{text[:37]}..."


def _entries(path: Path, text: str) -> Iterator[tuple[int, Any]]:
    """(line, value) of the elements of a JSON array: a mistake in a long one is found."""
    decoder = json.JSONDecoder(parse_constant=_no_constant, object_pairs_hook=_named_once)
    text = text.rstrip()  # what is missing at the end, the last line lacks
    at = _skip(text, 0)
    if at >= len(text) or text[at] != "[":
        raise UnreadableFile(path, f"line {_line(text, at)}: no list begins here; {_EXPECTED}")
    at = _skip(text, at + 1)
    if text[at : at + 1] == "]":
        return
    while True:
        try:
            value, end = decoder.raw_decode(text, at)
        except _NamedTwice as error:
            line = _line(text, _second(text, at, error.name))
            raise UnreadableFile(path, f"line {line}: {error}") from None
        except RecursionError:
            what = f"lists lie too deep in each other; {_EXPECTED}"
            raise UnreadableFile(path, f"line {_line(text, at)}: {what}") from None
        except ValueError as error:
            place = getattr(error, "pos", at)
            message = getattr(error, "msg", str(error)).lower()
            line = _line(text, place)
            raise UnreadableFile(path, f"line {line}: no valid JSON ({message})") from None
        yield _line(text, at), value
        at = _skip(text, end)
        mark = text[at : at + 1]
        if mark == "]":
            if _skip(text, at + 1) < len(text):
                line = _line(text, _skip(text, at + 1))
                raise UnreadableFile(path, f"line {line}: something follows the end of the list")
            return
        if mark != ",":
            got = repr(mark) if mark else "the end of the file"
            raise UnreadableFile(path, f"line {_line(text, at)}: got {got}, expected ',' or ']'")
        at = _skip(text, at + 1)


def _no_constant(name: str) -> float:
    raise ValueError(f"{name} is no number")


class _NamedTwice(Exception):
    """An object that has a key twice, of which JSON readers take one, and not all the same."""

    def __init__(self, name: str) -> None:
        super().__init__(f"{_said(name)} is named twice in one entry")
        self.name = name


def _named_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, value in pairs:
        if name in found:
            raise _NamedTwice(name)
        found[name] = value
    return found


def _second(text: str, at: int, name: str) -> int:
    """Where a key stands for the second time from `at` on; `at` where it is written otherwise."""
    places = re.finditer(rf"{re.escape(json.dumps(name, ensure_ascii=False))}\s*:", text[at:])
    second = next(itertools.islice(places, 1, None), None)
    return at if second is None else at + second.start()


def _skip(text: str, at: int) -> int:
    while at < len(text) and text[at] in " \t\r\n":
        at += 1
    return at


def _line(text: str, at: int) -> int:
    return text.count("\n", 0, at) + 1


def _as_table(timeline: EmotionTimeline) -> tuple[Array, Array]:
    times_s = np.array([time_s for time_s, _ in timeline], float)
    table = np.array([[shares.get(name, 0.0) for name in EMOTIONS] for _, shares in timeline])
    return times_s, table


def _named(row: Array) -> dict[str, float]:
    pairs = zip(EMOTIONS, row.tolist(), strict=True)
    return {name: min(share, 1.0) for name, share in pairs if share > _FAINT}
