"""What is made from the code by docs/make_*.py is that of the code."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from paintreel.options import VERBS

DOCS = Path(__file__).resolve().parents[2] / "docs"
SCRIPTS = [s for s in sorted(DOCS.glob("make_*.py")) if "write_or_check" in s.read_text("utf-8")]


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda script: script.name)
def test_what_is_made_is_fresh(script: Path):
    command = [sys.executable, script, "--check"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"{done.stdout}{done.stderr}; run python docs/{script.name}"


def test_every_verb_has_a_table_of_its_options():
    pages = "".join(page.read_text("utf-8") for page in DOCS.glob("*.md"))
    assert [verb for verb in VERBS if f"\n<!-- options: {verb} -->\n" not in pages] == []
