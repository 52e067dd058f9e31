"""Sheets of a blind trial: what they show, what they do not, and what happens to the folder."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageCms

from paintreel.compare.blind import write_trial
from paintreel.compare.blind_plan import lay_out, plan_blind
from paintreel.compare.options import CompareOptions
from paintreel.errors import DataError, InputError, OutputError, UnreadableFile
from paintreel.imaging.files import read_picture
from paintreel.imaging.profiles import _tags_of, to_srgb
from paintreel.scoring.blind_trial import read_key

COLOURS = {"photos": 40, "secretone": 90, "secrettwo": 150, "secretthree": 220}
"""Every picture of a folder is of one grey, so that a sheet tells what it shows."""


@pytest.fixture
def folders(tmp_path: Path, save_picture) -> Path:
    for name, grey in COLOURS.items():
        for picture in "abcde":
            save_picture(tmp_path / name / f"{picture}.png", np.full((60, 80, 3), grey, np.uint8))
    return tmp_path


def options(folder: Path, *names: str, source: bool = True, **more) -> CompareOptions:
    names = names or ("secretone", "secrettwo")
    given = {"blind": str(folder / "trial"), "reference": str(folder / "photos")} | more
    if not source:
        given["reference"] = None
    return CompareOptions(systems=tuple(str(folder / name) for name in names), **given)


def made(given: CompareOptions):
    return write_trial(plan_blind(given))


def greys(sheet: Path, columns: int) -> list[int]:
    """The levels in the middle of the pictures of a sheet, from left to right."""
    pixels = read_picture(sheet).pixels
    height, width = pixels.shape[:2]
    at = [round(width * (2 * place + 1) / (2 * columns)) for place in range(columns)]
    return [int(pixels[height // 3, x, 0]) for x in at]


def named(name: str) -> int:
    return COLOURS[name]


@pytest.mark.parametrize("source", [True, False])
def test_sheets_show_what_the_key_says(folders, source):
    trial = made(options(folders, source=source))
    assert len(trial.key.sheets) == 5
    for sheet in trial.key.sheets:
        expected = [named(name) for name in sheet.shown]
        expected = [named("photos"), *expected] if source else expected
        assert greys(trial.folder / f"{sheet.number}.png", len(expected)) == expected
    assert read_key(trial.folder / "key.json") == trial.key


def test_ratings_show_every_picture_of_every_set_alone(folders):
    trial = made(options(folders, scale=10))
    shown = Counter((sheet.picture, *sheet.shown) for sheet in trial.key.sheets)
    assert shown == Counter((p, s) for p in "abcde" for s in ("secretone", "secrettwo"))
    for sheet in trial.key.sheets:
        expected = [named("photos"), named(sheet.shown[0])]
        assert greys(trial.folder / f"{sheet.number}.png", 2) == expected
    assert "from 1 (worst) to 10 (best)" in (trial.folder / "ballot.md").read_text()
    alone = made(options(folders, "secretone", scale=5, blind=str(folders / "alone")))
    assert len(alone.key.sheets) == 5


def test_what_raters_get_names_no_set_and_no_picture(folders):
    trial = made(options(folders, "secretone", "secrettwo", "secretthree"))
    for path in trial.folder.iterdir():
        if path.name != "key.json":
            content = path.read_bytes()
            assert b"secret" not in content
            assert str(folders).encode() not in content
    assert str(folders) not in (trial.folder / "key.json").read_text()


def test_sides_are_balanced_and_order_is_of_the_seed():
    names, pictures = ("x", "y", "z"), [str(i) for i in range(21)]
    sheets = lay_out(names, pictures, pairs=True, seed=0)
    often = Counter(sheet.shown for sheet in sheets)
    assert {often[a, b] for a in names for b in names if a != b} == {10, 11}
    assert {often[a, b] + often[b, a] for a, b in (("x", "y"), ("x", "z"), ("y", "z"))} == {21}
    assert [sheet.number for sheet in sheets] == [f"{i:03}" for i in range(1, 64)]
    assert sheets == lay_out(names, pictures, pairs=True, seed=0)
    others = [lay_out(names, pictures, pairs=True, seed=seed) for seed in range(1, 5)]
    assert all(other != sheets for other in others)
    runs = [sheet.picture for sheet in sheets]
    assert runs != sorted(runs)
    assert (
        len(lay_out(("x", "y"), [str(i) for i in range(1500)], pairs=True, seed=0)[0].number) == 4
    )


def test_pictures_of_other_sizes_are_shown_at_one_size_and_it_is_said(folders, save_picture):
    save_picture(folders / "secretone" / "a.png", np.full((30, 40, 3), 90, np.uint8))
    save_picture(folders / "secrettwo" / "b.png", np.full((60, 40, 3), 150, np.uint8))
    trial = made(options(folders))
    texts = [note.text for note in trial.notes]
    assert texts == [
        "secretone: of another size than its source, shown at one size",
        "secrettwo: of other proportions than its source, shown with a margin",
    ]
    for sheet in trial.key.sheets:
        width, _ = Image.open(trial.folder / f"{sheet.number}.png").size
        assert width == 3 * 80 + 4 * 10
        if sheet.picture == "b":
            pixels = read_picture(trial.folder / f"{sheet.number}.png").pixels
            left = 10 + (1 + sheet.shown.index("secrettwo")) * 90
            row = pixels[40, left : left + 80, 0]
            assert (row[:20] == 250).all()
            assert (row[20:60] == 150).all()
            assert (row[60:] == 250).all()


def test_big_pictures_are_shrunk(folders, save_picture):
    for name in ("photos", "secretone", "secrettwo"):
        save_picture(folders / name / "a.png", np.full((300, 400, 3), COLOURS[name], np.uint8))
    trial = made(options(folders, side_px=200))
    sizes = {Image.open(path).size[0] for path in trial.folder.glob("*.png")}
    assert sizes == {3 * 200 + 40, 3 * 80 + 40}


def test_colours_of_a_profile_are_shown_as_a_screen_shows_them(folders):
    """The level 90 of linear light is a light grey in sRGB; as stored it would be too dark."""
    srgb = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    pixels = np.full((60, 80, 3), 90, np.uint8)
    icc = _linear(srgb)
    Image.fromarray(pixels).save(folders / "secretone" / "a.png", icc_profile=icc)
    expected = int(to_srgb(pixels, icc)[0, 0, 0])
    assert expected > 140
    trial = made(options(folders))
    sheet = next(s for s in trial.key.sheets if s.picture == "a")
    shown = greys(trial.folder / f"{sheet.number}.png", 3)
    assert shown[1 + sheet.shown.index("secretone")] == expected


def test_clips_are_shown_by_their_middle(tmp_path, make_lossless_clip):
    for name, base in (("photos", 0), ("secretone", 5), ("secrettwo", 9)):
        frames = [np.full((32, 48, 3), 40 * i + base, np.uint8) for i in range(5)]
        make_lossless_clip(tmp_path / name / "clip.mkv", frames, rate=10)
    trial = made(options(tmp_path))
    [sheet] = trial.key.sheets
    base = {"secretone": 85, "secrettwo": 89}
    shown = greys(trial.folder / "001.png", 3)
    assert shown == pytest.approx([80, *(base[name] for name in sheet.shown)], abs=2)
    assert [note.kind for note in trial.notes] == ["middle-frames"]


def test_a_trial_goes_on_and_keeps_the_ballot(folders):
    first = made(options(folders))
    ballot = first.folder / "ballot.csv"
    ballot.write_text(ballot.read_text().replace("001,", "001,left"))
    (first.folder / "002.png").unlink()
    (first.folder / "003.png").write_bytes(b"broken")
    filled = ballot.read_text()
    again = made(options(folders))
    assert again.kept == 3
    assert again.key == first.key
    assert ballot.read_text() == filled


def test_a_trial_that_broke_off_is_ended_or_replaced(folders):
    (folders / "secrettwo" / "c.png").write_bytes(
        (folders / "secrettwo" / "c.png").read_bytes()[:60]
    )
    with pytest.raises(UnreadableFile, match=r"c\.png"):
        made(options(folders))
    assert not read_key(folders / "trial" / "key.json").is_finished
    assert not (folders / "trial" / "ballot.csv").exists()
    (folders / "secrettwo" / "c.png").write_bytes((folders / "secrettwo" / "b.png").read_bytes())
    assert made(options(folders)).key.is_finished


def test_another_trial_is_replaced_only_where_it_may_be(folders):
    first = made(options(folders, "secretone", "secrettwo", "secretthree"))
    with pytest.raises(OutputError, match=f"another trial \\({first.key.trial}\\)"):
        plan_blind(options(folders))
    vote = first.folder / "anna.csv"
    vote.write_text((first.folder / "ballot.csv").read_text())
    with pytest.raises(OutputError, match=r"anna\.csv has votes"):
        plan_blind(options(folders, overwrite=True))
    vote.unlink()
    second = made(options(folders, overwrite=True))
    names = sorted(path.name for path in second.folder.iterdir())
    assert names == [*(f"00{i}.png" for i in range(1, 6)), "ballot.csv", "ballot.md", "key.json"]
    ballot = second.folder / "ballot.csv"
    ballot.write_text(ballot.read_text().replace(",,", ",left,", 1))
    with pytest.raises(OutputError, match=r"ballot\.csv has votes"):
        plan_blind(options(folders, seed=1, overwrite=True))


def test_folders_of_others_are_left_alone(folders):
    with pytest.raises(OutputError, match=r"holds a\.png and no trial"):
        plan_blind(options(folders, blind=str(folders / "secretthree"), overwrite=True))
    with pytest.raises(OutputError, match="which is compared"):
        plan_blind(options(folders, blind=str(folders / "photos" / "trial")))
    (folders / "trial").mkdir()
    (folders / "trial" / "key.json").write_text(json.dumps({"my": "own"}))
    with pytest.raises(UnreadableFile, match="not the key"):
        plan_blind(options(folders, overwrite=True))


def test_only_what_all_sets_have_is_shown_and_it_is_said(folders):
    (folders / "secretone" / "a.png").unlink()
    (folders / "photos" / "b.png").unlink()
    plan = plan_blind(options(folders))
    assert plan.key.pictures == ("c", "d", "e")
    said = " / ".join(note.text for note in plan.notes)
    assert "no source of that name" in said
    assert "not every system has it: a" in said


def test_bad_trials(folders, save_picture, make_lossless_clip):
    with pytest.raises(InputError, match="at least two systems"):
        plan_blind(options(folders, "secretone"))
    with pytest.raises(InputError, match="given twice"):
        plan_blind(options(folders, "secretone", "secretone"))
    save_picture(folders / "odd" / "other.png", np.zeros((60, 80, 3), np.uint8))
    with pytest.raises(DataError, match="shown to raters on the same"):
        plan_blind(options(folders, "secretone", "odd", source=False))
    make_lossless_clip(folders / "film" / "a.mkv", [np.zeros((32, 48, 3), np.uint8)] * 3)
    with pytest.raises(InputError, match="a clip in another"):
        plan_blind(options(folders, "secretone", "film", source=False))


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"scale": 10}, "--scale is of sheets"),
        ({"ask": ("a=b",)}, "--ask is of sheets"),
        ({"overwrite": True}, "--overwrite is of sheets"),
        ({"blind": "x", "question": "painting"}, "--for is of measures"),
        ({"blind": "x", "json": "-"}, "--json is of measures"),
        ({"blind": "x", "scale": 1}, "scale is 1"),
    ],
)
def test_options_that_do_not_go_together(given, message):
    with pytest.raises(InputError, match=message):
        CompareOptions(systems=("a", "b"), **given)


def _linear(srgb: bytes) -> bytes:
    """The profile with a straight tone curve in place of its own."""
    data = bytearray(srgb)
    for name, start, length in _tags_of(srgb):
        if name in (b"rTRC", b"gTRC", b"bTRC"):
            data[start : start + length] = (b"curv" + bytes(8)).ljust(length, b"\0")
    return bytes(data)
