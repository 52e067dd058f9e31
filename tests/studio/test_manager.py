"""The manager and its limited processes: killed, cancelled, too large, and still one result."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from managed import at_work, until
from studio_place import Place

from paintreel.errors import PaintreelError
from paintreel.studio.files.stored import files_of_job, place_of
from paintreel.studio.manager.child import Child
from paintreel.studio.manager.housekeeping import keep_house, sweep
from paintreel.studio.manager.layout import lay_out
from paintreel.studio.manager.manager import Manager
from paintreel.studio.work import leases
from paintreel.studio.work.events import events_after
from paintreel.studio.work.jobs import cancel_job

pytestmark = pytest.mark.timeout(280)


def manager_of(place: Place) -> Manager:
    return Manager(place.store, place.settings, name="tests")


@pytest.fixture
def real(make_place) -> Place:
    return make_place("real", clock=time.time)


def result_bytes(place: Place, job_id: str) -> dict[str, bytes]:
    with place.store.reading() as c:
        files = files_of_job(c, job_id, "result")
    return {file.name: place_of(place.settings, file.id).read_bytes() for file in files}


def test_a_job_is_run_and_its_results_are_the_users(real, png):
    user = real.user("ada")
    file = real.upload(user, png)
    job = real.ask(user, "lineart", file=file, method="rule")
    with at_work(manager_of(real)):
        until(lambda: not real.job(job.id).is_active)
    ended = real.job(job.id)
    assert (ended.status, ended.error) == ("finished", None)
    with real.store.reading() as c:
        rows = {(f.role, f.name, f.kind): f for f in files_of_job(c, job.id)}
    result = rows["result", "a.png", "picture"]
    assert result.source_id == file.id
    assert rows["preview", "00000.jpg", "picture"].source_id == result.id
    assert rows["before", "00000-before.jpg", "picture"].source_id == result.id
    assert not (real.settings.work / job.id).exists()


def test_a_process_that_is_killed_is_started_again_and_gives_one_result(real, png):
    user = real.user("ada")
    job = real.ask(user, "info", file=real.upload(user, png))
    with at_work(manager_of(real)) as manager:
        for _ in range(2):
            until(lambda: manager._running)
            os.killpg(manager._running[0].child.process.pid, signal.SIGKILL)
            starts = real.job(job.id).starts
            until(lambda starts=starts: real.job(job.id).starts > starts)
        until(lambda: not real.job(job.id).is_active)
    ended = real.job(job.id)
    assert (ended.status, ended.deaths, ended.starts) == ("finished", 2, 3)
    assert list(result_bytes(real, job.id)) == ["info.txt"]


def test_a_cancelled_job_ends_within_a_second(real, png):
    user = real.user("ada")
    job = real.ask(user, "scene", size="2048x1152")
    with at_work(manager_of(real)) as manager:
        until(lambda: manager._running and real.job(job.id).memory_bytes)
        pid = manager._running[0].child.process.pid
        began_s = time.monotonic()
        cancel_job(real.store, real.job(job.id))
        until(lambda: _is_gone(pid))
        assert time.monotonic() - began_s < 1.0 + _lag_s()
        until(lambda: real.job(job.id).status == "cancelled")
    assert result_bytes(real, job.id) == {}


def _lag_s() -> float:
    """By how much a sleep is late on this machine, which others use too."""
    began_s = time.monotonic()
    for _ in range(10):
        time.sleep(0.05)
    return 4 * (time.monotonic() - began_s - 0.5)


def _is_gone(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text("ascii").rpartition(")")[2].split()[0]
    except (FileNotFoundError, ProcessLookupError):
        return True
    return state == "Z"


def test_processes_end_with_a_manager_that_is_killed(tmp_path, real):
    user = real.user("ada")
    job = real.ask(user, "scene", size="2048x1152")
    script = (
        "import sys\nfrom pathlib import Path\n"
        "from paintreel.studio.settings import StudioSettings\n"
        "from paintreel.studio.serving import run_manager\n"
        f"run_manager(StudioSettings(data=Path({str(real.settings.data)!r})))\n"
    )
    process = subprocess.Popen([sys.executable, "-c", script])
    until(lambda: real.job(job.id).memory_bytes > 0)
    children = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text("ascii").split()
    process.kill()
    process.wait()
    for pid in children:
        until(lambda pid=pid: _is_gone(int(pid)), within_s=20)
    assert real.job(job.id).status == "running"  # nobody could say otherwise
    manager = Manager(real.store, real.settings)
    manager._take_place()
    assert leases.take_back(real.store, manager.name) == [job.id]  # as a new manager does
    assert (real.job(job.id).status, real.job(job.id).deaths) == ("queued", 0)


def test_there_is_one_manager_of_a_name(real):
    first, second = (Manager(real.store, real.settings, name="one") for _ in range(2))
    first._take_place()
    with pytest.raises(PaintreelError, match="another studio"):
        second._take_place()


def test_a_job_that_takes_too_much_memory_or_time_fails_with_the_reason(make_place, png):
    for limits, word in (({"memory_bytes": 40_000_000}, "memory"), ({"job_s": 0.01}, "longer")):
        place = make_place(word, clock=time.time, **limits)
        user = place.user("ada")
        job = place.ask(user, "info", file=place.upload(user, png))
        with at_work(manager_of(place)):
            until(lambda place=place, job=job: not place.job(job.id).is_active)
        ended = place.job(job.id)
        assert ended.status == "failed"
        assert word in ended.error


def test_a_file_that_lies_fails_its_job_alone(real, png):
    user = real.user("ada")
    bomb = real.upload(user, png[:40] + bytes(60), "bomb.png")
    job = real.ask(user, "lineart", file=bomb, method="rule")
    with at_work(manager_of(real)):
        until(lambda: not real.job(job.id).is_active)
    ended = real.job(job.id)
    assert (ended.status, ended.deaths) == ("failed", 0)
    assert "bomb.png" in ended.error
    assert str(real.settings.data) not in ended.error
    with real.store.reading() as c:
        told = "".join(event.data for event in events_after(c, 0, job_id=job.id))
    assert str(real.settings.data) not in told


def test_what_a_process_says_it_made_is_looked_at_without_trust(real, png, tmp_path):
    user = real.user("ada")
    real.ask(user, "info", file=real.upload(user, png))
    job = leases.claim_job(real.store, "tests")
    folder = lay_out(real.settings, job, [], [], threads=1)
    folder.results.mkdir()
    (folder.results / "good.txt").write_text("x", "utf-8")
    (folder.results / "link.txt").symlink_to("/etc/passwd")
    (folder.results / "folder.txt").mkdir()
    (tmp_path / "outside.txt").write_text("secret", "utf-8")
    (folder.results / "up").symlink_to(tmp_path)
    manager = Manager(real.store, real.settings, name="tests")
    child = Child.__new__(Child)
    child.folder = folder
    paths = ["out/link.txt", "out/folder.txt", "../../studio.sqlite", "/etc/passwd", "out/none"]
    paths += ["out/up/outside.txt", "out/good.txt"]
    files = [{"path": path, "role": "result"} for path in paths]
    manager._take_results(job, child, {"status": "finished", "files": files})
    assert result_bytes(real, job.id) == {"good.txt": b"x"}


CONFINED = """
import os, socket, sys
from pathlib import Path
from paintreel.studio.worker.confine import confine_to, readable_places
folder, secret = Path(sys.argv[1]), Path(sys.argv[2])
if not confine_to(folder, readable_places()):
    print("no landlock"); raise SystemExit
