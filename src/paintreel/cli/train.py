"""`paintreel train`: learn a style, or a scene network, from a folder of art."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class System:
    """What the command has to know of a system.

    train: starts it from the arguments and the recipe; gives the path of the weights, or None on
    followers of torchrun.  needs: options that it needs or takes beside --art and --out.
    try_it: how to use the weights, with {path}.  reports: whether its loop writes a report, and
    events for TensorBoard if asked.
    """

    train: Callable[[argparse.Namespace, dict[str, Any]], Path | None]
    try_it: str
    needs: tuple[str, ...] = ()
    takes: tuple[str, ...] = ()
    reports: bool = True


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("system", choices=list(SYSTEMS), help="the system to train")
    parser.add_argument(
        "--art", type=Path, required=True, metavar="DIR", help="pictures to learn from"
    )
    parser.add_argument(
        "--photos", type=Path, metavar="DIR", help="photographs to paint, or to tell from art"
    )
    parser.add_argument(
        "--styles", type=Path, metavar="DIR", help="a folder a medium (extractor only)"
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
    parser.add_argument(
        "--roughs",
        type=Path,
        metavar="DIR",
        help="cache of roughs that runs on the same art share (scene systems; default OUT/roughs)",
    )
    parser.add_argument("--name", help="name of the style (default: the recipe's, or DIR's)")
    parser.add_argument("--licence", help="SPDX licence of the weights, for the card")
    parser.add_argument("--credit", help="whom the card credits for the art")
    parser.add_argument("--tensorboard", action="store_true", help="write events for TensorBoard")
    parser.add_argument("--checkpoint-every", type=float, default=180.0, metavar="SECONDS")


def run(args: argparse.Namespace) -> int:
    system = SYSTEMS[args.system]
    _check_options(args, system)
    _need_extra(args.tensorboard)
    path = system.train(args, _recipe(args.recipe, args.system) if args.recipe else {})
    if path is not None:
        print(path)
        if system.reports:
            print(args.out / "report.html")
        print(f"try it: {system.try_it.format(path=path)}")
    return 0


def _check_options(args: argparse.Namespace, system: System) -> None:
    from paintreel.errors import InputError

    for option in ("photos", "styles", "roughs"):
        given = getattr(args, option) is not None
        if given and option not in (*system.needs, *system.takes):
            raise InputError(f"{args.system} takes no --{option}; leave it out")
        if not given and option in system.needs:
            raise InputError(f"{args.system} needs --{option} DIR")
    if args.tensorboard and not system.reports:
        raise InputError(f"{args.system} has no steps to follow in --tensorboard; leave it out")


def _train_fsgan(args: argparse.Namespace, recipe: dict[str, Any]) -> Path | None:
    from paintreel.learn.trainers.fsgan import FSGANSettings
    from paintreel.learn.trainers.run_fsgan import train_fsgan

    return train_fsgan(_run(args, recipe, FSGANSettings()), art=args.art, photos=args.photos)


def _train_scene(args: argparse.Namespace, recipe: dict[str, Any]) -> Path | None:
    from paintreel.learn.trainers.run_scene import train_scene
    from paintreel.learn.trainers.scene import SceneSettings

    run = _run(args, recipe, SceneSettings())
    return train_scene(run, system=args.system, art=args.art, roughs=args.roughs)


def _train_svmm(args: argparse.Namespace, recipe: dict[str, Any]) -> Path | None:
    from paintreel.learn.trainers.run_svmm import train_svmm
    from paintreel.learn.trainers.svmm import SVMMSettings

    return train_svmm(_run(args, recipe, SVMMSettings()), art=args.art, roughs=args.roughs)


def _train_extractor(args: argparse.Namespace, recipe: dict[str, Any]) -> Path | None:
    from paintreel.learn.trainers.extractor import ExtractorSettings
    from paintreel.learn.trainers.run_extractor import train_extractor

    run = _run(args, recipe, ExtractorSettings())
    return train_extractor(run, art=args.art, photos=args.photos, styles=args.styles)


def _run(args: argparse.Namespace, recipe: dict[str, Any], defaults: Any) -> Any:
    """The `paintreel.learn.trainers.run.Run` that the arguments and the recipe ask for."""
    from paintreel.learn.engine.budget import Budget
    from paintreel.learn.engine.loop import LoopSettings
    from paintreel.learn.engine.settings import apply, parse_overrides
    from paintreel.learn.trainers.provenance import ModelFacts
    from paintreel.learn.trainers.run import Run

    settings = apply(defaults, recipe.pop("settings", {}), "recipe settings")
    given = {"name": args.name, "licence": args.licence, "credit": args.credit}
    facts = {"name": args.out.resolve().name} | recipe | {k: v for k, v in given.items() if v}
    return Run(
        out=args.out,
        facts=ModelFacts(**facts),
        settings=apply(settings, parse_overrides(args.set)),
        budget=Budget.parse(args.budget),
        command=["paintreel", *sys.argv[1:]],
        resume=args.resume,
        loop=LoopSettings(checkpoint_every_s=args.checkpoint_every, tensorboard=args.tensorboard),
    )


_PAINT = "paintreel scene --rough rough.png -o scene.png --method {path}"
_SCENE = System(_train_scene, _PAINT, takes=("roughs",))

SYSTEMS = {
    "fsgan": System(
        _train_fsgan,
        "paintreel stylize photo.jpg -o painted.png --style {path}",
        needs=("photos",),
    ),
    **dict.fromkeys(("mffcn", "cdlm", "osdlm", "pix2pixhd"), _SCENE),
    "svmm": System(_train_svmm, _PAINT, takes=("roughs",), reports=False),
    "extractor": System(
        _train_extractor,
        "paintreel score painted/ --reference photos/ --extractor {path}",
        needs=("photos", "styles"),
    ),
}
"""Every system that can be trained, in the order of the help."""


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
