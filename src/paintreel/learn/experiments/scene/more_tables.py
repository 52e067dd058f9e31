"""Tables of the scene experiment's page beside the paper's own: terms, distance, weak scenes."""

from __future__ import annotations

from html import escape
from typing import Any

import numpy as np

from paintreel.learn.experiments.page import (
    claims_table,
    effect_text,
    figure_text,
    number_text,
    p_text,
)
from paintreel.learn.experiments.scene.conditions import (
    CONDITIONS,
    FULL,
    PUBLISHED,
    ROUGH,
    TRUTH,
)
from paintreel.learn.experiments.scene.paper import CONTRADICTIONS, TABLE_1
from paintreel.learn.experiments.scene.results import Results
from paintreel.learn.experiments.scene.scoring import FIDELITY
from paintreel.learn.systems import SCENE_NETWORKS
from paintreel.metrics.scene import SCENE_MEASURES
from paintreel.scoring.page import bullets, table
from paintreel.worlds.categories import LABELS

NIGHT = "night_sky"
ABSTRACT_SHARE = 0.25
"""Of the crops: those whose paintings have the least scene complexity."""
DIGITS = {"psnr": 2, "spectrum": 2, "frechet": 2}


def trainings(results: Results, condition: str) -> str:
    """How many trainings a row is of; one is a look, not a result."""
    count = len(results.records.get(condition, {}))
    return "1 (a look)" if count == 1 and CONDITIONS[condition].varies else str(count)


def table_1(results: Results) -> str:
    """Table 1 of the paper, and the condition that stands for each kind of method here."""
    rows = []
    for kind in TABLE_1:
        ours = [
            figure_text(results.figure(kind.condition, m), DIGITS.get(m, 3))
            for m in ("ssim", "psnr")
        ]
        title = CONDITIONS[kind.condition].title
        rows.append([kind.title, kind.ssim, kind.psnr, title, *ours])
    return table(["kind", "SSIM, paper", "PSNR, paper", "here", "SSIM", "PSNR, dB"], rows)


def anew_table(results: Results) -> str:
    """Every network on equal terms twice: onto the block-in, and every pixel anew; "" without."""
    pairs = [
        (name, f"{name}_anew")
        for name in SCENE_NETWORKS
        if {name, f"{name}_anew"} <= results.records.keys()
    ]
    if not pairs:
        return ""
    measures = [m for m in FIDELITY if m in results.measures]
    rows = [
        [
            CONDITIONS[c].title,
            trainings(results, c),
            *(figure_text(results.figure(c, m), DIGITS.get(m, 3)) for m in measures),
        ]
        for pair in zip(*pairs, strict=True)
        for c in pair
    ]
    claims = results.repaint_claims()
    tests = results.tests(claims, measures, "trials")
    return table(["network", "trainings", *measures], rows) + claims_table(
        claims, tests, measures, lambda measure: DIGITS.get(measure, 3)
    )


def words_table(results: Results) -> str:
    """Pictures from a word and a seed, by what needs no true picture; "" without any."""
    shown = results.of_words
    if not shown:
        return ""
    measures = ["frechet", "spectrum", *(m for m in results.measures if m in SCENE_MEASURES)]
    rows = [
        [
            CONDITIONS[c].title,
            trainings(results, c),
            *(figure_text(results.figure(c, m), DIGITS.get(m, 3)) for m in measures),
            number_text(results.fact(c, "train_s"), 0),
        ]
        for c in shown
    ]
    claims = results.word_claims()
    tests = results.tests(claims, measures, "trials")
    note = (
        '<p class="soft">A picture for every crop of the test, of its category, from a seed. '
        "AttnGAN-like and StyleGAN-like start from noise and have as many steps of as many "
        "pictures as the others; MFFCN finishes the drawing of the rules, so what it lays out is "
        "theirs. The distance is to small crops of the panels and compares with no other table's. "
        "A row of the paintings is what the panels themselves have.</p>"
    )
    names = [_SHORT_NAMES.get(m, m.replace("_", " ")) for m in measures]
    return (
        table(["system", "trainings", *names, "training s"], rows)
        + claims_table(claims, tests, measures, lambda measure: DIGITS.get(measure, 3))
        + note
    )


_SHORT_NAMES = {"frechet": "distance to the panels", "spectrum": "spectrum, dB"}


def rating_table(results: Results) -> str:
    """What blind raters gave on ten points, the painting hidden among the systems; "" without."""
    rating = results.rating
    if rating is None:
        return ""
    who = f"{rating['number_of_raters']} raters ({rating['raters']}), {rating['sheets']} sheets."
    parts = [f'<p class="soft">{escape(who)}</p>']
    for name, question in rating["questions"].items():
        means: dict[str, dict[str, float]] = question["means"]
        labels = [label for label in LABELS if any(label in row for row in means.values())]
        rows = []
        for c, row in sorted(means.items(), key=lambda item: -item[1]["all"]):
            interval = question["intervals"][c]
            span = "-" if interval is None else f"{interval[0]:.2f} to {interval[1]:.2f}"
            cells = [number_text(row.get(label), 2) for label in labels]
            rows.append([CONDITIONS[c].title, number_text(row["all"], 2), span, *cells])
        columns = ["system", "mean", "95 %", *(label.replace("_", " ") for label in labels)]
        asked = f"<h3>{escape(name)}: {escape(question['asked'])}</h3>"
        parts += [asked, table(columns, rows), _agreement(question["agreement"])]
    return "".join(parts)


