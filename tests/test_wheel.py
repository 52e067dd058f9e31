"""`pip wheel .` makes a package that runs outside the checkout, its weights inside."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parents[1]
PIP = [sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check"]


@pytest.fixture(scope="module")
def installed(tmp_path_factory) -> Path:
    """A folder that holds the package as the wheel installs it."""
    folder = tmp_path_factory.mktemp("wheel")
    build = [*PIP, "wheel", "--no-deps", "--no-build-isolation", "-w", folder, REPOSITORY]
    subprocess.run(build, check=True)
    (wheel,) = folder.glob("paintreel-*.whl")
    subprocess.run([*PIP, "install", "--no-deps", "--target", folder / "site", wheel], check=True)
    return folder / "site"


def run(installed: Path, folder: Path, *words: str) -> str:
    """What Python prints in another folder, with the wheel's package before the checkout's."""
    environment = os.environ | {"PYTHONPATH": str(installed)}
    command = [sys.executable, *words]
    done = subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_it_holds_what_the_checkout_does(installed: Path):
    source = REPOSITORY / "src" / "paintreel"
    kept = {
        path.relative_to(source)
        for path in source.rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    there = {
        path.relative_to(installed / "paintreel") for path in installed.rglob("paintreel/**/*")
    }
    assert kept <= there


def test_it_paints_elsewhere(installed: Path, tmp_path: Path):
    where = run(installed, tmp_path, "-c", "import paintreel; print(paintreel.__file__)")
    assert Path(where.strip()).is_relative_to(installed)
    photo = str(REPOSITORY / "examples" / "photo.jpg")
    run(installed, tmp_path, "-m", "paintreel", "stylize", photo, "-o", "painted.png")
    run(installed, tmp_path, "-m", "paintreel", "scene", "--category", "forest", "-o", "scene.png")
    assert (tmp_path / "painted.png").stat().st_size > 10_000
    assert (tmp_path / "scene.png").stat().st_size > 10_000
