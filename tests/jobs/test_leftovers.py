from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from paintreel.imaging.atomic import atomic_path
from paintreel.imaging.temporary_names import TEMPORARY_PREFIX, temporary_name
from paintreel.jobs.job import Job, Progress
from paintreel.jobs.leftovers import remove_leftovers
from paintreel.jobs.run import Batch, run_batch

DAY_S = 24 * 3600

KILLED = """
import os, signal, sys
from pathlib import Path
from paintreel.imaging.atomic import atomic_path
from paintreel.media.sequence import atomic_folder
with atomic_path(sys.argv[1] + "/a.png") as file, atomic_folder(Path(sys.argv[1], "b")) as folder:
    file.write_bytes(b"half")
    folder.mkdir()
    (folder / "0.png").write_bytes(b"half")
    os.kill(os.getpid(), signal.SIGKILL)
"""


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


@pytest.mark.skipif(os.name != "posix", reason="asks for processes by their number")
def test_what_a_killed_run_left_is_removed_by_the_next(tmp_path: Path):
    subprocess.run([sys.executable, "-c", KILLED, str(tmp_path)], check=False)
    left = names(tmp_path)
    assert len(left) == 2
    assert all(name.startswith(TEMPORARY_PREFIX) for name in left)

    def write(progress: Progress) -> None:
        (tmp_path / "c.png").write_bytes(b"whole")

    (outcome,) = run_batch(Batch((Job("c", (tmp_path / "c.png",), write),)))
    assert outcome.status == "made"
    assert names(tmp_path) == ["c.png"]


def test_what_is_being_written_stays(tmp_path: Path):
    with atomic_path(tmp_path / "a.png") as partial:
        partial.write_bytes(b"half")
        assert remove_leftovers(tmp_path) == 0
    assert names(tmp_path) == ["a.png"]


def test_what_may_be_another_machine_s_goes_when_it_is_old(tmp_path: Path):
    theirs = tmp_path / f"{TEMPORARY_PREFIX}00000000-1-0123456789ab.mp4"
    older = tmp_path / f"{TEMPORARY_PREFIX}0123456789ab.mp4"  # as names were up to 0.1
    for path in (theirs, older):
        path.write_bytes(b"half")
    written = theirs.stat().st_mtime
    assert remove_leftovers(tmp_path, clock=lambda: written + 6 * DAY_S) == 0
    assert remove_leftovers(tmp_path, clock=lambda: written + 8 * DAY_S) == 2
    assert names(tmp_path) == []


@pytest.mark.parametrize("name", ["x", "0123456789ag.png", "notes"])
def test_other_files_stay(tmp_path: Path, name: str):
    mine = tmp_path / f"{TEMPORARY_PREFIX}{name}"
    mine.write_text("mine")
    link = tmp_path / temporary_name()
    link.symlink_to(mine)
    os.utime(mine, (0, 0))
    assert remove_leftovers(tmp_path) == 0
    assert remove_leftovers(tmp_path / "absent") == 0
    assert mine.exists()
