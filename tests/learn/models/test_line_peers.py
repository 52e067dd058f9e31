from __future__ import annotations

import pytest
import torch

from paintreel.learn.models.cartoongan import CartoonConfig, CartoonGenerator, edges_smoothed
from paintreel.learn.models.drawing_networks import (
    CARTOON,
    NETWORKS,
    OURS,
    SCENERY,
    make_critics,
    make_generator,
    make_way_back,
)
from paintreel.learn.models.drawing_tasks import COLORIZE, LINEART, TASKS


@pytest.mark.parametrize("task", TASKS.values(), ids=TASKS)
@pytest.mark.parametrize("network", NETWORKS)
def test_every_network_answers_every_task(network, task):
    generator = make_generator(network, task, "tiny").eval()
    side = 64
    planes = torch.rand(2, task.c_in, side, side + generator.multiple)
    condition = torch.rand(2, task.condition) if task.condition else None
    answer = generator(planes, condition)
    assert answer.shape == (2, task.c_out, *planes.shape[2:])
    assert ((answer >= 0) & (answer <= 1)).all()
    critics = make_critics(network, task, "tiny")
    assert set(critics) == ({"answer", "back"} if network == SCENERY else {"answer"})
    given = (answer, planes) if network == OURS else (answer,)
    assert critics["answer"](*given).shape[:2] == (2, 1)


def test_the_way_back_gives_what_shows_the_picture():
    lines = make_way_back(LINEART, "tiny")
    assert lines(torch.rand(1, 1, 16, 16)).shape == (1, 3, 16, 16)
    colours = make_way_back(COLORIZE, "tiny")
    assert colours(torch.rand(1, 3, 16, 16)).shape == (1, 1, 16, 16)


def test_a_condition_reaches_a_peer():
    generator = make_generator(CARTOON, COLORIZE, "tiny").eval()
    planes, condition = torch.rand(1, COLORIZE.c_in, 16, 16), torch.rand(1, COLORIZE.condition)
    with torch.no_grad():
        nothing = generator(planes, torch.zeros_like(condition))
        torch.testing.assert_close(generator(planes), nothing)
        assert float((generator(planes, condition) - nothing).abs().max()) > 1e-6


def test_cartoongan_has_the_published_size():
    generator = CartoonGenerator(LINEART, CartoonConfig())
    parameters = sum(p.numel() for p in generator.parameters())
    assert 11e6 < parameters < 13e6  # 64, 128, 256 channels and eight blocks


def test_only_edges_are_smoothed():
    picture = torch.zeros(1, 3, 32, 32)
    picture[..., 16:] = 1
    smooth = edges_smoothed(picture)
    assert (smooth[..., :8] == 0).all()
    assert (smooth[..., 24:] == 1).all()
    between = smooth[0, 0, 16, 12:20]
    assert (between.diff() >= 0).all()
    assert float(between.diff().max()) < 0.5
    faint = picture * 0.05
    torch.testing.assert_close(edges_smoothed(faint), faint)
