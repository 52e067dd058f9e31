"""Figures 3 to 6 of Tan 2024 and the tables beside them as HTML, PNG and JSON.

OUT/report.html      everything, self-contained
OUT/results.json     every mean, test and goal
OUT/figure-3.png     contours, side by side      OUT/figure-4.png  colours
OUT/figure-5a.png    image loss over steps of lines; figure-5b.png of colours
OUT/figure-6.png     peak signal-to-noise ratio, ours and the paper's
"""

from __future__ import annotations

import base64
import dataclasses
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import cv2

from paintreel.imaging.arrays import Array
from paintreel.imaging.files import Picture, write_picture
from paintreel.learn.data.line_trials import GIVEN, NONE, PALETTE, TWENTY
from paintreel.learn.experiments.charts import Drawing, grouped_bars
from paintreel.learn.experiments.conditions import REFERENCE, SYSTEM
from paintreel.learn.experiments.lines.conditions import (
    ABLATION,
    BUNDLED,
    CLAIMS,
    CONDITIONS,
    name_of,
)
from paintreel.learn.experiments.lines.figures import curve_chart, side_by_side
from paintreel.learn.experiments.lines.goals import Goal, goals_of
from paintreel.learn.experiments.lines.paper import PAPER
from paintreel.learn.experiments.lines.results import EXACT, LinesResults
from paintreel.learn.experiments.lines.tables import (
    ablation_table,
    colour_table,
    cost_table,
    goals_table,
    line_table,
    paper_table,
    peers_of,
    set_table,
)
from paintreel.learn.experiments.lines.trials import ASKED_NAME
from paintreel.learn.experiments.page import (
    claims_table,
    sources_text,
    table_of_tests,
    write_page,
)
from paintreel.learn.experiments.records import FACTS_NAME, read_json, read_records, write_json
from paintreel.learn.experiments.statistics import Figure, PairedTest
from paintreel.learn.models.drawing_tasks import COLORIZE, LINEART, TASKS
from paintreel.scoring.page import bullets, folded, page, section

TESTED = {
    "lineart": ("loss", "psnr", "f1"),
    "colorize": ("loss:none", "psnr:none", "loss:palette", "loss:hints_20", "psnr:hints_20"),
}
_SHOWN_PX = 1400


def write_lines_report(out: Path, *, version: str) -> Path:
    """Write all of it from the records in `out`, whoever made them; return the page's path.

    Raises InputError for a broken record, OutputError where the disk refuses.
    """
    facts = read_json(out / FACTS_NAME)
    asked = read_json(out / ASKED_NAME)
    results = LinesResults(read_records(out))
    goals = goals_of(results)
    charts = {
        "5a": _curves(results, LINEART.name, "a: finding contours"),
        "5b": _curves(results, COLORIZE.name, "b: giving colour"),
        "6": _bars(results),
    }
    for name, chart in charts.items():
        if chart is not None:
            _write(out / f"figure-{name}.png", chart.png())
    sheets = {
        "3": side_by_side(_asked(asked, LINEART.name), _sheets(out, LINEART.name), given=""),
        "4": side_by_side(_asked(asked, COLORIZE.name), _sheets(out, COLORIZE.name), given=TWENTY),
    }
    for name, sheet in sheets.items():
        if sheet is not None:
            _write(out / f"figure-{name}.png", sheet)
    write_json(out / "results.json", summarise(results, facts, goals))
    return write_page(out / "report.html", _page(results, facts, goals, charts, sheets, version))


def summarise(
    results: LinesResults, facts: dict[str, Any], goals: Sequence[Goal]
) -> dict[str, Any]:
    """Plain values: `means` {condition: {measure: {source: figure}}}, `sets`, `facts` of each
    training, `tests`, `goals`, and `paper`, what Tan 2024 prints."""
    return {
        "experiment": facts,
        "sources": results.sources,
        "means": {c: _means(results, c) for c in results.records},
        "facts": {
            c: {
                name: value
                for name in ("parameters", "steps", "train_s", "seconds", "settled_at")
                if (value := results.fact(c, name)) is not None
            }
            for c in results.records
        },
        "tests": [dataclasses.asdict(test) for test in _tests(results)],
        "goals": [dataclasses.asdict(goal) for goal in goals],
        "paper": {
            task: {network: dataclasses.asdict(row) for network, row in rows.items()}
            for task, rows in PAPER.items()
        },
    }


