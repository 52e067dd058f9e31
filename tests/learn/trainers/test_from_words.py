"""Training of what paints from words: terms, what moves, resume, and that it learns."""

from __future__ import annotations

import dataclasses
import math

import numpy as np
import pytest
import torch

from paintreel.errors import InputError
from paintreel.learn.data import captioned
from paintreel.learn.data.scene_pairs import Panel, View
from paintreel.learn.trainers.attngan import AttnGANSettings, AttnGANTrainer
from paintreel.learn.trainers.from_words import FromWordsSettings
from paintreel.learn.trainers.stylegan import StyleGANSettings, StyleGANTrainer

TRAINERS = {
    "attngan": (AttnGANTrainer, AttnGANSettings(preset="tiny", seed=3, batch=3, worlds=0)),
    "stylegan": (StyleGANTrainer, StyleGANSettings(preset="tiny", seed=3, batch=3, worlds=0)),
}
TERMS = {
    "attngan": {"critic", "adversarial", "divergence", "true_matching", "matching"},
    "stylegan": {"critic", "steepness", "adversarial"},
}
each = pytest.mark.parametrize("name", TRAINERS)


@pytest.fixture(scope="module")
def panels():
    colours = {"water": (40, 80, 200), "forest": (40, 160, 60), "night_sky": (10, 10, 40)}
    return [
        Panel((View(np.full((110, 120, 3), colour, np.uint8), {}),), label)
        for label, colour in colours.items()
    ]


@pytest.fixture
def make(panels, solo):
    def make(name, **changes):
        trainer, settings = TRAINERS[name]
        return trainer(dataclasses.replace(settings, **changes), panels=panels, group=solo)

    return make


@each
def test_a_step_moves_painter_and_critics(make, name):
    trainer = make(name)
    before = {k: v.clone() for k, v in trainer.learner.network.state_dict().items()}
    judged = {k: v.clone() for k, v in trainer.adversary.critics.state_dict().items()}
    terms = trainer.step(0.1)
    assert terms.keys() == TERMS[name]
    assert all(math.isfinite(value) for value in terms.values())
    after = trainer.learner.network.state_dict()
    still = {k.split(".")[0] for k in before if torch.equal(before[k], after[k])}
    assert still <= {"category"}, still  # the bias of a category that nothing was drawn of
    now = trainer.adversary.critics.state_dict()
    assert any(not torch.equal(judged[k], now[k]) for k in judged)
    assert trainer.step(0.2).keys() == TERMS[name] - {"steepness"}  # lazy


def test_what_is_said_of_painted_pictures_does_not_teach_the_reader(make):
    """With true pairs of one caption alone there is nothing to match: the readers stay."""
    trainer = make("attngan", divergence=0.0)
    trainer.sampler.panels = trainer.sampler.panels[:1]
    network = trainer.learner.network
    before = {k: v.clone() for k, v in network.state_dict().items()}
    terms = trainer.step(0.1)
    assert terms["true_matching"] == pytest.approx(0.0, abs=1e-5)
    after = network.state_dict()
    for part in ("captions", "pictures"):
        assert all(torch.equal(before[k], after[k]) for k in before if k.startswith(part + "."))
    assert not torch.equal(before["start.weight"], after["start.weight"])


@each
def test_a_resumed_training_equals_an_unbroken_one(make, name):
    whole, first = make(name), make(name)
    for trainer in (whole, first):
        trainer.step(0.1)
    state = first.state_dict()
    resumed = make(name)
    resumed.load_state_dict(state)
    assert resumed.step(0.5) == whole.step(0.5)
    assert all(torch.equal(a, b) for a, b in zip(
        resumed.snapshot().values(), whole.snapshot().values(), strict=True
    ))  # fmt: skip


@each
def test_a_seed_is_one_picture(make, name):
    trainer = make(name)
    picture = trainer.paint("water", 5)
    assert (picture.shape, picture.dtype) == ((64, 64, 3), np.uint8)
    np.testing.assert_array_equal(trainer.paint("water", 5), picture)
    assert not np.array_equal(trainer.paint("water", 6), picture)
    assert trainer.sample_sheet().shape == (6 * 64, 2 * 64, 3)


def test_worlds_are_among_what_is_learnt_from(make, monkeypatch):
    asked = []
    world = captioned.Captioned(np.zeros((64, 64, 3), np.uint8), "a forest", "forest")
    module = "paintreel.learn.trainers.from_words.drawn_worlds"
    monkeypatch.setattr(module, lambda each, side: asked.append((each, side)) or (world,))
    trainer = make("stylegan", worlds=2, share=1.0)
    assert asked == [(2, 64)]
    assert trainer.sampler()[0].max() == 0


@pytest.mark.parametrize(
    ("changes", "rule"),
    [({"batch": 1}, "batch is 2"), ({"rate": 0.0}, "rates"), ({"share": 1.5}, "share is 0 to 1")],
)
def test_settings_that_cannot_be_trained_with(changes, rule):
    with pytest.raises(InputError, match=rule):
        FromWordsSettings(**changes)
