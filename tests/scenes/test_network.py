"""The network in tiles gives what it gives in one pass, at one style code."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from paintreel.errors import InputError, ModelFileError
from paintreel.imaging.geometry import resize
from paintreel.imaging.tiles import plan_tiles
from paintreel.roughs.grain import deviations, grain_of
from paintreel.roughs.rough import Rough
from paintreel.scenes.network import AUTO_TILE_PX, Finisher
from paintreel.worlds.categories import find_category

needs_openvino = pytest.mark.skipif(
    importlib.util.find_spec("openvino") is None, reason="openvino is not installed"
)


def rough_of(height: int, width: int, *, lines: bool = True, blocks: bool = True) -> Rough:
    rng = np.random.default_rng(height * 4001 + width)
    cells = rng.integers(0, 256, (max(2, height // 40), max(2, width // 40), 3), np.uint8)
    # Colours that drift across the picture, so that no part has the mean of the whole.
    cells = (cells * np.linspace(0.3, 1, cells.shape[1])[None, :, None]).astype(np.uint8)
    colour = resize(cells, width, height)
    ink = np.where(rng.random((height, width)) < 0.1, 0, 255).astype(np.uint8)
    return Rough(colour if blocks else None, ink if lines else None)


@pytest.fixture(scope="module")
def whole(scene_file: Path) -> Finisher:
    return Finisher(scene_file, backend="onnxruntime", threads=1, tile="off")


def test_what_the_network_is_given(whole: Finisher, monkeypatch):
    seen = []
    run = whole.model.run
    monkeypatch.setattr(whole.model, "run", lambda x: seen.append(x) or run(x))
    rough = rough_of(18, 21)
    assert whole.finish(rough, find_category("night sky")).shape == (18, 21, 3)
    (x,) = seen
    planes = x["rough"]
    assert planes.shape == (1, 6, 20, 24)
    np.testing.assert_array_equal(
        planes[0, :3, :18, :21], (rough.blocks.transpose(2, 0, 1) / 255).astype(np.float32)
    )
    np.testing.assert_allclose(planes[0, 3, :18, :21], 1 - rough.lines / 255, atol=1e-6)
    assert (planes[0, 4:] == 1).all()
    assert x["category"].tolist() == [[0, 0, 0, 0, 1, 0]]
    assert x["mix"].tolist() == [[0]]


@pytest.mark.parametrize("missing", ["lines", "blocks"])
def test_what_is_missing_is_said(whole: Finisher, monkeypatch, missing: str):
    seen = []
    run = whole.model.run
    monkeypatch.setattr(whole.model, "run", lambda x: seen.append(x) or run(x))
    whole.finish(rough_of(16, 16, **{missing: False}))
    planes = seen[0]["rough"][0]
    assert seen[0]["category"].sum() == 0
    if missing == "lines":
        assert (planes[3] == 0).all()
        assert (planes[4] == 1).all()
        assert (planes[5] == 0).all()
    else:
        assert (planes[:3] == 0.5).all()
        assert (planes[4] == 0).all()
        assert (planes[5] == 1).all()


def test_category_and_lines_are_heard(whole: Finisher):
    rough = rough_of(64, 64)
    plain = whole.finish(rough).astype(int)
    forest = whole.finish(rough, find_category("forest")).astype(int)
    castle = whole.finish(rough, find_category("medieval castle")).astype(int)
    assert np.abs(forest - plain).max() > 10
    assert np.abs(forest - castle).max() > 10
    without = whole.finish(Rough(rough.blocks, None)).astype(int)
    assert np.abs(without - plain).max() > 5


def test_a_category_that_the_network_does_not_know_is_unknown(make_scene_model, tmp_path: Path):
    """Labels count in the order of the model's own contract, whatever this program has."""
    rough, forest = rough_of(32, 32), find_category("forest")
    labels = ("swamp", "desert", "forest", "city", "sea", "sky")
    there = Finisher(make_scene_model(tmp_path / "a", labels=labels), tile="off")
    lacking = Finisher(
        make_scene_model(tmp_path / "b", labels=("swamp", "desert", "bay", "city", "sea", "sky")),
        tile="off",
    )
    unknown = there.finish(rough)
    np.testing.assert_array_equal(lacking.finish(rough, forest), unknown)
    assert np.abs(there.finish(rough, forest).astype(int) - unknown).max() > 5


