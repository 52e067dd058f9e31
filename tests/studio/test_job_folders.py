"""A job's folder is written to by a process that nobody trusts: what its manager makes of it."""

from __future__ import annotations

import errno
import hashlib
import json
import os
import subprocess
import threading
from collections import deque

import pytest
from managed import muted_manager, turn
from studio_place import Place

from paintreel.studio.files import taking
from paintreel.studio.files.stored import files_of_job, place_of
from paintreel.studio.files.taking import link_or_copy, take_file
from paintreel.studio.manager import child as children
from paintreel.studio.manager import manager as managers
from paintreel.studio.manager.child import Child
from paintreel.studio.manager.layout import lay_out
from paintreel.studio.manager.manager import Manager
from paintreel.studio.store.database import StoreBusy, StoreFull
from paintreel.studio.work import leases
from paintreel.studio.work.events import events_after


@pytest.fixture
def manager(place, monkeypatch) -> Manager:
    return muted_manager(place, monkeypatch)


def results(place: Place, job_id: str, role: str = "result") -> dict[str, bytes]:
    with place.store.reading() as c:
        files = files_of_job(c, job_id, role)
    return {file.name: place_of(place.settings, file.id).read_bytes() for file in files}


def said(path: str, role: str = "result") -> dict[str, str]:
    return {"path": path, "role": role, "sha256": "0" * 64}


# Started again.


@pytest.mark.parametrize("name", ["spec.json", "kept", "tmp", "in", "in/inputs", "out", "run"])
def test_a_link_that_a_process_leaves_is_not_written_through(place, png, tmp_path, name):
    user = place.user("ada")
    file = place.upload(user, png)
    place.ask(user, "lineart", file=file, method="rule")
    job = leases.claim_job(place.store, "m")
    inputs = [("inputs", file.id, "a.png")]
    folder = lay_out(place.settings, job, inputs, [], threads=1)
    outside = tmp_path / "of others"
    outside.mkdir()
    (outside / "theirs").write_bytes(b"theirs")
    link = folder.root / name
    if link.is_dir():
        link.rename(tmp_path / "aside")
    link.unlink(missing_ok=True)
    link.symlink_to(outside / "theirs" if name == "spec.json" else outside)
    for _ in range(2):
        again = lay_out(place.settings, job, inputs, [("theirs", 6)], threads=1)
        assert again == folder
        assert [p.name for p in outside.iterdir()] == ["theirs"]
        assert (outside / "theirs").read_bytes() == b"theirs"
        assert not link.is_symlink()
    assert (again.inputs / "inputs" / "a.png").read_bytes() == png
    spec = json.loads((again.root / "spec.json").read_text("utf-8"))
    assert (spec["verb"], spec["kept"]) == ("lineart", [])
    assert [p.name for p in place.settings.work.iterdir()] == [job.id]


def test_what_an_earlier_process_finished_comes_along(place, tmp_path):
    place.ask(place.user("ada"))
    job = leases.claim_job(place.store, "m")
    folder = lay_out(place.settings, job, [], [], threads=1)
    (tmp_path / "theirs").write_bytes(b"1234")
    for made in (folder.kept / "whole", folder.kept / "half", folder.kept / "unknown"):
        made.write_bytes(b"1234")
    (folder.kept / "link").symlink_to(tmp_path / "theirs")
    (folder.kept / "folder").mkdir()
    for made in (folder.results / "a.png", folder.run / "last" / "state"):
        made.parent.mkdir(parents=True)
        made.write_bytes(b"made")
    (folder.root / "more").write_bytes(b"left")
    kept = [(name, 4) for name in ("whole", "link", "folder", "gone")] + [("half", 8)]
    again = lay_out(place.settings, job, [], kept, threads=1)
    assert [p.name for p in again.kept.iterdir() if not p.is_dir()] == ["whole"]
    assert json.loads((again.root / "spec.json").read_text("utf-8"))["kept"] == ["whole"]
    assert (again.results / "a.png").read_bytes() == b"made"
    assert (again.run / "last" / "state").read_bytes() == b"made"
    assert not (again.root / "more").exists()
    assert (tmp_path / "theirs").read_bytes() == b"1234"


# Taken.


