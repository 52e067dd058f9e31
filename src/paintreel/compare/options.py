"""The options of `compare`."""

from __future__ import annotations

from dataclasses import dataclass

from paintreel.errors import InputError
from paintreel.options import argument, described, flag_of, option
from paintreel.scoring.options import ScoringCommandOptions

__all__ = ["CompareOptions"]

_BLIND = "sheets for raters"
_MEASURED = {
    *("trials", "question", "art", "metrics", "resize", "extractor", "detector", "segmenter"),
    *("allow_biased", "workers", "resamples", "report", "json", "ray"),
}
"""What says how results are measured, which --blind does not do."""


@dataclass(frozen=True, kw_only=True)
class CompareOptions(ScoringCommandOptions):
    """Which systems are compared, by what, and where the figures go."""

    EPILOG = """\
Each SYSTEM is a folder of results; files are paired by name over all of them. Every two systems
are tested by every measure: paired two-tailed t-test, p corrected over all tests (Holm), effect
size d_z, bootstrap interval of the mean difference. Name few measures: the correction counts all.

With --blind nothing is measured. Sheets for raters are written, each with the source and two
results whose sides are hidden, balanced and drawn from --seed, with an empty ballot; 'paintreel
agree BALLOT... --key DIR/key.json' counts the votes. Raters must not see key.json.
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
    blind: str | None = option(
        None,
        "measure nothing: write sheets of pairs for raters who shall not know whose picture is "
        "whose, an empty ballot and the key; sides and order are drawn from --seed",
        group=_BLIND,
        metavar="DIR",
        file="write",
    )
    scale: int | None = option(
        None,
        "ask for ratings from 1 to N of single pictures, in place of votes on pairs",
        group=_BLIND,
        low=2,
        high=100,
        metavar="N",
    )
    ask: tuple[str, ...] = option(
        (),
        'a question of your own in place of ours, e.g. --ask "mood=Which has the warmer mood?"; '
        "repeat it for more",
        group=_BLIND,
        metavar="NAME=WORDS",
        repeats=True,
    )
    side_px: int = option(
        640,
        "longer side of each picture on a sheet, at most",
        group=_BLIND,
        low=64,
        high=4096,
        flag="--max-side",
        metavar="PX",
    )
    overwrite: bool = option(False, "replace another trial that is in DIR", group=_BLIND)

    def __post_init__(self) -> None:
        super().__post_init__()
        for field, facts, _ in described(CompareOptions):
            if getattr(self, field.name) == field.default:
                continue
            if self.blind is None and facts.group == _BLIND:
                flag = flag_of(field, facts)
                raise InputError(f"{flag} is of sheets for raters; add --blind DIR")
            if self.blind is not None and field.name in _MEASURED:
                raise InputError(
                    f"{flag_of(field, facts)} is of measures, and --blind measures nothing; leave "
                    "one of them out"
                )