def _agreement(agreement: dict[str, Any] | None) -> str:
    if agreement is None:
        return ""
    said = (
        f"Fleiss' kappa {number_text(agreement['kappa'], 2)} takes every point for a kind of its "
        "own, so that 7 and 8 disagree as much as 1 and 10; Krippendorff's alpha of the points as "
        f"numbers is {number_text(agreement['alpha'].get('interval'), 2)}."
    )
    return f'<p class="soft">{escape(said)}</p>'


def published_table(results: Results) -> str:
    """The paper's own configuration beside the project's on the same crops; "" without either."""
    shown = [c for c in results.conditions if CONDITIONS[c].group == PUBLISHED]
    if not shown:
        return ""
    measures = [*(m for m in FIDELITY if m in results.measures), "frechet"]
    rows = [
        [
            CONDITIONS[c].title,
            trainings(results, c) if CONDITIONS[c].varies else "-",
            *(figure_text(results.figure(c, m), DIGITS.get(m, 3)) for m in measures),
            number_text(results.fact(c, "train_s"), 0),
        ]
        for c in (*shown, ROUGH)
        if c in results.records
    ]
    return table(["configuration", "trainings", *measures, "training s"], rows)


def distance_table(results: Results) -> str:
    """Fréchet distance of every condition's pictures to the panels of the test; "" without any."""
    tests = {t.second: t for t in results.tests(results.system_claims(), ["frechet"], "trials")}
    rows = []
    for c in results.conditions:
        if (figure := results.figure(c, "frechet")) is None:
            continue
        test = tests.get(c)
        lead = "-" if test is None else f"{test.gain:+.2f}"
        rows.append(
            [
                CONDITIONS[c].title,
                figure_text(figure, 2),
                str(figure.n),
                lead,
                p_text(test),
                effect_text(test),
            ]
        )
    if not rows:
        return ""
    note = (
        '<p class="soft">64 features out of EfficientNet-Lite0 (those of --extractor efficientnet) '
        "of overlapping tiles of half a crop, to tiles of the panels of the test. The row of the "
        "painting is what chance alone leaves. It is no FID.</p>"
    )
    columns = ["condition", "distance", "trainings", "MFFCN's lead", "p", "d_z"]
    return table(columns, rows) + note


def weak_scenes_table(results: Results) -> str:
    """Night and bare scenes, in which the paper finds MFFCN weak, beside the rest; "" without."""
    truth = results.of_pictures(TRUTH, "scene_complexity")
    ours, rough = ({m: results.of_pictures(c, m) for m in ("ssim", "psnr")} for c in (FULL, ROUGH))
    if not truth or not ours["ssim"] or not rough["ssim"]:
        return ""
    bar = float(np.quantile(list(truth.values()), ABSTRACT_SHARE))
    night = {crop for crop, label in results.labels.items() if label == NIGHT}
    bare = {crop for crop, value in truth.items() if value <= bar}
    parts = {
        "night": night,
        "bare (a quarter, by complexity of the painting)": bare,
        "all others": set(results.labels) - night - bare,
    }
    rows = []
    for name, crops in parts.items():
        if not crops:
            rows.append([name, "0", "-", "-", "-", "-"])
            continue
        means = [[float(np.mean([x[m][c] for c in crops])) for x in (ours, rough)] for m in ours]
        texts = [
            text
            for (a, b), digits in zip(means, (3, 2), strict=True)
            for text in (number_text(a, digits), f"{a - b:+.{digits}f}")
        ]
        rows.append([name, str(len(crops)), *texts])
    columns = ["scenes", "crops", "SSIM of MFFCN", "above the block-in", "PSNR, dB", "above it"]
    return table(columns, rows)


def development_table(results: Results) -> str:
    """What choices are made by: fidelity on the crops of development, at the standard level."""
    rows = []
    for c in results.conditions:
        figures = [results.on_development(c, m) for m in FIDELITY]
        if any(figures) and c != TRUTH:
            texts = [
                figure_text(f, DIGITS.get(m, 3)) for m, f in zip(FIDELITY, figures, strict=True)
            ]
            rows.append([CONDITIONS[c].title, *texts])
    return table(["condition", *FIDELITY], rows) if rows else ""


def contradictions() -> str:
    """Where the paper disagrees with itself."""
    return bullets(CONTRADICTIONS)