def _means(results: LinesResults, condition: str) -> dict[str, dict[str, Any]]:
    records = list(results.records[condition].values())
    measures = dict.fromkeys(m for r in records for m in (*r["scores"], *r["sets"]))
    sources = dict.fromkeys(
        d.split("/")[0] for r in records for values in r["scores"].values() for d in values
    )
    found: dict[str, dict[str, Any]] = {}
    for measure in measures:
        by_source = {s: results.figure(condition, measure, (s,)) for s in sources}
        whole = results.figure(condition, measure)
        found[measure] = {
            name: dataclasses.asdict(figure)
            for name, figure in ({"all": whole} | by_source).items()
            if figure is not None and (name == "all" or measure in records[0]["scores"])
        }
    return found


def _tests(results: LinesResults) -> list[PairedTest]:
    """Over held-out drawings: of lines those that are known exactly, if any are; of colours all."""
    found: list[PairedTest] = []
    for task in TASKS:
        claims = [c for c in results.known(CLAIMS) if c.first == name_of(task)]
        exact = task == LINEART.name and results.of_pictures(name_of(task), "f1", EXACT)
        found += results.tests(claims, TESTED[task], EXACT if exact else None)
    return found


def _write(path: Path, pixels: Array) -> None:
    write_picture(path, Picture(pixels), overwrite=True)


def _asked(asked: dict[str, Any], task: str) -> list[tuple[str, str]]:
    return [(source, given) for _name, source, given in asked[task]]


def _sheets(out: Path, task: str) -> dict[str, Path]:
    """Sheets of the systems, ours last but for what is bundled."""
    systems = [c for c in CONDITIONS.values() if c.system == task and c.group == SYSTEM]
    names = [c.name for c in (*systems[1:], systems[0])] + [name_of(task, BUNDLED)]
    return {CONDITIONS[n].title: out / "pictures" / f"{n}.jpg" for n in names}


def _curves(results: LinesResults, task: str, what: str) -> Drawing | None:
    rows = [c for c in results.conditions_of(task) if CONDITIONS[c].group == SYSTEM]
    curves = {CONDITIONS[c].title: results.curve(c) for c in rows}
    if not any(len(steps) > 1 for steps, _values in curves.values()):
        return None
    return curve_chart(f"Figure 5{what}: image loss in training", curves, across="steps")


def _bars(results: LinesResults) -> Drawing | None:
    """PSNR of the three networks, as published and ours, with the paper's beside."""
    groups: dict[str, dict[str, Figure]] = {}
    for task in TASKS:
        measure = "psnr" if task == LINEART.name else f"psnr:{NONE}"
        row: dict[str, Figure] = {}
        for network, name in peers_of(task).items():
            row[f"{network}, Tan 2024"] = Figure(PAPER[task][network].psnr_db, None, 1)
            figure = results.figure(name, measure)
            if figure is not None:
                row[f"{network}, here"] = figure
        groups["contours" if task == LINEART.name else "colour"] = row
    series = list(dict.fromkeys(name for row in groups.values() for name in row))
    if not any(name.endswith("here") for name in series):
        return None
    return grouped_bars("Figure 6: peak signal-to-noise ratio in dB", groups, series=series)


