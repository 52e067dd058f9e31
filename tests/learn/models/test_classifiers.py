"""The network of the classifiers: its heads, its distance, and maps that add up to its scores."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from paintreel.errors import InputError
from paintreel.learn.models.classifiers import (
    ClassifierNetwork,
    Familiarity,
    LinearHead,
    Statistics,
    colour_statistics,
    folded,
    pooled,
)
from paintreel.learn.models.efficientnet import EfficientNetLite0

TAPS = ("block1", "block3", "block5", "block8", "block15", "head")


@pytest.fixture(scope="module")
def network() -> EfficientNetLite0:
    """With random weights and norms that do something."""
    torch.manual_seed(0)
    network = EfficientNetLite0().eval()
    generator = torch.Generator().manual_seed(1)
    for module in network.modules():
        if isinstance(module, torch.nn.BatchNorm2d):
            module.running_mean.normal_(0, 0.1, generator=generator)
            module.running_var.uniform_(0.5, 2, generator=generator)
            module.weight.data.uniform_(0.5, 2, generator=generator)
            module.bias.data.normal_(0, 0.2, generator=generator)
    return network


@pytest.fixture(scope="module")
def statistics(network) -> Statistics:
    return Statistics(network, TAPS)


@pytest.fixture(scope="module")
def parts(statistics):
    rng = np.random.default_rng(2)
    d = statistics.size
    heads = {
        "b": LinearHead(rng.normal(0, 0.05, (d, 3)), rng.normal(0, 1, 3)),
        "a": LinearHead(rng.normal(0, 0.05, (d, 2)), rng.normal(0, 1, 2)),
    }
    familiarity = Familiarity(rng.normal(0, 0.05, (d, 7)), rng.normal(0, 1, (3, 7)), 2.0)
    axes = rng.normal(0, 0.05, (d, 4))
    axes[:32], axes[-100:] = 0, 0
    return heads, familiarity, rng.random(d), axes


@pytest.fixture(scope="module")
def classifiers(statistics, parts) -> ClassifierNetwork:
    return ClassifierNetwork(statistics, *parts).eval()


@pytest.fixture(scope="module")
def x() -> torch.Tensor:
    return torch.rand(2, 3, 96, 128, generator=torch.Generator().manual_seed(3)) ** 2


def test_features_lie_along_the_axes_from_the_average_on(classifiers, statistics, parts, x):
    *_, average, axes = parts
    with torch.no_grad():
        found, s = classifiers(x)[3].numpy(), statistics(x).double().numpy()
    middle = average.astype(np.float16).astype(np.float64)
    np.testing.assert_allclose(found, (s - middle) @ axes, rtol=1e-3, atol=1e-3)


def test_folding_the_norms_changes_nothing(network, x):
    with torch.no_grad():
        plain, same = network.maps(x), folded(network).maps(x)
    for a, b in zip(plain, same, strict=True):
        torch.testing.assert_close(a, b, rtol=1e-3, atol=1e-4 * float(a.abs().max()))


def test_statistics_are_means_and_deviations_of_the_taps(network, statistics, x):
    with torch.no_grad():
        found = statistics(x)
        (last,) = network.maps(x, ["stage1"])  # its one block is block1
    assert found.shape == (2, statistics.size)
    assert statistics.mapped == 2 * (16 + 24 + 40 + 80 + 192 + 1280)
    torch.testing.assert_close(found[:, :16], last.mean((2, 3)), rtol=1e-3, atol=1e-4)
    torch.testing.assert_close(
        found[:, 16:32], last.std((2, 3), correction=0), rtol=1e-3, atol=1e-4
    )


def test_colours_of_two_halves():
    x = torch.zeros(1, 3, 8, 16)
    x[..., 8:] = 1.0
    found = colour_statistics(x)[0]
    histogram = found[:125].reshape(5, 5, 5) ** 2
    assert histogram.sum() == pytest.approx(1, abs=1e-4)
    assert histogram[0, 2, 2] == pytest.approx(0.5, abs=1e-4)  # black, without a hue
    assert histogram[4, 2, 2] == pytest.approx(0.5, abs=1e-4)  # white
    np.testing.assert_allclose(found[125:], [0.5, 0, 0, 0.5, 0, 0], atol=2e-4)


def test_probabilities_are_those_of_the_heads_in_the_order_of_their_names(
    classifiers, statistics, parts, x
):
    heads, *_ = parts
    with torch.no_grad():
        shares, s = classifiers(x)[0].numpy(), statistics(x).double().numpy()
    start = 0
    for name in ("a", "b"):
        powers = np.exp(s @ heads[name].weights + heads[name].bias)
        expected = powers / powers.sum(1, keepdims=True)
        np.testing.assert_allclose(shares[:, start : start + powers.shape[1]], expected, atol=1e-5)
        start += powers.shape[1]


def test_distance_is_that_to_the_nearest_centre_over_the_threshold(
    classifiers, statistics, parts, x
):
    _, familiarity, *_ = parts
    with torch.no_grad():
        found, s = classifiers(x)[1].numpy(), statistics(x).double().numpy()
    apart = (s @ familiarity.projection)[:, None] - familiarity.centres
    expected = np.sqrt((apart**2).sum(2)).min(1) / 2.0
    np.testing.assert_allclose(found[:, 0], expected, rtol=1e-4)


def test_maps_add_up_to_what_the_maps_add_to_the_scores(classifiers, statistics, parts, x):
    """Beyond an average picture; what colours add has no place."""
    heads, *_ = parts
    with torch.no_grad():
        maps, s = classifiers(x)[2].numpy(), statistics(x).double().numpy()
    assert maps.shape == (2, 5, 12, 16)
    weights = np.concatenate([heads["a"].weights, heads["b"].weights], 1)
    beyond = (s - classifiers.average.double().numpy())[:, : statistics.mapped]
    np.testing.assert_allclose(maps.mean((2, 3)), beyond @ weights[: statistics.mapped], atol=2e-3)


def test_the_closed_form_is_gradient_times_activation(classifiers, statistics, x):
    """As autograd has it, a place at a time: of the deepest tap, which is on its own grid."""
    taps = [each.detach().requires_grad_() for each in statistics.maps(x)]
    scores = classifiers.scores(statistics.of_maps(x, taps))
    gradients = torch.autograd.grad(scores[:, 3].sum(), taps)
    total = 0.0
    for tap, gradient, stride in zip(taps, gradients, statistics.strides, strict=True):
        adds = (gradient * tap).sum(1, keepdim=True) * tap.shape[2] * tap.shape[3]
        if stride < 8:
            adds = torch.nn.functional.avg_pool2d(adds, 8 // stride)
        elif stride > 8:
            adds = torch.nn.functional.interpolate(
                adds, scale_factor=stride // 8, mode="bilinear", align_corners=False
            )
        total = total + adds[:, 0].detach()
    with torch.no_grad():
        found = classifiers(x)[2][:, 3] + classifiers.level[3]
    torch.testing.assert_close(found, total, rtol=1e-3, atol=1e-3)


def test_pooling_of_a_map_without_variation_is_finite():
    mean, deviation = pooled(torch.full((1, 2, 4, 4), 3.0))
    assert mean.tolist() == [[3.0, 3.0]]
    assert 0 < deviation.max() < 1e-3


@pytest.mark.parametrize("taps", [(), ("block0",), ("head", "block3"), ("block3", "block3")])
def test_taps_that_are_not_there_or_in_another_order(network, taps):
    with pytest.raises(InputError, match="expected some of block1"):
        Statistics(network, taps)


def test_maps_follow_the_weights(classifiers, statistics, parts):
    """The sanity check of Adebayo and others 2018: other weights, another map."""
    heads, familiarity, average, axes = parts
    rng = np.random.default_rng(5)
    shuffled = {
        name: LinearHead(rng.permutation(head.weights, axis=0), head.bias)
        for name, head in heads.items()
    }
    other = ClassifierNetwork(statistics, shuffled, familiarity, average, axes).eval()
    x = torch.rand(4, 3, 96, 128, generator=torch.Generator().manual_seed(6)) ** 2
    with torch.no_grad():
        first, again, changed = (
            network(x)[2].flatten(2) for network in (classifiers, classifiers, other)
        )
    alike = [
        np.corrcoef(a, b)[0, 1]
        for a, b in zip(first.flatten(0, 1).numpy(), changed.flatten(0, 1).numpy(), strict=True)
    ]
    assert torch.equal(first, again)
    assert abs(float(np.mean(alike))) < 0.4
