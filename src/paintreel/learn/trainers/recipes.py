"""Recipes of trainings: what a TOML file says of a model, its settings and its splits."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Generic

from paintreel.errors import InputError
from paintreel.learn.data.splits import Splits, read_splits, withheld
from paintreel.learn.engine.settings import T, apply, read_recipe

FACTS = ("name", "description", "licence", "credit")
TEXTS = ("system", *FACTS, "splits")


@dataclass(frozen=True)
class TrainingRecipe(Generic[T]):
    """What a recipe asks for.

    facts     those of FACTS that it gives
    settings  of the system: defaults, then what the splits withhold, then the recipe's own
    splits    None where it names none
    """

    facts: Mapping[str, str]
    settings: T
    splits: Splits | None


def load_training_recipe(path: Path, system: str, settings: T) -> TrainingRecipe[T]:
    """The recipe of `path` for a system with these default settings.

    `splits` is a path from the recipe's own folder. Raises InputError for an unreadable file, for
    what no recipe has, for a recipe of another system and for settings that do not fit.
    """
    recipe = read_recipe(path)
    if unknown := sorted(set(recipe) - {*TEXTS, "settings"}):
        raise InputError(
            f"recipe {path} has unknown {unknown}; it takes {', '.join(TEXTS)} and a table settings"
        )
    for key in TEXTS:
        if not isinstance(recipe.get(key, ""), str):
            raise InputError(f"recipe {path}: {key} is {recipe[key]!r}, expected text")
    if (meant := recipe.get("system", system)) != system:
        raise InputError(f"recipe {path} is for {meant!r}, not for {system!r}")
    splits = read_splits(path.parent / recipe["splits"]) if "splits" in recipe else None
    if splits is not None:
        settings = apply(settings, withheld(settings, splits), "splits")
    settings = apply(settings, recipe.get("settings", {}), "recipe settings")
    return TrainingRecipe({k: recipe[k] for k in FACTS if k in recipe}, settings, splits)
