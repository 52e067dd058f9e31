"""Layers as files that a compositor lays over each other again."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from paintreel.drawing.layer_files import write_layers
from paintreel.drawing.layers import Drift, Layer, LayerStack
from paintreel.errors import OutputError


@pytest.fixture
def stack() -> LayerStack:
    """Sky, hills with a soft edge and a near post, 40 x 30 pixels."""
    layers = []
    for name, depth, grey in (("sky", 1.0, 200), ("far hills", 0.6, 120), ("post", 0.1, 30)):
        rgba = np.full((30, 40, 4), (grey, 255 - grey, grey // 2, 255), np.uint8)
        layers.append(Layer(name, rgba, depth))
    layers[1].rgba[..., 3] = np.clip((np.arange(30) - 15) * 40, 0, 255)[:, None]
    layers[2].rgba[:, 10:, 3] = 0
    return LayerStack(tuple(layers))


def test_files_composite_to_the_picture(stack: LayerStack, tmp_path: Path):
    index = write_layers(
        tmp_path / "layers", stack.layers, margin_px=(3, 3), category="forest", seed=4
    )
    facts = json.loads(index.read_text("utf-8"))
    assert (facts["category"], facts["seed"]) == ("forest", 4)
    assert (facts["width_px"], facts["height_px"], facts["margin_px"]) == (40, 30, 3)
    assert [(x["file"], x["name"], x["depth"]) for x in facts["layers"]] == [
        ("00-sky.png", "sky", 1.0),
        ("01-far-hills.png", "far hills", 0.6),
        ("02-post.png", "post", 0.1),
    ]
    picture = Image.open(index.parent / "00-sky.png")
    for layer in facts["layers"][1:]:
        picture = Image.alpha_composite(picture, Image.open(index.parent / layer["file"]))
    off = np.abs(np.asarray(picture.convert("RGB")).astype(int) - stack.flatten())
    assert off.max() <= 1


def test_nothing_is_replaced_unasked(stack: LayerStack, tmp_path: Path):
    write_layers(tmp_path, stack.layers, category="forest", seed=4)
    with pytest.raises(OutputError, match=r"00-sky\.png exists"):
        write_layers(tmp_path, stack.layers, category="forest", seed=4)
    write_layers(tmp_path, stack.layers, category="forest", seed=4, overwrite=True)


def test_the_index_says_what_moves_by_itself(stack: LayerStack, tmp_path: Path):
    sky, hills, post = stack.layers
    hills = dataclasses.replace(hills, drift=Drift(-0.33604, 0.8, sway=0.1))
    post = dataclasses.replace(post, flashes_s=(0.51239, 3.0))
    index = write_layers(tmp_path, (sky, hills, post), category="forest", seed=4)
    sky, hills, post = json.loads(index.read_text("utf-8"))["layers"]
    assert set(sky) == {"file", "name", "depth"}
    assert hills["drift"] == {"x": -0.336, "y": 0.8, "sway": 0.1, "seam": 0.0}
    assert post["flashes_s"] == [0.512, 3.0]


def test_layers_of_an_earlier_scene_go_and_nothing_else(stack: LayerStack, tmp_path: Path):
    folder = tmp_path / "layers"
    write_layers(folder, stack.layers, category="forest", seed=4)
    (folder / "05-mine.png").write_bytes(b"mine")
    (tmp_path / "07-out.png").write_bytes(b"mine")
    index = json.loads((folder / "layers.json").read_text())
    for foreign in ("../07-out.png", str(tmp_path / "07-out.png"), "notes.txt"):
        index["layers"].append({"file": foreign})
    (folder / "notes.txt").write_text("mine")
    (folder / "layers.json").write_text(json.dumps(index))
    fewer = [Layer("ground", stack.layers[0].rgba, 1.0)]
    write_layers(folder, fewer, category="water", seed=4, overwrite=True)
    assert sorted(path.name for path in folder.iterdir()) == [
        "00-ground.png",
        "05-mine.png",
        "layers.json",
        "notes.txt",
    ]
    assert (tmp_path / "07-out.png").is_file()


def test_a_stack_that_fails_at_once_leaves_the_earlier_one(stack: LayerStack, tmp_path: Path):
    write_layers(tmp_path, stack.layers, category="forest", seed=4)
    before = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    failing = (1 / 0 for _ in range(1))
    with pytest.raises(ZeroDivisionError):
        write_layers(tmp_path, failing, category="forest", seed=5, overwrite=True)
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == before


@pytest.mark.parametrize("damaged", ["", "{", "[]", '{"layers": [3]}'])
def test_a_damaged_index_is_replaced(stack: LayerStack, tmp_path: Path, damaged: str):
    (tmp_path / "layers.json").write_text(damaged)
    index = write_layers(tmp_path, stack.layers, category="forest", seed=4, overwrite=True)
    assert len(json.loads(index.read_text())["layers"]) == 3
