from __future__ import annotations

import itertools
import json
from pathlib import Path

import cv2
import numpy as np
import pytest
import torch

from paintreel.errors import DataError, InputError
from paintreel.learn.models.judge import PRESETS, Judge
from paintreel.learn.release import judge as experiment
from paintreel.learn.release.judge import (
    CROP_PX,
    feature_statistics,
    grid_crops,
    judge_pictures,
    judged,
    load_judge,
    main,
    train_judge,
)


def drawings(seed: int, count: int = 4) -> list[np.ndarray]:
    """Hard black stripes on white; six crops each."""
    rng = np.random.default_rng(seed)
    pictures = []
    for _ in range(count):
        x = np.full((330, 490, 3), 255, np.uint8)
        x[:, int(rng.integers(0, 8)) :: 8] = 0
        pictures.append(x)
    return pictures


def clouds(picture, first: int, count: int = 4) -> list[np.ndarray]:
    return [picture(seed, 330, 490) for seed in range(first, first + count)]


@pytest.mark.parametrize(
    ("height", "width", "count"),
    [(160, 160, 1), (200, 330, 2), (330, 500, 6), (1000, 2000, 6), (160, 2000, 3)],
)
def test_grid_crops_lie_evenly(height, width, count):
    y, x = np.mgrid[:height, :width]
    picture = np.dstack([y % 256, x % 256, np.zeros_like(x)]).astype(np.uint8)
    crops = grid_crops(picture)
    assert crops.shape == (count, 3, CROP_PX, CROP_PX)
    assert crops.dtype == np.float32
    corners = np.rint(crops[:, :2, 0, 0] * 255).astype(int).tolist()
    assert [0, 0] in corners
    if count == 6:
        assert [(height - CROP_PX) % 256, (width - CROP_PX) % 256] in corners
    assert len({tuple(c) for c in corners}) == count


def test_judging_passes_over_small_pictures(picture):
    judge = Judge(PRESETS["tiny"])
    probability, features = judge_pictures(
        judge, [picture(0, 100, 400), picture(1, 160, 160), picture(2, 330, 500)]
    )
    assert probability.shape == (7,)
    assert features.shape == (7, 16)
    assert ((probability > 0) & (probability < 1)).all()


def test_learns_form_in_a_few_steps_and_by_the_clock(picture):
    ticks = itertools.count()
    judge = train_judge(
        drawings(0),
        clouds(picture, 0),
        budget_s=25.0,
        seed=0,
        preset="tiny",
        batch=4,
        clock=lambda: float(next(ticks)),
    )
    assert next(ticks) <= 28
    panels, features = judge_pictures(judge, drawings(9))
    statistics = feature_statistics(features)
    photos = judged(judge, clouds(picture, 50), statistics)
    assert panels.mean() > judge_pictures(judge, clouds(picture, 50))[0].mean() + 0.05
    assert photos["frechet"] > judged(judge, drawings(11), statistics)["frechet"]


@pytest.mark.parametrize("budget_s", [0.0, -1.0, float("nan")])
def test_no_time_to_learn(picture, budget_s):
    with pytest.raises(InputError, match="expected more than 0"):
        train_judge(drawings(0), clouds(picture, 0), budget_s=budget_s, seed=0, preset="tiny")


def test_nothing_large_enough_to_judge(picture):
    with pytest.raises(DataError, match="none of 1 pictures has 160 px a side"):
        judge_pictures(Judge(PRESETS["tiny"]), [picture(0, 100, 400)])


@pytest.fixture
def folders(tmp_path, picture) -> list[str]:
    """Seven drawings and seven photographs, as arguments of the command."""
    for folder, pictures in (("art", drawings(0, 7)), ("photos", clouds(picture, 0, 7))):
        (tmp_path / folder).mkdir()
        for index, pixels in enumerate(pictures):
            cv2.imwrite(str(tmp_path / folder / f"{index:02d}.png"), pixels)
    return ["--art", str(tmp_path / "art"), "--photos", str(tmp_path / "photos")]


@pytest.fixture
def seen(monkeypatch) -> dict:
    """What the command trains with; the training itself is left out."""
    given = {}

    def quick(art, photos, *, budget_s, seed):
        given.update(art=len(art), photos=len(photos), budget_s=budget_s, seed=seed)
        return Judge(PRESETS["tiny"]).eval()

    monkeypatch.setattr(experiment, "train_judge", quick)
    return given


def test_command_writes_judge_and_measures(tmp_path, folders, seen, capsys):
    out = tmp_path / "judge.safetensors"
    held = ["--held-out-art", "00*", "01*", "02*", "--held-out-photos", "03*", "04*", "05*"]
    main([*folders, *held, "--out", str(out), "--minutes", "0.5", "--seed", "3"])
    assert seen == {"art": 4, "photos": 4, "budget_s": 30.0, "seed": 3}
    judge = load_judge(out, "tiny")
    assert not judge.training
    with torch.no_grad():
        assert judge(torch.rand(1, 3, 64, 64)).shape == (1,)
    result = json.loads(out.with_suffix(".json").read_text())
    assert result == json.loads(capsys.readouterr().out)
    assert 0.0 <= result["panels taken for art"] <= 1.0
    assert result["photographs"].keys() == {"judge", "frechet"}


def test_without_held_out_pictures_some_are_set_aside(tmp_path, folders, seen, capsys):
    out = tmp_path / "judge.safetensors"
    main([*folders, "--out", str(out)])
    assert (seen["art"], seen["photos"]) == (6, 6)
    result = json.loads(out.with_suffix(".json").read_text())
    assert np.isfinite(list(result["photographs"].values())).all()
    assert "note: 6 crops for 16 features" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("given", "told"),
    [
        (["--minutes", "0"], "--minutes is 0, expected more than 0"),
        (["--held-out-photos", "*"], "--photos .* every picture is held out"),
    ],
)
def test_bad_arguments_are_told_before_training(tmp_path, folders, seen, given, told):
    with pytest.raises(InputError, match=told):
        main([*folders, "--out", str(tmp_path / "judge.safetensors"), *given])
    assert not seen


def test_folder_of_small_pictures_is_told_before_training(tmp_path, folders, seen, picture):
    for path in Path(folders[3]).iterdir():
        cv2.imwrite(str(path), picture(0, 120, 130))
    with pytest.raises(DataError, match=r"--photos .* none of 1 pictures has 160 px a side"):
        main([*folders, "--out", str(tmp_path / "judge.safetensors")])
    assert not seen
