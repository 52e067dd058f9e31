"""The HTML page of a counted trial."""

from __future__ import annotations

from paintreel.agree.rated import RatedQuestion
from paintreel.agree.results import (
    in_words,
    lines_about_raters,
    remark_groups,
    summary_sentence,
    tables_of,
    tests_sentence,
)
from paintreel.agree.trial import TrialResult
from paintreel.agree.voted import VotedQuestion
from paintreel.scoring.page import bullets, folded, page, part, section, table, verdict_box

__all__ = ["trial_report"]

_CAVEATS = (
    "Intervals are 95 % bootstrap intervals over pictures. They hold for pictures drawn "
    "independently and for these raters; other raters may see it otherwise.",
    "Votes are of the frame on the sheet alone: whether a clip holds still is not to be seen.",
    '"Not shown" does not mean that there is no difference: over few pictures only large ones '
    "show.",
)


def trial_report(result: TrialResult, *, version: str = "") -> str:
    """The page of a trial; `version` is that of the program."""
    key = result.key
    what = "pairs" if key.scale is None else f"ratings from 1 to {key.scale}"
    counts = f"{len(key.sheets)} sheets, {len(key.pictures)} pictures"
    sentences = [summary_sentence(question) for question in result.questions]
    words = [
        folded(heading, bullets([in_words(remark, result) for remark in remarks]), open=True)
        for heading, remarks in remark_groups(result)
    ]
    return page(
        " against ".join(key.sets) if len(key.sets) > 1 else key.sets[0],
        [
            f"blind trial {key.trial}: {what}, {counts}; paintreel {version}",
            f"raters: {', '.join(result.raters)}; sheets by seed {key.seed}, intervals by "
            f"{result.options.seed}",
        ],
        [
            verdict_box(sentences[0], [*sentences[1:], tests_sentence(result)]),
            *(section(f"{each.name}: {each.words}", _figures(each)) for each in result.questions),
            section("In the raters' words", "".join(words)),
            section("Notes", bullets([note.text for note in result.notes])),
            section("Caveats", bullets(_CAVEATS)),
        ],
    )


def _figures(question: VotedQuestion | RatedQuestion) -> str:
    parts = [
        part(heading, table(rows[0], rows[1:])) for heading, rows in tables_of(question).items()
    ]
    raters = bullets([line.strip() for line in lines_about_raters(question)])
    return "".join([*parts, part("Raters", raters)])
