"""The folder of a job, and what its process is allowed."""

from __future__ import annotations

import json
import os
import shutil
import stat
from collections.abc import Mapping, Sequence
from contextlib import suppress

from paintreel.studio.files.stored import place_of
from paintreel.studio.files.taking import link_or_copy
from paintreel.studio.forms.values import JobFolder
from paintreel.studio.forms.verbs import offered
from paintreel.studio.settings import StudioSettings
from paintreel.studio.work.jobs import StudioJob

__all__ = ["environment_of", "lay_out"]

_SPARE = 4
"""Address space that libraries reserve and do not use, beside what a job holds."""


def lay_out(
    settings: StudioSettings,
    job: StudioJob,
    inputs: Sequence[tuple[str, str, str]],
    kept: Sequence[tuple[str, int]],
    *,
    threads: int,
) -> JobFolder:
    """A new folder for a job with what it is given; what an earlier process finished comes along.

    inputs   (option, id of the upload, path)
    kept     (name, size in bytes) of finished shards; others are removed
    threads  of processor that it is given

    The earlier process may have been taken over and have left links: nothing is written to its
    folder, and nothing is read there by name. Results and a training move as they are, to be read
    by the next process, which is confined as it was. Raises OSError.
    """
    final, fresh = settings.work / job.id, settings.work / f"{job.id}.new"
    shutil.rmtree(fresh, ignore_errors=True)  # of a manager that was killed here
    fresh.mkdir(parents=True, mode=0o700)
    folder = JobFolder(fresh)
    for place in (folder.root / "tmp", folder.kept):
        place.mkdir(mode=0o700)
    for field, file_id, path in inputs:
        target = folder.inputs / field / path
        target.parent.mkdir(parents=True, exist_ok=True)
        link_or_copy(place_of(settings, file_id), target)
    brought = _bring_over(JobFolder(final), folder, dict(kept))
    verb = offered(job.verb)
    files: dict[str, list[tuple[str, str]]] = {}
    for field, file_id, path in inputs:
        files.setdefault(field, []).append((file_id, path))
    spec = {
        "verb": job.verb,
        "answers": dict(job.answers),
        "files": files,
        "kept": sorted(brought),
        "threads": threads,
        "training": verb is not None and verb.training,
    }
    (folder.root / "spec.json").write_text(json.dumps(spec), "utf-8")
    if final.exists():
        aside = settings.work / f"{job.id}.old"
        shutil.rmtree(aside, ignore_errors=True)
        final.rename(aside)
        shutil.rmtree(aside, ignore_errors=True)
    fresh.rename(final)
    return JobFolder(final)


def _bring_over(before: JobFolder, now: JobFolder, sizes: Mapping[str, int]) -> list[str]:
    """Move what an earlier process made, where it is what it should be; the names of shards."""
    for name in ("out", "run"):
        with suppress(OSError):  # there is none
            (before.root / name).rename(now.root / name)
            if not stat.S_ISDIR((now.root / name).lstat().st_mode):
                (now.root / name).unlink()
    try:
        kept = os.open(before.kept, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
    except OSError:
        return []
    brought = []
    try:
        for name, size_bytes in sizes.items():
            target = now.kept / name
            with suppress(OSError):
                os.rename(name, target, src_dir_fd=kept)
                found = target.lstat()
                if stat.S_ISREG(found.st_mode) and found.st_size == size_bytes:
                    brought.append(name)
                else:
                    target.unlink()
    finally:
        os.close(kept)
    return brought


def environment_of(settings: StudioSettings) -> dict[str, str]:
    """What the process of a job is told, whichever machine it runs on."""
    return {
        "PAINTREEL_JOB_MEMORY": str(settings.memory_bytes * _SPARE),
        "PAINTREEL_JOB_FILE": str(settings.quota_bytes),
    }
