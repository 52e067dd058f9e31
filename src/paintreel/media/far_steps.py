"""First steps of the frames of a clip, worked on in other processes and on other machines.

Each reads the clip from its beginning and works on the first steps of its own shards alone
(`StepTaker`). The run that encodes gets them in order (`FarWork`) and does what carries from frame
to frame itself, so that its frames are those of one process. It has begun every step too: what does
not come in time, or is lost with its machine, it works on by itself.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import CancelledError, Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any, Protocol

from paintreel.imaging.opencv_threads import few_opencv_threads
from paintreel.media.frame import Frame
from paintreel.media.kept_steps import SHARD_FRAMES, pack_step, unpack_step
from paintreel.media.steps import FrameWork
from paintreel.notes import Note, merge_notes

__all__ = ["NO_PICTURES", "FarShards", "FarWork", "StepTaker", "StepsTaken"]

NO_PICTURES = "its first steps are no pictures"
"""Why the steps of some work, which depend on each other, are not made elsewhere."""

_STEPS_AHEAD = 2
"""Steps that may wait for each thread: of large frames each is many megabytes."""


class StepsTaken(Exception):
    """The first steps of a clip are done as they were asked for; nothing else is made of it.

    count  frames of the clip; None where it was not read to its end
    """

    def __init__(self, count: int | None) -> None:
        super().__init__(count)
        self.count = count


class StepTaker:
    """Works on first steps of the shards that it is asked for; a `Shaper` that raises `StepsTaken`.

    next_shard  called with the number of the shard that begins now; gives the next that is wanted,
                that one or a later one; None where no more is. It may wait
    on_shard    called with the number of a finished shard, the packed steps of its frames and what
                the work has to say so far; of a shard that has no frames with none
    """

    def __init__(
        self,
        next_shard: Callable[[int], int | None],
        on_shard: Callable[[int, list[bytes], tuple[Note, ...]], None],
        *,
        cancel: threading.Event | None = None,
        frames: int = SHARD_FRAMES,
    ) -> None:
        self._next, self._on_shard, self._frames = next_shard, on_shard, frames
        self._cancel = cancel

    def __call__(self, work: FrameWork[Any], events: Iterable[Any], dst: Path) -> FrameWork[Any]:
        wanted: int | None = -1
        count, number, steps = 0, 0, deque[Future[bytes]]()
        members: list[bytes] = []
        most = _STEPS_AHEAD * max(1, work.at_once)
        with few_opencv_threads(), ThreadPoolExecutor(max(1, work.at_once)) as pool:
            for frame in events:
                if not isinstance(frame, Frame):
                    continue
                if self._cancel is not None and self._cancel.is_set():
                    raise CancelledError
                number, index = divmod(count, self._frames)
                if index == 0:
                    members += [step.result() for step in steps]
                    if members:
                        self._on_shard(number - 1, members, work.notes())
                    steps.clear()
                    members = []
                    if wanted is not None and wanted < number:
                        wanted = self._next(number)
                    if wanted is None:
                        raise StepsTaken(None)
                step = work.begin(frame)  # of all, in order: it may follow what is seen
                count += 1
                if number == wanted:
                    steps.append(pool.submit(_packed, step))
                    if len(steps) > most:
                        members.append(steps.popleft().result())
            members += [step.result() for step in steps]
        if members:
            self._on_shard(number, members, work.notes())
        while wanted is not None:  # what is asked for now lies beyond the end
            if not (members and wanted == number):
                self._on_shard(wanted, [], work.notes())
            members = []
            wanted = self._next(wanted + 1)
        raise StepsTaken(count)


def _packed(step: Callable[[], Any]) -> bytes:
    packed = pack_step(step())
    if packed is None:
        raise TypeError(NO_PICTURES)
    return packed


class FarShards(Protocol):
    """Where the first steps of a clip come from."""

    def begin(self, number: int) -> None:
        """The frames of this shard are being read now; it and the next ones are wanted."""

    def step(self, number: int, index: int, is_wanted: Callable[[], bool]) -> bytes | None:
        """The packed step of a frame of a shard; waits for it. None where it is not to be had.

        is_wanted  tells whether the run goes on
        """

    def work_here(self, number: int, step: Callable[[], Any]) -> Any:
        """The step of a frame of that shard, made in this process."""

    def notes(self) -> tuple[Note, ...]:
        """What the work elsewhere had to say."""


class FarWork(FrameWork[Any]):
    """Work whose first steps come from elsewhere.

    cancel  set when the run is to stop
    """

    def __init__(
        self,
        work: FrameWork[Any],
        shards: FarShards,
        *,
        cancel: threading.Event | None = None,
        frames: int = SHARD_FRAMES,
    ) -> None:
        self._work, self._shards, self._frames = work, shards, frames
        self._cancel = cancel
        self.at_once = work.at_once
        self._count = 0

    def begin(self, frame: Frame) -> Callable[[], Any]:
        number, index = divmod(self._count, self._frames)
        self._count += 1
        if index == 0:
            self._shards.begin(number)
        step = self._work.begin(frame)

        def far_step() -> Any:
            packed = self._shards.step(number, index, self._goes_on)
            if packed is None:
                return self._shards.work_here(number, step)
            return unpack_step(packed)

        return far_step

    def _goes_on(self) -> bool:
        return self._cancel is None or not self._cancel.is_set()

    def push(self, frame: Frame, result: Any) -> Iterator[Frame]:
        return self._work.push(frame, result)

    def finish(self) -> Iterator[Frame]:
        return self._work.finish()

    def notes(self) -> tuple[Note, ...]:
        """Of the work here and elsewhere, each once."""
        own = self._work.notes()
        kinds = {note.kind for note in own}
        return merge_notes([*own, *(n for n in self._shards.notes() if n.kind not in kinds)])
