"""What a run depends on, as nested plain values, and what differs between two of them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

__all__ = ["differences"]


def differences(then: Mapping[str, Any], now: Mapping[str, Any]) -> list[str]:
    """What differs between two fingerprints of a run, one text a value, sorted by name.

    Fingerprints are nested dicts of plain values; an absent value is told as "not set".

    >>> differences({"data": "a1", "settings": {"rate": 1.0}}, {"data": "a1", "settings": {}})
    ['settings.rate is not set, was 1.0']
    """
    old, new = _flat(then), _flat(now)
    lines = []
    for name in sorted(old.keys() | new.keys()):
        if name in old and name in new and old[name] == new[name]:
            continue
        is_now, was = (repr(f[name]) if name in f else "not set" for f in (new, old))
        lines.append(f"{name} is {is_now}, was {was}")
    return lines


def _flat(tree: Mapping[str, Any], above: str = "") -> dict[str, Any]:
    """{"a": {"b": 1}} to {"a.b": 1}; lists become tuples, so that the two compare equal."""
    flat: dict[str, Any] = {}
    for key, value in tree.items():
        name = f"{above}{key}"
        if isinstance(value, Mapping):
            flat |= _flat(value, f"{name}.")
        else:
            flat[name] = tuple(value) if isinstance(value, list) else value
    return flat
