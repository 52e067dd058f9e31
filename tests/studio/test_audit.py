"""The audit fails for what it finds, and says so where it could not ask."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parents[2]
AUDIT = REPOSITORY / ".ci" / "audit"
WRITES = 'while [ "$1" != --output ]; do shift; done; echo "{}" > "$2"; '


@pytest.mark.parametrize(
    ("does", "code", "said"),
    [
        (WRITES + "exit 0", 0, ""),
        (WRITES + "echo 'Found 1 known vulnerability'; exit 1", 1, "Found 1 known vulnerability"),
        ("echo 'no route to host' >&2; exit 1", 0, "audit skipped: no answer of the advisories"),
    ],
)
def test_what_is_found_fails_and_what_is_not_asked_is_said(does, code, said, tmp_path):
    stand_in = tmp_path / "pip-audit"
    stand_in.write_text(f"#!/bin/sh\n{does}\n", "utf-8")
    stand_in.chmod(0o755)
    environment = os.environ | {"PIP_AUDIT": str(stand_in)}
    done = subprocess.run(
        ["bash", AUDIT], env=environment, capture_output=True, text=True, check=False
    )
    assert (done.returncode, said in done.stdout) == (code, True), done.stdout + done.stderr
