"""Recipes and `--set key=value`: plain TOML onto a settings dataclass, with clear errors."""

from __future__ import annotations

import dataclasses
import difflib
import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, TypeVar

from paintreel.errors import InputError

T = TypeVar("T")


def read_recipe(path: str | Path) -> dict[str, Any]:
    """Tables of a recipe: `system`, `name`, `description`, `licence`, `credit`, `settings`."""
    try:
        return tomllib.loads(Path(path).read_text("utf-8"))
    except OSError as error:
        raise InputError(f"cannot read recipe {path}: {error.strerror}") from error
    except ValueError as error:
        raise InputError(f"recipe {path} is not TOML: {error}") from None


def parse_overrides(pairs: Sequence[str]) -> dict[str, Any]:
    """["batch=4", "teacher.ink=0.5"] to {"batch": 4, "teacher": {"ink": 0.5}}."""
    values: dict[str, Any] = {}
    for pair in pairs:
        key, equals, text = pair.partition("=")
        if not equals or not key:
            raise InputError(f"--set {pair!r}: expected key=value")
        try:
            value = tomllib.loads(f"v = {text}")["v"]
        except tomllib.TOMLDecodeError:
            value = text
        *parents, last = key.strip().split(".")
        table = values
        for parent in parents:
            table = table.setdefault(parent, {})
        table[last] = value
    return values


def apply(settings: T, values: Mapping[str, Any], where: str = "settings") -> T:
    """A copy of the dataclass `settings` with `values` set; unknown keys and wrong types raise."""
    names = {f.name for f in dataclasses.fields(settings)}
    changes: dict[str, Any] = {}
    for key, value in values.items():
        if key not in names:
            near = difflib.get_close_matches(key, names, n=1)
            hint = f"; did you mean {near[0]!r}?" if near else f"; known: {', '.join(sorted(names))}"
            raise InputError(f"{where} has no {key!r}{hint}")
        old = getattr(settings, key)
        if dataclasses.is_dataclass(old):
            changes[key] = apply(old, value, f"{where}.{key}")
        elif isinstance(old, dict):
            changes[key] = {**old, **value}
        else:
            changes[key] = _like(old, value, f"{where}.{key}")
    return dataclasses.replace(settings, **changes)


def _like(old: Any, value: Any, where: str) -> Any:
    """`value` in the type of `old`: int to float and list to tuple, nothing else."""
    if isinstance(old, float) and isinstance(value, int) and not isinstance(value, bool):
        return float(value)
    if isinstance(old, tuple) and isinstance(value, list):
        return tuple(value)
    if type(value) is not type(old):
        raise InputError(f"{where} is {value!r}, expected {type(old).__name__}")
    return value
