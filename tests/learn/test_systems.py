"""The one table of systems."""

from __future__ import annotations

import dataclasses
import subprocess
import sys
from pathlib import Path

import pytest

from paintreel.cli.train import TrainOptions
from paintreel.learn.engine.settings import read_recipe
from paintreel.learn.models.scene_network import SceneNetwork
from paintreel.learn.systems import FOLDERS, SCENE_NETWORKS, SYSTEMS
from paintreel.learn.trainers.recipes import load_training_recipe
from paintreel.learn.trainers.training_run import Folders

RECIPES = sorted((Path(__file__).resolve().parents[2] / "recipes").rglob("*.toml"))
each_system = pytest.mark.parametrize("system", SYSTEMS.values(), ids=SYSTEMS)


@each_system
def test_every_part_of_a_row_is_there(system):
    settings = system.load_settings()
    assert dataclasses.is_dataclass(settings)
    assert settings.seed == 0
    assert callable(system.load_trainer())
    assert callable(system.load_export())
    assert set(system.takes) <= set(FOLDERS)
    for holder in (TrainOptions, Folders):
        assert {field.name for field in dataclasses.fields(holder)} >= set(FOLDERS)
    assert "{path}" in system.try_it
    assert set(system.enough) <= {"art", *FOLDERS}
    assert system.crop_px == getattr(settings, "crop_px", None)
    assert system.side_px == getattr(settings, "max_side_px", system.side_px)


@each_system
def test_it_has_a_recipe_that_fits(system):
    if system.of_keys:  # learns a shot of the user's: its settings are made by the verb
        return
    recipes = [path for path in RECIPES if read_recipe(path).get("system") == system.name]
    assert recipes
    for path in recipes:
        recipe = load_training_recipe(path, system.name, system.load_settings())
        assert len(recipe.facts["credit"]) > 20
        of_pictures = system.from_art or "photos" in system.takes  # others hold out speakers
        assert (recipe.splits is not None) == of_pictures


@pytest.mark.parametrize("system", SCENE_NETWORKS.values(), ids=SCENE_NETWORKS)
def test_a_scene_network_says_what_it_is(system):
    network = system.load_network()
    assert isinstance(network, SceneNetwork)
    assert "tiny" in network.presets
    generator = network.generator("tiny")
    assert generator.code_size >= 1
    assert generator.halo_px % generator.multiple == 0


def test_the_table_needs_no_torch():
    code = "import sys, paintreel.learn.systems; assert 'torch' not in sys.modules"
    subprocess.run([sys.executable, "-c", code], check=True)
