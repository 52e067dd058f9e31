"""What an experiment is asked for: options, its recipe where none were typed, its defaults."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from paintreel.errors import InputError
from paintreel.learn.data.splits import Splits, read_splits
from paintreel.learn.engine.budget import Budget
from paintreel.learn.engine.settings import apply, parse_overrides, read_recipe
from paintreel.learn.experiments.papers import Paper


@dataclass(frozen=True, kw_only=True)
class AskedExperiment:
    """What one is asked for.

    paths     {option: path} of the folders and files that were given
    values    {name: value} of the numbers and words that were typed, or else stand in the recipe,
              or else are its own: trials, systems, seed ...; what is not there is the experiment's
              default
    settings  of all trainings, as the recipe has them; changes: of --set, over those
    splits    what the recipe says is held out; None for nothing
    out       folder of results, which may hold a part of them if `resume`
    command   that was typed
    say       for a line of progress
    """

    paths: Mapping[str, Path]
    values: Mapping[str, Any]
    settings: Mapping[str, Any]
    changes: tuple[str, ...]
    splits: Splits | None
    out: Path
    resume: bool
    command: list[str]
    say: Callable[[str], None]

    @property
    def systems(self) -> list[str] | None:
        """Names of what is compared; None for all."""
        names: str | None = self.values.get("systems")
        return None if names is None else names.split(",")

    @property
    def preset(self) -> str:
        """Size of the networks."""
        return str(self.values.get("preset", "light"))

    def settings_of(self, presets: Mapping[str, Any]) -> Any:
        """Settings of all trainings, of {preset: settings} and with all changes.

        Raises InputError for another preset and for changes that do not fit.
        """
        if self.preset not in presets:
            names = ", ".join(presets)
            raise InputError(f"preset is {self.preset!r}, expected one of {names}")
        settings = apply(presets[self.preset], self.settings, "recipe settings")
        return apply(settings, parse_overrides(self.changes))

    def fields(self, *names: str) -> dict[str, Any]:
        """Trials, budget and seed of the experiment, and those of `names` that were asked for."""
        wanted = ("trials", "seed", *names)
        fields = {name: self.values[name] for name in wanted if name in self.values}
        if "budget" in self.values:
            fields["budget"] = Budget.parse(self.values["budget"])
        return fields

    def run_facts(self, write: Callable[..., Path]) -> dict[str, Any]:
        """What trials are run with; `write` makes the report of a folder, after each of them."""
        from paintreel import __version__

        def report(_trial: int) -> None:
            self.say(str(write(self.out, version=__version__)))

        return {
            "out": self.out,
            "command": self.command,
            "resume": self.resume,
            "on_trial": report,
            "say": self.say,
        }


def read_asked_recipe(path: Path, paper: Paper) -> dict[str, Any]:
    """What a recipe of an experiment says; `splits` as they were read, globs as a tuple.

    Raises InputError for a file that cannot be read, one of another experiment, and a key that no
    recipe of this one has or whose value is of another type.
    """
    recipe = read_recipe(path)
    if (named := recipe.pop("experiment", None)) != paper.name:
        what = "no experiment" if named is None else f"experiment {named!r}"
        raise InputError(f'recipe {path} is for {what}; it needs experiment = "{paper.name}"')
    for key, value in recipe.items():
        if key not in paper.recipe or type(value) is not paper.recipe[key]:
            names = ", ".join(paper.recipe)
            raise InputError(f"recipe {path}: {key} = {value!r} is not one of {names} of its type")
    if "splits" in recipe:
        recipe["splits"] = read_splits(path.parent / recipe["splits"])
    if "held_out" in recipe:
        recipe["held_out"] = tuple(map(str, recipe["held_out"]))
    return recipe
