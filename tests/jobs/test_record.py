"""The record of a folder: whole, shared between runs, and never trusted."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from paintreel.jobs.record import (
    RECORD_NAME,
    Fingerprint,
    Provenance,
    add_provenances,
    find_provenance,
    fingerprint_of,
    read_record,
    record_places,
)


def provenance(path: Path, **settings: object) -> Provenance:
    """How the file at `path`, which is written here, was made."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(path.name.encode("utf-8", "surrogateescape"))
    fingerprint = fingerprint_of(path, path.parent)
    assert fingerprint is not None
    return Provenance("stylize", "1.2", settings, {"seed": 3}, {}, (fingerprint,), fingerprint)


def test_what_is_written_is_read(tmp_path: Path):
    name = os.fsdecode(b"w\n\xff.png")
    made = {"a.png": provenance(tmp_path / "a.png", strength=0.5, size=[3, 4])}
    try:
        made[name] = provenance(tmp_path / name, strength=1.0)
    except OSError:
        pytest.skip("the file system takes no such names")
    assert add_provenances(tmp_path, made) == ""
    record = read_record(tmp_path)
    assert {key: record.provenance_of(key) for key in record.results} == made
    assert list(tmp_path.glob(".paintreel-*")) == []


def test_what_others_have_recorded_stays(tmp_path: Path):
    add_provenances(tmp_path, {"a": provenance(tmp_path / "a", x=1)})
    add_provenances(tmp_path, {"b": provenance(tmp_path / "b", x=2)})
    record = read_record(tmp_path)
    assert [record.provenance_of(key).settings for key in ("a", "b")] == [{"x": 1}, {"x": 2}]
    assert len(record.runs) == 2
    add_provenances(tmp_path, {"a": provenance(tmp_path / "a", x=2)})
    assert len(read_record(tmp_path).runs) == 1  # nobody's run is forgotten


WRITER = """
import sys
from pathlib import Path
from paintreel.jobs.record import Provenance, Fingerprint, add_provenances
folder, name = Path(sys.argv[1]), sys.argv[2]
for number in range(40):
    fingerprint = Fingerprint(name, number, number, "00")
    provenance = Provenance("stylize", "1", {"who": name}, {}, {}, (), fingerprint)
    assert add_provenances(folder, {f"{name}{number}": provenance}) == ""
"""


@pytest.mark.skipif(os.name == "nt", reason="folders cannot be locked there")
def test_runs_at_once_lose_nothing_of_each_other(tmp_path: Path):
    command = [sys.executable, "-c", WRITER, str(tmp_path)]
    writers = [subprocess.Popen([*command, name]) for name in "abc"]
    assert [writer.wait() for writer in writers] == [0, 0, 0]
    record = read_record(tmp_path)
    assert {f"{name}{number}" for name in "abc" for number in range(40)} == set(record.results)


HOSTILE = {
    "empty": b"",
    "torn": b'{"format": 1, "runs": {',
    "binary": bytes(range(256)),
    "list": b"[]",
    "number": b"7",
    "newer": b'{"format": 2, "runs": {}, "results": {}}',
    "no results": b'{"format": 1, "runs": {}}',
    "results are a list": b'{"format": 1, "runs": {}, "results": []}',
    "deep": b'{"format": 1, "runs": ' + b"[" * 100_000,
    "long number": b'{"format": 1, "runs": ' + b"9" * 10_000 + b"}",
}


@pytest.mark.parametrize("content", HOSTILE.values(), ids=HOSTILE)
def test_a_damaged_record_is_not_used_and_not_replaced(tmp_path: Path, content: bytes):
    path = tmp_path / RECORD_NAME
    path.write_bytes(content)
    assert read_record(tmp_path).problem
    assert add_provenances(tmp_path, {"a": provenance(tmp_path / "a")}) != ""
    assert path.read_bytes() == content
    assert find_provenance(tmp_path / "a") is None


