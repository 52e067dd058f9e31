"""Parts of an experiment's page that are the same whatever it is about, as HTML."""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterable, Mapping, Sequence
from html import escape
from pathlib import Path
from typing import Any

from paintreel.imaging.atomic import atomic_path
from paintreel.learn.experiments.conditions import Claim
from paintreel.learn.experiments.statistics import ALPHA, Figure, PairedTest
from paintreel.scoring.page import folded, table


def write_page(path: Path, html: str) -> Path:
    """Write it whole or not at all. Raises OutputError where the disk refuses."""
    with atomic_path(path, overwrite=True) as beside:
        beside.write_text(html, "utf-8")
    return path


def figure_text(figure: Figure | None, digits: int = 3) -> str:
    """Mean and deviation; "-" for nothing."""
    if figure is None:
        return "-"
    spread = "" if figure.sd is None else f" ± {figure.sd:.{digits}f}"
    return f"{figure.mean:.{digits}f}{spread}"


def number_text(value: float | None, digits: int = 2) -> str:
    """A number with thousands apart; "-" for none."""
    return "-" if value is None else f"{value:,.{digits}f}"


def p_text(test: PairedTest | None) -> str:
    """The corrected p; "-" where there is none."""
    if test is None or test.p_holm is None:
        return "-"
    return "<0.001" if test.p_holm < 1e-3 else f"{test.p_holm:.3f}"


def effect_text(test: PairedTest | None) -> str:
    """d_z; "-" where there is none."""
    return "-" if test is None or test.d_z is None else f"{test.d_z:+.2f}"


def verdict(tests: Iterable[PairedTest]) -> str:
    """Whether a claim is borne out by its tests on several measures."""
    tests = list(tests)
    if not any(t.p_holm is not None for t in tests):
        return "too few trials"
    if all(t.holds for t in tests):
        return "shown"
    return "shown in part" if any(t.holds for t in tests) else "not shown"


def claims_table(
    claims: Iterable[Claim],
    tests: Iterable[PairedTest],
    measures: Sequence[str],
    digits: Callable[[str], int] = lambda measure: 3,
) -> str:
    """Whether each claim is borne out, by its test on each measure; "" without claims.

    digits  of a measure's gain
    """
    by_pair = {(t.measure, t.first, t.second): t for t in tests}
    rows = []
    for claim in claims:
        by_measure = [by_pair.get((m, claim.first, claim.second)) for m in measures]
        cells = [
            text
            for m, t in zip(measures, by_measure, strict=True)
            for text in (
                "-" if t is None else f"{t.gain:+.{digits(m)}f}",
                p_text(t),
                effect_text(t),
            )
        ]
        rows.append([claim.text, *cells, verdict(t for t in by_measure if t is not None)])
    if not rows:
        return ""
    columns = [text for m in measures for text in (f"{m} gain", "p", "d_z")]
    note = (
        f'<p class="soft">A gain above 0 is for the claim, whichever way the measure runs; "shown" '
        f"is p &lt; {ALPHA:g} on all measures.</p>"
    )
    return table(["claim", *columns, "verdict"], rows) + note


def table_of_tests(tests: Iterable[PairedTest]) -> str:
    """Every paired test, folded away."""
    rows = [
        [
            t.measure,
            t.unit,
            f"{t.first} - {t.second}",
            str(t.n),
            f"{t.gain:+.4f}",
            "-" if t.p is None else f"{t.p:.2g}",
            "-" if t.p_holm is None else f"{t.p_holm:.2g}",
            effect_text(t),
        ]
        for t in tests
    ]
    columns = ["measure", "over", "pair", "n", "gain", "p", "p (Holm)", "d_z"]
    return folded("show all", table(columns, rows))


def sources_text(sources: Iterable[Mapping[str, Any]]) -> str:
    """Commands, commits and machines that the records come from."""
    lines = [
        f"{s['command']}\ncommit {s['commit'] or 'unknown'}; {s['machine']}, {s['device']}"
        for s in sources
    ]
    return f"<pre>{escape(chr(10).join(lines))}</pre>"


def picture_columns(columns: Sequence[tuple[str, Path]], *, width_px: int, text: str = "") -> str:
    """JPEG files side by side under their titles, and `text` above; "" where no file is there."""
    shots = []
    for title, path in columns:
        if path.is_file():
            name, data = escape(title), base64.b64encode(path.read_bytes()).decode("ascii")
            shots.append(
                f'<span class="shot" style="flex:1 1 0;min-width:6rem;max-width:{width_px}px">'
                f'<small>{name}</small><img alt="{name}" style="max-width:none;max-height:none;'
                f'width:100%" src="data:image/jpeg;base64,{data}"></span>'
            )
    if not shots:
        return ""
    head = f'<p class="soft">{escape(text)}</p>' if text else ""
    return f'{head}<div class="scroll"><div class="shots">{"".join(shots)}</div></div>'
