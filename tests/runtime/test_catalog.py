from __future__ import annotations

import os
import warnings
from pathlib import Path

import pytest
from PIL import Image

from paintreel.errors import ModelFileError, UnknownModel
from paintreel.runtime import catalog
from paintreel.runtime.card import CARD_NAME, Card, sha256_of
from paintreel.runtime.catalog import (
    ModelFile,
    bundled,
    find_model,
    find_unless_ruled,
    list_models,
)
from paintreel.runtime.contract import Contract


@pytest.fixture
def only_own(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """A catalogue folder that is the only one."""
    monkeypatch.setattr(catalog, "BUNDLED", tmp_path / "bundled")
    monkeypatch.delenv("PAINTREEL_MODELS", raising=False)
    monkeypatch.delenv("PAINTREEL_STYLES", raising=False)
    return tmp_path / "bundled"


def test_lists_by_name_and_leaves_out_what_is_no_style(only_own: Path, make_style):
    make_style(only_own / "oil")
    make_style(only_own / "ink")
    make_style(only_own / "nameless", card=False)
    (only_own / "empty").mkdir()
    assert [model.name for model in list_models()] == ["ink", "oil"]


def test_nothing_installed(only_own: Path):
    assert list_models() == []
    with pytest.raises(UnknownModel, match="none is installed"):
        find_model("hereva")


def test_own_folders_come_first(only_own: Path, make_style, tmp_path: Path, monkeypatch):
    make_style(only_own / "ink")
    make_style(only_own / "oil")
    first = make_style(tmp_path / "one" / "ink", licence="MIT")
    make_style(tmp_path / "two" / "ink")
    folders = [str(tmp_path / "one"), "", str(tmp_path / "two"), str(tmp_path / "absent")]
    monkeypatch.setenv("PAINTREEL_MODELS", os.pathsep.join(folders))
    assert find_model("ink").path == first
    assert find_model("ink").card.contract.licence == "MIT"
    assert [model.name for model in list_models()] == ["ink", "oil"]


def test_old_name_of_the_variable_works_with_a_warning(
    only_own: Path, make_style, tmp_path: Path, monkeypatch
):
    first = make_style(tmp_path / "old" / "ink")
    monkeypatch.setenv("PAINTREEL_STYLES", str(tmp_path / "old"))
    with pytest.warns(FutureWarning, match=r"PAINTREEL_STYLES is called PAINTREEL_MODELS now"):
        assert find_model("ink").path == first
    monkeypatch.setenv("PAINTREEL_MODELS", str(tmp_path / "new"))
    second = make_style(tmp_path / "new" / "ink")
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert find_model("ink").path == second


def test_bundled_gives_the_file_whatever_its_kind(only_own: Path):
    assert bundled("svmm") == only_own / "svmm" / "model.onnx"
    (only_own / "svmm").mkdir(parents=True)
    (only_own / "svmm" / "model.npz").touch()
    assert bundled("svmm") == only_own / "svmm" / "model.npz"


def test_every_bundled_model_is_listed_and_is_the_file_of_its_card(monkeypatch):
    monkeypatch.delenv("PAINTREEL_MODELS", raising=False)
    monkeypatch.delenv("PAINTREEL_STYLES", raising=False)
    models = {model.name: model for model in list_models(task=None)}
    folders = {folder.name for folder in catalog.BUNDLED.iterdir() if folder.is_dir()}
    assert {model.path.parent.name for model in models.values()} == folders
    assert {m.name for m in models.values() if m.head} == {"mood", "medium", "scene"}
    assert {"stylize", "scene", "features"} <= {m.card.contract.task for m in models.values()}
    for model in models.values():
        assert model.path == bundled(model.path.parent.name)
        assert model.card.file == model.path.name
        model.card.verify(model.path)


def test_what_users_choose_from_says_what_it_is_and_shows_it(monkeypatch):
    """Exported again, a card loses what a person has said of the weights: say it again."""
    monkeypatch.delenv("PAINTREEL_MODELS", raising=False)
    monkeypatch.delenv("PAINTREEL_STYLES", raising=False)
    models = [m for task in ("stylize", "scene") for m in list_models(task) if not m.card.research]
    assert [model.name for model in models] == [
        *("cel", "hereva", "hereva-portrait", "ink", "watercolour", "mffcn"),
    ]
    for model in models:
        assert 1 <= len(model.card.look.split()) <= 4
        assert model.card.learnt_from
        assert len(model.card.weaknesses) >= 2
        assert model.card.speed
        assert model.sample.stat().st_size < 40_000
        with Image.open(model.sample) as picture:
            picture.load()
            assert picture.width > picture.height >= 200
            assert not picture.getexif()


def test_a_sample_is_a_file_beside_the_model(make_style, tmp_path: Path):
    path = make_style(tmp_path / "a")
    assert find_model(path).sample is None
    (tmp_path / "a" / "sample.jpg").mkdir()
    assert find_model(path).sample is None
    (tmp_path / "a" / "sample.jpg").rmdir()
    (tmp_path / "a" / "sample.jpg").touch()
    assert find_model(path).sample == tmp_path / "a" / "sample.jpg"


@pytest.mark.parametrize(
    ("name", "hint"), [("Hereva", "'hereva'"), ("herva", "'hereva'"), ("zzz", "hereva, ink")]
)
def test_unknown_name_hints(only_own: Path, make_style, name: str, hint: str):
    make_style(only_own / "hereva")
    make_style(only_own / "ink")
    with pytest.raises(UnknownModel, match=rf"no model named '{name}';.*{hint}.*paintreel models"):
        find_model(name)


def test_path_with_and_without_card(make_style, tmp_path: Path):
    with_card = make_style(tmp_path / "a", file="style.onnx")
    without = make_style(tmp_path / "b", card=False)
    assert find_model(with_card).card.description == "A tiny style"
    card = find_model(str(without)).card
    assert (card.contract.name, card.description) == ("b", "")


@pytest.mark.parametrize("style", [Path("hereva"), "./hereva", "absent.onnx"])
def test_what_looks_like_a_path_is_one(tmp_path: Path, monkeypatch, style):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(ModelFileError, match="cannot read model file"):
        find_model(style)


def test_folder_is_no_style(tmp_path: Path):
    with pytest.raises(ModelFileError, match="is a folder without a model"):
        find_model(tmp_path)


@pytest.mark.parametrize("written", ["mine", "./mine", "mine/", Path("mine")])
def test_folder_of_a_training_is_its_model(only_own, make_style, tmp_path, monkeypatch, written):
    make_style(tmp_path / "mine", file="style.onnx", licence="MIT")
    monkeypatch.chdir(tmp_path)
    assert find_model(written).path == Path("mine/style.onnx")
    assert find_model(written).card.contract.licence == "MIT"


def test_folder_of_a_training_among_the_named_ones(only_own, make_style, tmp_path, monkeypatch):
    path = make_style(tmp_path / "mine", file="style.onnx")
    (tmp_path / "two").mkdir()
    for name in ("a.onnx", "b.onnx", CARD_NAME):  # which of them the name would be of is not known
        (tmp_path / "two" / name).touch()
    monkeypatch.setenv("PAINTREEL_MODELS", str(tmp_path))
    assert [(model.name, model.path) for model in list_models()] == [("mine", path)]
    assert find_model("mine").path == path


def test_a_named_model_goes_before_a_folder(only_own, make_style, tmp_path, monkeypatch):
    make_style(only_own / "ink")
    make_style(tmp_path / "ink", file="style.onnx")
    monkeypatch.chdir(tmp_path)
    assert find_model("ink").path == only_own / "ink" / "model.onnx"
    assert find_model("./ink").path == Path("ink/style.onnx")


def test_card_of_a_folder_without_its_file(make_style, tmp_path: Path):
    make_style(tmp_path / "mine", file="style.onnx").unlink()
    with pytest.raises(ModelFileError, match=r"the card of style\.onnx, and no such file"):
        find_model(tmp_path / "mine")


def test_models_of_every_task(only_own: Path, make_style, make_scene_model):
    make_style(only_own / "ink")
    make_scene_model(only_own / "mffcn")
    assert [model.name for model in list_models()] == ["ink"]
    assert [model.name for model in list_models("scene")] == ["mffcn"]
    assert [model.name for model in list_models(task=None)] == ["ink", "mffcn"]
    assert find_model("mffcn").card.contract.task == "scene"
    with pytest.raises(UnknownModel, match=r"installed are ink\."):
        find_model("zzz", task="stylize")
    with pytest.raises(UnknownModel, match=r"installed are ink, mffcn\."):
        find_model("zzz")
    with pytest.raises(ModelFileError, match=r"is a model for 'scene', expected one for 'stylize'"):
        find_model("mffcn", task="stylize")


def test_models_that_are_no_network(only_own: Path):
    contract = Contract(
        name="svmm",
        system="svmm",
        licence="CC0-1.0",
        credit="x",
        task="scene",
        multiple=1,
        halo_px=0,
        tiling="whole",
    )
    path = only_own / "svmm" / "model.npz"
    path.parent.mkdir(parents=True)
    path.write_bytes(b"12345")
    card = Card(contract=contract, file=path.name, sha256=sha256_of(path), size_bytes=5)
    card.save(path.with_name(CARD_NAME))
    assert find_model("svmm").path == path
    assert find_model(path).card == card
    (model,) = list_models("scene")
    assert (model.name, model.card) == ("svmm", card)
    path.with_name(CARD_NAME).unlink()
    with pytest.raises(ModelFileError, match=r"model\.npz"):
        find_model(path)


def test_a_folder_does_not_hide_a_model_of_its_name(tmp_path: Path, monkeypatch):
    """Results of an experiment may lie in ./mood, which is also a model inside a file."""
    monkeypatch.chdir(tmp_path)
    for name in ("mood", "hereva"):
        (tmp_path / name).mkdir()
        assert find_model(name).name == name


def test_a_verb_that_can_work_by_rule_takes_a_model_where_there_is_one(tmp_path: Path, monkeypatch):
    def found(method: str) -> ModelFile | None:
        return find_unless_ruled(method, rule="rule", auto="auto", bundled="hereva", task="stylize")

    assert found("rule") is None
    usual = found("auto")
    assert usual is not None
    assert usual.name == "hereva"
    with pytest.raises(UnknownModel):
        found("nothing-of-this-name")
    monkeypatch.setattr(catalog, "BUNDLED", tmp_path)
    assert found("auto") is None
