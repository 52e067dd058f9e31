"""Migrations give the tables of the program; transactions are whole, and a busy store says so."""

from __future__ import annotations

import json
import sqlite3
import threading
from dataclasses import replace

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import insert, select, text

from paintreel.errors import InputError
from paintreel.studio.accounts.users import update_user
from paintreel.studio.files.uploads import begin_upload
from paintreel.studio.store import database, tables
from paintreel.studio.store.database import StoreBusy, StoreFull, open_store
from paintreel.studio.store.migrate import latest_version, migrate, version_of
from paintreel.studio.work.events import add_event, events_after
from paintreel.studio.work.jobs import JobRequest, create_jobs


def test_migrations_make_the_tables_of_the_program(place):
    with place.store.reading() as c:
        context = MigrationContext.configure(c, opts={"compare_type": True})
        assert compare_metadata(context, tables.metadata) == []
    assert version_of(place.store) == latest_version()


def test_migrating_again_changes_nothing(place):
    user = place.user("ada")
    migrate(place.store)
    with place.store.reading() as c:
        assert c.scalar(select(tables.users.c.id)) == user.id


def test_tables_of_a_newer_program_are_refused(place):
    with place.store.writing() as c:
        c.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(InputError, match=r"newer Paintreel \(version 9999\)"):
        migrate(place.store)


def test_a_transaction_that_fails_leaves_nothing(place):
    def fail() -> None:
        with place.store.writing() as c:
            c.execute(insert(tables.attempts).values(key="a", at_s=1.0))
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    with place.store.reading() as c:
        assert c.scalar(select(tables.attempts.c.id)) is None


def test_readers_go_on_while_one_writes(place):
    place.user("ada")
    with place.store.writing() as writer:
        writer.execute(insert(tables.attempts).values(key="a", at_s=1.0))
        with place.store.reading() as reader:
            assert reader.scalar(select(tables.users.c.name)) == "ada"
            assert reader.scalar(select(tables.attempts.c.id)) is None


