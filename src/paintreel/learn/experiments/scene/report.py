"""Tables 2 to 5, Figures 5 to 10 and the ablation of Liu and Zhao 2025 as HTML, PNG and JSON.

OUT/report.html      everything, self-contained
OUT/results.json     every mean, deviation and test
OUT/figure-N.png     charts
"""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from paintreel.imaging.files import Picture, write_picture
from paintreel.learn.experiments.charts import Drawing, grouped_bars
from paintreel.learn.experiments.page import (
    picture_columns,
    sources_text,
    table_of_tests,
    write_page,
)
from paintreel.learn.experiments.records import FACTS_NAME, read_json, read_records, write_json
from paintreel.learn.experiments.scene.conditions import CONDITIONS, FULL
from paintreel.learn.experiments.scene.more_tables import (
    anew_table,
    contradictions,
    development_table,
    distance_table,
    published_table,
    rating_table,
    table_1,
    weak_scenes_table,
    words_table,
)
from paintreel.learn.experiments.scene.paper import FIGURES, TABLES
from paintreel.learn.experiments.scene.rating import NAME as RATING_NAME
from paintreel.learn.experiments.scene.rating import read_rating
from paintreel.learn.experiments.scene.results import Results
from paintreel.learn.experiments.scene.scoring import SETS
from paintreel.learn.experiments.scene.statements import REACHED, STATEMENTS
from paintreel.learn.experiments.scene.tables import (
    ablation_table,
    all_tests,
    cost_table,
    costs_of,
    figures_row,
    levels_table,
    paper_table,
    statements_table,
)
from paintreel.learn.experiments.scene.trials import CROPS_NAME, read_costs
from paintreel.learn.experiments.scene.words import word_side_px
from paintreel.learn.experiments.statistics import Figure
from paintreel.roughs.rough import LEVELS
from paintreel.scoring.page import bullets, folded, page, section
from paintreel.worlds.categories import LABELS


def write_report(out: Path, *, version: str) -> Path:
    """Write all of it from the records in `out`, whoever made them; return the page's path.

    Raises InputError for a broken record, OutputError where the disk refuses.
    """
    facts = read_json(out / FACTS_NAME)
    rating = out / RATING_NAME
    results = Results(
        read_records(out),
        read_json(out / CROPS_NAME),
        facts,
        read_rating(rating) if rating.is_file() else None,
    )
    costs = read_costs(out)
    write_json(out / "results.json", summarise(results, facts, costs))
    charts = {f.number: _chart(results, f.title, f.measure) for f in FIGURES}
    for number, chart in charts.items():
        if chart is not None:
            write_picture(out / f"figure-{number}.png", Picture(chart.png()), overwrite=True)
    return write_page(out / "report.html", _page(out, results, facts, costs, charts, version))


def summarise(
    results: Results, facts: dict[str, Any], costs: dict[str, dict[str, float]]
) -> dict[str, Any]:
    """Plain values: `means` {condition: {level: {measure: figure}}}, `by_category`, `costs`,
    `rating`, `tests` and `claims`, beside the facts of the experiment and the `sources` of its
    trials."""
    means = {
        c: {
            level: {
                m: dataclasses.asdict(f)
                for m in (*results.measures, *SETS)
                if (f := results.figure(c, m, level=level))
            }
            for level in LEVELS
        }
        for c in results.conditions
    }
    by_category = {
        c: {
            label: {
                m: dataclasses.asdict(f)
                for m in results.measures
                if (f := results.figure(c, m, label=label))
            }
            for label in LABELS
        }
        for c in results.conditions
    }
    return {
        "experiment": facts,
        "sources": results.sources,
        "crops": dict(results.labels),
        "means": means,
        "by_category": by_category,
        "costs": {c: costs_of(results, costs, c) for c in results.conditions},
        "rating": results.rating,
        "tests": [dataclasses.asdict(t) for t in all_tests(results)],
        "claims": [
            {
                "claim": s.text,
                "paper": s.paper,
                "ours": ours[0],
                "verdict": ours[1],
                "why": "" if ours[1] == REACHED else s.why(results),
            }
            for s in STATEMENTS
            if (ours := s.ours(results))
        ],
    }


def _chart(results: Results, title: str, measure: str) -> Drawing | None:
    """Systems side by side, by category where the measure has one, and over all."""
    systems = results.systems
    groups: dict[str, dict[str, Figure]] = {}
    for label in (*LABELS, None):
        row = {
            CONDITIONS[c].title: f
            for c in systems
            if (f := results.figure(c, measure, label=label)) is not None
        }
        if row:
            groups["all" if label is None else label.replace("_", " ")] = row
    if not groups:
        return None
    shown = {name for row in groups.values() for name in row}
    series = [CONDITIONS[c].title for c in systems if CONDITIONS[c].title in shown]
    return grouped_bars(title, groups, series=series)


