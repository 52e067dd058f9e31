"""What hostile users and hostile processes send, and that nobody else suffers."""

from __future__ import annotations

import stat
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
from managed import Mute
from studio_place import PASSWORD

from paintreel.errors import InputError
from paintreel.studio.accounts.signing_in import (
    TooManyAttempts,
    end_session,
    list_tokens,
    make_token,
    revoke_token,
    try_password,
)
from paintreel.studio.accounts.users import update_user
from paintreel.studio.files.names import TakenNames
from paintreel.studio.manager.child import _plain
from paintreel.studio.manager.manager import Manager
from paintreel.studio.web import feed
from paintreel.studio.web.access import Visitor, is_still_there
from paintreel.studio.work.events import add_event
from paintreel.studio.work.jobs import JobRequest, cancel_job, create_jobs, inputs_of_job

FORM = "multipart/form-data; boundary=b"
PART = b'--b\r\nContent-Disposition: form-data; name="x"; filename="a"\r\n\r\n' + b"0" * 1000


# Bodies.


@pytest.mark.parametrize("path", ["/join/uploads", "/sign-in", "/join/x", "/account/tokens"])
def test_forms_with_files_are_not_taken_of_anybody(place, path):
    place.user("ada")
    for client in (place.client(), place.browser("ada").client):
        answer = client.post(path, content=PART, headers={"content-type": FORM})
        assert answer.status_code in (401, 403, 404, 415), answer.text
    answer = place.client().post("/join/uploads", content=PART, headers={"content-type": FORM})
    assert answer.status_code == 415


@pytest.mark.parametrize("method", ["POST", "PATCH"])
@pytest.mark.parametrize("path", ["/join/uploads", "/api/v1/jobs/uploads", "/api/v1/uploads/x/y"])
def test_only_the_upload_itself_may_be_large(place, method, path):
    headers = {"content-type": "application/x-www-form-urlencoded"}
    answer = place.client().request(method, path, content=b"a=" + b"b" * 5_000_000, headers=headers)
    assert answer.status_code in (400, 401, 404, 405, 413)


HALF = "\\ud800"
BODIES = [
    f'{{"verb":"scene","options":{{"words":"a beach {HALF}"}}}}',
    f'{{"verb":"scene","options":{{"words":"a sea","emotion":"{HALF}"}}}}',
    f'{{"verb":"scene","options":{{"{HALF}":1}}}}',
    f'{{"verb":"info","files":{{"{HALF}":[{{"id":"x"}}]}}}}',
    f'{{"verb":"scene","options":{{"words":"a sea"}},"title":"{HALF}"}}',
    '{"verb":"scene","options":{"words":"a sea"},"title":"a\\u0000b"}',
    '{"verb":"scene","options":{"words":["a", {"b": "\\u0000"}]}}',
    '{"verb":"scene","options":{"words":"a sea","seed":' + "9" * 400 + "}}",
    '{"verb":"scene","options":{"words":"a sea","strength":' + "9" * 400 + "}}",
]


@pytest.mark.parametrize("body", BODIES)
def test_what_cannot_be_stored_is_refused_and_the_list_stays_readable(place, body):
    place.user("ada")
    browser = place.browser("ada")
    json = {"content-type": "application/json"}
    answer = browser.ask("POST", "/api/v1/jobs", content=body.encode(), headers=json)
    assert answer.status_code == 422, answer.text
    assert browser.get("/api/v1/jobs").json() == []


def test_text_of_forms_and_paths_that_cannot_be_stored_is_no_fault_of_the_studio(place):
    place.user("ada")
    browser = place.browser("ada")
    for path in ("/api/v1/jobs/%00", "/api/v1/jobs?verb=%00", "/jobs/%ED%A0%80", "/?verb=%00"):
        assert browser.get(path).status_code < 500, path
    name = {"csrf": browser.csrf, "name": "a\0b"}
    assert browser.client.post("/account/tokens", data=name).status_code < 500


# Many files.


def test_names_of_many_files_are_made_unlike_in_time_that_grows_with_their_number():
    def taken_s(count: int) -> float:
        names, began_s = TakenNames(), time.process_time()
        given = [names.give("a.webp") for _ in range(count)]
        assert len({name.casefold() for name in given}) == count
        return time.process_time() - began_s

    taken_s(1000)
    assert taken_s(20_000) < 40 * max(taken_s(2000), 1e-3)


