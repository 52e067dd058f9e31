"""What is committed stands by itself: it points at nothing that is not in the repository."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parents[2]
TEXTS = {
    *(".py", ".toml", ".md", ".txt", ".json", ".yml", ".yaml", ".cfg", ".svg", ".html", ".sh"),
    "",
}


@pytest.fixture(scope="module")
def lines() -> list[tuple[str, str]]:
    """("FILE:LINE", line) of every text file under version control or about to be.

    Of an unpacked source tree: of every text file in it.
    """
    try:
        listing = subprocess.run(
            ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
            cwd=REPOSITORY,
            capture_output=True,
            text=True,
            check=True,
        )
        paths = [REPOSITORY / name for name in listing.stdout.split("\0") if name]
    except (OSError, subprocess.CalledProcessError):
        paths = [*REPOSITORY.glob("*.*"), *REPOSITORY.glob("[a-z]*/**/*.*")]
    read = []
    for path in paths:
        if path.suffix in TEXTS and path.is_file():
            file = path.relative_to(REPOSITORY).as_posix()
            text = path.read_text("utf-8", errors="ignore")
            read += [(f"{file}:{n}", line) for n, line in enumerate(text.splitlines(), 1)]
    assert len(read) > 20_000
    return read


def offenders(lines: list[tuple[str, str]], pattern: str) -> str:
    search = re.compile(pattern, re.IGNORECASE)
    return "".join(
        f"\n{place}: {line.strip()[:100]}" for place, line in lines if search.search(line)
    )


def test_no_reference_to_what_is_not_in_the_repository(lines):
    """Papers are named by authors and year, decisions stand in docs/decisions.md."""
    found = offenders(lines, r"\bseeds? 0\d\d\b|\bDESIGN\.md\b|\bissues? #?\d+\b|\(#\d+\)")
    assert not found, found


def test_no_path_of_a_developer_machine(lines):
    """Files name other files relative to themselves or by option."""
    found = offenders(lines, r"(?<![\w.~/}>*-])/(?:work|home|Users|root|mnt)/")
    assert not found, found
