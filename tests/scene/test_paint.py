"""`paintreel.scene`, which is a package and a function."""

from __future__ import annotations

import dataclasses
import inspect
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

import paintreel
from paintreel.errors import InputError, ModelFileError, PictureTooLarge, UnreadableFile
from paintreel.imaging.files import Picture, write_picture
from paintreel.options import keyword_types
from paintreel.roughs.rough import Rough
from paintreel.roughs.start import read_start
from paintreel.scene.options import SceneOptions
from paintreel.scenes.kept_colours import in_colours_of
from paintreel.scenes.leaning import leaned
from paintreel.scenes.methods import open_method
from paintreel.scenes.own_start import prepare_start
from paintreel.worlds.categories import find_category

OPTIONS = {"backend": "onnxruntime", "threads": 1}


def blocks(dtype=np.uint8) -> np.ndarray:
    x = np.repeat(np.repeat(np.random.default_rng(4).random((5, 6, 3)), 8, 0), 8, 1)
    return x.astype(dtype) if np.dtype(dtype).kind == "f" else (x * 255).astype(dtype)


def lines() -> np.ndarray:
    x = np.full((40, 48), 255, np.uint8)
    x[10:12] = 0
    return x


def test_keywords_are_those_of_the_command():
    """All but what is painted from, with the same defaults."""
    parameters = inspect.signature(paintreel.scene).parameters
    names = keyword_types(SceneOptions, "scene").keys()
    assert parameters.keys() == names | {"category", "seed", "rough", "sketch"}
    defaults = {field.name: field.default for field in dataclasses.fields(SceneOptions)}
    assert {n: parameters[n].default for n in names} == {n: defaults[n] for n in names}


def test_from_a_word(plain_worlds, tiny_scene: str):
    picture = paintreel.scene("Fantasy_Forest", seed=7, size=(96, 64), **OPTIONS)
    assert isinstance(picture, Image.Image)
    assert (picture.mode, picture.size) == ("RGB", (96, 64))
    again = paintreel.scene("fantasy forest", seed=7, size=(96, 64), **OPTIONS)
    assert picture.tobytes() == again.tobytes()
    other = paintreel.scene("fantasy forest", seed=8, size=(96, 64), **OPTIONS)
    assert picture.tobytes() != other.tobytes()
    drawn = paintreel.scene("fantasy forest", seed=7, size=(96, 64), method="grbm")
    assert picture.tobytes() != drawn.tobytes()


def test_words_and_keywords_are_one(tiny_scene: str):
    size = {"size": (96, 64), "method": "grbm", "seed": 7}
    words = paintreel.scene("a castle at night in the snow", **size)
    asked = paintreel.scene(
        "medieval castle", time="night", season="winter", weather="snow", **size
    )
    assert words.tobytes() == asked.tobytes()
    facts = words.info["paintreel"]
    assert (facts["category"], facts["time"], facts["not_understood"]) == (
        "medieval castle",
        "night",
        [],
    )
    assert words.tobytes() != paintreel.scene("medieval castle", **size).tobytes()


def test_from_a_word_for_real(tiny_scene: str):
    picture = paintreel.scene("medieval castle", seed=2, size=(80, 48), tile=32, **OPTIONS)
    assert len(np.unique(np.asarray(picture).reshape(-1, 3), axis=0)) > 50


def test_default_size(plain_worlds):
    assert paintreel.scene("forest", method="grbm").size == (1024, 576)


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16, np.float32, np.float64])
def test_array_in_array_out(tiny_scene: str, dtype):
    x = blocks(dtype)
    before = x.copy()
    painted = paintreel.scene(rough=x, sketch=lines(), category="water", **OPTIONS)
    assert (painted.shape, painted.dtype) == (x.shape, dtype)
    np.testing.assert_array_equal(x, before)
    full = 1.0 if np.dtype(dtype).kind == "f" else np.iinfo(dtype).max
    as_bytes = np.rint(x * (255 / full)).astype(np.uint8)
    start = Rough(leaned(as_bytes, find_category("water")), lines())
    method = open_method(tiny_scene, **OPTIONS)
    finished = method.finish(start, find_category("water"), dtype=np.dtype(dtype))
    expected = in_colours_of(start.blocks, finished)
    assert np.abs(painted * (255 / full) - expected * (255 / full)).max() <= 1


