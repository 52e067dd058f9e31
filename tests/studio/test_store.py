"""Migrations give the tables of the program; transactions are whole, and a busy store says so."""

from __future__ import annotations

import sqlite3

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import insert, select, text

from paintreel.errors import InputError
from paintreel.studio.store import database, tables
from paintreel.studio.store.database import StoreBusy
from paintreel.studio.store.migrate import latest_version, migrate, version_of


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
