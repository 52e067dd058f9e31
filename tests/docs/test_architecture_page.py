"""docs/architecture.md speaks of code that is there, and its drawing is that of the code."""

from __future__ import annotations

import ast
import re
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[2]
PACKAGE = REPOSITORY / "src" / "paintreel"
PAGE = (REPOSITORY / "docs" / "architecture.md").read_text("utf-8")


def defined_in(file: Path) -> set[str]:
    """Functions and classes of a module, methods as `Class.method`."""
    names = set()
    for node in ast.parse(file.read_text("utf-8")).body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            names.add(node.name)
        if isinstance(node, ast.ClassDef):
            methods = (m for m in node.body if isinstance(m, ast.FunctionDef))
            names |= {f"{node.name}.{method.name}" for method in methods}
    return names


def test_the_walks_name_functions_that_are_there():
    named = re.findall(r"`([\w/]+\.py): ([\w.]+)`", PAGE)
    assert len(named) > 20
    gone = [
        f"{file}: {name}"
        for file, name in named
        if not (PACKAGE / file).is_file() or name not in defined_in(PACKAGE / file)
    ]
    assert gone == []


def test_every_room_is_in_the_table():
    listed = {name for row in re.findall(r"^\| (`.*) \|", PAGE, re.M) for name in row.split("`")}
    rooms = [path for path in PACKAGE.iterdir() if path.is_dir() and path.name != "__pycache__"]
    assert [room.name for room in rooms if f"{room.name}/" not in listed] == []


def test_a_shared_room_that_lists_its_files_lists_all_of_them():
    """Lists at the margin are whole; those that a verb sets in name its main parts."""
    checked, wrong = [], {}
    for start in sorted(PACKAGE.rglob("__init__.py")):
        said = ast.get_docstring(ast.parse(start.read_text("utf-8"))) or ""
        listed = set(re.findall(r"^(\w+)\.py +", said, re.M))
        if len(listed) < 2:
            continue
        checked.append(start.parent.name)
        there = {path.stem for path in start.parent.glob("*.py")} - {"__init__"}
        if differing := listed ^ there:
            wrong[start.parent.name] = sorted(differing)
    assert {"faces", "rig", "runtime"} <= set(checked)
    assert wrong == {}
