from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from paintreel.drawing.layer_files import write_layers
from paintreel.errors import OutputError
from paintreel.scene.from_category import draw_scene
from paintreel.worlds.categories import find_category


def test_files_composite_to_the_picture(plain_worlds, tmp_path: Path):
    stack = draw_scene(find_category("forest"), seed=4, size=(40, 30))
    index = write_layers(tmp_path / "layers", stack, category="forest", seed=4)
    facts = json.loads(index.read_text("utf-8"))
    assert (facts["category"], facts["seed"]) == ("forest", 4)
    assert (facts["width_px"], facts["height_px"]) == (40, 30)
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


def test_nothing_is_replaced_unasked(plain_worlds, tmp_path: Path):
    stack = draw_scene(find_category("forest"), seed=4, size=(40, 30))
    write_layers(tmp_path, stack, category="forest", seed=4)
    with pytest.raises(OutputError, match=r"00-sky\.png exists"):
        write_layers(tmp_path, stack, category="forest", seed=4)
    write_layers(tmp_path, stack, category="forest", seed=4, overwrite=True)
