"""Every recipe that ships can be run: settings, facts, and the command in its head."""

from __future__ import annotations

import argparse
import re
import shlex
from pathlib import Path

import pytest

from paintreel.cli.arguments import add_options
from paintreel.cli.train import TrainOptions
from paintreel.learn.data.folders import scan
from paintreel.learn.data.splits import read_splits
from paintreel.learn.engine.budget import Budget
from paintreel.learn.engine.settings import apply, parse_overrides, read_recipe
from paintreel.learn.models.fsgan import PRESETS
from paintreel.learn.trainers.fsgan import FSGANSettings
from paintreel.learn.trainers.provenance import ModelFacts
from paintreel.learn.trainers.recipes import load_training_recipe

FOLDER = Path(__file__).resolve().parents[2] / "recipes"
RECIPES = sorted(p for p in FOLDER.glob("*.toml") if read_recipe(p).get("system") == "fsgan")

each_recipe = pytest.mark.parametrize("path", RECIPES, ids=[p.stem for p in RECIPES])


def commands_of(path: Path) -> list[argparse.Namespace]:
    """The commands that the comment at the head of a recipe gives, parsed."""
    head = re.match(r"(#.*\n)+", path.read_text("utf-8"))[0]
    text = re.sub(r"\\\n#", " ", head)
    parser = argparse.ArgumentParser(exit_on_error=False)
    add_options(parser, TrainOptions)
    lines = re.findall(r"paintreel train (.*)", text)
    return [parser.parse_args(shlex.split(line)) for line in lines]


def test_there_are_recipes():
    assert "hereva" in {p.stem for p in RECIPES}


@each_recipe
def test_settings_fit(path):
    recipe = load_training_recipe(path, "fsgan", FSGANSettings())
    settings = recipe.settings
    assert recipe.splits == read_splits(path.parent / "splits.toml")
    assert settings != FSGANSettings()
    facts = ModelFacts(**recipe.facts)
    assert facts.name == path.stem
    assert facts.licence == "CC-BY-4.0"
    assert len(facts.credit) > 20
    assert len(facts.description) > 20
    assert settings.preset in PRESETS
    assert settings.crop_px % 8 == 0
    assert settings.shares.keys() == FSGANSettings().shares.keys()
    assert max(settings.shares, key=settings.shares.get) == "painted"
    assert 0 < settings.warmup + settings.ramp < 1


@each_recipe
def test_commands_in_its_head_are_parts_of_one_run(path):
    first, *later = commands_of(path)
    assert not first.resume
    assert all(args.resume and args.out == first.out for args in later)
    for args in (first, *later):
        assert args.recipe == Path("recipes") / path.name
        assert args.system == read_recipe(path)["system"]
        assert Budget.parse(args.budget).seconds >= 60
        assert not args.out.is_absolute()
        apply(FSGANSettings(), parse_overrides(args.changes))


@each_recipe
def test_the_splits_leave_enough_to_train_on(path, shared_data):
    args, *_later = commands_of(path)
    settings = load_training_recipe(path, "fsgan", FSGANSettings()).settings
    for what, folder, patterns in (
        ("--art", args.art, settings.held_out_art),
        ("--photos", args.photos, settings.held_out_photos),
    ):
        below = Path(*folder.parts[folder.parts.index("data") + 1 :])
        pictures = scan(shared_data / below, what=what)
        kept, held_out = pictures.split(patterns)
        if what == "--photos" or path.stem == "hereva":
            assert held_out.paths, f"the splits hold out nothing of {folder}"
        assert len(kept.paths) >= 50
    for pattern in settings.photo_weights:
        assert pictures.split([pattern])[1].paths, f"{pattern} matches nothing"
