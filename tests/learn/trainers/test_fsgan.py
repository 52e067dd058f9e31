from __future__ import annotations

import copy

import numpy as np
import pytest
import torch

from paintreel.errors import InputError, MissingExtra
from paintreel.learn.losses.features import FEATURE_TERMS
from paintreel.learn.models import efficientnet
from paintreel.learn.models.efficientnet import EfficientNetLite0
from paintreel.learn.models.fsgan import CRITICS
from paintreel.learn.trainers import fsgan
from paintreel.learn.trainers.fsgan import FSGANSettings, edge_blurred

TEACHER_AND_PHOTO = FSGANSettings().shares.keys() - CRITICS.keys() - set(FEATURE_TERMS)


def weights_of(module):
    return {k: v.clone() for k, v in module.state_dict().items()}


def changed(module, before):
    return any(not torch.equal(v, before[k]) for k, v in module.state_dict().items())


# Schedule


def test_adversaries_wait_for_the_warm_up(make_trainer):
    trainer = make_trainer(warmup=0.5)
    critics = weights_of(trainer.adversary.critics)
    assert trainer.step(0.49).keys() >= TEACHER_AND_PHOTO
    assert not trainer.step(0.5).keys() & {*CRITICS, "critic_texture"}
    assert not changed(trainer.adversary.critics, critics)
    terms = trainer.step(0.51)
    assert terms.keys() >= TEACHER_AND_PHOTO | CRITICS.keys() | {
        f"critic_{name}" for name in CRITICS
    }
    assert changed(trainer.adversary.critics, critics)
    assert all(np.isfinite(v) for v in terms.values())


def test_features_come_with_the_adversaries_where_they_have_a_share(make_trainer, monkeypatch):
    torch.manual_seed(0)
    network = EfficientNetLite0().eval().requires_grad_(False)
    monkeypatch.setattr(fsgan, "load_efficientnet", lambda: network)
    shares = FSGANSettings().shares | dict.fromkeys(FEATURE_TERMS, 0.1)
    trainer = make_trainer(warmup=0.5, shares=shares)
    before = weights_of(network)
    assert not trainer.step(0.2).keys() & set(FEATURE_TERMS)
    terms = trainer.step(0.8)
    assert all(0 < terms[name] < 10 for name in FEATURE_TERMS)
    assert trainer.balance.norms.keys() >= set(FEATURE_TERMS)
    assert not changed(network, before)


def test_features_without_their_package(make_trainer, monkeypatch):
    monkeypatch.setattr(efficientnet, "PACKAGE", "no_such_package")
    with pytest.raises(MissingExtra, match="pretrained"):
        make_trainer(shares=FSGANSettings().shares | {FEATURE_TERMS[0]: 0.1})


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"preset": "huge"}, "preset is one of tiny, light"),
        ({"crop_px": 100}, "crop_px is a multiple of 8"),
        ({"crop_px": 16}, "32 or more"),
        ({"batch": 0}, "batch, max_photos and max_art are 1 or more"),
        ({"max_side_px": 64}, "max_side_px is 96 or more"),
        ({"seed": -1}, "seed is 0 or more"),
        ({"rate": 0.0}, "rates are above 0"),
        ({"warmup": 1.5}, "warmup is 0 to 1"),
        (
            {"shares": {"painted": 1.0, "textur": 0.2}},
            "shares are of art_features, colour, content",
        ),
        ({"shares": {"painted": 0.0, "texture": 0.2}}, "painted is above it"),
        ({"art_zoom": 0.5}, "art_zoom is 1 or more"),
        ({"boldness": 3.0}, "boldness is 0.5 to 2"),
        ({"boldness": 1.2, "preset": "quarter"}, "1 of a preset that draws no ink at 1/2"),
        ({"ema_decay": 1.0}, "ema_decay is 0 to below 1"),
        ({"photo_weights": {"*": 0.0}}, "photo_weights are above 0"),
    ],
)
def test_settings_that_no_run_can_use(change, message):
    with pytest.raises(InputError, match=message):
        FSGANSettings(**change)


@pytest.mark.parametrize(
    ("progress", "presence"), [(0.2, 0.0), (0.35, 0.25), (0.4, 0.5), (0.5, 1.0), (0.99, 1.0)]
)
def test_shares_ramp_in_and_the_teacher_keeps_the_largest(
    make_trainer, monkeypatch, progress, presence
):
    trainer = make_trainer(warmup=0.3, ramp=0.2)
    seen = {}
    backward = trainer.balance.backward

    def spy(terms, shares, output):
        seen.update(shares)
        backward(terms, shares, output)

    monkeypatch.setattr(trainer.balance, "backward", spy)
    trainer.step(progress)
    full = trainer.settings.shares
    always = {"painted", "colour", "flat", "stable"}
    expected = {n: v * (1.0 if n in always else presence) for n, v in full.items()}
    assert seen == pytest.approx(expected)
    assert max(seen, key=seen.get) == "painted"


def test_rates_over_the_run(make_trainer):
    trainer = make_trainer(rate=1e-3, adversarial_rate=4e-4, critic_rate=2e-4, warmup=0.3)

    def rates(progress):
        trainer._set_rates(progress)
        groups = (trainer.optimiser.param_groups, trainer.adversary.optimiser.param_groups)
        return tuple(g[0]["lr"] for g in groups)

    assert rates(0.0) == pytest.approx((1e-3, 2e-4))
    assert rates(0.5) == pytest.approx((4e-4, 2e-4))
    assert rates(0.875) == pytest.approx((2e-4, 2e-4))
    assert rates(1.0)[0] == pytest.approx(8e-6)
    trainer.slow_down()
    assert rates(0.0) == pytest.approx((5e-4, 1e-4))


