"""A whole run of the classifiers, from folders to a file that the runtime reads."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from paintreel.errors import DataError, InputError, OutputError
from paintreel.imaging.files import Picture, write_picture
from paintreel.learn.engine.budget import Budget
from paintreel.learn.engine.settings import apply
from paintreel.learn.systems import SYSTEMS
from paintreel.learn.trainers.classifier_settings import ClassifierSettings
from paintreel.learn.trainers.provenance import ModelFacts, Source
from paintreel.learn.trainers.recipes import load_training_recipe
from paintreel.learn.trainers.training_run import Folders, Run, train_system
from paintreel.runtime.card import Card
from paintreel.runtime.classifiers import Classifier
from paintreel.runtime.emotions import MOODS
from paintreel.worlds.categories import LABELS

RECIPE = Path(__file__).parents[3] / "recipes" / "classifiers.toml"
TINY = {"taps": ("block1", "block5", "block8"), "mood_from": "block5", "folds": 2}
TINY |= {
    "distance_taps": ("block1", "block5"),
    "penalties": (1e-3, 1e-2),
    "strangers": 4,
    "axes": 6,
    "feature_taps": ("block1", "block5"),
    "feature_axes": 4,
}


def striped(seed: int) -> np.ndarray:
    rng = np.random.default_rng(seed)
    rows = (np.arange(112) // 3 % 2)[:, None, None] * rng.integers(90, 160, 3)
    return np.broadcast_to(rows + 60, (112, 128, 3)).astype(np.uint8)


def tinted(picture: np.ndarray, mood: str) -> np.ndarray:
    """Calm panels are bright, fear is dark."""
    light = {"calm": 0.5, "fear": -0.5}[mood]
    return np.clip(picture * 0.4 + 90 + light * 120, 0, 255).astype(np.uint8)


@pytest.fixture(scope="module")
def folders(tmp_path_factory, picture, fill_folder) -> dict[str, Path]:
    root = tmp_path_factory.mktemp("classified")
    art, rows = root / "art", ["file\trater\temotion\tscene"]
    art.mkdir()
    for number in range(16):
        name, mood = f"E{number // 4:02d}P01_{number % 4}.png", ("calm", "fear")[number % 2]
        write_picture(art / name, Picture(tinted(picture(100 + number), mood)))
        rows += [f"{name}\t{r}\t{mood}\t{('forest', 'water')[number % 2]}" for r in "ABC"]
    (art / "ratings.tsv").write_text("\n".join(rows) + "\n", "utf-8")
    (root / "styles" / "ink").mkdir(parents=True)
    for i in range(8):
        write_picture(root / "styles" / "ink" / f"{'ab'[i % 2]}{i}.png", Picture(striped(i)))
    return {"art": art, "photos": fill_folder(root / "photo", 8), "styles": root / "styles"}


def run(folders: dict[str, Path], out: Path, *, resume: bool = False, **changes) -> Path | None:
    asked = Run(
        system=SYSTEMS["classifiers"],
        out=out,
        facts=ModelFacts("mine"),
        settings=ClassifierSettings(**TINY | {"held_out": ("E03*", "ink/b7*", "07.png")} | changes),
        budget=Budget(seconds=60),
        source=Source(None),
        command=["paintreel", "train", "classifiers"],
        resume=resume,
    )
    return train_system(asked, Folders(**folders))


@pytest.fixture(scope="module")
def trained(folders, tmp_path_factory) -> Path:
    return run(folders, tmp_path_factory.mktemp("run") / "out")


def test_a_run_leaves_classifiers_with_their_card(trained):
    assert trained.name == "model.onnx"
    card = Card.load(trained.with_name("card.toml"))
    card.verify(trained)
    assert card.contract.task == "classify"
    assert card.contract.heads == {
        "medium": ("painted_panel", "photograph", "ink"), "mood": MOODS, "scene": LABELS
    }  # fmt: skip
    t = card.training
    assert t["pictures"] == {"painted_panel": 12, "photograph": 7, "ink": 7}
    assert t["held_out_pictures"] == {"painted_panel": 4, "photograph": 1, "ink": 1}
    assert t["heads"]["mood"]["held_out"]["pictures"] == 4
    assert t["heads"]["medium"]["crossed"]["macro_recall"] > 0.9
    assert set(t["heads"]["scene"]["rows"]) == {"colours", "block8"}
    assert t["steps"] > 0
    assert set(t["familiar"]["flagged"]) == {"noise", "plain", "text", "screenshot", "chart"}


def test_what_was_learnt_is_what_the_runtime_says(trained, picture):
    """By a graph with f16 weights, of pictures that were not learnt from."""
    mood, medium = (Classifier(trained, head=h, backend="onnxruntime") for h in ("mood", "medium"))
    for seed in range(4):
        for name in ("calm", "fear"):
            panel = tinted(picture(500 + seed), name)
            assert mood.classify(panel).label == name
        assert medium.classify(striped(40 + seed)).label == "ink"
        assert medium.classify(picture(60 + seed)).label == "photograph"


def test_its_features_tell_sets_apart(trained, picture):
    from paintreel.metrics.distribution import FeatureStatistics, frechet_distance
    from paintreel.metrics.extractors import feature_vectors
    from paintreel.runtime.extractor import OnnxExtractor

    network = OnnxExtractor(trained, threads=1)
    assert (network.name, network.size_px) == ("efficientnet", (288, 288))
    sets = []
    for make, start in ((picture, 200), (picture, 250), (striped, 200)):
        sets.append(FeatureStatistics(4, name=network.name))
        for vectors in feature_vectors(network, [make(start + n) for n in range(8)]):
            sets[-1].update(vectors)
    alike, apart = (frechet_distance(sets[0], other) for other in sets[1:])
    assert apart > 4 * alike
    with pytest.raises(InputError, match="no feature maps"):
        network.maps(np.zeros((1, 3, 288, 288), np.float32))


def test_maps_lie_on_the_half_of_their_medium(trained, picture):
    medium = Classifier(trained, head="medium", backend="onnxruntime")
    sums = []
    for seed in range(6):
        both = np.hstack([striped(80 + seed), picture(90 + seed)])
        heat = medium.classify(both).map("ink")
        sums.append((heat[:, :128].mean(), heat[:, 128:].mean()))
    left, right = np.mean(sums, axis=0)
    assert left > 2 * right


def test_a_folder_is_not_written_twice_unless_it_is_to_be(trained, folders):
    with pytest.raises(OutputError, match="exists already"):
        run(folders, trained.parent)
    before = trained.read_bytes()
    assert run(folders, trained.parent, resume=True) == trained
    assert trained.read_bytes() == before


def test_it_needs_nothing_held_out(folders, tmp_path):
    path = run(folders, tmp_path / "out", held_out=(), copies=0)
    heads = Card.load(path.with_name("card.toml")).training["heads"]
    assert heads["mood"]["held_out"] == {"pictures": 0}


def test_bad_folders_are_named_before_training(folders, tmp_path, fill_folder):
    bare = fill_folder(tmp_path / "bare", 6)
    with pytest.raises(DataError, match="moods are learnt from its column emotion"):
        run({**folders, "art": bare}, tmp_path / "out")
    with pytest.raises(DataError, match="--photos"):
        run({**folders, "photos": tmp_path / "none"}, tmp_path / "out")
    with pytest.raises(OutputError, match="which is read for pictures"):
        run(folders, folders["art"] / "out")
    spoilt = fill_folder(tmp_path / "spoilt", 6)
    (spoilt / "03.png").write_bytes(b"no picture")
    with pytest.raises(DataError, match=r"^1 unusable picture: .*03\.png"):
        run({**folders, "photos": spoilt}, tmp_path / "out")


@pytest.mark.parametrize(
    "wrong",
    [
        {"mood_from": "block9"},
        {"distance_taps": ()},
        {"penalties": (0.0,)},
        {"folds": 1},
        {"strength": 2.0},
        {"false_alarms": 0.7},
        {"axes": 0},
        {"feature_taps": ("head",), "taps": ("block8",)},
        {"feature_axes": 0},
    ],
    ids=lambda wrong: next(iter(wrong)),
)
def test_settings_that_cannot_be_used(wrong):
    with pytest.raises(InputError, match=next(iter(wrong))):
        ClassifierSettings(**wrong)


def test_the_recipe_takes_no_share_alike_material():
    recipe = load_training_recipe(RECIPE, "classifiers", ClassifierSettings())
    assert "CC-BY-[0-9]*" in recipe.settings.licences
    assert not any("SA" in glob for glob in recipe.settings.licences)
    assert {"E05*", "E22*", "npc_*"} <= {g.split("/")[-1] for g in recipe.settings.held_out}
    assert apply(recipe.settings, {"folds": 3}).folds == 3
