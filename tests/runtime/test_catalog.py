from __future__ import annotations

import os
from pathlib import Path

import pytest

from paintreel.errors import ModelFileError, UnknownModel
from paintreel.runtime import catalog
from paintreel.runtime.card import CARD_NAME, Card, Contract, sha256_of
from paintreel.runtime.catalog import find_model, list_models


@pytest.fixture
def only_own(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """A catalogue folder that is the only one."""
    monkeypatch.setattr(catalog, "BUNDLED", tmp_path / "bundled")
    monkeypatch.delenv("PAINTREEL_MODELS", raising=False)
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


@pytest.mark.parametrize(
    ("name", "hint"), [("Hereva", '"hereva"'), ("herva", '"hereva"'), ("zzz", "hereva, ink")]
)
def test_unknown_name_hints(only_own: Path, make_style, name: str, hint: str):
    make_style(only_own / "hereva")
    make_style(only_own / "ink")
    with pytest.raises(UnknownModel, match=rf'"{name}" not found.*{hint}.*paintreel models'):
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
    with pytest.raises(ModelFileError, match="cannot read style file"):
        find_model(style)


def test_folder_is_no_style(tmp_path: Path):
    with pytest.raises(ModelFileError, match="is a folder"):
        find_model(tmp_path)


def test_models_of_every_task(only_own: Path, make_style, make_scene_model):
    make_style(only_own / "ink")
    make_scene_model(only_own / "mffcn")
    assert [model.name for model in list_models()] == ["ink"]
    assert [model.name for model in list_models("scene")] == ["mffcn"]
    assert [model.name for model in list_models(task=None)] == ["ink", "mffcn"]
    assert find_model("mffcn").card.contract.task == "scene"
    with pytest.raises(UnknownModel, match=r"installed are ink\."):
        find_model("zzz")


def test_models_that_are_no_network(only_own: Path):
    contract = Contract(name="svmm", system="svmm", licence="CC0-1.0", credit="x", task="scene")
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
