"""A small network for fuse, not trained: trusted paint where there is some, else the frame."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from painted_clips import landscape


@pytest.fixture(scope="session")
def fuse_model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    import torch

    from paintreel.learn.export.fusion_export import export_fusion
    from paintreel.learn.models.fusion import PRESETS, Fusion
    from paintreel.learn.trainers.fusion import contract_facts
    from paintreel.runtime.card import CARD_NAME, Card
    from paintreel.runtime.contract import Contract

    torch.manual_seed(0)
    network = Fusion(PRESETS["tiny"])
    with torch.no_grad():
        for name, weights in network.named_parameters():
            weights.add_(0.01 * torch.randn_like(weights))
            if name == "head.0.bias":  # shares: of paint of its own nothing
                weights.view(6, 4)[5] -= 8.0
                weights.view(6, 4)[4] += 2.0
    path = tmp_path_factory.mktemp("fuse") / "tiny.onnx"
    contract = Contract(
        name="tiny",
        system="fuse",
        licence="CC0-1.0",
        credit="nobody",
        task="fuse",
        **contract_facts(network),
    )
    export_fusion(network, path, contract)
    training = {"settings": {"preset": "tiny", "without": []}}
    Card.describe(path, description="for tests", training=training).save(path.with_name(CARD_NAME))
    return path


@pytest.fixture
def pan(make_lossless_clip, tmp_path) -> tuple[Path, list[np.ndarray]]:
    """A clip of a pan, two pixels a frame, and its frames."""
    wide = landscape(3, width=200)
    frames = [wide[:, 2 * i : 2 * i + 160] for i in range(9)]
    return make_lossless_clip(tmp_path / "pan.mkv", frames), frames
