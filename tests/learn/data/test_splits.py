from __future__ import annotations

import dataclasses
from collections import Counter
from fnmatch import fnmatch
from pathlib import Path

import numpy as np
import pytest

from paintreel.errors import InputError
from paintreel.learn.data.splits import read_splits, source_of, source_weights, withheld
from paintreel.learn.engine.settings import read_recipe

RECIPES = Path(__file__).resolve().parents[3] / "recipes"
DATA = Path(__file__).resolve().parents[4] / "shared" / "data"
TEXT = """
[photographs]
development = ["a/*"]
test = ["b/*"]
[panels]
development = ["E05*"]
test = ["E16*"]
[media]
development = []
test = ["oil/x_*"]
"""


@pytest.fixture
def splits(tmp_path: Path):
    (tmp_path / "s.toml").write_text(TEXT)
    return read_splits(tmp_path / "s.toml")


def test_both_parts_are_withheld_from_training(splits):
    @dataclasses.dataclass(frozen=True)
    class Settings:
        held_out_art: tuple[str, ...] = ()
        held_out_photos: tuple[str, ...] = ()
        rate: float = 1.0

    assert withheld(Settings(), splits) == {
        "held_out_art": ["E05*", "E16*", "oil/x_*"],
        "held_out_photos": ["a/*", "b/*"],
    }
    assert splits.panels.part("development") == ("E05*",)
    assert splits.panels.part("test") == ("E16*",)


def test_every_source_weighs_the_same():
    paths = [Path("a/1"), Path("a/2"), Path("a/3"), Path("b/1"), Path("top.png")]
    weights = source_weights(paths)
    sums: Counter[str] = Counter()
    for path, weight in zip(paths, weights, strict=True):
        sums[source_of(path)] += weight
    np.testing.assert_allclose(list(sums.values()), 1 / 3)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (None, "cannot read splits"),
        ("x = ", "are not TOML"),
        (TEXT.replace("[media]", "[medium]"), "expected .'media', 'panels', 'photographs'."),
        (TEXT.replace('["a/*"]', '"a/*"'), "photographs.development is 'a/.', expected a list"),
        (TEXT.replace("development = []\n", ""), "expected the lists development and test"),
    ],
)
def test_bad_files(tmp_path: Path, text: str | None, message: str):
    if text is not None:
        (tmp_path / "s.toml").write_text(text)
    with pytest.raises(InputError, match=message):
        read_splits(tmp_path / "s.toml")


def test_every_recipe_reads_the_splits_and_repeats_none_of_them():
    others = {"splits.toml", "card.toml"}
    recipes = [p for p in RECIPES.rglob("*.toml") if p.name not in others]
    assert len(recipes) >= 12
    for path in recipes:
        recipe = read_recipe(path)
        if recipe.get("experiment") == "lines":  # the pack of pairs says what is held out
            continue
        if "emotion" in (recipe.get("experiment"), recipe.get("system")):
            continue  # speakers and families are crossed
        assert (path.parent / recipe["splits"]).resolve() == RECIPES / "splits.toml", path.name
        assert not [key for key in recipe.get("settings", {}) if key.startswith("held_out")]


@pytest.mark.skipif(not DATA.is_dir(), reason="the data is not here")
def test_parts_are_disjoint_and_match_the_data():
    splits = read_splits(RECIPES / "splits.toml")
    for split, root in ((splits.photographs, DATA / "photo"), (splits.panels, DATA / "art")):
        paths = [p.relative_to(root).as_posix() for p in root.rglob("*.webp")]
        parts = [
            {p for p in paths if any(fnmatch(p, glob) for glob in split.part(name))}
            for name in ("development", "test")
        ]
        assert all(len(part) >= 20 for part in parts)
        assert not parts[0] & parts[1]
