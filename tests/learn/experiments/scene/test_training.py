from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from paintreel.errors import InputError
from paintreel.learn.data.scene_crops import cut_crops
from paintreel.learn.data.scene_pairs import PairSettings, make_panels
from paintreel.learn.engine.budget import Budget
from paintreel.learn.experiments.scene.conditions import CONDITIONS
from paintreel.learn.experiments.scene.training import (
    Material,
    check_categories,
    draw_rules,
    kept_weights,
    settings_of,
    train_condition,
)
from paintreel.learn.trainers import from_words
from paintreel.learn.trainers.scene import SceneSettings
from paintreel.learn.trainers.svmm import SVMMSettings


@pytest.fixture(scope="module")
def crops(picture):
    return cut_crops([picture(9)], ["a.png"], ["water"], count=1, side_px=64)


@pytest.fixture(scope="module")
def material(picture, crops, tmp_path_factory) -> Material:
    panels = make_panels(
        [picture(seed) for seed in range(3)],
        ["water", None, "forest"],
        scales_px=(96,),
        cache=tmp_path_factory.mktemp("roughs"),
    )
    return Material(
        panels=panels,
        sample=crops[0],
        preset="tiny",
        seed=7,
        budget=Budget(steps=2),
        settings=SceneSettings(pairs=PairSettings(crop_px=64, batch=1, scales_px=(96,))),
        svmm=SVMMSettings(
            classes=2, patches=16, fourier=8, steps=20, side_px=16, overlap_px=4, scales_px=(96,)
        ),
    )


def test_a_trial_has_one_seed_for_all_conditions(material):
    full, single = (settings_of(CONDITIONS[c], material, 3) for c in ("mffcn", "single_scale"))
    assert full.seed == single.seed == 7003
    assert full.preset == "tiny"
    assert single.pairs == full.pairs == material.settings.pairs
    assert single.adversary == 0
    assert settings_of(CONDITIONS["mffcn"], material, 4).seed == 7004


def test_the_papers_configuration_is_its_own(material):
    """Of a preset of its own, with everything that the paper has and the project has not."""
    small = settings_of(CONDITIONS["paper"], material, 0)
    assert small.pairs.crop_px == 96  # no panel is shown larger here
    material = replace(material, settings=SceneSettings())
    paper = settings_of(CONDITIONS["paper"], material, 0)
    assert (paper.preset, paper.seed) == ("paper", 7000)
    assert (paper.late_rate, paper.momentum, paper.fan_in, paper.clip) == (2e-4, 0.5, 0.0, 0.0)
    assert (paper.reconstruct, paper.adversary, paper.matching) == (0.0, 1.0, 10.0)
    assert (paper.adversary_from, paper.ramp, paper.fall) == (0.0, 0.0, 0.0)
    assert paper.whole_norm
    assert (paper.penalty, paper.penalty_every, paper.real_label) == (10.0, 1, 0.9)
    beside = settings_of(CONDITIONS["light_128"], material, 0)
    assert beside.pairs == paper.pairs
    assert (paper.pairs.crop_px, paper.pairs.batch) == (128, 8)


def test_network_is_trained_and_paints(material, crops, solo, tmp_path):
    trained = train_condition(CONDITIONS["osdlm"], 0, material, solo, tmp_path / "w")
    picture = trained.paint(crops[0], "coarse")
    assert picture.shape == (64, 64, 3)
    assert picture.dtype == np.uint8
    assert trained.facts["steps"] == 2
    assert trained.facts["parameters"] > 1000
    again = train_condition(CONDITIONS["osdlm"], 0, material, solo, tmp_path / "again")
    np.testing.assert_array_equal(again.paint(crops[0], "coarse"), picture)
    other = train_condition(CONDITIONS["osdlm"], 1, material, solo, tmp_path / "other")
    assert not np.array_equal(other.paint(crops[0], "coarse"), picture)


