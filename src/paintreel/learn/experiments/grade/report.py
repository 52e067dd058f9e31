"""The experiment on grades as HTML and JSON.

OUT/report.html   everything, self-contained
OUT/results.json  every mean with its interval
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from paintreel.learn.experiments.grade.measuring import GradeResults
from paintreel.learn.experiments.page import write_page
from paintreel.learn.experiments.records import write_json
from paintreel.runtime.emotions import MOODS
from paintreel.runtime.system import describe_machine
from paintreel.scoring.page import bullets, page, section, table
from paintreel.stats.summary import Summary, summarise

__all__ = ["summaries_of", "write_grade_report"]

_MEASURES = (
    *("rise", "others", "named_before", "named", "structure"),
    *("skin", "white", "skin_all", "white_all"),
)
_RESAMPLES = 4000
_GOALS = {"structure": 0.9, "skin": 6.0, "white": 6.0}
ALL = "all moods"

_NOTES = (
    "rise: probability that the mood model gives the asked mood, less that before; "
    "others: the same of the moods that were not asked for, mean",
    "named: share of pictures whose likeliest mood is the asked one, before and after",
    "structure: SSIM of the gradients of lightness; goal at least 0.9 at intensity 0.7",
    "skin, white: mean CIEDE2000 of colour alone of what was like skin and of what was white; "
    "goal at most 6; with light: lightness counted too, which a dark grade is to change",
    "intervals: 95 %, BCa bootstrap over pictures",
    "the mood model tells 0.36 of held-out panels' moods (macro recall over the six, chance 0.17), "
    "so that it is a weak witness",
)


def summaries_of(results: GradeResults) -> dict[str, dict[str, dict[str, Summary]]]:
    """{kind: {mood or "all moods": {measure: summary}}}; all moods: the mean of each picture."""
    rng = np.random.default_rng(0)
    found: dict[str, dict[str, dict[str, Summary]]] = {}
    for kind, by_mood in results.rows.items():
        found[kind] = {
            mood: {
                name: summarise([r[name] for r in rows if name in r], rng=rng, resamples=_RESAMPLES)
                for name in _MEASURES
            }
            for mood, rows in by_mood.items()
        }
        pictures = list(zip(*(by_mood[mood] for mood in MOODS), strict=True))
        found[kind][ALL] = {
            name: summarise(
                [
                    float(np.mean([row[name] for row in rows if name in row]))
                    for rows in pictures
                    if any(name in row for row in rows)
                ],
                rng=rng,
                resamples=_RESAMPLES,
            )
            for name in _MEASURES
        }
    return found


def write_grade_report(
    out: Path, results: GradeResults, *, command: Sequence[str], version: str
) -> Path:
    """Write it; returns the page's path. Raises OutputError where the disk refuses."""
    found = summaries_of(results)
    plain: dict[str, Any] = {
        "experiment": results.asked,
        "command": list(command),
        "version": version,
        "machine": describe_machine(),
        "summary": {
            kind: {
                mood: {name: summary.as_dict() for name, summary in measures.items()}
                for mood, measures in by_mood.items()
            }
            for kind, by_mood in found.items()
        },
    }
    if results.raters is not None:
        plain["raters"] = _rated(results)
    write_json(out / "results.json", plain)
    asked = results.asked
    head = [
        f"part {asked['part']}, intensity {asked['intensity']:g}, seed {asked['seed']}, colour "
        f"script {asked['colour_script']}",
        f"{' '.join(command)} (paintreel {version}, {plain['machine']})",
    ]
    sections = [section(f"{kind} ({_count(results, kind)})", _table(found[kind])) for kind in found]
    if results.raters is not None:
        sections.append(section("Raters", _raters_table(results)))
    sections.append(section("How to read this", bullets(_NOTES)))
    return write_page(out / "report.html", page("Grading for a feeling", head, sections))


def _count(results: GradeResults, kind: str) -> int:
    return len(next(iter(results.rows[kind].values())))


def _table(by_mood: Mapping[str, Mapping[str, Summary]]) -> str:
    columns = [
        "asked",
        *(name.replace("_all", ", with light").replace("_", " ") for name in _MEASURES),
    ]
    rows = [
        [mood, *(_text(measures[name], signed=name in ("rise", "others")) for name in _MEASURES)]
        for mood, measures in by_mood.items()
    ]
    goals = ["goal", *(f"{_GOALS[name]:g}" if name in _GOALS else "" for name in _MEASURES)]
    return table(columns, [*rows, goals])


def _text(summary: Summary, *, signed: bool) -> str | tuple[str, str]:
    if summary.mean is None:
        return "-"
    sign = "+" if signed else ""
    text = f"{summary.mean:{sign}.3f}"
    if summary.ci95 is None:
        return text
    low, high = summary.ci95
    return text, f"{low:{sign}.3f} to {high:{sign}.3f}"


def _rated(results: GradeResults) -> dict[str, Any]:
    raters = results.raters
    assert raters is not None  # which the caller asks
    kinds: list[str | None] = [None, *results.rows]
    plain: dict[str, Any] = {}
    for kind in kinds:
        for mood in (None, *MOODS):
            named, natural, count = raters.share(kind=kind, mood=mood)
            row = {"named": named, "natural": natural, "answers": count}
            plain.setdefault(kind or "all", {})[mood or ALL] = row
    return plain


def _raters_table(results: GradeResults) -> str:
    rows = [
        [kind, mood, f"{row['named']:.2f}", f"{row['natural']:.2f}", str(row["answers"])]
        for kind, by_mood in _rated(results).items()
        for mood, row in by_mood.items()
    ]
    return table(["pictures", "asked", "named it", "call it natural", "answers"], rows)
