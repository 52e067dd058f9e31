"""Writing a blind trial: its sheets, the empty ballot, how to fill it in, and the key."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from paintreel.compare.blind_plan import BlindPlan
from paintreel.compare.blind_sheet import draw_sheet, read_shown
from paintreel.imaging.atomic import write_whole
from paintreel.imaging.files import Picture, write_picture
from paintreel.notes import Note, merge_notes
from paintreel.runtime.card import sha256_of
from paintreel.scoring.blind_trial import (
    BALLOT_NAME,
    GUIDE_NAME,
    KEY_NAME,
    SHEET_COLUMN,
    SIDES,
    TIE,
    TRIAL_COLUMN,
    WORDS_COLUMN,
    BlindKey,
    BlindSheet,
    ballot_text,
    sheet_file,
)

__all__ = ["WrittenTrial", "write_trial"]


@dataclass(frozen=True, slots=True)
class WrittenTrial:
    """What became of a trial: its key, and how many of its sheets were there already."""

    key: BlindKey
    folder: Path
    kept: int
    notes: tuple[Note, ...]


def write_trial(
    plan: BlindPlan, *, on_sheet: Callable[[int, int], None] | None = None
) -> WrittenTrial:
    """Write what is planned; sheets and a ballot of this trial that are there stay.

    on_sheet: called with the sheets that are done and their number.

    Raises what `read_shown` raises, and OutputError where the folder takes no file.
    """
    folder, key = plan.folder, plan.key
    if plan.there is not None and not plan.goes_on:
        _remove(folder, plan.there)
    if not plan.goes_on:
        _write_key(folder, key)  # a run that ends early leaves a trial that can be told and ended
    wanted = defaultdict(list)
    for sheet in key.sheets:
        wanted[sheet.picture].append(sheet)
    written: dict[str, BlindSheet] = {}
    known: dict[str, str] = {}
    if plan.there is not None and plan.goes_on:
        known = {sheet.number: sheet.sha256 for sheet in plan.there.sheets}
    notes: list[Note] = []
    kept = 0
    for picture in key.pictures:
        shown = read_shown(plan.files[picture], key.side_px, max_pixels=plan.max_pixels)
        notes += shown.notes
        for sheet in wanted[picture]:
            path = folder / sheet_file(sheet.number)
            if path.is_file() and sha256_of(path) == known.get(sheet.number):
                kept += 1
            else:
                write_picture(path, Picture(draw_sheet(sheet, shown)), overwrite=True)
            written[sheet.number] = replace(sheet, sha256=sha256_of(path))
            if on_sheet is not None:
                on_sheet(len(written), len(key.sheets))
    finished = replace(key, sheets=tuple(written[sheet.number] for sheet in key.sheets))
    if not (plan.goes_on and (folder / BALLOT_NAME).exists()):
        write_whole(folder / BALLOT_NAME, ballot_text(finished).encode(), overwrite=True)
    write_whole(folder / GUIDE_NAME, guide_text(finished).encode(), overwrite=True)
    _write_key(folder, finished)
    return WrittenTrial(finished, folder, kept, merge_notes(notes))


def guide_text(key: BlindKey) -> str:
    """What a rater has to know, as Markdown; it says nothing of the sets."""
    asked = "\n".join(f"- `{name}`: {words}" for name, words in key.questions.items())
    first, last = sheet_file(key.sheets[0].number), sheet_file(key.sheets[-1].number)
    example = ",".join([key.sheets[0].number, *_example_votes(key), "what made you decide"])
    if key.scale is None:
        shows = "two pictures, `left` and `right`"
        source = ", and beside them the `source` that both were made of" if key.has_source else ""
        vote = f"`{SIDES[0]}` or `{SIDES[1]}`, or `{TIE}` where you see no difference"
    else:
        shows = "one picture to rate"
        source = ", and beside it the `source` that it was made of" if key.has_source else ""
        vote = f"a whole number from 1 (worst) to {key.scale} (best)"
    compare = " The source is there to compare with and is not voted on." if key.has_source else ""
    return f"""\
# How to fill in the ballot

Every sheet, `{first}` to `{last}`, shows {shows}{source}.{compare}
Look at each sheet at full size, in the order of the numbers, and answer of each:

{asked}

Write your answers into a copy of `{BALLOT_NAME}` that has your name, such as `anna.csv`, in any
spreadsheet or text editor. There is one row a sheet. Each answer is {vote}.
Leave no answer empty. `{WORDS_COLUMN}` is for a few words on what made you decide, and may stay
empty. Leave the columns `{SHEET_COLUMN}` and `{TRIAL_COLUMN}` as they are.

    {",".join([SHEET_COLUMN, *key.questions, WORDS_COLUMN, TRIAL_COLUMN])}
    {example},{key.trial}

Decide by yourself, without talking to other raters. Which picture is whose stands in `{KEY_NAME}`:
do not open it, should it have come with the sheets.
"""


def _example_votes(key: BlindKey) -> list[str]:
    return [key.votes[at % len(key.votes)] for at, _ in enumerate(key.questions)]


def _write_key(folder: Path, key: BlindKey) -> None:
    text = json.dumps(key.as_dict(), indent=1, ensure_ascii=True) + "\n"
    write_whole(folder / KEY_NAME, text.encode(), overwrite=True)


def _remove(folder: Path, key: BlindKey) -> None:
    """Take away what a trial wrote, its ballot too; the key is replaced by the next."""
    for name in (*(sheet_file(sheet.number) for sheet in key.sheets), BALLOT_NAME, GUIDE_NAME):
        (folder / name).unlink(missing_ok=True)
