"""Figure 9 of Liu and Zhao 2025: the style of pictures, rated blind on ten points.

    python -m paintreel.learn.experiments.scene.rating OUT --blind TRIAL
    python -m paintreel.learn.experiments.scene.rating OUT --key TRIAL/key.json \\
        --raters 'three animators' --ballots A.csv ...

The first writes sheets of single pictures, an empty ballot and the key: ten pictures of every
system and category, and the painting itself hidden among them. The second counts filled ballots
into OUT/rating.json, which the report of the experiment then shows. `--raters` says who they were:
the paper had three experts.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from paintreel.agree.ballots import read_ballots
from paintreel.agree.trial import count_ballots
from paintreel.compare.blind import write_trial
from paintreel.compare.blind_plan import plan_blind
from paintreel.compare.options import CompareOptions
from paintreel.errors import InputError, PaintreelError
from paintreel.learn.experiments.page import number_text
from paintreel.learn.experiments.records import read_json, write_json
from paintreel.learn.experiments.scene.conditions import CONDITIONS, is_rated
from paintreel.scoring.blind_trial import BlindKey, read_key
from paintreel.worlds.categories import LABELS

NAME = "rating.json"
SCALE = 10
STYLE = "style"
"""The question of the figure; the paper's experts judged the two others beside it."""
_QUESTIONS = {
    STYLE: "How well is it painted, in the style of a painted comic background?",
    "harmony": "How well do its colours go together?",
    "consistency": "How much is it of one piece: one hand, one light, one place?",
}


def write_blind(out: Path, folder: Path, *, overwrite: bool = False) -> int:
    """Write the trial of the pictures in OUT/paintings to `folder`; return its sheets.

    Raises InputError where `out` has none of two systems, and what `plan_blind` raises.
    """
    sets = [out / "paintings" / c.name for c in CONDITIONS.values() if is_rated(c)]
    there = [path for path in sets if path.is_dir()]
    if len(there) < 2:
        raise InputError(
            f"{out} has paintings of {len(there)} systems, and raters need two at least; run "
            "'paintreel experiment scene --systems systems' first"
        )
    options = CompareOptions(
        systems=tuple(map(str, there)),
        blind=str(folder),
        scale=SCALE,
        ask=tuple(f"{name}={words}" for name, words in _QUESTIONS.items()),
        overwrite=overwrite,
    )
    return len(write_trial(plan_blind(options)).key.sheets)


def count(ballots: Sequence[Path], key: Path, *, raters: str) -> dict[str, Any]:
    """What ballots say: `questions` {name: `means` {condition: {category or "all": mean}},
    `intervals`, `contrasts`, `agreement` with Fleiss' kappa}, and who was asked.

    raters: who they were, in words. Raises what `count_ballots` raises, and InputError for the key
    of another kind of trial.
    """
    known = read_key(key)
    if known.scale is None or STYLE not in known.questions or set(known.sets) - set(CONDITIONS):
        raise InputError(f"{key} is not of a rating of the scene experiment's pictures")
    result = count_ballots(ballots, key)
    votes = read_ballots(ballots, known).votes
    questions = {}
    for question in result.questions:
        facts, given = question.as_dict(), votes[question.name].astype(np.float64)
        questions[question.name] = {
            "asked": question.words,
            "means": {name: _by_category(known, given, name) for name in known.sets},
            "intervals": {name: row["ci95"] for name, row in facts["means"].items()},
            "contrasts": facts["contrasts"],
            "agreement": facts["agreement"],
        }
    return {
        "scale": known.scale,
        "raters": raters,
        "number_of_raters": len(result.raters),
        "sheets": len(known.sheets),
        "questions": questions,
        "notes": [note.text for note in result.notes],
    }


def read_rating(path: Path) -> dict[str, Any]:
    """What `count` said, from its file. Raises InputError for another file."""
    rating = read_json(path)
    if STYLE not in (rating.get("questions") or {}):
        raise InputError(f"{path} holds no rating of these pictures; count the ballots again")
    return rating


def _by_category(key: BlindKey, given: np.ndarray[Any, Any], name: str) -> dict[str, float]:
    """{category, or "all": mean of the ratings}; files are called after their categories."""
    rows: dict[str, list[float]] = {"all": []}
    for sheet, votes in zip(key.sheets, given, strict=True):
        if sheet.shown != (name,):
            continue
        rows["all"].append(float(votes.mean()))
        label = next((n for n in LABELS if sheet.picture.startswith(f"{n}-")), None)
        if label is not None:
            rows.setdefault(label, []).append(float(votes.mean()))
    return {label: round(float(np.mean(values)), 3) for label, values in rows.items()}


def main(argv: Sequence[str] | None = None) -> int:
    """Write sheets, or count ballots. Returns the exit code."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("out", type=Path, metavar="OUT", help="folder of an experiment")
    parser.add_argument("--blind", type=Path, metavar="DIR", help="write sheets, ballot and key")
    parser.add_argument("--overwrite", action="store_true", help="replace another trial in DIR")
    parser.add_argument("--key", type=Path, metavar="JSON", help="count ballots by this key")
    parser.add_argument("--ballots", type=Path, nargs="+", metavar="CSV", help="filled, one each")
    parser.add_argument("--raters", metavar="WORDS", help="who they were, for the report")
    args = parser.parse_args(argv)
    try:
        if (args.blind is None) == (args.key is None):
            raise InputError("give --blind DIR to write sheets, or --key and --ballots to count")
        if args.blind is not None:
            sheets = write_blind(args.out, args.blind, overwrite=args.overwrite)
            print(f"{args.blind}: {sheets} sheets; raters must not see key.json")
            return 0
        if not args.ballots:
            raise InputError("there is no ballot to count; give them with --ballots")
        if not args.raters:
            raise InputError("say who they were, such as --raters 'three animators'")
        counted = count(args.ballots, args.key, raters=args.raters)
        write_json(args.out / NAME, counted)
    except PaintreelError as error:
        print(f"paintreel: {error}", file=sys.stderr)
        return 1
    for name, question in counted["questions"].items():
        means = [f"{CONDITIONS[c].title} {row['all']:.2f}" for c, row in question["means"].items()]
        agreement = question["agreement"]
        kappa = "" if agreement is None else f"; kappa {number_text(agreement['kappa'], 2)}"
        print(f"{name}: {', '.join(means)}{kappa}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
