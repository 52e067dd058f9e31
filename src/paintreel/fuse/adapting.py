"""The network adapted to the key frames of a clip, in a process of its own, where torch is."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import CancelledError
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import Any, TextIO

from paintreel.errors import OutputError, TrainingError, system_reason
from paintreel.imaging.atomic import atomic_path
from paintreel.imaging.files import Picture, write_picture
from paintreel.jobs.training import read_state, start_training
from paintreel.media.carrying import PaintedKey
from paintreel.options import options_of
from paintreel.runtime.catalog import find_model
from paintreel.runtime.fusion_names import LIVE_SUFFIX, PAINT_SUFFIX

__all__ = ["adapt", "can_adapt", "sole_use", "work_folder"]

_POLL_S, _END_S = 0.2, 5.0
_TOLD_LINES = 12
_SAID = "asked.json"


def can_adapt() -> bool:
    """Whether the extra train is installed."""
    return all(find_spec(name) is not None for name in ("torch", "onnx", "safetensors"))


def work_folder(dst: Path) -> Path:
    """Where the adaptation for a result lies until that is whole; a stopped run goes on from it."""
    return dst.with_name(f".{dst.name}.fuse")


@contextmanager
def sole_use(dst: Path) -> Iterator[None]:
    """No other run makes `dst` meanwhile: two would learn in one folder, and one clear it.

    Raises OutputError where another does. The system gives the lock back when a run is killed.
    Windows has no such lock: there nobody is refused.
    """
    lock = work_folder(dst).with_suffix(".lock")
    if sys.platform == "win32" or not lock.parent.is_dir():  # which writing tells better
        yield
        return
    with _locked(lock, dst):
        try:
            yield
        finally:
            lock.unlink(missing_ok=True)


def _locked(lock: Path, dst: Path) -> TextIO:
    """The lock file, open and locked. Raises OutputError where another run has it."""
    import fcntl

    while True:
        try:
            handle = lock.open("a")
        except OSError as error:
            raise OutputError(f"cannot write {lock}: {system_reason(error)}") from None
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            handle.close()
            raise OutputError(
                f"another run is making {dst}; wait until it is done, or name another output"
            ) from None
        except OSError:  # a network drive without locks
            return handle
        # Between opening and locking another run may have ended, and taken the file away.
        if lock.exists() and os.path.samestat(os.fstat(handle.fileno()), lock.stat()):
            return handle
        handle.close()


def adapt(
    keys: Sequence[PaintedKey],
    dst: Path,
    *,
    model: str,
    budget: str,
    threads: int | None = None,
    on_share: Callable[[float], None] | None = None,
    cancel: threading.Event | None = None,
) -> Path:
    """The network that has learnt `keys`; begun before with the same, it goes on or is there.

    budget: of the learning, as `learn.engine.budget.Budget` reads it: "100s", "500steps"
    Raises TrainingError where the training fails, with its last lines; CancelledError.
    """
    _check(cancel)  # what was learnt before is not given up for a run that is over
    folder = work_folder(dst)
    asked = _asked(keys, model, budget)
    out, pairs = folder / "run", folder / "keys"
    result = out / "model.onnx"
    if not _was_asked(folder, asked):
        _write_anew(folder, pairs, keys, asked)
    if result.is_file():
        return result
    make_options: Any = options_of("train")  # its fields are those of the command line
    options = make_options(
        system="fuse-shot",
        art=pairs,
        out=out,
        budget=budget,
        resume=True,
        changes=(f"start={json.dumps(str(find_model(model, 'fuse').path))}",),
        name="shot",
        licence="LicenseRef-Paintings-Of-The-User",
        allow_dirty=True,
        checkpoint_every=30.0,
        threads=threads,
        precision="f32",
    )
    _run(options, out, on_share, cancel)
    if not result.is_file():
        raise TrainingError(f"the adaptation left no network in {out}")
    return result


def _was_asked(folder: Path, asked: dict[str, object]) -> bool:
    """Whether a folder is of the same learning; what cannot be read is of another."""
    try:
        return bool(json.loads((folder / _SAID).read_text("utf-8")) == asked)
    except (OSError, ValueError):
        return False


def _write_anew(
    folder: Path, pairs: Path, keys: Sequence[PaintedKey], asked: dict[str, object]
) -> None:
    """Clear a folder and write what is to be learnt; last of all, what it is.

    Raises OutputError where something stays: it might be the network of another painting.
    """
    try:
        if folder.exists():
            shutil.rmtree(folder)
        pairs.mkdir(parents=True)
    except OSError as error:
        raise OutputError(
            f"cannot clear {folder}, of another learning: {system_reason(error)}; delete it"
        ) from None
    for index, key in enumerate(keys):
        for suffix, pixels in ((LIVE_SUFFIX, key.live), (PAINT_SUFFIX, key.paint)):
            write_picture(pairs / f"key{index:03d}{suffix}", Picture(pixels))
    with atomic_path(folder / _SAID) as beside:
        beside.write_text(json.dumps(asked), "utf-8")


def _asked(keys: Sequence[PaintedKey], model: str, budget: str) -> dict[str, object]:
    digest = hashlib.sha256()
    for key in keys:
        for pixels in (key.live, key.paint):
            digest.update(str(pixels.shape).encode())
            digest.update(pixels.tobytes())
    network = find_model(model, "fuse").card.sha256
    return {"keys": digest.hexdigest(), "network": network, "budget": budget}


def _run(
    options: object,
    out: Path,
    on_share: Callable[[float], None] | None,
    cancel: threading.Event | None,
) -> None:
    child = start_training("train", options)  # type: ignore[arg-type]
    lines: list[str] = []
    assert child.stdout is not None
    reader = threading.Thread(target=lambda: lines.extend(child.stdout or ()), daemon=True)
    reader.start()
    try:
        while child.poll() is None:
            _check(cancel)
            if on_share is not None:
                on_share(read_state(out).share or 0.0)
            time.sleep(_POLL_S)
    finally:
        if child.poll() is None:
            child.terminate()
            try:
                child.wait(_END_S)
            except subprocess.TimeoutExpired:  # what it has kept so far is whole
                child.kill()
                child.wait()
        reader.join(timeout=5)
    if child.returncode:
        told = "".join(lines[-_TOLD_LINES:]).strip() or f"exit code {child.returncode}"
        raise TrainingError(f"the adaptation to the key frames failed: {told}")


def _check(cancel: threading.Event | None) -> None:
    if cancel is not None and cancel.is_set():
        raise CancelledError("cancelled; nothing was written")
