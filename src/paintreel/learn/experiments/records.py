"""Files of an experiment: JSON that is whole or not there, and a folder that is one experiment's.

    OUT/experiment.json          what the trials depend on; another experiment is refused
    OUT/trials/NAME-TRIAL.json   record of one condition in one trial

Processes with other conditions may fill one OUT together: no file but those that come out alike is
written by two.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from paintreel.errors import InputError, OutputError, system_reason
from paintreel.imaging.atomic import TEMPORARY_PREFIX, atomic_path
from paintreel.learn.engine.fingerprint import differences
from paintreel.learn.experiments.conditions import Condition

FACTS_NAME = "experiment.json"
TRIALS = "trials"


def read_json(path: Path) -> dict[str, Any]:
    """The table in a file, of finite numbers. Raises InputError where it cannot be read."""
    remedy = "give a new --out" if path.name == FACTS_NAME else "delete it and go on"
    try:
        values = json.loads(path.read_text("utf-8"), parse_constant=_no_number)
    except OSError as error:
        raise InputError(f"cannot read {path}: {system_reason(error)}") from None
    except ValueError as error:
        raise InputError(f"cannot read {path}: {error}; {remedy}") from None
    if not isinstance(values, dict):
        raise InputError(f"cannot read {path}: it holds no table; {remedy}")
    return values


def _no_number(constant: str) -> float:
    raise ValueError(f"{constant} is no number")


def write_json(
    path: Path, values: Mapping[str, Any], *, indent: int | None = 1, overwrite: bool = True
) -> None:
    """Write the table whole or not at all.

    Raises OutputError where the disk refuses, or the file is there and is not to be replaced.
    """
    with atomic_path(path, overwrite=overwrite) as beside:
        beside.write_text(json.dumps(values, indent=indent, allow_nan=False) + "\n", "utf-8")


def json_files(folder: Path) -> list[Path]:
    """JSON files of a folder, sorted, but those that another process is writing."""
    files = folder.glob("*.json")
    return sorted(p for p in files if not p.name.startswith(TEMPORARY_PREFIX))


def refuse_unresumed(out: Path, *, resume: bool) -> None:
    """Raise OutputError where `out` holds an experiment and `resume` is not set.

    For before the material is read; `claim_folder` asks again.
    """
    if (out / FACTS_NAME).exists() and not resume:
        raise OutputError(f"{out} holds an experiment; go on with --resume or give a new --out")


def claim_folder(out: Path, facts: Mapping[str, Any], *, resume: bool) -> None:
    """Write what the experiment depends on, or check that it is what is there.

    Raises OutputError where `out` holds an experiment and `resume` is not set, InputError, with
    what differs, where it holds another one, or records of who knows which.
    """
    path = out / FACTS_NAME
    plain = json.loads(json.dumps(facts))
    refuse_unresumed(out, resume=resume)
    if path.exists():
        if other := differences(read_json(path), plain):
            raise InputError(
                f"{out} holds another experiment: {'; '.join(other[:6])}; give a new --out"
            )
        return
    if json_files(out / TRIALS):
        raise InputError(
            f"{out} holds records, but no {FACTS_NAME} that says what they are of; give a new --out"
        )
    write_json(path, plain)


def record_path(out: Path, condition: Condition, trial: int) -> Path:
    """Where a record lies; a reference has one for all trials."""
    return out / TRIALS / f"{condition.name}-{trial if condition.varies else 0:02d}.json"


def read_records(out: Path) -> dict[str, dict[int, dict[str, Any]]]:
    """{condition: {trial: record}} of all that is there. Raises InputError for a broken record."""
    records: dict[str, dict[int, dict[str, Any]]] = {}
    for path in json_files(out / TRIALS):
        record = read_json(path)
        condition, trial = record.get("condition"), record.get("trial")
        if type(trial) is not int or path.stem != f"{condition}-{trial:02d}":
            raise InputError(
                f"{path} is no record of the trial that it is named after; delete it and go on"
            )
        records.setdefault(str(condition), {})[trial] = record
    return records
