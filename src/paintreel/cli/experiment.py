"""`paintreel experiment`: train, score and compare the systems of a paper, as its tables do."""

from __future__ import annotations

import dataclasses
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from paintreel.cli.pulse import stage
from paintreel.cli.terminal import show
from paintreel.options import Options, argument, option, required_option


@dataclass(frozen=True, kw_only=True)
class ExperimentOptions(Options):
    """Which tables are made, of what, and how long each training may take."""

    paper: Literal["scene"] = argument("PAPER", "what to reproduce: scene (MFFCN-GAN)")
    art: Path = required_option(
        "painted panels: some are learnt from, the rest are held out to measure", metavar="DIR"
    )
    out: Path = required_option("folder of results", metavar="DIR")
    trials: int | None = option(
        None, "how often each system is trained (default 10)", low=1, high=99, metavar="N"
    )
    budget: str | None = option(
        None, "length of one training: 90s, 4m, 1h or 2000steps (default 4m)", metavar="TIME"
    )
    systems: str | None = option(
        None,
        "what to compare, by comma, one by one (mffcn, grbm, no_flip ...) or by group: systems, "
        "ablations, fusions, augmentations (default: all)",
        metavar="LIST",
    )
    preset: str | None = option(None, "size of the networks: light or tiny (default light)")
    crops: int | None = option(
        None, "how many held-out crops are measured (default 48)", low=2, high=10_000, metavar="N"
    )
    seed: int | None = option(
        None, "of trials and of the held-out crops (default 7)", low=0, high=1_000_000, metavar="N"
    )
    recipe: Path | None = option(None, "file with options and settings", metavar="TOML")
    changes: tuple[str, ...] = option(
        (),
        "change a setting of every network, e.g. --set pairs.batch=4",
        flag="--set",
        metavar="KEY=VALUE",
        repeats=True,
    )
    roughs: Path | None = option(
        None, "where roughs of the art are kept, for other runs too", metavar="DIR"
    )
    extractor: Path | None = option(
        None, "network whose features the perceptual distance compares", metavar="ONNX"
    )
    resume: bool = option(False, "go on where --out was left")


def run(options: ExperimentOptions) -> int:
    """Run the trials that are missing and write the report. Returns the exit code."""
    from paintreel import __version__
    from paintreel.errors import MissingExtra

    try:
        from paintreel.learn.experiments.scene.report import write_report
        from paintreel.learn.experiments.scene.trials import Experiment, run_experiment
    except ImportError as error:
        raise MissingExtra("the experiment", "train") from error

    def report(_trial: int) -> None:
        show(str(write_report(options.out, version=__version__)))

    stage("at work")
    run_experiment(
        Experiment(**_experiment(options)),
        art=options.art,
        out=options.out,
        command=["paintreel", *sys.argv[1:]],
        roughs=options.roughs,
        extractor=options.extractor,
        resume=options.resume,
        on_trial=report,
        say=show,
    )
    return 0


def _experiment(options: ExperimentOptions) -> dict[str, Any]:
    """Fields of the experiment: options over recipe over defaults. Raises InputError."""
    from paintreel.learn.engine.budget import Budget
    from paintreel.learn.engine.settings import apply, parse_overrides
    from paintreel.learn.experiments.conditions import choose_conditions
    from paintreel.learn.experiments.scene.conditions import CONDITIONS
    from paintreel.learn.experiments.scene.trials import base_settings

    given = ("trials", "budget", "systems", "preset", "crops", "seed")
    typed = {n: getattr(options, n) for n in given if getattr(options, n) is not None}
    values = {"trials": 10} | (_recipe(options.recipe) if options.recipe else {}) | typed
    preset = values.pop("preset", "light")
    settings = apply(base_settings(preset), values.pop("settings", {}), "recipe settings")
    settings = apply(settings, parse_overrides(options.changes))
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
    from paintreel.learn.data.splits import read_splits
    from paintreel.learn.engine.settings import read_recipe

    recipe = read_recipe(path)
    kinds = {
        **dict.fromkeys(("experiment", "budget", "systems", "preset", "splits"), str),
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
    if "splits" in recipe:
        splits = read_splits(path.parent / recipe.pop("splits"))
        recipe["held_out"] = list(splits.panels.held_out)
    if "held_out" in recipe:
        recipe["held_out"] = tuple(map(str, recipe["held_out"]))
    return recipe
