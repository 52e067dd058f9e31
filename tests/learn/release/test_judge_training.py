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
from paintreel.learn.release.judge_training import (
    JudgeSettings,
    export_judge,
    load_judge,
    main,
    train_judge,
)
from paintreel.learn.trainers.provenance import ModelFacts
from paintreel.runtime.card import Card

TINY = JudgeSettings(preset="tiny", batch=4)


def test_learns_form_in_a_few_steps_and_by_the_clock(drawings, clouds, tmp_path):
    ticks = itertools.count()
    network, steps = train_judge(
        drawings(0), clouds(0), TINY, budget_s=25.0, clock=lambda: float(next(ticks))
    )
    assert next(ticks) <= 28
    assert steps == 24 or steps == 25
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


def test_neither_tint_nor_exposure_changes_what_the_judge_says(drawings, tmp_path):
    export_judge(Judge(PRESETS["tiny"]).eval(), tmp_path / "model.onnx", ModelFacts("mine"), {})
    judge = PictureJudge(tmp_path / "model.onnx")
    pictures = [picture // 2 + 40 for picture in drawings(3)]
    tinted = [
        (picture.astype(float) * (1.1, 1.0, 0.7) + (10, 0, 20)).astype(np.uint8)
        for picture in pictures
    ]
    features, of_tinted = judge.crops(pictures)[1], judge.crops(tinted)[1]
    apart = np.abs(features - judge.crops(drawings(9))[1][: len(features)]).max()
    assert np.abs(of_tinted - features).max() < 0.1 * apart


@pytest.fixture
def folders(tmp_path, drawings, clouds) -> list[str]:
    """Drawings and photographs of three sources with a recipe, as arguments of the command."""
    for folder, pictures in (("art", drawings(0, 8)), ("photos", clouds(0, 8))):
        for index, pixels in enumerate(pictures):
            path = tmp_path / folder / f"s{index // 3}" / f"{index:02d}.png"
            path.parent.mkdir(parents=True, exist_ok=True)
            cv2.imwrite(str(path), pixels)
    (tmp_path / "splits.toml").write_text(
        '[photographs]\ndevelopment = ["s2/06*"]\ntest = ["s2/07*", "s1/05*"]\n'
        '[panels]\ndevelopment = ["00*"]\ntest = ["01*", "02*"]\n'
        "[media]\ndevelopment = []\ntest = []\n"
    )
    (tmp_path / "judge.toml").write_text(
        'system = "judge"\nname = "judge"\nlicence = "CC0-1.0"\nsplits = "splits.toml"\n'
        '[settings]\nseed = 3\npreset = "tiny"\n'
    )
    data = ["--art", str(tmp_path / "art"), "--photos", str(tmp_path / "photos")]
    return [*data, "--recipe", str(tmp_path / "judge.toml"), "--allow-dirty"]


@pytest.fixture
def trained_with(monkeypatch) -> dict:
    """What the command trains with; the training itself is left out."""
    given = {}

    def quick(art, photos, settings, *, budget_s, weights, start, precision):
        given.update(art=len(art), photos=len(photos), budget_s=budget_s, seed=settings.seed)
        given.update(weights=weights[1], start=start)
        return Judge(PRESETS["tiny"]).eval(), 12

    monkeypatch.setattr(judge_training, "train_judge", quick)
    return given


def test_command_writes_judge_and_card(tmp_path, folders, trained_with, capsys):
    out = tmp_path / "judge"
    main([*folders, "--out", str(out), "--minutes", "0.5"], clock=itertools.count().__next__)
    weights = trained_with.pop("weights")
    assert trained_with == {"art": 5, "photos": 5, "budget_s": 30.0, "seed": 3, "start": None}
    np.testing.assert_allclose(weights, [1 / 6] * 3 + [1 / 4] * 2)  # two sources, alike
    card = Card.load(out / "card.toml")
    card.verify(out / "model.onnx")
    assert (card.contract.task, card.contract.licence) == ("judge", "CC0-1.0")
    training = card.training
    assert training["command"].startswith("python -m paintreel.learn.release.judge_training --art")
    assert (training["seed"], training["wall_time_s"], training["steps"]) == (3, 1, 12)
    assert training["measured_on"] == "test part: 2 panels, 2 photographs"
    assert training["measures"] == json.loads(capsys.readouterr().out)
    assert training["measures"].keys() == {"panels", "photographs", "frechet"}
    assert 0.0 <= training["measures"]["panels"] <= 1.0


def test_a_second_leg_goes_on_from_the_first(tmp_path, folders, trained_with):
    main([*folders, "--out", str(tmp_path / "one")])
    weights = tmp_path / "one" / "weights.safetensors"
    main([*folders, "--out", str(tmp_path / "two"), "--start", str(weights)])
    first = load_judge(weights, "tiny").state_dict()
    started = trained_with["start"].state_dict()
    assert all((first[name] == started[name]).all() for name in first)
    card = Card.load(tmp_path / "two" / "card.toml")
    assert len(card.training["start_sha256"]) == 64


@pytest.mark.parametrize(
    ("given", "message"),
    [
        (["--minutes", "0"], "--minutes is 0, expected more than 0"),
        (["--start", "none.safetensors"], "--start none.safetensors holds no judge"),
        (["--recipe", "none.toml"], "cannot read recipe"),
    ],
)
def test_bad_arguments_are_refused_before_training(tmp_path, folders, trained_with, given, message):
    with pytest.raises(InputError, match=message):
        main([*folders, "--out", str(tmp_path / "judge"), *given])
    assert not trained_with


def test_splits_that_leave_nothing_are_refused(tmp_path, folders, trained_with):
    text = (tmp_path / "splits.toml").read_text()
    (tmp_path / "splits.toml").write_text(text.replace('"s2/07*"', '"*"'))
    with pytest.raises(DataError, match="leave nothing to train on"):
        main([*folders, "--out", str(tmp_path / "judge")])
    assert not trained_with


def test_folder_of_small_pictures_is_refused_before_training(
    tmp_path, folders, trained_with, picture
):
    for path in Path(folders[3]).rglob("*.png"):
        cv2.imwrite(str(path), picture(0, 120, 130))
    with pytest.raises(DataError, match=r"--photos .* none of 5 pictures has 160 px a side"):
        main([*folders, "--out", str(tmp_path / "judge")])
    assert not trained_with
