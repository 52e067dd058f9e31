"""Networks that paint from words: shapes, what they hear, the forms that their papers give."""

from __future__ import annotations

import pytest
import torch

from paintreel.learn.data.captions import LENGTH, tokens
from paintreel.learn.models import attngan, stylegan
from paintreel.learn.models.stylegan import ModulatedConv
from paintreel.worlds.categories import LABELS

MAKERS = {
    "attngan": lambda: attngan.AttnGAN(attngan.PRESETS["tiny"]),
    "stylegan": lambda: stylegan.StyleGAN(stylegan.PRESETS["tiny"]),
}
each = pytest.mark.parametrize("name", MAKERS)


def tiny(name: str):
    torch.manual_seed(0)
    return MAKERS[name]().eval()


def inputs(network, *captions: str, seed: int = 0):
    g = torch.Generator().manual_seed(seed)
    noise = torch.randn(len(captions), network.noise_size, generator=g)
    words = torch.stack([torch.from_numpy(tokens(text)) for text in captions])
    texture = torch.randn(len(captions), network.side_px, network.side_px, generator=g)
    return noise, words, torch.eye(len(LABELS))[: len(captions)], texture


@each
@torch.no_grad()
def test_pictures_in_range_the_last_of_full_size(name):
    network = tiny(name)
    pictures = network(*inputs(network, "a forest", "a night sky"))
    sides = {"attngan": [16, 32, 64], "stylegan": [64]}[name]
    assert [tuple(p.shape) for p in pictures] == [(2, 3, side, side) for side in sides]
    assert all(p.dtype == torch.float32 and 0 <= p.min() < p.max() <= 1 for p in pictures)


@each
@torch.no_grad()
def test_what_is_heard(name):
    """Chance by both; words by the one, the category by the other."""
    network = tiny(name)
    noise, words, category, texture = inputs(network, "a forest with village")
    picture = network(noise, words, category, texture)[-1]

    def moved(*given) -> bool:
        return bool((network(*given)[-1] - picture).abs().max() > 1e-6)

    assert moved(-noise, words, category, texture)
    assert moved(noise, words.flip(1), category, texture) == (name == "attngan")
    assert moved(noise, words, category.flip(1), texture) == (name == "stylegan")
    assert not moved(noise, words, category, texture)


@torch.no_grad()
def test_words_that_are_not_there_count_for_nothing():
    network = tiny("attngan")
    captions = network.captions
    words = torch.from_numpy(tokens("a forest"))[None]
    features, sentence, there = captions(words)
    assert there.sum() == 2
    assert features.shape == (1, 8, LENGTH)
    assert (features[:, :, 2:] == 0).all()
    torch.testing.assert_close(sentence, features[:, :, :2].mean(dim=2))
    attention = network.attention[0]
    x = torch.rand(1, attention.project.out_channels, 4, 4)
    torch.testing.assert_close(
        attention(x, features, there), attention(x, features[:, :, :2], there[:, :2])
    )


def test_a_style_scales_the_weights_of_each_picture():
    """On x and on the result as on weights of a picture's own, the form of the paper."""
    torch.manual_seed(1)
    layer = ModulatedConv(3, 5, 3, 4)
    x, style = torch.rand(2, 3, 6, 6), torch.rand(2, 4)
    by = layer.affine(style)
    for n in range(2):
        weight = layer.weight * layer.scale * by[n][None, :, None, None]
        weight = weight * (weight.square().sum(dim=(1, 2, 3), keepdim=True) + 1e-8).rsqrt()
        own = torch.nn.functional.conv2d(x[n : n + 1], weight, layer.bias, padding=1)
        torch.testing.assert_close(layer(x, style)[n : n + 1], own, rtol=1e-4, atol=1e-5)


@torch.no_grad()
def test_grain_is_learnt_and_starts_at_nothing():
    network = tiny("stylegan")
    noise, words, category, texture = inputs(network, "a forest")
    plain = network(noise, words, category)[-1]
    torch.testing.assert_close(network(noise, words, category, texture)[-1], plain)
    for name, parameter in network.named_parameters():
        if name.endswith("grain"):
            parameter.fill_(0.5)
    assert (network(noise, words, category, texture)[-1] - plain).abs().max() > 1e-4


def test_critics_judge_every_stage_and_the_category():
    config = attngan.PRESETS["tiny"]
    critics = {name: critic.eval() for name, critic in attngan.make_critics(config).items()}
    assert list(critics) == ["at_16", "at_32", "at_64"]
    for side, critic in zip(config.sides_px, critics.values(), strict=True):
        pictures, sentences = torch.rand(2, 3, side, side), torch.rand(2, config.words)
        scores = critic(pictures, sentences)
        assert scores.shape == (2, 2)
        other = critic(pictures, -sentences)
        torch.testing.assert_close(other[:, 0], scores[:, 0])  # the picture alone
        assert (other[:, 1] - scores[:, 1]).abs().max() > 1e-7
    critic = stylegan.StyleCritic(stylegan.PRESETS["tiny"])
    pictures, category = torch.rand(2, 3, 64, 64), torch.eye(6)[:2]
    assert critic(pictures, category).shape == (2,)
    assert (critic(pictures, category.flip(0)) - critic(pictures, category)).abs().max() > 1e-7


def test_sizes():
    """Of the same order as MFFCN, which has 1.1 million."""
    for make in (
        lambda: attngan.AttnGAN(attngan.PRESETS["light"]),
        lambda: stylegan.StyleGAN(stylegan.PRESETS["light"]),
    ):
        assert 0.3e6 < sum(p.numel() for p in make().parameters()) < 3e6
