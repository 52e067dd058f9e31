"""Every scene network of the catalogue, against what `blocks.scene_io` promises."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
import torch

from paintreel.errors import InputError
from paintreel.learn.models import mffcn
from paintreel.learn.systems import SCENE_NETWORKS
from paintreel.metrics.spectrum import radial_spectrum

each_system = pytest.mark.parametrize("name", SCENE_NETWORKS)


def make(name: str, preset: str = "tiny", **options) -> torch.nn.Module:
    torch.manual_seed(0)
    options = {"without": (), "fusion": "mid"} | options
    model = SCENE_NETWORKS[name].load_network().generator(preset, **options).eval()
    with torch.no_grad():  # as after training: nothing is near zero
        for p in model.parameters():
            p.add_(0.05 * torch.randn(p.shape, generator=torch.Generator().manual_seed(p.numel())))
    return model


def inputs(model, height: int, width: int, seed: int = 0):
    g = torch.Generator().manual_seed(seed)
    rough = torch.rand(1, 6, height, width, generator=g)
    rough[:, 4:] = 1.0
    category = torch.eye(6)[:1]
    return rough, category, torch.rand(1, model.code_size, generator=g), torch.ones(1, 1)


@each_system
def test_shapes_ranges_and_gradients(name):
    model = make(name)
    rough, category, code, mix = inputs(model, 32, 48)
    scene, own = model(rough, category, code, mix)
    assert scene.shape == (1, 3, 32, 48)
    assert own.shape == (1, model.code_size)
    assert 0 <= scene.min() < scene.max() <= 1
    model.train()(rough, category)[0].mean().backward()
    for parameter_name, p in model.named_parameters():
        assert p.grad is not None, parameter_name
        assert p.grad.abs().sum() > 0 or p.grad.numel() < 6, parameter_name


@pytest.mark.parametrize(
    ("name", "variants"),
    [
        *((name, ()) for name in SCENE_NETWORKS),
        ("mffcn", ("attention_full",)),
        ("mffcn", ("attention_quarter",)),
        ("cdlm", ("skips",)),
    ],
)
def test_tiles_with_the_halo_equal_the_whole(name, variants):
    """What lies beyond the halo does not matter, once the code is given."""
    model = make(name, variants=variants)
    halo, m = model.halo_px, model.multiple
    tile = 2 * m
    side = 2 * (halo + -halo % m) + tile
    rough, category, code, mix = inputs(model, tile, side)
    start = (side - tile) // 2
    other = rough.clone()
    other[:, :4, :, : start - halo] = 0.0
    other[:, :4, :, start + tile + halo :] = 1.0
    with torch.no_grad():
        pair = [model(x, category, code, mix)[0][..., start : start + tile] for x in (rough, other)]
    torch.testing.assert_close(*pair, atol=1e-6, rtol=0)


@each_system
def test_every_input_is_heard(name):
    model = make(name)
    rough, category, code, mix = inputs(model, 32, 32)
    scene = model(rough, category, code, mix)[0]
    for channel in range(6):
        changed = rough.clone()
        changed[:, channel] = 1 - changed[:, channel]
        assert (model(changed, category, code, mix)[0] - scene).abs().max() > 1e-4, channel
    assert (model(rough, 0 * category, code, mix)[0] - scene).abs().max() > 1e-5


def test_code_of_the_picture_and_code_that_is_given():
    model = make("mffcn")
    rough, category, code, mix = inputs(model, 32, 32)
    own_scene, own = model(rough, category, code, 0 * mix)
    torch.testing.assert_close(model(rough, category, own, mix)[0], own_scene)
    given_scene, used = model(rough, category, code, mix)
    torch.testing.assert_close(used, code)
    assert (given_scene - own_scene).abs().max() > 1e-5
    torch.testing.assert_close(model(rough, category)[0], own_scene)


@pytest.mark.parametrize("name", [n for n in SCENE_NETWORKS if n != "mffcn"])
def test_code_is_ignored_without_attention(name):
    model = make(name)
    rough, category, code, mix = inputs(model, 32, 32)
    assert model.code_size == 1
    pair = [model(rough, category, c, mix)[0] for c in (code, 0 * code)]
    torch.testing.assert_close(*pair)


@pytest.mark.parametrize("fusion", mffcn.FUSIONS)
@pytest.mark.parametrize("skips", [True, False])
def test_fusions(fusion, skips):
    config = dataclasses.replace(mffcn.PRESETS["tiny"], fusion=fusion, skips=skips)
    model = mffcn.MFFCN(config)
    scene, _code = model(*inputs(model, 32, 32))
    assert scene.shape == (1, 3, 32, 32)
    # The first stage of an additive network is its branches alone.
    first = [len(e.stages[0][0].kernels) for e in model.encoders]
    after = [[len(s[0].branches.kernels) for s in e.stages[1:]] for e in model.encoders]
    found = [[a, *b] for a, b in zip(first, after, strict=True)]
    assert (
        found
        == {
            "early": [[3, 1, 1, 1, 1]],
            "mid": [[3, 3, 3, 3, 3]],
            "late": [[1, 1, 1, 1, 1]] * 3,
        }[fusion]
    )


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"fusion": "never"}, "fusion is 'never'"),
        ({"kernels": (4,)}, "odd sides"),
        ({"widths": (8, 8, 8, 8)}, "one entry for each of the 5 stages"),
        ({"later": (1,)}, "one entry for each of the 4 decoder stages"),
        ({"widths": (16, 8, 12, 16, 16)}, "first width of an additive network"),
        ({"additive": False}, "skips and later blocks"),
    ],
)
def test_impossible_configs(changes, message):
    with pytest.raises(InputError, match=message):
        dataclasses.replace(mffcn.PRESETS["tiny"], **changes)


@pytest.mark.parametrize("part", mffcn.NETWORK.parts)
def test_parts_can_be_left_out(part):
    whole = (
        SCENE_NETWORKS["mffcn"].load_network().generator("tiny", without=(), fusion="mid").config
    )
    config = (
        SCENE_NETWORKS["mffcn"]
        .load_network()
        .generator("tiny", without=(part,), fusion="mid")
        .config
    )
    changed = {k for k, v in vars(config).items() if v != getattr(whole, k)}
    assert changed == ({"kernels", "branches"} if part == "multi_scale" else {part})


def test_a_single_kernel_has_the_channels_of_all():
    whole = SCENE_NETWORKS["mffcn"].load_network().generator("light", without=(), fusion="mid")
    single = (
        SCENE_NETWORKS["mffcn"]
        .load_network()
        .generator("light", without=("multi_scale",), fusion="mid")
    )
    count = lambda model: sum(p.numel() for p in model.parameters())  # noqa: E731
    assert abs(count(single) / count(whole) - 1) < 0.01


@pytest.mark.parametrize("name", ["mffcn", "osdlm"])
def test_a_head_that_sees_nothing_can_still_learn(name):
    """Features below zero everywhere before the head, as an unlucky start leaves them."""
    model = SCENE_NETWORKS[name].load_network().generator("tiny", without=(), fusion="mid").train()
    last = model.decoder.ups[-1] if name == "mffcn" else model.up[0]
    with torch.no_grad():
        last.bias.fill_(-50.0)
    rough, category, *_ = inputs(model, 32, 32)
    model(rough, category)[0].square().mean().backward()
    assert last.weight.grad.abs().sum() > 0


@pytest.mark.parametrize("name", SCENE_NETWORKS)
def test_every_network_starts_at_the_block_in_or_anew(name):
    network = SCENE_NETWORKS[name].load_network()
    for without, near in (((), True), (("residual",), False)):
        torch.manual_seed(0)
        model = network.generator("tiny", without=without).eval()
        rough, category, *_ = inputs(model, 64, 64)
        distance = (model(rough, category)[0] - rough[:, :3]).abs().mean()
        assert (distance < 0.05) == near


def weights_of(fusion="mid", **more):
    model = SCENE_NETWORKS["mffcn"].load_network().generator("light", fusion=fusion, **more)
    return sum(p.numel() for p in model.parameters())


def test_conditions_that_are_compared_have_as_many_weights():
    mid, true = weights_of(), weights_of(variants=("true_kernels",))
    for fusion in ("early", "late"):
        assert weights_of(fusion) == pytest.approx(mid, rel=0.02)
    assert weights_of(variants=("single_wide",)) == pytest.approx(true, rel=0.01)
    assert true > 1.5 * mid


@pytest.mark.parametrize(
    ("variant", "channels"), [("attention_full", 12), ("attention_quarter", 12), (None, 16)]
)
def test_where_attention_is(variant, channels):
    """Its gates are of the features there."""
    network, variants = SCENE_NETWORKS["mffcn"].load_network(), (variant,) if variant else ()
    model = network.generator("tiny", variants=variants).eval()
    rough, category, _code, mix = inputs(model, 64, 64)
    scene, code = model(rough, category)
    assert code.shape == (len(rough), channels) == (len(rough), model.code_size)
    other, given = model(rough, category, torch.full_like(code, 0.01), torch.ones_like(mix))
    assert torch.equal(given, torch.full_like(code, 0.01))
    assert (other - scene).abs().max() > 1e-4


def test_kernels_that_meet_late_share_no_early_features():
    with pytest.raises(InputError, match="no common features before 1/16"):
        dataclasses.replace(mffcn.PRESETS["tiny"], fusion="late", attention_level=0)


def test_skips_of_cdlm_keep_lines():
    """A line one pixel wide comes through with skips, in the gradient, from the finest features."""
    model = SCENE_NETWORKS["cdlm"].load_network().generator("tiny", variants=("skips",))
    plain = SCENE_NETWORKS["cdlm"].load_network().generator("tiny")
    plain.load_state_dict(model.state_dict())
    rough, category, *_ = inputs(model, 64, 64)
    assert (model(rough, category)[0] - plain(rough, category)[0]).abs().max() > 1e-6


def test_no_checkerboard_in_the_spectrum():
    """A flat rough comes out without power at the finest frequencies, paper's decoder included."""
    for preset in ("tiny", "paper"):
        torch.manual_seed(3)
        model = mffcn.MFFCN(dataclasses.replace(mffcn.PRESETS[preset], attention=False)).eval()
        rough = torch.full((1, 6, 256, 256), 0.6)
        with torch.no_grad():
            scene = model(rough, torch.zeros(1, 6))[0][0].permute(1, 2, 0).numpy()
        inner = np.ascontiguousarray(scene[96:160, 96:160])
        assert radial_spectrum(inner, bins=16)[8:].max() < -80, preset


