"""The scripts of `benchmarks/` as modules, with their neighbours importable as when they run."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType

import pytest

FOLDER = Path(__file__).resolve().parents[2] / "benchmarks"


@pytest.fixture
def bench(monkeypatch) -> Iterator[Callable[[str], ModuleType]]:
    """A function (name) that imports `benchmarks/<name>.py`; forgotten after the test."""
    monkeypatch.syspath_prepend(FOLDER)
    names = {path.stem for path in FOLDER.glob("*.py")}
    before = {name: sys.modules.pop(name) for name in names & sys.modules.keys()}
    yield importlib.import_module
    for name in names & sys.modules.keys():
        del sys.modules[name]
    sys.modules.update(before)
