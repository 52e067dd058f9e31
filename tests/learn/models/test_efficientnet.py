"""EfficientNet-Lite0 and its weights."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest
import torch

from paintreel.errors import InputError, MissingExtra, UnreadableFile
from paintreel.imaging.files import read_picture
from paintreel.learn.models import efficientnet
from paintreel.learn.models.efficientnet import EfficientNetLite0, SameConv, load_efficientnet

PIER, OTTER = 718, 360
EXAMPLE = Path(__file__).parents[3] / "examples" / "photo.jpg"


@pytest.fixture(scope="module")
def network() -> EfficientNetLite0:
    return load_efficientnet()


def centre(path: Path, side_px: int = 224) -> torch.Tensor:
    pixels = read_picture(path).pixels
    height, width = pixels.shape[:2]
    side = min(height, width)
    top, left = (height - side) // 2, (width - side) // 2
    square = pixels[top : top + side, left : left + side]
    small = cv2.resize(square, (side_px, side_px), interpolation=cv2.INTER_AREA)
    return torch.from_numpy(small.transpose(2, 0, 1)[None].astype(np.float32) / 255)


class TestNetwork:
    def test_has_the_published_number_of_weights(self, network):
        assert sum(weights.numel() for weights in network.parameters()) == 4_652_008

    def test_top_class_of_a_photograph(self, network):
        with torch.no_grad():
            shares = network(centre(EXAMPLE)).softmax(1)[0]
        assert shares.argmax() == PIER
        assert shares[PIER] > 0.4

    def test_top_class_of_an_animal(self, network, shared_data):
        with torch.no_grad():
            shares = network(centre(shared_data / "photo/budgie/oakland-zoo-otters.webp"))
        assert shares.argmax() == OTTER

    def test_maps_are_those_on_the_way_to_the_class(self, network):
        x = torch.rand(2, 3, 64, 96)
        with torch.no_grad():
            maps = network.maps(x)
            (last,) = network.maps(x, ["stage7"])
        assert [tuple(each.shape[1:]) for each in maps] == [
            (16, 32, 48), (24, 16, 24), (40, 8, 12), (112, 4, 6), (320, 2, 3)
        ]  # fmt: skip
        assert torch.equal(maps[-1], last)

    @pytest.mark.parametrize("taps", [[], ["stage9"], ["stage3", "stage1"], ["stage1", "stage1"]])
    def test_taps_are_checked(self, network, taps):
        with pytest.raises(InputError, match="taps are"):
            network.maps(torch.rand(1, 3, 32, 32), taps)

    @pytest.mark.parametrize(
        ("side", "kernel", "stride", "before", "after"),
        [(8, 3, 2, 0, 1), (9, 3, 2, 1, 1), (8, 3, 1, 1, 1), (8, 5, 2, 1, 2)],
    )
    def test_same_padding(self, side, kernel, stride, before, after):
        layer = SameConv(1, 1, kernel, stride, bias=False)
        x = torch.rand(1, 1, side, side)
        padded = torch.nn.functional.pad(x, (before, after, before, after))
        expected = torch.nn.functional.conv2d(padded, layer.weight, stride=stride)
        assert torch.equal(layer(x), expected)
        assert expected.shape[-1] == -(-side // stride)


class TestLoad:
    def test_without_the_package(self, monkeypatch):
        monkeypatch.setattr(efficientnet, "PACKAGE", "no_such_package_of_weights")
        with pytest.raises(MissingExtra, match=r"paintreel\[pretrained\]"):
            load_efficientnet()

    def test_by_path(self, tmp_path: Path):
        state = EfficientNetLite0().state_dict()
        torch.save(state, tmp_path / "w.pth")
        loaded = load_efficientnet(tmp_path / "w.pth")
        assert torch.equal(loaded._fc.weight, state["_fc.weight"])
        assert not any(weights.requires_grad for weights in loaded.parameters())
        assert not loaded.training

    def test_what_is_no_such_file(self, tmp_path: Path):
        with pytest.raises(UnreadableFile, match="no such file"):
            load_efficientnet(tmp_path / "missing.pth")
        torch.save({"_fc.weight": torch.zeros(3)}, tmp_path / "other.pth")
        with pytest.raises(UnreadableFile, match="no weights of EfficientNet-Lite0"):
            load_efficientnet(tmp_path / "other.pth")
        (tmp_path / "text.pth").write_text("hello")
        with pytest.raises(UnreadableFile, match="read safely"):
            load_efficientnet(tmp_path / "text.pth")
