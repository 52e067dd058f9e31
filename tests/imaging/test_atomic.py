"""A file appears whole or not at all, whatever interrupts its making."""

from __future__ import annotations

import errno
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from paintreel.errors import OutputError
from paintreel.imaging.atomic import TEMPORARY_PREFIX, atomic_path


def leftovers(folder: Path) -> list[str]:
    """Unfinished files in `folder`."""
    return [path.name for path in folder.iterdir() if path.name.startswith(TEMPORARY_PREFIX)]


def interrupted(target: Path, interruption: BaseException) -> None:
    """A block that fails with half a file written."""
    with atomic_path(target, overwrite=True) as partial:
        partial.write_bytes(b"half")
        raise interruption


def test_file_appears_at_the_end_of_the_block(tmp_path):
    target = tmp_path / "new" / "folders" / "a.png"
    with atomic_path(target) as partial:
        assert partial.parent == target.parent
        assert partial.suffix == ".png"
        assert not partial.exists()
        partial.write_bytes(b"whole")
        assert not target.exists()
    assert target.read_bytes() == b"whole"
    assert leftovers(target.parent) == []


def test_new_files_have_the_usual_permissions(tmp_path):
    usual = tmp_path / "usual"
    usual.touch()
    with atomic_path(tmp_path / "a") as partial:
        partial.touch()
    assert (tmp_path / "a").stat().st_mode == usual.stat().st_mode


@pytest.mark.parametrize("interruption", [ValueError, KeyboardInterrupt, SystemExit])
def test_interrupted_block_leaves_the_old_file_and_nothing_else(tmp_path, interruption):
    target = tmp_path / "a.txt"
    target.write_text("old")
    with pytest.raises(interruption):
        interrupted(target, interruption())
    assert target.read_text() == "old"
    assert leftovers(tmp_path) == []


def test_existing_file_is_refused_without_overwrite(tmp_path):
    target = tmp_path / "a.txt"
    target.write_text("old")
    with pytest.raises(OutputError, match="--overwrite"), atomic_path(target):
        pytest.fail("the block must not run")
    with atomic_path(target, overwrite=True) as partial:
        partial.write_text("new")
    assert target.read_text() == "new"


def test_file_made_meanwhile_is_not_replaced(tmp_path):
    target = tmp_path / "a.txt"

    def race() -> None:
        with atomic_path(target) as partial:
            partial.write_text("mine")
            target.write_text("theirs")

    with pytest.raises(OutputError, match="was written by another run meanwhile"):
        race()
    assert target.read_text() == "theirs"
    assert leftovers(tmp_path) == []


def test_folder_is_never_replaced(tmp_path):
    with pytest.raises(OutputError, match="folder"), atomic_path(tmp_path, overwrite=True):
        pytest.fail("the block must not run")


def test_parent_that_is_a_file_is_named(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(OutputError, match="cannot write"), atomic_path(tmp_path / "file" / "a"):
        pytest.fail("the block must not run")


def test_name_too_long_is_named(tmp_path):
    with pytest.raises(OutputError, match="too long"), atomic_path(tmp_path / ("a" * 5000)):
        pytest.fail("the block must not run")


@pytest.mark.parametrize("target", ["real/a.txt", "nowhere/a.txt"])
def test_a_link_is_replaced_and_never_written_through(tmp_path, target):
    real, link = tmp_path / target, tmp_path / "link.txt"
    (tmp_path / "real").mkdir()
    (tmp_path / "real" / "a.txt").write_text("old")
    link.symlink_to(real)
    with pytest.raises(OutputError, match="--overwrite"), atomic_path(link):
        pytest.fail("the block must not run")
    with atomic_path(link, overwrite=True) as partial:
        partial.write_text("new")
    assert not link.is_symlink()
    assert link.read_text() == "new"
    assert (tmp_path / "real" / "a.txt").read_text() == "old"
    assert not (tmp_path / "nowhere").exists()


def test_a_folder_that_is_a_link_is_entered(tmp_path):
    (tmp_path / "real").mkdir()
    (tmp_path / "link").symlink_to("real")
    with atomic_path(tmp_path / "link" / "a.txt") as partial:
        partial.write_text("new")
    assert (tmp_path / "real" / "a.txt").read_text() == "new"
    assert (tmp_path / "link").is_symlink()


@pytest.mark.parametrize(
    ("code", "words"),
    [
        (errno.ENOSPC, "no space left"),
        (errno.EDQUOT, "quota"),
        (errno.EROFS, "read-only"),
        (errno.EACCES, "permission"),
    ],
)
def test_disk_errors_become_output_errors(tmp_path, code, words):
    with pytest.raises(OutputError, match=words):
        interrupted(tmp_path / "a.bin", OSError(code, os.strerror(code)))
    assert leftovers(tmp_path) == []


def test_encoder_that_hides_the_full_disk_is_seen_through(tmp_path, monkeypatch):
    monkeypatch.setattr("shutil.disk_usage", lambda _: type("Usage", (), {"free": 512}))
    with pytest.raises(OutputError, match="no space left"), atomic_path(tmp_path / "a.bin"):
        raise OSError("encoder error -2 when writing image file")


def test_other_os_errors_stay_what_they_are(tmp_path):
    with pytest.raises(ConnectionResetError), atomic_path(tmp_path / "a.bin"):
        raise ConnectionResetError(errno.ECONNRESET, "reset")
    with pytest.raises(FileNotFoundError), atomic_path(tmp_path / "a.bin"):
        pass  # nothing was written


KILLED_PROGRAM = """
import sys, time
from paintreel.imaging.atomic import atomic_path
with atomic_path(sys.argv[1]) as partial:
    partial.write_bytes(b"half")
    print("writing", flush=True)
    time.sleep(60)
"""


@pytest.mark.skipif(os.name != "posix", reason="signals")
@pytest.mark.parametrize("signal", ["SIGINT", "SIGKILL"])
def test_killed_process_leaves_no_target(tmp_path, signal):
    import signal as signals

    target = tmp_path / "a.bin"
    with subprocess.Popen(
        [sys.executable, "-c", KILLED_PROGRAM, target],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    ) as process:
        assert process.stdout.readline() == b"writing\n"
        time.sleep(0.05)
        process.send_signal(getattr(signals, signal))
        process.wait(20)
    assert not target.exists()
    assert len(leftovers(tmp_path)) == (signal == "SIGKILL")  # nothing can tidy up after that
    with atomic_path(target) as partial:
        partial.write_bytes(b"whole")
    assert target.read_bytes() == b"whole"
