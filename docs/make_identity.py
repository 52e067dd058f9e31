"""Write the tables of docs/character.md: what an identity file may say.

python docs/make_identity.py            # write
python docs/make_identity.py --check    # exit code 1 where the page is stale
"""

from __future__ import annotations

import re
import sys
from dataclasses import fields
from pathlib import Path

from made import filled, markdown, read, write_or_check

from paintreel.rig.identity import ACCESSORIES, TABLES, CharacterPalette, range_of

PAGE = Path(__file__).resolve().parent / "character.md"
_MEANING = re.compile(r"^    (\w+(?:, \w+)*)  +(.+(?:\n {8,}.+)*)", re.MULTILINE)


def meanings(table: str) -> dict[str, str]:
    """What each key of a table means, as the docstring of its class says."""
    found: dict[str, str] = {}
    for names, text in _MEANING.findall(TABLES[table].__doc__ or ""):
        for name in names.split(", "):
            found[name] = " ".join(text.split())
    return found


def table_of(table: str) -> str:
    """The markdown table of an identity's table, or of "accessories"."""
    if table == "accessories":
        return ", ".join(f"`{name}`" for name in ACCESSORIES)
    part, said = TABLES[table], meanings(table)
    rows = []
    for one in fields(part):
        if part is CharacterPalette:
            may_be, usual = "a colour", f"`{one.default}`"
        else:
            can = range_of(part, one.name)
            may_be = (
                ", ".join(f"`{word}`" for word in can.choices) or f"{can.low:g} to {can.high:g}"
            )
            usual = f"`{one.default}`" if can.choices else f"{one.default:g}"
        rows.append([f"`{one.name}`", said[one.name], may_be, usual])
    return markdown(["key", "what it is", "may be", "usual"], rows)


def main() -> int:
    """Write or check. Returns the exit code."""
    names = [*TABLES, "accessories"]
    return write_or_check({PAGE: filled(read(PAGE), "identity", table_of, names)})


if __name__ == "__main__":
    sys.exit(main())
