from __future__ import annotations

import copy
import dataclasses
import math

import cv2
import numpy as np
import pytest
import torch

from paintreel.errors import InputError
from paintreel.learn.data.line_pairs import held_out_pairs, open_pairs, training_pairs
from paintreel.learn.data.line_samples import ColourSampling, LineSampling
from paintreel.learn.models.drawing_networks import CARTOON, SCENERY
from paintreel.learn.models.drawing_tasks import COLORIZE, LINEART, TASKS
from paintreel.learn.models.residual_attention import PARTS
from paintreel.learn.trainers.line_peers import trainer_of
from paintreel.learn.trainers.line_runs import parted
from paintreel.learn.trainers.line_settings import ColorizeSettings, LineartSettings

TINY = {
    "lineart": LineartSettings(
        preset="tiny", batch=2, adversary_from=0.5, pairs=LineSampling(side_px=64)
    ),
    "colorize": ColorizeSettings(
        preset="tiny", batch=2, adversary_from=0.5, features=0.0, pairs=ColourSampling(side_px=64)
    ),
}
TERMS = {
    "lineart": {"l1", "entropy", "overlap", "stable"},
    "colorize": {"l1", "cells", "choice"},
}


def drawing(seed):
    """((112, 128, 3) flat discs in colour, their lines): uint8."""
    chance = np.random.default_rng(seed)
    picture = np.full((112, 128, 3), chance.integers(90, 256, 3), np.uint8)
    lines = np.full((112, 128, 3), 255, np.uint8)
    for _ in range(4):
        centre = (int(chance.integers(20, 108)), int(chance.integers(20, 92)))
        radius = int(chance.integers(10, 30))
        cv2.circle(picture, centre, radius, chance.integers(60, 256, 3).tolist(), -1)
        cv2.circle(lines, centre, radius, (255, 255, 255), -1)
        for each in (picture, lines):
            cv2.circle(each, centre, radius, (0, 0, 0), 2, cv2.LINE_AA)
    return picture, lines


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("drawings")
    for seed in range(8):
        picture, lines = drawing(seed)
        cv2.imwrite(str(folder / f"{seed}.png"), picture[..., ::-1])
        cv2.imwrite(str(folder / f"{seed}.lines.png"), lines)
    return folder


@pytest.fixture(scope="module")
def pairs(folder):
    return open_pairs(folder)


@pytest.fixture
def make(pairs, solo):
    """A function (task, **changes) that makes a real trainer of the tiny preset."""

    def make(task, **changes):
        settings = dataclasses.replace(TINY[task], **changes)
        return trainer_of(settings)(
            TASKS[task],
            settings,
            pairs=training_pairs(pairs),
            held_out=held_out_pairs(pairs, "development"),
            group=solo,
        )

    return make


@pytest.mark.parametrize("task", TASKS)
def test_steps_with_and_without_adversary(make, task):
    trainer = make(task)
    before = trainer.snapshot()
    assert trainer.step(0.1).keys() == TERMS[task]
    terms = trainer.step(0.9)
    assert terms.keys() == TERMS[task] | {"critic", "adversarial"}
    assert all(math.isfinite(value) for value in terms.values())
    assert any(not torch.equal(before[k], v) for k, v in trainer.snapshot().items())


@pytest.mark.parametrize("task", TASKS)
@pytest.mark.parametrize("part", PARTS)
def test_ablations_are_trained(make, task, part):
    terms = make(task, without=(part,)).step(0.9)
    assert ("adversarial" in terms) == (part != "adversary")
    assert all(math.isfinite(value) for value in terms.values())


@pytest.mark.parametrize("task", TASKS)
@pytest.mark.parametrize(("network", "own"), [(CARTOON, set()), (SCENERY, {"cycle"})])
def test_peers_are_trained_unpaired_and_with_our_l1(make, task, network, own):
    for paired in (False, True):
        trainer = make(
            task, network=network, paired=paired, content=0.0, adversary=1.0, batch=3, l1=100.0
        )
        started = trainer.step(0.1)
        assert started.keys() == {"l1"} | own
        terms = trainer.step(0.9)
        assert terms.keys() == {"l1", "critic", "adversarial"} | own
        assert all(math.isfinite(value) for value in terms.values())


