"""Recipes and `--set key=value`: plain TOML onto a settings dataclass, with clear errors."""

from __future__ import annotations

import dataclasses
import math
import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar, get_args, get_origin, get_type_hints

from paintreel.errors import InputError, system_reason
from paintreel.near_names import did_you_mean, near_names
from paintreel.options import MAX_SEED

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

T = TypeVar("T", bound="DataclassInstance")

_LARGEST = 1e6
"""Of a setting that is no whole number; weights, rates and shares are far below."""
_MOST = {"seed": MAX_SEED, "batch": 4096, "px": 8192, "worlds": 256}
"""Most of a whole number, by the last word of its name: a slip of the hand fills the memory."""
_MOST_ELSE = 10**9


def must_hold(rules: Mapping[str, bool], subject: str) -> None:
    """Raise InputError that names every broken one of {rule: whether it holds}.

    subject: what cannot be, such as "these settings cannot be trained with"
    """
    if broken := [rule for rule, holds in rules.items() if not holds]:
        raise InputError(f"{subject}: {'; '.join(broken)} must hold")


def read_recipe(path: str | Path) -> dict[str, Any]:
    """Tables of a recipe: `system`, `name`, `description`, `licence`, `credit`, `settings`."""
    try:
        return tomllib.loads(Path(path).read_text("utf-8"))
    except OSError as error:
        raise InputError(f"cannot read recipe {path}: {system_reason(error)}") from error
    except ValueError as error:
        raise InputError(f"recipe {path} is not TOML: {error}") from None


def parse_overrides(pairs: Sequence[str]) -> dict[str, Any]:
    """["batch=4", "teacher.ink=0.5"] to {"batch": 4, "teacher": {"ink": 0.5}}."""
    values: dict[str, Any] = {}
    for pair in pairs:
        key, equals, text = pair.partition("=")
        *parents, last = key.strip().split(".")
        if not equals or not last or not all(parents):
            raise InputError(f"--set {pair!r}: expected key=value")
        try:
            value = tomllib.loads(f"v = {text}")["v"]
        except tomllib.TOMLDecodeError:
            value = text
        table = values
        for parent in parents:
            table = table.setdefault(parent, {})
            if not isinstance(table, dict):
                raise InputError(f"--set {pair!r}: {parent} was given a value of its own before")
        table[last] = value
    return values


def apply(settings: T, values: Mapping[str, Any], where: str = "settings") -> T:
    """A copy of the dataclass `settings` with `values` set.

    Tables are merged into what is there. Raises InputError for an unknown key, for a value of
    another type than the field's annotation (a whole number stands for a float, a list for a
    tuple), and for one that is not finite or larger than any run can use.
    """
    _expect(isinstance(values, Mapping), where, values, "a table")
    kinds = get_type_hints(type(settings))
    changes: dict[str, Any] = {}
    for key, value in values.items():
        if key not in kinds:
            hint = did_you_mean(near_names(key, kinds)) or f"there are: {', '.join(sorted(kinds))}"
            raise InputError(f"{where} has no {key!r}; {hint}")
        inside, old = f"{where}.{key}", getattr(settings, key)
        if dataclasses.is_dataclass(old) and not isinstance(old, type):
            changes[key] = apply(old, value, inside)
        elif isinstance(old, dict):
            changes[key] = {**old, **_convert(kinds[key], value, inside)}
        else:
            changes[key] = _convert(kinds[key], value, inside)
    return dataclasses.replace(settings, **changes)


def _convert(kind: Any, value: Any, where: str) -> Any:
    """`value` as the annotation `kind`: bool, int, float, str, or a tuple or dict of them."""
    inner = get_args(kind)
    if get_origin(kind) is dict:
        _expect(isinstance(value, Mapping), where, value, "a table")
        return {k: _convert(inner[1], v, f"{where}.{k}") for k, v in value.items()}
    if get_origin(kind) is tuple:
        _expect(isinstance(value, list | tuple), where, value, "a list")
        inner = inner[:1] * len(value) if inner[-1] is Ellipsis else inner
        _expect(len(value) == len(inner), where, value, f"a list of {len(inner)}")
        return tuple(_convert(k, v, where) for k, v in zip(inner, value, strict=True))
    if kind is float and type(value) is int:
        value = float(value)
    _expect(type(value) is kind, where, value, kind.__name__)
    if kind is float:
        _expect(math.isfinite(value), where, value, "a finite number")
        _expect(abs(value) <= _LARGEST, where, value, f"at most {_LARGEST:g}")
    if kind is int:
        most = _MOST.get(where.rpartition(".")[2].rpartition("_")[2], _MOST_ELSE)
        _expect(abs(value) <= most, where, value, f"at most {most}")
    return value


def _expect(fits: bool, where: str, value: Any, wanted: str) -> None:
    if not fits:
        raise InputError(f"{where} is {value!r}, expected {wanted}")
