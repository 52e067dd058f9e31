"""Every recipe of a scene network can be run: settings, facts, and the command in its head."""

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
from paintreel.learn.engine.settings import apply, read_recipe
from paintreel.learn.systems import SCENE_NETWORKS
from paintreel.learn.trainers.provenance import ModelFacts
from paintreel.learn.trainers.recipes import load_training_recipe
from paintreel.learn.trainers.scene import SceneSettings

FOLDER = Path(__file__).resolve().parents[2] / "recipes" / "scene"
RECIPES = [
    p for p in sorted(FOLDER.glob("*.toml")) if read_recipe(p).get("system") in SCENE_NETWORKS
]

each_recipe = pytest.mark.parametrize("path", RECIPES, ids=[p.stem for p in RECIPES])


def test_every_system_has_one():
    assert {p.stem for p in RECIPES} >= set(SCENE_NETWORKS)


@each_recipe
def test_settings_and_facts_fit(path):
    system = read_recipe(path)["system"]
    recipe = load_training_recipe(path, system, SceneSettings())
    settings = recipe.settings
    assert "E16*" in settings.held_out_art
    network = SCENE_NETWORKS[system].load_network()
    network.generator(
        settings.preset,
        without=settings.without,
        fusion=settings.fusion,
        variants=settings.variants,
    )
    facts = ModelFacts(**recipe.facts)
    assert facts.name == path.stem
    assert facts.licence == "CC-BY-4.0"
    assert "David Revoy" in facts.credit
    assert len(facts.description) > 20


@each_recipe
def test_command_in_its_head_is_one(path, shared_data):
    head = re.match(r"(#.*\n)+", path.read_text("utf-8"))[0]
    (line,) = re.findall(r"paintreel train (.*)", re.sub(r"\\\n#", " ", head))
    parser = argparse.ArgumentParser(exit_on_error=False)
    add_options(parser, TrainOptions)
    args = parser.parse_args(shlex.split(line))
    assert args.recipe == Path("recipes/scene") / path.name
    assert args.system == read_recipe(path)["system"]
    assert Budget.parse(args.budget).seconds >= 60
    art = scan(shared_data / "art", what="--art")
    splits = read_splits(path.parent / read_recipe(path)["splits"])
    kept, held = art.split(splits.panels.held_out)
    assert len(kept.paths) > 3 * len(held.paths) > 0


def test_the_paper_is_the_paper():
    recipe = read_recipe(FOLDER / "mffcn_paper.toml")["settings"]
    settings = apply(SceneSettings(), recipe)
    assert (settings.preset, settings.late_rate, settings.fall) == ("paper", 2e-4, 0.0)
    assert settings.momentum == 0.5
    assert settings.fan_in == 0.0
    assert (settings.reconstruct, settings.adversary, settings.matching) == (0.0, 1.0, 10.0)
    assert (settings.penalty, settings.real_label) == (10.0, 0.9)
    assert (settings.pairs.batch, settings.pairs.crop_px) == (32, 256)