@pytest.mark.parametrize("dtype", [np.uint8, np.float32])
def test_strength(tiny_scene: str, dtype):
    x = blocks(dtype)
    none, half, full = (paintreel.scene(rough=x, strength=s, **OPTIONS) for s in (0, 0.5, 1))
    np.testing.assert_array_equal(none, x)
    assert not np.may_share_memory(none, x)
    middle = (none.astype(np.float64) + full) / 2
    assert np.abs(half - middle).max() <= (1 if dtype == np.uint8 else 1e-6)
    assert np.abs(full.astype(np.float64) - x).max() > (5 if dtype == np.uint8 else 0.02)


def test_between_the_strengths_no_paper_shows(tiny_scene: str):
    loose = np.full((96, 128, 3), 255, np.uint8)
    for top, colour in ((4, (90, 140, 220)), (36, (60, 120, 50)), (68, (150, 110, 60))):
        loose[top : top + 22, 4:124] = colour
    full, half = (paintreel.scene(rough=loose, strength=s, **OPTIONS) for s in (1, 0.5))
    whole = prepare_start(read_start(loose), None)[0].rough.blocks
    assert np.abs((whole.astype(float) + full) / 2 - half).max() <= 1
    assert whole[31, 64].max() < 235  # the paper between the strokes


def test_pil_and_path_give_pil(tiny_scene: str, tmp_path: Path):
    write_picture(tmp_path / "r.png", Picture(blocks()))
    expected = paintreel.scene(rough=blocks(), **OPTIONS)
    for rough in (Image.fromarray(blocks()), tmp_path / "r.png", str(tmp_path / "r.png")):
        painted = paintreel.scene(rough=rough, **OPTIONS)
        assert painted.mode == "RGB"
        np.testing.assert_array_equal(np.asarray(painted), expected)


def test_deep_file_gives_an_image_of_8_bits(tiny_scene: str, tmp_path: Path):
    write_picture(tmp_path / "r.png", Picture(blocks(np.uint16)))
    assert paintreel.scene(rough=tmp_path / "r.png", strength=0).mode == "RGB"


def test_sketch_alone(tiny_scene: str):
    painted = paintreel.scene(sketch=lines(), **OPTIONS)
    assert (painted.shape, painted.dtype) == ((40, 48, 3), np.uint8)
    assert paintreel.scene(sketch=Image.fromarray(lines()), **OPTIONS).mode == "RGB"
    paper = paintreel.scene(sketch=lines(), strength=0)
    np.testing.assert_array_equal(paper, np.dstack([lines()] * 3))


def test_category_is_a_hint_beside_a_rough(tiny_scene: str):
    plain = paintreel.scene(rough=blocks(), **OPTIONS).astype(int)
    hinted = paintreel.scene("starry universe", rough=blocks(), **OPTIONS)
    assert np.abs(plain - hinted).max() > 10


