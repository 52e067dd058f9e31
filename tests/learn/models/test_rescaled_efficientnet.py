"""The rescaling module behind EfficientNet-Lite0's blocks."""

from __future__ import annotations

import pytest
import torch

from paintreel.errors import InputError
from paintreel.learn.models.efficientnet import EfficientNetLite0
from paintreel.learn.models.rescaled_efficientnet import EfficientNetClassifier


@pytest.fixture(scope="module")
def network() -> EfficientNetLite0:
    torch.manual_seed(0)
    return EfficientNetLite0().eval().requires_grad_(False)


@pytest.mark.parametrize("count", [0, 3, 16])
def test_blocks_are_rescaled_from_the_deepest_one_up(network, count):
    made = EfficientNetClassifier(network, classes=6, rescaled=count)
    assert [b.rescaling is not None for b in made.backbone._blocks] == [False] * (16 - count) + [
        True
    ] * count
    assert made(torch.rand(2, 3, 64, 96)).shape == (2, 6)
    assert all(p.requires_grad for p in made.parameters())


def test_the_start_is_left_as_it_was(network):
    before = {name: weights.clone() for name, weights in network.state_dict().items()}
    made = EfficientNetClassifier(network, classes=6, rescaled=16)
    made(torch.rand(2, 3, 64, 64)).sum().backward()
    assert all(block.rescaling is None for block in network._blocks)
    assert all(torch.equal(weights, network.state_dict()[n]) for n, weights in before.items())
    assert not any(p.requires_grad for p in network.parameters())


def test_without_rescaling_it_has_the_features_of_the_start(network):
    made = EfficientNetClassifier(network, classes=1000, rescaled=0).eval()
    made.head.load_state_dict(network._fc.state_dict())
    x = torch.rand(1, 3, 64, 64)
    torch.testing.assert_close(made(x), network(x))


def test_rescaling_changes_what_a_block_gives(network):
    made = EfficientNetClassifier(network, classes=6, rescaled=1).eval()
    block = made.backbone._blocks[-1]
    x = torch.rand(1, 192, 4, 4)
    rescaled = block(x)
    module, block.rescaling = block.rescaling, None
    torch.testing.assert_close(rescaled, block(x) * torch.sigmoid(module.widen.bias[0]))


def test_counts_are_checked(network):
    with pytest.raises(InputError, match="expected 0 to 16 blocks"):
        EfficientNetClassifier(network, classes=6, rescaled=17)
