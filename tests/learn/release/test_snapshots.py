from __future__ import annotations

import json

import cv2
import numpy as np
import pytest
import torch
from safetensors.torch import save_file

from paintreel.errors import DataError, InputError
from paintreel.learn.data.folders import load_pictures, scan
from paintreel.learn.export.onnx_export import export_style
from paintreel.learn.models.fsgan import PRESETS, Generator
from paintreel.learn.release import snapshots
from paintreel.learn.release.snapshots import (
    load_snapshot,
    main,
)
from paintreel.learn.trainers.stylizer import paint_picture
from paintreel.runtime.card import Card
from paintreel.runtime.contract import Contract


def make(seed: int) -> Generator:
    torch.manual_seed(seed)
    generator = Generator(PRESETS["tiny"])
    with torch.no_grad():
        generator.head[0].weight.normal_(0, 0.03)
    return generator.eval()


def test_best_is_the_nearest_of_the_fit_and_else_of_all():
    fit, unfit = {"gini": 0.8}, {"gini": 0.1}
    table = {1: fit | {"frechet": 9.0}, 2: fit | {"frechet": 7.0}, 3: unfit | {"frechet": 1.0}}
    assert snapshots._best(table) == 2
    assert snapshots._best({1: unfit | {"frechet": 2.0}, 3: unfit | {"frechet": 1.0}}) == 3


def test_snapshot_round_trip(tmp_path, picture):
    generator = make(3)
    save_file(generator.state_dict(), tmp_path / "s.safetensors")
    loaded = load_snapshot(tmp_path / "s.safetensors", {"preset": "tiny"})
    photo = picture(0, 64, 64)
    np.testing.assert_array_equal(paint_picture(loaded, photo), paint_picture(generator, photo))


@pytest.fixture
def run(tmp_path, picture, judge_file):
    """A run with three snapshots, its judge and folders: the arguments of the command."""
    out = tmp_path / "run"
    (out / "snapshots").mkdir(parents=True)
    for step in (0, 10, 20):
        save_file(make(step).state_dict(), out / "snapshots" / f"{step:07d}.safetensors")
    contract = Contract(
        name="x",
        system="fsgan",
        licence="CC0-1.0",
        credit="me",
        task="stylize",
        multiple=8,
        halo_px=40,
        tiling="exact",
    )
    settings = {
        "preset": "tiny",
        "max_side_px": 640,
        "held_out_art": ["00*", "01*", "02*"],
        "held_out_photos": ["00*", "01*", "02*"],
    }
    export_style(
        make(20),
        out / "style.onnx",
        contract,
        description="d",
        training={"settings": settings, "seed": 7},
    )
    for name, first in (("art", 60), ("photos", 0)):
        (tmp_path / name).mkdir()
        for index in range(4):
            pixels = picture(first + index, 330, 490)
            cv2.imwrite(str(tmp_path / name / f"{index:02d}.png"), pixels)
    return [
        *("--run", str(out), "--judge", str(judge_file)),
        *("--art", str(tmp_path / "art"), "--photos", str(tmp_path / "photos")),
        *("--out", str(tmp_path / "model.onnx")),
    ]


def test_command_exports_the_best(run, tmp_path, capsys):
    main(run)
    card = Card.load(tmp_path / "card.toml")
    card.verify(tmp_path / "model.onnx")
    table = json.loads((tmp_path / "run" / "snapshots.json").read_text())
    assert table.keys() == {"photographs", "0", "10", "20"}
    steps = {int(k): v for k, v in table.items() if k != "photographs"}
    assert card.training["chosen_step"] == snapshots._best(steps)
    assert card.training["seed"] == 7
    assert card.training["measures"].keys() >= {"judge", "frechet", "gini", "residual", "edges"}
    assert table["photographs"]["edges"] == 1.0
    assert "exported step" in capsys.readouterr().out


def test_the_last_word_is_the_eyes(run, tmp_path):
    main([*run, "--step", "10"])
    assert Card.load(tmp_path / "card.toml").training["chosen_step"] == 10


def test_a_step_that_is_not_there_is_told_before_anything_is_painted(run, capsys, monkeypatch):
    monkeypatch.setattr(snapshots, "load_pictures", lambda *a, **k: pytest.fail("loaded pictures"))
    with pytest.raises(InputError, match=r"no snapshot of step 15; there are \[0, 10, 20\]"):
        main([*run, "--step", "15"])
    assert capsys.readouterr().out == ""


def edit_settings(run_folder, **changes):
    card = Card.load(run_folder / "card.toml")
    card.training["settings"] |= changes
    card.save(run_folder / "card.toml")


def test_run_without_held_out_pictures_paints_those_that_it_set_aside(run, tmp_path, monkeypatch):
    edit_settings(tmp_path / "run", held_out_photos=[], held_out_art=[])
    folder = scan(tmp_path / "photos", what="--photos")
    _, expected = folder.set_aside(np.random.default_rng(7))
    (expected,) = load_pictures(expected, max_side_px=640, what="--photos")
    painted = []
    painting = snapshots.paint_picture
    monkeypatch.setattr(
        snapshots, "paint_picture", lambda g, photo: painted.append(photo) or painting(g, photo)
    )
    main([*run, "--step", "10"])
    assert len(painted) == 3  # one photograph, three snapshots
    for photo in painted:
        np.testing.assert_array_equal(photo, expected)


def test_held_out_pictures_too_small_for_the_judge(run, tmp_path):
    edit_settings(tmp_path / "run", max_side_px=150)
    with pytest.raises(DataError, match=r"--art .* no held-out picture has 160 px a side"):
        main(run)


def test_run_without_snapshots(run, tmp_path):
    for path in (tmp_path / "run" / "snapshots").iterdir():
        path.unlink()
    with pytest.raises(InputError, match="holds no snapshots"):
        main(run)


def test_limit_is_kept(run):
    assert snapshots._spread(list(range(9)), 4) == [0, 3, 6]
    assert snapshots._spread(list(range(3)), 4) == [0, 1, 2]
    with pytest.raises(InputError, match="--limit is 0"):
        main([*run, "--limit", "0"])