def test_sizes():
    def millions(name, preset="light"):
        model = SCENE_NETWORKS[name].load_network().generator(preset, without=(), fusion="mid")
        return sum(p.numel() for p in model.parameters()) / 1e6

    assert millions("mffcn") < 5.5
    assert millions("cdlm") > millions("mffcn") > 4 * millions("osdlm")


def test_paper_preset_is_the_papers():
    config = mffcn.PRESETS["paper"]
    assert set(config.widths) == set(config.branches) == {64}
    assert config.kernels == (3, 5, 7)
    assert (config.skips, config.residual, config.dilated) == (False, False, False)
    model = mffcn.MFFCN(config)
    assert [tuple(u.weight.shape) for u in model.decoder.ups] == [(64, 64, 4, 4)] * 3 + [
        (64, 3, 4, 4)
    ]


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"fusion": "never"}, "fusion is 'never'"),
        ({"widths": (8, 8)}, "5 stages"),
        ({"kernels": (4,)}, "odd sides"),
        ({"kernels": ()}, "odd sides"),
    ],
)
def test_bad_configs(changes, message):
    with pytest.raises(InputError, match=message):
        mffcn.MFFCNConfig(**changes)


def test_bad_requests_to_a_system():
    with pytest.raises(InputError, match="preset is 'huge', this network has light, tiny"):
        make("cdlm", "huge")
    with pytest.raises(InputError, match="without is 'skips', this network has residual, category"):
        make("osdlm", without=("skips",))
