"""First steps of the frames of a clip, kept on disk in shards, so that no frame is worked on twice.

The first step of `FrameWork` takes each frame by itself and is nearly all of the work; what carries
from frame to frame comes after it. So a run that was killed goes on with the first steps that are
there, runs the rest over all frames in order, and encodes once: its frames are those of a run that
was never killed, wherever shards begin, and sound and times come from the source as always.

    with keeping_steps(StepKeeper(folder)):
        stylize_video("clip.mp4", "painted.mp4")
"""

from __future__ import annotations

import io
import threading
import zipfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path
from typing import IO, Any

import cv2
import numpy as np

from paintreel.imaging.arrays import Array
from paintreel.imaging.atomic import atomic_path
from paintreel.media.frame import Frame
from paintreel.media.steps import FrameWork
from paintreel.notes import Note

__all__ = [
    "SHARD_FRAMES",
    "Shaper",
    "StepKeeper",
    "keeping_steps",
    "pack_shard",
    "pack_step",
    "read_step",
    "shape_steps",
    "shaping_steps",
    "unpack_step",
]

SHARD_FRAMES = 24
_NOTHING = b""
_RGB = 3


class StepKeeper:
    """Where first steps are kept.

    folder    of this job alone: other settings would give other steps
    on_shard  called with name and size in bytes of each shard that is finished, in any thread
    frames    of a shard
    is_whole  whether a shard that lies there is finished; asked by name
    """

    def __init__(
        self,
        folder: Path,
        *,
        on_shard: Callable[[str, int], None] | None = None,
        frames: int = SHARD_FRAMES,
        is_whole: Callable[[str], bool] = lambda _: True,
    ) -> None:
        self.folder, self.frames = folder, frames
        self._on_shard, self.is_whole = on_shard, is_whole

    def shard(self, clip: str, number: int) -> Path:
        """The file of a shard of a clip."""
        return self.folder / f"{clip}-{number:06}.zip"

    def shape(self, work: FrameWork[Any], events: Iterable[Any], dst: Path) -> FrameWork[Any]:
        """`work` keeping its first steps for the clip `dst`, where it has any."""
        return _KeptWork(work, self, dst.name) if work.at_once else work

    def write(self, path: Path, members: list[bytes]) -> None:
        """Write a finished shard, whole or not at all."""
        with atomic_path(path, overwrite=True) as partial:
            partial.write_bytes(pack_shard(members))
        if self._on_shard is not None:
            self._on_shard(path.name, path.stat().st_size)


Shaper = Callable[[FrameWork[Any], Iterable[Any], Path], FrameWork[Any]]
"""Called with the work on a clip, what its source gives (frames, and packets that go by) and where
the result goes; gives the work that is done instead, or raises where the clip ends there."""

_SHAPER: ContextVar[Shaper | None] = ContextVar("step_shaper", default=None)


@contextmanager
def shaping_steps(shaper: Shaper) -> Iterator[None]:
    """Within the block the work on clips that are transformed in this thread goes by `shaper`."""
    token = _SHAPER.set(shaper)
    try:
        yield
    finally:
        _SHAPER.reset(token)


@contextmanager
def keeping_steps(keeper: StepKeeper) -> Iterator[None]:
    """Within the block clips that are transformed in this thread keep their first steps."""
    with shaping_steps(keeper.shape):
        yield


def shape_steps(work: FrameWork[Any], events: Iterable[Any], dst: Path) -> FrameWork[Any]:
    """`work` as it is, or as a block around this call wants it to be done."""
    shaper = _SHAPER.get()
    return work if shaper is None else shaper(work, events, dst)


class _KeptWork(FrameWork[Any]):
    def __init__(self, work: FrameWork[Any], keeper: StepKeeper, clip: str) -> None:
        self._work, self._keeper, self._clip = work, keeper, clip
        self.at_once = work.at_once
        self._count = 0
        self._lock = threading.Lock()
        self._open: dict[int, dict[int, bytes]] = {}
        self._is_keeping = True

    def begin(self, frame: Frame) -> Callable[[], Any]:
        number, index = divmod(self._count, self._keeper.frames)
        self._count += 1
        step = self._work.begin(frame)  # in order, also where its step is there: it may count
        path = self._keeper.shard(self._clip, number)
        if path.is_file() and self._keeper.is_whole(path.name):
            return lambda: read_step(path, index)

        def kept_step() -> Any:
            result = step()
            self._keep(number, index, result)
            return result

        return kept_step

    def _keep(self, number: int, index: int, result: Any) -> None:
        if not self._is_keeping:
            return
        packed = pack_step(result)
        if packed is None:
            self._is_keeping = False  # of a kind that is not kept: each run makes it anew
            return
        with self._lock:
            shard = self._open.setdefault(number, {})
            shard[index] = packed
            if len(shard) < self._keeper.frames:
                return
            del self._open[number]
        self._keeper.write(
            self._keeper.shard(self._clip, number), [shard[i] for i in sorted(shard)]
        )

    def push(self, frame: Frame, result: Any) -> Iterator[Frame]:
        return self._work.push(frame, result)

    def finish(self) -> Iterator[Frame]:
        return self._work.finish()

    def notes(self) -> tuple[Note, ...]:
        return self._work.notes()


def pack_shard(members: list[bytes]) -> bytes:
    """A shard: the packed steps of its frames, in order."""
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as archive:
        for number, member in enumerate(members):
            archive.writestr(f"{number:04}", member)
    return held.getvalue()


def pack_step(result: Any) -> bytes | None:
    """A picture or nothing as bytes, without loss; None for what is neither."""
    if result is None:
        return _NOTHING
    if not isinstance(result, np.ndarray):
        return None
    is_picture = result.dtype == np.uint8 and (result.ndim == 2 or result.shape[2:] == (_RGB,))
    if is_picture and result.size:
        done, packed = cv2.imencode(".png", result, (cv2.IMWRITE_PNG_COMPRESSION, 1))
        if done:
            return packed.tobytes()
    held = io.BytesIO()
    np.save(held, result, allow_pickle=False)
    return held.getvalue()


def read_step(shard: Path | IO[bytes], index: int) -> Array | None:
    """What `pack_step` was given for a frame of a shard."""
    with zipfile.ZipFile(shard) as archive:
        return unpack_step(archive.read(f"{index:04}"))


def unpack_step(packed: bytes) -> Array | None:
    """What `pack_step` was given."""
    if packed == _NOTHING:
        return None
    if packed.startswith(b"\x93NUMPY"):
        loaded: Array = np.load(io.BytesIO(packed), allow_pickle=False)
        return loaded
    picture = cv2.imdecode(np.frombuffer(packed, np.uint8), cv2.IMREAD_UNCHANGED)
    assert picture is not None  # a shard is whole, or it is not there
    return np.asarray(picture)
