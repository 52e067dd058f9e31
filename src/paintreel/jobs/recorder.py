"""What a run says of results that are there already, and what it writes of those it makes.

Both go by the options of the verb, field by field, so that a new verb or option is recorded and
compared by being stated.
"""

from __future__ import annotations

import json
import math
import os
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from paintreel.errors import PaintreelError
from paintreel.jobs.job import Job
from paintreel.jobs.record import (
    RECORD_NAME,
    Fingerprint,
    Provenance,
    Record,
    add_provenances,
    fingerprint_of,
    read_record,
    record_places,
)
from paintreel.notes import Note
from paintreel.options import FileOptions, described, flag_of

__all__ = ["Judgement", "Recorder"]

_PAUSE_PER_WRITING = 20
"""So many times as long as a writing of a record took it rests, that runs into one folder see each
other's results at once and a large record costs little."""
_WAIT_S, _WAIT_PAUSE_S = 3.0, 0.05
"""So long in all a run waits for what another has not recorded yet, and how often it looks."""
_UNTOLD = "another run has made it meanwhile, and no record tells with which settings"


@dataclass(frozen=True, slots=True)
class Judgement:
    """What is known of results that are there.

    differs     what was otherwise when they were made, in words; () where nothing was
    is_known    whether a record says how they were made
    is_changed  whether somebody has changed one since; such a result is never replaced unasked
    """

    differs: tuple[str, ...] = ()
    is_known: bool = False
    is_changed: bool = False


