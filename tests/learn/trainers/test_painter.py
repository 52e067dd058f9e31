"""The painter: its terms, what it begins with, the choice by development, a run by the command."""

from __future__ import annotations

import copy
import dataclasses
import math

import numpy as np
import pytest
import torch

from paintreel.cli.main import main
from paintreel.errors import InputError
from paintreel.learn.data.painter_pairs import PainterPairs, world_panels
from paintreel.learn.data.scene_crops import cut_crops
from paintreel.learn.data.scene_pairs import PairSettings, make_panels
from paintreel.learn.export.scene_export import export_scene
from paintreel.learn.models.mffcn import NETWORK
from paintreel.learn.trainers.painter import (
    PainterSettings,
    PainterTrainer,
    _unsteadiness,
)
from paintreel.roughs.rough import Rough
from paintreel.runtime.card import Card
from paintreel.runtime.catalog import find_model
from paintreel.runtime.contract import Contract
from paintreel.scenes.network import Finisher
from paintreel.worlds.categories import LABELS, find_category

PAIRS = PairSettings(crop_px=64, batch=2, scales_px=(64, 96))
DROPS = {"psnr": 0.3, "ssim": 0.01}
"""What may be lost of them, as the settings have it."""
TINY = PainterSettings(preset="tiny", start="", pairs=PAIRS, worlds=1)


@pytest.fixture(scope="module")
def panels(picture, tmp_path_factory):
    cache = tmp_path_factory.mktemp("roughs")
    return make_panels(
        [picture(seed) for seed in range(3)],
        ["water", None, "forest"],
        scales_px=(64, 96),
        cache=cache,
    )


@pytest.fixture(scope="module")
def worlds(tmp_path_factory):
    return world_panels(1, 64, tmp_path_factory.mktemp("worlds"))


def exported(folder, *, grain=0.0, seed=1):
    """A tiny network as it is exported, with a category that counts."""
    torch.manual_seed(seed)
    network = NETWORK.generator("tiny").eval()
    torch.nn.init.normal_(network.category.embedding.weight)
    path = folder / "scene.onnx"
    contract = Contract(
        name="begun",
        system="mffcn",
        licence="CC0-1.0",
        credit="me",
        task="scene",
        multiple=16,
        halo_px=network.halo_px,
        tiling="exact",
        input="rough",
        output="scene",
        labels=LABELS,
        code_size=network.code_size,
        grain=grain,
    )
    export_scene(network, path, contract)
    Card.describe(path, description="one to begin with", training={}).save(
        path.with_name("card.toml")
    )
    return path


@pytest.fixture(scope="module")
def start(tmp_path_factory):
    return exported(tmp_path_factory.mktemp("start"))


@pytest.fixture
def make(panels, worlds, picture, solo):
    def make(start=None, with_worlds=True, **changes):
        return PainterTrainer(
            dataclasses.replace(TINY, **changes),
            panels=panels,
            worlds=worlds if with_worlds else (),
            held_out=cut_crops([picture(3)], ["3.png"], [None], count=1, side_px=64),
            group=solo,
            start=None if start is None else find_model(str(start), "scene"),
        )

    return make


@pytest.mark.parametrize("with_worlds", [True, False])
def test_a_step_has_all_terms(make, with_worlds):
    trainer = make(with_worlds=with_worlds)
    before = trainer.snapshot()
    terms = trainer.step(0.5)
    assert terms.keys() == {
        *("l1", "structure", "steady", "features", "adversarial", "matching"),
        *("critic_features", "critic_change"),
    }
    assert all(math.isfinite(x) for x in terms.values())
    assert any(not torch.equal(before[k], x) for k, x in trainer.snapshot().items())


def test_what_it_sees_paint_with_is_not_trained(make):
    trainer = make()
    before = {k: x.clone() for k, x in trainer.backbone.state_dict().items()}
    trainer.step(0.5)
    assert all(torch.equal(before[k], x) for k, x in trainer.backbone.state_dict().items())


