"""Agreement and counted trials as text."""

from __future__ import annotations

from collections.abc import Sequence

from paintreel.agree.rated import RatedQuestion
from paintreel.agree.trial import Remark, TrialResult
from paintreel.agree.voted import PairShare, VotedQuestion
from paintreel.scoring.results import chance, interval, number, rounded, text_table, wrapped
from paintreel.stats.ratings import ColumnAgreement

__all__ = [
    "agreement_lines",
    "in_words",
    "remark_groups",
    "summary_sentence",
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
    sheets = f"{len(key.sheets)} sheets of {_counted(len(key.pictures), 'picture')}"
    raters = f"{_counted(len(result.raters), 'rater')} ({', '.join(result.raters)})"
    lines = [f"trial {key.trial}: {what}, {sheets}, {raters}", ""]
    for question in result.questions:
        lines += wrapped(summary_sentence(question), indent=2)
    for question in result.questions:
        lines += ["", f"{question.name}: {question.words}"]
        own = _voted(question) if isinstance(question, VotedQuestion) else _rated(question)
        lines += [f"  {line}".rstrip() for line in own]
    for heading, remarks in remark_groups(result):
        lines += ["", heading]
        for remark in remarks:
            lines += wrapped(f"  {in_words(remark, result)}", indent=4)
    return lines


def summary_sentence(question: VotedQuestion | RatedQuestion) -> str:
    """Who is preferred, or rated higher, in one sentence."""
    if isinstance(question, VotedQuestion):
        parts = [_preference(share) for share in question.shares]
        tests = sum(share.p_holm is not None for share in question.shares)
    else:
        parts = []
        for each in question.contrasts:
            one, other = (question.means[name].mean for name in (each.first, each.second))
            figures = f"{number(one)} against {number(other)}"
            verdict = f"{each.winner} is rated higher" if each.winner else "no difference is shown"
            parts.append(f"{each.first} and {each.second}: {verdict} ({figures})")
        tests = sum(each.p_holm is not None for each in question.contrasts)
        if not parts:
            parts = [f"{name} {number(m.mean)}" for name, m in question.means.items()]
    untested = "" if tests or not parts else " (no test)"
    return f"{question.name}: {'; '.join(parts)}{untested}."


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
    names, value = (share.first, share.second), share.share
    ends = share.ci95
    if value < 0.5:
        names, value = names[::-1], 1 - value
        ends = None if ends is None else (1 - ends[1], 1 - ends[0])
    figures = _percent(value) + (f", 95 % interval {_percents(ends)}" if ends else "")
    verdict = "is preferred to" if share.winner else "is not shown to be preferred to"
    return f"{names[0]} {verdict} {names[1]} ({figures} of votes)"


def _voted(question: VotedQuestion) -> list[str]:
    rows = [["pair", "votes for the first", "95% interval", "first", "second", "tie"]]
    rows[0] += ["pictures", "p (Holm)", "preferred"]
    for s in question.shares:
        rows.append(
            [
                f"{s.first} - {s.second}",
                _percent(s.share),
                _percents(s.ci95),
                str(s.first_votes),
                str(s.second_votes),
                str(s.ties),
                f"{s.first_pictures} to {s.second_pictures}",
                chance(s.p_holm),
                s.winner or "-",
            ]
        )
    strengths = [["set", "strength", "95% interval"]]
    order = sorted(question.strengths.items(), key=lambda entry: -entry[1].value)
    strengths += [[name, f"{s.value:+.2f}", interval(s.ci95)] for name, s in order]
    lines = [*text_table(rows), "", *text_table(strengths), ""]
    if question.agreement is not None:
        a = question.agreement
        ends = "" if a.ci95 is None else f" [{a.ci95[0]:.2f}, {a.ci95[1]:.2f}]"
        lines += [
            f"raters: Fleiss' kappa {a.kappa:.2f}{ends}; two raters agree on "
            f"{_percent(a.agreeing)} of sheets, all on {_percent(a.unanimous)}"
        ]
    for leaning in question.leanings:
        decided = leaning.left + leaning.right
        marked = "; leans to one side" if leaning.p_value < _UNEVEN_P else ""
        lines.append(
            f"{leaning.rater}: left {leaning.left} of {decided}, "
            f"{_counted(leaning.ties, 'tie')} (p {chance(leaning.p_value)}{marked})"
        )
    return lines


def _rated(question: RatedQuestion) -> list[str]:
    rows = [["set", "mean", "sd", "95% interval", "pictures"]]
    rows += [
        [name, number(m.mean), rounded(m.sd), interval(m.ci95), str(m.n)]
        for name, m in question.means.items()
    ]
    lines = text_table(rows)
    tests = [["test", "difference", "95% interval", "t", "p (Holm)", "d_z", "higher"]]
    for c in question.contrasts:
        figures = [number(c.difference), interval(c.ci95), rounded(c.t), chance(c.p_holm)]
        tests.append([f"{c.first} - {c.second}", *figures, rounded(c.d_z), c.winner or "-"])
    if len(tests) > 1:
        lines += ["", *text_table(tests)]
    means = ", ".join(f"{rater} {number(mean)}" for rater, mean in question.raters.items())
    lines += ["", f"mean of each rater: {means}"]
    if question.agreement is not None:
        lines += agreement_lines(question.agreement)[1:]
    return lines


def _percent(share: float) -> str:
    return f"{100 * share:.0f} %"


def _percents(ends: tuple[float, float] | None) -> str:
    return "-" if ends is None else f"{100 * ends[0]:.0f} to {100 * ends[1]:.0f} %"


def _counted(count: int, thing: str) -> str:
    return f"{count} {thing}" + "s" * (count != 1)


def _with_interval(value: float, interval: Sequence[float] | None) -> str:
    if interval is None:
        return _number(value)
    return f"{_number(value)}  [{_number(interval[0])}, {_number(interval[1])}]"


def _number(value: float) -> str:
    return f"{value:.3f}" if value == value else "undefined (constant ratings)"