class Recorder:
    """Compares what is there with what is asked, and records what is made.

    verb, options  what is asked
    version        of Paintreel
    several        whether the run may make several results, whose making is recorded unless the
                   options say never; of one alone only where the folder has a record already
    clock          seconds; when records are written

    `made` may be called from several threads.
    """

    def __init__(
        self,
        verb: str,
        options: FileOptions,
        *,
        version: str,
        several: bool,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.verb, self.version = verb, version
        self.notes: list[Note] = []
        self._several, self._mode = several, options.record
        self._clock = clock
        self._next_s = clock()
        self._wait_until_s: float | None = None
        self._options = {
            f.name: (flag_of(f, facts), facts) for f, facts, _ in described(type(options))
        }
        self._settings = {
            name: _plain(getattr(options, name))
            for name, (_, facts) in self._options.items()
            if facts.affects != "nothing"
        }
        self._models = {
            name: model
            for name, (_, facts) in self._options.items()
            if facts.is_model and (model := _model(getattr(options, name))) is not None
        }
        self._records: dict[Path, Record] = {}
        self._fresh: dict[Path, dict[str, Provenance]] = {}
        self._every: dict[Path, dict[str, Provenance]] = {}
        self._lock = threading.Lock()
        self._refused: set[Path] = set()

    def judge(self, job: Job, *, anew: bool = False) -> Judgement:
        """What is known of the results of a job that are there.

        anew  read the record again: another run has made them meanwhile
        """
        judgement = Judgement()
        for folder, key, path in record_places(job.outputs):
            if anew:
                self._records.pop(folder, None)
            if not os.path.lexists(path):
                continue
            provenance = self._record(folder).provenance_of(key)
            if provenance is None:
                continue
            judgement = replace(
                judgement,
                is_known=True,
                differs=judgement.differs or self._differences(job, provenance),
                is_changed=judgement.is_changed or not provenance.result.fits(path),
            )
        return judgement

    def judge_shared(self, job: Job) -> Judgement:
        """What is known of results that another run has just made.

        They are recorded after they are placed, so that it may take a moment. What is not told of
        then differs, as it may, unless nothing is recorded by this run either.
        """
        judgement = self.judge(job, anew=True)
        if self._mode == "never" or job.are_made is not None:  # nothing is recorded in storage
            return judgement
        if self._wait_until_s is None:
            self._wait_until_s = self._clock() + _WAIT_S
        while not judgement.is_known and self._clock() < self._wait_until_s:
            time.sleep(_WAIT_PAUSE_S)
            judgement = self.judge(job, anew=True)
        return judgement if judgement.is_known else replace(judgement, differs=(_UNTOLD,))

    def begin(self, job: Job) -> tuple[tuple[int, int] | None, ...]:
        """What `made` has to be told: the state of the sources before they are read."""
        return tuple(_state(path) for path in job.inputs)

    def made(self, job: Job, before: tuple[tuple[int, int] | None, ...]) -> None:
        """Record the results of a job that has just been made."""
        places = [place for place in record_places(job.outputs) if self._records_in(place[0])]
        if not places:
            return
        kinds = {"result", job.kind}
        settings = {n: v for n, v in self._settings.items() if self._options[n][1].affects in kinds}
        for folder, key, path in places:
            result = fingerprint_of(path, folder)
            if result is None:  # gone already
                continue
            provenance = Provenance(
                self.verb,
                self.version,
                settings,
                {name: _plain(value) for name, value in job.facts.items()},
                self._models,
                _source_fingerprints(job, before, folder),
                result,
                {} if job.machine is None else dict(job.machine()),
            )
            with self._lock:
                for table in (self._fresh, self._every):
                    table.setdefault(folder, {})[key] = provenance
        self._write_now_and_then()

    def close(self) -> None:
        """Write what is recorded: all of the run, as another may have written over it."""
        self._write(self._every)
        self._fresh, self._every = {}, {}

    def _write_now_and_then(self) -> None:
        with self._lock:
            started_s = self._clock()
            if started_s < self._next_s:
                return
            fresh, self._fresh = self._fresh, {}
            self._next_s = math.inf  # nobody else meanwhile
        self._write(fresh)
        ended_s = self._clock()
        self._next_s = ended_s + _PAUSE_PER_WRITING * (ended_s - started_s)

    def _write(self, provenances: Mapping[Path, Mapping[str, Provenance]]) -> None:
        for folder, table in provenances.items():
            problem = add_provenances(folder, table)
            if problem:
                self._tell(folder, problem)

    def _record(self, folder: Path) -> Record:
        if folder not in self._records:
            record = self._records[folder] = read_record(folder)
            if record.problem:
                self._tell(folder, record.problem)
        return self._records[folder]

    def _records_in(self, folder: Path) -> bool:
        if self._mode == "auto":
            return self._several or self._record(folder).is_there
        return self._mode == "always"

    def _tell(self, folder: Path, problem: str) -> None:
        if folder in self._refused:
            return
        self._refused.add(folder)
        path = folder / RECORD_NAME
        if os.path.lexists(path) and read_record(folder).problem:
            text = (
                f"the record {path} is not used ({problem}): nothing is known of earlier results, "
                "and nothing is recorded; remove it to begin anew"
            )
        else:
            text = f"how the results in {folder} were made is not recorded: {problem}"
        self.notes.append(Note("record-unusable", text))

    def _differences(self, job: Job, provenance: Provenance) -> tuple[str, ...]:
        if provenance.verb != self.verb:
            return (f"made by {provenance.verb}, now {self.verb}",)
        differs = []
        now = {**self._settings, **{name: _plain(value) for name, value in job.facts.items()}}
        for name, old in {**provenance.settings, **provenance.facts}.items():
            flag, facts = self._options.get(name, ("", None))
            if name not in now or (facts and facts.affects not in ("result", job.kind, "nothing")):
                continue  # an option of another version, or of files of another kind
            if name in self._models and name in provenance.models:
                if self._models[name]["sha256"] == provenance.models[name]["sha256"]:
                    continue
                if now[name] == old:
                    differs.append(f"the model {old} has changed since")
                    continue
            if now[name] != old:
                differs.append(f"{flag or name} was {_shown(old)}, now {_shown(now[name])}")
        return (*differs, *_changed_sources(job, provenance))


def _changed_sources(job: Job, provenance: Provenance) -> tuple[str, ...]:
    there = [path for path in job.inputs if os.path.lexists(path)]
    if len(there) != len(provenance.sources):
        gone = bool(provenance.sources) and len(there) < len(job.inputs)
        return ("the source is not there any more",) if gone else ("made of other sources",)
    pairs = list(zip(there, provenance.sources, strict=True))
    if all(fingerprint.fits(path) for path, fingerprint in pairs):
        return ()
    same_names = all(path.name == Path(fingerprint.path).name for path, fingerprint in pairs)
    return ("the source has changed since",) if same_names else ("made of another source",)


def _source_fingerprints(
    job: Job, before: tuple[tuple[int, int] | None, ...], folder: Path
) -> tuple[Fingerprint, ...]:
    fingerprints = []
    for path, state in zip(job.inputs, before, strict=True):
        if state is None:  # no file is called so: a word that names the job
            continue
        fingerprint = fingerprint_of(path, folder) or Fingerprint(path.name, 0, 0, "")
        now = fingerprint.size_bytes, fingerprint.mtime_ns
        if not path.is_dir() and state != now:  # changed while it was painted
            fingerprint = replace(fingerprint, sha256="")
        fingerprints.append(fingerprint)
    return tuple(fingerprints)


def _state(path: Path) -> tuple[int, int] | None:
    try:
        stat = path.stat()
    except (OSError, ValueError):
        return None
    return stat.st_size, stat.st_mtime_ns


def _model(value: Any) -> dict[str, str] | None:
    """Name and hash of the model that an option names; None where it names none."""
    from paintreel.runtime.catalog import find_model

    if value is None:
        return None
    try:
        card = find_model(value).card
    except PaintreelError:
        return None
    return {"name": card.contract.name, "sha256": card.sha256}


def _plain(value: Any) -> Any:
    """The value as it comes back from JSON."""
    return json.loads(json.dumps(value, default=str))


def _shown(value: Any) -> str:
    if value is None:
        return "not given"
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "x".join(map(str, value)) if isinstance(value, list) else str(value)
