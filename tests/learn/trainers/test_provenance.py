"""What a card says of the run that made the weights."""

from __future__ import annotations

import dataclasses
import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from paintreel import __version__
from paintreel.errors import InputError
from paintreel.learn.trainers.provenance import COMMIT, ModelFacts, Source, origin, read_source


@dataclasses.dataclass(frozen=True)
class Settings:
    seed: int = 3
    rate: float = 1e-3


@pytest.mark.parametrize("facts", [{"name": "../x"}, {"name": "a", "licence": ""}])
def test_what_no_card_may_say_is_refused_before_the_training(facts: dict):
    with pytest.raises(InputError, match="the model's"):
        ModelFacts(**facts)


def test_origin_says_how_to_run_it_again():
    provenance = origin(
        ModelFacts("mine"),
        Settings(),
        source=Source("0123456789ab"),
        command=["paintreel", "train"],
        wall_s=59.6,
        data_hash="art 12",
    )
    assert provenance["command"] == "paintreel train"
    assert provenance["commit"] == "0123456789ab"
    assert "allow_dirty" not in provenance
    assert (provenance["recipe"], provenance["seed"]) == ("mine", 3)
    assert provenance["wall_time_s"] == 60
    assert provenance["settings"] == {"seed": 3, "rate": 1e-3}
    assert provenance["data_hash"] == "art 12"
    assert json.loads(json.dumps(provenance)) == provenance


def test_the_version_stands_for_an_installed_package(monkeypatch):
    monkeypatch.setenv("GIT_DIR", "/nowhere/at/all")
    assert read_source().facts() == {"version": __version__}


def test_a_commit_is_stated_for_code_that_was_copied_without_its_checkout(monkeypatch):
    monkeypatch.setenv("GIT_DIR", "/nowhere/at/all")
    monkeypatch.setenv(COMMIT, "0123456789abcdef")
    assert read_source().facts() == {"commit": "0123456789ab"}
    monkeypatch.setenv(COMMIT, "main")
    with pytest.raises(InputError, match="PAINTREEL_COMMIT is 'main', expected a commit"):
        read_source()


@pytest.fixture
def checkout(tmp_path: Path):
    """A commit of a tree with this package; runs `read_source` in it."""
    package = Path(__file__).resolve().parents[3] / "src" / "paintreel"
    shutil.copytree(
        package,
        tmp_path / "src" / "paintreel",
        ignore=shutil.ignore_patterns("weights", "__pycache__"),
    )
    git = ["git", "-c", "user.name=x", "-c", "user.email=x@x", "-C", str(tmp_path)]
    (tmp_path / ".gitignore").write_text("__pycache__/\n")
    for words in (["init", "-q"], ["add", "-A"], ["commit", "-qm", "all"]):
        subprocess.run([*git, *words], check=True)

    def read(allow_dirty: bool = False) -> str:
        code = (
            "from paintreel.learn.trainers.provenance import read_source\n"
            f"try: print(read_source(allow_dirty={allow_dirty}).facts())\n"
            "except Exception as error: print(type(error).__name__, error)"
        )
        done = subprocess.run(
            [sys.executable, "-c", code],
            env={"PYTHONPATH": str(tmp_path / "src"), "PATH": "/usr/bin:/bin"},
            cwd=tmp_path,
            capture_output=True,
            text=True,
            check=True,
        )
        return done.stdout

    return tmp_path, read


def test_a_clean_commit_is_named_and_changes_are_refused(checkout):
    root, read = checkout
    assert read().startswith("{'commit': '")
    (root / "notes.txt").write_text("no part of the code")
    assert read().startswith("{'commit': '")
    (root / "src" / "paintreel" / "errors.py").open("a").write("\n")
    refused = read()
    assert refused.startswith("TrainingError the checkout has changes that no commit holds")
    assert "--allow-dirty" in refused
    assert "'allow_dirty': True" in read(allow_dirty=True)
