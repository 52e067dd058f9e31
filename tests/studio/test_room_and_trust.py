"""Room for results, trust that was taken back, and what is done next with what was made."""

from __future__ import annotations

import os
import subprocess
import sys
import time

import pytest
from managed import Mute, muted_manager, turn

from paintreel.cli.main import main
from paintreel.errors import PaintreelError
from paintreel.studio.accounts import invitations
from paintreel.studio.accounts.own_data import delete_account
from paintreel.studio.accounts.signing_in import make_token, user_of_token
from paintreel.studio.accounts.users import change_password, update_user
from paintreel.studio.files.stored import StoredFile
from paintreel.studio.forms.verbs import OFFERED
from paintreel.studio.manager.manager import Manager, lock_place
from paintreel.studio.store.database import StoreFull
from paintreel.studio.web.showing import follow_ups, option_for
from paintreel.studio.work.leases import LeaseLost
from paintreel.studio.worker.telling import memory_bytes, memory_of_all

NEW = "other words in a row"


@pytest.fixture
def manager(place, monkeypatch) -> Manager:
    return muted_manager(place, monkeypatch)


# Room.


def test_who_has_no_room_asks_for_no_job(place, png):
    user = place.user("ada")
    place.upload(user, png)
    place.store.write(lambda c: update_user(c, user.id, quota_bytes=len(png)))
    browser = place.browser("ada")
    body = {"verb": "scene", "options": {"words": "a sea"}}
    answer = browser.ask("POST", "/api/v1/jobs", json=body)
    assert (answer.status_code, "your quota is" in answer.json()["error"]) == (507, True)
    assert " 0.00 GB" not in answer.json()["error"]


def test_a_job_that_outgrows_the_room_is_ended(place, manager):
    user = place.user("ada")
    place.store.write(lambda c: update_user(c, user.id, quota_bytes=10_000))
    job = place.ask(user)
    turn(manager)
    (manager._running[0].child.folder.results / "large.png").write_bytes(b"0" * 20_000)
    turn(manager)
    turn(manager)
    ended = place.job(job.id)
    assert ended.status == "failed"
    assert "20.0 kB, more than is left of your quota" in (ended.error or "")


def test_nothing_is_begun_while_the_disk_is_nearly_full(place, manager, monkeypatch):
    job = place.ask(place.user("ada"))
    monkeypatch.setattr("paintreel.studio.files.stored._KEPT_FREE_BYTES", 2**62)
    turn(manager)
    assert place.job(job.id).status == "queued"
    monkeypatch.undo()
    monkeypatch.setattr("paintreel.studio.manager.executors.Child", Mute)
    turn(manager)
    assert place.job(job.id).status == "running"


def test_programs_read_on_while_nothing_can_be_written(place, monkeypatch):
    user = place.user("ada")
    token = make_token(place.store, user, "t")

    def full(store):
        raise StoreFull("no space")

    monkeypatch.setattr(type(place.store), "writing", full)
    assert user_of_token(place.store, token) == user


def test_the_memory_of_a_job_is_that_of_all_its_processes():
    code = "import time; held = bytearray(150_000_000); print(flush=True); time.sleep(60)"
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE) as child:
        child.stdout.readline()
        both, own = memory_of_all(os.getpid()), memory_bytes(os.getpid())
        child.kill()
    assert both - own > 140_000_000


# Trust.


@pytest.mark.parametrize("change", [{"is_disabled": True}, {"role": "artist"}])
def test_who_is_no_admin_any_more_has_invited_nobody(place, change):
    place.user("root", "admin")
    eve = place.user("eve", "admin")
    secret = invitations.invite(place.store, role="admin", lasts_s=99, inviter=eve)
    place.store.write(lambda c: update_user(c, eve.id, **change))
    with pytest.raises(PaintreelError, match="link"):
        invitations.accept(place.store, secret, "mallory", NEW)


def test_a_new_password_ends_tokens_and_other_links(place):
    root, ada = place.user("root", "admin"), place.user("ada")
    links = [
        invitations.invite(place.store, role="artist", lasts_s=99, inviter=root, reset=ada)
        for _ in range(2)
    ]
    token = make_token(place.store, ada, "t")
    invitations.accept(place.store, links[0], "", NEW)
    assert user_of_token(place.store, token) is None
    with pytest.raises(PaintreelError, match="link"):
        invitations.accept(place.store, links[1], "", NEW + "!")
    again = make_token(place.store, ada, "t")
    place.store.write(lambda c: change_password(c, ada, NEW + "?"))
    assert user_of_token(place.store, again) is None