@pytest.fixture
def locked(make_place, monkeypatch):
    monkeypatch.setattr(database, "_BUSY_MS", 50)
    monkeypatch.setattr(database, "_PAUSE_S", 0.01)
    place = make_place("locked")
    user = place.user("ada")
    other = sqlite3.connect(place.settings.data / "studio.sqlite", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    yield place, user, other
    other.close()


def test_a_locked_database_is_told_and_changes_nothing(locked):
    place, user, other = locked
    with pytest.raises(StoreBusy, match="try again"):
        place.ask(user)
    other.execute("ROLLBACK")
    assert place.ask(user).status == "queued"


def test_a_locked_database_is_503_with_a_time_to_try_again(locked):
    place, _, other = locked
    other.execute("ROLLBACK")
    browser = place.browser("ada")
    headers = {"X-CSRF-Token": browser.csrf}
    other.execute("BEGIN IMMEDIATE")
    body = {"verb": "scene", "options": {"words": "a forest"}}
    answer = browser.client.post("/api/v1/jobs", json=body, headers=headers)
    assert answer.status_code == 503
    assert answer.headers["retry-after"] == "2"
    assert browser.get("/").status_code == 200  # who looks does not wait for who writes


def test_ids_of_events_are_given_once_after_migration_too(tmp_path, place):
    """The tables of the first version took the newest id again when its row had gone."""
    other = type(place.settings)(data=tmp_path / "old", surroundings=place.settings.surroundings)
    other.make_folders()
    store = open_store(other)
    migrate(store, "0001")
    with store.writing() as c:
        values = "('u', 'ada', 'x', 'artist', FALSE, 0, 0)"
        columns = "id, name, password, role, is_disabled, created_s, turn_s"
        c.execute(text(f"INSERT INTO users ({columns}) VALUES {values}"))
        row = {"id": "j", "user_id": "u", "verb": "scene", "title": "", "options": "{}"}
        row |= {"status": "queued", "created_s": 0.0}
        c.execute(insert(tables.jobs).values(row))
        for kind in ("log", "log", "progress"):
            add_event(c, store, "j", "u", kind, {})
    migrate(store)
    with store.reading() as c:
        assert [(e.id, e.kind) for e in events_after(c, 0)] == [
            (1, "log"), (2, "log"), (3, "progress"),
        ]  # fmt: skip
        context = MigrationContext.configure(c, opts={"compare_type": True})
        assert compare_metadata(context, tables.metadata) == []
        kept = c.execute(text("PRAGMA foreign_key_list(events)")).all()
        assert {(row.table, row.on_delete) for row in kept} == {
            ("jobs", "CASCADE"), ("users", "CASCADE"),
        }  # fmt: skip
    store.write(lambda c: add_event(c, store, "j", "u", "progress", {"done": 1}))
    with store.reading() as c:
        assert [e.id for e in events_after(c, 3)] == [4]
    store.close()


# Many at once.


def at_once(count, act):
    """What so many threads get or raise that begin together."""
    begin, got = threading.Barrier(count), []

    def run(number):
        begin.wait()
        try:
            got.append(act(number))
        except Exception as error:
            got.append(error)

    threads = [threading.Thread(target=run, args=(number,)) for number in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return got


def test_one_key_asked_at_once_gives_one_job(on_both):
    user = on_both.user("ada")
    request = [JobRequest("scene", {"words": "a sea"}, {})]
    got = at_once(8, lambda _: create_jobs(on_both.store, user, request, key="k"))
    assert got == [got[0]] * 8
    assert isinstance(got[0], list)


def test_uploads_begun_at_once_stay_within_the_quota(on_both):
    user = on_both.user("ada")
    user = replace(user, quota_bytes=250)
    begun = at_once(
        8,
        lambda n: begin_upload(
            on_both.store, on_both.settings, user, size_bytes=100, name=f"{n}.png"
        ),
    )
    assert sorted(type(each).__name__ for each in begun) == ["StoreFull"] * 6 + ["str"] * 2
    assert any(isinstance(each, StoreFull) for each in begun)


def test_two_admins_who_step_back_at_once_leave_one(on_both):
    admins = [on_both.user(name, "admin") for name in ("ada", "bob")]

    def step_back(number):
        on_both.store.write(lambda c: update_user(c, admins[number].id, role="artist"))

    got = at_once(2, step_back)
    assert sorted(type(each).__name__ for each in got) == ["InputError", "NoneType"]


def test_events_come_to_light_in_the_order_of_their_ids(on_both):
    user = on_both.user("ada")
    job = on_both.ask(user)
    store, seen, over = on_both.store, [], threading.Event()

    def follow():
        after = 0
        while True:
            was_over = over.is_set()
            with store.reading() as c:
                came = events_after(c, after, job_id=job.id)
            if came:
                after = came[-1].id
                seen.extend(came)
            elif was_over:
                return

    def tell(number):
        for step in range(20):

            def change(c, step=step):
                add_event(c, store, job.id, user.id, "log", {"text": f"{number} {step}"})
                if number % 2:  # one that is written first may be carried out last
                    pause.wait(0.003)

            store.write(change)

    pause = threading.Event()
    follower = threading.Thread(target=follow)
    follower.start()
    at_once(4, tell)
    over.set()
    follower.join()
    told = [json.loads(e.data)["text"] for e in seen if e.kind == "log"]
    assert sorted(told) == sorted(f"{number} {step}" for number in range(4) for step in range(20))


def test_who_reads_sees_one_state(on_both):
    user = on_both.user("ada")
    on_both.ask(user)
    with on_both.store.reading() as c:
        assert len(c.execute(select(tables.jobs.c.id)).all()) == 1
        on_both.ask(user)
        assert len(c.execute(select(tables.jobs.c.id)).all()) == 1
        assert len(c.execute(select(tables.events.c.id)).all()) == 1
