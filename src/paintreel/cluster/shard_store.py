"""Finished shards of a clip, in a folder or in storage, under a name that says what they are of."""

from __future__ import annotations

import dataclasses
import hashlib
import json
import shutil
from contextlib import suppress
from pathlib import Path
from typing import Any, Protocol

from paintreel.cluster.asking import Ask, package_facts
from paintreel.imaging.atomic import check_takes_files, write_whole
from paintreel.jobs.job import Job
from paintreel.storage.objects import is_stored, is_url, read, remove_below, state_of, write

__all__ = ["KeptShards", "ShardStore", "check_place", "kept_shards_of"]


class ShardStore(Protocol):
    """Where finished shards are kept, so that a run that was killed goes on with them."""

    def has(self, number: int) -> bool:
        """Whether a shard is there; nothing of it is read."""

    def read(self, number: int) -> bytes | None:
        """A finished shard, None where it is not there."""

    def write(self, number: int, shard: bytes) -> None:
        """Keep a shard, whole or not at all."""

    def clear(self) -> None:
        """The clip is made: nothing of it is needed any more."""


class KeptShards:
    """Shards in a folder or below a URL: a `ShardStore`."""

    def __init__(self, place: str) -> None:
        self.place = place
        self._is_url = is_url(place)

    def has(self, number: int) -> bool:
        """Whether a shard is there; nothing of it is read."""
        name = self._name(number)
        return is_stored(name) if self._is_url else Path(name).is_file()

    def read(self, number: int) -> bytes | None:
        """A finished shard, None where it is not there."""
        if self._is_url:
            return read(self._name(number))
        with suppress(FileNotFoundError):
            return Path(self._name(number)).read_bytes()
        return None

    def write(self, number: int, shard: bytes) -> None:
        """Keep a shard, whole or not at all. Raises OutputError."""
        if self._is_url:
            write(self._name(number), shard)
        else:
            write_whole(self._name(number), shard, overwrite=True)

    def clear(self) -> None:
        """Nothing of it is needed any more."""
        if self._is_url:
            remove_below(self.place)
        else:
            shutil.rmtree(self.place, ignore_errors=True)

    def _name(self, number: int) -> str:
        return f"{self.place}/{number:06}.zip"


def kept_shards_of(job: Job, ask: Ask, place: str) -> KeptShards:
    """Where the shards of a clip are kept: below `place`, by all that they depend on."""
    return KeptShards(f"{place.rstrip('/')}/{_digest(job, ask)}")


def check_place(place: str) -> None:
    """Raise OutputError or InputError where no shards can be kept, before anything is painted."""
    if is_url(place):
        probe = f"{place.rstrip('/')}/.probe"
        write(probe, b"")
        remove_below(probe)
    else:
        check_takes_files(Path(place) / "probe")


def _digest(job: Job, ask: Ask) -> str:
    told: dict[str, Any] = dataclasses.asdict(ask)
    for name in ("overwrite", "update", "workers", "max_frames", "strict", "output"):
        told["options"].pop(name, None)
    sources: list[Any] = [state_of(job.name)] if is_url(job.name) else []
    for path in () if is_url(job.name) else job.inputs:
        with suppress(OSError, ValueError):
            stat = path.stat()
            sources.append([str(path.resolve()), stat.st_size, stat.st_mtime_ns])
    content = json.dumps([told, job.name, sources, package_facts()], sort_keys=True, default=str)
    return hashlib.sha256(content.encode()).hexdigest()[:24]
