"""Training of the stylizers that FSGAN is compared with: steps, terms, settings, whole runs."""

from __future__ import annotations

import argparse
import copy
import re
import shlex
from pathlib import Path

import cv2
import numpy as np
import pytest
import torch

import paintreel
from paintreel.cli.arguments import add_options
from paintreel.cli.main import main
from paintreel.cli.train import TrainOptions
from paintreel.errors import InputError, PaintreelError
from paintreel.learn.engine.budget import Budget
from paintreel.learn.models.efficientnet import EfficientNetLite0
from paintreel.learn.models.vgg19 import VGG19Features
from paintreel.learn.systems import SYSTEMS
from paintreel.learn.trainers import peer_stylizers
from paintreel.learn.trainers.animegan import AnimeSettings, AnimeTrainer, anime_critic_loss
from paintreel.learn.trainers.animegan3 import Anime3Settings, Anime3Trainer, smoothed
from paintreel.learn.trainers.recipes import load_training_recipe
from paintreel.learn.trainers.ugatit import UGATITSettings, UGATITTrainer
from paintreel.learn.trainers.whitebox import WhiteBoxSettings, WhiteBoxTrainer
from paintreel.runtime.card import Card

PEERS = {
    "ugatit": (UGATITSettings, UGATITTrainer),
    "animegan2": (AnimeSettings, AnimeTrainer),
    "animegan3": (Anime3Settings, Anime3Trainer),
    "whitebox": (WhiteBoxSettings, WhiteBoxTrainer),
}
each = pytest.mark.parametrize("name", PEERS)
RECIPES = Path(__file__).resolve().parents[3] / "recipes" / "stylizers"


@pytest.fixture(autouse=True)
def plain_features(monkeypatch) -> None:
    """Features of a network that nobody trained: nothing is to be installed for them."""
    torch.manual_seed(0)
    network = EfficientNetLite0().eval().requires_grad_(False)
    monkeypatch.setattr(peer_stylizers, "load_efficientnet", lambda: network)


@pytest.fixture
def make(picture, solo):
    """A function (name, **settings) that makes a trainer of the tiny preset."""

    def make_trainer(name: str, **changes):
        settings, trainer = PEERS[name]
        given = {"preset": "tiny", "crop_px": 96, "batch": 2}
        photos = [picture(seed) for seed in range(4)]
        taught = changes.get("taught", 0)
        groups = [(p, cv2.medianBlur(p, 9)) if taught else (p,) for p in photos]
        return trainer(
            settings(**given | changes),
            photos=groups[1:],
            art=[picture(seed)[..., ::-1].copy() for seed in range(10, 13)],
            held_out=groups[:1],
            group=solo,
        )

    return make_trainer


def weights_of(module):
    return {k: v.clone() for k, v in module.state_dict().items()}


def changed(module, before):
    return any(not torch.equal(v, before[k]) for k, v in module.state_dict().items())


@each
def test_a_step_moves_generator_and_critics(make, name):
    trainer = make(name)
    before = weights_of(trainer.generator), weights_of(trainer.adversary.critics)
    terms = trainer.step(0.5)
    assert changed(trainer.generator, before[0])
    assert changed(trainer.adversary.critics, before[1])
    assert all(np.isfinite(v) for v in terms.values())
    assert any(term.startswith("critic") for term in terms)
    assert not {"painted", "colour"} & set(terms)  # as published


@each
def test_a_taught_one_is_drawn_to_the_teacher(make, name):
    """With hardly any other term the painting comes nearer to the teacher."""
    trainer = make(name, taught=1000.0, rate=2e-3, warmup_rate=2e-3)
    first = trainer.step(0.5)["painted"]
    for _ in range(14):
        last = trainer.step(0.5)["painted"]
    assert last < 0.9 * first


@pytest.mark.parametrize("name", ["animegan2", "animegan3", "whitebox"])
def test_critics_wait_for_the_warm_up(make, name):
    trainer = make(name, warmup=0.3)
    critics = weights_of(trainer.adversary.critics)
    terms = trainer.step(0.29)
    assert not any("critic" in term or "adversary" in term for term in terms)
    assert not changed(trainer.adversary.critics, critics)
    assert trainer.optimiser.param_groups[0]["lr"] == pytest.approx(trainer.settings.warmup_rate)
    trainer.step(0.31)
    assert changed(trainer.adversary.critics, critics)
    assert trainer.optimiser.param_groups[0]["lr"] == pytest.approx(trainer.settings.rate)


def test_ugatit_learns_both_ways_and_slows_down(make):
    trainer = make("ugatit")
    before = weights_of(trainer.back.network)
    trainer.step(0.25)
    assert changed(trainer.back.network, before)
    assert trainer.optimiser.param_groups[0]["lr"] == pytest.approx(1e-4)
    trainer.step(0.75)
    assert trainer.optimiser.param_groups[0]["lr"] == pytest.approx(0.5e-4)
    assert all(row["weight_decay"] == 1e-4 for row in trainer.adversary.optimiser.param_groups)


