from __future__ import annotations

import pytest
import torch

from paintreel.learn.models.bundled_backbone import load_bundled_backbone
from paintreel.learn.models.mffcn import NETWORK
from paintreel.learn.models.painter_critics import (
    CHANGE_WIDTHS,
    HEAD_WIDTHS,
    TAPS,
    Standardised,
    make_critics,
)


@pytest.fixture(scope="module")
def maps():
    torch.manual_seed(0)
    return load_bundled_backbone().maps(torch.rand(4, 3, 64, 64), TAPS)


def test_maps_are_standardised_a_channel(maps):
    standardised = Standardised()
    standardised.fit(maps)
    for x in standardised(maps):
        assert x.mean((0, 2, 3)).abs().max() < 1e-4
        deviation = x.std((0, 2, 3))
        assert deviation.max() < 1.01
        assert deviation.median() > 0.95


def test_every_map_is_judged_at_every_place(maps):
    scores = make_critics("tiny")["features"](*maps)
    assert [tuple(s.shape) for s in scores] == [(4, 1, *m.shape[2:]) for m in maps]
    assert [m.shape[2] for m in maps] == [32, 16, 8, 4]


def test_the_change_is_judged_beside_its_rough():
    critic = make_critics("tiny")["change"].eval()
    scene, rough = torch.rand(2, 3, 64, 64), torch.rand(2, 6, 64, 64)
    features, score = critic(scene, rough)
    assert [f.shape[2] for f in features] == [32, 16, 8]
    assert score.shape == (2, 1, 8, 8)
    assert not torch.equal(score, critic(scene, rough.roll(1, 0))[1])
    aside = rough.clone()
    aside[:, 4:] = 0  # what says which of the two are given is no ink
    assert torch.equal(score, critic(scene, aside)[1])


def test_a_critic_for_every_preset():
    assert HEAD_WIDTHS.keys() == CHANGE_WIDTHS.keys() == {"tiny", "light"}
    assert HEAD_WIDTHS.keys() <= NETWORK.presets.keys()
