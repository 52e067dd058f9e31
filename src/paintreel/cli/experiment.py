"""`paintreel experiment`: train, score and compare the systems of a paper, as its tables do."""

from __future__ import annotations

import argparse
import dataclasses
import sys
from pathlib import Path
from typing import Any


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options of `paintreel experiment`."""
    parser.add_argument("paper", choices=["scene"], help="what to reproduce: scene (MFFCN-GAN)")
    parser.add_argument(
        "--art", type=Path, required=True, metavar="DIR", help="panels to learn from and hold out"
    )
    parser.add_argument("--out", type=Path, required=True, metavar="DIR", help="folder of results")
    parser.add_argument("--trials", type=int, metavar="N", help="trainings of each (default 10)")
    parser.add_argument(
        "--budget", metavar="TIME", help="of one training: 90s, 4m, 1h or 2000steps (default 4m)"
    )
    parser.add_argument(
        "--systems",
        metavar="LIST",
        help="conditions or groups by comma: systems, ablations, fusions, augmentations, mffcn, "
        "grbm, no_flip ... (default: all)",
    )
    parser.add_argument("--preset", help="size of the networks: light or tiny (default light)")
    parser.add_argument("--crops", type=int, metavar="N", help="held-out crops (default 48)")
    parser.add_argument("--seed", type=int, help="of trials and of the held-out crops (default 7)")
    parser.add_argument("--recipe", type=Path, metavar="TOML", help="options and settings")
    parser.add_argument(
        "--set",
        action="append",
        default=[],
        metavar="KEY=VALUE",
        help="change a setting of every network, e.g. --set pairs.batch=4",
    )
    parser.add_argument("--roughs", type=Path, metavar="DIR", help="cache of roughs to share")
    parser.add_argument(
        "--extractor", type=Path, metavar="ONNX", help="network of the perceptual distance"
    )
    parser.add_argument("--resume", action="store_true", help="go on where --out was left")


def run(args: argparse.Namespace) -> int:
    """Run the trials that are missing and write the report. Returns the exit code."""
    from paintreel import __version__
    from paintreel.errors import MissingExtra

    try:
        from paintreel.learn.experiments.scene.report import write_report
        from paintreel.learn.experiments.scene.trials import Experiment, run_experiment
    except ImportError as error:
        raise MissingExtra("the experiment", "train") from error

    def report(_trial: int) -> None:
        print(write_report(args.out, version=__version__), flush=True)

    run_experiment(
        Experiment(**_experiment(args)),
        art=args.art,
        out=args.out,
        command=["paintreel", *sys.argv[1:]],
        roughs=args.roughs,
        extractor=args.extractor,
        resume=args.resume,
        on_trial=report,
        say=lambda text: print(text, flush=True),
    )
    return 0


def _experiment(args: argparse.Namespace) -> dict[str, Any]:
    """Fields of the experiment: options over recipe over defaults. Raises InputError."""
    from paintreel.learn.engine.budget import Budget
    from paintreel.learn.engine.settings import apply, parse_overrides
    from paintreel.learn.experiments.conditions import choose_conditions
    from paintreel.learn.experiments.scene.conditions import CONDITIONS
    from paintreel.learn.experiments.scene.trials import base_settings

    options = ("trials", "budget", "systems", "preset", "crops", "seed")
    typed = {n: getattr(args, n) for n in options if getattr(args, n) is not None}
    values = {"trials": 10} | (_recipe(args.recipe) if args.recipe else {}) | typed
    preset = values.pop("preset", "light")
    settings = apply(base_settings(preset), values.pop("settings", {}), "recipe settings")
    settings = apply(settings, parse_overrides(args.set))
    systems = values.pop("systems", None)
    names = None if systems is None else systems.split(",")
    return values | {
        "conditions": choose_conditions(names, CONDITIONS),
        "budget": Budget.parse(values.get("budget", "4m")),
        "preset": preset,
        "settings": dataclasses.replace(settings, preset=preset),
    }


def _recipe(path: Path) -> dict[str, Any]:
    """Options of a recipe. Raises InputError for what no recipe of an experiment has."""
    from paintreel.errors import InputError
    from paintreel.learn.engine.settings import read_recipe

    recipe = read_recipe(path)
    kinds = {
        **dict.fromkeys(("experiment", "budget", "systems", "preset"), str),
        **dict.fromkeys(("trials", "crops", "seed", "crop_px", "max_art"), int),
        "settings": dict,
        "held_out": list,
    }
    for key, value in recipe.items():
        if key not in kinds or type(value) is not kinds[key]:
            raise InputError(
                f"recipe {path}: {key} = {value!r} is not one of {', '.join(kinds)} of its type"
            )
    if recipe.pop("experiment", None) != "scene":
        raise InputError(f'recipe {path} is for no experiment; it needs experiment = "scene"')
    if "held_out" in recipe:
        recipe["held_out"] = tuple(map(str, recipe["held_out"]))
    return recipe
