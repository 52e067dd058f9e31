"""The folder of a job, and what its process is allowed."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Sequence
from pathlib import Path

from paintreel.studio.files.stored import place_of
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
    """The folder of a job with what it is given; what an earlier process has finished stays.

    inputs   (option, id of the upload, path)
    kept     (name, size in bytes) of finished shards; others are removed
    threads  of processor that it is given
    """
    folder = JobFolder(settings.work / job.id)
    for place in (folder.root, folder.root / "tmp", folder.kept):
        place.mkdir(parents=True, exist_ok=True, mode=0o700)
    for field, file_id, path in inputs:
        target = folder.inputs / field / path
        target.parent.mkdir(parents=True, exist_ok=True)
        if not target.exists():
            _link(place_of(settings, file_id), target)
    sizes = dict(kept)
    for shard in folder.kept.iterdir():
        if not shard.is_file() or sizes.get(shard.name) != shard.stat().st_size:
            shard.unlink()
    verb = offered(job.verb)
    files: dict[str, list[tuple[str, str]]] = {}
    for field, file_id, path in inputs:
        files.setdefault(field, []).append((file_id, path))
    spec = {
        "verb": job.verb,
        "answers": dict(job.answers),
        "files": files,
        "kept": sorted(name for name in sizes if (folder.kept / name).is_file()),
        "threads": threads,
        "training": verb is not None and verb.training,
    }
    (folder.root / "spec.json").write_text(json.dumps(spec), "utf-8")
    return folder


def _link(source: Path, target: Path) -> None:
    try:
        os.link(source, target)
    except OSError:  # another file system, or one without links
        shutil.copyfile(source, target)


def environment_of(settings: StudioSettings) -> dict[str, str]:
    """What the process of a job is told, whichever machine it runs on."""
    return {
        "PAINTREEL_JOB_MEMORY": str(settings.memory_bytes * _SPARE),
        "PAINTREEL_JOB_FILE": str(settings.quota_bytes),
    }
