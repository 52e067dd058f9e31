from __future__ import annotations

import pytest

from paintreel.errors import DataError
from paintreel.learn.data.scene_labels import read_labels


def table(folder, text):
    (folder / "ratings.tsv").write_text(text.replace(" ", "\t"), "utf-8")
    return folder


def test_majorities(tmp_path):
    text = "file rater scene\n"
    votes = {
        "two.png": ("water", "water", "forest"),
        "all.png": ("forest", "forest", "forest"),
        "none.png": ("none", "none", "water"),
        "split.png": ("water", "forest", "interior"),
        "half.png": ("water", "water", "forest", "forest"),
    }
    for name, labels in votes.items():
        text += "".join(f"{name} {i} {label}\n" for i, label in enumerate(labels))
    assert read_labels(table(tmp_path, text)) == {"two.png": "water", "all.png": "forest"}


def test_without_a_table(tmp_path):
    assert read_labels(tmp_path) == {}


def test_table_of_something_else(tmp_path):
    with pytest.raises(DataError, match=r"ratings.tsv has no column file, scene"):
        read_labels(table(tmp_path, "name kind\na b\n"))