def test_size_and_resize(tiny_scene: str):
    assert paintreel.scene(rough=blocks(), size=(30, 20), **OPTIONS).shape == (20, 30, 3)
    small = lines()[:, :24]
    with pytest.raises(InputError, match=r"48x40 px and the sketch 24x40 px"):
        paintreel.scene(rough=blocks(), sketch=small)
    painted = paintreel.scene(rough=blocks(), sketch=small, resize=True, **OPTIONS)
    assert painted.shape == (40, 48, 3)


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({}, "give words, a category, a rough or a sketch"),
        ({"category": "fantasy forrest"}, "did you mean 'fantasy forest'"),
        ({"category": "forest", "seed": -1}, "seed is -1"),
        ({"category": "forest", "time": "noon"}, "time is 'noon', expected one of dawn"),
        ({"category": "forest by day", "time": "night"}, "but the words say 'day'"),
        ({"category": "a dragon"}, "no world is known by these words: 'a dragon'; there are"),
        ({"rough": blocks(), "weather": "rain"}, "weather is for scenes made from a word"),
        ({"category": "forest", "seed": 2**32}, "seed is 4294967296"),
        ({"category": "forest", "size": (64, 3)}, "at least 16"),
        ({"category": "forest", "size": (64, 64), "max_pixels": 4000}, "limit is 4,000"),
        ({"category": "forest", "strength": 2}, "strength is 2"),
        ({"rough": blocks(), "seed": 3}, "seed is for scenes made from a word; a rough has none"),
        ({"rough": blocks(), "margin": 3}, "margin is for scenes made from a word"),
        ({"category": "forest", "resize": True}, "resize fits a sketch to a rough"),
        ({"rough": blocks()[:15]}, "rough is 48x15 px"),
        ({"rough": blocks(), "method": "grbm"}, "cannot finish a rough"),
        ({"rough": blocks(), "method": "grbm", "strength": 0}, "cannot finish a rough"),
        ({"rough": blocks(), "method": "mffnc"}, "did you mean 'mffcn'"),
        ({"rough": blocks(), "tile": 0}, "tile is 0"),
        ({"sketch": np.full((40, 48), 255, np.uint8)}, "sketch is empty"),
        ({"sketch": np.zeros((40, 48), np.uint8)}, "sketch is ink all over"),
        ({"rough": np.full((40, 48, 3), 255, np.uint8)}, "rough is empty: it is white all over"),
        ({"rough": np.zeros((40, 48, 4), np.uint8)}, "rough is empty: it is white all over"),
    ],
)
def test_bad_calls(tiny_scene: str, given: dict, message: str):
    with pytest.raises(InputError, match=message):
        paintreel.scene(**given)


def test_bad_files(tiny_scene: str, tmp_path: Path, style_file: Path):
    with pytest.raises(UnreadableFile, match=r"none\.png: there is no such file"):
        paintreel.scene(rough=tmp_path / "none.png")
    write_picture(tmp_path / "r.png", Picture(blocks()))
    with pytest.raises(PictureTooLarge, match="--max-pixels"):
        paintreel.scene(rough=tmp_path / "r.png", max_pixels=1000)
    with pytest.raises(ModelFileError, match="expected one for 'scene'"):
        paintreel.scene(rough=blocks(), method=style_file)


def test_a_sketch_alone_has_no_hour_of_its_own(tiny_scene: str):
    day = paintreel.scene("open land", sketch=lines(), **OPTIONS).astype(int)
    night = paintreel.scene("open land at night", sketch=lines(), **OPTIONS).astype(int)
    asked = paintreel.scene("open land", sketch=lines(), time="night", **OPTIONS)
    np.testing.assert_array_equal(night, asked)
    assert np.abs(day - night).mean() > 10
    felt = paintreel.scene("open land", sketch=lines(), emotion="fear", **OPTIONS).astype(int)
    assert np.abs(day - felt).mean() > 5
    with pytest.raises(InputError, match="a rough has its own light"):
        paintreel.scene("open land", rough=blocks(), sketch=lines(), time="night")


def test_what_a_sketch_was_taken_for_is_told(tiny_scene: str):
    with pytest.warns(RuntimeWarning, match="coloured as open land"):
        paintreel.scene(sketch=lines(), **OPTIONS)
    page = np.dstack([lines()] * 3)
    with pytest.warns(RuntimeWarning, match="taken for a sketch"):
        paintreel.scene("forest", rough=page, **OPTIONS)
