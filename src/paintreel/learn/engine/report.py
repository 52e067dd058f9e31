"""The growing report of a run: loss curves and samples in one self-contained HTML file."""

from __future__ import annotations

import base64
import html
import math
from collections.abc import Sequence
from pathlib import Path

from paintreel.imaging.atomic import atomic_path
from paintreel.learn.engine.journal import Journal
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
        f"<figure><figcaption>{html.escape(name)} <b>{py[-1]:.4g}</b> "
        f"<small>{low:.4g} to {high:.4g}</small></figcaption>"
        f'<svg viewBox="0 0 {_WIDTH} {_HEIGHT}" width="{_WIDTH}" height="{_HEIGHT}">'
        f'<polyline fill="none" stroke="#b5482a" stroke-width="1.5" points="{points}"/></svg>'
        "</figure>"
    )


def _series(rows: Sequence[dict[str, float]]) -> str:
    names = dict.fromkeys(k for row in rows for k in row if k not in _META)
    charts = []
    for name in names:
        taken = [(r["step"], r[name]) for r in rows if math.isfinite(r.get(name, math.nan))]
        if taken:
            charts.append(_curve(name, *zip(*taken, strict=True)))
    return "".join(charts)


def write_report(out: Path, journal: Journal, *, caption: str, samples: int = 6) -> Path:
    """Write `out/report.html` from the journal, the first and the latest sample sheets.

    caption: what lies where in a sheet.
    """
    parts = ["<h2>Loss terms</h2>", _series(journal.rows)] if journal.rows else []
    if journal.measures:
        parts += ["<h2>Held-out measures</h2>", _series(journal.measures)]
    if journal.notes:
        parts += ["<h2>Notes</h2><ul>"]
        parts += [f"<li>{html.escape(n)}</li>" for n in journal.notes] + ["</ul>"]
    sheets = sorted((out / "samples").glob("*.jpg"))
    chosen = sheets[:1] + sheets[max(1, len(sheets) - samples + 1) :]
    parts.append(f"<h2>Samples: {html.escape(caption)}</h2>")
    for sheet in reversed(chosen):
        data = base64.b64encode(sheet.read_bytes()).decode()
        parts.append(
            f"<h3>step {int(sheet.stem)}</h3><img src='data:image/jpeg;base64,{data}' alt=''>"
        )
    page = (
        "<!doctype html><meta charset='utf-8'><title>Paintreel training</title><style>"
        "body{font:15px system-ui;margin:2rem;max-width:1400px;color:#222}"
        "figure{display:inline-block;margin:.5rem}svg{background:#faf6f0}img{max-width:100%}"
        f"</style><h1>{escape(out.name)}</h1>{''.join(parts)}"
    )
    path = out / "report.html"
    with atomic_path(path, overwrite=True) as beside:
        beside.write_text(page, "utf-8")
    return path
