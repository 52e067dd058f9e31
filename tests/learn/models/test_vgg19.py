"""VGG-19 of random weights against the network written out by hand."""

from __future__ import annotations

import sys
import types
from pathlib import Path

import pytest
import torch
from safetensors.torch import save_file
from torch.nn import functional

from paintreel.errors import InputError, UnreadableFile
from paintreel.learn.models.vgg19 import TAPS, VGG19Features, load_vgg19

# torchvision's numbers of the convolutions of each block.
NUMBERS = ((0, 2), (5, 7), (10, 12, 14, 16), (19, 21, 23, 25), (28, 30, 32, 34))


@pytest.fixture(scope="module")
def state() -> dict[str, torch.Tensor]:
    """Random weights of the published shapes, scaled so that activations neither die nor grow."""
    made = torch.Generator().manual_seed(0)
    weights: dict[str, torch.Tensor] = {}
    inputs = 3
    for width, numbers in zip((64, 128, 256, 512, 512), NUMBERS, strict=True):
        for number in numbers:
            shape = (width, inputs, 3, 3)
            scale = (2 / (9 * inputs)) ** 0.5
            weights[f"features.{number}.weight"] = torch.randn(shape, generator=made) * scale
            weights[f"features.{number}.bias"] = torch.randn(width, generator=made) * 0.01
            inputs = width
    weights["classifier.0.weight"] = torch.zeros(2, 2)
    return weights


def by_hand(state: dict[str, torch.Tensor], x: torch.Tensor) -> dict[str, torch.Tensor]:
    mean = torch.tensor([0.485, 0.456, 0.406]).view(1, 3, 1, 1)
    x = (x - mean) / torch.tensor([0.229, 0.224, 0.225]).view(1, 3, 1, 1)
    found = {}
    for block, numbers in enumerate(NUMBERS, 1):
        if block > 1:
            x = functional.max_pool2d(x, 2)
        for row, number in enumerate(numbers, 1):
            weight, bias = (state[f"features.{number}.{kind}"] for kind in ("weight", "bias"))
            x = functional.conv2d(x, weight, bias, padding=1).relu()
            found[f"relu{block}_{row}"] = x
    return found


@pytest.fixture(scope="module")
def files(state, tmp_path_factory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("vgg")
    save_file(state, folder / "vgg19.safetensors")
    torch.save(state, folder / "vgg19.pth")
    return {kind: folder / f"vgg19.{kind}" for kind in ("safetensors", "pth")}


@pytest.mark.parametrize("kind", ["safetensors", "pth"])
def test_taps_are_those_of_a_hand_forward(files, state, kind):
    x = torch.rand(1, 3, 35, 48, generator=torch.Generator().manual_seed(1))
    expected = by_hand(state, x)
    for tap, got in zip(TAPS, load_vgg19(files[kind])(x), strict=True):
        scale = expected[tap].max()
        assert scale > 0.1
        assert torch.allclose(got, expected[tap], atol=1e-4 * float(scale)), tap


def test_any_activation_can_be_tapped_and_the_rest_is_not_computed(files, state):
    x = torch.rand(1, 3, 16, 16, generator=torch.Generator().manual_seed(2))
    network = load_vgg19(files["safetensors"], ["relu1_1", "relu2_1"])
    got = network(x)
    expected = by_hand(state, x)
    assert torch.allclose(got[0], expected["relu1_1"], atol=1e-5)
    assert torch.allclose(got[1], expected["relu2_1"], atol=1e-4)
    assert len(network.features) == 7


@pytest.mark.parametrize("taps", [[], ["relu6_1"], ["relu2_1", "relu1_1"], ["relu1_1"] * 2])
def test_unknown_taps_are_an_error(taps):
    with pytest.raises(InputError, match="in the order of the network"):
        VGG19Features(taps)


@pytest.mark.parametrize(
    ("spoil", "match"),
    [
        (lambda s: s.pop("features.0.weight"), r"features.0.weight is missing"),
        (lambda s: s.update({"features.2.bias": torch.zeros(3)}), r"features.2.bias is \(3,\)"),
        (lambda s: s.update({"features.0.bias": torch.full((64,), torch.nan)}), "NaN"),
    ],
)
def test_other_weights_are_an_error(tmp_path, state, spoil, match):
    few = {name: state[name] for name in list(state)[:4]}
    spoil(few)
    path = tmp_path / "few.safetensors"
    save_file(few, path)
    with pytest.raises(UnreadableFile, match=match):
        load_vgg19(path, ["relu1_2"])


def test_files_that_are_no_weights(tmp_path):
    with pytest.raises(UnreadableFile, match="no such file"):
        load_vgg19(tmp_path / "none.pth")
    for name in ("text.pth", "text.safetensors"):
        (tmp_path / name).write_text("hello")
        with pytest.raises(UnreadableFile, match="no state dict that can be read safely"):
            load_vgg19(tmp_path / name)
    torch.save([1, 2], tmp_path / "list.pth")
    with pytest.raises(UnreadableFile, match="holds a list"):
        load_vgg19(tmp_path / "list.pth")
    torch.save(Path("x"), tmp_path / "object.pth")  # would run code if it were unpickled
    with pytest.raises(UnreadableFile, match="safely"):
        load_vgg19(tmp_path / "object.pth")


def test_torchvision_is_used_where_it_is(monkeypatch, state):
    models = types.ModuleType("torchvision.models")
    choice = types.SimpleNamespace(get_state_dict=lambda progress: state)
    models.VGG19_Weights = types.SimpleNamespace(IMAGENET1K_V1=choice)
    monkeypatch.setitem(sys.modules, "torchvision", types.ModuleType("torchvision"))
    monkeypatch.setitem(sys.modules, "torchvision.models", models)
    network = load_vgg19(None, ["relu1_1"])
    assert torch.equal(network.features[0].weight, state["features.0.weight"])


def test_a_torchvision_that_fails_in_its_own_way_is_named(monkeypatch):
    class Broken:
        def __getattr__(self, name):
            raise RuntimeError("operator torchvision::nms does not exist")

    monkeypatch.setitem(sys.modules, "torchvision", types.ModuleType("torchvision"))
    monkeypatch.setitem(sys.modules, "torchvision.models", Broken())
    with pytest.raises(InputError, match=r"nms does not exist.*give its weights by path"):
        load_vgg19(None)
