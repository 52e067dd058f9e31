"""What contracts and cards may say: the type and the bounds of every field, in one place."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from typing import Final

__all__ = [
    "CARD_FIELDS",
    "CONTRACT_FIELDS",
    "LISTED_SPEEDS",
    "MAX_DEPTH",
    "MAX_TEXT_BYTES",
    "MODEL_NAME",
    "name_from",
    "problem_of",
    "shown",
    "too_deep",
]

MAX_TEXT_BYTES = 1 << 16
"""Of a card, and of the contract inside a model file."""

MAX_DEPTH = 8
"""How deep tables and lists may lie in each other."""

MODEL_NAME: Final = "letters, digits, '-' and '_', at most 64"
"""What the name of a model is made of: it becomes part of file names."""

LISTED_SPEEDS = ("fps_720p", "fps_720p_onnxruntime", "scene_s")
"""Entries of a card's table of speeds that are numbers; `paintreel models` lists them."""

_NAME = re.compile(r"[A-Za-z0-9_-]{1,64}")
_FILE = re.compile(r"[^/\\:\0]{1,255}")
_SHA256 = re.compile(r"[0-9a-fA-F]{64}")
_SHOWN = 60

Check = Callable[[object], bool]
Field = tuple[Check, str]
"""Whether a value may be, and in words what may be."""


def _text(most: int, *, least: int = 1, lines: bool = False) -> Field:
    def check(value: object) -> bool:
        if not isinstance(value, str) or not least <= len(value) <= most:
            return False
        return (value.replace("\n", "").replace("\t", "") if lines else value).isprintable()

    return check, f"printable text of {least} to {most} characters"


def _like(pattern: re.Pattern[str], words: str) -> Field:
    def check(value: object) -> bool:
        return isinstance(value, str) and bool(pattern.fullmatch(value))

    return check, words


def _whole(low: int, high: int) -> Field:
    def check(value: object) -> bool:
        return type(value) is int and low <= value <= high

    return check, f"a whole number from {low} to {high}"


def _one_of(*values: str) -> Field:
    def check(value: object) -> bool:
        return isinstance(value, str) and value in values

    words = f"{values[0]!r}" if len(values) == 1 else f"one of {values}"
    return check, words


def _unit_range(value: object) -> bool:
    return (
        isinstance(value, (tuple, list))
        and len(value) == 2
        and all(type(x) in (int, float) for x in value)
        and tuple(value) == (0.0, 1.0)
    )


def _texts(value: object, *, count: int, length: int) -> bool:
    each, _ = _text(length)
    return (
        isinstance(value, (tuple, list))
        and len(value) <= count
        and all(each(text) for text in value)
        and len(set(value)) == len(value)
    )


def _labels(value: object) -> bool:
    return _texts(value, count=256, length=64)


def _heads(value: object) -> bool:
    return (
        isinstance(value, Mapping)
        and len(value) <= 16
        and all(isinstance(name, str) and _NAME.fullmatch(name) for name in value)
        and all(_labels(labels) and len(labels) >= 2 for labels in value.values())
    )


def _grain(value: object) -> bool:
    return type(value) in (int, float) and 0 <= value <= 1  # type: ignore[operator]


def _sentences(value: object) -> bool:
    return _texts(value, count=32, length=512)


def _truth(value: object) -> bool:
    return isinstance(value, bool)


def _table(value: object) -> bool:
    return isinstance(value, dict) and all(isinstance(key, str) for key in value)


def _speeds(value: object) -> bool:
    if not isinstance(value, dict) or not _table(value):
        return False
    figures = [value.get(name, 0.0) for name in LISTED_SPEEDS]
    return all(type(x) in (int, float) and abs(x) < 1e9 and math.isfinite(x) for x in figures)


CONTRACT_FIELDS: Mapping[str, Field] = {
    "name": _like(_NAME, MODEL_NAME),
    "system": _text(64),
    "licence": _text(256),
    "credit": _text(4096, least=0, lines=True),
    "task": _text(64),
    "multiple": _whole(1, 64),
    "halo_px": _whole(0, 1024),
    "tiling": _one_of("exact", "blend", "whole"),
    "layout": _one_of("NCHW"),
    "range": (_unit_range, "(0.0, 1.0)"),
    "input": _text(256),
    "output": _text(256),
    "labels": (_labels, "at most 256 different printable texts of at most 64 characters"),
    "code_size": _whole(0, 4096),
    "grain": (_grain, "a number from 0 to 1"),
    "heads": (_heads, "at most 16 names of models, each with 2 to 256 different printable texts"),
    "version": _whole(1, 2**31),
}

CARD_FIELDS: Mapping[str, Field] = {
    "file": _like(_FILE, "the name of a file, without a folder"),
    "sha256": _like(_SHA256, "64 hexadecimal digits"),
    "size_bytes": _whole(0, 2**40),
    "description": _text(4096, least=0, lines=True),
    "look": _text(64, least=0),
    "learnt_from": _text(4096, least=0),
    "weaknesses": (_sentences, "at most 32 different printable texts of at most 512 characters"),
    "research": (_truth, "true or false"),
    "speed": (_speeds, f"a table in which {', '.join(LISTED_SPEEDS)} are numbers"),
    "training": (_table, "a table"),
}


def name_from(text: str) -> str:
    """A name that a model may have, from a text such as a folder's name.

    >>> name_from("My ink, 2nd try")
    'My-ink-2nd-try'
    """
    return re.sub(r"[^A-Za-z0-9_-]+", "-", text).strip("-")[:64] or "model"


def problem_of(values: Mapping[str, object], fields: Mapping[str, Field]) -> str | None:
    """What is wrong with the first value that may not be; None when all may. Absent ones pass."""
    for key, (check, words) in fields.items():
        if key in values and not check(values[key]):
            return f"{key} is {shown(values[key])}, expected {words}"
    return None


def shown(value: object) -> str:
    """A value for a message, cut short."""
    try:
        text = repr(value)
    except ValueError:  # a number of more digits than Python writes
        text = type(value).__name__
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}..."


def too_deep(value: object) -> bool:
    """Whether tables and lists lie deeper in each other than `MAX_DEPTH`."""
    level = [value]
    for _ in range(MAX_DEPTH + 1):
        tables = [each for each in level if isinstance(each, dict)]
        lists = [each for each in level if isinstance(each, (list, tuple))]
        if not tables and not lists:
            return False
        level = [v for table in tables for v in table.values()] + [v for one in lists for v in one]
    return True
