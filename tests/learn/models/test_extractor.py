from __future__ import annotations

import pytest
import torch

from paintreel.learn.models.extractor import PRESETS, Extractor


def make(preset: str = "tiny", seed: int = 0) -> Extractor:
    torch.manual_seed(seed)
    return Extractor(PRESETS[preset], media=4, scenes=3).eval()


def random(*size: int, seed: int = 0) -> torch.Tensor:
    return torch.rand(size, generator=torch.Generator().manual_seed(seed))


@pytest.mark.parametrize("preset", PRESETS)
@pytest.mark.parametrize("size", [(1, 1), (17, 64), (33, 5)])
def test_maps_and_vector_of_any_size(preset, size):
    config = PRESETS[preset]
    *maps, vector = make(preset)(random(2, 3, *size))
    channels = (*config.widths[:3], config.features)
    for level, (each, wide) in enumerate(zip(maps, channels, strict=True), 1):
        sides = [-(-side // 2**level) for side in size]
        assert each.shape == (2, wide, *sides)
        assert each.min() >= 0
    assert vector.shape == (2, config.features)
    assert torch.allclose(vector, maps[-1].mean(dim=(2, 3)))
    assert vector.isfinite().all()


def test_a_picture_is_described_alike_alone_and_in_company():
    x = random(3, 3, 40, 24)
    together = make()(x)
    alone = make()(x[1:2])
    for many, one in zip(together, alone, strict=True):
        assert torch.allclose(many[1:2], one, atol=1e-6)


def test_classify_reads_the_vector():
    model = make()
    x = random(2, 3, 32, 32)
    media, scenes = model.classify(x)
    vector = model(x)[-1]
    assert torch.allclose(media, model.media(vector))
    assert torch.allclose(scenes, model.scenes(vector))
    assert (media.shape, scenes.shape) == ((2, 4), (2, 3))


def test_the_standard_network_is_small():
    count = sum(p.numel() for p in make("standard").parameters())
    assert count * 4 < 2e6
