"""Pictures for classifiers: moods of the raters, sources, altered copies, strangers."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from paintreel.errors import DataError
from paintreel.learn.data.classified import altered, series_of
from paintreel.learn.data.mood_labels import read_moods
from paintreel.learn.data.splits import read_splits
from paintreel.learn.data.strangers import KINDS, draw_stranger


def table(folder: Path, text: str) -> Path:
    (folder / "ratings.tsv").write_text(text.replace(" ", "\t"), "utf-8")
    return folder


def test_moods_are_shares_of_the_votes(tmp_path):
    text = "file rater emotion\na.png A calm\na.png B calm\na.png C fear\nb.png A anger\n"
    assert read_moods(table(tmp_path, text)) == {
        "a.png": (0, 2 / 3, 0, 1 / 3, 0, 0),
        "b.png": (0, 0, 0, 0, 1, 0),
    }


def test_tables_without_moods(tmp_path):
    with pytest.raises(DataError, match=r"has no ratings\.tsv"):
        read_moods(tmp_path)
    with pytest.raises(DataError, match="no column emotion"):
        read_moods(table(tmp_path, "file rater scene\na.png A forest\n"))
    with pytest.raises(DataError, match="emotion 'joy', expected one of happiness"):
        read_moods(table(tmp_path, "file rater emotion\na.png A joy\n"))


@pytest.mark.parametrize(
    ("path", "series"),
    [
        ("E05P01_2.webp", "E05"),
        ("watercolour/Tom_Kitten_07.webp", "Tom_Kitten"),
        ("line_and_flat_colour/w07.webp", "w"),
        ("digital_cartoon/rstats-artwork__tidy2.webp", "rstats-artwork"),
        ("oil_painting/Titian_1.webp", "Titian"),
        ("photo/0001.webp", "photo"),
        ("00.png", ""),
    ],
)
def test_the_series_of_a_picture_is_in_its_name(path, series):
    assert series_of(Path(path)) == series


def test_series_do_not_cross_the_splits(shared_data):
    """Held-out media are held out by whole series, where they have any."""
    splits = read_splits(Path(__file__).parents[3] / "recipes" / "splits.toml")
    assert {series_of(Path(glob.replace("*", "01.webp"))) for glob in splits.media.test} >= {
        "Tom_Kitten", "w", "npc", "rstats-blanks", "julie-mine-quarto-keynote"
    }  # fmt: skip


def test_a_copy_is_another_view_of_the_same(picture):
    pixels = picture(3)
    copies = [altered(pixels, np.random.default_rng(seed), strength=0.2) for seed in range(6)]
    for copy in copies:
        assert copy.dtype == np.uint8
        assert 0.84 <= copy.shape[0] / pixels.shape[0] <= 1
        assert np.abs(copy.mean((0, 1)) - pixels.mean((0, 1))).max() < 40
    assert len({copy.tobytes() for copy in copies}) == 6
    again = altered(pixels, np.random.default_rng(0), strength=0.2)
    assert np.array_equal(again, copies[0])


@pytest.mark.parametrize("kind", KINDS)
def test_strangers_are_drawn_from_a_seed_and_differ(kind):
    first, other = (draw_stranger(kind, np.random.default_rng(seed)) for seed in (0, 1))
    assert first.dtype == np.uint8
    assert first.shape[2] == 3
    assert min(first.shape[:2]) >= 300
    assert first.tobytes() != other.tobytes()
    assert np.array_equal(draw_stranger(kind, np.random.default_rng(0)), first)


def test_pages_of_text_are_mostly_paper_with_ink_on_it():
    pages = [draw_stranger("text", np.random.default_rng(seed)) for seed in range(4)]
    for page in pages:
        paper = np.median(page.reshape(-1, 3), axis=0)
        away = np.abs(page - paper).max(axis=2) > 60
        assert 0.01 < away.mean() < 0.4
        assert away.any(axis=1).mean() > 0.3  # lines from top to bottom
