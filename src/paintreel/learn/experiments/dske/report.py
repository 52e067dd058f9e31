"""The studies of the DSKE network as HTML, PNG and JSON.

OUT/report.html        everything, self-contained
OUT/results.json       every mean, interval and test
OUT/parameters.png     the parameter study as bars
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from paintreel.imaging.arrays import Array
from paintreel.imaging.files import Picture, write_picture
from paintreel.learn.experiments.charts import Drawing, grouped_bars
from paintreel.learn.experiments.classifying.results import (
    AskedPictures,
    PictureResults,
    summary_of,
)
from paintreel.learn.experiments.classifying.tables import (
    confusions,
    figures_of,
    gains_table,
    recall_table,
    recognition_table,
    series_chart,
)
from paintreel.learn.experiments.conditions import REFERENCE, SYSTEM
from paintreel.learn.experiments.dske.conditions import (
    BUNDLED,
    CLAIMS,
    CONDITIONS,
    FULL,
    STUDIES,
    is_network,
)
from paintreel.learn.experiments.dske.trials import TEACHER
from paintreel.learn.experiments.page import sources_text, table_of_tests, write_page
from paintreel.learn.experiments.records import FACTS_NAME, read_json, read_records, write_json
from paintreel.runtime.catalog import find_model
from paintreel.scoring.page import bullets, folded, page, section, table

CHART_NAME = "parameters.png"
SHIPPED_MEDIA = "accuracy, the eight that ship"
_MAP_FACTS = ("map_on_half", "map_on_half_random", "map_alike_random")


def write_dske_report(out: Path, *, version: str) -> Path:
    """Write all of it from the records in `out`, whoever made them; return the page's path.

    Raises InputError for a broken record, OutputError where the disk refuses.
    """
    facts = read_json(out / FACTS_NAME)
    asked = AskedPictures.load(out)
    results = PictureResults(read_records(out), asked, CONDITIONS, folded=False)
    chart = _chart(results)
    summary = summary_of(results, CLAIMS) | {"experiment": facts, "maps": _maps(results)}
    write_json(out / "results.json", summary)
    if chart is not None:
        write_picture(out / CHART_NAME, Picture(chart.png()), overwrite=True)
    return write_page(out / "report.html", _page(results, facts, chart, version))


def _page(
    results: PictureResults, facts: dict[str, Any], chart: Drawing | None, version: str
) -> str:
    systems = [c for c in results.conditions if CONDITIONS[c].group in (SYSTEM, REFERENCE)]
    figure = (
        series_chart("Macro recall by parameter", chart.svg("Macro recall by parameter"), _ALONE)
        if chart is not None
        else ""
    )
    studies = "".join(
        f"<h3>{title}</h3>{body}"
        for group, title in STUDIES.items()
        if (body := _study(results, group))
    )
    return page(
        "DSKE experiment: the medium of a picture",
        _head(results, facts, version),
        [
            section(
                "Systems",
                recognition_table(results, systems, more={SHIPPED_MEDIA: _shipped(results)})
                + _seen_note(results),
            ),
            section("Recall by medium", recall_table(results, results.conditions)),
            section("Parameter study, and data enhancement", studies + figure),
            section("What is shown", gains_table(results, CLAIMS)),
            section("Where Grad-CAM's maps lie", _maps_table(results)),
            section("Confusion", confusions(results, results.conditions)),
            section("Paired tests", folded("show", table_of_tests(results.tests(_known(results))))),
            section("How to read this", bullets(_NOTES)),
            section("How it was run", sources_text(results.sources)),
        ],
    )


def _known(results: PictureResults) -> list[Any]:
    return [c for c in CLAIMS if {c.first, c.second} <= results.records.keys()]


def _study(results: PictureResults, group: str) -> str:
    """FULL beside the conditions that change this one thing of it; "" where none was run."""
    changed = [c for c in results.conditions if CONDITIONS[c].group == group]
    usual = [FULL] if FULL in results.conditions else []
    return recognition_table(results, [*usual, *changed]) if changed else ""


def _chart(results: PictureResults) -> Drawing | None:
    groups = {}
    for group, title in STUDIES.items():
        changed = [c for c in results.conditions if CONDITIONS[c].group == group]
        if changed and FULL in results.conditions:
            groups[title.split(" ")[0]] = figures_of(results, [FULL, *changed], "macro_recall")
    if not groups:
        return None
    series = list(dict.fromkeys(name for row in groups.values() for name in row))
    return grouped_bars("Macro recall, ten media, held-out sources", groups, series=series)


def _shipped(results: PictureResults) -> Array:
    """(N,) whether a picture's medium is one that the shipped head knows."""
    labels = find_model(TEACHER).card.contract.heads[TEACHER]
    known = [i for i, label in enumerate(results.asked.labels) if label in labels]
    found: Array = np.isin(results.asked.truth, known)
    return found


def _seen_note(results: PictureResults) -> str:
    seen = results.fact(BUNDLED, "seen_before")
    if not seen:
        return ""
    return (
        f'<p class="soft">The shipped head, which is the teacher too, has learnt from {seen:.0f} '
        "of these pictures: give the splits that it was trained with (--recipe), or its rows are "
        "too good.</p>"
    )


def _maps(results: PictureResults) -> dict[str, dict[str, float]]:
    return {
        c: {n: v for n in _MAP_FACTS if (v := results.fact(c, n)) is not None}
        for c in results.conditions
        if results.fact(c, _MAP_FACTS[0]) is not None
    }


def _maps_table(results: PictureResults) -> str:
    rows = [
        [CONDITIONS[c].title, *(f"{facts[n]:.3f}" for n in _MAP_FACTS)]
        for c, facts in _maps(results).items()
    ]
    columns = ["", "on its half", "random weights", "alike those of random weights"]
    note = '<p class="soft">' + _MAPS + "</p>" if rows else ""
    return table(columns, rows) + note


def _head(results: PictureResults, facts: dict[str, Any], version: str) -> list[str]:
    budget = facts["budget"]
    length = f"{budget['seconds']:g} s" if budget["seconds"] else f"{budget['steps']} steps"
    fewest, most = results.trial_range
    trials = f"{most}" if fewest == most else f"{fewest} to {most}"
    networks = sum(is_network(CONDITIONS[c]) for c in results.conditions)
    return [
        f"{networks} networks, trainings of each: {trials}, of {length}, seed {facts['seed']}; "
        f"{len(results.asked.files)} held-out pictures of {len(results.asked.labels)} media; "
        f"{facts['data']}",
        f"paintreel {version}",
    ]


_ALONE = "One thing is changed at a time; the first bar of each group is the usual network"
_MAPS = (
    "Two held-out pictures that the network recognises make the two halves of one. On its half: "
    "mean share of the map of a class on the half of that class, 0.5 by chance. Alike: rank "
    "correlation of maps with those of the same network before it learnt anything; near 1 a map "
    "would show the picture and not what was learnt."
)
_NOTES = (
    "Sources of the held-out pictures (books, suits, series, photographers) are not learnt from. "
    "Most media come from one maker each, so that part of what is recognised is that hand.",
    "fantasy_illustration and pixel_art are share-alike: they are in this experiment and in no "
    "shipped weights. The shipped head has eight classes, and misses those two; the column of the "
    "eight leaves their pictures out.",
    "A taught network sees the labels and what the shipped head says of the whole picture, "
    "softened; of pictures of the two media that the head does not know, the labels alone.",
    "A budget of time gives large kernels fewer steps; give steps to compare at the same number.",
    "Deviations are over trials; the figure of one trial has none.",
    "Wu and Chen 2022 print no figures of this study, and do not say what was varied.",
)
