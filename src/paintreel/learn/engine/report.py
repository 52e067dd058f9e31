"""The growing report of a run: loss curves and samples in one self-contained HTML file."""

from __future__ import annotations

import base64
import math
from collections.abc import Sequence
from pathlib import Path

from paintreel.imaging.atomic import atomic_path
from paintreel.learn.engine.journal import Journal
from paintreel.scoring.page import bullets, page, part, section
from paintreel.visible import escape

_META = {"step", "progress", "elapsed_s"}
_WIDTH, _HEIGHT, _POINTS = 420, 150, 240


def _curve(name: str, xs: Sequence[float], ys: Sequence[float]) -> str:
    """One small SVG chart; long series are averaged in bins."""
    size = max(1, len(xs) // _POINTS)
    bins = range(0, len(xs) - size + 1, size)
    px = [sum(xs[i : i + size]) / size for i in bins]
    py = [sum(ys[i : i + size]) / size for i in bins]
    low, high = min(py), max(py)
    span_x, span_y = (px[-1] - px[0]) or 1.0, (high - low) or 1.0
    points = " ".join(
        f"{(x - px[0]) / span_x * _WIDTH:.1f},{(high - y) / span_y * (_HEIGHT - 8) + 4:.1f}"
        for x, y in zip(px, py, strict=True)
    )
    return (
        f"<figure><figcaption>{escape(name)} <b>{py[-1]:.4g}</b> "
        f"<small>{low:.4g} to {high:.4g}</small></figcaption>"
        f'<svg viewBox="0 0 {_WIDTH} {_HEIGHT}" width="{_WIDTH}" height="{_HEIGHT}">'
        f'<polyline fill="none" class="curve" points="{points}"/></svg>'
        "</figure>"
    )


def _series(rows: Sequence[dict[str, float]]) -> str:
    names = dict.fromkeys(k for row in rows for k in row if k not in _META)
    charts = []
    for name in names:
        taken = [(r["step"], r[name]) for r in rows if math.isfinite(r.get(name, math.nan))]
        if taken:
            charts.append(_curve(name, *zip(*taken, strict=True)))
    return f'<div class="row">{"".join(charts)}</div>' if charts else ""


def write_report(out: Path, journal: Journal, *, caption: str, samples: int = 6) -> Path:
    """Write `out/report.html` from the journal, the first and the latest sample sheets.

    caption: what lies where in a sheet.
    """
    notes = bullets(journal.notes)
    html_page = page(
        out.name,
        ["Paintreel training"],
        [
            section("Loss terms", _series(journal.rows)),
            section("Held-out measures", _series(journal.measures)),
            section("Notes", notes),
            section(f"Samples: {caption}", _sheets(out, samples)),
        ],
    )
    path = out / "report.html"
    with atomic_path(path, overwrite=True) as beside:
        beside.write_text(html_page, "utf-8")
    return path


def _sheets(out: Path, samples: int) -> str:
    """The first sheet of samples and the latest, the newest on top."""
    sheets = sorted((out / "samples").glob("*.jpg"))
    chosen = sheets[:1] + sheets[max(1, len(sheets) - samples + 1) :]
    parts = []
    for sheet in reversed(chosen):
        data = base64.b64encode(sheet.read_bytes()).decode()
        picture = f'<img style="max-width:100%" alt="" src="data:image/jpeg;base64,{data}">'
        parts.append(part(f"step {int(sheet.stem)}", picture))
    return "".join(parts)
