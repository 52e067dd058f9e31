"""`paintreel train`: learn a style, or a scene network, from a folder of art."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from paintreel.learn.systems import System
    from paintreel.learn.trainers.training_run import Run


def add_arguments(parser: argparse.ArgumentParser) -> None:
    from paintreel.learn.systems import SYSTEMS

    parser.add_argument("system", choices=list(SYSTEMS), help="the system to train")
    parser.add_argument(
        "--art", type=Path, required=True, metavar="DIR", help="pictures to learn from"
    )
    for folder, what in _FOLDERS.items():
        takers = ", ".join(name for name, system in SYSTEMS.items() if folder in system.takes)
        parser.add_argument(f"--{folder}", type=Path, metavar="DIR", help=f"{what} ({takers})")
    parser.add_argument("--out", type=Path, required=True, metavar="DIR", help="folder of the run")
    parser.add_argument(
        "--budget", default="30m", metavar="TIME", help="90s, 30m, 2h or 2000steps (default 30m)"
    )
    parser.add_argument("--recipe", type=Path, metavar="TOML", help="settings, name and licence")
    parser.add_argument("--resume", action="store_true", help="go on from the last checkpoint")
    parser.add_argument(
        "--set",
        action="append",
        default=[],
        metavar="KEY=VALUE",
        help="change a setting, e.g. --set batch=4 --set teacher.ink=0.6",
    )
    parser.add_argument("--name", help="name of the style (default: the recipe's, or DIR's)")
    parser.add_argument("--licence", help="SPDX licence of the weights, for the card")
    parser.add_argument("--credit", help="whom the card credits for the art")
    parser.add_argument("--tensorboard", action="store_true", help="write events for TensorBoard")
    parser.add_argument("--checkpoint-every", type=float, default=180.0, metavar="SECONDS")


_FOLDERS = {
    "photos": "photographs to paint, or to tell from art",
    "styles": "a folder a medium",
    "roughs": "cache of roughs that runs on the same art share, default OUT/roughs",
}


def run(args: argparse.Namespace) -> int:
    from paintreel.learn.systems import SYSTEMS

    system = SYSTEMS[args.system]
    _check_options(args, system)
    _need_extra(args.tensorboard)
    from paintreel.learn.trainers.training_run import Folders, train_system

    folders = Folders(args.art, **{name: getattr(args, name) for name in _FOLDERS})
    path = train_system(_run(args, system), folders)
    if path is not None:
        print(path)
        if system.reports:
            print(args.out / "report.html")
        print(f"try it: {system.try_it.format(path=path)}")
    return 0


def _check_options(args: argparse.Namespace, system: System) -> None:
    from paintreel.errors import InputError

    for option in _FOLDERS:
        given, need = getattr(args, option) is not None, system.takes.get(option)
        if given and need is None:
            raise InputError(f"{args.system} takes no --{option}; leave it out")
        if not given and need == "needed":
            raise InputError(f"{args.system} needs --{option} DIR")
    if args.tensorboard and not system.reports:
        raise InputError(f"{args.system} has no steps to follow in --tensorboard; leave it out")


def _run(args: argparse.Namespace, system: System) -> Run:
    """The run that the arguments and the recipe ask for."""
    from paintreel.learn.engine.budget import Budget
    from paintreel.learn.engine.loop import LoopSettings
    from paintreel.learn.engine.settings import apply, parse_overrides
    from paintreel.learn.trainers.provenance import ModelFacts
    from paintreel.learn.trainers.training_run import Run

    recipe = _recipe(args.recipe, system.name) if args.recipe else {}
    settings = apply(system.load_settings(), recipe.pop("settings", {}), "recipe settings")
    given = {"name": args.name, "licence": args.licence, "credit": args.credit}
    facts = {"name": args.out.resolve().name} | recipe | {k: v for k, v in given.items() if v}
    return Run(
        system=system,
        out=args.out,
        facts=ModelFacts(**facts),
        settings=apply(settings, parse_overrides(args.set)),
        budget=Budget.parse(args.budget),
        command=["paintreel", *sys.argv[1:]],
        resume=args.resume,
        loop=LoopSettings(checkpoint_every_s=args.checkpoint_every, tensorboard=args.tensorboard),
    )


def _need_extra(tensorboard: bool) -> None:
    """Raise MissingExtra for what the run needs, at its end too, before an hour is spent."""
    from importlib.util import find_spec

    from paintreel.errors import MissingExtra

    if tensorboard and not find_spec("tensorboard"):
        raise MissingExtra("--tensorboard", "tensorboard")
    try:
        import paintreel.learn.engine.requirements  # noqa: F401
    except ImportError as error:
        raise MissingExtra("training", "train") from error


def _recipe(path: Path, system: str) -> dict[str, Any]:
    """The recipe's facts and its `settings`. Raises InputError for what no recipe has."""
    from paintreel.errors import InputError
    from paintreel.learn.engine.settings import read_recipe

    recipe = read_recipe(path)
    texts = ("system", "name", "description", "licence", "credit")
    if unknown := sorted(set(recipe) - {*texts, "settings"}):
        raise InputError(
            f"recipe {path} has unknown {unknown}; it takes {', '.join(texts)} and a table settings"
        )
    for key in texts:
        if not isinstance(recipe.get(key, ""), str):
            raise InputError(f"recipe {path}: {key} is {recipe[key]!r}, expected text")
    if (meant := recipe.pop("system", system)) != system:
        raise InputError(f"recipe {path} is for {meant!r}, not for {system!r}")
    return recipe
