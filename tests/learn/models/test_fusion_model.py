"""The fusion of painting and footage: shapes, parts, its loss, and what leaves with it."""

from __future__ import annotations

import pytest
import torch

from paintreel.errors import InputError
from paintreel.learn.export.exported import begin_from, read_exported
from paintreel.learn.export.fusion_export import export_fusion
from paintreel.learn.models.fusion import (
    PARTS,
    PRESETS,
    DynamicWeights,
    Fusion,
)
from paintreel.learn.trainers.fusion import contract_facts
from paintreel.runtime.contract import Contract

TINY = PRESETS["tiny"]


def made(*without: str, seed: int = 0) -> Fusion:
    torch.manual_seed(seed)
    return Fusion(TINY, without)


def window(frames: int = 2, height: int = 48, width: int = 64, seed: int = 1):
    generator = torch.Generator().manual_seed(seed)
    return (
        torch.rand(frames, 3, height, width, generator=generator),
        torch.rand(frames, 4, height, width, generator=generator),
    )


@pytest.mark.parametrize("without", [(), *((part,) for part in PARTS), PARTS])
def test_every_layout_paints_a_window_and_learns(without):
    network = made(*without)
    live, carried = window()
    fused = network.fuse(live, carried)
    assert fused.picture.shape == live.shape
    assert torch.allclose(fused.weights.sum(dim=1), torch.ones(2, fused.weights.shape[2]))
    fused.picture.mean().backward()
    idle = [name for name, p in network.named_parameters() if p.grad is None]
    assert not idle


def test_at_first_trusted_paint_is_shown_and_the_frame_elsewhere():
    network = made().eval()
    live, carried = window()
    carried[:, 3:] = 1.0
    with torch.no_grad():
        trusted = network(live, carried)
        carried[:, 3:] = 0.0
        other = network(live, carried)
    paint = carried[:, :3]
    assert (trusted - paint).abs().mean() < 0.5 * (trusted - live).abs().mean()
    assert (other - live).abs().mean() < 0.5 * (other - paint).abs().mean()


def test_the_painting_s_weight_is_learnt_a_channel_and_frame():
    torch.manual_seed(0)
    weights = DynamicWeights(4)
    maps = torch.rand(3, 4, 5, 5), torch.rand(3, 4, 5, 5)
    mixed, shares = weights(*maps, torch.tensor([[0.0], [0.5], [1.0]]))
    assert shares.shape == (3, 2, 4)
    assert not torch.allclose(shares[0], shares[2])
    low, high = torch.minimum(*maps), torch.maximum(*maps)
    assert bool(((mixed >= low - 1e-6) & (mixed <= high + 1e-6)).all())


def test_frames_of_a_window_see_each_other_and_windows_do_not():
    network = made().eval()
    torch.nn.init.normal_(network.decoder.out.weight, std=0.5)
    live, carried = window(4)
    with torch.no_grad():
        pairs = network.fuse(live, carried, windows=2).picture
        alone = network.fuse(live[:2], carried[:2]).picture
        changed = network.fuse(live.clone().index_fill_(0, torch.tensor([1]), 0.0), carried).picture
        before = network.fuse(live, carried).picture
    assert torch.allclose(pairs[:2], alone, atol=1e-5)
    assert (changed[3] - before[3]).abs().max() > 1e-5


def test_it_is_exported_as_it_is_and_learnt_on_from_there(tmp_path):
    network = made()
    path = tmp_path / "model.onnx"
    contract = Contract(
        name="f",
        system="fuse",
        licence="CC0-1.0",
        credit="c",
        task="fuse",
        **contract_facts(network),
    )
    parity = export_fusion(network, path, contract)
    assert parity.runtime < 1e-4
    # Equal weights (the zeros of biases) are stored once, and still have their names.
    names = {name.removesuffix(".f16") for name in read_exported(path)}
    assert set(network.state_dict()) <= names
    other = made(seed=5)
    begin_from(other, path)
    live, carried = window()
    with torch.no_grad():
        assert torch.allclose(other.eval()(live, carried), network.eval()(live, carried), atol=2e-3)
    assert all(p.requires_grad for p in other.parameters())


def test_the_bundled_layout_stays_under_its_size():
    count = sum(p.numel() for p in Fusion(PRESETS["light"]).parameters())
    assert 2 * count < 16e6  # bytes, in f16


def test_unknown_parts_are_refused():
    with pytest.raises(InputError, match="gates"):
        Fusion(TINY, ("gates",))
