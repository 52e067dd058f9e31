"""How well raters agree, column by column of a table of ratings."""

from __future__ import annotations

from dataclasses import dataclass
from os import PathLike
from typing import Any

import numpy as np

from paintreel.agree.options import AgreeOptions
from paintreel.errors import InputError
from paintreel.notes import Note
from paintreel.scoring.blind_trial import SHEET_COLUMN, TRIAL_COLUMN
from paintreel.stats.ratings import ColumnAgreement, column_agreement, read_ratings
from paintreel.stats.tables import read_table

__all__ = ["Agreement", "agree"]


@dataclass(frozen=True, slots=True)
class Agreement:
    """The agreement on every rated column of a table.

    items    how many things are rated
    raters   their names
    columns  one for each rated column, in the order of the table
    options  what was asked
    notes    what of the table was passed over
    """

    items: int
    raters: tuple[str, ...]
    columns: tuple[ColumnAgreement, ...]
    options: AgreeOptions
    notes: tuple[Note, ...] = ()

    def as_dict(self) -> dict[str, Any]:
        """For JSON."""
        return {
            "items": self.items,
            "raters": list(self.raters),
            "seed": self.options.seed,
            "resamples": self.options.resamples,
            "notes": [note.as_dict() for note in self.notes],
            "columns": {column.column: column.as_dict() for column in self.columns},
        }


def agree(table: str | PathLike[str], options: AgreeOptions | None = None) -> Agreement:
    """The agreement of raters on every rated column of a table of ratings (.tsv or .csv).

    Text columns are categories (Fleiss' kappa, Krippendorff's alpha), columns of numbers that are
    not all whole are ratings (alpha, intraclass and Pearson correlations); columns of whole
    numbers get both, unless the options name them.

    Raises UnreadableFile for a file that is no table, InputError for a ballot of a blind trial
    (`count_ballots` takes those) and for columns that are missing or do not hold what the options
    say.
    """
    options = options or AgreeOptions()
    if {SHEET_COLUMN, TRIAL_COLUMN} <= set(read_table(table).header):
        raise InputError(
            f"{table} is a ballot of a blind trial; give the key of the trial too: --key key.json"
        )
    ratings = read_ratings(table, item=options.item, rater=options.rater)
    kinds = ratings.kinds(categories=options.categories, ratings=options.ratings)
    rng = np.random.default_rng(options.seed)
    columns = [
        column_agreement(ratings, column, kind, rng=rng, resamples=options.resamples)
        for column, kind in kinds.items()
    ]
    return Agreement(len(ratings.items), ratings.raters, tuple(columns), options, ratings.notes)
