from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pytest

from paintreel.errors import InputError, ModelFileError
from paintreel.learn.systems import SCENE_NETWORKS
from paintreel.roughs.rough import Rough
from paintreel.runtime import catalog
from paintreel.scenes import methods
from paintreel.scenes.methods import PEERS, Patches, check_can_finish, method_names, open_method
from paintreel.scenes.network import Finisher
from paintreel.worlds.categories import find_category


@pytest.fixture
def bare(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """A place without any model; own ones go into it."""
    monkeypatch.setattr(catalog, "BUNDLED", tmp_path)
    monkeypatch.delenv("PAINTREEL_MODELS", raising=False)
    return tmp_path


def some_rough() -> Rough:
    return Rough(np.random.default_rng(2).integers(0, 256, (24, 36, 3), np.uint8), None)


def test_missing_weights_name_the_training(bare: Path):
    with pytest.raises(
        InputError, match=r"'mffcn' not found.*There are: grbm, or.*paintreel train"
    ):
        open_method("mffcn")


def test_methods_are_the_models_for_scenes_and_the_rules(bare: Path, make_scene_model):
    assert method_names() == ("grbm",)
    for name in ("own", "mffcn"):
        make_scene_model(bare / name)
    assert method_names() == ("mffcn", "own", "grbm")


@pytest.mark.parametrize(
    ("text", "hint"),
    [("mfcn", "'mffcn'"), ("GRBM", "'grbm'"), ("zzz", "mffcn, svmm, grbm"), ("osdml", "'osdlm'")],
)
def test_unknown_method_names_the_nearest(text: str, hint: str):
    with pytest.raises(InputError, match=f"method '{text}' not found.*{hint}"):
        open_method(text)


@pytest.mark.parametrize("method", PEERS)
def test_a_peer_that_is_not_trained_says_how_it_is_made(bare: Path, make_scene_model, method: str):
    with pytest.raises(InputError, match=f"paintreel train {method} --art DIR --out runs/{method}"):
        open_method(method)
    make_scene_model(bare / method)
    assert open_method(method).name == method
    assert method in SCENE_NETWORKS


@pytest.mark.parametrize("method", ["mffcn", *PEERS])
def test_networks_by_name(bare: Path, make_scene_model, method: str):
    path = make_scene_model(bare / method)
    opened = open_method(method, backend="onnxruntime", threads=1)
    assert (opened.name, opened.draws) == (method, False)
    expected = Finisher(path, backend="onnxruntime").finish(some_rough(), find_category("water"))
    np.testing.assert_array_equal(opened.finish(some_rough(), find_category("water")), expected)


def test_network_by_path(make_scene_model, tmp_path: Path):
    path = make_scene_model(tmp_path / "own")
    assert open_method(path).name == "own"
    assert open_method(str(path)).finish(some_rough(), dtype=np.float32).dtype == np.float32


def test_loaded_once_until_the_file_changes(make_scene_model, tmp_path: Path):
    path = make_scene_model(tmp_path / "own", card=False)
    options = {"backend": "onnxruntime", "threads": 1}
    assert open_method(path, **options) is open_method(path, **options)
    assert open_method(path, **options) is not open_method(path, **options, tile=64)
    path.write_bytes(b"no model")
    os.utime(path, ns=(1, 1))
    with pytest.raises(ModelFileError):
        open_method(path, **options)


def test_styles_are_no_methods(style_file: Path):
    with pytest.raises(ModelFileError, match="'stylize', expected one for 'scene'"):
        open_method(style_file)
    with pytest.raises(ModelFileError, match="cannot read"):
        open_method("absent.onnx")


def test_rules_cannot_finish():
    rules = open_method("grbm")
    assert rules.draws
    with pytest.raises(InputError, match="cannot finish a rough; use one of mffcn"):
        rules.finish(some_rough())
    with pytest.raises(InputError, match="cannot finish a rough"):
        check_can_finish(rules)


def test_patches_give_every_dtype():
    picture = np.random.default_rng(2).integers(0, 256, (24, 36, 3), np.uint8)
    calls = []

    def compose(rough, category):
        calls.append((rough, category))
        return picture

    method = Patches(compose)
    rough, water = some_rough(), find_category("water")
    np.testing.assert_array_equal(method.finish(rough, water), picture)
    assert calls == [(rough, water)]
    np.testing.assert_allclose(method.finish(rough, dtype=np.float64), picture / 255, atol=1e-6)


def test_file_of_patches_goes_to_svmm(bare: Path, monkeypatch):
    import sys
    from types import ModuleType

    from paintreel.runtime.card import CARD_NAME, Card, sha256_of
    from paintreel.runtime.contract import Contract

    path = bare / "svmm" / "model.npz"
    path.parent.mkdir()
    path.write_bytes(b"patches")
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

    class Composer:
        def __init__(self, path: Path) -> None:
            self.contract, self.is_npz = contract, path.suffix == ".npz"

        def __call__(self, rough, category) -> np.ndarray:
            return np.full((4, 4, 3), self.is_npz)

    module = ModuleType("paintreel.scenes.svmm")
    module.SVMM = Composer
    monkeypatch.setitem(sys.modules, "paintreel.scenes.svmm", module)
    Card(contract=contract, file=path.name, sha256=sha256_of(path), size_bytes=7).save(
        path.with_name(CARD_NAME)
    )
    assert open_method("svmm").name == "svmm"
    with pytest.raises(InputError, match="paints pictures whole"):
        open_method("svmm", tile=64)
    assert [m.name for m in catalog.list_models("scene")] == ["svmm"]
    methods._loaded.cache_clear()
