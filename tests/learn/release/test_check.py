"""Every bundled card is true of its file."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

from paintreel.learn.engine.settings import read_recipe
from paintreel.learn.release.check import (
    KEY,
    check_measures,
    differences,
    main,
    read_set,
    write_measures,
)
from paintreel.learn.trainers.start import BEGUN_FROM, credit_of
from paintreel.runtime.card import Card
from paintreel.runtime.catalog import ModelFile, list_models

REPOSITORY = Path(__file__).resolve().parents[3]
PICTURES = REPOSITORY / "recipes" / "check"
BEFORE = "before 0.2.0"
"""Provenance of weights that were made before cards had to hold it all."""

models = pytest.mark.parametrize("model", list_models(task=None), ids=lambda m: m.name)


@models
def test_measures_on_the_check_set_are_those_of_the_card(model: ModelFile):
    model.card.verify(model.path)
    assert model.card.size_bytes < 8e6, "CONTRIBUTING.md promises small files"
    card = model.card.training[KEY]
    assert differences(card, check_measures(model, read_set(PICTURES))) == []


@models
def test_a_card_says_how_its_file_was_made(model: ModelFile):
    training = model.card.training
    assert training["command"]
    if training.get("provenance") == BEFORE:
        return
    if "source" in training:  # made elsewhere, and converted: the files are known by their hashes
        assert all(re.fullmatch(r"[0-9a-f]{64}", x) for x in training["sha256"].values())
        assert training["torch_parity"] < 1e-4
        return
    recipe_path = re.search(r"--recipe (\S+)", training["command"])[1]
    recipe = read_recipe(REPOSITORY / recipe_path)
    head = re.match(r"(#.*\n)+", (REPOSITORY / recipe_path).read_text("utf-8"))[0]
    commands = re.sub(r"\s+", " ", head.replace("#", " ").replace("\\", " "))
    assert training["command"] in commands
    settings = recipe.get("settings", {})
    assert model.card.contract.credit == credit_of(recipe["credit"], training)
    assert (BEGUN_FROM in training) == ("start" in settings)
    for key, value in settings.items():
        meant = training["settings"][key]
        assert _laid_over(meant, value) == meant
    assert re.fullmatch(r"[0-9a-f]{12}", training["commit"])
    assert "allow_dirty" not in training
    assert training["seed"] == training["settings"]["seed"]
    assert training.get("steps", 1) > 0
    assert training["wall_time_s"] > 0
    assert training["data_hash"]


def _laid_over(meant: object, value: object) -> object:
    """A setting of a card with what a recipe says in its place, tables within tables too."""
    if not isinstance(value, dict) or not isinstance(meant, dict):
        return value
    return meant | {key: _laid_over(meant[key], each) for key, each in value.items()}


def test_another_file_is_noticed(tmp_path: Path):
    model = next(m for m in list_models(task="stylize"))
    copy = tmp_path / model.name
    shutil.copytree(model.path.parent, copy)
    measures = check_measures(model, read_set(PICTURES))
    assert differences(measures, measures) == []
    name = next(iter(measures))
    wrong = measures | {name: measures[name] + 0.02}
    assert differences(wrong, measures) == [
        f"{name} is {measures[name]:g}, the card says {wrong[name]:g}"
    ]
    assert differences({}, measures) != []
    write_measures(ModelFile(copy / "model.onnx", model.card), {"gini": 1.0})
    assert Card.load(copy / "card.toml").training[KEY] == {"gini": 1.0}


def test_the_command_says_which_card_is_not_true(tmp_path: Path, monkeypatch, capsys):
    from paintreel.runtime import catalog

    model = next(m for m in list_models(task="stylize"))
    shutil.copytree(model.path.parent, tmp_path / "mine")
    monkeypatch.setattr(catalog, "BUNDLED", tmp_path)
    assert main(["--set", str(PICTURES)]) == 0
    write_measures(ModelFile(tmp_path / "mine" / "model.onnx", model.card), {"gini": 0.1})
    assert main(["mine", "--set", str(PICTURES)]) == 1
    assert "the card says 0.1" in capsys.readouterr().err
    assert main(["mine", "--set", str(PICTURES), "--write"]) == 0
    assert main(["mine", "--set", str(PICTURES)]) == 0
