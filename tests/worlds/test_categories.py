"""Categories are found by name, however it is written, and wrong names are answered helpfully."""

from __future__ import annotations

from pathlib import Path

import pytest

from paintreel.errors import InputError
from paintreel.worlds import rules
from paintreel.worlds.categories import CATEGORIES, LABELS, find_category


def test_the_papers_five_scenes_and_the_six_labels():
    labels = {category.name: category.label for category in CATEGORIES}
    assert list(labels.items())[:5] == [
        ("fantasy forest", "forest"),
        ("future city", "settlement"),
        ("medieval castle", "settlement"),
        ("underwater world", "water"),
        ("starry universe", "night_sky"),
    ]
    assert list(labels.values())[5:11] == list(LABELS[:6])


def test_the_labels_are_in_the_order_that_networks_were_trained_with():
    trained = ("forest", "settlement", "interior", "water", "night_sky", "open_land")
    assert LABELS[:6] == trained


def test_every_rule_file_has_its_row():
    files = {path.stem for path in Path(rules.__file__).parent.glob("[!_]*.py")}
    assert {category.rule for category in CATEGORIES} == files


@pytest.mark.parametrize(
    "text", ["night sky", "night_sky", "Night-Sky", "  NIGHT  sky ", "night__sky"]
)
def test_case_and_joints_do_not_matter(text):
    assert find_category(text).name == "night sky"


def test_every_category_finds_itself():
    assert all(find_category(category.name) is category for category in CATEGORIES)


@pytest.mark.parametrize(
    ("wrong", "hint"),
    [
        ("fantsy forrest", "'fantasy forest'"),
        ("castle", "'medieval castle'"),
        ("zzz", "there are:"),
    ],
)
def test_a_wrong_name_names_the_nearest(wrong, hint):
    with pytest.raises(InputError, match=hint):
        find_category(wrong)


def test_a_category_is_a_name():
    with pytest.raises(InputError, match="got int"):
        find_category(3)
