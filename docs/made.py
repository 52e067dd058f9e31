"""What the scripts make_*.py share: tables between marks in a page, and writing or checking files.

A table stands between the lines `<!-- KIND: NAME -->` and `<!-- end of KIND -->`.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Collection, Mapping, Sequence
from pathlib import Path


def markdown(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A Markdown table."""
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def filled(
    text: str, kind: str, table: Callable[[str], str], names: Collection[str] | None = None
) -> str:
    """The text of a page with table(name) at every mark of a kind.

    names: what the page must have a place for, each; None: whatever it asks for.
    Raises ValueError where the page has other places.
    """
    places = re.findall(rf"<!-- {kind}: (\w+) -->", text)
    if names is not None and sorted(places) != sorted(names):
        raise ValueError(f"the page has {kind} of {sorted(places)}, expected {sorted(names)}")
    return re.sub(
        rf"(<!-- {kind}: (\w+) -->\n).*?(<!-- end of {kind} -->)",
        lambda match: f"{match[1]}\n{table(match[2])}\n\n{match[3]}",
        text,
        flags=re.DOTALL,
    )


def write_or_check(files: Mapping[Path, str]) -> int:
    """Write the files that are not as they should be; with --check only name them.

    Returns the exit code: 1 where --check finds a stale file.
    """
    stale = [path for path, text in files.items() if not path.is_file() or read(path) != text]
    if "--check" in sys.argv:
        print(*(f"stale: {path.name}" for path in stale), sep="\n")
        return int(bool(stale))
    for path in stale:
        path.write_text(files[path], "utf-8")
    return 0


def read(path: Path) -> str:
    return path.read_text("utf-8")
