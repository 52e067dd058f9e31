"""Sources of pairs: what is held out stays apart, what is drawn is drawn again the same."""

from __future__ import annotations

import importlib.util

import cv2
import numpy as np
import pytest

from paintreel.errors import DataError
from paintreel.learn.data import line_avatars
from paintreel.learn.data.line_avatars import FAMILIES, Family
from paintreel.learn.data.line_sources import avatars, panels, photographs, worlds
from paintreel.learn.data.splits import Split, Splits
from paintreel.worlds.categories import CATEGORIES

COUNTS = {"training": 22, "development": 11, "test": 11}
SPLITS = Splits(
    photographs=Split(("near/*",), ("far/*",)),
    panels=Split(("E05*",), ("E16*",)),
    media=Split((), ()),
)
SVG = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 100 100" fill="none">'
    '<mask id="m"><rect width="100" height="100" fill="#ffffff"/></mask>'
    '<rect width="40" height="40" fill="#ff8800"/>'
    '<circle cx="50" cy="50" r="20" fill="#0a0a0a"/>'
    '<path d="M0 0L9 9" stroke="#3366ff" stroke-width="4"/>'
    '<rect width="9" height="9" fill="#000" opacity=".2"/>'
    "</svg>"
)


def test_no_world_is_in_two_parts_and_all_categories_are_in_each():
    places: dict[str, set] = {}
    for job in worlds(COUNTS, seed=0):
        places.setdefault(job.split, set()).add((job.category.rule, job.seed))
    assert {split: len(found) for split, found in places.items()} == COUNTS
    assert not places["training"] & (places["development"] | places["test"])
    assert not places["development"] & places["test"]
    for found in places.values():
        assert {rule for rule, _ in found} == {category.rule for category in CATEGORIES}


def test_a_world_is_drawn_again_the_same():
    job = next(iter(worlds({"training": 1}, seed=4)))
    one, two = job(), job()
    assert np.array_equal(one.finished, two.finished)
    assert np.array_equal(one.marks, two.marks)
    assert one.exact
    assert one.finished.shape[:2] == one.marks.shape


def test_families_of_avatars_are_held_out_whole():
    names = {split: {f.name for f in FAMILIES if f.split == split} for split in COUNTS}
    assert all(names.values())
    assert not names["training"] & (names["development"] | names["test"])
    assert all(f.inked for f in FAMILIES if f.split != "training"), "truth is drawn with lines"
    assert {f.licence for f in FAMILIES} <= {"CC0-1.0", "CC-BY-4.0", "MIT"}
    assert {job.family.split for job in avatars({"test": 3}, seed=0)} == {"test"}


@pytest.mark.parametrize("contoured", [False, True])
def test_ink_is_strokes_and_black_forms_and_white_what_hides(contoured):
    family = Family("x", "MIT", "nobody", contoured=contoured)
    text = line_avatars._inked(SVG, family)
    root = line_avatars.ET.fromstring(text)
    rect, circle, path = list(root)[1:]
    assert len(root) == 4, "what is faint is taken out"
    assert rect.get("fill") == "#fff"
    assert (rect.get("stroke") == "#000") == contoured
    assert circle.get("fill") == "#000"
    assert circle.get("stroke") is None
    assert path.get("stroke") == "#000"
    assert root[0][0].get("fill") == "#ffffff", "a mask is not painted"


def test_without_ink_the_colours_are_left():
    root = line_avatars.ET.fromstring(line_avatars._without_ink(SVG))
    _, rect, circle, path = list(root)
    assert rect.get("fill") == "#ff8800"
    assert circle.get("fill") == "none"
    assert path.get("stroke") == "none"


@pytest.mark.skipif(
    any(importlib.util.find_spec(n) is None for n in ("dicebear", "dicebear_styles", "resvg_py")),
    reason="the packages that draw avatars are not installed",
)
@pytest.mark.parametrize("family", FAMILIES, ids=lambda f: f.name)
def test_lines_of_an_avatar_lie_on_its_ink(family):
    drawn = line_avatars.draw_avatar(family, 3, 192, np.full(3, 255, np.uint8))
    dark = cv2.erode(drawn.finished.min(axis=2), np.ones((5, 5), np.uint8)) < 140
    lines = drawn.marks > 0
    assert lines.sum() > 200
    if family.inked and not family.contoured:
        assert dark[lines].mean() > 0.9


def test_avatars_say_what_they_need(monkeypatch):
    line_avatars._style.cache_clear()
    monkeypatch.setitem(__import__("sys").modules, "dicebear", None)
    with pytest.raises(DataError, match="pip install dicebear-core"):
        line_avatars.draw_avatar(FAMILIES[0], 0, 64, np.full(3, 255, np.uint8))
    line_avatars._style.cache_clear()


def folder(tmp_path, *names: str):
    rows = ["file\tlicence"]
    for name in names:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        picture = np.full((240, 320, 3), 200, np.uint8)
        cv2.circle(picture, (160, 120), 60, (40, 60, 160), -1)
        cv2.imwrite(str(path), picture)
        rows.append(f"{name}\tCC0")
    (tmp_path / "manifest.tsv").write_text("\n".join(rows) + "\n")
    return tmp_path


def test_episodes_of_panels_are_held_out_whole(tmp_path):
    root = folder(tmp_path, "E01P01.png", "E05P01.png", "E16P02.png")
    (root / "ratings.tsv").write_text("file\tscene\n" + "E01P01.png\twater\n" * 2)
    made = [job() for job in panels(root, SPLITS, side_px=160)]
    assert [(d.split, d.group) for d in made] == [
        ("training", "E01"),
        ("development", "E05"),
        ("test", "E16"),
    ]
    assert [d.category for d in made] == ["water", None, None]
    height, width = made[0].finished.shape[:2]
    assert height * width == pytest.approx(160**2, rel=0.02)
    assert made[0].marks.shape == (height, width)
    assert not made[0].exact
    assert (made[0].marks > 0).sum() > 100


def test_photographs_are_taken_from_all_sources_in_turn(tmp_path):
    root = folder(tmp_path, "a/1.png", "a/2.png", "a/3.png", "b/1.png", "near/1.png", "far/1.png")
    counts = {"training": 2, "development": 1, "test": 1}
    found = list(photographs(root, SPLITS, side_px=128, counts=counts))
    assert sorted((job.group, job.split) for job in found) == [
        ("a", "training"),
        ("b", "training"),
        ("far", "test"),
        ("near", "development"),
    ]
    assert (found[0]().marks > 0).any()


def test_a_folder_must_say_whose_its_pictures_are(tmp_path):
    with pytest.raises(DataError, match=r"manifest\.tsv"):
        list(panels(tmp_path, SPLITS, side_px=160))