def _page(
    results: LinesResults,
    facts: dict[str, Any],
    goals: Sequence[Goal],
    charts: dict[str, Drawing | None],
    sheets: dict[str, Array | None],
    version: str,
) -> str:
    return page(
        "Experiment on lines and colour: the residual-attention GAN",
        _head(results, facts, version),
        [
            section("Goals", goals_table(goals)),
            section("Beside the paper", paper_table(results)),
            section("Figure 3: contours", _picture(sheets["3"], "contours")),
            section("Figure 4: colours, 20 hints", _picture(sheets["4"], "colours")),
            section("Figures 5 and 6", _drawings(charts)),
            section("Lines", line_table(results)),
            section(
                "Colours",
                "".join(f"<h3>{what}</h3>{colour_table(results, g)}" for g, what in _WHAT.items()),
            ),
            section("Ablations", "".join(ablation_table(results, task) for task in TASKS)),
            section("Sets and clips", set_table(results)),
            section("Costs", cost_table(results)),
            section(
                "What is shown",
                "".join(
                    claims_table(
                        [c for c in results.known(CLAIMS) if c.first == name_of(task)],
                        _tests(results),
                        TESTED[task],
                    )
                    for task in TASKS
                ),
            ),
            section("Paired tests", folded("show", table_of_tests(_tests(results)))),
            section("How to read this", bullets(_NOTES)),
            section("How it was run", sources_text(results.sources)),
        ],
    )


def _head(results: LinesResults, facts: dict[str, Any], version: str) -> list[str]:
    budget = facts["budget"]
    length = f"{budget['seconds']:g} s" if budget["seconds"] else f"{budget['steps']} steps"
    trained = [c for c in results.records if CONDITIONS[c].group in (SYSTEM, ABLATION)]
    rules = [c for c in results.records if CONDITIONS[c].group == REFERENCE]
    return [
        f"{len(trained)} networks of {length} each and {len(rules)} rows to compare with, seed "
        f"{facts['seed']}; {facts['data']}",
        f"paintreel {version}",
    ]


def _drawings(charts: dict[str, Drawing | None]) -> str:
    return "".join(
        chart.svg(f"figure {name}") for name, chart in charts.items() if chart is not None
    )


def _picture(pixels: Array | None, alt: str) -> str:
    """A JPEG in the page; "" where there is none."""
    if pixels is None:
        return ""
    scale = min(1.0, _SHOWN_PX / pixels.shape[1])
    size = (round(pixels.shape[1] * scale), round(pixels.shape[0] * scale))
    small = cv2.resize(pixels, size, interpolation=cv2.INTER_AREA)
    _done, data = cv2.imencode(".jpg", small[..., ::-1], [cv2.IMWRITE_JPEG_QUALITY, 85])
    text = base64.b64encode(data.tobytes()).decode("ascii")
    return f'<img alt="{alt}" style="width:100%" src="data:image/jpeg;base64,{text}">'


_WHAT = {
    NONE: "Nothing given",
    PALETTE: "The picture's own palette",
    **{given: f"{count} hints" for given, count in GIVEN.items() if count},
}
_NOTES = (
    "Lines: F1 of lines thinned to one pixel, right within 2 px; worlds and avatars have lines "
    "that are known exactly, those of panels and photographs are the rule's (flow), which "
    "therefore stands near 1 there.",
    "Canny and XDoG take the thresholds that are best on the very drawings that are asked about, "
    "which is more than anyone could have.",
    "Image loss of colours is over what lines leave bare, on drawings squeezed to 256 px; hints "
    "are dots in the middle of the largest regions.",
    "Leak: of the change that an inverted hint of the largest region makes, the share seen "
    "outside of that region.",
    "Leak of the fill: gaps of 6 px are broken into the lines; the share of the large regions "
    "that runs together with another one.",
    "Networks as published are unpaired: their critics see true answers of other drawings. With "
    "our L1: the distance of Eq. 6 is added.",
    'SceneryGAN is not defined by the paper; a CycleGAN stands for it ("like").',
    "Content features of CartoonGAN are EfficientNet-Lite0's at 1/8; its own are VGG's.",
    "A curve has settled from where it stays within a twentieth of its way down. The paper's "
    "iterations are no steps of an optimiser.",
    "Fréchet distances of small sets are biased upward, all alike: compare within a table alone.",
    "Times are of one picture of 256 px on two threads of the machine that a row was measured on.",
)
