"""Tables and tests of the experiment on fusion, as HTML and JSON.

OUT/report.html    tables and tests, self-contained
OUT/results.json   every mean, test and gain
"""

from __future__ import annotations

import dataclasses
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from paintreel.learn.experiments.conditions import REFERENCE
from paintreel.learn.experiments.fuse.conditions import (
    CLAIMS,
    CONDITIONS,
    FULL,
    NO_ATTENTION,
)
from paintreel.learn.experiments.fuse.paper import ATTENTION, GAINS
from paintreel.learn.experiments.fuse.results import SOURCES, TRAININGS, FuseResults
from paintreel.learn.experiments.fuse.scoring import (
    CLAIMED,
    NOISES,
    SET_MEASURES,
    SHOT_MEASURES,
    direction_of,
)
from paintreel.learn.experiments.fuse.trials import ASKED_NAME
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
from paintreel.scoring.page import bullets, folded, page, section, table

__all__ = ["summarise", "write_fuse_report"]

TITLES = {
    "psnr": ("PSNR, dB", 2),
    "ssim": ("SSIM", 4),
    "warping": ("warping, times the frames'", 2),
    "fusion_degree": ("fusion degree", 3),
    "coupling": ("coupling", 3),
    "frechet": ("Fréchet to the paintings", 2),
    "frechet_footage": ("Fréchet to the frames", 2),
}
_MEASURES = (*SHOT_MEASURES, *SET_MEASURES)
_CLOSE = "frechet"
_NOTES = (
    "Every row is trained from nothing with the same photographs, crops, steps and seeds, far "
    "shorter than what is bundled; an ablation leaves out one part.",
    "Over sources: the same networks on other photographs; shots of one source are alike, so that "
    "a source counts once. Over trainings: other networks on the same shots. Intervals in "
    "results.json are in the measure's units and resample whole sources: of so few they are too "
    "narrow to claim with.",
    "The abstract defines neither the fusion degree nor the coupling: ours are in docs/metrics.md, "
    "so its percentages stand beside ours and cannot be compared with them. Nor does it say over "
    "what its model gains.",
    "Fréchet distances are of the bundled EfficientNet's features (fd_efficientnet); of so few "
    "frames they are biased upward, all alike.",
    "Claims are made of PSNR, SSIM, warping and the Fréchet distance to the paintings. Fusion "
    "degree and coupling describe, since both favour ablations by what they are. The degree is of "
    "the map with the decoder's addition: without a decoder the map is the plain sum of both "
    "paths, and nearest to them. The coupling of one network for both paths compares two outputs "
    "of the same weights, which are alike for nothing. With fixed weights the gate is a half for "
    "both, which makes the coupling's factor of use the most that there is.",
    "Warping is the mean error over the mean error of the frames.",
    "The held-out style is one that no training has seen. Rules and grades are ways that trainings "
    "know, with settings that they have not seen.",
)


def write_fuse_report(out: Path, *, version: str) -> Path:
    """Write both from the records in `out`, whoever made them; return the page's path.

    Raises InputError for a broken record, OutputError where the disk refuses.
    """
    facts = read_json(out / FACTS_NAME)
    results = FuseResults(read_records(out), read_json(out / ASKED_NAME))
    tests = all_tests(results)
    write_json(out / "results.json", summarise(results, facts, tests))
    return write_page(out / "report.html", _page(results, facts, tests, version))


def all_tests(results: FuseResults) -> list[PairedTest]:
    """Every claim on every measure, over sources and over trainings."""
    claims = results.known(CLAIMS)
    return [
        *results.over_sources(claims, SHOT_MEASURES),
        *results.over_trainings(claims, _MEASURES),
    ]


def summarise(
    results: FuseResults, facts: Mapping[str, Any], tests: Sequence[PairedTest]
) -> dict[str, Any]:
    """Plain values: `means`, `noise`, `gains` over each ablation, `tests`, `paper`."""
    names = list(results.records)
    means = {
        name: {
            measure: dataclasses.asdict(figure)
            for measure in _MEASURES
            if (figure := results.figure(name, measure)) is not None
        }
        for name in names
    }
    gains = {
        claim.second: {
            measure: {
                "percent": results.gain_percent(claim.second, measure),
                "over_sources": None
                if (interval := results.interval(claim.second, measure)) is None
                else [interval.estimate, interval.low, interval.high],
            }
            for measure in _MEASURES
        }
        for claim in results.known(CLAIMS)
    }
    return {
        "experiment": dict(facts),
        "shots": results.shots,
        "ways": {
            name: {
                way: {m: results.of_way(name, m, way) for m in CLAIMED} for way in _ways(results)
            }
            for name in names
        },
        "sources": results.sources,
        "means": means,
        "noise": {
            name: {noise: dataclasses.asdict(f) for noise, f in results.noise(name).items()}
            for name in names
        },
        "gains": gains,
        "tests": [dataclasses.asdict(test) for test in tests],
        "paper": {"gains": GAINS, "attention": ATTENTION},
    }