@pytest.mark.parametrize("swapped", ["file", "folder"])
def test_a_link_put_in_place_of_a_result_meanwhile_is_not_taken(tmp_path, monkeypatch, swapped):
    """Between the looks and the link, as a process does that goes on."""
    root, place = tmp_path / "job", tmp_path / "files" / "taken"
    (root / "out").mkdir(parents=True)
    (root / "out" / "a.png").write_bytes(b"mine")
    (tmp_path / "secret").mkdir()
    (tmp_path / "secret" / "a.png").write_bytes(b"secret")
    link = os.link

    def swap(*arguments, **more):
        monkeypatch.setattr(taking.os, "link", link)
        if swapped == "file":
            (root / "out" / "a.png").unlink()
            (root / "out" / "a.png").symlink_to(tmp_path / "secret" / "a.png")
        else:
            (root / "out").rename(root / "before")
            (root / "out").symlink_to(tmp_path / "secret")
        link(*arguments, **more)

    monkeypatch.setattr(taking.os, "link", swap)
    digest = take_file(root, "out/a.png", place)
    assert not place.is_symlink()
    assert place.read_bytes() == b"mine"
    assert digest == hashlib.sha256(b"mine").hexdigest()


def test_links_folders_and_pipes_are_no_results(tmp_path):
    root = tmp_path / "job"
    (root / "out").mkdir(parents=True)
    (tmp_path / "secret").write_bytes(b"secret")
    (root / "out" / "link").symlink_to(tmp_path / "secret")
    (root / "up").symlink_to(tmp_path)
    os.mkfifo(root / "out" / "pipe")
    for below in ("out/link", "up/secret", "out", "out/pipe", "../secret", str(tmp_path / "secret"),
                  "", ".", "out/none"):  # fmt: skip
        assert take_file(root, below, tmp_path / "taken") is None, below
        assert not os.path.lexists(tmp_path / "taken")


def test_the_hash_of_a_result_is_of_what_was_taken_and_samples_are_copies(place, manager):
    job = place.ask(place.user("ada"))
    turn(manager)
    child = manager._running[0].child
    sample = child.folder.root / "sample.txt"
    sample.write_bytes(b"first")
    child.messages.append({"kind": "sample", "path": "sample.txt"})
    turn(manager)
    with sample.open("r+b") as same:
        same.write(b"OTHER")
    assert results(place, job.id, "sample") == {"sample.txt": b"first"}
    (child.folder.results / "a.txt").write_bytes(b"result")
    files = [said("out/a.txt")]
    child.messages.append({"kind": "ended", "status": "finished", "files": files})
    child.is_over = True
    turn(manager)
    assert results(place, job.id) == {"a.txt": b"result"}
    with place.store.reading() as c:
        (file,) = files_of_job(c, job.id, "result")
    assert file.sha256 == hashlib.sha256(b"result").hexdigest()


def no_links(*_, **__):
    raise OSError(errno.EPERM, "Operation not permitted")


def test_results_are_copied_on_a_drive_without_links(place, manager, monkeypatch, png, tmp_path):
    monkeypatch.setattr(taking.os, "link", no_links)
    user = place.user("ada")
    job = place.ask(user, "info", file=place.upload(user, png))
    turn(manager)
    child = manager._running[0].child
    assert next(child.folder.inputs.rglob("*.png")).read_bytes() == png
    (child.folder.results / "a.txt").write_bytes(b"result")
    child.messages.append({"kind": "ended", "status": "finished", "files": [said("out/a.txt")]})
    child.is_over = True
    turn(manager)
    assert (place.job(job.id).status, place.job(job.id).deaths) == ("finished", 0)
    assert results(place, job.id) == {"a.txt": b"result"}
    (tmp_path / "model").write_bytes(b"m")
    link_or_copy(tmp_path / "model", tmp_path / "copy")  # as a training takes its results
    assert (tmp_path / "copy").read_bytes() == b"m"


