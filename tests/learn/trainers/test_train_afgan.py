from __future__ import annotations

import tomllib
from pathlib import Path

import cv2
import numpy as np
import pytest

from paintreel.cli.main import main
from paintreel.errors import InputError
from paintreel.learn.data.portrait_pairs import PortraitSampler, portrait_pairs
from paintreel.learn.trainers.afgan import AFGANSettings
from paintreel.portraits.settings import PortraitSettings
from paintreel.runtime.model import Model
from paintreel.stylize.portraits import attention_of, base_of
from paintreel.stylize.style import Style
from portraits import portrait

QUICK = [
    *("--set", "preset=tiny", "--set", "batch=2", "--set", "side_px=64", "--set", "views=1"),
    *("--set", "warmup=0.5", "--set", "ema_decay=0.5"),
]


@pytest.fixture(scope="module")
def folders(tmp_path_factory, fill_folder) -> tuple[Path, Path]:
    """Drawings, and five photographs of one face in another light each."""
    root = tmp_path_factory.mktemp("pictures")
    photos = root / "photos"
    photos.mkdir()
    for number, gain in enumerate((0.7, 0.8, 0.9, 1.0, 1.1)):
        lit = np.clip(portrait() * gain, 0, 255).astype(np.uint8)
        cv2.imwrite(str(photos / f"{number}.png"), lit[..., ::-1])
    return fill_folder(root / "art", 4, 100), photos


@pytest.fixture(scope="module")
def run(folders, tmp_path_factory) -> Path:
    """Four steps, two of them with critics, exported."""
    art, photos = map(str, folders)
    out = tmp_path_factory.mktemp("runs") / "mine"
    command = ["train", "afgan", "--art", art, "--photos", photos, "--out", str(out), *QUICK]
    facts = ("--budget", "4steps", "--credit", "me", "--licence", "CC0-1.0")
    assert main([*command, *facts]) == 0
    return out


def test_what_it_learns_draws_faces_as_a_style(run):
    style = Style(run / "model.onnx", backend="onnxruntime", face="all")
    assert style.draws_faces
    assert style.base_card.contract.name == "hereva"
    large = cv2.resize(portrait(), (480, 480))
    assert style(large).shape == large.shape
    card = tomllib.loads((run / "card.toml").read_text())
    assert card["training"]["portraits"] == 4
    assert base_of(style.card) == "hereva"
    assert card["training"]["measures"]["to_teacher"] > 0


def test_every_term_of_both_phases_is_logged(run):
    log = (run / "journal.jsonl").read_text()
    for term in ("painted", "colour", "shown", "features", "adversary", "cycle", "identity"):
        assert f'"{term}"' in log
    for critic in ("drawn_far", "drawn_near", "photo_far", "photo_near"):
        assert f'"critic_{critic}"' in log


def test_attention_is_a_map_of_the_picture(run):
    attend = attention_of(Model(run / "model.onnx", backend="onnxruntime"))
    seen = attend(np.full((64, 96, 3), 0.5, np.float32))
    assert seen.shape == (64, 96)
    assert 0 <= seen.min() <= seen.max() <= 1


def test_photographs_without_faces_are_refused(folders, tmp_path, fill_folder, capsys):
    art, _ = map(str, folders)
    walls = fill_folder(tmp_path / "walls", 4, 50)
    command = ["train", "afgan", "--art", art, "--photos", str(walls), *QUICK]
    assert main([*command, "--budget", "2steps", "--out", str(tmp_path / "out")]) == 2
    assert "no faces were found" in capsys.readouterr().err


@pytest.mark.parametrize(
    "wrong",
    [
        {"preset": "huge"},
        {"side_px": 60},
        {"rooms": (2.0, 1.0)},
        {"warmup": 1.5},
        {"painted": 0.0},
        {"refine": -1.0},
    ],
)
def test_settings_that_no_run_can_use(wrong):
    with pytest.raises(InputError, match="must hold"):
        AFGANSettings(**wrong)


def test_pairs_are_of_the_face_and_share_their_geometry():
    pairs = portrait_pairs(
        [portrait()],
        lambda x: x,
        PortraitSettings(),
        side_px=96,
        views=3,
        rooms=(1.3, 2.0),
        rng=np.random.default_rng(0),
    )
    assert len(pairs) == 3
    for pair in pairs:
        assert pair.photo.shape == pair.teacher.shape == (96, 96, 3)
        assert pair.share[40:56, 40:56].mean() > 240  # the face is in the middle
        changed = np.abs(pair.photo.astype(int) - pair.teacher).max(axis=2) > 25
        assert changed[pair.share > 200].mean() > 3 * changed[pair.share == 0].mean()
    draw = PortraitSampler(pairs, batch=4, rng=np.random.default_rng(1))
    photo, teacher, share = draw()
    assert photo.shape == teacher.shape == (4, 3, 96, 96)
    assert share.shape == (4, 1, 96, 96)
    assert photo.min() >= 0
    assert photo.max() <= 1
    # They stay one on the other, mirrored or not.
    for one, other in zip(photo, teacher, strict=True):
        light = [cv2.GaussianBlur(x.mean(axis=0), (0, 0), 4).ravel() for x in (one, other)]
        assert np.corrcoef(*light)[0, 1] > 0.9
