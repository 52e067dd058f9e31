"""Tables of ratings: reading them, and the agreement of one rated column."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from itertools import combinations
from os import PathLike
from typing import Any, Literal

import numpy as np

from paintreel.errors import InputError
from paintreel.imaging.arrays import Array
from paintreel.notes import Note, merge_notes
from paintreel.stats.agreement import (
    ICC_FORMS,
    category_counts,
    icc,
    kappas,
    krippendorff_alpha,
)
from paintreel.stats.correlation import pearson
from paintreel.stats.intervals import bootstrap_interval
from paintreel.stats.tables import read_table

_MISSING = {"na", "n/a", "nan", "null"}
"""Cells that stand for no rating, in any case; an empty one needs no note."""

_GREATEST_RATING = 1e12
"""Squares of more would leave no digits for what raters differ by."""

ColumnKind = Literal["categories", "ratings", "whole numbers"]


@dataclass(frozen=True, slots=True)
class Ratings:
    """A table of ratings, items by raters for every rated column.

    items, raters  names, in the order of their first row
    columns        column name to (items, raters) text; "" where there is no rating
    """

    items: tuple[str, ...]
    raters: tuple[str, ...]
    columns: Mapping[str, Array]
    notes: tuple[Note, ...] = ()

    def kinds(
        self, *, categories: Sequence[str] = (), ratings: Sequence[str] = ()
    ) -> dict[str, ColumnKind]:
        """What every column holds: as named here, else as its cells say.

        Text is "categories", numbers are "ratings", or "whole numbers" where all are whole
        and might be either.

        Raises InputError for an unknown column, one named as both, or a rating that is no number.
        """
        for name in (*categories, *ratings):
            if name not in self.columns:
                raise InputError(f"no column {name!r}, there are {', '.join(self.columns)}")
        if both := set(categories) & set(ratings):
            raise InputError(f"{', '.join(sorted(both))} named both as categories and as ratings")
        kinds: dict[str, ColumnKind] = {}
        for name, cells in self.columns.items():
            kind = _kind_of(cells)
            if name in ratings and kind == "categories":
                raise InputError(f"column {name!r} has cells that are no numbers, or no cells")
            kinds[name] = (
                "categories" if name in categories else "ratings" if name in ratings else kind
            )
        return kinds

    def numbers(self, column: str) -> Array:
        """(items, raters) float64 of a column of numbers, NaN where there is no rating."""
        cells = self.columns[column]
        return np.where(cells == "", "nan", cells).astype(np.float64)


def read_ratings(
    path: str | PathLike[str], *, item: str | None = None, rater: str = "rater"
) -> Ratings:
    """Read a table with a header and one row a rating (see `read_table`).

    item   column that names what is rated; the first one when not given
    rater  column that names who rates

    Raises UnreadableFile for a file that is missing, not text, or without rows; InputError for a
    missing column, one named twice, no rated column, a row of another length, an item rated
    twice by one rater, or fewer than two raters.
    """
    table = read_table(path)
    header = list(table.header)
    item = item if item is not None else header[0]
    for name in (item, rater):
        if name not in header:
            raise InputError(f"{path} has no column {name!r}, it has {', '.join(header)}")
    item_at, rater_at = header.index(item), header.index(rater)
    items: dict[str, int] = {}
    raters: dict[str, int] = {}
    cells: dict[tuple[int, int], tuple[str, ...]] = {}
    notes: list[Note] = []
    for number, row in table.rows:
        if not any(row):
            notes.append(Note("empty-rows", f"{path}: empty rows are passed over"))
            continue
        if len(row) != len(header):
            raise InputError(f"{path}, line {number}: {len(row)} cells, expected {len(header)}")
        place = (
            items.setdefault(row[item_at], len(items)),
            raters.setdefault(row[rater_at], len(raters)),
        )
        if place in cells:
            raise InputError(f"{path}, line {number}: {row[rater_at]} rates {row[item_at]} again")
        cells[place] = row
    if len(raters) < 2:
        raise InputError(f"{path} has one rater, agreement needs at least 2")
    columns = {}
    for at, name in enumerate(header):
        if at in (item_at, rater_at):
            continue
        columns[name] = np.full((len(items), len(raters)), "", dtype=object)
        for place, row in cells.items():
            if row[at].lower() in _MISSING:
                notes.append(_missing_note(path, name, row[at]))
            else:
                columns[name][place] = row[at]
    if not columns:
        raise InputError(f"{path} has no rated column besides {item!r} and {rater!r}")
    return Ratings(tuple(items), tuple(raters), columns, merge_notes(notes))


def _missing_note(path: str | PathLike[str], column: str, cell: str) -> Note:
    return Note("missing-ratings", f"{path}: {cell!r} in column {column} is taken for no rating")


def _kind_of(cells: Array) -> ColumnKind:
    texts = [cell for cell in cells.ravel() if cell != ""]
    values = [value for cell in texts if (value := _number(cell)) is not None]
    if not texts or len(values) < len(texts):
        return "categories"
    return "whole numbers" if all(value.is_integer() for value in values) else "ratings"


def _number(cell: str) -> float | None:
    try:
        value = float(cell)
    except ValueError:
        return None
    if not math.isfinite(value):
        return None
    if abs(value) > _GREATEST_RATING:
        raise InputError(f"{cell!r} is no rating; numbers are at most {_GREATEST_RATING:g}")
    return value


@dataclass(frozen=True, slots=True)
class ColumnAgreement:
    """Agreement on one column; what its kind does not call for is None or empty.

    `icc` holds (form, value, low, high); `pearson` the pairs of raters, NaN where a rater is
    constant; `unanimous` a share of the `complete` items, those that every rater rated, None
    where these are fewer than 2.
    """

    column: str
    kind: ColumnKind
    items: int
    complete: int
    unanimous: float | None
    kappa: float | None = None
    kappa_interval: tuple[float, float] | None = None
    alpha: dict[str, float] = field(default_factory=dict)
    icc: list[tuple[str, float, float, float]] = field(default_factory=list)
    pearson: dict[tuple[str, str], float] = field(default_factory=dict)
    majority: dict[str, int] = field(default_factory=dict)
    no_majority: int = 0
    notes: list[str] = field(default_factory=list)

    def as_dict(self) -> dict[str, Any]:
        """Plain data for JSON: no tuple keys, and None for what is not finite."""
        facts = asdict(self)
        facts["icc"] = {
            form: {"value": _finite(value), "ci95": [_finite(low), _finite(high)]}
            for form, value, low, high in self.icc
        }
        facts["pearson"] = [
            {"raters": list(pair), "r": _finite(r)} for pair, r in self.pearson.items()
        ]
        return facts


def column_agreement(
    table: Ratings,
    column: str,
    kind: ColumnKind,
    *,
    rng: np.random.Generator,
    resamples: int = 2000,
) -> ColumnAgreement:
    """How well the raters agree on one column.

    Kappa, ICC, unanimity and majorities are of the items that every rater rated; alpha uses
    all ratings, and the Pearson correlations all items that both rated.

    kind       as `Ratings.kinds` gives it
    rng        of the bootstrap interval of kappa over items (BCa, 95%)
    resamples  of the bootstrap; 0 leaves the interval out
    """
    cells = table.columns[column] if kind == "categories" else table.numbers(column)
    missing = cells == "" if kind == "categories" else np.isnan(cells)
    complete = cells[~missing.any(axis=1)]
    notes: list[str] = []
    if len(complete) < len(cells):
        notes.append(f"{len(cells) - len(complete)} items lack a rating; alpha alone uses them")
    if (~missing).sum(axis=1).max() < 2:
        notes.append("no item has two ratings, nothing can be said")
        return ColumnAgreement(column, kind, len(cells), 0, None, notes=notes)
    agreement = ColumnAgreement(
        column, kind, len(cells), len(complete), None, alpha=_alphas(cells, kind), notes=notes
    )
    if kind != "categories":
        agreement = replace(agreement, pearson=_correlations(cells, table.raters))
    if len(complete) < 2:
        notes.append("fewer than 2 items are rated by every rater: no kappa and no ICC")
        return agreement
    if kind != "ratings":
        agreement = _with_categories(agreement, complete, rng, resamples)
    if kind != "categories":
        results = [icc(complete, form=form) for form in ICC_FORMS]
        agreement = replace(agreement, icc=[(r.form, r.value, r.low, r.high) for r in results])
    unanimous = float(np.mean([len(set(row)) == 1 for row in complete.tolist()]))
    return replace(agreement, unanimous=unanimous)


def _alphas(cells: Array, kind: ColumnKind) -> dict[str, float]:
    """Level -> Krippendorff's alpha, of the levels that a kind of column calls for."""
    alphas = {}
    if kind != "ratings":
        alphas["nominal"] = krippendorff_alpha(cells)
    if kind != "categories":
        alphas["ordinal"] = krippendorff_alpha(cells, level="ordinal")
        alphas["interval"] = krippendorff_alpha(cells, level="interval")
    return alphas


