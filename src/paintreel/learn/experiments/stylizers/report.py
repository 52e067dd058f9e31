"""Tables, tests, Figure 3 and the sheets of the experiment on stylizers, as HTML, PNG and JSON.

OUT/report.html     tables and tests, self-contained; the sheets lie beside it, and may show people
OUT/results.json    every mean and test
OUT/figure-3.png    spectra of photographs, art and paintings
OUT/sheet-KIND.jpg  the same pictures by every system: scene, portrait, and frames of a clip
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from paintreel.imaging.files import Picture, write_picture
from paintreel.learn.experiments.conditions import REFERENCE
from paintreel.learn.experiments.page import (
    claims_table,
    figure_text,
    number_text,
    sources_text,
    table_of_tests,
    write_page,
)
from paintreel.learn.experiments.records import FACTS_NAME, read_json, read_records, write_json
from paintreel.learn.experiments.statistics import PairedTest
from paintreel.learn.experiments.stylizers.conditions import (
    CLAIMS,
    CONDITIONS,
    OURS,
    PEERS,
    PHOTOGRAPHS,
    is_trained,
)
from paintreel.learn.experiments.stylizers.kept import ART, read_spectrum
from paintreel.learn.experiments.stylizers.material import PORTRAIT, SCENE
from paintreel.learn.experiments.stylizers.results import NEARNESS, TRAININGS, StylizerResults
from paintreel.learn.experiments.stylizers.scoring import (
    CLIP_MEASURES,
    PICTURE_MEASURES,
    SET_MEASURES,
    direction_of,
)
from paintreel.learn.experiments.stylizers.sheets import KINDS, side_by_side
from paintreel.learn.experiments.stylizers.trials import ASKED_NAME
from paintreel.pictures.contact_sheet import write_sheet
from paintreel.scoring.page import bullets, folded, page, section, table
from paintreel.spectrum.plot import draw_spectra

TESTED_TRAININGS = ("frechet", "flicker", "spectrum", "judge", "edges")
TESTED_UNITS = ("flicker", "judge", "gini", "edges", "neutral", "hue")
_TITLES = {
    "judge": "judge",
    "gini": "gini",
    "residual": "texture left",
    "edges": "contours kept",
    "shapes": "shapes kept",
    "neutral": "greys, CIEDE2000",
    "neutral_p90": "greys, p90",
    "skin": "skin",
    "hue": "hue, degrees",
    "frechet": "Fréchet",
    "spectrum": "spectrum, dB",
    "flicker": "flicker, times the source",
    "warping": "warping, times the source",
}
_COSTS = {
    "parameters": ("parameters", 0),
    "file_mb": ("file, MB", 2),
    "seconds": ("s of one thread, 640 x 480", 3),
    "peak_memory_mb": ("memory, MB", 0),
    "steps": ("steps", 0),
    "train_s": ("s of training", 0),
}
_NOTES = (
    "Judge and Fréchet are of the bundled judge, which looks at form and knows no colour; Fréchet "
    "distances of few crops are biased upward, all alike.",
    "Flicker and warping are of the first 16 frames of each clip, mean over the mean of their "
    "sources: 1 adds nothing. Nothing is steadied, in no system. Read them beside the contours: "
    "what is blurred away does not flicker.",
    "Over pictures: the same networks on other photographs of these sources. Pictures of one "
    "source are alike, so that these p say nothing of other sources. Over trainings: other "
    "networks on the same photographs, paired by seed. A result of few trainings "
    "can hold over pictures and not over trainings.",
    "Content and touch of AnimeGAN and White-box are features of VGG-19 where its weights are "
    "given, else of EfficientNet-Lite0; the records say which.",
    "Greys and hues are measured on all photographs, skin on portraits.",
    "Time and memory of hereva-portrait are those of a portrait with one face, its file both "
    "networks that it runs; of all others they are those of noise, which costs what any picture "
    "does.",
    "hereva-portrait is hereva, and faces that a rule draws; the attention of its network, AFGAN, "
    "says where they are seen. What AFGAN itself paints is never shown, and not measured here.",
)


def write_stylizers_report(out: Path, *, version: str) -> Path:
    """Write all of it from the records in `out`, whoever made them; return the page's path.

    Raises InputError for a broken record, OutputError where the disk refuses.
    """
    facts, asked = read_json(out / FACTS_NAME), read_json(out / ASKED_NAME)
    results = StylizerResults(read_records(out), asked["kinds"])
    tests = all_tests(results, out, seed=facts["seed"])
    if (figure := _figure_3(results, out)) is not None:
        write_sheet(out / "figure-3.png", figure)
    for kind in KINDS:
        strips = {
            CONDITIONS[n].title: out / "pictures" / f"{kind}-{n}.jpg" for n in results.records
        }
        if (sheet := side_by_side(strips)) is not None:
            path = out / f"sheet-{kind}.jpg"
            write_picture(path, Picture(sheet), quality=90, overwrite=True)
    write_json(out / "results.json", summarise(results, facts, tests))
    return write_page(out / "report.html", _page(results, facts, asked, tests, version))


def all_tests(results: StylizerResults, out: Path, *, seed: int) -> list[PairedTest]:
    """Every claim on every measure that is tested, over pictures or clips and over trainings."""
    claims = results.known(CLAIMS)
    return [
        *results.over_trainings(claims, TESTED_TRAININGS),
        *results.nearness(claims, out, seed=seed),
        *results.over_units(claims, TESTED_UNITS),
    ]


def summarise(
    results: StylizerResults, facts: Mapping[str, Any], tests: Sequence[PairedTest]
) -> dict[str, Any]:
    """Plain values: `means` {condition: {measure: {all or kind: figure}}}, `costs`, `tests`."""
    measures = (*SET_MEASURES, *PICTURE_MEASURES, *CLIP_MEASURES)
    means: dict[str, Any] = {}
    for name in results.records:
        of_kinds = {
            measure: {
                kind or "all": dataclasses.asdict(figure)
                for kind in (None, SCENE, PORTRAIT)
                if (figure := results.figure(name, measure, kind)) is not None
            }
            for measure in measures
        }
        means[name] = {measure: rows for measure, rows in of_kinds.items() if rows}
    costs = {
        name: {c: value for c in _COSTS if (value := results.fact(name, c)) is not None}
        for name in results.records
    }
    return {
        "experiment": dict(facts),
        "sources": results.sources,
        "means": means,
        "costs": costs,
        "tests": [dataclasses.asdict(test) for test in tests],
    }


def _figure_3(results: StylizerResults, out: Path) -> Any:
    """Photographs, art, FSGAN and its peers as published, as one chart; None without spectra."""
    wanted = {PHOTOGRAPHS: "photographs", ART: "the painter", OURS: CONDITIONS[OURS].title}
    wanted |= {name: CONDITIONS[name].title for name in PEERS if name in results.records}
    found = [read_spectrum(out, name, title) for name, title in wanted.items()]
    there = [one for one in found if one is not None]
    return draw_spectra(there) if there else None


def _page(
    results: StylizerResults,
    facts: Mapping[str, Any],
    asked: Mapping[str, Any],
    tests: Sequence[PairedTest],
    version: str,
) -> str:
    budget = facts["budget"]
    length = f"{budget['seconds']:g} s" if budget["seconds"] else f"{budget['steps']} steps"
    trained = [name for name in results.records if is_trained(CONDITIONS[name])]
    head = [
        f"{len(trained)} networks, {length} a training, preset {facts['settings']['preset']}, seed "
        f"{facts['seed']}; {len(asked['kinds'])} photographs, {asked['panels']} panels, "
        f"{len(facts['clips'])} clips; {facts['data']}",
        f"paintreel {version}",
    ]
    claims = results.known(CLAIMS)
    over_units = [t for t in tests if t.unit != TRAININGS]
    over_trainings = [t for t in tests if t.unit == TRAININGS]
    return page(
        "Experiment on stylizers: FSGAN and its peers",
        head,
        [
            section("Paintings", _measure_table(results, None)),
            section("Scenes", _measure_table(results, SCENE)),
            section("Portraits", _measure_table(results, PORTRAIT)),
            section("Costs", _cost_table(results)),
            section("Over trainings", claims_table(claims, over_trainings, TESTED_TRAININGS)),
            section(
                "Over pictures and clips of these sources",
                claims_table(claims, over_units, (NEARNESS, *TESTED_UNITS)),
            ),
            section("Paired tests", folded("show", table_of_tests(tests))),
            section("How to read this", bullets(_NOTES)),
            section("How it was run", sources_text(results.sources)),
        ],
    )


def _measure_table(results: StylizerResults, kind: str | None) -> str:
    """A row a condition; "" where nothing of the kind was asked."""
    measures = PICTURE_MEASURES if kind else (*SET_MEASURES, *PICTURE_MEASURES, *CLIP_MEASURES)
    rows = [
        [CONDITIONS[n].title, *(figure_text(results.figure(n, m, kind)) for m in measures)]
        for n in results.records
    ]
    kept = [i for i in range(1, len(measures) + 1) if any(row[i] != "-" for row in rows)]
    if not kept:
        return ""
    columns = ["", *(_titled(measures[i - 1]) for i in kept)]
    return table(columns, [[row[0], *(row[i] for i in kept)] for row in rows])


def _titled(measure: str) -> str:
    """Its title, with an arrow to where it is better."""
    return f"{_TITLES[measure]} {'↑' if direction_of(measure) > 0 else '↓'}"


def _cost_table(results: StylizerResults) -> str:
    rows = [
        [
            CONDITIONS[name].title,
            *(
                number_text(results.fact(name, cost), digits)
                for cost, (_t, digits) in _COSTS.items()
            ),
        ]
        for name in results.records
        if CONDITIONS[name].group != REFERENCE
    ]
    return table(["", *(title for title, _digits in _COSTS.values())], rows) if rows else ""
