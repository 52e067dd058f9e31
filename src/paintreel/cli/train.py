"""`paintreel train`: learn a style, or a scene network, from a folder of art."""

from __future__ import annotations

import dataclasses
import os
import re
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from paintreel.cli.pulse import stage
from paintreel.cli.terminal import say, show
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
    art: Path | None = option(
        None, "pictures to learn from (all but those with folders of their own)", metavar="DIR"
    )
    photos: Path | None = option(
        None, _folder_of("photos", "photographs to paint, or to tell from art"), metavar="DIR"
    )
    styles: Path | None = option(
        None, _folder_of("styles", "a folder with one subfolder a medium"), metavar="DIR"
    )
    roughs: Path | None = option(
        None,
        _folder_of(
            "roughs", "where roughs of the art are kept, for other runs too; default OUT/roughs"
        ),
        metavar="DIR",
    )
    faces: Path | None = option(
        None, _folder_of("faces", "labelled faces, drawn or photographed"), metavar="DIR"
    )
    speech: Path | None = option(
        None, _folder_of("speech", "labelled recordings of voices"), metavar="DIR"
    )
    out: Path = required_option("folder for the model, its checkpoints and its log", metavar="DIR")
    budget: str = option("30m", "how long to train: 90s, 30m, 2h or 2000steps", metavar="TIME")
    recipe: Path | None = option(None, "file with settings, name and licence", metavar="TOML")
    resume: bool = option(False, "go on from the last checkpoint")
    changes: tuple[str, ...] = option(
        (),
        "change a setting, e.g. --set batch=4 --set teacher.ink=0.6",
        flag="--set",
        metavar="KEY=VALUE",
        repeats=True,
    )
    name: str | None = option(
        None, "of the model: letters, digits, - and _ (default: the recipe's, or that of --out)"
    )
    licence: str | None = option(
        None, "who may use the model: an SPDX licence, e.g. CC-BY-4.0 (default: you alone)"
    )
    credit: str | None = option(None, "whom to name for the art")
    allow_dirty: bool = option(
        False, "train from a checkout with changes that no commit holds; the card says so"
    )
    tensorboard: bool = option(False, "write curves for TensorBoard into --out")
    checkpoint_every: float = option(
        180.0, "time from one checkpoint to the next", low=1, high=86400, metavar="SECONDS"
    )
    precision: Literal["auto", "f32", "bf16"] = option(
        "auto",
        "arithmetic of the networks: f32, or bf16, half as exact; auto: the faster here, measured",
    )
    threads: int | None = option(
        None,
        "processor threads (default: the fastest number, measured)",
        low=1,
        high=1024,
        metavar="N",
    )


ALLOW_DIRTY = "PAINTREEL_ALLOW_DIRTY"
"""Environment variable that stands for --allow-dirty, for tests of a tree under work."""

_SPDX = re.compile(r"[A-Za-z0-9.+-]+( (AND|OR|WITH) [A-Za-z0-9.+-]+)*")
"""Identifiers, and expressions of them."""


def run(options: TrainOptions) -> int:
    """Check what is asked for, train, and say what came of it. Returns the exit code."""
    from paintreel.learn.systems import FOLDERS, SYSTEMS

    system = SYSTEMS[options.system]
    options = _with_examples(options, system)
    _check_options(options, system)
    asked = _asked(options)
    _check_folders(options, system, asked)
    _need_extra(options.tensorboard)
    from paintreel.learn.trainers.training_run import Folders, train_system

    run = _run(options, system)
    _note_unmatched(options, system, run.settings)
    if not (options.licence or "licence" in asked):
        _note(
            f"no --licence: the card will say {run.facts.licence}, which lets nobody but the owner "
            "of the art use the style; to share it say more, e.g. --licence CC-BY-4.0"
        )
    stage("training")
    learnt_from = options.art or options.faces or options.photos
    assert learnt_from is not None, "checked with the options"
    folders = Folders(learnt_from, **{name: getattr(options, name) for name in FOLDERS})
    try:
        path = train_system(run, folders)
    except KeyboardInterrupt:
        if (options.out / "checkpoint.pt").is_file():
            _note(f"the last checkpoint is in {options.out}; --resume goes on from it")
        raise
    if path is not None:
        _print_summary(path, options.out, system)
    return 0


def _folders_of_pictures(options: TrainOptions, system: System) -> dict[str, Path]:
    """Folders whose pictures are read one by one; archives and keys their trainers open first."""
    from paintreel.learn.data.line_pairs import MANIFEST

    given = {"art": options.art, "photos": options.photos, "styles": options.styles}
    folders = {name: root for name, root in given.items() if root is not None}
    if "art" in folders and (
        system.of_keys or (system.packs and (folders["art"] / MANIFEST).is_file())
    ):
        del folders["art"]
    return folders


