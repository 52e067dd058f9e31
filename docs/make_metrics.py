"""Write the tables of measures and of questions into the pages, from the rows that state them.

python docs/make_metrics.py            # write
python docs/make_metrics.py --check    # exit code 1 where the page is stale
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

from made import filled, markdown, read, write_or_check

from paintreel.metrics.questions import QUESTIONS, Question
from paintreel.metrics.table import GROUPS, MEASURES, Measure

DOCS = Path(__file__).resolve().parent
MEASURES_PAGE, QUESTIONS_PAGE = DOCS / "metrics.md", DOCS / "compare-with-another-tool.md"
ARROWS = {"higher": "↑", "lower": "↓", "none": "·"}


def table(group: str) -> str:
    """The Markdown table of the measures of one group."""
    rows = [
        (f"`{m.name}`", _says(m), m.summary, ARROWS[m.direction], m.bounds, m.caveat)
        for m in MEASURES.values()
        if m.group == group
    ]
    return markdown(("name", "in plain words", "what", "better", "bounds", "take care"), rows)


def _says(measure: Measure) -> str:
    anchor = f" {measure.anchor[:1].upper()}{measure.anchor[1:]}." if measure.anchor else ""
    return f"{measure.plain}{anchor} {measure.below_zero}".strip()


def question_table(name: str) -> str:
    """The Markdown table of the aspects of one question, and of what it requires."""
    question = QUESTIONS[name]
    rows = [
        (aspect.alike, _named(question, aspect.measures), "yes" if aspect.counts else "no, is told")
        for aspect in question.aspects
    ]
    rows += [
        (f"must show {each.succeeding}", f"`{each.measure}` of {each.least:g} or more", "keeps out")
        for each in question.requirements
    ]
    return markdown(("aspect", "by", "decides"), rows)


def _named(question: Question, names: Sequence[str]) -> str:
    return ", ".join(f"`{n}` {ARROWS[question.direction(MEASURES[n])]}" for n in names)


def main() -> int:
    """Write or check. Returns the exit code."""
    return write_or_check(
        {
            MEASURES_PAGE: filled(read(MEASURES_PAGE), "measures", table, GROUPS),
            QUESTIONS_PAGE: filled(read(QUESTIONS_PAGE), "question", question_table, QUESTIONS),
        }
    )


if __name__ == "__main__":
    sys.exit(main())