def test_an_interrupted_training_goes_on(material, crops, solo, tmp_path):
    half = replace(material, budget=Budget(steps=1))
    train_condition(CONDITIONS["osdlm"], 0, half, solo, tmp_path)
    gone_on = train_condition(CONDITIONS["osdlm"], 0, material, solo, tmp_path)
    assert gone_on.facts["steps"] == 2
    assert (tmp_path / "journal.jsonl").read_text().count('"l1"') == 2


def test_svmm(material, crops, solo, tmp_path):
    trained = train_condition(CONDITIONS["svmm"], 0, material, solo, tmp_path)
    assert trained.paint(crops[0], "standard").shape == (64, 64, 3)
    assert trained.facts["parameters"] > 0
    assert (tmp_path / "model.npz").exists()


def test_rules_draw_another_scene_a_trial_and_crop(crops):
    a, b, again = (draw_rules(crops[0], seed) for seed in (1, 2, 1))
    assert a.shape == (64, 64, 3)
    assert not np.array_equal(a, b)
    np.testing.assert_array_equal(a, again)


def test_pictures_from_words(material, solo, tmp_path, picture, monkeypatch):
    """Of a crop its category and its name alone count, and a seed for each trial."""
    monkeypatch.setattr(from_words, "drawn_worlds", lambda each, side_px: ())
    crops = [
        cut_crops([picture(seed)], ["a.png"], ["water"], count=1, side_px=64)[0] for seed in (1, 2)
    ]
    for name in ("attngan", "stylegan", "grbm_words", "mffcn_words"):
        paint = train_condition(CONDITIONS[name], 0, material, solo, tmp_path / name).paint
        pictures = [paint(crop, "standard") for crop in crops]
        assert pictures[0].shape == (64, 64, 3), name
        np.testing.assert_array_equal(*pictures, err_msg=name)
        assert not np.array_equal(paint(replace(crops[0], name="b.png"), "standard"), pictures[0])
    drawn = [
        train_condition(CONDITIONS["grbm_words"], t, material, solo, tmp_path / "g").paint
        for t in (0, 1)
    ]
    assert not np.array_equal(*(paint(crops[0], "standard") for paint in drawn))


def test_mffcn_from_words_is_the_one_that_was_trained(material, crops, solo, tmp_path):
    kept = tmp_path / "weights"
    kept.mkdir()
    train_condition(CONDITIONS["mffcn"], 0, material, solo, tmp_path / "w")
    last = sorted((tmp_path / "w" / "snapshots").glob("*.safetensors"))[-1]
    last.rename(kept_weights(kept, "mffcn", 0))
    material = replace(material, kept=kept)
    shared = train_condition(CONDITIONS["mffcn_words"], 0, material, solo, tmp_path / "x")
    assert shared.facts["weights_of"] == "mffcn-00"
    assert not (tmp_path / "x").exists()  # nothing was trained
    own = train_condition(
        CONDITIONS["mffcn_words"], 0, replace(material, kept=None), solo, tmp_path / "y"
    )
    np.testing.assert_array_equal(
        shared.paint(crops[0], "standard"), own.paint(crops[0], "standard")
    )


def test_references(material, crops, solo, tmp_path):
    rough, truth = (
        train_condition(CONDITIONS[c], 0, material, solo, tmp_path).paint(crops[0], "fine")
        for c in ("rough", "truth")
    )
    np.testing.assert_array_equal(rough, crops[0].roughs["fine"].blocks)
    np.testing.assert_array_equal(truth, crops[0].truth)


def test_rules_without_a_category_are_refused_at_once(picture):
    unnamed = cut_crops([picture(1)], ["b.png"], [None], count=1, side_px=64)
    with pytest.raises(InputError, match=r"b\.png has none; rate the art"):
        check_categories([CONDITIONS["grbm"]], unnamed)
    check_categories([CONDITIONS["mffcn"]], unnamed)
    with pytest.raises(InputError, match=r"b\.png has none"):
        draw_rules(unnamed[0], 1)
