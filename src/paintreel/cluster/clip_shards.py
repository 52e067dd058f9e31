"""The shards of one clip, handed to the processes of a crew in order and taken in order.

No more is handed out than a few shards beyond the frame that is being read here, so that memory
stays the same however long the clip is. A shard that is lost with its node, or that takes much
longer than the others, goes to a process that has not read beyond it, or is worked on here.
"""

from __future__ import annotations

import io
import threading
import zipfile
from collections.abc import Callable, Iterable
from concurrent.futures import CancelledError
from dataclasses import dataclass, field, replace
from statistics import median
from typing import Any

from paintreel.cluster.asking import TaskAnswer
from paintreel.cluster.crew import Crew, Lost, Member
from paintreel.cluster.session import RayThread
from paintreel.cluster.shard_store import ShardStore
from paintreel.errors import BackendError
from paintreel.media.far_steps import NO_PICTURES
from paintreel.media.kept_steps import SHARD_FRAMES
from paintreel.notes import Note
from paintreel.wording import counted

__all__ = ["ClipShards"]

_EACH, _LOOK_S, _NOTES_S = 2, 0.1, 5.0
_LATE, _LEAST_LATE_S = 4.0, 20.0
_MOST_TRIES = 3


@dataclass
class _Lane:
    """What one process has of the clip: shards that it works on, and how far it has read."""

    calls: dict[int, Any] = field(default_factory=dict)
    last: int = -1


@dataclass
class _Shard:
    """A shard that was handed out or is here; content is None where it is in the store alone."""

    given_s: float
    content: bytes | None = None
    is_here: bool = False
    is_fetched: bool = False
    failures: list[str] = field(default_factory=list)