def test_it_begins_with_the_weights_of_start_and_no_response_to_grain(make, start, panels):
    rough = panels[0].views[0].rough("standard")
    part = Rough(rough.blocks[:64, :64], rough.lines[:64, :64])
    trainer = make(start)
    painted = trainer.paint(part.blocks, part.lines, "water")
    network = Finisher(start, backend="onnxruntime", threads=1)
    expected = network.finish(part, find_category("water"))
    inner = np.s_[16:-16, 16:-16]  # at the rim the plane of ones had an end
    assert np.abs(painted.astype(int) - expected)[inner].max() <= 1
    trainer.grain = 0.0
    assert np.array_equal(trainer.paint(part.blocks, part.lines, "water"), painted)


def test_a_start_with_grain_keeps_what_it_makes_of_it(make, tmp_path, panels):
    path = exported(tmp_path, grain=0.3)
    rough = panels[0].views[0].rough("standard")
    part = Rough(rough.blocks[:64, :64], rough.lines[:64, :64])
    expected = Finisher(path, backend="onnxruntime", threads=1).finish(part)
    painted = make(path).paint(part.blocks, part.lines, None)
    assert np.abs(painted.astype(int) - expected).max() <= 1


def test_the_critics_know_panels_from_flat_colour(make):
    """After some steps on critics alone they tell the two apart: their scores are of use."""
    trainer = make(critic_rate=2e-3, rate=1e-9)
    losses = [trainer.step(0.5)["critic_features"] for _ in range(40)]
    assert np.mean(losses[-5:]) < 0.8 * np.mean(losses[:5])


def test_windows_that_agree_are_steady():
    crop = torch.rand(1, 3, 64, 64)
    for places in (((3, 12), (9, 0)), ((0, 0), (15, 15)), ((5, 5), (5, 5))):
        one, other = (crop[..., y : y + 48, x : x + 48] for y, x in places)
        assert _unsteadiness(one, other, places) == 0
        lattice = torch.zeros(48, 48)
        lattice[::16, ::16] = 1.0
        got = _unsteadiness(one + lattice, other + lattice, places)
        assert (got > 0) == (places[0] != places[1])


def test_a_share_of_the_block_ins_is_loosened(panels, monkeypatch):
    calls = []
    monkeypatch.setattr(
        "paintreel.learn.data.painter_pairs.loosen", lambda blocks, rng: calls.append(1) or blocks
    )
    settings = dataclasses.replace(PAIRS, modes={"both": 1.0})
    for share, expected in ((0.0, range(1)), (1.0, range(20, 21)), (0.5, range(4, 17))):
        calls.clear()
        pairs = PainterPairs(panels, settings, np.random.default_rng(0), loose=share, grain=0.3)
        for _ in range(10):
            pairs()
        assert len(calls) in expected


def test_worlds_have_roughs_of_every_level(worlds):
    assert len(worlds) >= len(LABELS)
    assert all(view.roughs.keys() == {"coarse", "standard", "fine"} for view in worlds[0].views)


@pytest.mark.parametrize(("drop", "expected"), [(99.0, 1.0), (0.0, 0.0)])
def test_the_weights_that_are_kept_lose_no_more_than_is_allowed(make, start, drop, expected):
    trainer = make(start)
    for x in trainer.average.module.state_dict().values():
        x.add_(torch.randn_like(x), alpha=0.05)
    learnt = {k: x.clone() for k, x in trainer.average.module.state_dict().items()}
    trainer.settings = dataclasses.replace(trainer.settings, psnr_drop=drop, ssim_drop=drop)
    chosen = trainer.choose_blend()
    assert chosen["blend"] == expected
    kept = trainer.average.module.state_dict()
    wanted = learnt if expected else trainer.begun
    assert all(torch.allclose(kept[k], wanted[k]) for k in kept)
    assert chosen["psnr_of_choice"] == pytest.approx(trainer.measures()["psnr"])


