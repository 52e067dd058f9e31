"""How results were made, in words, as the record in their folder tells it."""

from __future__ import annotations

import os
import shlex
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from paintreel.jobs.record import RECORD_NAME, Making, Record, find_making, read_record
from paintreel.options import VERBS, described, flag_of, options_of

__all__ = ["folder_facts", "making_facts", "record_facts"]


def making_facts(path: Path) -> dict[str, object]:
    """What the record says of a result; {} where none names it."""
    found = find_making(path)
    return {} if found is None else _facts(*found, path)


def folder_facts(path: Path) -> dict[str, object]:
    """What is known of a folder that is a result, or that holds a record; {} of others."""
    start: dict[str, object] = {"file": str(path), "kind": "folder of results"}
    records = [read_record(each.parent) for each in sorted(path.rglob(RECORD_NAME))]
    if not records:
        found = find_making(path)
        return {} if found is None else {**start, **_facts(*found, path)}
    return {**start, **_made(records)}


def record_facts(path: Path) -> dict[str, object]:
    """What a record file says, in words."""
    return _made([read_record(path.parent)])


def _made(records: Sequence[Record]) -> dict[str, object]:
    makings = {
        record.folder / key: making
        for record in records
        for key in record.results
        if (making := record.making_of(key))
    }
    facts: dict[str, object] = {"results": len(makings)}
    ways = Counter(f"{_by(making)} {_with(making)}".strip() for making in makings.values())
    for number, (way, count) in enumerate(ways.most_common(), 1):
        facts[f"made, {number}"] = f"{count} by {way}"
    if gone := sum(not os.path.lexists(each) for each in makings):
        facts["made, gone since"] = gone
    for record in records:
        if record.problem:
            facts[f"{record.folder / RECORD_NAME}"] = f"not used: {record.problem}"
    return facts


def _facts(making: Making, folder: Path, path: Path) -> dict[str, object]:
    sources = ", ".join(
        _source(mark.path, mark.fits(folder / mark.path)) for mark in making.sources
    )
    models = ", ".join(f"{m['name']} (SHA-256 {m['sha256']})" for m in making.models.values())
    is_whole = path.name == Path(making.result.path).name
    same = "unchanged" if making.result.fits(folder / making.result.path) else "changed"
    return {
        "made by": _by(making),
        "made of": sources or "no file",
        "made with": _with(making) or "every option as default",
        "made with model": models or "none",
        **({"made on": _on(making.machine)} if making.machine else {}),
        "since made": same if is_whole else f"part of {making.result.path}, {same}",
    }


def _source(path: str, fits: bool) -> str:
    return path if fits else f"{path} (not there any more as it was)"


def _by(making: Making) -> str:
    return f"paintreel {making.verb} (version {making.version})"


def _on(machine: Mapping[str, str]) -> str:
    device, backend = machine.get("device", "?"), machine.get("backend", "?")
    return f"{device}, by {backend}"


def _with(making: Making) -> str:
    """The options that are not as default, as they are typed."""
    values: dict[str, Any] = {**making.settings, **making.facts}
    if making.verb not in VERBS:
        return " ".join(f"{name}={value}" for name, value in values.items() if value is not None)
    words = []
    for field, facts, _ in described(options_of(making.verb)):
        if field.name not in values:
            continue
        value = values.pop(field.name)
        if value == field.default or value is None:
            continue
        words.append(flag_of(field, facts))
        if not isinstance(value, bool):
            words.append("x".join(map(str, value)) if isinstance(value, list) else str(value))
    words += [f"{name}={value}" for name, value in values.items()]
    return shlex.join(words)
