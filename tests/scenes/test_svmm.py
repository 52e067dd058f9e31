"""SVMM at run time, with a model file whose answer is known by hand."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
import pytest

from paintreel.errors import InputError, ModelFileError
from paintreel.metrics.fidelity import psnr
from paintreel.roughs.rough import Rough, make_rough
from paintreel.roughs.superpixels import FEATURES, find_superpixels
from paintreel.roughs.underpainting import KEY_SIZE, LAYERS
from paintreel.runtime.card import CARD_NAME, Card, sha256_of
from paintreel.runtime.contract import Contract
from paintreel.scenes import svmm
from paintreel.scenes.svmm import SVMM
from paintreel.worlds.categories import LABELS, find_category

SIDE_PX, OVERLAP_PX = 16, 4
SEEN = len(FEATURES) + len(LABELS)
CONTRACT = Contract(
    name="svmm",
    system="svmm",
    licence="CC0-1.0",
    credit="nobody",
    task="scene",
    input="rough",
    output="scene",
    multiple=1,
    halo_px=0,
    tiling="whole",
    labels=LABELS,
)


def plain_arrays() -> dict[str, np.ndarray]:
    """Two classes, 0 for regions darker than L* = 50; patches that add nothing."""
    waves = np.zeros((SEEN, 1), np.float32)
    waves[FEATURES.index("lightness")] = 1
    ramp = np.arange(8, dtype=np.uint8)[:, None] * 30
    return {
        # cos(lightness - 0.5 + pi / 2) is above 0 below L* = 50
        "mean": np.zeros(SEEN, np.float32),
        "spread": np.ones(SEEN, np.float32),
        "waves": waves,
        "phases": np.array([np.pi / 2 - 0.5], np.float32),
        "weights": np.array([[1.0, -1.0]], np.float32),
        "bias": np.zeros(2, np.float32),
        "underpaint": np.zeros((2, LAYERS), np.float32),
        "gains": np.ones(2, np.float32),
        "grounds": np.stack([np.broadcast_to(ramp + k, (8, 3)) for k in range(7)]).astype(np.uint8),
        "window": np.array([SIDE_PX, OVERLAP_PX], np.int32),
        "detail_range": np.float32(0.5),
        "kind": np.array([0, 1], np.uint8),
        "keys": np.zeros((2, KEY_SIZE), np.float16),
        "light": np.zeros((2, SIDE_PX, SIDE_PX), np.int8),
        "tint": np.zeros((2, 8, 8, 2), np.int8),
    }


@pytest.fixture
def write(tmp_path: Path) -> Callable[..., Path]:
    """A function (promise, **arrays) that writes a model file with some arrays changed."""

    def write(promise: Contract = CONTRACT, **changed: np.ndarray | None) -> Path:
        text = json.dumps(dataclasses.asdict(promise)).encode()
        arrays = plain_arrays() | {"contract": np.frombuffer(text, np.uint8)} | changed
        path = tmp_path / "model.npz"
        np.savez(path, **{k: v for k, v in arrays.items() if v is not None})
        return path

    return write


def halves(height: int = 40, width: int = 56) -> np.ndarray:
    """Dark on the left, light on the right."""
    blocks = np.full((height, width, 3), 60, np.uint8)
    blocks[:, width // 2 :] = 200
    return blocks


def test_patches_that_add_nothing_leave_the_blocks(write):
    blocks = halves()
    np.testing.assert_array_equal(SVMM(write())(Rough(blocks, None)), blocks)


def stripes(*signs: int) -> np.ndarray:
    """(P, S, S) int8: patches whose even rows are lighter (sign 1) or darker (-1) by 51 in 255."""
    rows = np.where(np.arange(SIDE_PX) % 2, -51, 51)[:, None].repeat(SIDE_PX, 1)
    return np.stack([sign * rows for sign in signs]).astype(np.int8)  # times 0.5 / 127: 0.2


def wave(picture: np.ndarray) -> np.ndarray:
    """(H, W, 3): how much lighter than what it lies on stripes make the even rows."""
    return picture * np.where(np.arange(len(picture)) % 2, -1, 1)[:, None, None]


def test_every_class_gets_its_own_patches(write):
    blocks = halves(64, 96)
    made = SVMM(write(light=stripes(1, -1)))(Rough(blocks, None)).astype(int)
    added = wave(made - blocks)
    assert np.abs(added[:, :16] - 51).max() <= 1
    assert np.abs(added[:, -16:] + 51).max() <= 1


def test_colour_is_the_block_in_s_to_say(write):
    blocks = halves(64, 96)
    plain = np.full((2, SIDE_PX, SIDE_PX), 90, np.int8)
    model = SVMM(write(light=plain, tint=np.full((2, 8, 8, 2), 40, np.int8)))
    np.testing.assert_array_equal(model(Rough(blocks, None)), blocks)


def test_gain_and_underpainting_are_of_the_class(write):
    blocks = halves(64, 96)
    half = SVMM(write(light=stripes(1, 1), gains=np.array([0.5, 0], np.float32)))
    added = wave(half(Rough(blocks, None)).astype(int) - blocks)
    assert np.abs(added[:, :16] - 26).max() <= 1
    assert np.abs(added[:, -16:]).max() <= 1
    inked = np.zeros((2, LAYERS), np.float32)
    inked[1, -3] = 0.5  # half of the colour is taken away where ink is, on light regions
    made = SVMM(write(underpaint=inked))(Rough(blocks, np.zeros((64, 96), np.uint8))).astype(int)
    assert np.abs(made[:, :40] - 60).max() <= 1
    assert np.abs(made[:, 56:] - 100).max() <= 1


def test_the_patch_whose_rough_looked_most_alike_is_taken(write):
    """Two patches of one class, of a dark and of a middling window."""
    keys = plain_arrays()["keys"]
    keys[:, -4] = (0.5, 1.3)  # lightness of 25 and 65, times its weight of 2
    model = SVMM(write(kind=np.zeros(2, np.uint8), keys=keys, light=stripes(1, -1)))
    for grey, expected in ((60, 51), (160, -51)):
        blocks = np.full((32, 32, 3), grey, np.uint8)
        added = wave(model(Rough(blocks, None)).astype(int) - blocks)
        assert np.abs(np.median(added) - expected) <= 1


def test_patches_as_good_take_turns(write):
    """On a plain wall no patch lies beside itself, unless it is far better than the others."""
    keys = np.zeros((2, KEY_SIZE), np.float16)
    arrays = {"kind": np.zeros(2, np.uint8), "light": stripes(1, -1)}
    wall = np.full((16, 100, 3), 60, np.uint8)
    middles = np.s_[0, 7::12]
    for apart, count in ((0.1, 2), (0.5, 1)):
        keys[1, :64] = apart / 8  # of squared distance apart**2
        made = SVMM(write(**arrays, keys=keys))(Rough(wall, None))
        assert len(np.unique(made[middles])) == count


def test_classes_told(write):
    rough = Rough(halves(), None)
    regions = find_superpixels(rough.blocks)
    told = SVMM(write()).element_classes(regions, rough, "water")
    assert told[regions.labels[0, 0]] == 0
    assert told[regions.labels[0, -1]] == 1


def test_labels_are_those_of_the_models_contract(write):
    """A model that lists other labels is taken; a label that it lacks is unknown to it."""
    labels = ("desert", "water")
    promise = dataclasses.replace(CONTRACT, labels=labels)
    count = len(FEATURES) + len(labels)
    waves = np.zeros((count, 1), np.float32)
    waves[-1] = np.pi  # water turns the cosine over
    shapes = {"mean": np.zeros(count, np.float32), "spread": np.ones(count, np.float32)}
    grounds = plain_arrays()["grounds"][:3]
    arrays = shapes | {"waves": waves, "phases": np.zeros(1, np.float32), "grounds": grounds}
    model = SVMM(write(promise, **arrays))
    rough = Rough(halves(), None)
    regions = find_superpixels(rough.blocks)
    classes = {
        label: model.element_classes(regions, rough, label).tolist()
        for label in ("water", "forest", None)
    }
    assert classes == {"water": [1, 1], "forest": [0, 0], None: [0, 0]}
    lines = np.full((40, 56), 255, np.uint8)
    lines[:, 28] = 0
    forest, nothing = (model(Rough(None, lines), c) for c in (find_category("forest"), None))
    np.testing.assert_array_equal(forest, nothing)


def test_lines_alone_get_the_category_s_colours_by_height(write):
    lines = np.full((64, 48), 255, np.uint8)
    lines[31:33] = 0
    model = SVMM(write())
    for category, shift in ((None, 6), (find_category("forest"), 0)):
        made = model(Rough(None, lines), category).astype(int)
        # Cells whose middles are at a quarter and three quarters of a ramp of 0, 30 ... 210.
        assert np.abs(made[4] - (45 + shift)).max() <= 8
        assert np.abs(made[-4] - (165 + shift)).max() <= 8


@pytest.mark.parametrize("size", [(16, 16), (17, 40), (45, 33)])
def test_any_size_and_the_same_again(write, size):
    rng = np.random.default_rng(1)
    light = rng.integers(-80, 80, (2, SIDE_PX, SIDE_PX)).astype(np.int8)
    model = SVMM(write(light=light))
    rough = Rough(halves(*size), np.full(size, 255, np.uint8))
    made = model(rough)
    assert made.shape == (*size, 3)
    assert made.dtype == np.uint8
    np.testing.assert_array_equal(made, model(rough))


def test_a_large_picture_keeps_its_own_colours(write, monkeypatch):
    """What is added is made at WORK_PX, and enlarged."""
    monkeypatch.setattr(svmm, "WORK_PX", 48)
    inked = np.zeros((2, LAYERS), np.float32)
    inked[:, -3] = 0.5
    blocks = halves(60, 121)
    made = SVMM(write(underpaint=inked))(Rough(blocks, np.zeros((60, 121), np.uint8))).astype(int)
    assert made.shape == (60, 121, 3)
    assert np.abs(made[:, :54] - 30).max() <= 1
    assert np.abs(made[:, 66:] - 100).max() <= 1
    assert (made[:, 60] > made[:, 59] + 100).all()


@pytest.mark.parametrize(
    ("rough", "message"),
    [
        (Rough(None, None), "neither blocks nor lines"),
        (Rough(halves(), np.zeros((40, 55), np.uint8)), "have sizes"),
        (Rough(halves(15, 40), None), "40x15 px; expected 16 px"),
    ],
)
def test_roughs_that_cannot_be_composed_from(write, rough, message):
    with pytest.raises(InputError, match=message):
        SVMM(write())(rough)


def test_files_that_are_no_models(write, tmp_path):
    with pytest.raises(ModelFileError, match=r"absent\.npz: there is no such file"):
        SVMM(tmp_path / "absent.npz")
    broken = tmp_path / "broken.npz"
    broken.write_bytes(write().read_bytes()[:400])
    with pytest.raises(ModelFileError, match="damaged or truncated"):
        SVMM(broken)
    with pytest.raises(ModelFileError, match="it has no keys"):
        SVMM(write(keys=None))
    with pytest.raises(ModelFileError, match=r"gains \(3,\) for \(2,\)"):
        SVMM(write(gains=np.ones(3, np.float32)))
    with pytest.raises(ModelFileError, match="broken contract"):
        SVMM(write(contract=np.zeros(3, np.uint8)))
    with pytest.raises(ModelFileError, match="model of 'cdlm'"):
        SVMM(write(dataclasses.replace(CONTRACT, system="cdlm")))


def test_a_file_changed_since_its_card(write):
    path = write()
    size = path.stat().st_size
    card = Card(contract=CONTRACT, file=path.name, sha256=sha256_of(path), size_bytes=size)
    card.save(path.with_name(CARD_NAME))
    SVMM(path)
    path.write_bytes(path.read_bytes() + b"more")
    with pytest.raises(ModelFileError):
        SVMM(path)


def test_the_bundled_model_is_nearer_to_a_picture_than_its_block_in(examples):
    picture = cv2.imread(str(examples / "photo.jpg"))[..., ::-1]
    scale = 160 / min(picture.shape[:2])
    picture = cv2.resize(picture, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    rough = make_rough(picture)
    made = SVMM()(rough)
    assert psnr(made, picture) > psnr(rough.blocks, picture) + 0.1
    # Most of a block-in is flat; paint has grain.
    grain, flat = (cv2.Laplacian(x.astype(np.float32), -1) for x in (made, rough.blocks))
    assert np.median(np.abs(flat)) == 0
    assert np.median(np.abs(grain)) >= 1
