"""What a style does to a photograph, in figures: how abstract it is, and how it tints.

One list for a run's report, the choice of a snapshot, the cards and the tables. Which of two styles
is the better painter is not in it: raters say that.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

import numpy as np

from paintreel.errors import InputError
from paintreel.imaging.arrays import Array
from paintreel.metrics.abstraction import edge_correlation, gini_gradient, texture_residual
from paintreel.metrics.colour_drift import hue_drift, neutral_drift, neutral_drift_p90, skin_drift

STYLE_MEASURES: Mapping[str, Callable[[Array, Array], float]] = {
    "gini": lambda painted, _photograph: gini_gradient(painted),
    "residual": lambda painted, _photograph: texture_residual(painted),
    "edges": edge_correlation,
    "neutral": neutral_drift,
    "neutral_p90": neutral_drift_p90,
    "skin": skin_drift,
    "hue": hue_drift,
}
"""Name -> function (painted, photograph) of two (H, W, 3) uint8 pictures of one size."""

LIMITS: Mapping[str, tuple[float, float]] = {
    "gini": (0.71, 1.0),
    "residual": (0.0, 1.75),
    "edges": (0.5, 1.0),
    "neutral": (0.0, 2.0),
    "neutral_p90": (0.0, 4.0),
    "skin": (0.0, 3.0),
    "hue": (0.0, 4.0),
}
"""Least and most of a shipped style's medians: abstract, true to what it paints, without a tint."""


def style_measures(painted: Array, photograph: Array) -> dict[str, float]:
    """Every measure of a painting, NaN where the photograph has nothing that it is a measure of.

    painted, photograph: (H, W, 3) uint8; the photograph is cropped to the painting.
    """
    same = photograph[: painted.shape[0], : painted.shape[1]]

    def value(measure: Callable[[Array, Array], float]) -> float:
        try:
            return float(measure(painted, same))
        except InputError:  # no grey, no skin or no colour in it
            return float("nan")

    return {name: value(measure) for name, measure in STYLE_MEASURES.items()}


def medians(rows: Iterable[Mapping[str, float]]) -> dict[str, float]:
    """The median of each measure over pictures that have it; measures of none are left out.

    >>> medians([{"gini": 0.5, "skin": float("nan")}, {"gini": 0.7, "skin": 3.0}])
    {'gini': 0.6, 'skin': 3.0}
    """
    table = list(rows)
    columns = {name: np.array([row[name] for row in table]) for name in table[0]} if table else {}
    known = {name: column[~np.isnan(column)] for name, column in columns.items()}
    return {name: float(np.median(column)) for name, column in known.items() if len(column)}


def is_fit(measures: Mapping[str, float]) -> bool:
    """Whether medians keep the LIMITS; what was not measured does not count."""
    return all(
        low <= measures[name] <= high for name, (low, high) in LIMITS.items() if name in measures
    )
