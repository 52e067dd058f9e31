"""The options of `compare`."""

from __future__ import annotations

from dataclasses import dataclass

from paintreel.options import argument, option
from paintreel.scoring.options import ScoringCommandOptions

__all__ = ["CompareOptions"]


@dataclass(frozen=True, kw_only=True)
class CompareOptions(ScoringCommandOptions):
    """Which systems are compared, by what, and where the figures go."""

    EPILOG = """\
Each SYSTEM is a folder of results; files are paired by name over all of them. Every two systems
are tested by every measure: paired two-tailed t-test, p corrected over all tests (Holm), effect
size d_z, bootstrap interval of the mean difference. Name few measures: the correction counts all.
Exit code: 0 all scored, 1 some failed (each is named, the rest is compared), 2 bad usage.
"""

    systems: tuple[str, ...] = argument(
        "SYSTEM", "folder of one system (or one picture or clip), such as mine/", nargs="+"
    )
    trials: bool = option(
        False,
        "subfolders of a system are trials (runs, seeds) and the tests go over them; without "
        "subfolders every picture is a trial",
    )
