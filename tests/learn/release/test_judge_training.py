from __future__ import annotations

import itertools
import json
from pathlib import Path

import cv2
import numpy as np
import pytest

from paintreel.errors import DataError, InputError
from paintreel.learn.models.judge import PRESETS, Judge
from paintreel.learn.release import judge_training
from paintreel.learn.release.judge import PictureJudge, feature_statistics
from paintreel.learn.release.judge_training import JudgeSettings, export_judge, main, train_judge
from paintreel.learn.trainers.provenance import ModelFacts
from paintreel.runtime.card import Card

TINY = JudgeSettings(preset="tiny", batch=4)


def test_learns_form_in_a_few_steps_and_by_the_clock(drawings, clouds, tmp_path):
    ticks = itertools.count()
    network = train_judge(
        drawings(0), clouds(0), TINY, budget_s=25.0, clock=lambda: float(next(ticks))
    )
    assert next(ticks) <= 28
    assert not network.training
    export_judge(network, tmp_path / "model.onnx", ModelFacts("mine"), {})
    judge = PictureJudge(tmp_path / "model.onnx")
    panels, features = judge.crops(drawings(9))
    statistics = feature_statistics(features)
    assert panels.mean() > judge.crops(clouds(50))[0].mean() + 0.05
    photos, others = (judge.measures(p, statistics) for p in (clouds(50), drawings(11)))
    assert photos["frechet"] > others["frechet"]


@pytest.mark.parametrize("budget_s", [0.0, -1.0, float("nan")])
def test_no_time_to_learn(drawings, clouds, budget_s):
    with pytest.raises(InputError, match="expected more than 0"):
        train_judge(drawings(0), clouds(0), TINY, budget_s=budget_s)


@pytest.fixture
def folders(tmp_path, drawings, clouds) -> list[str]:
    """Seven drawings and seven photographs, as arguments of the command."""
    for folder, pictures in (("art", drawings(0, 7)), ("photos", clouds(0, 7))):
        (tmp_path / folder).mkdir()
        for index, pixels in enumerate(pictures):
            cv2.imwrite(str(tmp_path / folder / f"{index:02d}.png"), pixels)
    return ["--art", str(tmp_path / "art"), "--photos", str(tmp_path / "photos")]


@pytest.fixture
def trained_with(monkeypatch) -> dict:
    """What the command trains with; the training itself is left out."""
    given = {}

    def quick(art, photos, settings, *, budget_s):
        given.update(art=len(art), photos=len(photos), budget_s=budget_s, seed=settings.seed)
        return Judge(PRESETS["tiny"]).eval()

    monkeypatch.setattr(judge_training, "train_judge", quick)
    return given


def test_command_writes_judge_and_card(tmp_path, folders, trained_with, capsys):
    out = tmp_path / "judge"
    held = ["--held-out-art", "00*", "01*", "02*", "--held-out-photos", "03*", "04*", "05*"]
    arguments = [*folders, *held, "--out", str(out), "--minutes", "0.5", "--seed", "3"]
    main([*arguments, "--licence", "CC0-1.0"], clock=itertools.count().__next__)
    assert trained_with == {"art": 4, "photos": 4, "budget_s": 30.0, "seed": 3}
    card = Card.load(out / "card.toml")
    card.verify(out / "model.onnx")
    assert (card.contract.task, card.contract.licence) == ("judge", "CC0-1.0")
    training = card.training
    assert training["command"].startswith("python -m paintreel.learn.release.judge_training --art")
    assert (training["seed"], training["wall_time_s"]) == (3, 1)
    assert training["held_out_photos"] == ["03*", "04*", "05*"]
    assert training["measures"] == json.loads(capsys.readouterr().out)
    assert training["measures"].keys() == {"panels", "photographs", "frechet"}
    assert 0.0 <= training["measures"]["panels"] <= 1.0
    assert PictureJudge(out / "model.onnx").path == out / "model.onnx"


def test_without_held_out_pictures_some_are_set_aside(tmp_path, folders, trained_with, capsys):
    main([*folders, "--out", str(tmp_path / "judge")])
    assert (trained_with["art"], trained_with["photos"]) == (6, 6)
    printed = capsys.readouterr()
    assert np.isfinite(list(json.loads(printed.out).values())).all()
    assert "note: 6 crops for 16 features" in printed.err


@pytest.mark.parametrize(
    ("given", "message"),
    [
        (["--minutes", "0"], "--minutes is 0, expected more than 0"),
        (["--held-out-photos", "*"], "--photos .* every picture is held out"),
    ],
)
def test_bad_arguments_are_refused_before_training(tmp_path, folders, trained_with, given, message):
    with pytest.raises(InputError, match=message):
        main([*folders, "--out", str(tmp_path / "judge"), *given])
    assert not trained_with


def test_folder_of_small_pictures_is_refused_before_training(
    tmp_path, folders, trained_with, picture
):
    for path in Path(folders[3]).iterdir():
        cv2.imwrite(str(path), picture(0, 120, 130))
    with pytest.raises(DataError, match=r"--photos .* none of 1 pictures has 160 px a side"):
        main([*folders, "--out", str(tmp_path / "judge")])
    assert not trained_with
