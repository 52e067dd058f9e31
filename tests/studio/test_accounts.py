"""Passwords, invitations, sessions, tokens, and the brake on guessing."""

from __future__ import annotations

import pytest
from sqlalchemy import select
from studio_place import PASSWORD

from paintreel.errors import InputError
from paintreel.studio.accounts import invitations, signing_in, users
from paintreel.studio.accounts.own_data import delete_account
from paintreel.studio.store import tables


def test_passwords_are_kept_as_argon2id(real_hashes, place):
    place.user("ada")
    with place.store.reading() as c:
        kept = c.scalar(select(tables.users.c.password))
    assert kept.startswith("$argon2id$v=19$m=65536,t=3,p=1$")
    assert PASSWORD not in kept


@pytest.mark.parametrize(
    "weak", ["short", "x" * 201, "aaaaaaaaaaaa", "password1234", "ada-and-the-rest", "1234567890ab"]
)
def test_weak_passwords_are_refused(place, weak):
    secret = invitations.invite(place.store, role="artist", lasts_s=9)
    with pytest.raises(InputError, match="password"):
        invitations.accept(place.store, secret, "ada", weak)
    invitations.accept(place.store, secret, "ada", PASSWORD)  # the link was not used up


@pytest.mark.parametrize("name", ["", "a", "x" * 65, "../ada", "a b c", "<b>ada</b>", "ada\0"])
def test_names_that_are_none_are_refused(place, name):
    secret = invitations.invite(place.store, role="artist", lasts_s=9)
    with pytest.raises(InputError, match="name"):
        invitations.accept(place.store, secret, name, PASSWORD)


def test_a_link_works_once_and_not_for_ever(place, clock):
    secret = invitations.invite(place.store, role="artist", lasts_s=9)
    invitations.accept(place.store, secret, "ada", PASSWORD)
    with pytest.raises(InputError, match="used"):
        invitations.accept(place.store, secret, "bob", PASSWORD)
    late = invitations.invite(place.store, role="artist", lasts_s=9)
    clock.now_s += 10
    with pytest.raises(InputError, match="too old"):
        invitations.accept(place.store, late, "bob", PASSWORD)


def test_the_first_link_makes_an_admin_and_the_next_start_replaces_it(place):
    first = invitations.first_link(place.store, lasts_s=99)
    second = invitations.first_link(place.store, lasts_s=99)
    with pytest.raises(InputError):
        invitations.accept(place.store, first, "ada", PASSWORD)
    assert invitations.accept(place.store, second, "ada", PASSWORD).is_admin
    assert invitations.first_link(place.store, lasts_s=99) is None


def test_secrets_are_kept_as_hashes_alone(place):
    user = place.user("ada")
    session = signing_in.start_session(place.store, user, lasts_s=9)
    token = signing_in.make_token(place.store, user, "farm")
    link = invitations.invite(place.store, role="artist", lasts_s=9)
    place.store.close()
    raw = b"".join(path.read_bytes() for path in place.settings.data.glob("studio.sqlite*"))
    for secret in (session, token, link):
        assert secret.encode() not in raw
        assert signing_in.fingerprint(secret).encode() in raw


def test_sessions_end(place, clock):
    user = place.user("ada")
    secret = signing_in.start_session(place.store, user, lasts_s=100)

    def who():
        with place.store.reading() as c:
            return signing_in.session_of(c, place.store, secret)

    assert who().user.name == "ada"
    clock.now_s += 101
    assert who() is None
    clock.now_s -= 101
    with place.store.writing() as c:
        users.change_password(c, user, "some other words here")
    assert who() is None


def test_a_disabled_account_is_shut_everywhere(place):
    place.user("root", "admin")
    user = place.user("ada")
    secret = signing_in.start_session(place.store, user, lasts_s=100)
    token = signing_in.make_token(place.store, user, "farm")
    with place.store.writing() as c:
        users.update_user(c, user.id, is_disabled=True)
    with place.store.reading() as c:
        assert signing_in.session_of(c, place.store, secret) is None
    assert signing_in.user_of_token(place.store, token) is None
    assert users.user_of_password(place.store, "ada", PASSWORD) is None


def test_the_last_admin_stays(place):
    root = place.user("root", "admin")
    for change in ({"role": "artist"}, {"is_disabled": True}):
        with pytest.raises(InputError, match="only admin"), place.store.writing() as c:
            users.update_user(c, root.id, **change)
    with pytest.raises(InputError, match="only admin"):
        delete_account(place.store, place.settings, root)
    place.user("other", "admin")
    with place.store.writing() as c:
        users.update_user(c, root.id, role="artist")


def test_guessing_is_slowed_by_name_and_by_address(place, clock):
    place.user("ada")
    client = place.client()

    def guess(name, password="wrong words in a row"):
        return client.post("/sign-in", data={"name": name, "password": password}).status_code

    assert [guess("ada") for _ in range(9)] == [401] * 8 + [429]
    assert guess("ada", PASSWORD) == 429  # also with the right one, or guessing would go on
    clock.now_s += 901
    assert guess("ada", PASSWORD) == 303
    codes = [guess(f"user{number}") for number in range(60)]
    assert codes.index(429) == 40


def test_an_unknown_name_takes_as_long_and_is_told_alike(place):
    place.user("ada")
    client = place.client()
    known = client.post("/sign-in", data={"name": "ada", "password": "wrong"})
    unknown = client.post("/sign-in", data={"name": "eve", "password": "wrong"})
    assert known.status_code == unknown.status_code == 401
    assert known.text.replace("ada", "") == unknown.text.replace("eve", "")


def test_tokens_sign_in_programs_and_can_be_revoked(place):
    user = place.user("ada")
    token = signing_in.make_token(place.store, user, "farm")
    client = place.client()
    headers = {"Authorization": f"Bearer {token}"}
    assert client.get("/api/v1/jobs", headers=headers).status_code == 200
    body = {"verb": "scene", "options": {"words": "a forest"}}
    assert client.post("/api/v1/jobs", headers=headers, json=body).status_code == 201
    assert client.get("/account", headers=headers).status_code == 403
    with place.store.reading() as c:
        (listed,) = signing_in.list_tokens(c, user)
    assert signing_in.revoke_token(place.store, user, listed.id)
    assert client.get("/api/v1/jobs", headers=headers).status_code == 401


def test_deleting_an_account_takes_everything_along(place, png):
    place.user("root", "admin")
    user = place.user("ada")
    file = place.upload(user, png)
    place.ask(user, "info", file=file)
    signing_in.make_token(place.store, user, "farm")
    delete_account(place.store, place.settings, user)
    with place.store.reading() as c:
        for table in tables.metadata.sorted_tables:
            if "user_id" in table.c:
                assert c.execute(select(table).where(table.c.user_id == user.id)).all() == []
    assert [p for p in place.settings.uploads.rglob("*") if p.is_file()] == []
