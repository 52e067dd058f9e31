"""The options of `agree`."""

from __future__ import annotations

from dataclasses import dataclass

from paintreel.errors import InputError
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

With --key the files are ballots of a blind trial ('paintreel compare --blind'): shares of votes
with intervals over pictures, strengths (Bradley-Terry) and Fleiss' kappa for every question, or
means and tests where pictures were rated; and for every rater, how often each side was chosen.
"""

    tables: tuple[str, ...] = argument(
        "FILE", "table of ratings (.tsv or .csv); with --key the ballots, one a rater", nargs="+"
    )
    key: str | None = option(
        None,
        "key of the blind trial that the ballots are of, as 'paintreel compare --blind' wrote it",
        metavar="key.json",
    )
    report: str | None = option(
        None, "write a self-contained page of the trial", metavar="FILE.html"
    )
    json: bool = option(False, "print as JSON")

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.key is not None:
            return
        if len(self.tables) > 1:
            raise InputError(
                f"{len(self.tables)} files given, expected one table of ratings; ballots of a "
                "blind trial need its key: --key DIR/key.json"
            )
        if self.report is not None:
            raise InputError("--report is the page of a blind trial; give its key with --key")