def test_nothing_is_left_of_the_running_job_of_a_deleted_account(place, manager):
    place.user("root", "admin")
    user = place.user("ada")
    place.ask(user)
    turn(manager)
    folder = manager._running[0].child.folder.root
    manager._running[0].child.messages.append({"kind": "progress", "done": 1})
    assert folder.is_dir()
    delete_account(place.store, place.settings, user)
    try:
        turn(manager)
    except LeaseLost:
        pytest.fail("it is the manager's affair")
    assert not manager._running
    assert not folder.exists()


def test_a_second_studio_on_the_same_data_is_refused_at_once(tmp_path, place, capsys):
    with lock_place(place.settings):
        code = main(["studio", "--data", str(place.settings.data)])
    assert code != 0
    assert "another studio runs" in capsys.readouterr().err


def test_a_forgotten_password_is_set_anew_from_the_machine(make_place, capsys):
    place = make_place("real", clock=time.time)  # the command has the clock of the machine
    place.user("root", "admin")
    words = ["studio", "link", "--data", str(place.settings.data)]
    assert main([*words, "--user", "root"]) == 0
    secret = capsys.readouterr().out.strip().rsplit("/", 1)[1]
    assert invitations.accept(place.store, secret, "", NEW).name == "root"
    assert main([*words, "--user", "nobody"]) != 0
    capsys.readouterr()
    assert main(words) != 0
    assert "--user NAME" in capsys.readouterr().err


def test_links_lead_to_where_the_studio_was_served(place, capsys):
    (place.settings.data / "address").write_text("http://127.0.0.1:8471", "utf-8")
    assert main(["studio", "link", "--data", str(place.settings.data)]) == 0
    assert capsys.readouterr().out.startswith("http://127.0.0.1:8471/join/")


@pytest.mark.skipif(sys.platform != "linux", reason="Landlock is Linux's")
def test_a_confined_process_signals_no_other(tmp_path):
    code = (
        "import os, sys\nfrom pathlib import Path\n"
        "from paintreel.studio.worker.confine import _ABI_SCOPES, _CREATE, confine_to\n"
        "import ctypes\n"
        "abi = ctypes.CDLL(None).syscall(_CREATE, None, ctypes.c_size_t(0), 1)\n"
        "if abi < _ABI_SCOPES: sys.exit(77)\n"
        f"assert confine_to(Path({str(tmp_path)!r}), [])\n"
        f"try: os.kill({os.getpid()}, 0)\n"
        "except PermissionError: sys.exit(0)\n"
        "sys.exit(1)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], check=False)
    if done.returncode == 77:
        pytest.skip("the kernel does not know it")
    assert done.returncode == 0


# What is done next.


def result(name: str, kind: str) -> StoredFile:
    return StoredFile(
        id="r", user_id="u", name=name, kind=kind, media_type="", size_bytes=1, offset_bytes=1,
        created_s=0.0, job_id="j", role="result", source_id=None, sha256="",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("name", "kind", "verb", "option"),
    [
        ("style.onnx", "model", "stylize", "style"),
        ("colorize.onnx", "model", "colorize", "method"),
        ("timeline.json", "text", "grade", "timeline"),
        ("timeline.json", "text", "character", "emotion"),
        ("grade.cube", "text", "grade", "lut"),
        ("scene.png", "picture", "character", "background"),
        ("a.png", "picture", "stylize", "inputs"),
        ("a.mp4", "clip", "character", "from_clip"),
        ("line.wav", "sound", "emotion", "inputs"),
    ],
)
def test_a_result_goes_on_to_the_option_that_takes_it(name, kind, verb, option):
    file = result(name, kind)
    assert verb in follow_ups(file)
    assert option_for(verb, file) == option


def test_results_go_on_to_verbs_that_there_are_and_notes_go_nowhere():
    for name, kind in (("a.png", "picture"), ("a.mp4", "clip"), ("a.json", "text")):
        assert set(follow_ups(result(name, kind))) <= OFFERED.keys()
    assert follow_ups(result("CREDITS.txt", "text")) == ()