import numpy, PIL.Image  # what the program needs can be read
(folder / "made.txt").write_text("x")
said = []
for act in (
    lambda: secret.read_text(),
    lambda: os.listdir(secret.parent),
    lambda: (secret.parent / "new.txt").write_text("x"),
    lambda: os.link(secret, folder / "link"),
    lambda: socket.create_connection(("127.0.0.1", int(sys.argv[3])), 2),
):
    try:
        act()
        said.append("did")
    except OSError as error:
        said.append(type(error).__name__)
print(*said)
"""


def test_a_process_sees_the_program_and_its_own_folder_alone(tmp_path):
    import socket

    own, other = tmp_path / "own", tmp_path / "other"
    own.mkdir()
    other.mkdir()
    (other / "secret.txt").write_text("s", "utf-8")
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = str(server.getsockname()[1])
        arguments = [str(own), str(other / "secret.txt"), port]
        done = subprocess.run(
            [sys.executable, "-c", CONFINED, *arguments], capture_output=True, text=True, check=True
        )
    if done.stdout.strip() == "no landlock":
        pytest.skip("this kernel has no Landlock")
    assert set(done.stdout.split()) <= {"PermissionError", "OSError"}
    assert (own / "made.txt").exists()


def test_house_is_kept(make_place, clock, png):
    place = make_place("old", keep_days=30)
    user = place.user("ada")
    used, unused = place.upload(user, png), place.upload(user, png)
    place.ask(user, "info", file=used)
    job = leases.claim_job(place.store, "m")
    leases.finish_job(place.store, job, "finished")
    stray = place_of(place.settings, "stray" + "x" * 17)
    stray.parent.mkdir(exist_ok=True)
    stray.write_bytes(b"x")
    os.utime(stray, (0, 0))
    assert sweep(place.store, place.settings) == 1
    assert keep_house(place.store, place.settings) == 0
    clock.now_s += 31 * 86_400
    keep_house(place.store, place.settings)
    keep_house(place.store, place.settings)  # the upload goes after the job that was made of it
    assert [p for p in place.settings.uploads.rglob("*") if p.is_file()] == []
    assert unused.id != used.id