def test_a_job_takes_so_many_files_and_no_more(place, png):
    user = place.user("ada")
    file = place.upload(user, png)
    given = [(file.id, "a.png")] * 5001
    with pytest.raises(InputError, match="at most 5000"):
        create_jobs(place.store, user, [JobRequest("sheet", {}, {"inputs": given})])


def test_a_file_that_is_called_as_a_folder_of_another_is_renamed(place, png):
    user = place.user("ada")
    file = place.upload(user, png)
    given = [(file.id, "a"), (file.id, "a/b.webp"), (file.id, "A/b.webp")]
    (job,) = create_jobs(place.store, user, [JobRequest("sheet", {}, {"inputs": given})])
    with place.store.reading() as c:
        paths = [path for _, _, path in inputs_of_job(c, job)]
    assert paths == ["a-2", "a/b.webp", "A/b-2.webp"]


# Idempotency.


def test_a_key_is_of_one_request_with_its_title_and_of_what_is_there(place):
    place.user("ada")
    browser = place.browser("ada")
    key = {"Idempotency-Key": "k"}
    body = {"verb": "scene", "options": {"words": "a sea"}, "title": "one"}
    first = browser.ask("POST", "/api/v1/jobs", json=body, headers=key)
    again = browser.ask("POST", "/api/v1/jobs", json=body, headers=key)
    assert first.json()["id"] == again.json()["id"]
    other = browser.ask("POST", "/api/v1/jobs", json=body | {"title": "two"}, headers=key)
    assert other.status_code == 422
    cancel_job(place.store, place.job(first.json()["id"]))
    browser.ask("DELETE", f"/api/v1/jobs/{first.json()['id']}")
    gone = browser.ask("POST", "/api/v1/jobs", json=body, headers=key)
    assert (gone.status_code, "was deleted" in gone.json()["error"]) == (422, True)


# Streams.


def test_the_stream_of_a_job_that_is_over_ends(place):
    user = place.user("ada")
    job = place.ask(user)
    cancel_job(place.store, job)
    browser = place.browser("ada")
    url = f"/api/v1/jobs/{job.id}/events"
    told = browser.get(url)
    assert "cancelled" in told.text
    last = max(int(line[4:]) for line in told.text.splitlines() if line.startswith("id: "))
    assert browser.get(url, headers={"Last-Event-ID": str(last)}).status_code == 204


@pytest.mark.parametrize("how", ["signed out", "revoked", "shut"])
def test_a_stream_ends_with_the_session_or_token_that_opened_it(place, how, monkeypatch):
    user = place.user("ada")
    job = place.ask(user)
    if how == "revoked":
        secret = make_token(place.store, user, "t")
        headers = {"Authorization": f"Bearer {secret}"}
        client = place.client()
    else:
        client, headers = place.browser("ada").client, {}
    seen: list[Visitor] = []

    def noted(c, store, visitor):
        seen.append(visitor)
        allowed = is_still_there(c, store, visitor)
        if len(seen) == 1:  # the first look lets it in; then it is ended behind its back
            assert allowed
            _end(place, user, visitor, how)
            place.store.write(
                lambda c: add_event(c, place.store, job.id, user.id, "log", {"text": "secret"})
            )
        return allowed

    monkeypatch.setattr("paintreel.studio.web.api_jobs.is_still_there", noted)
    told = client.get("/api/v1/events?after=100", headers=headers)
    assert len(seen) >= 2
    assert "secret" not in told.text


def _end(place, user, visitor, how) -> None:
    if how == "signed out":
        end_session(place.store, visitor.session)
    elif how == "revoked":
        with place.store.reading() as c:
            (token,) = list_tokens(c, user)
        revoke_token(place.store, user, token.id)
    else:
        place.store.write(lambda c: update_user(c, user.id, is_disabled=True))


def test_who_watches_too_often_is_told_so(place, monkeypatch):
    monkeypatch.setattr(feed, "_MOST_A_USER", 0)
    place.ask(place.user("ada"))
    assert place.browser("ada").get("/api/v1/events").status_code == 429


# Quota.


