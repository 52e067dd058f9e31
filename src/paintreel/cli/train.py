"""`paintreel train`: learn a style from a folder of art."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Any

SUMMARY = "learn a style from your own art"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("system", choices=["fsgan"], help="the system to train")
    parser.add_argument(
        "--art", type=Path, required=True, metavar="DIR", help="pictures to learn from"
    )
    parser.add_argument(
        "--photos", type=Path, required=True, metavar="DIR", help="photographs to paint"
    )
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


def run(args: argparse.Namespace) -> int:
    _need_extra(args.tensorboard)
    from paintreel.learn.engine.budget import Budget
    from paintreel.learn.engine.loop import LoopSettings
    from paintreel.learn.engine.settings import apply, parse_overrides
    from paintreel.learn.trainers.fsgan import FSGANSettings
    from paintreel.learn.trainers.run_fsgan import StyleFacts, train_fsgan

    recipe = _recipe(args.recipe, args.system) if args.recipe else {}
    settings = apply(FSGANSettings(), recipe.pop("settings", {}), "recipe settings")
    settings = apply(settings, parse_overrides(args.set))
    given = {"name": args.name, "licence": args.licence, "credit": args.credit}
    facts = {"name": args.out.resolve().name} | recipe | {k: v for k, v in given.items() if v}
    path = train_fsgan(
        art=args.art,
        photos=args.photos,
        out=args.out,
        facts=StyleFacts(**facts),
        settings=settings,
        budget=Budget.parse(args.budget),
        command=["paintreel", *sys.argv[1:]],
        resume=args.resume,
        loop=LoopSettings(checkpoint_every_s=args.checkpoint_every, tensorboard=args.tensorboard),
    )
    if path is not None:
        print(f"{path}\n{args.out / 'report.html'}")
        print(f"try it: paintreel stylize photo.jpg -o painted.png --style {path}")
    return 0


def _need_extra(tensorboard: bool) -> None:
    """Import all that the run needs, at its end too, before an hour is spent."""
    from importlib.util import find_spec

    from paintreel.errors import MissingExtra

    if tensorboard and not find_spec("tensorboard"):
        raise MissingExtra("--tensorboard", "tensorboard")
    try:
        import onnx  # noqa: F401
        import safetensors  # noqa: F401
        import torch  # noqa: F401
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
