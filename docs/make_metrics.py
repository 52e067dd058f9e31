"""Write the tables of docs/metrics.md from the rows of the table of measures.

python docs/make_metrics.py            # write
python docs/make_metrics.py --check    # exit code 1 where the page is stale
"""

from __future__ import annotations

import sys
from pathlib import Path

from made import filled, markdown, read, write_or_check

from paintreel.metrics.table import GROUPS, MEASURES

PAGE = Path(__file__).resolve().parent / "metrics.md"
ARROWS = {"higher": "↑", "lower": "↓", "none": "·"}


def table(group: str) -> str:
    """The Markdown table of the measures of one group."""
    rows = [
        (f"`{m.name}`", m.summary, ARROWS[m.direction], m.bounds, m.caveat)
        for m in MEASURES.values()
        if m.group == group
    ]
    return markdown(("name", "what", "better", "bounds", "take care"), rows)


def main() -> int:
    """Write or check. Returns the exit code."""
    return write_or_check({PAGE: filled(read(PAGE), "measures", table, GROUPS)})


if __name__ == "__main__":
    sys.exit(main())