def test_a_quota_of_nothing_is_shown_as_it_is_and_unknown_users_are_not_there(place):
    user = place.user("ada")
    place.user("root", "admin")
    root = place.browser("root")
    form = {"csrf": root.csrf, "role": "artist", "quota_gb": "0"}
    assert root.client.post(f"/admin/users/{user.id}", data=form).status_code == 303
    for page in ("/my-files", "/account"):
        assert "0 bytes of 0 bytes" in place.browser("ada").get(page).text
    assert root.client.post("/admin/users/nobody", data=form).status_code == 404


# Processes of jobs.


def test_what_a_process_tells_is_made_fit_to_be_stored():
    told = {"kind": "log", "text": "a\ud800\0b", "files": [{"path": "\ud800"}], "n": 1}
    assert _plain(told) == {"kind": "log", "text": "a?b", "files": [{"path": "?"}], "n": 1}


def test_a_process_that_tells_nonsense_takes_nothing_with_it_but_itself(place, monkeypatch):
    """However its manager stumbles over what one process says, the others go on."""
    user = place.user("ada")
    bad, good = place.ask(user), place.ask(user, "scene", words="a sea")
    object.__setattr__(place.settings, "workers", 2)
    manager = Manager(place.store, place.settings, name="tests")
    monkeypatch.setattr("paintreel.studio.manager.executors.Child", Mute)
    for _ in range(3):
        manager._due.clear()
        manager._turn()
        victim = next((r for r in manager._running if r.job.id == bad.id), None)
        if victim is not None:
            victim.child.messages.append({"kind": "progress", "done": 1, "stage": _Wicked()})
        manager._turn()
    states = (place.job(bad.id), place.job(good.id))
    assert (states[0].status, states[0].deaths) == ("failed", 3)
    assert "not understood" in (states[0].error or "")
    assert (states[1].status, states[1].deaths) == ("running", 0)


class _Wicked:
    """A value that nothing can be made of."""

    def __str__(self) -> str:
        raise RuntimeError("no")


# Passwords.


def test_passwords_that_are_tried_at_once_are_counted_before_they_are_looked_at(
    on_both, monkeypatch
):
    """However many come together, no more than the limit are compared, two at a time."""
    on_both.user("ada")
    compared, at_once, most = [], [], []
    lock = threading.Lock()

    def compare(store, name, password):
        with lock:
            at_once.append(1)
            most.append(len(at_once))
        time.sleep(0.02)
        with lock:
            at_once.pop()
            compared.append(password)

    monkeypatch.setattr("paintreel.studio.accounts.signing_in.user_of_password", compare)
    refused = []

    def attempt(number: int) -> None:
        try:
            try_password(on_both.store, "ada", f"guess {number}", "from:here")
        except TooManyAttempts:
            refused.append(number)

    threads = [threading.Thread(target=attempt, args=(number,)) for number in range(30)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (len(compared), len(refused)) == (8, 22)


def test_a_password_that_is_right_is_not_counted(place):
    place.user("ada")
    for _ in range(12):
        assert try_password(place.store, "ada", PASSWORD, "from:here") is not None


@pytest.mark.parametrize("path", ["/account/password", "/account/delete"])
def test_a_stolen_session_does_not_guess_the_password_either(place, path):
    place.user("ada")
    browser = place.browser("ada")
    form = {"csrf": browser.csrf, "old": "a guess", "password": "a guess", "new": "x" * 20}
    codes = [browser.client.post(path, data=form).status_code for _ in range(10)]
    assert codes == [403] * 8 + [429] * 2


# Files on the disk.


def test_database_and_backup_are_of_this_account_of_the_system_alone(tmp_path):
    """Also in a folder that everybody may read."""
    data, archive = tmp_path / "pub", tmp_path / "studio.tar"
    data.mkdir()
    data.chmod(0o755)
    command = [sys.executable, "-m", "paintreel", "studio"]
    for action in (["link"], ["backup", str(archive)]):
        subprocess.run([*command, *action, "--data", str(data)], check=True, capture_output=True)
    made = [path for path in (*data.rglob("*"), archive) if path != data]
    assert Path(data / "studio.sqlite") in made
    for path in made:
        assert not stat.S_IMODE(path.stat().st_mode) & 0o077, path