def test_a_resumed_step_is_the_same(make):
    """The whole state is in `state_dict`: two trainers go on alike."""
    for name in PEERS:
        trainer = make(name)
        trainer.step(0.5)
        state = copy.deepcopy(trainer.state_dict())
        other = make(name, seed=3)
        other.load_state_dict(state)
        assert trainer.step(0.6) == pytest.approx(other.step(0.6), rel=1e-5)


def test_terms_are_called_after_the_network_of_their_features(make, tmp_path):
    assert "content_efficientnet" in make("animegan2").step(0.5)
    torch.manual_seed(0)
    torch.save(VGG19Features(("relu4_4",)).state_dict(), tmp_path / "vgg19.pth")
    trainer = make("animegan2", vgg=str(tmp_path / "vgg19.pth"))
    assert {"content_vgg19", "touch_vgg19"} <= set(trainer.step(0.5))
    with pytest.raises(PaintreelError, match="nothing"):
        make("whitebox", vgg=str(tmp_path / "nothing.pth"))


def test_the_critic_of_animegan_by_hand():
    """Art at 0.5: 0.25; paintings at 1: 1; grey at 0.5: 0.25; blurred at 2: 4."""
    scores = tuple(torch.full((2, 1), v) for v in (0.5, 1.0, 0.5, 2.0))
    assert float(anime_critic_loss(scores, (1.0, 1.0, 1.0, 1.0))) == pytest.approx(5.5)
    assert float(anime_critic_loss(scores, (1.7, 1.7, 1.7, 1.0))) == pytest.approx(1.7 * 1.5 + 4)


def test_the_main_tail_is_taught_a_smooth_picture(picture):
    noisy = picture(0).astype(np.float32) / 255
    noisy = np.clip(noisy + np.random.default_rng(0).normal(0, 0.03, noisy.shape), 0, 1)
    smooth = smoothed(noisy.astype(np.float32))
    assert smooth.shape == noisy.shape
    grain = [np.abs(np.diff(x, axis=0)).mean() for x in (noisy, smooth)]
    assert grain[1] < 0.5 * grain[0]


@each
@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"preset": "huge"}, "preset is one of tiny, small, light"),
        ({"crop_px": 50}, "crop_px is a multiple of"),
        ({"batch": 0}, "batch, max_photos and max_art are 1 or more"),
        ({"taught": -1.0}, "weights of terms are not below 0"),
        ({"rate": 0.0}, "rates are above 0"),
        ({"warmup": 1.0}, "warmup is 0 to below 1"),
        ({"ema_decay": 1.0}, "ema_decay is 0 to below 1"),
    ],
)
def test_settings_that_no_run_can_use(name, change, message):
    with pytest.raises(InputError, match=message):
        PEERS[name][0](**change)


# By the command line


@each
def test_a_whole_run(name, fill_folder, tmp_path, picture):
    art = fill_folder(tmp_path / "art", 4, 100)
    photos = fill_folder(tmp_path / "photos", 4)
    out = tmp_path / "mine"
    settings = ("preset=tiny", "crop_px=96", "batch=2", "taught=1.0", "teacher.dab_px=2")
    words = ["train", name, "--art", str(art), "--photos", str(photos), "--out", str(out)]
    words += ["--budget", "2steps", "--credit", "me", "--licence", "CC0-1.0"]
    words += [word for each in settings for word in ("--set", each)]
    assert main(words) == 0
    card = Card.load(out / "card.toml")
    card.verify(out / "style.onnx")
    assert card.contract.system == name
    assert card.training["steps"] == 2
    assert card.training["art_pictures"] == 4
    assert card.training.get("features") == (None if name == "ugatit" else "efficientnet")
    assert card.contract.tiling == ("exact" if name == "whitebox" else "whole")
    assert len(list((out / "teacher").iterdir())) == 4
    style = paintreel.Style(str(out / "style.onnx"))
    for size in ((112, 128), (37, 61)):
        photo = picture(77, *size)
        assert style(photo).shape == photo.shape


@each
def test_its_recipe(name):
    path = RECIPES / f"{name}.toml"
    recipe = load_training_recipe(path, name, SYSTEMS[name].load_settings())
    assert recipe.settings.taught == 0  # as published
    assert "E16*" in recipe.settings.held_out_art
    assert "elementary/*" in recipe.settings.held_out_photos
    head = re.match(r"(#.*\n)+", path.read_text("utf-8"))[0]
    (line,) = re.findall(r"paintreel train (.*)", re.sub(r"\\\n#", " ", head))
    parser = argparse.ArgumentParser(exit_on_error=False)
    add_options(parser, TrainOptions)
    asked = parser.parse_args(shlex.split(line))
    assert (asked.system, asked.recipe) == (name, Path("recipes/stylizers") / path.name)
    assert Budget.parse(asked.budget).seconds >= 60
