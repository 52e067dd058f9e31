"""Identities by name and from TOML files.

A file has the tables and keys of `identity.Identity`; what it leaves out is as usual, or as in the
identity that `like` names. An error names the file, the line and what was expected there.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import fields, replace
from functools import lru_cache
from importlib import resources
from os import PathLike, fspath
from pathlib import Path
from typing import Any

from paintreel.errors import InputError, system_reason
from paintreel.near_names import did_you_mean, near_names
from paintreel.rig.identity import (
    TABLES,
    Identity,
    what_is_wrong,
    what_is_wrong_of_accessory,
)

__all__ = ["find_identity", "identity_names", "parse_identity", "read_identity"]

_MOST_BYTES = 1 << 20
_TOP = ("name", "title", "like", "accessories")


def identity_names() -> tuple[str, ...]:
    """Names of the identities that come with the program."""
    return tuple(sorted(path.name.removesuffix(".toml") for path in _bundled()))


def find_identity(asked: str | PathLike[str]) -> Identity:
    """The bundled identity of that name, or that of a TOML file.

    Raises InputError, which names the nearest, for what is neither.
    """
    text = fspath(asked)
    name = text.strip().lower().replace("_", "-").replace(" ", "-")
    if name in identity_names():
        return _named(name)
    if text.lower().endswith(".toml") or Path(text).is_file():
        return read_identity(text)
    hint = did_you_mean(near_names(name, identity_names())) or (
        f"there are {', '.join(identity_names())}"
    )
    raise InputError(f"identity {text!r} not found; {hint}, or give a file NAME.toml")


def read_identity(path: str | PathLike[str]) -> Identity:
    """The identity of a TOML file. Raises InputError."""
    path = Path(path)
    try:
        data = path.read_bytes()[: _MOST_BYTES + 1]
    except OSError as error:
        raise InputError(f"cannot read identity {path}: {system_reason(error)}") from error
    if len(data) > _MOST_BYTES:
        raise InputError(
            f"identity {path} has over {_MOST_BYTES} bytes, expected a short TOML file"
        )
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        raise InputError(f"{path}, line {line}: not UTF-8, as TOML is") from None
    return parse_identity(text, where=str(path), name=path.stem)


def parse_identity(text: str, *, where: str = "identity", name: str = "character") -> Identity:
    """The identity of a TOML text.

    where  what errors call it
    name   of a character that gives itself none

    Raises InputError.
    """
    try:
        told = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise InputError(f"{where} is not TOML: {error}") from None
    lines = _lines_of(text)

    def wrong(key: str, what: str) -> InputError:
        line = lines.get(key) or lines.get(key.split(".")[0])
        place = f"{where}, line {line}" if line else where
        return InputError(f"{place}: {what}")

    for key in told:
        if key not in TABLES and key not in _TOP:
            hint = did_you_mean(near_names(key, [*TABLES, *_TOP])) or (
                f"there are {', '.join([*_TOP, *TABLES])}"
            )
            raise wrong(key, f"unknown key {key!r}; {hint}")
    for key in ("name", "title", "like"):
        if not isinstance(told.get(key, ""), str):
            raise wrong(key, f"{key} is {told[key]!r}, expected a text")
    base = Identity()
    if "like" in told:
        if told["like"] in identity_names():
            base = _named(told["like"])
        else:
            hint = did_you_mean(near_names(told["like"], identity_names())) or (
                f"there are {', '.join(identity_names())}"
            )
            raise wrong("like", f"like is {told['like']!r}; {hint}")
    parts = {
        table: _part(getattr(base, table), table, told[table], wrong)
        for table in TABLES
        if table in told
    }
    worn = told.get("accessories", list(base.accessories))
    if not isinstance(worn, list):
        raise wrong("accessories", f"accessories is {worn!r}, expected a list of names")
    for each in worn:
        reason = what_is_wrong_of_accessory(each)
        if reason:
            raise wrong("accessories", f"accessory {reason}")
    return replace(
        base,
        name=told.get("name", name),
        title=told.get("title", told.get("name", name)),
        accessories=tuple(dict.fromkeys(worn)),
        **parts,
    )


def _part(base: Any, table: str, told: Any, wrong: Any) -> Any:
    """One table onto what is there."""
    if not isinstance(told, Mapping):
        raise wrong(table, f"{table} is {told!r}, expected a table [{table}]")
    known = [one.name for one in fields(base)]
    values = {}
    for key, value in told.items():
        if key not in known:
            hint = did_you_mean(near_names(key, known)) or f"there are {', '.join(known)}"
            raise wrong(f"{table}.{key}", f"{table} has no {key!r}; {hint}")
        reason = what_is_wrong(base, key, value)
        if reason:
            raise wrong(f"{table}.{key}", f"{key} {reason}")
        values[key] = float(value) if isinstance(value, int) else value
    return replace(base, **values)


_HEADER = re.compile(r"\s*\[\s*([^\[\]]+?)\s*\]")
_KEY = re.compile(r"\s*([A-Za-z0-9_\-.\"' ]+?)\s*=")


def _lines_of(text: str) -> dict[str, int]:
    """{"table.key": its line, from 1} of a TOML text, and of the tables themselves."""
    lines: dict[str, int] = {}
    table = ""
    for number, line in enumerate(text.splitlines(), 1):
        if header := _HEADER.match(line):
            table = header[1].strip("\"' ") + "."
            lines.setdefault(table.removesuffix("."), number)
        elif key := _KEY.match(line):
            parts = [part.strip(" \"'") for part in key[1].split(".")]
            lines.setdefault(table + ".".join(parts), number)
            lines.setdefault(table + parts[0], number)
    return lines


@lru_cache(maxsize=1)
def _bundled() -> tuple[Any, ...]:
    folder = resources.files("paintreel.rig") / "identities"
    return tuple(each for each in folder.iterdir() if each.name.endswith(".toml"))


@lru_cache(maxsize=32)
def _named(name: str) -> Identity:
    (file,) = (each for each in _bundled() if each.name == f"{name}.toml")
    return parse_identity(file.read_text("utf-8"), where=f"{name}.toml", name=name)
