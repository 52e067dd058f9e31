"""Agreement and counted trials as text."""

from __future__ import annotations

from collections.abc import Sequence

from paintreel.agree.rated import RatedQuestion
from paintreel.agree.trial import Remark, TrialResult
from paintreel.agree.voted import PairShare, VotedQuestion
from paintreel.scoring.blind_trial import SIDES
from paintreel.scoring.results import chance, interval, number, rounded, text_table, wrapped
from paintreel.stats.contrasts import Contrast
from paintreel.stats.ratings import ColumnAgreement
from paintreel.wording import counted

__all__ = [
    "agreement_lines",
    "in_words",
    "lines_about_raters",
    "remark_groups",
    "summary_sentence",
    "tables_of",
    "tests_sentence",
    "trial_lines",
]

_UNEVEN_P = 0.01
"""Sides that chance would divide so unevenly less often than this are pointed at."""


def agreement_lines(result: ColumnAgreement) -> list[str]:
    """The agreement on a column: its name, then a figure a line."""
    rows: list[tuple[str, str]] = []
    if result.kappa is not None:
        rows.append(("Fleiss' kappa", _with_interval(result.kappa, result.kappa_interval)))
    rows += [
        (f"Krippendorff's alpha, {level}", _number(alpha)) for level, alpha in result.alpha.items()
    ]
    rows += [(f"ICC({form})", _with_interval(v, (low, high))) for form, v, low, high in result.icc]
    rows += [(f"Pearson {a}, {b}", _number(r)) for (a, b), r in result.pearson.items()]
    if result.unanimous is not None:
        rows.append(
            ("unanimous", f"{100 * result.unanimous:.1f}% of {result.complete} complete items")
        )
    if result.majority:
        counts = ", ".join(f"{name} {count}" for name, count in result.majority.items())
        rows.append(("majority", f"{counts}; no majority {result.no_majority}"))
    rows += [("note", note) for note in result.notes]
    width = max(len(name) for name, _ in rows)
    title = f"{result.column} ({result.kind})"
    return [title, *(f"  {name.ljust(width)}  {text}" for name, text in rows)]


def trial_lines(result: TrialResult) -> list[str]:
    """A counted trial for the terminal: in a sentence a question, then tables, then words."""
    key = result.key
    what = "pairs" if key.scale is None else f"ratings from 1 to {key.scale}"
    sheets = f"{len(key.sheets)} sheets of {counted(len(key.pictures), 'picture')}"
    raters = f"{counted(len(result.raters), 'rater')} ({', '.join(result.raters)})"
    lines = [f"trial {key.trial}: {what}, {sheets}, {raters}", ""]
    for question in result.questions:
        lines += wrapped(summary_sentence(question), indent=2)
    lines += wrapped(f"({tests_sentence(result)})")
    for question in result.questions:
        lines += ["", f"{question.name}: {question.words}"]
        for rows in tables_of(question).values():
            lines += [*(f"  {line}".rstrip() for line in text_table(rows)), ""]
        lines += [f"  {line}" for line in lines_about_raters(question)]
    for heading, remarks in remark_groups(result):
        lines += ["", heading]
        for remark in remarks:
            lines += wrapped(f"  {in_words(remark, result)}", indent=4)
    return lines


def summary_sentence(question: VotedQuestion | RatedQuestion) -> str:
    """Who is preferred, or rated higher, in one sentence."""
    if isinstance(question, VotedQuestion):
        parts = [_preference(share) for share in question.shares]
    else:
        parts = [_difference(contrast, question) for contrast in question.contrasts]
        parts = parts or [f"{name} has {number(m.mean)}" for name, m in question.means.items()]
    return f"{question.name}: {'; '.join(parts)}."


def tests_sentence(result: TrialResult) -> str:
    """What p and intervals of the sentences are of."""
    pictures = counted(len(result.key.pictures), "picture")
    test = "Wilcoxon's signed ranks" if result.key.scale is None else "paired t"
    tests = sum(
        each.p_holm is not None
        for question in result.questions
        for each in (question.shares if isinstance(question, VotedQuestion) else question.contrasts)
    )
    if not tests:
        return f"{pictures}: no test, which needs two pictures and two sets at least."
    return (
        f"{pictures}; {test} over pictures, p corrected for all {counted(tests, 'test')} (Holm); "
        "95 % intervals are of one figure each."
    )


def remark_groups(result: TrialResult) -> list[tuple[str, list[Remark]]]:
    """(heading, what raters wrote) by the set that lost, or that was rated."""
    first = next(iter(result.key.questions))
    groups = []
    for name in (*result.key.sets, ""):
        own = [remark for remark in result.remarks if remark.of == name]
        if result.key.scale is not None:
            heading = f"words on {name}, the lowest first ({first})"
        else:
            heading = f"words where {name} lost ({first})" if name else f"words on ties ({first})"
        if own:
            groups.append((heading, own))
    return groups


def in_words(remark: Remark, result: TrialResult) -> str:
    """Where it stands, who says it, and what."""
    vote = f", {remark.vote}" if result.key.scale is not None else ""
    return f"{remark.sheet} {remark.picture} ({remark.rater}{vote}): {remark.words}"


