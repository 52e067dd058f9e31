"""Write the tables of docs/metrics.md from the rows of the table of measures.

    python docs/make_metrics.py            # write
    python docs/make_metrics.py --check    # exit code 1 where the page is stale

A group's table stands between the lines `<!-- measures: GROUP -->` and `<!-- end of measures -->`.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

from paintreel.metrics.table import GROUPS, MEASURES

PAGE = Path(__file__).resolve().parent / "metrics.md"
ARROWS = {"higher": "↑", "lower": "↓", "none": "·"}


def table(group: str) -> str:
    """The Markdown table of the measures of one group."""
    rows = ["| name | what | better | bounds | take care |", "|---|---|---|---|---|"]
    for measure in MEASURES.values():
        if measure.group == group:
            cells = [f"`{measure.name}`", measure.summary, ARROWS[measure.direction]]
            rows.append("| " + " | ".join([*cells, measure.bounds, measure.caveat]) + " |")
    return "\n".join(rows)


def page_text(text: str) -> str:
    """The page with all tables. Raises ValueError for a group that it has no place for."""
    places = set(re.findall(r"<!-- measures: (\w+) -->", text))
    if places != set(GROUPS):
        raise ValueError(f"metrics.md has tables of {sorted(places)}, the groups are {GROUPS}")
    return re.sub(
        r"(<!-- measures: (\w+) -->\n).*?(<!-- end of measures -->)",
        lambda match: f"{match[1]}\n{table(match[2])}\n\n{match[3]}",
        text,
        flags=re.DOTALL,
    )


def main() -> int:
    """Write or check. Returns the exit code."""
    before = PAGE.read_text("utf-8")
    after = page_text(before)
    if "--check" in sys.argv:
        return int(after != before)
    PAGE.write_text(after, "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
