"""Training of the fusion, and its adaptation to key frames: through the command, to files."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch
from painted_clips import landscape, painted
from PIL import Image

from paintreel.cli.main import main
from paintreel.errors import DataError, InputError
from paintreel.fuse.network import FusionNetwork
from paintreel.learn.data.fusion_samples import FusionSampling, PaintedPicture
from paintreel.learn.engine.distributed import join_process_group
from paintreel.learn.models.fusion import Fused
from paintreel.learn.trainers.fusion import FusionSettings, FusionTrainer, fusion_terms
from paintreel.learn.trainers.fusion_shot import ShotSettings, fitted, read_pairs
from paintreel.runtime.catalog import find_model

SMALL = [
    "--set",
    "preset=tiny",
    "--set",
    "sampling.side_px=64",
    "--set",
    "batch=1",
    "--threads",
    "1",
]


def settings(**more) -> FusionSettings:
    return FusionSettings(
        preset="tiny", batch=2, sampling=FusionSampling(side_px=64), styles=(), **more
    )


def test_terms_are_0_for_the_truth():
    truth = torch.rand(2, 3, 32, 32, generator=torch.Generator().manual_seed(0))
    quarters = torch.tensor([[1.0, -1.0, 1.0, -1.0], [1.0, 1.0, -1.0, -1.0]])
    maps = quarters.reshape(1, 2, 2, 2).expand(2, -1, -1, -1)
    fused = Fused(truth, maps, maps, torch.full((2, 2, 2), 0.5), maps)
    carried = torch.cat([truth, torch.ones(2, 1, 32, 32)], dim=1)
    terms = fusion_terms(fused, carried, truth)
    assert {name: round(term.item(), 5) for name, term in terms.items()} == {
        "l1": 0.0,
        "structure": 0.0,
        "alignment": 0.0,
    }
    assert set(fusion_terms(fused, carried, truth, aligned=False)) == {"l1", "structure"}
    off = Fused(truth + 0.1, maps, maps, fused.weights, maps)
    assert fusion_terms(off, carried, truth)["l1"].item() == pytest.approx(0.1, abs=1e-6)


def test_steps_bring_a_painting_nearer():
    torch.manual_seed(0)
    pictures = [PaintedPicture(landscape(n), painted(landscape(n))) for n in range(3)]
    with join_process_group() as group:
        trainer = FusionTrainer(
            settings(rate=3e-3, ema_decay=0.8), pictures=pictures, measured=pictures, group=group
        )
        before = trainer.measures()["psnr"]
        for _ in range(25):
            trainer.step(0.3)
        after = trainer.measures()
        sheet = trainer.sample_sheet()
        trainer.close()
    assert after["psnr"] > before + 1.0
    assert sheet.shape == (6 * 64, 4 * 64, 3)


def test_trained_adapted_and_served(tmp_path: Path, capsys):
    photos = tmp_path / "photos"
    photos.mkdir()
    for n in range(6):
        Image.fromarray(landscape(n, 128, 160)).save(photos / f"{n}.png")
    run = tmp_path / "fuse"
    command = ["train", "fuse", "--photos", str(photos), "--out", str(run), "--budget", "2steps"]
    assert main([*command, "--licence", "CC0-1.0", *SMALL, "--set", "styles=[]"]) == 0
    model = find_model(run / "model.onnx", "fuse")
    assert model.card.training["settings"]["preset"] == "tiny"
    keys = tmp_path / "keys"
    keys.mkdir()
    Image.fromarray(landscape(1)).save(keys / "a-live.png")
    Image.fromarray(painted(landscape(1))).save(keys / "a-paint.png")
    shot = tmp_path / "shot"
    command = ["train", "fuse-shot", "--art", str(keys), "--out", str(shot), "--budget", "2steps"]
    start = ["--set", f'start="{run / "model.onnx"}"', "--set", "sampling.side_px=64"]
    assert main([*command, *start, "--licence", "CC0-1.0", "--threads", "1"]) == 0
    card = find_model(shot / "model.onnx", "fuse").card
    assert card.training["settings"]["preset"] == "tiny"
    assert card.training["measured_on"] == "windows of the key frames that were learnt"
    assert "styles" not in card.training["settings"]
    assert card.training["begun_from"]["sha256"] == model.card.sha256
    frame = landscape(1)
    planes = np.dstack([painted(frame), np.full(frame.shape[:2], 255, np.uint8)])
    (answer,) = FusionNetwork(shot / "model.onnx").paint([frame], [planes])
    assert answer.shape == frame.shape
    assert capsys.readouterr().out.count("try it: paintreel fuse ") == 2


def test_folders_of_keys_are_checked(tmp_path: Path):
    with pytest.raises(DataError, match="holds no key frame"):
        read_pairs(tmp_path)
    Image.fromarray(landscape(1)).save(tmp_path / "a-live.png")
    with pytest.raises(DataError, match=r"expected a-paint\.png beside it"):
        read_pairs(tmp_path)
    Image.fromarray(landscape(1, 48, 48)).save(tmp_path / "a-paint.png")
    with pytest.raises(DataError, match="two sizes"):
        read_pairs(tmp_path)


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"without": ("gates",)}, "without is of"),
        ({"rate": 0.0}, "rate is above 0"),
        ({"structure": -1.0}, "weights are not below 0"),
    ],
)
def test_settings_that_no_run_can_use_are_refused(more, words):
    with pytest.raises(InputError, match=words):
        settings(**more)


def test_crops_fit_the_smallest_key_and_tiny_keys_are_refused():
    def pair(side_px: int) -> PaintedPicture:
        return PaintedPicture(landscape(1, side_px, 160), landscape(2, side_px, 160), "a-paint.png")

    assert fitted(ShotSettings(), [pair(140), pair(75)], None).sampling.side_px == 64
    assert fitted(ShotSettings(), [pair(140)], None).sampling.side_px == 128
    for side_px in (8, 47):
        with pytest.raises(DataError, match=f"a-paint.png is 160x{side_px}; expected .* 48 px"):
            fitted(ShotSettings(), [pair(140), pair(side_px)], None)


@pytest.mark.parametrize("name", ["styles", "pictures", "max_side_px", "held_out_photos"])
def test_a_shot_takes_no_setting_that_it_would_ignore(name):
    with pytest.raises(TypeError, match=name):
        ShotSettings(**{name: 1})


@pytest.mark.parametrize(("alignment", "is_there"), [(0.0, False), (0.02, True)])
def test_a_term_without_weight_is_not_computed(alignment, is_there):
    pictures = [PaintedPicture(landscape(1), painted(landscape(1)))]
    with join_process_group() as group:
        trainer = FusionTrainer(
            settings(alignment=alignment), pictures=pictures, measured=pictures, group=group
        )
        assert ("alignment" in trainer.step(0.3)) is is_there
        trainer.close()