@settings(max_examples=20, deadline=None)
@given(
    height=st.integers(1, 150),
    width=st.integers(1, 150),
    tile=st.integers(8, 70),
    lines=st.booleans(),
)
def test_tiled_equals_whole(scene_file: Path, whole: Finisher, height, width, tile, lines):
    tiled = Finisher(scene_file, backend="onnxruntime", threads=1, tile=tile)
    rough = rough_of(height, width, lines=lines)
    a, b = whole.finish(rough).astype(int), tiled.finish(rough).astype(int)
    assert np.abs(a - b).max() <= 1


def test_grain_lies_where_it_lies_in_tiles_and_in_the_whole(
    make_scene_model, tmp_path, monkeypatch
):
    path = make_scene_model(tmp_path / "grained", grain=0.3)
    whole, tiled = (
        Finisher(path, backend="onnxruntime", threads=1, tile=tile) for tile in ("off", 24)
    )
    seen = []
    run = whole.model.run
    monkeypatch.setattr(whole.model, "run", lambda x: seen.append(x["rough"]) or run(x))
    rough = rough_of(90, 70)
    a, b = whole.finish(rough).astype(int), tiled.finish(rough).astype(int)
    assert np.abs(a - b).max() <= 1
    laid = seen[-1][0, 4, :90, :70] - 1
    np.testing.assert_allclose(laid, 0.3 * deviations(grain_of(90, 70)), atol=1e-6)
    assert (seen[-1][0, 5] == 1).all()
    np.testing.assert_array_equal(whole.finish(rough), a)


def test_tiles_of_a_4k_shape_equal_one_pass_and_show_no_seam(scene_file: Path, whole: Finisher):
    """As many tiles as 3840x2160 has at ``tile="auto"``, at half the size."""
    rough = rough_of(1080, 1920)
    tiled = Finisher(scene_file, backend="onnxruntime", threads=1, tile=AUTO_TILE_PX // 2)
    a, b = whole.finish(rough), tiled.finish(rough)
    difference = np.abs(a.astype(np.int16) - b)
    assert difference.max() <= 1
    contract = tiled.contract
    tiles = plan_tiles(
        1080, 1920, tile_px=384, halo_px=contract.halo_px, multiple=contract.multiple
    )
    assert len(tiles) == 15
    for tile in tiles:  # the rows and columns that meet another tile
        top, bottom, left, right = tile.write
        rows = difference[[top, bottom - 1], left:right]
        columns = difference[top:bottom, [left, right - 1]]
        assert max(rows.max(), columns.max()) <= 1


def test_tiles_of_their_own_code_would_show(whole: Finisher):
    """The test above says something: without the shared code the halves do not meet."""
    rough = rough_of(256, 512)
    half = Rough(rough.blocks[:, :256], rough.lines[:, :256])
    together = whole.finish(rough)[:, :240].astype(int)
    assert np.abs(together - whole.finish(half)[:, :240]).max() > 10


def test_code_of_a_big_picture_is_that_of_the_shrunk_whole(whole: Finisher, monkeypatch):
    rough = rough_of(600, 1100)
    seen = []
    run = whole.model.run
    monkeypatch.setattr(whole.model, "run", lambda x: seen.append(x) or run(x))
    whole.finish(rough)
    first, second = seen
    assert first["rough"].shape == (1, 6, 280, 512)
    assert (first["mix"].item(), second["mix"].item()) == (0, 1)
    mean = rough.blocks.reshape(-1, 3).mean(axis=0) / 255
    np.testing.assert_allclose(second["code"][0], mean, atol=5e-3)


def test_network_without_a_code_is_run_once(make_scene_model, tmp_path: Path, monkeypatch):
    import onnx
    from onnx import numpy_helper

    path = make_scene_model(tmp_path / "a", code_size=1, card=False)
    model = onnx.load(path)
    model.graph.input[2].type.tensor_type.shape.dim[1].dim_value = 1
    for constant in model.graph.initializer:
        if constant.name == "two":  # nothing of the code is seen
            constant.CopyFrom(numpy_helper.from_array(np.array(0, np.float32), "two"))
    onnx.save(model, path)
    finisher = Finisher(path, backend="onnxruntime", threads=1, tile="off")
    calls = []
    run = finisher.model.run
    monkeypatch.setattr(finisher.model, "run", lambda x: calls.append(x["mix"]) or run(x))
    finisher.finish(rough_of(600, 700))
    assert len(calls) == 1


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16, np.float32, np.float64])
def test_dtypes_hold_the_same_picture(whole: Finisher, dtype):
    rough = rough_of(40, 50)
    full = 1.0 if np.dtype(dtype).kind == "f" else np.iinfo(dtype).max
    painted = whole.finish(rough, dtype=dtype)
    assert painted.dtype == dtype
    assert np.abs(painted * (255 / full) - whole.finish(rough)).max() <= 0.51


