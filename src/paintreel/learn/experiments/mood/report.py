"""The mood experiment as HTML, PNG and JSON: Figure 7 of Wu and Chen 2022, and all rows.

OUT/report.html    everything, self-contained
OUT/results.json   every mean, interval and test, and the raters' agreement
OUT/figure-7.png   accuracy against the number of rescaled blocks
"""

from __future__ import annotations

import dataclasses
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np

from paintreel.imaging.files import Picture, write_picture
from paintreel.learn.experiments.charts import Drawing, grouped_bars
from paintreel.learn.experiments.classifying.results import (
    AskedPictures,
    PictureResults,
    summary_of,
)
from paintreel.learn.experiments.classifying.tables import (
    confusion_table,
    confusions,
    gains_table,
    recall_table,
    recognition_row,
    recognition_table,
    series_chart,
)
from paintreel.learn.experiments.mood.conditions import (
    CLAIMS,
    CONDITIONS,
    STARTS,
    TITLES,
    is_network,
    name_of,
)
from paintreel.learn.experiments.page import (
    number_text,
    sources_text,
    table_of_tests,
    write_page,
)
from paintreel.learn.experiments.records import FACTS_NAME, read_json, read_records, write_json
from paintreel.learn.experiments.statistics import Figure
from paintreel.scoring.page import bullets, folded, page, section, table
from paintreel.stats import Recognition, rater_confusion, recognition_of, spearman

CHART_NAME = "figure-7.png"
_CHART_TITLE = "Accuracy against rescaled blocks (Figure 7)"


def write_mood_report(out: Path, *, version: str) -> Path:
    """Write all of it from the records in `out`, whoever made them; return the page's path.

    Raises InputError for a broken record, OutputError where the disk refuses.
    """
    facts = read_json(out / FACTS_NAME)
    results = PictureResults(read_records(out), AskedPictures.load(out), CONDITIONS, folded=True)
    summary = summary_of(results, CLAIMS)
    agreement = rater_agreement(results.asked)
    summary |= {
        "experiment": facts,
        "raters": dataclasses.asdict(agreement),
        "figure_7": {start: series_of_counts(results, start) for start in STARTS},
    }
    write_json(out / "results.json", summary)
    chart = _chart(results)
    if chart is not None:
        write_picture(out / CHART_NAME, Picture(chart.png()), overwrite=True)
    return write_page(out / "report.html", _page(results, facts, agreement, chart, version))


def rater_agreement(asked: AskedPictures) -> Recognition:
    """A rater held against another one, over all pairs both ways: what no model is asked to beat.

    kappa is Fleiss' of the panels that have as many raters each.
    """
    return recognition_of(rater_confusion(asked.votes))


def majority_agreement(asked: AskedPictures) -> Recognition:
    """A rater held against the majority that the rater is part of: an easier ceiling."""
    known = asked.truth >= 0
    counts = np.zeros((len(asked.labels),) * 2)
    np.add.at(counts, asked.truth[known], asked.votes[known])
    return recognition_of(counts)


def series_of_counts(results: PictureResults, start: str) -> dict[str, float]:
    """{rescaled blocks: accuracy} of the networks of one start that there are records of."""
    found = {}
    for count in STARTS[start]:
        figure = results.figure(name_of(start, count), "accuracy")
        if figure is not None:
            found[str(count)] = figure.mean
    return found


def _chart(results: PictureResults) -> Drawing | None:
    """Bars by the number of rescaled blocks, one a start."""
    groups: dict[str, dict[str, Figure]] = {}
    for count in sorted({count for counts in STARTS.values() for count in counts}):
        row = {}
        for start, counts in STARTS.items():
            if count in counts and (f := results.figure(name_of(start, count), "accuracy")):
                row[TITLES[start]] = f
        if row:
            groups[str(count)] = row
    if not groups:
        return None
    series = [t for t in TITLES.values() if any(t in row for row in groups.values())]
    return grouped_bars(_CHART_TITLE, groups, series=series)


