"""The options of `score`."""

from __future__ import annotations

from dataclasses import dataclass

from paintreel.options import argument, option
from paintreel.scoring.options import ScoringCommandOptions

__all__ = ["ScoreOptions"]


@dataclass(frozen=True, kw_only=True)
class ScoreOptions(ScoringCommandOptions):
    """What is scored, against what, and where the figures go."""

    EPILOG = """\
Folders are matched by name, subfolders included; clips frame by frame, aligned by time. Without
--reference the measures that need none are taken. --metrics takes names and groups with commas:
fidelity, abstraction, scene, temporal, distribution, all; docs/metrics.md defines every one.
--save-statistics keeps what the measures of sets need of GENERATED; the file can then be the
--reference of other runs. Exit code: 0 all scored, 1 some failed (each is named, the rest is
scored), 2 bad usage.
"""

    generated: str = argument("GENERATED", "picture, clip or folder to score")
    save_statistics: str | None = option(
        None,
        "write what fd, kd and spectra need of GENERATED too, to be a --reference later",
        metavar="FILE.npz",
    )
    by: str | None = option(
        None,
        "tell figures of each group too: 'folder' for the subfolders of GENERATED, or a folder "
        "whose subfolders are the groups",
        metavar="FOLDER",
        file="none",
    )