def _note_unmatched(options: TrainOptions, system: System, settings: Any) -> None:
    """Say where pictures were to be held out by name, and none has such a name."""
    from paintreel.learn.data.folders import scan

    for name, folder in _folders_of_pictures(options, system).items():
        globs = getattr(settings, f"held_out_{name}", ())
        if globs and not scan(folder, what=f"--{name}").split(globs)[1].paths:
            _note(
                f"no picture of --{name} is named as held_out_{name} has it ({', '.join(globs)}): "
                "none is held out by name"
            )


def _note(text: str) -> None:
    """Say something on standard error: once, where torchrun starts several processes."""
    if os.environ.get("RANK", "0") == "0":
        say(f"note: {text}")


def _with_examples(options: TrainOptions, system: System) -> TrainOptions:
    """The options with the photographs of the examples where none are given and they may be."""
    from paintreel.errors import InputError
    from paintreel.learn.data.example_photos import EXAMPLE_PHOTOS

    if options.photos is not None or system.takes.get("photos") != "examples":
        return options
    if not EXAMPLE_PHOTOS.is_dir():
        raise InputError(
            f"{options.system} needs --photos DIR: photographs of what you will paint, "
            f"{system.enough.get('photos', 0)} or more, your own or frames of your footage (a "
            "checkout has a few in examples/photos to begin with)"
        )
    _note(
        f"no --photos: taking the few of {EXAMPLE_PHOTOS}, to try with; the style will be surer "
        "with photographs of what you will paint"
    )
    return dataclasses.replace(options, photos=EXAMPLE_PHOTOS)


def _check_options(options: TrainOptions, system: System) -> None:
    from paintreel.errors import InputError
    from paintreel.learn.engine.budget import Budget
    from paintreel.learn.systems import FOLDERS
    from paintreel.runtime.schema import CONTRACT_FIELDS, problem_of

    if system.from_art and options.art is None:
        raise InputError(f"{options.system} needs --art DIR: the pictures to learn from")
    if not system.from_art and options.art is not None:
        needed = " and ".join(f"--{name}" for name in system.takes)
        raise InputError(f"{options.system} takes no --art but {needed}")
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
    Budget.parse(options.budget)
    if problem := problem_of(_given_facts(options), CONTRACT_FIELDS):
        raise InputError(f"--{problem}")
    if options.licence is not None and not _SPDX.fullmatch(options.licence):
        raise InputError(
            f"--licence is {options.licence!r}, expected an SPDX identifier such as CC-BY-4.0, "
            "CC0-1.0 or, for terms of your own, LicenseRef-My-Terms"
        )


def _given_facts(options: TrainOptions) -> dict[str, str]:
    """What the options say of the model."""
    given = {"name": options.name, "licence": options.licence, "credit": options.credit}
    return {key: value for key, value in given.items() if value is not None}


def _asked(options: TrainOptions) -> Mapping[str, Any]:
    """The recipe as it is written; {} without one. Needs no torch, which the settings do."""
    from paintreel.learn.engine.settings import read_recipe

    return {} if options.recipe is None else read_recipe(options.recipe)


def _check_folders(options: TrainOptions, system: System, recipe: Mapping[str, Any]) -> None:
    """Refuse folders that cannot be trained on, and say what will make the style poorer."""
    from paintreel.learn.data.folder_check import check_folders
    from paintreel.learn.engine.settings import parse_overrides

    settings = recipe.get("settings", {})
    settings = settings if isinstance(settings, Mapping) else {}
    settings = {**settings, **parse_overrides(options.changes)}
    # Values of another type are refused when the settings are made, which needs torch.
    asked = {key: value for key, value in settings.items() if type(value) is int}
    for note in check_folders(
        _folders_of_pictures(options, system),
        max_side_px=asked.get("max_side_px", system.side_px),
        crop_px=asked.get("crop_px", system.crop_px),
        enough=system.enough,
    ):
        _note(note.text)


def _print_summary(path: Path, out: Path, system: System) -> None:
    """Where everything lies, what the card says, and the command to try it, on standard output."""
    from paintreel.runtime.catalog import find_model

    show(str(path))
    if system.reports:
        show(str(out / "report.html"))
    card = find_model(path).card
    credit = card.contract.credit or "nobody named; --credit does"
    show(f"{card.contract.name}: licence {card.contract.licence}, credit {credit}")
    show(f"learnt in {_duration(card.training)}{_learnt_from(card.training)}")
    show(f"try it: {system.try_it.format(path=path)}")


def _duration(training: Mapping[str, Any]) -> str:
    seconds = training["wall_time_s"]
    return f"{seconds} s" if seconds < 120 else f"{seconds / 60:.0f} min"


def _learnt_from(training: Mapping[str, Any]) -> str:
    """Of how many pictures, where the card says it."""
    counts = {"art_pictures": "pictures of art", "photo_pictures": "photographs"}
    said = [f"{training[key]} {what}" for key, what in counts.items() if key in training]
    return f" from {' and '.join(said)}" if said else ""


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
    facts |= _given_facts(options)
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