def _figure_7(results: PictureResults, chart: Drawing | None) -> str:
    """The chart, and whether accuracy rises with the number of blocks as the paper says."""
    if chart is None:
        return ""
    rows = []
    for start in STARTS:
        series = series_of_counts(results, start)
        if len(series) > 1:
            values = list(series.values())
            flat = len(set(values)) == 1
            rank = None if flat else spearman(list(range(len(values))), values)
            rises = all(b >= a for a, b in pairwise(values)) and not flat
            rows.append(
                [
                    TITLES[start],
                    ", ".join(f"{count}: {value:.3f}" for count, value in series.items()),
                    number_text(rank),
                    "yes" if rises else "no",
                ]
            )
    caption = "Whiskers are deviations over folds; the paper's figure has no numbers in its text"
    body = series_chart("Figure 7", chart.svg(_CHART_TITLE), caption)
    columns = ["start", "accuracy by rescaled blocks", "rank correlation", "rises at every step"]
    said = (
        '<p class="soft">The paper: "the accuracy of emotion classification gradually increases '
        'with the number of optimization modules".</p>'
    )
    return body + said + table(columns, rows)


def _page(
    results: PictureResults,
    facts: dict[str, Any],
    agreement: Recognition,
    chart: Drawing | None,
    version: str,
) -> str:
    asked = results.asked
    ceilings = [
        recognition_row("a rater against another", len(asked.files), agreement),
        recognition_row(
            "a rater against the majority, own vote included",
            int((asked.truth >= 0).sum()),
            majority_agreement(asked),
        ),
    ]
    pairs = rater_confusion(asked.votes)
    return page(
        "Mood experiment: six emotions of painted panels",
        _head(results, facts, version),
        [
            section(
                "Accuracy over all folds",
                recognition_table(results, results.conditions, rows=ceilings),
            ),
            section("Rescaled blocks", _figure_7(results, chart)),
            section("What is shown", gains_table(results, CLAIMS)),
            section("Recall by mood", recall_table(results, results.conditions)),
            section(
                "Confusion",
                folded("a rater against another", confusion_table(pairs, asked.labels))
                + confusions(results, results.conditions),
            ),
            section(
                "Paired tests",
                folded("show", table_of_tests(results.tests(results.known(CLAIMS)))),
            ),
            section("How to read this", bullets(_NOTES)),
            section("How it was run", sources_text(results.sources)),
        ],
    )


def _head(results: PictureResults, facts: dict[str, Any], version: str) -> list[str]:
    budget = facts["budget"]
    length = f"{budget['seconds']:g} s" if budget["seconds"] else f"{budget['steps']} steps"
    fewest, _most = results.trial_range
    done = f"{facts['trials']} folds" + (
        "" if fewest == facts["trials"] else f", of which {fewest} are there (unfinished)"
    )
    networks = sum(is_network(CONDITIONS[c]) for c in results.conditions)
    known = int((results.asked.truth >= 0).sum())
    return [
        f"{networks} networks, {done} of whole episodes, {length} a training, seed "
        f"{facts['seed']}; {len(results.asked.files)} rated panels of "
        f"{len(set(results.asked.sources))} episodes, {known} with a majority; {facts['data']}",
        f"paintreel {version}",
    ]


_NOTES = (
    "Every panel is asked about by a model that has seen no panel of its episode. Measures are of "
    "all folds together, deviations over the folds.",
    "The last rows train no network: logistic regression on a histogram of colours, on what frozen "
    "EfficientNet-Lite0 says, and the shipped recipe: statistics of its late layers with "
    "colours and altered copies.",
    "Models learn the shares of the raters' votes. What is right is the majority; panels without "
    "one are learnt from and not counted.",
    "The raters are machine raters, each blind to the others.",
    "kappa is Scott's pi, of two raters Fleiss' kappa: model against majority beside rater "
    "against rater.",
    "The shipped head was trained on most episodes; its row is of those that it has not seen, and "
    "is no fold of the others.",
    "ResNet-50 has 3, 4, 6 and 3 blocks. The paper's text says 8 in the last stage; its total of "
    "16 says 3. From scratch it has a quarter of its width, for want of pictures and hours.",
    "The paper's Eq. 5-8 are no formulas that can be computed; what was built is in "
    "learn/blocks/rescaling.py.",
)
