"""Checkpoints: one file with everything, written atomically, never unpickled blindly."""

from __future__ import annotations

import io
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import torch

from paintreel.errors import TrainingError, system_reason
from paintreel.imaging.atomic import atomic_path

FORMAT = 2


def save_checkpoint(path: Path, state: Mapping[str, Any]) -> None:
    """Write beside, flush, rename: a killed run leaves the last whole checkpoint.

    Raises OutputError when the disk is full or not writable.
    """
    buffer = io.BytesIO()  # torch's own file writer hides the reason of a failed write
    torch.save({"format": FORMAT, **state}, buffer)
    with atomic_path(path, overwrite=True) as beside:
        beside.write_bytes(buffer.getbuffer())


def load_checkpoint(path: Path) -> dict[str, Any]:
    """Read our own checkpoint; raises TrainingError if it is damaged or of another format."""
    try:
        with path.open("rb") as file:
            file.read(1)
    except OSError as error:
        raise TrainingError(f"cannot read checkpoint {path}: {system_reason(error)}") from None
    try:
        state = torch.load(path, map_location="cpu", weights_only=True)
    except MemoryError:
        raise TrainingError(f"cannot read checkpoint {path}: the memory is full") from None
    except Exception as error:
        raise TrainingError(
            f"checkpoint {path} is damaged, or no checkpoint; begin anew with a new --out"
        ) from error
    if not isinstance(state, dict) or state.get("format") != FORMAT:
        raise TrainingError(f"checkpoint {path} is not of format {FORMAT}; start a new --out")
    return state


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
