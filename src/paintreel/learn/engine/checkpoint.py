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