def test_a_full_disk_of_the_studio_is_no_death_of_the_process(place, manager, monkeypatch):
    user = place.user("ada")
    job = place.ask(user)
    turn(manager)
    child = manager._running[0].child
    (child.folder.results / "a.txt").write_bytes(b"result")
    child.messages.append({"kind": "ended", "status": "finished", "files": [said("out/a.txt")]})
    child.is_over = True

    def full(*_, **__):
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(managers, "take_file", full)
        for _ in range(4):
            turn(manager)
        assert (place.job(job.id).status, place.job(job.id).deaths) == ("running", 0)
    turn(manager)
    assert (place.job(job.id).status, place.job(job.id).deaths) == ("finished", 0)
    assert results(place, job.id) == {"a.txt": b"result"}


# A store that cannot be written.


@pytest.mark.parametrize("trouble", [StoreBusy, StoreFull, OSError])
def test_a_job_whose_start_failed_while_nothing_could_be_written_waits_again(
    place, manager, monkeypatch, trouble
):
    job = place.ask(place.user("ada"))

    def failing(*_, **__):
        raise trouble("x")

    def full(*_, **__):
        raise StoreFull("no space")

    with monkeypatch.context() as patched:
        patched.setattr(managers, "lay_out", failing)
        patched.setattr(leases, "lose_process", full)
        with pytest.raises((StoreBusy, StoreFull)):
            turn(manager)
    assert place.job(job.id).status == "running"
    assert not manager._running
    turn(manager)
    turn(manager)
    assert (place.job(job.id).status, len(manager._running)) == ("running", 1)
    assert place.job(job.id).deaths == 0
    lease = place.job(job.id).lease
    turn(manager)  # what it runs it keeps
    assert place.job(job.id).lease == lease == manager._running[0].job.lease


def test_what_is_told_while_the_store_is_busy_is_kept(place, manager, monkeypatch):
    job = place.ask(place.user("ada"))
    turn(manager)
    child = manager._running[0].child
    (child.folder.kept / "s1").write_bytes(b"1234")
    child.messages.append({"kind": "log", "text": "a line"})
    child.messages.append({"kind": "shard", "name": "s1"})
    child.messages.append({"kind": "progress", "done": 3, "expected": 9})

    def busy(*_, **__):
        raise StoreBusy("busy")

    for name in ("keep_shard", "report_job"):
        with monkeypatch.context() as patched:
            patched.setattr(leases, name, busy)
            with pytest.raises(StoreBusy):
                turn(manager)
    turn(manager)
    with place.store.reading() as c:
        assert leases.shards_of(c, job.id) == [("s1", 4)]
        kinds = [event.kind for event in events_after(c, 0, job_id=job.id)]
    assert (kinds.count("log"), kinds.count("progress")) == (1, 1)
    assert place.job(job.id).done == 3


# A process that tells without end.


def test_a_process_that_tells_without_end_holds_up_nobody(place, manager):
    object.__setattr__(place.settings, "workers", 2)
    user = place.user("ada")
    place.ask(user)
    other = place.ask(user)
    turn(manager)
    loud, quiet = manager._running

    class Endless(deque):
        """As soon as one line is heard, another has come."""

        def popleft(self):
            self.append({"kind": "alive"})
            return super().popleft()

    loud.child.messages = Endless([{"kind": "alive"}] * 3)
    quiet.child.messages.append({"kind": "progress", "done": 5})
    thread = threading.Thread(target=turn, args=(manager,), daemon=True)
    thread.start()
    thread.join(30)
    assert not thread.is_alive()
    told = {running.job.id: place.job(running.job.id).done for running in (loud, quiet)}
    assert other.id in told
    assert told[quiet.job.id] == 5


def test_what_a_process_tells_faster_than_one_hears_waits_in_its_pipe(tmp_path, monkeypatch):
    monkeypatch.setattr(children, "_MOST_WAITING", 20)
    hear, tell = os.pipe()
    child = Child.__new__(Child)
    child.messages, child._is_killed = deque(), False
    child.process = subprocess.Popen(["sleep", "60"], start_new_session=True)
    reader = threading.Thread(target=child._hear, args=(hear,))
    reader.start()
    os.write(tell, b'{"kind": "alive"}\n' * 100)
    heard = 0
    while heard < 60:
        assert len(child.messages) <= 20
        if child.messages:
            child.messages.popleft()
            heard += 1
    child.kill()
    os.close(tell)
    reader.join(20)
    assert not reader.is_alive()
    child.process.wait()
