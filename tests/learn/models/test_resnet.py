"""ResNet-50: torchvision's layout without torchvision, and which blocks are rescaled."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch
from torch import Tensor

from paintreel.errors import InputError, UnreadableFile
from paintreel.learn.blocks.rescaling import COUNTS, Rescaling
from paintreel.learn.models.resnet import BLOCKS, Bottleneck, ResNet50, load_resnet50


def published_state(seed: int = 0) -> dict[str, Tensor]:
    """A state dict with the names and shapes of torchvision's file, by its layout."""
    generator = torch.Generator().manual_seed(seed)
    state: dict[str, Tensor] = {}

    def convolution(name: str, c_out: int, c_in: int, k: int) -> None:
        noise = torch.randn(c_out, c_in, k, k, generator=generator)
        state[f"{name}.weight"] = noise / (c_in * k * k) ** 0.5

    def norm(name: str, channels: int) -> None:
        state[f"{name}.weight"] = torch.rand(channels, generator=generator) + 0.5
        state[f"{name}.bias"] = torch.randn(channels, generator=generator) / 10
        state[f"{name}.running_mean"] = torch.randn(channels, generator=generator) / 10
        state[f"{name}.running_var"] = torch.rand(channels, generator=generator) + 0.5
        state[f"{name}.num_batches_tracked"] = torch.tensor(7)

    convolution("conv1", 64, 3, 7)
    norm("bn1", 64)
    channels = 64
    for stage, (count, width) in enumerate(zip((3, 4, 6, 3), (64, 128, 256, 512), strict=True), 1):
        for row in range(count):
            at = f"layer{stage}.{row}"
            convolution(f"{at}.conv1", width, channels, 1)
            norm(f"{at}.bn1", width)
            convolution(f"{at}.conv2", width, width, 3)
            norm(f"{at}.bn2", width)
            convolution(f"{at}.conv3", 4 * width, width, 1)
            norm(f"{at}.bn3", 4 * width)
            if row == 0:
                convolution(f"{at}.downsample.0", 4 * width, channels, 1)
                norm(f"{at}.downsample.1", 4 * width)
            channels = 4 * width
    state["fc.weight"] = torch.randn(1000, 2048, generator=generator) / 45
    state["fc.bias"] = torch.zeros(1000)
    return state


@pytest.fixture(scope="module")
def weights(tmp_path_factory) -> Path:
    path = tmp_path_factory.mktemp("weights") / "resnet50.pth"
    torch.save(published_state(), path)
    return path


def rescaled_blocks(network: torch.nn.Module) -> list[bool]:
    return [b.rescaling is not None for b in network.modules() if isinstance(b, Bottleneck)]


def test_it_has_the_published_number_of_weights():
    network = ResNet50(classes=1000)
    assert sum(p.numel() for p in network.parameters()) == 25_557_032
    assert set(network.state_dict()) == set(published_state())


@pytest.mark.parametrize("count", COUNTS)
def test_blocks_are_rescaled_from_the_deepest_one_up(count):
    network = ResNet50(classes=6, width=4, rescaled=count)
    assert rescaled_blocks(network) == [False] * (16 - count) + [True] * count
    assert network(torch.rand(2, 3, 64, 40)).shape == (2, 6)
    assert sum(BLOCKS) == 16


def test_every_part_learns():
    network = ResNet50(classes=6, width=4, rescaled=16)
    for module in network.modules():
        if isinstance(module, Rescaling):  # its last layer begins at nought and holds back others
            torch.nn.init.normal_(module.widen.weight)
    network(torch.rand(4, 3, 64, 64)).square().sum().backward()
    without = [n for n, p in network.named_parameters() if p.grad is None or not p.grad.any()]
    assert not without


def test_weights_by_path_are_what_the_network_computes_with(weights):
    network = load_resnet50(weights, classes=6).eval()
    state = published_state()
    x = torch.rand(1, 3, 64, 64, generator=torch.Generator().manual_seed(1))
    mean = torch.tensor([0.485, 0.456, 0.406])[:, None, None]
    deviation = torch.tensor([0.229, 0.224, 0.225])[:, None, None]
    y = torch.nn.functional.conv2d((x - mean) / deviation, state["conv1.weight"], None, 2, 3)
    y = torch.nn.functional.batch_norm(
        y,
        state["bn1.running_mean"],
        state["bn1.running_var"],
        state["bn1.weight"],
        state["bn1.bias"],
    )
    y = torch.nn.functional.max_pool2d(torch.relu(y), 3, 2, 1)
    seen: list[Tensor] = []
    handle = network.stages[0].register_forward_pre_hook(lambda _m, given: seen.append(given[0]))
    with torch.no_grad():
        network(x)
    handle.remove()
    torch.testing.assert_close(seen[0], y, atol=1e-5, rtol=1e-4)
    assert all(p.requires_grad for p in network.parameters())
    assert network.fc.out_features == 6


def test_rescaling_comes_beside_the_weights_and_leaves_them_their_worth(weights):
    plain, rescaled = (load_resnet50(weights, classes=6, rescaled=n).eval() for n in (0, 16))
    own = {n: v for n, v in plain.state_dict().items() if not n.startswith("fc.")}
    assert all(torch.equal(v, rescaled.state_dict()[n]) for n, v in own.items())
    assert rescaled_blocks(rescaled) == [True] * 16


@pytest.mark.parametrize(
    ("spoil", "message"),
    [
        (lambda s: s.pop("layer3.5.conv2.weight"), "layer3.5.conv2.weight is missing"),
        (lambda s: s.update({"bn1.bias": torch.zeros(3)}), r"bn1.bias is \(3,\), expected \(64,\)"),
        (lambda s: s["conv1.weight"].fill_(torch.nan), "conv1.weight has NaN"),
    ],
)
def test_files_that_do_not_hold_the_weights(tmp_path, spoil, message):
    state = published_state()
    spoil(state)
    torch.save(state, tmp_path / "w.pth")
    with pytest.raises(UnreadableFile, match=message):
        load_resnet50(tmp_path / "w.pth", classes=6)


@pytest.mark.parametrize("wrong", [{"rescaled": 17}, {"rescaled": -1}, {"width": 0}])
def test_networks_that_cannot_be_built(wrong):
    with pytest.raises(InputError, match="expected 0 to 16 blocks"):
        ResNet50(classes=6, **wrong)
