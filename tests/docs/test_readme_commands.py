"""The commands of the README work as they are pasted, in a copy of the repository, twice."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from PIL import Image

REPOSITORY = Path(__file__).resolve().parents[2]
README = (REPOSITORY / "README.md").read_text("utf-8")
BLOCKS = re.findall(r"```sh\n(.*?)```", README, re.DOTALL)
INSTALLS = ("make ", "pip install ", ". .venv/bin/activate", "paintreel studio ")
"""Beginnings of lines that stand for what is done here otherwise; the studio serves until it is
ended, and has tests of its own."""

LINES = [line for block in BLOCKS for line in block.splitlines() if not line.startswith(INSTALLS)]


@pytest.fixture(scope="module")
def copy(tmp_path_factory) -> Path:
    """What the commands may read of the repository, and a `paintreel` for the shell."""
    folder = tmp_path_factory.mktemp("copy")
    shutil.copytree(REPOSITORY / "examples", folder / "examples")
    shutil.copy(REPOSITORY / "README.md", folder)
    command = folder / ".venv" / "bin" / "paintreel"
    command.parent.mkdir(parents=True)
    command.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m paintreel "$@"\n', "utf-8")
    command.chmod(0o755)
    return folder


def made_by_commands() -> set[str]:
    """What the commands write, as they name it."""
    made = re.findall(r"(?:-o|--report|--parallax|--looks) (\S+)", "\n".join(LINES))
    roughs = [line for line in LINES if line.startswith("paintreel rough")]
    return {*made, *re.findall(r"--sketch (\S+)", "\n".join(roughs))}


def paste(line: str, folder: Path) -> str:
    """Give a line to the shell as it stands; what it prints. The package is the one under test."""
    path = f"{folder / '.venv' / 'bin'}{os.pathsep}{os.environ['PATH']}"
    environment = os.environ | {"PATH": path, "PYTHONPATH": str(REPOSITORY / "src")}
    done = subprocess.run(
        ["sh", "-c", line], cwd=folder, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, f"{line}\n{done.stdout}{done.stderr}"
    return done.stdout + done.stderr


def written(folder: Path) -> dict[str, int]:
    """File -> when it was written, of all that the commands have made."""
    own = {folder / "README.md", *(folder / "examples").rglob("*"), *(folder / ".venv").rglob("*")}
    files = [path for path in folder.rglob("*") if path.is_file() and path not in own]
    return {path.relative_to(folder).as_posix(): path.stat().st_mtime_ns for path in files}


@pytest.mark.skipif(os.name != "posix", reason="needs sh")
@pytest.mark.timeout(1200)
def test_they_work_twice_in_a_row(copy: Path):
    assert len(LINES) >= 12
    before = {p: p.read_bytes() for p in (copy / "examples").rglob("*") if p.is_file()}
    for line in LINES:
        paste(line, copy)
    first = written(copy)
    for line in LINES:
        paste(line, copy)
    second = written(copy)
    assert first.keys() == second.keys()
    folders = {name for name in first if name.startswith(("painted/", "inked/"))}
    assert len(folders) == 15  # six photographs twice, a record each, and whom to name
    assert {n for n in first if first[n] == second[n]} == folders  # the rest is replaced
    assert {p: p.read_bytes() for p in (copy / "examples").rglob("*") if p.is_file()} == before
    for name in first:
        if name.endswith((".png", ".jpg")):
            with Image.open(copy / name) as picture:
                picture.load()


def test_what_they_make_is_not_taken_for_a_part_of_the_repository():
    made = made_by_commands()
    assert len(made) >= 10
    command = ["git", "check-ignore", "--no-index", *made]
    done = subprocess.run(command, cwd=REPOSITORY, capture_output=True, text=True, check=False)
    if done.returncode > 1:
        pytest.skip("no checkout")
    assert made - set(done.stdout.split()) == set()


def test_they_read_what_is_in_the_repository():
    """No made-up names: what a command does not make is there."""
    made = made_by_commands()
    named = [
        word
        for line in LINES
        for word in line.split("#")[0].split()
        if re.search(r"/|\.(png|jpg|mp4|html)$", word) and word not in made
    ]
    assert len(named) > 6
    assert [name for name in named if not (REPOSITORY / name).exists()] == []
