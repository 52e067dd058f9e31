from __future__ import annotations

import dataclasses

import pytest
import torch
from torch import nn

from paintreel.errors import InputError
from paintreel.learn.models.drawing_network import shown_answer, shown_content
from paintreel.learn.models.drawing_tasks import COLORIZE, LINEART, TASKS
from paintreel.learn.models.residual_attention import (
    DISCRIMINATORS,
    PARTS,
    PRESETS,
    GeneratorConfig,
    PointedColours,
    ResidualAttention,
    ResidualBlock,
    ResidualDiscriminator,
    SharedChannelAttention,
    vary,
)

TINY = PRESETS["tiny"]["colorize"]


def inputs(network, *, side=64, n=2):
    task = network.task
    chance = torch.Generator().manual_seed(1)
    planes = torch.rand(n, task.c_in, side, side, generator=chance)
    condition = torch.rand(n, task.condition, generator=chance) if task.condition else None
    return planes, condition


@pytest.mark.parametrize("task", TASKS.values(), ids=TASKS)
@pytest.mark.parametrize("preset", ["tiny", "light"])
def test_any_size_of_its_multiple(task, preset):
    network = ResidualAttention(task, PRESETS[preset][task.name]).eval()
    assert network.multiple == 16
    planes = torch.rand(1, task.c_in, 48, 80)
    with torch.no_grad():
        answer = network(planes)
    assert answer.shape == (1, task.c_out, 48, 80)
    assert answer.dtype == torch.float32
    assert 0 <= float(answer.min()) <= float(answer.max()) <= 1


def test_the_preset_of_the_paper_works_at_full_size():
    config = dataclasses.replace(PRESETS["paper"]["lineart"], widths=(8, 8, 8), noise=4)
    network = ResidualAttention(LINEART, config).eval()
    assert network.first.first.kernel_size == (7, 7)
    assert isinstance(network.head, nn.ConvTranspose2d)
    assert network.head.kernel_size == (7, 7)
    assert [up.kernel_size for up in network.ups] == [(3, 3), (3, 3)]
    assert network.multiple == 4
    assert network(torch.rand(1, 6, 20, 36)).shape == (1, 1, 20, 36)


@pytest.mark.parametrize("task", TASKS.values(), ids=TASKS)
def test_light_fits_in_six_megabytes_of_halves(task):
    network = ResidualAttention(task, PRESETS["light"][task.name])
    assert sum(p.numel() for p in network.parameters()) * 2 < 5.9e6


def test_a_block_is_equation_5():
    block = ResidualBlock(2, 3, stride=2)
    x = torch.rand(1, 2, 8, 8)
    change = block.second(block.first(x).relu())
    kept = block.shortcut(nn.functional.avg_pool2d(x, 2))
    torch.testing.assert_close(block(x), change + kept)
    same = ResidualBlock(2, 2)
    nn.init.zeros_(same.second.weight)
    torch.testing.assert_close(same(x), x)
    bare = ResidualBlock(2, 2, residual=False)
    torch.testing.assert_close(bare(x), bare.second(bare.first(x).relu()))


def test_attention_is_equation_7():
    attention = SharedChannelAttention(8)
    x = torch.rand(2, 8, 5, 7)
    first, last = attention.perceptron[0], attention.perceptron[2]

    def perceptron(v):
        hidden = (v @ first.weight.T + first.bias).clamp_min(0)
        return hidden @ last.weight.T + last.bias

    wanted = torch.sigmoid(perceptron(x.mean((2, 3))) + perceptron(x.amax((2, 3))))
    torch.testing.assert_close(attention(x)[:, :, 0, 0], wanted)


def test_noise_shuts_channels_of_the_whole_picture():
    network = ResidualAttention(COLORIZE, TINY).eval()
    planes, condition = inputs(network, n=1)
    ones = torch.ones(1, network.noise_channels)
    with torch.no_grad():
        quiet = network(planes, condition)
        torch.testing.assert_close(network(planes, condition, ones), quiet)
        shut = network(planes, condition, torch.zeros_like(ones))
    assert float((shut - quiet).abs().max()) > 1e-5


def test_a_condition_starts_as_nothing_and_can_be_learnt():
    network = ResidualAttention(COLORIZE, dataclasses.replace(TINY, pointed=False))
    planes, condition = inputs(network)
    torch.testing.assert_close(network(planes, condition), network(planes))
    network(planes, condition).mean().backward()
    last = network.shift.perceptron[-1]
    assert float(last.weight.grad.abs().sum()) > 0


@pytest.mark.parametrize("part", PARTS)
def test_ablations(part):
    config = vary(TINY, [part])
    network = ResidualAttention(COLORIZE, config).eval()
    planes, condition = inputs(network, n=1)
    mask = torch.zeros(1, network.noise_channels) if network.noise_channels else None
    answer = network(planes, condition, mask)
    assert answer.shape == (1, 3, 64, 64)
    blocks = [m for m in network.modules() if isinstance(m, ResidualBlock)]
    assert any(block.residual for block in blocks) == (part != "residual")
    assert (network.attention is None) == (part == "attention")
    assert (network.noise_channels == 0) == (part == "noise")