def _with_categories(
    agreement: ColumnAgreement, complete: Array, rng: np.random.Generator, resamples: int
) -> ColumnAgreement:
    counts, names = category_counts(complete)
    ends = None
    if resamples > 0:
        interval = bootstrap_interval(counts, kappas, rng=rng, resamples=resamples, batched=True)
        ends = (interval.low, interval.high)
    leading = counts.max(axis=1)
    has_majority = 2 * leading > complete.shape[1]
    totals = np.bincount(counts.argmax(axis=1)[has_majority], minlength=len(names))
    order = np.argsort(-totals, kind="stable")
    return replace(
        agreement,
        kappa=float(kappas(counts[None])[0]),
        kappa_interval=ends,
        majority={_text(names[i]): int(totals[i]) for i in order if totals[i]},
        no_majority=int(np.count_nonzero(~has_majority)),
    )


def _correlations(numbers: Array, raters: Sequence[str]) -> dict[tuple[str, str], float]:
    correlations = {}
    for (i, one), (j, other) in combinations(enumerate(raters), 2):
        both = numbers[~np.isnan(numbers[:, [i, j]]).any(axis=1)][:, [i, j]]
        correlations[one, other] = pearson(*both.T) if len(both) >= 2 else math.nan
    return correlations


def _text(category: str | float) -> str:
    return category if isinstance(category, str) else f"{category:g}"


def _finite(value: float) -> float | None:
    return value if math.isfinite(value) else None