# Learning


def test_warm_up_learns_the_teacher(make_trainer):
    trainer = make_trainer(batch=4)
    losses = [trainer.step(0.1)["painted"] for _ in range(60)]
    assert np.mean(losses[-10:]) < 0.8 * np.mean(losses[:5])


def test_same_seed_same_run_other_seed_other_run(make_trainer):
    runs = []
    for seed in (1, 1, 2):
        trainer = make_trainer(seed=seed)
        runs.append([trainer.step(0.6) for _ in range(2)])
    assert runs[0] == runs[1]
    assert runs[0] != runs[2]


def test_generator_step_leaves_the_critics(make_trainer, monkeypatch):
    """Critics learn from their own loss alone."""
    trainer = make_trainer()
    monkeypatch.setattr(trainer, "_critic_step", lambda *_: {})
    before = [p.clone() for p in trainer.adversary.critics.parameters()]
    generator = weights_of(trainer.generator)
    trainer.step(0.9)
    assert all(p.grad is None for p in trainer.adversary.critics.parameters())
    for p, old in zip(trainer.adversary.critics.parameters(), before, strict=True):
        assert torch.equal(p, old)
    assert changed(trainer.generator, generator)


def test_a_step_is_bounded_when_gradients_explode(make_trainer, monkeypatch):
    trainer = make_trainer()
    weight = trainer.generator.head[0].weight
    backward = trainer.balance.backward

    def exploding(terms, shares, output):
        output.register_hook(lambda gradient: gradient * 1e12)
        backward(terms, shares, output)

    monkeypatch.setattr(trainer.balance, "backward", exploding)
    before = weight.detach().clone()
    trainer.step(0.0)
    assert (weight - before).abs().max() < 2 * trainer.settings.rate


# What the loop asks for


def test_state_round_trip_goes_on_alike(make_trainer):
    first = make_trainer()
    for progress in (0.0, 0.6):
        first.step(progress)
    first.slow_down()
    second = make_trainer(seed=9)
    second.load_state_dict(first.state_dict())
    # The random numbers of torch are global: one trainer after the other. Tensors are live.
    state = copy.deepcopy(first.state_dict())
    expected = [first.step(0.7), first.step(0.8)]
    second.load_state_dict(state)
    assert [second.step(0.7), second.step(0.8)] == expected
    assert second.rate_factor == 0.5


def test_snapshot_is_the_average_on_the_cpu(make_trainer):
    trainer = make_trainer()
    trainer.step(0.0)
    snapshot = trainer.snapshot()
    assert snapshot.keys() == trainer.generator.state_dict().keys()
    for key, value in snapshot.items():
        assert value.device.type == "cpu"
        assert value.is_contiguous()
        assert torch.equal(value, trainer.average.module.state_dict()[key])
    assert any(
        not torch.equal(value, trainer.generator.state_dict()[key])
        for key, value in snapshot.items()
    )


def test_sample_sheet_shows_photo_teacher_result(make_trainer):
    trainer = make_trainer()
    assert trainer.caption == "photograph, teacher, result"
    sheet = trainer.sample_sheet()
    assert sheet.dtype == np.uint8
    assert sheet.ndim == 3
    photo, teacher = trainer.held_out[0]
    height, width = photo.shape[:2]
    np.testing.assert_array_equal(sheet[:height, :width], photo)
    np.testing.assert_array_equal(sheet[:height, width : 2 * width], teacher)
    result = sheet[:height, 2 * width : 3 * width].astype(int)
    assert 0 < np.abs(result - photo).mean() < 60


def test_large_samples_are_shrunk_not_cut(make_trainer, picture):
    trainer = make_trainer()
    trainer.held_out = [(picture(0, 960, 640), picture(0, 960, 640))]
    sheet = trainer.sample_sheet()
    assert sheet.shape == (480, 1920, 3)
    assert (sheet[:, : 3 * 320] < 250).any(axis=(1, 2)).mean() > 0.95
    assert (sheet[:, 3 * 320 :] == 255).all()
    assert np.abs(sheet[:, 640:960].astype(int) - sheet[:, :320]).mean() < 60


def test_pictures_of_any_size_are_measured(make_trainer, picture):
    trainer = make_trainer()
    trainer.held_out = [(picture(s, 97 + s, 111), picture(s, 97 + s, 111)) for s in range(3)]
    measures = trainer.measures()
    assert measures.keys() >= {"gini", "residual", "edges", "hue"}
    assert 0 < measures["gini"] < 1
    assert measures["residual"] >= 0
    assert 0.5 < measures["edges"] <= 1.0  # hardly trained: still the photograph


# The negative of the boundary loss


def test_edges_are_blurred_and_nothing_else():
    x = torch.zeros(1, 3, 24, 40)
    x[..., 20:] = 1.0
    y = edge_blurred(x)
    assert torch.equal(y[..., :15], x[..., :15])
    assert torch.equal(y[..., 25:], x[..., 25:])
    middle = y[0, 0, 12, 16:24]
    assert middle.diff().abs().max() < 0.5
    assert middle[3].item() == pytest.approx(2 / 5)  # two of five box columns are bright


def test_flat_art_has_no_edges():
    x = torch.full((2, 3, 16, 16), 0.4)
    assert torch.equal(edge_blurred(x), x)
    faint = x.clone()
    faint[..., 8:] += 0.05
    assert torch.equal(edge_blurred(faint), faint)


def test_defaults_give_the_teacher_the_largest_share():
    shares = FSGANSettings().shares
    assert sum(shares.values()) == pytest.approx(1.0)
    assert max(shares, key=shares.get) == "painted"
