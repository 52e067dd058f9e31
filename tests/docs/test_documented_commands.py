"""What the documentation prints is what the program takes."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from paintreel.cli.main import build_parser

REPOSITORY = Path(__file__).resolve().parents[2]
PAGES = [REPOSITORY / "README.md", REPOSITORY / "CONTRIBUTING.md"]
PAGES += sorted((REPOSITORY / "docs").glob("*.md"))
SOURCES = [*PAGES, *sorted((REPOSITORY / "recipes").rglob("*.toml"))]


def documented_commands(page: Path) -> list[str]:
    """Every `paintreel VERB ...` line of shell blocks and recipe headers, continuations joined."""
    text = page.read_text("utf-8")
    if page.suffix == ".md":
        text = "\n".join(re.findall(r"```sh\n(.*?)```", text, re.DOTALL))
    else:
        text = "\n".join(
            re.sub(r"^#\s*", "", line) for line in text.splitlines() if line[:1] == "#"
        )
    text = re.sub(r"\\\n\s*", " ", text)
    found = re.findall(r"^(?:torchrun .*-m )?(paintreel [a-z]+ .*|paintreel [a-z]+)$", text, re.M)
    return [line.split(" #")[0].strip() for line in found]


COMMANDS = [(page.name, line) for page in SOURCES for line in documented_commands(page)]


def test_the_pages_print_commands() -> None:
    assert len(COMMANDS) >= 20


@pytest.mark.parametrize(("page", "line"), COMMANDS)
def test_command_is_understood(page: str, line: str) -> None:
    if "..." in line or "INPUT" in line:
        pytest.skip("a schematic line")
    arguments = shlex.split(line)[1:]
    args = build_parser(arguments).parse_args(arguments)
    assert args.verb == arguments[0]


def test_python_of_the_readme_runs(tmp_path: Path) -> None:
    code = re.search(r"```python\n(.*?)```", (REPOSITORY / "README.md").read_text(), re.DOTALL)[1]
    (tmp_path / "examples").symlink_to(REPOSITORY / "examples")
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        env=os.environ | {"OMP_NUM_THREADS": "2"},
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "painted.mp4").stat().st_size > 10_000


@pytest.mark.parametrize("page", PAGES, ids=lambda p: p.name)
def test_links_lead_somewhere(page: Path) -> None:
    for target in re.findall(r"\]\(([^)#]+)\)", page.read_text("utf-8")):
        if not target.startswith("http"):
            assert (page.parent / target).exists(), f"{page.name}: {target}"


def test_models_page_is_what_the_cards_say() -> None:
    command = [sys.executable, REPOSITORY / "docs" / "make_models.py", "--check"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