def _page(
    results: FuseResults, facts: Mapping[str, Any], tests: Sequence[PairedTest], version: str
) -> str:
    budget = facts["budget"]
    length = f"{budget['seconds']:g} s" if budget["seconds"] else f"{budget['steps']} steps"
    claims = results.known(CLAIMS)
    head = [
        f"{length} a training, preset {facts['settings']['preset']}, seed {facts['seed']}; "
        f"{len(results.shots)} held-out shots of {len(set(results.shots.values()))} sources; "
        f"{facts['data']}",
        f"paintreel {version}",
    ]
    of_sources, of_trainings = (
        [t for t in tests if t.unit == unit] for unit in (SOURCES, TRAININGS)
    )
    return page(
        "Experiment on the fusion of painting and footage",
        head,
        [
            section("What each part is worth", _means_table(results)),
            section("By what the shots are painted by", _ways_table(results)),
            section("Over the same without it, beside the paper", _gains_table(results)),
            section("Gates disturbed", _noise_table(results)),
            section("Over sources", claims_table(claims, of_sources, CLAIMED, _digits)),
            section(
                "Over trainings", claims_table(claims, of_trainings, (*CLAIMED, _CLOSE), _digits)
            ),
            section("Paired tests", folded("show", table_of_tests(tests))),
            section("How to read this", bullets(_NOTES)),
            section("How it was run", sources_text(results.sources)),
        ],
    )


def _digits(measure: str) -> int:
    return TITLES[measure][1]


def _means_table(results: FuseResults) -> str:
    rows = [
        [
            CONDITIONS[name].title,
            *(figure_text(results.figure(name, m), TITLES[m][1]) for m in _MEASURES),
            number_text(results.fact(name, "parameters"), 0),
            str(len(results.records[name])),
        ]
        for name in results.records
    ]
    titles = [f"{TITLES[m][0]} {'↑' if direction_of(m) > 0 else '↓'}" for m in _MEASURES]
    return table(["", *titles, "parameters", "trainings"], rows)


def _ways(results: FuseResults) -> list[str]:
    return sorted(set(results.ways.values()))


def _ways_table(results: FuseResults) -> str:
    """PSNR and SSIM of the held-out style apart from ways that trainings know."""
    ways, measures = _ways(results), CLAIMED[:2]
    rows = [
        [
            CONDITIONS[name].title,
            *(
                number_text(results.of_way(name, m, way), TITLES[m][1])
                for way in ways
                for m in measures
            ),
        ]
        for name in results.records
    ]
    counts = Counter(results.ways.values())
    titles = [f"{way} ({counts[way]}), {TITLES[m][0]}" for way in ways for m in measures]
    return table(["", *titles], rows)


def _gains_table(results: FuseResults) -> str:
    """By how many percent the full model is above each row, and what the abstract says."""
    if FULL not in results.records:
        return ""
    rows = []
    for name in results.records:
        if name == FULL or CONDITIONS[name].group == REFERENCE:
            continue
        cells = []
        for measure in GAINS:
            gain = results.gain_percent(name, measure)
            cells.append("-" if gain is None else f"{gain:+.1f} %")
        rows.append([f"over {CONDITIONS[name].title}", *cells])
    if not rows:
        return ""
    rows.append(
        ["the abstract, over what it does not say", *(f"{g:+.1f} %" for g in GAINS.values())]
    )
    note = (
        f"It says that channel attention is worth about {ATTENTION:g} %, of what it does not say; "
        f"the row to set beside that is {CONDITIONS[NO_ATTENTION].title}."
    )
    return table(["", *(TITLES[m][0] for m in GAINS)], rows) + bullets([note])


def _noise_table(results: FuseResults) -> str:
    """dB lost by the deviation of the noise, over that of a parameter's values."""
    rows = []
    for name in results.records:
        found = results.noise(name)
        if found:
            cells = [figure_text(found.get(f"{noise:g}"), 3) for noise in NOISES]
            rows.append([CONDITIONS[name].title, *cells])
    return table(["dB of PSNR lost", *(f"noise {noise:g}" for noise in NOISES)], rows)
