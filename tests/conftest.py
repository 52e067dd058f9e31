"""Fixtures that every test folder may use."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="session")
def examples() -> Path:
    """The small real inputs that ship with the project."""
    return REPOSITORY / "examples"


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The licence-clean training data; the test is skipped where it is not at hand."""
    folder = Path(os.environ.get("PAINTREEL_DATA", REPOSITORY.parent / "shared" / "data"))
    if not folder.is_dir():
        pytest.skip("shared data not found; set PAINTREEL_DATA")
    return folder