def test_a_blend_between_is_found(make, start):
    trainer = make(start)
    network = trainer.average.module
    for x in network.state_dict().values():
        x.add_(torch.randn_like(x), alpha=0.05)
    whole = trainer.measures()["psnr"]
    learnt = {k: x.clone() for k, x in network.state_dict().items()}
    network.load_state_dict(trainer.begun)
    lost = trainer.measures()["psnr"] - whole
    assert lost > 0
    network.load_state_dict(learnt)
    trainer.settings = dataclasses.replace(trainer.settings, psnr_drop=lost / 2, ssim_drop=1.0)
    chosen = trainer.choose_blend()
    assert 0 < chosen["blend"] < 1
    assert chosen["psnr_of_start"] - chosen["psnr_of_choice"] <= lost / 2
    name = "decoder.head.weight"
    middle = trainer.begun[name].lerp(learnt[name], chosen["blend"])
    assert torch.allclose(network.state_dict()[name], middle)


def test_resumed_it_goes_on_alike(make, start):
    first = make(start)
    first.step(0.1)
    state = copy.deepcopy(first.state_dict())
    second = make(start)
    second.load_state_dict(state)
    expected, got = first.step(0.2), second.step(0.2)
    assert got == pytest.approx(expected, rel=1e-5)
    assert torch.equal(second.begun["decoder.head.weight"], first.begun["decoder.head.weight"])


@pytest.mark.parametrize(
    "changes",
    [
        {"preset": "paper"},
        {"loose": 1.5},
        {"rate": 0.0},
        {"reconstruct": 0.0},
        {"worlds": -1},
        {"pairs": PairSettings(crop_px=48)},
    ],
)
def test_settings_that_no_run_can_use(changes):
    with pytest.raises(InputError, match="must hold"):
        PainterSettings(**changes)


def test_a_run_by_the_command(start, tmp_path, fill_folder):
    art, out = fill_folder(tmp_path / "art", 5), tmp_path / "run"
    quick = ["preset=tiny", "pairs.crop_px=64", "pairs.batch=2", "pairs.scales_px=[64, 96]"]
    quick += ["worlds=1", f"start={start}", 'held_out_art=["03*", "04*"]', 'test_art=["04*"]']
    command = ["train", "painter", "--art", str(art), "--out", str(out), "--budget", "3steps"]
    command += ["--credit", "Ada", "--licence", "CC0-1.0"]
    assert main([*command, *(x for each in quick for x in ("--set", each))]) == 0
    card = Card.load(out / "card.toml")
    card.verify(out / "scene.onnx")
    assert card.contract.system == "mffcn"
    training = card.training
    assert training["begun_from"]["licence"] == "CC0-1.0"
    assert card.contract.credit == f"Ada; begun from the weights of {start.parent.name}: me"
    assert card.contract.grain == 0.3
    lost = {name: training[f"{name}_of_start"] - training[f"{name}_of_choice"] for name in DROPS}
    assert training["blend"] == 0 or all(lost[name] <= most for name, most in DROPS.items())
    assert training["measured_on"] == "crops of the test"
    assert training["art_pictures"] == 3
    assert training["measures"]["psnr"] > 5


def test_a_start_of_another_layout_is_told_before_anything_is_made(tmp_path, fill_folder, capsys):
    art, out = fill_folder(tmp_path / "art", 5), tmp_path / "run"
    command = ["train", "painter", "--art", str(art), "--out", str(out), "--budget", "3steps"]
    assert main([*command, "--set", "preset=tiny"])  # the bundled one is of light
    assert "start is mffcn, whose weights do not fit" in capsys.readouterr().err
    assert not out.exists()


def test_resumed_it_refuses_another_start(start, tmp_path, fill_folder, capsys):
    art, out = fill_folder(tmp_path / "art", 5), tmp_path / "run"
    quick = ["preset=tiny", "pairs.crop_px=64", "pairs.batch=2", "pairs.scales_px=[64, 96]"]
    changes = [x for each in (*quick, "worlds=1") for x in ("--set", each)]
    command = ["train", "painter", "--art", str(art), "--out", str(out), *changes]
    assert main([*command, "--budget", "1steps", "--set", f"start={start}"]) == 0
    (tmp_path / "other").mkdir()
    other = exported(tmp_path / "other", seed=5)
    assert main([*command, "--budget", "2steps", "--resume", "--set", f"start={other}"])
    assert "start" in capsys.readouterr().err
