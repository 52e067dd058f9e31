"""The folder of a run: refused before anything is loaded where a run would lose or mix things."""

from __future__ import annotations

from pathlib import Path

from paintreel.errors import OutputError


def claim(out: Path, *, resume: bool, reads: tuple[Path, ...]) -> None:
    """Raise OutputError unless a run may write into `out`.

    A run that is there must be resumed, one that is not there cannot be, and `out` lies in none of
    the folders `reads`, where the next run would take its samples for training pictures.
    """
    checkpoint = out / "checkpoint.pt"
    if checkpoint.exists() and not resume:
        raise OutputError(f"{out} already holds a run; go on with --resume or give a new --out")
    if resume and not checkpoint.exists():
        raise OutputError(f"{out} holds no checkpoint to resume from")
    refuse_inside(out, reads)


def refuse_inside(out: Path, reads: tuple[Path, ...]) -> None:
    """Raise OutputError where `out` lies in a folder that is read for pictures."""
    for root in reads:
        if out.resolve().is_relative_to(root.resolve()):
            raise OutputError(f"--out {out} lies in {root}, which is read for pictures")
