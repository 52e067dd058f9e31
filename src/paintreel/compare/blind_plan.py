"""Which sheets a blind trial has, and whether its folder may take them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path

import numpy as np

from paintreel.compare.comparison_plan import system_names
from paintreel.compare.options import CompareOptions
from paintreel.compare.units import common_units, unit_names
from paintreel.errors import InputError, OutputError, UnreadableFile, system_reason
from paintreel.imaging.atomic import check_takes_files
from paintreel.jobs.find import kind_of
from paintreel.jobs.pair import Item, pair_up
from paintreel.notes import Note
from paintreel.runtime.card import sha256_of
from paintreel.scoring.blind_trial import (
    BALLOT_NAME,
    KEY_NAME,
    SOURCE,
    BlindKey,
    BlindSheet,
    ballot_text,
    questions_of,
    read_key,
)
from paintreel.wording import some_of

__all__ = ["BlindPlan", "lay_out", "plan_blind"]

_TABLES = (".csv", ".tsv", ".txt")
_NAMED = 5
"""Pictures that a note names."""


@dataclass(frozen=True, slots=True)
class BlindPlan:
    """A trial that can be written.

    key         what it will be, its sheets without hashes
    folder      where it goes
    files       picture -> {set, or SOURCE: its file}
    notes       pictures that are left out, since not every set has them or they have no source
    there       the trial that is in the folder, the same one or one to be replaced; None without
    max_pixels  largest picture that is read; None: as usual
    """

    key: BlindKey
    folder: Path
    files: Mapping[str, Mapping[str, Path]]
    notes: tuple[Note, ...] = ()
    there: BlindKey | None = None
    max_pixels: int | None = None

    @property
    def goes_on(self) -> bool:
        """Whether the folder holds this very trial."""
        return self.there is not None and self.there.trial == self.key.trial


def plan_blind(options: CompareOptions) -> BlindPlan:
    """Find the pictures, draw sides and order, and look at the folder; nothing is written.

    Raises InputError for fewer than two sets to be compared, or none to be rated, for one that is
    given twice and bad questions; what `pair_up` and `common_units` raise; OutputError where the
    folder holds another trial and --overwrite is not given, a ballot with votes in it that would be
    replaced, or files that are of no trial.
    """
    assert options.blind is not None  # which is why this is called
    least = 1 if options.scale is not None else 2
    if len(options.systems) < least:
        raise InputError(
            "a pair needs at least two systems, got 1; add one, or ask for ratings with --scale 10"
        )
    paths = [Path(system) for system in options.systems]
    sets = system_names(paths)
    reference = options.reference
    pairings = [pair_up(path, reference) for path in paths]
    found = [dict(zip(unit_names(p.items), p.items, strict=True)) for p in pairings]
    pictures, left_out = common_units(sets, found, kind="picture", verb="shown to raters")
    files = {picture: _files_of(picture, sets, found) for picture in pictures}
    questions = questions_of(options.ask, options.scale)
    folder = Path(options.blind)
    _check_apart(folder, [*paths, *([Path(reference)] if reference is not None else [])])
    key = BlindKey(
        sets=tuple(sets),
        scale=options.scale,
        questions=questions,
        seed=options.seed,
        side_px=options.side_px,
        inputs={p: {name: _sha256(file) for name, file in row.items()} for p, row in files.items()},
        sheets=tuple(lay_out(sets, pictures, pairs=options.scale is None, seed=options.seed)),
    )
    there = _trial_in(folder, key, overwrite=options.overwrite)
    alone = [str(path) for pairing in pairings for path in pairing.only_generated]
    notes = [
        *_left_out(alone, "there is no source of that name"),
        *_left_out(left_out, "not every system has it"),
    ]
    return BlindPlan(key, folder, files, tuple(notes), there, options.max_pixels)


def lay_out(
    sets: Sequence[str], pictures: Sequence[str], *, pairs: bool, seed: int
) -> list[BlindSheet]:
    """The sheets: every two sets on every picture, or every set alone, in an order of chance.

    Of every two sets the first is on the left of half of its sheets; of an odd number chance says
    who has one more.

    >>> sheets = lay_out(["a", "b"], ["x", "y"], pairs=True, seed=0)
    >>> sorted(sheet.shown for sheet in sheets)
    [('a', 'b'), ('b', 'a')]
    """
    rng = np.random.default_rng(seed)
    shown: list[tuple[str, tuple[str, ...]]] = []
    for own in combinations(sets, 2) if pairs else [(name,) for name in sets]:
        turned = rng.permutation((np.arange(len(pictures)) + rng.integers(2)) % 2)
        for picture, is_turned in zip(pictures, turned, strict=True):
            shown.append((picture, own[::-1] if is_turned else own))
    digits = max(3, len(str(len(shown))))
    return [
        BlindSheet(f"{number:0{digits}}", *shown[at])
        for number, at in enumerate(rng.permutation(len(shown)), start=1)
    ]


def _left_out(names: Sequence[str], why: str) -> list[Note]:
    if not names:
        return []
    return [Note("left-out", f"left out, as {why}: {some_of(names, _NAMED)}")]


def _files_of(
    picture: str, sets: Sequence[str], found: Sequence[Mapping[str, Item]]
) -> dict[str, Path]:
    items = [units[picture] for units in found]
    kinds = {kind_of(item.generated) for item in items}
    if len(kinds) > 1:
        raise InputError(
            f"{picture} is a picture in one system and a clip in another; compare pictures with "
            "pictures and clips with clips"
        )
    files = {name: item.generated for name, item in zip(sets, items, strict=True)}
    source = items[0].reference
    return files if source is None else {SOURCE: source, **files}


def _sha256(path: Path) -> str:
    try:
        return sha256_of(path)
    except OSError as error:
        raise UnreadableFile(path, system_reason(error)) from error


def _check_apart(folder: Path, inputs: Sequence[Path]) -> None:
    """Raise OutputError where sheets would lie among what is shown, and be shown the next time."""
    place = folder.resolve()
    for given in inputs:
        if given.is_dir() and place.is_relative_to(given.resolve()):
            raise OutputError(f"{folder} lies in {given}, which is compared; name another folder")


def _trial_in(folder: Path, key: BlindKey, *, overwrite: bool) -> BlindKey | None:
    """The trial that the folder holds. Raises OutputError where it may not take this one."""
    check_takes_files(folder / KEY_NAME)
    if not folder.is_dir():
        return None
    present = sorted(path.name for path in folder.iterdir() if not path.name.startswith("."))
    if not present:
        return None
    if KEY_NAME not in present:
        raise OutputError(
            f"{folder} holds {present[0]} and no trial; name a new folder, or an empty one"
        )
    there = read_key(folder / KEY_NAME)
    if there.trial == key.trial or not there.is_finished:
        return there
    if not overwrite:
        raise OutputError(
            f"{folder} holds another trial ({there.trial}); name a new folder, or use --overwrite "
            "to replace it"
        )
    _check_no_votes(folder, there)
    return there


def _check_no_votes(folder: Path, trial: BlindKey) -> None:
    """Raise OutputError where ballots lie beside the key, without which they say nothing."""
    empty = ballot_text(trial).encode()
    for ballot in sorted(path for path in folder.iterdir() if path.suffix.lower() in _TABLES):
        content = ballot.read_bytes()
        is_empty = ballot.name == BALLOT_NAME and content == empty
        if not is_empty and (ballot.name == BALLOT_NAME or trial.trial.encode() in content):
            raise OutputError(
                f"{ballot} has votes of the trial that would be replaced; move it and {KEY_NAME} "
                "away first"
            )
