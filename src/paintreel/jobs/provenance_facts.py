"""How results were made, in words, as the record in their folder tells it."""

from __future__ import annotations

import os
import shlex
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from paintreel.jobs.record import RECORD_NAME, Provenance, Record, find_provenance, read_record
from paintreel.options import VERBS, described, flag_of, options_of

__all__ = ["folder_facts", "provenance_facts", "record_facts"]


def provenance_facts(path: Path) -> dict[str, object]:
    """What the record says of a result; {} where none names it."""
    found = find_provenance(path)
    return {} if found is None else _facts(*found, path)


def folder_facts(path: Path) -> dict[str, object]:
    """What is known of a folder that is a result, or that holds a record; {} of others."""
    start: dict[str, object] = {"file": str(path), "kind": "folder of results"}
    records = [read_record(each.parent) for each in sorted(path.rglob(RECORD_NAME))]
    if not records:
        found = find_provenance(path)
        return {} if found is None else {**start, **_facts(*found, path)}
    return {**start, **_made(records)}


def record_facts(path: Path) -> dict[str, object]:
    """What a record file says, in words."""
    return _made([read_record(path.parent)])


def _made(records: Sequence[Record]) -> dict[str, object]:
    provenances = {
        record.folder / key: provenance
        for record in records
        for key in record.results
        if (provenance := record.provenance_of(key))
    }
    facts: dict[str, object] = {"results": len(provenances)}
    ways = Counter(
        f"{_by(provenance)} {_with(provenance)}".strip() for provenance in provenances.values()
    )
    for number, (way, count) in enumerate(ways.most_common(), 1):
        facts[f"made, {number}"] = f"{count} by {way}"
    if gone := sum(not os.path.lexists(each) for each in provenances):
        facts["made, gone since"] = gone
    for record in records:
        if record.problem:
            facts[f"{record.folder / RECORD_NAME}"] = f"not used: {record.problem}"
    return facts


def _facts(provenance: Provenance, folder: Path, path: Path) -> dict[str, object]:
    sources = ", ".join(
        _source(fingerprint.path, fingerprint.fits(folder / fingerprint.path))
        for fingerprint in provenance.sources
    )
    models = ", ".join(f"{m['name']} (SHA-256 {m['sha256']})" for m in provenance.models.values())
    is_whole = path.name == Path(provenance.result.path).name
    same = "unchanged" if provenance.result.fits(folder / provenance.result.path) else "changed"
    return {
        "made by": _by(provenance),
        "made of": sources or "no file",
        "made with": _with(provenance) or "every option as default",
        "made with model": models or "none",
        **({"made on": _on(provenance.machine)} if provenance.machine else {}),
        "since made": same if is_whole else f"part of {provenance.result.path}, {same}",
    }


def _source(path: str, fits: bool) -> str:
    return path if fits else f"{path} (not there any more as it was)"


def _by(provenance: Provenance) -> str:
    return f"paintreel {provenance.verb} (version {provenance.version})"


def _on(machine: Mapping[str, str]) -> str:
    device, backend = machine.get("device", "?"), machine.get("backend", "?")
    return f"{device}, by {backend}"


def _with(provenance: Provenance) -> str:
    """The options that are not as default, as they are typed."""
    values: dict[str, Any] = {**provenance.settings, **provenance.facts}
    if provenance.verb not in VERBS:
        return " ".join(f"{name}={value}" for name, value in values.items() if value is not None)
    words = []
    for field, facts, _ in described(options_of(provenance.verb)):
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
