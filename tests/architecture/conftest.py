"""The source of the package, read once for all rules."""

from __future__ import annotations

import ast
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import pytest

SOURCES = Path(__file__).resolve().parents[2] / "src"


@dataclass(frozen=True)
class Module:
    """name: dotted, "paintreel.imaging.files"; file: below the package, "imaging/files.py"."""

    name: str
    file: str
    source: str
    is_package: bool

    @cached_property
    def tree(self) -> ast.Module:
        return ast.parse(self.source)


@pytest.fixture(scope="session")
def modules() -> dict[str, Module]:
    """Every module of the package by its dotted name."""
    read = {}
    for path in sorted((SOURCES / "paintreel").rglob("*.py")):
        parts = path.relative_to(SOURCES).with_suffix("").parts
        is_package = parts[-1] == "__init__"
        name = ".".join(parts[:-1] if is_package else parts)
        file = path.relative_to(SOURCES / "paintreel").as_posix()
        read[name] = Module(name, file, path.read_text("utf-8"), is_package)
    assert len(read) > 150
    return read
