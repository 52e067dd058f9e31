"""What is measured of the bundled classifiers, on the check set and on pictures made here."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest

from paintreel.errors import InputError
from paintreel.imaging.files import Picture, read_picture, write_picture
from paintreel.learn.release.classifier_measures import (
    KEY,
    Sample,
    failures,
    faithfulness,
    held_out,
    main,
    painted,
)
from paintreel.runtime.card import CARD_NAME, Card
from paintreel.runtime.catalog import bundled, list_models

REPOSITORY = Path(__file__).resolve().parents[3]
CHECK = REPOSITORY / "recipes" / "check"
MODEL = bundled("classifiers")


@pytest.fixture(scope="module")
def samples() -> list[Sample]:
    files = sorted((CHECK / "panels").glob("*.webp"))[:3]
    truth = {"medium": ("painted_panel",) * 2}
    return [Sample(path.stem, read_picture(path).pixels, truth) for path in files]


@pytest.fixture(scope="module")
def data(tmp_path_factory, picture) -> dict[str, Path]:
    """Art with ratings and one medium, some of it in the test part of the splits."""
    root = tmp_path_factory.mktemp("data")
    art, styles = root / "art", root / "styles"
    (styles / "cartoon_sprite").mkdir(parents=True)
    art.mkdir()
    rows = ["file\trater\temotion\tscene"]
    for number, name in enumerate(("E16P01_0", "E16P02_0", "E01P01_0", "E22P01_1")):
        write_picture(art / f"{name}.png", Picture(picture(number)))
        rows += [f"{name}.png\t{r}\t{'calm' if r < 'C' else 'fear'}\tforest" for r in "ABC"]
    (art / "ratings.tsv").write_text("\n".join(rows) + "\n", "utf-8")
    for name in ("npc_1", "item_1", "npc_2", "item_2"):
        write_picture(styles / "cartoon_sprite" / f"{name}.png", Picture(picture(len(name))))
    return {"art": art, "styles": styles}


def test_samples_are_the_held_out_with_what_is_known_of_them(data):
    splits = REPOSITORY / "recipes" / "splits.toml"
    # The splits name WebP files by their stems' globs.
    found = {s.name: s.truth for s in held_out(**data, media=["cartoon_sprite"], splits=splits)}
    assert set(found) == {"E16P01_0", "E16P02_0", "E22P01_1", "npc"}
    assert found["E16P01_0"] == {
        "medium": ("painted_panel", "painted_panel"),
        "mood": ("calm", "calm, 67% of the raters"),
        "scene": ("forest", "forest"),
    }
    assert not [s for s in held_out(**data, media=["ink"], splits=splits) if s.name == "npc"]


def test_true_maps_do_better_than_random_ones(samples):
    found = faithfulness(MODEL, samples, np.random.default_rng(0), most=3)
    assert set(found) == {"medium"}
    row = found["medium"]
    assert row["pictures"] == 3
    assert row["deletion"] < row["deletion_random"]
    assert row["insertion"] > row["insertion_random"]


def test_paintings_are_counted_by_style():
    photographs = [
        read_picture(p).pixels[:96, :128]
        for p in sorted((REPOSITORY / "examples" / "photos").glob("*.jpg"))[:2]
    ]
    found = painted(MODEL, photographs)
    assert set(found) == {"photographs", *(model.name for model in list_models())}
    assert all(sum(counts.values()) == 2 for counts in found.values())


def test_failures_are_those_of_the_models_in_turn(samples):
    assert failures(MODEL, samples) == []
    wrong = [Sample(s.name, s.pixels, {"medium": ("oil_painting", "a tale")}) for s in samples]
    wrong[0] = Sample("x", samples[0].pixels, {"scene": ("nowhere", "nobody")})
    cells = failures(MODEL, wrong, most=2)
    captions = " ".join(cell.caption for cell in cells)
    assert len(cells) == 2
    assert "(a tale)" in captions
    assert "(nobody)" in captions


def test_the_command_writes_card_and_sheet(data, tmp_path, monkeypatch, capsys):
    folder = tmp_path / "models" / "mine"
    shutil.copytree(MODEL.parent, folder)
    photos = tmp_path / "photos"
    photos.mkdir()
    for i in range(4):
        write_picture(photos / f"{i}.png", Picture(np.full((96, 96, 3), 40 * i + 60, np.uint8)))
    monkeypatch.chdir(REPOSITORY)
    sheet = tmp_path / "failures.jpg"
    given = ["--art", str(data["art"]), "--styles", str(data["styles"]), "--photos", str(photos)]
    assert (
        main([*given, "--model", str(folder), "--most", "1", "--sheet", str(sheet), "--write"]) == 0
    )
    measured = Card.load(folder / CARD_NAME).training[KEY]
    assert set(measured["painted"]) >= {"photographs", "hereva"}
    assert "maps mood" in capsys.readouterr().out
    assert read_picture(sheet).pixels.shape[2] == 3


def test_other_models_are_refused(data, tmp_path, tiny_style):
    given = ["--art", str(data["art"]), "--styles", str(data["styles"])]
    with pytest.raises(InputError, match="has no head 'medium'"):
        main([*given, "--model", tiny_style])