@needs_openvino
def test_every_machine_paints_the_same(scene_file: Path, whole: Finisher):
    rough = rough_of(120, 90)
    expected = whole.finish(rough, find_category("water")).astype(int)
    for backend, threads in (("openvino", 1), ("openvino", 2), ("onnxruntime", 2)):
        other = Finisher(scene_file, backend=backend, threads=threads, tile=48)
        painted = other.finish(rough, find_category("water"))
        assert np.abs(painted - expected).max() <= 1


def test_rough_is_left_as_it_was(whole: Finisher):
    rough = rough_of(30, 30)
    blocks, lines = rough.blocks.copy(), rough.lines.copy()
    whole.finish(rough)
    np.testing.assert_array_equal(rough.blocks, blocks)
    np.testing.assert_array_equal(rough.lines, lines)


@pytest.mark.parametrize(
    ("rough", "message"),
    [
        (Rough(None, None), "neither a block-in nor lines"),
        (Rough(np.zeros((8, 8, 3), np.uint8), np.zeros((8, 9), np.uint8)), "differ in size"),
    ],
)
def test_bad_roughs(whole: Finisher, rough: Rough, message: str):
    with pytest.raises(InputError, match=message):
        whole.finish(rough)


@pytest.mark.parametrize("tile", [0, -4, 1.5, "big", None, True])
def test_tile_is_checked(scene_file: Path, tile):
    with pytest.raises(InputError, match="tile is"):
        Finisher(scene_file, tile=tile)


def test_whole_networks_are_not_cut(make_scene_model, tmp_path: Path, monkeypatch):
    path = make_scene_model(tmp_path / "a", tiling="whole")
    with pytest.raises(InputError, match="model 'a' paints pictures whole"):
        Finisher(path, backend="onnxruntime", threads=1, tile=16)
    monkeypatch.setattr("paintreel.scenes.network.AUTO_TILE_PX", 16)
    finisher = Finisher(path, backend="onnxruntime", threads=1)
    calls = []
    run = finisher.model.run
    monkeypatch.setattr(finisher.model, "run", lambda x: calls.append(x) or run(x))
    finisher.finish(rough_of(100, 100))
    assert len(calls) == 1


class TestBadModels:
    def test_style(self, style_file: Path):
        with pytest.raises(ModelFileError, match="'stylize', expected one for 'scene'"):
            Finisher(style_file)

    def test_style_that_says_it_is_a_scene(self, make_style, tmp_path: Path):
        with pytest.raises(ModelFileError, match="inputs"):
            Finisher(make_style(tmp_path / "a", task="scene"))

    def test_no_labels(self, make_scene_model, tmp_path: Path):
        with pytest.raises(ModelFileError, match="lists no labels"):
            Finisher(make_scene_model(tmp_path / "a", labels=()))

    def test_no_code_size(self, make_scene_model, tmp_path: Path):
        with pytest.raises(ModelFileError, match="code size 0"):
            Finisher(make_scene_model(tmp_path / "a", code_size=0))