def _page(
    out: Path,
    results: Results,
    facts: dict[str, Any],
    costs: dict[str, dict[str, float]],
    charts: dict[int, Drawing | None],
    version: str,
) -> str:
    ablation = [c for c in results.conditions if CONDITIONS[c].group == "ablation"]
    side_px = facts["crop_px"]
    parts = _pictures(out, [*ablation, FULL], side_px) if ablation else ""
    return page(
        "Scene experiment",
        _head(results, facts, version),
        [
            section("What the paper says, and what is found here", statements_table(results)),
            section("Pictures", _pictures(out, results.systems, side_px, _SHOWN)),
            section("Fidelity at the three levels of rough", levels_table(results)),
            section("Onto the block-in, and all anew", anew_table(results)),
            section("Distance to the panels", distance_table(results)),
            section("From a word and a seed", _of_words(out, results)),
            section("Table 1: kinds of methods", table_1(results)),
            *(section(f"Table {t.number}: {t.title}", paper_table(results, t)) for t in TABLES),
            section("Figures 5 to 10", figures_row(results, charts)),
            section("Figure 9, rated blind", rating_table(results)),
            section("Ablation", ablation_table(results) + folded("show pictures", parts)),
            section("The paper's own configuration", published_table(results)),
            section("Weak scenes", weak_scenes_table(results)),
            section("What choices are made by", folded("show", development_table(results))),
            section("Costs of one picture", cost_table(results, costs)),
            section("Paired tests", table_of_tests(all_tests(results))),
            section("Where the paper contradicts itself", contradictions()),
            section("How to read this", bullets(_notes(results))),
            section("How it was run", sources_text(results.sources)),
        ],
    )


def _of_words(out: Path, results: Results) -> str:
    """Table and pictures of what paints from words; "" without any."""
    if not results.of_words:
        return ""
    preset = results.setup.get("preset", "light")
    pictures = _pictures(out, results.of_words, word_side_px(preset), _SHOWN_OF_WORDS)
    return words_table(results) + pictures


def _head(results: Results, facts: dict[str, Any], version: str) -> list[str]:
    """Lines under the title: what was run, on what and with what."""
    budget = facts["budget"]
    length = f"{budget['seconds']:g} s" if budget["seconds"] else f"{budget['steps']} steps"
    fewest, most = results.trial_range
    trials = f"{most} trials" if fewest == most else f"{fewest} to {most} trials"
    trials += "" if results.is_whole else " (unfinished)"
    lines = [
        f"{trials} of {length} a network, preset {facts['preset']}, seed {facts['seed']}; "
        f"{len(results.labels)} held-out crops of {facts['crop_px']} px; perceptual network: "
        f"{facts['extractor'] or 'none, so no perceptual distance'}; {facts['data']}"
    ]
    return [*lines, f"paintreel {version}"]


def _pictures(out: Path, conditions: Sequence[str], side_px: int, text: str = "") -> str:
    """The first crops, a column a condition."""
    columns = [(CONDITIONS[c].title, out / "pictures" / f"{c}.jpg") for c in conditions]
    return picture_columns(columns, width_px=side_px, text=text)


_SHOWN = "The first held-out crops at the standard level, in the order of the seed; none is chosen."

_SHOWN_OF_WORDS = "The first pictures from words, in the order of the crops; none is chosen."

_TESTED_APART = (
    "Every figure is of the crops of the test; choices were made on those of development."
)

_TESTED_ON_ALL = (
    "Every figure is of all crops that were held out: nothing was set apart to make choices by."
)

_NOTES = (
    "p is Holm-corrected, over trials; MFFCN's lead is above 0 where MFFCN is better.",
    "Every trial has another seed of weights and of shuffling, the same for all conditions; the "
    "held-out crops and their roughs are the same in all trials.",
    "Deviations are over trials, of the mean over crops. What has one training is a look, not a "
    "result: a difference counts against the spread between trainings.",
    "'reached' is the published size, 'same sign, tested' a difference of the published sign that "
    "is shown over trainings, 'same sign, not shown' one that is not.",
    "Tests are two-tailed paired t-tests, over trials (does the training do better?) and over "
    "pictures (do the pictures come out better?), Holm-corrected over the pairs of a measure, "
    "apart for systems, networks that paint all anew, pictures from words, and ablations. Crops of "
    "one episode resemble each other, so p over pictures is too small.",
    "The block-in row is what a system is given; the painting's is what it should reach.",
    "Scene measures are those of 'paintreel score', with regions of the built-in segmentation as "
    "elements: the paper's detectors (YOLOv5, Mask R-CNN, DeepLabv3) are not used.",
    "The paper's own columns of means in Tables 2 to 5 have their rows upside down below the first "
    "one; means here are of its cells.",
)


def _notes(results: Results) -> tuple[str, ...]:
    return (_TESTED_APART if development_table(results) else _TESTED_ON_ALL, *_NOTES)