class ClipShards:
    """Where the first steps of a clip come from: see `paintreel.media.far_steps.FarShards`.

    clip   name of this reading of the clip, told to no other
    key    of its job
    store  None where nothing is kept
    """

    def __init__(self, crew: Crew, clip: str, key: str, store: ShardStore | None = None) -> None:
        self._clock = crew.clock
        self._crew, self._clip, self._key, self._store = crew, clip, key, store
        self._lanes: dict[Member, _Lane] = {}
        self._shards: dict[int, _Shard] = {}
        self._next, self._at = 0, -1
        self._end: int | None = None
        self._times_s: list[float] = []
        self._of_here: set[int] = set()
        self.far = 0
        self._changed = threading.Condition()
        self._over = threading.Event()
        self._failure: BaseException | None = None
        self._thread = RayThread(self._run, name="shards")

    def begin(self, number: int) -> None:
        """The frames of this shard are being read now."""
        with self._changed:
            self._at = number
            for old in [n for n in self._shards if n < number - _EACH]:
                del self._shards[old]  # all of it was taken: frames are shown in order
            self._changed.notify_all()
        if number == 0:
            self._thread.start()

    def step(self, number: int, index: int, is_wanted: Callable[[], bool]) -> bytes | None:
        """The packed step of a frame; None where it is to be worked on here."""
        with self._changed:
            while True:
                if not is_wanted() or self._crew.cancelled.is_set():
                    raise CancelledError
                if self._failure is not None:
                    raise self._failure
                shard = self._shards.get(number)
                if shard is not None and shard.is_here:
                    if shard.content is not None or not shard.is_fetched:
                        shard.is_fetched = True
                        break
                elif self._is_for_here(number, shard):
                    return None
                self._changed.wait(_LOOK_S)
            content = shard.content
        if content is None:
            content = self._fetch(number, shard)
        return None if not content else _member_of(content, index)

    def _fetch(self, number: int, shard: _Shard) -> bytes:
        """The content of a shard that is in the store, read once for all of its frames.

        b"" where it has gone meanwhile. The others wait for it, not for the lock.
        """
        assert self._store is not None
        content: bytes | None = None
        try:
            content = self._store.read(number) or b""
        finally:
            with self._changed:
                shard.content, shard.is_fetched = content, content is not None
                self._changed.notify_all()
        return content

    def work_here(self, number: int, step: Callable[[], Any]) -> Any:
        """A step that is not to be had elsewhere. Raises BackendError where it fails too often."""
        with self._changed:
            shard = self._shards.setdefault(number, _Shard(self._clock()))
            failures = list(shard.failures)
            self._of_here.add(number)
        while True:
            try:
                return step()
            except CancelledError:
                raise
            except Exception as error:
                failures.append(f"here: {type(error).__name__}: {' '.join(str(error).split())}")
                if len(failures) >= _MOST_TRIES:
                    first = number * SHARD_FRAMES + 1
                    raise BackendError(
                        f"shard {number + 1} (frames {first} to {first + SHARD_FRAMES - 1}) failed "
                        f"{counted(len(failures), 'time')}: {'; '.join(dict.fromkeys(failures))}"
                    ) from error

    def notes(self) -> tuple[Note, ...]:
        """What the work on the nodes had to say, and what of it was moved."""
        told: list[Note] = []
        for member in list(self._lanes):
            if member.is_lost:
                continue
            try:
                call = member.actor.notes.remote(self._clip)
                text = self._crew.get(member, call, wait_s=_NOTES_S)
            except (Lost, TimeoutError):
                continue
            told += TaskAnswer.from_json(text).notes
        if (here := len(self._of_here)) and self.far:
            text = f"{counted(here, 'shard')} of {here + self.far} worked on here"
            told.append(Note("shards-moved", f"{text}: lost with a node, or late", here))
        return _summed(told)

    def close(self, *, is_made: bool) -> None:
        """The clip is over: nothing more is worked on."""
        self._over.set()
        for member in self._lanes:
            if not member.is_lost and not is_made:
                member.actor.cancel.remote(self._clip)
        if self._thread.is_alive():
            self._thread.join(5)
        if is_made and self._store is not None:
            self._store.clear()

    # Handing out.

    def _is_for_here(self, number: int, shard: _Shard | None) -> bool:
        """Whether nobody works on a shard that is waited for, or somebody too slowly."""
        if number in self._of_here:
            return True
        if shard is None or not any(number in lane.calls for lane in self._lanes.values()):
            is_beyond = self._end is not None and number >= self._end
            return is_beyond or number < self._next or not self._crew.members()
        late_s = max(_LEAST_LATE_S, _LATE * median(self._times_s or [0.0]))
        return self._clock() - shard.given_s > late_s and bool(self._times_s)

    def _run(self) -> None:
        try:
            while not self._over.is_set() and not self._crew.cancelled.is_set():
                self._hand_out()
                self._collect()
        except BaseException as error:  # told to whoever waits
            with self._changed:
                self._failure = error
                self._changed.notify_all()

    def _hand_out(self) -> None:
        members = self._crew.members()
        with self._changed:
            window = self._at + _EACH * len(members) + 1
            lanes = [(member, self._lanes.setdefault(member, _Lane())) for member in members]
        for member, lane in lanes:
            while len(lane.calls) < _EACH and self._hand_to(member, lane, window):
                pass

    def _hand_to(self, member: Member, lane: _Lane, window: int) -> bool:
        """Give a process one more shard; False where there is none for it."""
        self._pass_kept(window)
        with self._changed:
            number = self._lost_shard(lane)
            if number is None:
                if self._next > window or self._end is not None:
                    return False
                number = self._next
                self._next += 1
                self._shards[number] = _Shard(self._clock())
            lane.calls[number] = member.actor.shard.remote(self._clip, self._key, number)
            lane.last = number
        return True

    def _pass_kept(self, window: int) -> None:
        """Pass over shards that an earlier run has kept; painters do not wait for the answer."""
        while self._store is not None and self._end is None and self._next <= window:
            if not self._store.has(self._next):
                return
            with self._changed:
                self._shards[self._next] = _Shard(self._clock(), is_here=True)
                self._next += 1
                self._changed.notify_all()

    def _lost_shard(self, lane: _Lane) -> int | None:
        """A shard that was lost and that this process has not read beyond."""
        given = {n for each in self._lanes.values() for n in each.calls}
        for number, shard in sorted(self._shards.items()):
            is_free = not shard.is_here and number not in given and number > lane.last
            if is_free and number > self._at and len(shard.failures) < _MOST_TRIES - 1:
                return number
        return None

    def _collect(self) -> None:
        """Take what is finished; waits a moment for it."""
        calls = {
            call: (member, number)
            for member, lane in self._lanes.items()
            for number, call in lane.calls.items()
        }
        if not calls:
            self._over.wait(_LOOK_S)
            return
        done, _ = self._crew.ray.wait(list(calls), timeout=_LOOK_S)
        for call in done:
            self._take(call, *calls[call])
        for member, lane in self._lanes.items():
            if member.is_lost and lane.calls:
                self._drop(lane)

    def _drop(self, lane: _Lane) -> None:
        with self._changed:
            for number in lane.calls:
                self._shards[number].given_s = self._clock()
            lane.calls.clear()
            self._changed.notify_all()

    def _take(self, call: Any, member: Member, number: int) -> None:
        failure = ""
        content = b""
        try:
            content = self._crew.get(member, call)
        except Lost:
            self._drop(self._lanes[member])
            return
        except Exception as error:
            failure = f"on {member.name}: {' '.join(str(error).split())[-300:]}"
        if content and self._store is not None:
            self._store.write(number, content)
        with self._changed:
            self._lanes[member].calls.pop(number, None)
            shard = self._shards.get(number)
            if shard is None:  # it was late, and worked on here meanwhile
                return
            if NO_PICTURES in failure:
                self._end = 0  # no node can do them
            elif failure:
                shard.failures.append(failure)
            elif not content:
                self._end = number if self._end is None else min(self._end, number)
                self._shards.pop(number)
            else:
                self.far += 1
                self._times_s.append(self._clock() - shard.given_s)
                del self._times_s[:-50]
                shard.is_here, shard.content = True, content
            self._changed.notify_all()


def _member_of(shard: bytes, index: int) -> bytes:
    with zipfile.ZipFile(io.BytesIO(shard)) as archive:
        return archive.read(f"{index:04}")


def _summed(notes: Iterable[Note]) -> tuple[Note, ...]:
    """One note a kind: what each process has counted of its frames is counted together."""
    kinds: dict[str, Note] = {}
    for note in notes:
        before = kinds.get(note.kind)
        if before is None:
            kinds[note.kind] = note
            continue
        longer = max((before, note), key=lambda each: each.count)
        count, number = before.count + note.count, str(longer.count)
        text = longer.text
        if text.startswith(f"{number} "):
            text = f"{count}{text.removeprefix(number)}"
        kinds[note.kind] = replace(longer, text=text, count=count)
    return tuple(kinds.values())
