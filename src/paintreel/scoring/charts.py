"""Charts as inline SVG, drawn with the colours of the page around them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from paintreel.visible import escape

__all__ = ["histogram", "strips"]

_WIDTH, _HEIGHT, _BASE = 300, 120, 96
_LANE = 34
_MOST_POINTS = 400


def histogram(values: Sequence[float], *, label: str, mean: float) -> str:
    """Distribution of finite values with a line at the mean; bins by Freedman and Diaconis."""
    column = np.asarray(values, np.float64)
    bins = np.histogram_bin_edges(column, "fd")
    if len(bins) > 41 or len(bins) < 3:
        bins = np.histogram_bin_edges(column, min(40, max(2, round(len(column) ** 0.5))))
    counts, edges = np.histogram(column, bins)
    scale = _Scale(float(edges[0]), float(edges[-1]))
    step = (_WIDTH - 20) / len(counts)
    bars = [
        f'<rect x="{10 + i * step + 0.5:.1f}" y="{_BASE - height:.1f}" '
        f'width="{max(1.0, step - 1):.1f}" height="{height:.1f}" class="bar">'
        f"<title>{edges[i]:.4g} to {edges[i + 1]:.4g}: {count}</title></rect>"
        for i, count in enumerate(counts)
        if (height := 84.0 * count / counts.max())
    ]
    x = scale(mean)
    line = f'<line x1="{x:.1f}" x2="{x:.1f}" y1="6" y2="{_BASE}" class="mean"/>'
    return _svg(_HEIGHT, f"distribution of {label}", [*bars, line, *_axis(scale, _BASE)])


def strips(columns: Mapping[str, Sequence[float]], *, label: str) -> str:
    """One lane a system: every value a dot, the mean a line."""
    everything = np.concatenate([np.asarray(c, np.float64) for c in columns.values()])
    scale = _Scale(float(everything.min()), float(everything.max()))
    parts = []
    for lane, (name, column) in enumerate(columns.items()):
        y = _LANE - 8 + lane * _LANE
        parts.append(f'<text x="10" y="{y - 12}">{escape(name)}</text>')
        shown = np.asarray(column, np.float64)[:: max(1, -(-len(column) // _MOST_POINTS))]
        parts += [f'<circle cx="{scale(v):.1f}" cy="{y}" r="3.5" class="dot"/>' for v in shown]
        x = scale(float(np.mean(column)))
        parts.append(f'<line x1="{x:.1f}" x2="{x:.1f}" y1="{y - 8}" y2="{y + 8}" class="mean"/>')
    base = _LANE - 8 + (len(columns) - 1) * _LANE + 14
    return _svg(base + 20, f"{label} by system", [*parts, *_axis(scale, base)])


class _Scale:
    """Values to horizontal pixels; one value alone stands in the middle."""

    def __init__(self, low: float, high: float) -> None:
        self.low, self.high = low, high

    def __call__(self, value: float) -> float:
        if self.high <= self.low:
            return _WIDTH / 2
        return 10 + (_WIDTH - 20) * (value - self.low) / (self.high - self.low)


def _axis(scale: _Scale, y: float) -> list[str]:
    return [
        f'<line x1="10" x2="{_WIDTH - 10}" y1="{y}" y2="{y}" class="axis"/>',
        f'<text x="10" y="{y + 15}">{scale.low:.4g}</text>',
        f'<text x="{_WIDTH - 10}" y="{y + 15}" text-anchor="end">{scale.high:.4g}</text>',
    ]


def _svg(height: float, label: str, parts: Sequence[str]) -> str:
    return (
        f'<svg viewBox="0 0 {_WIDTH} {height}" width="{_WIDTH}" height="{height}" role="img" '
        f'aria-label="{escape(label)}">{"".join(parts)}</svg>'
    )
