"""The extractor's trainer, its run from folders to a graph, and what the graph is good for."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch

from paintreel.errors import DataError, InputError, OutputError
from paintreel.imaging.files import Picture, write_picture
from paintreel.learn.data.labelled import UNKNOWN, LabelledPictures, find_labelled
from paintreel.learn.data.splits import read_splits, withheld
from paintreel.learn.engine.budget import Budget
from paintreel.learn.engine.checkpoint import load_checkpoint, save_checkpoint
from paintreel.learn.engine.loop import LoopSettings
from paintreel.learn.engine.settings import apply, read_recipe
from paintreel.learn.systems import SYSTEMS
from paintreel.learn.trainers.extractor import ExtractorSettings, ExtractorTrainer
from paintreel.learn.trainers.provenance import ModelFacts, Source
from paintreel.learn.trainers.training_run import Folders, Run, train_system
from paintreel.runtime.card import Card
from paintreel.runtime.extractor import OnnxExtractor

TINY = {"preset": "tiny", "crop_px": 48, "batch": 8, "max_side_px": 128}


def striped(seed: int) -> np.ndarray:
    """Fine stripes: another medium than the soft blobs, at any colour."""
    rng = np.random.default_rng(seed)
    rows = (np.arange(112) // 3 % 2)[:, None, None] * rng.integers(90, 160, 3)
    return np.broadcast_to(rows + 60, (112, 128, 3)).astype(np.uint8)


@pytest.fixture
def make(picture, solo):
    """A function (**settings) that makes a trainer of blobs (panels, two scenes) and stripes."""

    def trainer(**changes) -> ExtractorTrainer:
        def pictures(first: int, count: int) -> LabelledPictures:
            seeds = range(first, first + count)
            both = [picture(s) for s in seeds] + [striped(s) for s in seeds]
            scenes = [i % 2 for i in range(count)] + [UNKNOWN] * count
            return LabelledPictures(both, np.repeat([0, 1], count), np.array(scenes))

        return ExtractorTrainer(
            ExtractorSettings(**TINY | changes),
            train=pictures(0, 6),
            held_out=pictures(50, 3),
            media=("panel", "stripes"),
            group=solo,
        )

    return trainer


def test_it_learns_what_it_is_shown(make):
    trainer = make(ema_decay=0.5, rate=2e-2, label_smoothing=0.0)
    losses = [trainer.step(i / 30)["medium"] for i in range(30)]
    assert np.mean(losses[-5:]) < 0.6 * np.mean(losses[:5])
    found = trainer.measures()
    assert found["medium_accuracy"] == 1.0
    assert set(found) == {"medium_accuracy", "medium_recall", "scene_accuracy", "scene_recall"}
    assert trainer.judge_held_out()[1]["medium"] == {"panel": 1.0, "stripes": 1.0}


def test_measures_are_counted_right(make, monkeypatch):
    trainer = make()
    media, scenes = np.array([0, 0, 1, 1, 1, 1]), np.array([0, 0, 0, 5, 5, 5])
    monkeypatch.setattr(trainer, "predict", lambda pictures: (media, scenes))
    found = trainer.measures()
    assert found["medium_accuracy"] == pytest.approx(5 / 6)
    assert found["medium_recall"] == pytest.approx((2 / 3 + 1) / 2)
    assert found["scene_accuracy"] == pytest.approx(2 / 3)  # of three panels: 0, 1, 0
    assert found["scene_recall"] == pytest.approx(0.5)


def test_a_batch_without_scenes_teaches_the_medium_alone(make):
    trainer = make()
    crops, media, scenes = trainer.crops()
    trainer.crops = lambda: (crops, media, np.full_like(scenes, UNKNOWN))
    before = trainer.model.scenes.weight.detach().clone()
    terms = trainer.step(0.5)
    assert terms["scene"] == 0.0
    decayed = before * (1 - trainer.optimiser.param_groups[0]["lr"] * 0.02)
    assert torch.allclose(trainer.model.scenes.weight, decayed, atol=1e-6)


def test_a_resumed_run_is_the_unbroken_one(make, tmp_path):
    whole = make()
    for i in range(2):
        whole.step(i / 4)
    save_checkpoint(tmp_path / "checkpoint.pt", {"trainer": whole.state_dict()})
    last = [whole.step(i / 4) for i in (2, 3)]
    again = make(seed=9)
    again.load_state_dict(load_checkpoint(tmp_path / "checkpoint.pt")["trainer"])
    assert [again.step(i / 4) for i in (2, 3)] == last
    weights = again.snapshot()
    assert all(torch.equal(weights[k], v) for k, v in whole.snapshot().items())


def test_the_sheet_frames_right_and_wrong(make, monkeypatch):
    trainer = make()
    monkeypatch.setattr(
        trainer, "predict", lambda pictures: (np.zeros(len(pictures), int), np.zeros(1))
    )
    assert trainer.caption.startswith("a row a medium, framed green where it is recognised")
    sheet = trainer.sample_sheet()
    assert sheet.shape == (2 * 160, 6 * 160, 3)
    assert sheet[0, 0].tolist() == [60, 150, 60]
    assert sheet[160, 0].tolist() == [200, 40, 40]
    assert sheet[5, 500].tolist() == [255, 255, 255]


@pytest.mark.parametrize(
    "wrong", [{"preset": "huge"}, {"batch": 1}, {"panel_share": 1.0}, {"jitter": 2.0}, {"rate": 0}]
)
def test_settings_that_cannot_be_used(wrong):
    with pytest.raises(InputError, match=next(iter(wrong))):
        ExtractorSettings(**wrong)


def test_the_recipe_takes_no_share_alike_material(shared_data):
    recipes = Path(__file__).parents[3] / "recipes"
    recipe = read_recipe(recipes / "extractor.toml")
    assert (recipe["system"], recipe["name"]) == ("extractor", "dske")
    splits = read_splits(recipes / recipe["splits"])
    settings = apply(ExtractorSettings(), withheld(ExtractorSettings(), splits))
    settings = apply(settings, recipe["settings"])
    folders = [shared_data / name for name in ("art", "photo", "styles")]
    train, held = find_labelled(*folders, licences=settings.licences, held_out=settings.held_out)
    assert set(train.media) == set(held.media)
    assert not {"fantasy_illustration", "pixel_art"} & set(train.media)
    assert min(held.count().values()) >= 10
    taken = {p.as_posix() for f in train.folders if f.root == folders[1] for p in f.paths}
    rows = (shared_data / "photo" / "manifest.tsv").read_text("utf-8").splitlines()[1:]
    assert not [row for row in rows if "CC-BY-SA" in row and row.split("\t")[0] in taken]


# A whole run


@pytest.fixture(scope="module")
def folders(tmp_path_factory, fill_folder) -> dict[str, Path]:
    root = tmp_path_factory.mktemp("labelled")
    art = fill_folder(root / "art", 6, 100)
    scenes = "".join(f"0{i}.png\tA\t{('forest', 'water')[i % 2]}\n" for i in range(6))
    (art / "ratings.tsv").write_text("file\trater\tscene\n" + scenes)
    (root / "styles" / "ink").mkdir(parents=True)
    for i in range(5):
        write_picture(root / "styles" / "ink" / f"{i}.png", Picture(striped(i)))
    return {"art": art, "photos": fill_folder(root / "photo", 5), "styles": root / "styles"}


def run(folders: dict[str, Path], out: Path, steps: int = 3, **more) -> Path | None:
    asked = Run(
        system=SYSTEMS["extractor"],
        out=out,
        facts=ModelFacts("dske"),
        settings=ExtractorSettings(**TINY, held_out=("05.png", "04.png", "ink/4*")),
        budget=Budget(steps=steps),
        source=Source(None),
        command=["paintreel", "train", "extractor"],
        **{"loop": LoopSettings(checkpoint_every_s=60.0), **more},
    )
    return train_system(asked, Folders(**folders))


def test_a_run_leaves_an_extractor_with_its_card(folders, tmp_path):
    path = run(folders, tmp_path / "run")
    assert path == tmp_path / "run" / "extractor.onnx"
    card = Card.load(path.with_name("card.toml"))
    card.verify(path)
    assert (card.contract.task, card.contract.name) == ("features", "dske")
    training = card.training
    assert training["pictures"] == {"panel": 4, "photograph": 4, "ink": 4}
    assert training["held_out_pictures"] == {"panel": 2, "photograph": 1, "ink": 1}
    assert set(training["held_out"]) >= {"medium_accuracy", "medium_recall", "scene_recall"}
    assert training["command"] == "paintreel train extractor"
    assert len(training["data_hash"].split(", ")) == 3
    assert training["precision"] == "f32"
    assert training["threads"] >= 1
    found = OnnxExtractor(path)
    x = np.random.default_rng(0).random((2, 3, 50, 31), np.float32)
    assert found.name == "dske"
    assert [m.shape[1] for m in found.maps(x)] == [8, 8, 12, 8]
    assert found.vectors(x).shape == (2, 8)


def test_it_is_trained_in_f32_alone_and_says_why(folders, tmp_path):
    with pytest.raises(InputError, match="trained in f32 alone: depthwise"):
        run(folders, tmp_path / "run", loop=LoopSettings(precision="bf16"))
    assert not (tmp_path / "run" / "checkpoint.pt").exists()


def test_bad_folders_are_named_before_training(folders, tmp_path):
    with pytest.raises(DataError, match="--photos"):
        run({**folders, "photos": tmp_path / "none"}, tmp_path / "run")
    with pytest.raises(OutputError, match="which is read for pictures"):
        run(folders, folders["art"] / "run")
    with pytest.raises(OutputError, match="no checkpoint to resume"):
        run(folders, tmp_path / "run", resume=True)
    (tmp_path / "old").mkdir()
    (tmp_path / "old" / "checkpoint.pt").write_bytes(b"")
    with pytest.raises(OutputError, match="already holds a run"):
        run(folders, tmp_path / "old")