def test_an_unpaired_peer_learns_nothing_from_its_own_truth(make):
    """CartoonGAN before its adversary, without content: nothing is left that could move it."""
    trainer = make("lineart", network=CARTOON, paired=False, content=0.0)
    before = {name: value.clone() for name, value in trainer.generator.named_parameters()}
    trainer.step(0.1)
    for name, value in trainer.generator.named_parameters():
        torch.testing.assert_close(value, before[name])


def test_content_is_of_efficientnet(make):
    terms = make("colorize", network=CARTOON, paired=False).step(0.1)
    assert terms.keys() == {"l1", "content"}
    assert 0 < terms["content"] < 10


def test_features_are_a_term_where_they_are_asked_for(make):
    terms = make("colorize", features=0.1).step(0.1)
    assert terms.keys() == TERMS["colorize"] | {"features"}


@pytest.mark.parametrize("task", TASKS)
def test_it_learns(make, task):
    trainer = make(task, ema_decay=0.5, rate=4e-3, batch=4)
    before = trainer.measures()
    for _ in range(25):
        trainer.step(0.1)
    after = trainer.measures()
    name = "loss" if task == "lineart" else "loss_none"
    assert after[name] < 0.8 * before[name]


@pytest.mark.parametrize("task", TASKS)
def test_measures_and_sheet(make, task):
    trainer = make(task)
    names = {"loss", "f1_own"} if task == "lineart" else {"none", "palette", "hints_20"}
    wanted = names if task == "lineart" else {f"loss_{name}" for name in names}
    assert trainer.measures().keys() == wanted
    sheet = trainer.sample_sheet()
    rows = len(trainer.trials)
    assert sheet.shape == (256 * min(rows, 6), 3 * 256, 3)
    assert sheet.dtype == np.uint8


def test_what_is_held_out(pairs):
    training, aside = parted(pairs, ())
    assert [len(training), len(aside)] == [7, 1]
    training, aside = parted(pairs, ("2.png", "[34].png"))
    assert {pair.name for pair in training} == {"0.png", "1.png", "5.png", "6.png"}
    assert {pair.name for pair in aside} == {"7.png", "2.png", "3.png", "4.png"}


def test_two_views_of_lines_share_their_truth(make):
    batch = make("lineart").batch()
    assert batch.planes.shape == (4, 6, 64, 64)
    torch.testing.assert_close(batch.truth[:2], batch.truth[2:])
    assert (batch.planes[:2] != batch.planes[2:]).any()
    torch.testing.assert_close(batch.planes[:2, 3:], batch.planes[2:, 3:])


def test_a_batch_of_colours(make):
    batch = make("colorize").batch()
    assert batch.planes.shape == (2, COLORIZE.c_in, 64, 64)
    assert batch.condition.shape == (2, COLORIZE.condition)
    assert batch.truth.shape == (2, 3, 64, 64)
    assert batch.ink.shape == (2, 1, 64, 64)


@pytest.mark.parametrize("task", TASKS)
def test_a_resumed_run_goes_on_bit_for_bit(make, task):
    trainer = make(task)
    trainer.step(0.6)
    state = copy.deepcopy(trainer.state_dict())
    again = make(task)
    again.load_state_dict(state)
    for progress in (0.7, 0.8):
        assert trainer.step(progress) == again.step(progress)


def test_noise_is_of_training_alone(make):
    trainer = make("lineart")
    masks = trainer.noise(64)
    assert masks.shape == (64, trainer.generator.noise_channels)
    assert set(masks.unique().tolist()) == {0.0, 2.0}
    assert make("lineart", without=("noise",)).noise(4) is None
    assert "noise" not in LINEART.inputs
    assert "noise" in COLORIZE.inputs


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"network": "cartoon"}, "network is of residual_attention"),
        ({"paired": False}, "residual_attention is paired"),
        ({"preset": "lihgt"}, "'lihgt' is no preset of residual_attention"),
        ({"without": ("atention",)}, "attention"),
        ({"network": SCENERY, "without": ("noise",)}, "without is of residual_attention alone"),
        ({"l1": -1.0}, "weights are not below 0"),
        ({"workers": -2}, "workers is -1 or more"),
    ],
)
def test_settings_that_no_run_can_use(changes, said):
    with pytest.raises(InputError, match=said):
        LineartSettings(**changes)
