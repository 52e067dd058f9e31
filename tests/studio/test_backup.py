"""Backups come back whole, into the other kind of database too, and write nowhere else."""

from __future__ import annotations

import io
import tarfile
import time
from pathlib import Path

import pytest
from sqlalchemy import select
from studio_place import PASSWORD, Place

from paintreel.errors import InputError, OutputError
from paintreel.studio.accounts.own_data import exported
from paintreel.studio.accounts.users import user_of_password
from paintreel.studio.backup import Restored, back_up, restore
from paintreel.studio.files.stored import place_of
from paintreel.studio.store import tables
from paintreel.studio.work import leases
from paintreel.studio.work.jobs import list_jobs


@pytest.fixture
def full(place, png) -> tuple[Place, Path, str]:
    user = place.user("ada")
    file = place.upload(user, png)
    place.ask(user, "info", file=file)
    leases.claim_job(place.store, "m")
    target = place.settings.data.parent / "studio.tar"
    assert back_up(place.store, place.settings, target, overwrite=False) == 1
    return place, target, file.id


def check_restored(other: Place, target: Path, file_id: str, png: bytes) -> None:
    assert restore(other.store, other.settings, target) == Restored(1, ())
    user = user_of_password(other.store, "ada", PASSWORD)
    assert user is not None
    assert place_of(other.settings, file_id).read_bytes() == png
    with other.store.reading() as c:
        (job,) = list_jobs(c, user)
    assert job.status == "queued"  # it ran when the backup was made
    assert leases.claim_job(other.store, "m").id == job.id
    other.ask(user)  # numbers that the database gives go on
    with pytest.raises(InputError, match="has accounts"):
        restore(other.store, other.settings, target)


def test_a_backup_comes_back_whole(full, make_place, png):
    _, target, file_id = full
    check_restored(make_place("other"), target, file_id, png)


def test_a_backup_replaces_nothing_unasked(full):
    place, target, _ = full
    with pytest.raises(OutputError, match="--overwrite"):
        back_up(place.store, place.settings, target, overwrite=False)


@pytest.mark.parametrize("name", ["files/../../evil", "files/..", "/etc/evil", "files/a/b"])
def test_members_of_other_names_are_not_written(full, make_place, name):
    _, target, _ = full
    with tarfile.open(target, "a") as archive:
        entry = tarfile.TarInfo(name)
        entry.size = 4
        archive.addfile(entry, io.BytesIO(b"evil"))
    other = make_place("other")
    restore(other.store, other.settings, target)
    parent = other.settings.data.parent
    assert [p for p in parent.rglob("*") if p.is_file() and p.read_bytes() == b"evil"] == []


def test_what_is_no_backup_is_refused(make_place, tmp_path):
    other = make_place("other")
    (tmp_path / "x.tar").write_bytes(b"no archive at all")
    with pytest.raises(InputError, match="no backup"):
        restore(other.store, other.settings, tmp_path / "x.tar")


def test_a_users_data_are_exported_with_their_files_and_no_secret(place, png):
    import zipfile

    user = place.user("ada")
    place.upload(user, png, "mine.png")
    place.upload(place.user("bob"), png, "theirs.png")
    held = io.BytesIO(b"".join(exported(place.store, place.settings, user)))
    with zipfile.ZipFile(held) as archive:
        assert sorted(archive.namelist()) == ["data.json", "upload/mine.png"]
        assert archive.read("upload/mine.png") == png
        data = archive.read("data.json").decode()
    assert "ada" in data
    assert "argon2" not in data
    assert "bob" not in data


def test_postgresql_does_what_sqlite_does(full, make_place, postgresql, png):
    _, target, file_id = full
    other = make_place("pg", database=postgresql, clock=time.time)
    check_restored(other, target, file_id, png)
    browser = other.browser("ada")
    assert browser.get("/").status_code == 200
    assert browser.get("/queue").status_code == 200
    body = {"verb": "scene", "options": {"words": "a sea"}}
    answer = browser.ask("POST", "/api/v1/jobs", json=body, headers={"Idempotency-Key": "k"})
    again = browser.ask("POST", "/api/v1/jobs", json=body, headers={"Idempotency-Key": "k"})
    assert answer.json()["id"] == again.json()["id"]
    back_up(other.store, other.settings, target.with_name("pg.tar"), overwrite=False)
    third = make_place("third")
    assert restore(third.store, third.settings, target.with_name("pg.tar")).files == 1
    with third.store.reading() as c:
        assert len(c.scalars(select(tables.jobs.c.id)).all()) == 3


def _changed(source: Path, target: Path, **contents: bytes | None) -> Path:
    """A copy of an archive with members of other contents, None for members that are taken out."""
    with tarfile.open(source) as whole, tarfile.open(target, "w") as copy:
        for member in whole:
            held = whole.extractfile(member)
            content = b"" if held is None else held.read()
            name = member.name.replace("/", "_").replace(".", "_")
            key = "files" if name.startswith("files_") else name
            content = contents.get(key, content)
            if content is not None:
                member.size = len(content)
                copy.addfile(member, io.BytesIO(content))
    return target


DAMAGED = [b"{not json\n", b"\xff\xfe\n", b'{"id":"x"}\n', b"[1,2]\n", b'{"id":"x","evil":1}\n']


@pytest.mark.parametrize("rows", DAMAGED)
@pytest.mark.parametrize("table", ["users", "jobs"])
def test_a_damaged_archive_is_told_so_and_changes_nothing(full, make_place, rows, table, tmp_path):
    _, target, _ = full
    other = make_place("other")
    damaged = _changed(target, tmp_path / "d.tar", **{f"tables_{table}_jsonl": rows})
    with pytest.raises(InputError, match="damaged"):
        restore(other.store, other.settings, damaged)
    assert restore(other.store, other.settings, target).files == 1


@pytest.mark.parametrize("content", [None, b"other"])
def test_files_that_an_archive_lacks_are_named(full, make_place, tmp_path, content):
    _, target, _ = full
    other = make_place("other")
    came = restore(other.store, other.settings, _changed(target, tmp_path / "d.tar", files=content))
    assert came.lacking == ("a.png",)