def test_the_halo_is_the_reach():
    """Without the gates, what lies farther than the halo changes nothing, and what is near does."""
    config = dataclasses.replace(vary(TINY, ["attention"]), dilations=(1, 2), pointed=False)
    network = ResidualAttention(LINEART, config).eval()
    halo = network.halo_px
    side = 2 * halo + 32
    planes = torch.rand(1, 6, side, side)
    planes.requires_grad_()
    network(planes)[0, 0, side // 2, side // 2].backward()
    touched = planes.grad[0].abs().sum(0).nonzero() - side // 2
    reach = int(touched.abs().max())
    assert reach <= halo
    assert reach > 0.75 * halo


def test_wrong_sizes_are_refused():
    with pytest.raises(InputError, match="depths and later"):
        GeneratorConfig(depths=(1,))
    with pytest.raises(InputError, match="noise covers 0 to 256"):
        GeneratorConfig(noise=300)


@pytest.mark.parametrize(("preset", "places"), [("tiny", (8, 8)), ("light", (4, 4))])
def test_the_discriminator_of_light_judges_patches(preset, places):
    critic = ResidualDiscriminator(COLORIZE, DISCRIMINATORS[preset])
    assert critic(torch.rand(2, 3, 64, 64), torch.rand(2, 12, 64, 64)).shape == (2, 1, *places)


def test_the_discriminator_of_the_paper_judges_the_whole():
    config = dataclasses.replace(DISCRIMINATORS["paper"], width=4)
    critic = ResidualDiscriminator(LINEART, config)
    assert critic.blocks[0].first.kernel_size == (5, 5)
    assert critic(torch.rand(2, 1, 48, 64), torch.rand(2, 6, 48, 64)).shape == (2, 1, 1, 1)


def test_answers_are_looked_at_under_their_lines():
    planes = torch.rand(1, 5, 4, 4)
    colours = torch.rand(1, 3, 4, 4)
    torch.testing.assert_close(
        shown_answer(COLORIZE, planes, colours), colours * (1 - planes[:, :1])
    )
    torch.testing.assert_close(
        shown_content(COLORIZE, planes), (1 - planes[:, :1]).expand(-1, 3, -1, -1)
    )
    pictures, lines = torch.rand(1, 6, 4, 4), torch.rand(1, 1, 4, 4)
    assert shown_answer(LINEART, pictures, lines).shape == (1, 3, 4, 4)
    torch.testing.assert_close(shown_content(LINEART, pictures), pictures[:, :3])


def pointer() -> tuple[PointedColours, torch.Tensor, torch.Tensor, torch.Tensor]:
    """The layer, features, colours of its own and planes without hints."""
    torch.manual_seed(0)
    layer = PointedColours(8, 4)
    return layer, torch.rand(2, 8, 5, 6), torch.rand(2, 3, 20, 24), torch.zeros(2, 12, 20, 24)


def test_without_hints_and_palette_a_colour_is_its_own():
    layer, x, own, planes = pointer()
    torch.nn.init.constant_(layer.weigh.bias[1:], 9.0)
    torch.testing.assert_close(layer(x, own, planes, None)[0], own)


def palette_of_two() -> torch.Tensor:
    condition = torch.zeros(2, 39)
    condition[:, :8] = torch.tensor([0.9, 0.2, 0.1, 0.6, 0.1, 0.3, 0.8, 0.4])
    return condition


def test_colours_are_those_of_the_palette_where_the_own_one_has_no_weight():
    layer, x, own, planes = pointer()
    condition = palette_of_two()
    torch.nn.init.constant_(layer.weigh.bias[:1], -60.0)
    colours, choices = layer(x, own, planes, condition)
    first, second = condition[0, :3], condition[0, 4:7]
    share = (colours[:, 0] - second[0]) / (first[0] - second[0])
    between = share[:, None] * first[None, :, None, None]
    between = between + (1 - share)[:, None] * second[None, :, None, None]
    torch.testing.assert_close(colours, between, atol=1e-4, rtol=0)
    shares = choices.softmax(dim=1)
    assert shares.shape == (2, 8, 5, 6)
    torch.testing.assert_close(shares[:, :2].sum(dim=1), torch.ones(2, 5, 6))


def test_a_colour_is_known_by_what_it_is_and_not_by_its_number():
    layer, x, own, planes = pointer()
    condition = palette_of_two()
    turned = condition.clone()
    turned[:, :4], turned[:, 4:8] = condition[:, 4:8], condition[:, :4]
    torch.nn.init.normal_(layer.ask.weight, std=1.0)
    one, two = layer(x, own, planes, condition), layer(x, own, planes, turned)
    torch.testing.assert_close(one[0], two[0])
    torch.testing.assert_close(one[1][:, :2], two[1][:, :2].flip(1))


def test_hints_are_pointed_at_where_there_are_any():
    layer, x, own, planes = pointer()
    planes[0, 5:8] = torch.rand(3, 20, 24)
    planes[0, 11] = 0.3
    torch.nn.init.constant_(layer.weigh.bias[1:2], 60.0)
    colours, _ = layer(x, own, planes, None)
    torch.testing.assert_close(colours[0], planes[0, 5:8])
    torch.testing.assert_close(colours[1], own[1])  # its neighbour has no hint


def test_in_use_half_of_what_hints_ask_for_is_their_mean():
    layer, x, own, planes = pointer()
    planes[0, 5:11] = torch.rand(6, 20, 24)
    planes[0, 11] = 0.3
    learnt, _ = layer(x, own, planes, None)
    used, _ = layer.eval()(x, own, planes, None)
    torch.testing.assert_close(used[0], (learnt[0] + planes[0, 8:11]) / 2)
    torch.testing.assert_close(used[1], learnt[1])
