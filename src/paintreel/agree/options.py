"""The options of `agree`."""

from __future__ import annotations

from dataclasses import dataclass

from paintreel.options import MAX_SEED, Options, argument, option

__all__ = ["AgreeCommandOptions", "AgreeOptions"]


@dataclass(frozen=True, kw_only=True)
class AgreeOptions(Options):
    """How a table of ratings is read and judged, from Python too."""

    item: str | None = option(
        None, "column that names what is rated (default: the first)", metavar="COLUMN"
    )
    rater: str = option("rater", "column of raters", metavar="COLUMN")
    categories: tuple[str, ...] = option((), "columns of categories", metavar="COLUMN")
    ratings: tuple[str, ...] = option((), "columns of numeric ratings", metavar="COLUMN")
    seed: int = option(0, "of the bootstrap intervals", low=0, high=MAX_SEED, metavar="N")
    resamples: int = option(2000, "of the bootstrap; 0: none", low=0, metavar="N")


@dataclass(frozen=True, kw_only=True)
class AgreeCommandOptions(AgreeOptions):
    """What the command takes beside: the table, and the form of what it prints."""

    EPILOG = """\
Reads a table with one row a rating: the item, the rater, and any number of rated columns,
separated by tabs or commas, with a header. Empty cells are missing ratings.

Text columns are categories (Fleiss' kappa, Krippendorff's alpha). Columns of numbers that are
not all whole are ratings (Krippendorff's alpha, intraclass and Pearson correlations). Columns
of whole numbers may be either, and get both, unless --categories or --ratings names them.
"""

    table: str = argument("RATINGS", "table of ratings (.tsv or .csv)")
    json: bool = option(False, "print as JSON")
