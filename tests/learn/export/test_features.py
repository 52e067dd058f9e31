from __future__ import annotations

import numpy as np
import pytest
import torch
from safetensors.torch import save_file
from torch import nn

from paintreel.errors import TrainingError
from paintreel.learn.export import vgg19
from paintreel.learn.export.features import export_features
from paintreel.learn.models.extractor import PRESETS, Extractor
from paintreel.learn.models.vgg19 import VGG19Features
from paintreel.runtime.extractor import OnnxExtractor


def picture(*size: int) -> np.ndarray:
    return np.random.default_rng(0).random((1, 3, *size), np.float32)


def test_the_graph_gives_what_torch_gives(tmp_path):
    torch.manual_seed(0)
    module = Extractor(PRESETS["tiny"], media=2, scenes=2).eval()
    path = tmp_path / "features.onnx"
    names = ("a", "b", "c", "d")
    off = export_features(module, path, name="mine", maps=names, vector="v", metadata={"k": "1"})
    assert off < 1e-5
    found = OnnxExtractor(path)
    assert (found.name, found.size_px) == ("mine", None)
    for size in ((1, 1), (30, 47)):
        x = picture(*size)
        *maps, vector = module(torch.from_numpy(x))
        for got, expected in zip(found.maps(x), maps, strict=True):
            assert np.allclose(got, expected.detach(), atol=1e-5)
        assert np.allclose(found.vectors(x), vector.detach(), atol=1e-5)


class Chance(nn.Module):
    """Gives other features every time, which no graph can follow."""

    def forward(self, x: torch.Tensor) -> tuple[torch.Tensor, ...]:
        return (x * torch.rand(()).item(),)


def test_a_graph_that_differs_is_not_kept(tmp_path):
    path = tmp_path / "features.onnx"
    path.write_bytes(b"before")
    with pytest.raises(TrainingError, match="differs from torch"):
        export_features(Chance(), path, name="chance", maps=("m",), vector=None)
    assert path.read_bytes() == b"before"


def test_vgg19_becomes_an_extractor(tmp_path, capsys):
    torch.manual_seed(0)
    network = VGG19Features(["relu1_2", "relu2_1"])
    save_file(network.state_dict(), tmp_path / "vgg19.safetensors")
    out = tmp_path / "vgg19.onnx"
    arguments = ["--weights", str(tmp_path / "vgg19.safetensors"), "--out", str(out)]
    assert vgg19.main([*arguments, "--taps", "relu1_2", "relu2_1"]) == 0
    assert "relu1_2, relu2_1" in capsys.readouterr().out
    found = OnnxExtractor(out)
    assert found.name == "vgg19"
    x = picture(21, 40)
    for got, expected in zip(found.maps(x), network(torch.from_numpy(x)), strict=True):
        assert np.allclose(got, expected.detach(), atol=1e-4)
    assert found.vectors(x).shape == (1, 128)


def test_vgg19_without_weights_says_so(tmp_path, capsys):
    arguments = ["--weights", str(tmp_path / "none.pth"), "--out", str(tmp_path / "vgg19.onnx")]
    assert vgg19.main(arguments) == 1
    assert "no such file" in capsys.readouterr().err
