"""Pairs of lines and colours: packs and a user's own folder."""

from __future__ import annotations

import json
from dataclasses import replace

import cv2
import numpy as np
import pytest

from paintreel.errors import DataError
from paintreel.imaging.colour import rgb_to_lab
from paintreel.learn.data.line_marks import LEVELS, SOLID
from paintreel.learn.data.line_packing import write_pack
from paintreel.learn.data.line_pairs import (
    MANIFEST,
    held_out_pairs,
    load_own,
    load_pack,
    open_pairs,
    training_pairs,
)
from paintreel.learn.data.line_sources import Drawn
from paintreel.roughs.drawing_planes import palette_of


def drawn(name: str, split: str = "training", seed: int = 0) -> Drawn:
    """A red box on blue with the contour of both, a black disc and a second line."""
    rng = np.random.default_rng(seed)
    finished = np.full((120, 140, 3), (40, 60, 200), np.uint8)
    finished[30:90, 30:80] = (210, 40, int(rng.integers(20, 60)))
    marks = np.zeros((120, 140), np.uint8)
    cv2.rectangle(marks, (29, 29), (80, 90), LEVELS, 1)
    cv2.line(marks, (100, 10), (100, 110), 2, 1)
    marks[40:50, 110:120] = SOLID
    return Drawn(name, "water", split, "water", True, False, finished, marks)


def jobs(*pairs: Drawn):
    return [lambda pair=pair: pair for pair in pairs]


@pytest.fixture
def pack(tmp_path):
    pairs = [drawn("a"), drawn("deep/b", "development", 1), drawn("c", "test", 2)]
    inked = replace(drawn("d"), exact=True, inked=True, flats=np.full((120, 140, 3), 77, np.uint8))
    write_pack(tmp_path / "pack", {"worlds": jobs(*pairs), "avatars": jobs(inked)}, seed=3)
    return tmp_path / "pack"


def test_a_pack_gives_back_what_was_put_in(pack):
    pairs = load_pack(pack)
    assert [pair.name for pair in pairs] == ["a", "deep/b", "c", "d"]
    first, source = pairs[0], drawn("a")
    assert np.array_equal(first.marks, source.marks)
    difference = np.abs(rgb_to_lab(first.finished) - rgb_to_lab(source.finished))
    assert difference.mean() < 2.5
    assert (first.source, first.group, first.category) == ("worlds", "water", "water")
    assert np.allclose(first.palette, palette_of(source.finished), atol=1e-3)
    assert first.coloured
    assert np.array_equal(first.colours, first.finished)


def test_what_shows_its_own_lines_is_coloured_by_its_flats(pack):
    inked = load_pack(pack)[-1]
    assert (inked.colours == 77).all()
    assert inked.coloured
    assert not replace(inked, _flats=None).coloured


def test_parts_are_apart(pack):
    pairs = open_pairs(pack)
    assert [pair.name for pair in training_pairs(pairs)] == ["a", "d"]
    assert [pair.name for pair in held_out_pairs(pairs, "development")] == ["deep/b"]
    assert [pair.name for pair in held_out_pairs(pairs, "test")] == ["c"]


def test_flats_of_closed_regions_have_one_colour_each(pack):
    flats = load_pack(pack)[0].flats
    assert len(np.unique(flats[40:80, 40:70].reshape(-1, 3), axis=0)) == 1
    assert np.abs(flats[60, 50].astype(int) - (210, 40, 40)).max() < 25
    assert np.abs(flats[10, 10].astype(int) - (40, 60, 200)).max() < 12


def test_weight_and_detail_do_what_they_say(pack):
    pair = load_pack(pack)[0]
    assert pair.drawn(1.0, 1.0).sum() > 1.5 * pair.drawn(0.0, 1.0).sum()
    assert pair.drawn(0.5, 1.0)[60, 100] > 200
    assert pair.drawn(0.5, 0.5)[60, 100] < 50, "a line of a low level needs detail"
    assert pair.drawn(0.5, 0.0)[45, 115] > 200, "what is solid is black at any"


def test_the_same_pairs_make_the_same_files(pack, tmp_path):
    pairs = [drawn("a"), drawn("deep/b", "development", 1), drawn("c", "test", 2)]
    write_pack(tmp_path / "again", {"worlds": jobs(*pairs)}, seed=3, workers=2)
    assert (tmp_path / "again/worlds.zip").read_bytes() == (pack / "worlds.zip").read_bytes()
    told = json.loads((pack / MANIFEST).read_text())
    assert {row["licence"] for row in told["sources"]["avatars"]} == {"CC0-1.0", "CC-BY-4.0"}


def test_a_pack_is_not_written_over_something_else(tmp_path):
    (tmp_path / "thesis.txt").write_text("years of work")
    with pytest.raises(DataError, match="holds no pack"):
        write_pack(tmp_path, {"worlds": jobs(drawn("a"))}, seed=0)


@pytest.mark.parametrize("text", ["{", '{"version": 99, "sources": {}, "pairs": []}', "[]"])
def test_a_broken_pack_is_named(tmp_path, text):
    (tmp_path / MANIFEST).write_text(text)
    with pytest.raises(DataError, match="pack"):
        open_pairs(tmp_path)


def own(folder, name, size=(160, 128), lines=None):
    rng = np.random.default_rng(len(name))
    picture = np.full((size[1], size[0], 3), 230, np.uint8)
    cv2.circle(picture, (80, 60), 40, rng.integers(0, 120, 3).tolist(), -1)
    cv2.imwrite(str(folder / f"{name}.png"), picture)
    if lines is not None:
        drawing = np.full((lines[1], lines[0]), 255, np.uint8)
        cv2.circle(drawing, (lines[0] // 2, lines[1] // 2), lines[1] // 4, 0, 3)
        cv2.imwrite(str(folder / f"{name}.lines.png"), drawing)


def test_a_folder_of_pictures_gets_its_contours(tmp_path):
    for i in range(9):
        own(tmp_path, "p" * (i + 1))
    pairs = open_pairs(tmp_path)
    assert len(pairs) == 9
    assert len(held_out_pairs(pairs, "development")) == 1
    marks = pairs[0].marks > 0
    rows, columns = np.nonzero(marks)
    radius = np.hypot(rows - 60, columns - 80)
    assert len(rows) > 150
    assert abs(np.median(radius) - 40) < 4


def test_drawings_beside_pictures_are_the_truth(tmp_path):
    for i in range(4):
        own(tmp_path, f"q{i}", lines=(320, 256) if i < 2 else None)
    pairs = load_own(tmp_path)
    assert [pair.exact for pair in pairs] == [True, True, False, False]
    rows, columns = np.nonzero(pairs[0].marks == LEVELS)
    radius = np.hypot(rows - 64, columns - 80)
    assert len(rows) > 100
    assert np.abs(radius - 32).max() < 3


def test_a_drawing_needs_its_picture_and_its_sides(tmp_path):
    for i in range(4):
        own(tmp_path, f"r{i}", lines=(128, 160) if i == 3 else None)
    with pytest.raises(DataError, match="other sides"):
        load_own(tmp_path)
    (tmp_path / "r3.png").unlink()
    own(tmp_path, "other")
    with pytest.raises(DataError, match="without a picture"):
        load_own(tmp_path)
