"""Write the tables of docs/scene.md that say which words are understood, and what a world has.

python docs/make_words.py            # write
python docs/make_words.py --check    # exit code 1 where the page is stale
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

from made import filled, markdown, read, write_or_check

from paintreel.worlds.categories import CATEGORIES
from paintreel.worlds.conditions import FACETS
from paintreel.worlds.rule import find_rule
from paintreel.worlds.vocabulary import TRAITS, VOCABULARY

_PLAIN = {"future city": "city", "settlement": "town"}
"""World -> what it is called in words without a trait."""
PAGE = Path(__file__).resolve().parent / "scene.md"


def worlds() -> str:
    """Words for worlds: what they are called, what they are the nearest to."""
    rows = []
    for category in CATEGORIES:
        own = [row for row in VOCABULARY if row.category == category.name]
        called = [row.words for row in own if row.strength != "near"]
        near = [row.words for row in own if row.strength == "near"]
        traits = [
            f"{trait.words} + {', '.join(_PLAIN.get(world, world) for world in trait.turns)}"
            for trait in TRAITS
            if any(into == category.name != world for world, into in trait.turns.items())
        ]
        rows.append((f"`{category.name}`", "; ".join([*called, *traits]), "; ".join(near)))
    return markdown(("world", "called", "nearest to"), rows)


def conditions() -> str:
    """Words for hours, seasons and weathers."""
    rows = []
    for facet, known in FACETS.items():
        for word in known:
            said = [row.words for row in VOCABULARY if getattr(row, facet) == word]
            rows.append((f"`--{facet} {word}`", "; ".join(said)))
    return markdown(("option", "words"), rows)


def has() -> str:
    """What each world has of them."""
    rows = []
    for category in CATEGORIES:
        rule = find_rule(category.rule)
        cells = [
            "all" if rule.has(facet) == known else ", ".join(rule.has(facet)) or "none"
            for facet, known in FACETS.items()
        ]
        rows.append((f"`{category.name}`", *cells))
    return markdown(("world", *FACETS), rows)


TABLES: dict[str, Callable[[], str]] = {"worlds": worlds, "conditions": conditions, "has": has}


def main() -> int:
    """Write or check. Returns the exit code."""
    text = filled(read(PAGE), "words", lambda name: TABLES[name](), TABLES)
    return write_or_check({PAGE: text})


if __name__ == "__main__":
    sys.exit(main())