@pytest.mark.parametrize("kind", ["link", "folder", "pipe"])
def test_what_is_no_file_is_not_followed(tmp_path: Path, kind: str):
    folder, path = tmp_path / "out", tmp_path / "out" / RECORD_NAME
    folder.mkdir()
    other = tmp_path / "other"
    other.write_text("somebody's")
    if kind == "link":
        path.symlink_to(other)
    elif kind == "folder":
        path.mkdir()
    elif hasattr(os, "mkfifo"):
        os.mkfifo(path)
    assert read_record(folder).problem
    assert add_provenances(folder, {"a": provenance(folder / "a")}) != ""
    assert other.read_text() == "somebody's"


ENTRY = {
    "run": "r",
    "sources": [],
    "result": {"path": "a", "bytes": 1, "mtime_ns": 1, "sha256": ""},
}
RUN = {"verb": "stylize", "paintreel": "1", "settings": {}, "models": {}}


@pytest.mark.parametrize(
    ("run", "entry"),
    [
        (RUN, {**ENTRY, "run": ["r"]}),
        (RUN, {**ENTRY, "run": "gone"}),
        (RUN, {**ENTRY, "sources": 3}),
        (RUN, {**ENTRY, "sources": [3]}),
        (RUN, {**ENTRY, "result": None}),
        (RUN, {**ENTRY, "facts": [1]}),
        (RUN, {**ENTRY, "result": {**ENTRY["result"], "bytes": "many"}}),
        (RUN, "text"),
        (None, ENTRY),
        ({**RUN, "verb": 4}, ENTRY),
        ({**RUN, "settings": []}, ENTRY),
        ({**RUN, "models": {"style": "hereva"}}, ENTRY),
    ],
)
def test_a_damaged_entry_tells_nothing_and_stays(tmp_path: Path, run, entry):
    table = {"format": 1, "runs": {"r": run}, "results": {"a": entry, "b": ENTRY}}
    (tmp_path / RECORD_NAME).write_text(json.dumps(table))
    assert read_record(tmp_path).provenance_of("a") is None
    assert add_provenances(tmp_path, {"c": provenance(tmp_path / "c")}) == ""
    assert read_record(tmp_path).results["a"] == entry


def test_a_mark_fits_the_same_content_alone(tmp_path: Path):
    path = tmp_path / "a"
    path.write_bytes(b"one")
    fingerprint = fingerprint_of(path, tmp_path)
    assert fingerprint == Fingerprint("a", 3, path.stat().st_mtime_ns, fingerprint.sha256)
    assert fingerprint.fits(path)
    os.utime(path, ns=(1, 1))
    assert fingerprint.fits(path)  # touched and no more
    path.write_bytes(b"two")
    assert not fingerprint.fits(path)
    assert not fingerprint.fits(tmp_path / "gone")
    assert not Fingerprint("a", 3, path.stat().st_mtime_ns, "").fits(path)


def test_a_mark_of_a_folder_tells_of_its_files(tmp_path: Path):
    (tmp_path / "f" / "g").mkdir(parents=True)
    (tmp_path / "f" / "g" / "1").write_bytes(b"one")
    fingerprint = fingerprint_of(tmp_path / "f", tmp_path)
    assert fingerprint.fits(tmp_path / "f")
    (tmp_path / "f" / "2").touch()
    assert not fingerprint.fits(tmp_path / "f")


def test_results_of_one_job_are_kept_together_or_where_they_lie():
    def places(*names: str) -> list[tuple[str, str]]:
        return [(str(f), k) for f, k, _ in record_places([Path(name) for name in names])]

    assert places("out/a.png") == [("out", "a.png")]
    assert places("out/a.png", "out/a-layers/layers.json") == [
        ("out", "a.png"),
        ("out", "a-layers/layers.json"),
    ]
    assert places("blocks/a.png", "lines/a.png") == [("blocks", "a.png"), ("lines", "a.png")]


def test_the_making_of_a_part_is_that_of_the_whole(tmp_path: Path):
    add_provenances(tmp_path, {"clip": provenance(tmp_path / "clip")})
    (tmp_path / "clip").unlink()
    (tmp_path / "clip").mkdir()
    found = find_provenance(tmp_path / "clip" / "000001.png")
    assert found is not None
    assert found[1] == tmp_path
    assert find_provenance(tmp_path / "other.png") is None