def _preference(share: PairShare) -> str:
    """One pair; the set that leads stands first."""
    names, value, ends = (share.first, share.second), share.share, share.ci95
    if value < 0.5:
        names, value = names[::-1], 1 - value
        ends = None if ends is None else (1 - ends[1], 1 - ends[0])
    figures = f"{_percent(value)} of votes" + (f", {_percents(ends)} over pictures" if ends else "")
    figures += _tested(share.p_holm)
    if share.winner:
        return f"{names[0]} is preferred to {names[1]} ({figures})"
    return f"no preference is shown between {names[0]} and {names[1]} ({names[0]} {figures})"


def _difference(contrast: Contrast, question: RatedQuestion) -> str:
    """Two sets; the one that is rated higher stands first."""
    names = sorted(
        (contrast.first, contrast.second), key=lambda name: -(question.means[name].mean or 0)
    )
    figures = " against ".join(number(question.means[name].mean) for name in names)
    figures += _tested(contrast.p_holm)
    if contrast.winner:
        return f"{names[0]} is rated higher than {names[1]} ({figures})"
    return f"no difference is shown between {names[0]} and {names[1]} ({figures})"


def _tested(p_value: float | None) -> str:
    if p_value is None:
        return ", no test"
    return f", p {chance(p_value)}"


def tables_of(question: VotedQuestion | RatedQuestion) -> dict[str, list[list[str]]]:
    """Heading -> the figures of a question as a table, with a row of headings first."""
    if isinstance(question, VotedQuestion):
        return {
            "Votes": _pairs(question),
            "Strengths": _strengths(question),
            "Sides": _sides(question),
        }
    tables = {"Means": _means(question), "Paired tests": _contrasts(question)}
    return {heading: rows for heading, rows in tables.items() if len(rows) > 1}


def lines_about_raters(question: VotedQuestion | RatedQuestion) -> list[str]:
    """How well the raters agree, in lines."""
    if isinstance(question, RatedQuestion):
        means = ", ".join(f"{rater} {number(mean)}" for rater, mean in question.raters.items())
        lines = [f"mean of each rater: {means}"]
        agreement = question.agreement
        return lines if agreement is None else [*lines, *agreement_lines(agreement)[1:]]
    if question.agreement is None:
        return []
    found = question.agreement
    ends = "" if found.ci95 is None else f" [{found.ci95[0]:.2f}, {found.ci95[1]:.2f}]"
    return [
        f"Fleiss' kappa {found.kappa:.2f}{ends}; two raters agree on {_percent(found.agreeing)} "
        f"of sheets, all {_percent(found.unanimous)}"
    ]


def _pairs(question: VotedQuestion) -> list[list[str]]:
    rows = [["pair", "for the first", "95% interval", "votes", "ties", "pictures"]]
    rows[0] += ["p (Holm)", "preferred"]
    for s in question.shares:
        votes = f"{s.first_votes} to {s.second_votes}"
        pictures = f"{s.first_pictures} to {s.second_pictures}"
        figures = [_percent(s.share), _percents(s.ci95), votes, str(s.ties), pictures]
        rows.append([f"{s.first} - {s.second}", *figures, chance(s.p_holm), s.winner or "-"])
    return rows


def _strengths(question: VotedQuestion) -> list[list[str]]:
    order = sorted(question.strengths.items(), key=lambda entry: -entry[1].value)
    rows = [["set", "Bradley-Terry", "95% interval"]]
    for name, s in order:
        ends = "-" if s.ci95 is None else f"{s.ci95[0]:+.2f} to {s.ci95[1]:+.2f}"
        rows.append([name, f"{s.value:+.2f}", ends])
    return rows


def _sides(question: VotedQuestion) -> list[list[str]]:
    rows = [["rater", "left", "right", "tie", "p", "leans to"]]
    for each in question.leanings:
        side = ""
        if each.p_value < _UNEVEN_P:
            side = SIDES[0] if each.left > each.right else SIDES[1]
        figures = [str(each.left), str(each.right), str(each.ties), chance(each.p_value)]
        rows.append([each.rater, *figures, side or "-"])
    return rows


def _means(question: RatedQuestion) -> list[list[str]]:
    rows = [["set", "mean", "sd", "95% interval", "pictures"]]
    for name, m in question.means.items():
        rows.append([name, number(m.mean), rounded(m.sd), interval(m.ci95), str(m.n)])
    return rows


def _contrasts(question: RatedQuestion) -> list[list[str]]:
    rows = [["test", "difference", "95% interval", "t", "p (Holm)", "d_z", "higher"]]
    for c in question.contrasts:
        figures = [number(c.difference), interval(c.ci95), rounded(c.t), chance(c.p_holm)]
        rows.append([f"{c.first} - {c.second}", *figures, rounded(c.d_z), c.winner or "-"])
    return rows


def _percent(share: float) -> str:
    return f"{100 * share:.0f} %"


def _percents(ends: tuple[float, float] | None) -> str:
    return "-" if ends is None else f"{100 * ends[0]:.0f} to {100 * ends[1]:.0f} %"


def _with_interval(value: float, interval: Sequence[float] | None) -> str:
    if interval is None:
        return _number(value)
    return f"{_number(value)}  [{_number(interval[0])}, {_number(interval[1])}]"


def _number(value: float) -> str:
    return f"{value:.3f}" if value == value else "undefined (constant ratings)"
