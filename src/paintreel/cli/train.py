"""`paintreel train`: learn a style, or a scene network, from a folder of art."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from paintreel.cli.pulse import stage
from paintreel.cli.terminal import show
from paintreel.options import Options, argument, option, required_option

if TYPE_CHECKING:
    from paintreel.learn.systems import System
    from paintreel.learn.trainers.training_run import Run


def _systems() -> Sequence[str]:
    from paintreel.learn.systems import SYSTEMS

    return tuple(SYSTEMS)


def _help_of_systems() -> str:
    return f"the system to train: {', '.join(_systems())}"


def _folder_of(folder: str, what: str) -> Callable[[], str]:
    """Help of a folder, with the systems that take it."""

    def text() -> str:
        from paintreel.learn.systems import SYSTEMS

        takers = ", ".join(name for name, system in SYSTEMS.items() if folder in system.takes)
        return f"{what} ({takers})"

    return text


@dataclass(frozen=True, kw_only=True)
class TrainOptions(Options):
    """What is trained on what, for how long, and where the run lies."""

    system: str = argument("SYSTEM", _help_of_systems, choices=_systems)
    art: Path = required_option("pictures to learn from", metavar="DIR")
    photos: Path | None = option(
        None, _folder_of("photos", "photographs to paint, or to tell from art"), metavar="DIR"
    )
    styles: Path | None = option(None, _folder_of("styles", "a folder a medium"), metavar="DIR")
    roughs: Path | None = option(
        None,
        _folder_of("roughs", "cache of roughs to share, default OUT/roughs"),
        metavar="DIR",
    )
    out: Path = required_option("folder of the run", metavar="DIR")
    budget: str = option("30m", "90s, 30m, 2h or 2000steps", metavar="TIME")
    recipe: Path | None = option(None, "settings, name and licence", metavar="TOML")
    resume: bool = option(False, "go on from the last checkpoint")
    changes: tuple[str, ...] = option(
        (),
        "change a setting, e.g. --set batch=4 --set teacher.ink=0.6",
        flag="--set",
        metavar="KEY=VALUE",
        repeats=True,
    )
    name: str | None = option(None, "name of the model (default: the recipe's, or DIR's)")
    licence: str | None = option(None, "SPDX licence of the weights, for the card")
    credit: str | None = option(None, "whom the card credits for the art")
    allow_dirty: bool = option(
        False, "train from a checkout with changes that no commit holds; the card says so"
    )
    tensorboard: bool = option(False, "write events for TensorBoard")
    checkpoint_every: float = option(
        180.0, "from one checkpoint to the next", low=1, high=86400, metavar="SECONDS"
    )
    precision: Literal["auto", "f32", "bf16"] = option(
        "auto", "numbers of the forward passes; auto: the faster ones on this machine, measured"
    )
    threads: int | None = option(
        None, "of the CPU (default: the fastest number, measured)", low=1, high=1024
    )


ALLOW_DIRTY = "PAINTREEL_ALLOW_DIRTY"
"""Environment variable that stands for --allow-dirty, for tests of a tree under work."""


def run(options: TrainOptions) -> int:
    """Train, and say where the weights are. Returns the exit code."""
    from paintreel.learn.systems import FOLDERS, SYSTEMS

    system = SYSTEMS[options.system]
    _check_options(options, system)
    _need_extra(options.tensorboard)
    from paintreel.learn.trainers.training_run import Folders, train_system

    stage("training")
    folders = Folders(options.art, **{name: getattr(options, name) for name in FOLDERS})
    path = train_system(_run(options, system), folders)
    if path is not None:
        show(str(path))
        if system.reports:
            show(str(options.out / "report.html"))
        show(f"try it: {system.try_it.format(path=path)}")
    return 0


def _check_options(options: TrainOptions, system: System) -> None:
    from paintreel.errors import InputError
    from paintreel.learn.systems import FOLDERS

    for folder in FOLDERS:
        given, need = getattr(options, folder) is not None, system.takes.get(folder)
        if given and need is None:
            raise InputError(f"{options.system} takes no --{folder}; leave it out")
        if not given and need == "needed":
            raise InputError(f"{options.system} needs --{folder} DIR")
    of_steps = {
        "--tensorboard": options.tensorboard,
        "--precision": options.precision != "auto",
        "--threads": options.threads is not None,
    }
    if not system.reports and (given_flags := [flag for flag, on in of_steps.items() if on]):
        raise InputError(
            f"{options.system} is not trained in steps and takes no {given_flags[0]}; leave it out"
        )


def _run(options: TrainOptions, system: System) -> Run:
    """The run that the arguments and the recipe ask for."""
    from paintreel.learn.engine.budget import Budget
    from paintreel.learn.engine.loop import LoopSettings
    from paintreel.learn.engine.settings import apply, parse_overrides
    from paintreel.learn.trainers.provenance import ModelFacts, read_source
    from paintreel.learn.trainers.recipes import load_training_recipe
    from paintreel.learn.trainers.training_run import Run
    from paintreel.runtime.schema import name_from

    source = read_source(allow_dirty=options.allow_dirty or ALLOW_DIRTY in os.environ)
    settings = system.load_settings()
    facts = {"name": name_from(options.out.resolve().name)}
    if options.recipe is not None:
        recipe = load_training_recipe(options.recipe, system.name, settings)
        settings = recipe.settings
        facts |= recipe.facts
    given = {"name": options.name, "licence": options.licence, "credit": options.credit}
    facts |= {key: value for key, value in given.items() if value}
    return Run(
        system=system,
        out=options.out,
        facts=ModelFacts(**facts),
        settings=apply(settings, parse_overrides(options.changes)),
        budget=Budget.parse(options.budget),
        source=source,
        command=["paintreel", *sys.argv[1:]],
        resume=options.resume,
        loop=LoopSettings(
            checkpoint_every_s=options.checkpoint_every,
            tensorboard=options.tensorboard,
            precision=options.precision,
            threads=options.threads,
        ),
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
