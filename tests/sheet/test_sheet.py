"""`paintreel sheet`: what is kept of a film, how it is grouped, where it stands on the page."""

from __future__ import annotations

import math
from dataclasses import replace
from itertools import combinations
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

import paintreel
from paintreel.cli.main import main
from paintreel.errors import InputError
from paintreel.imaging.colour import rgb_to_lab
from paintreel.imaging.dominant_colours import Palette
from paintreel.media.shots import ClipShot
from paintreel.pictures.class_colours import UNKNOWN, colours_of
from paintreel.runtime.classifiers import Classification
from paintreel.sheet.families import FAMILIES, family_of
from paintreel.sheet.groups import chosen, grouped
from paintreel.sheet.layout import lay_out
from paintreel.sheet.moments import (
    Seers,
    SheetMoment,
    moment_of,
    moments_of_clip,
    parts_of_shots,
)
from paintreel.sheet.page import draw_page

MOODS = ("happiness", "calm", "sadness", "fear", "anger", "surprise")


def palette_of(*colours: tuple[int, int, int], share=None) -> Palette:
    lab = rgb_to_lab(np.array(colours, np.uint8)[None])[0].astype(float)
    return Palette(lab, np.array(share or [1 / len(colours)] * len(colours)))


def moment(mood: str, colour=(200, 60, 60), *, time_s=None, span=1.0, name="a.png", familiar=True):
    """A moment of one colour, of which the model is sure."""
    import cv2

    pixels = np.full((36, 64, 3), colour, np.uint8)
    packed = cv2.imencode(".jpg", pixels[..., ::-1])[1].tobytes()
    shares = {each: float(each == mood) for each in MOODS}
    found = Classification(mood, shares, familiar, 0.5 if familiar else 3.0)
    return SheetMoment(Path(name), time_s, span, palette_of(colour), {"mood": found}, packed)


# What is kept of a picture.


@pytest.mark.usefixtures("tiny_classifiers")
def test_a_moment_keeps_palette_classes_and_a_small_picture(of_mood):
    picture = np.concatenate([of_mood("anger", 300, 300), np.zeros((300, 100, 3), np.uint8)], 1)
    kept = moment_of(picture, Seers(["mood"]), source=Path("a.png"), thumbnail_px=120)
    assert kept.thumbnail().shape == (90, 120, 3)
    assert kept.palette.share.sum() == pytest.approx(1)
    assert kept.palette.share[kept.palette.lab[:, 0] < 3].sum() == pytest.approx(0.25, abs=0.02)
    assert (np.diff(kept.palette.lab[:, 0]) <= 0).all()  # light ones first
    assert len(kept.jpeg) < 20_000


@pytest.mark.usefixtures("tiny_classifiers")
def test_models_of_one_file_see_a_picture_in_one_run(of_mood, monkeypatch):
    from paintreel.runtime.model import Model

    runs = []
    run = Model.run
    monkeypatch.setattr(Model, "run", lambda self, x: runs.append(1) or run(self, x))
    found = Seers(["mood", "scene"])(of_mood("sadness"))
    assert {task: each.label for task, each in found.items()} == {
        "mood": "sadness",
        "scene": "water",
    }
    assert len(runs) == 1


@pytest.mark.usefixtures("tiny_classifiers")
def test_a_clip_without_cuts_is_looked_at_at_even_steps(
    of_mood, make_lossless_clip, tmp_path: Path
):
    clip = make_lossless_clip(tmp_path / "clip.mkv", [of_mood("calm")] * 60)
    moments, notes = moments_of_clip(clip, Seers(["mood"]), thumbnail_px=64, every_s=1)
    assert [m.span for m in moments] == pytest.approx([2.5 / 3] * 3, abs=0.01)
    assert [m.time_s for m in moments] == pytest.approx([2.5 / 6, 7.5 / 6, 12.5 / 6], abs=0.05)
    assert [m.shot for m in moments] == [0, 0, 0]
    assert notes == ()
    assert len(moments_of_clip(clip, Seers(["mood"]), thumbnail_px=64)[0]) == 12
    assert len(moments_of_clip(clip, Seers(["mood"]), thumbnail_px=64, every_s=0)[0]) == 60


@pytest.mark.usefixtures("tiny_classifiers")
def test_every_shot_has_its_moment_and_a_long_one_several(
    of_mood, make_lossless_clip, tmp_path: Path
):
    lengths = {"calm": 24, "anger": 8, "fear": 60}
    frames = [of_mood(mood) for mood, length in lengths.items() for _ in range(length)]
    clip = make_lossless_clip(tmp_path / "clip.mkv", frames)
    seen: list[tuple[int, int | None]] = []
    moments, _ = moments_of_clip(
        clip, Seers(["mood"]), thumbnail_px=64, every_s=2, on_progress=lambda *at: seen.append(at)
    )
    assert [m.found["mood"].label for m in moments] == ["calm", "anger", "fear", "fear"]
    assert [m.shot for m in moments] == [0, 1, 2, 2]
    assert [m.span for m in moments] == pytest.approx([1, 1 / 3, 1.25, 1.25], abs=0.01)
    assert sum(m.span for m in moments) == pytest.approx(92 / 24, abs=0.01)
    assert seen[-1][1] == 2 * 92  # read twice
    assert [done for done, _ in seen] == sorted(done for done, _ in seen)


def test_a_slow_shot_of_one_frame_shows_that_frame():
    shots = [ClipShot((0.0,), 4.0), ClipShot((4.0, 5.0), 10.0)]
    parts = parts_of_shots(shots, 1.0)
    assert [(part.time_s, part.span_s, part.shot) for part in parts] == [
        (0.0, 4.0, 0),
        (5.0, 6.0, 1),
    ]


# Groups.


@pytest.mark.parametrize(
    ("family", "colour"),
    [
        ("reds", (200, 40, 40)),
        ("oranges", (230, 130, 40)),
        ("yellows", (230, 210, 60)),
        ("greens", (60, 160, 60)),
        ("teals", (40, 160, 170)),
        ("blues", (40, 70, 200)),
        ("violets", (130, 50, 170)),
        ("pinks", (230, 90, 160)),
        ("greys", (128, 128, 128)),
        ("near black", (12, 10, 20)),
    ],
)
def test_colours_are_called_what_people_call_them(family: str, colour):
    assert family_of(palette_of(colour)) == family
    assert family in FAMILIES


def test_a_small_strong_colour_among_greys_names_the_family():
    greys = (150, 150, 152), (90, 90, 90)
    assert family_of(palette_of(*greys, (230, 110, 20), share=[0.5, 0.25, 0.25])) == "oranges"
    assert family_of(palette_of(*greys, (230, 110, 20), share=[0.6, 0.37, 0.03])) == "greys"


def test_groups_come_in_the_order_of_the_classes_and_the_unknown_last():
    film = [
        moment("fear"),
        moment("calm", name="b.png"),
        moment("anger", familiar=False),
        moment("calm", name="a.png"),
    ]
    groups = grouped(film, "mood")
    assert [group.heading for group in groups] == ["calm", "fear", "unfamiliar"]
    assert [m.source.name for m in groups[0].moments] == ["b.png", "a.png"]  # as in the film
    assert [len(group.moments) for group in grouped(film, "time")] == [4]


def test_palettes_go_from_light_to_dark():
    film = [moment("calm", c) for c in ((60, 10, 10), (250, 160, 160), (200, 40, 40))]
    [group] = [g for g in grouped(film, "palette") if g.heading == "reds"]
    lightness = [float(m.palette.lab[0, 0]) for m in group.moments]
    assert lightness == sorted(lightness, reverse=True)


def test_of_many_moments_some_are_chosen_evenly_and_every_group_is_seen():
    film = [moment("calm", span=i) for i in range(95)] + [moment("fear")] * 5
    groups = chosen(grouped(film, "mood"), 20)
    assert [len(group.moments) for group in groups] == [19, 1]
    assert [group.total for group in groups] == [95, 5]
    steps = np.diff([m.span for m in groups[0].moments])
    assert set(steps.tolist()) <= {5.0}
    assert sum(len(g.moments) for g in chosen(grouped(film, "mood"), 1)) == 2


# The page.


@pytest.mark.parametrize("count", [1, 2, 7, 48, 240])
@pytest.mark.parametrize("by", ["time", "mood"])
@pytest.mark.parametrize("aspect", [0.5, 1.78, 2.6])
def test_thumbnails_stay_apart_and_on_the_page(count: int, by: str, aspect: float):
    film = [moment(MOODS[i * 7 % 6]) for i in range(count)]
    groups = grouped(film, by)
    layout = lay_out(groups, aspect, 1200)
    assert layout.height == round(1200 / math.sqrt(2))
    places = [place for group in layout.places for place in group]
    assert len(places) == count
    for place in places:
        assert place.left >= layout.margin
        assert place.left + place.width <= layout.width - layout.margin
        assert place.top + place.height + layout.cell_px(78) <= layout.script[0]
    for a, b in combinations(places[:60], 2):
        apart_x = a.left + a.width <= b.left or b.left + b.width <= a.left
        assert apart_x or a.top + a.height <= b.top or b.top + b.height <= a.top
    bottom = layout.mood[0] + layout.mood[1]
    assert layout.script[0] < layout.ribbon[0] < bottom < layout.legend < layout.height


def test_the_page_shows_colours_and_feelings_from_left_to_right():
    film = [
        moment("anger", (200, 60, 60), time_s=0.0, span=1.0, name="film.mp4"),
        moment("fear", (20, 30, 60), time_s=1.0, span=2.0, name="film.mp4"),
        moment("calm", (80, 160, 80), time_s=3.0, span=1.0, name="film.mp4", familiar=False),
    ]
    page = draw_page(film, by="time", title="Film", count=10, width_px=1200)
    layout = lay_out(grouped(film, "time"), 64 / 36, 1200)
    inner = layout.width - 2 * layout.margin
    columns = [layout.margin + round(inner * share) for share in (0.1, 0.5, 0.9)]
    script = page[layout.script[0] + layout.script[1] // 2, columns].astype(int)
    assert np.abs(script - [(200, 60, 60), (20, 30, 60), (80, 160, 80)]).max() <= 2
    colours = colours_of(MOODS)
    ribbon = page[layout.ribbon[0] + layout.ribbon[1] // 2, columns]
    assert list(map(tuple, ribbon.tolist())) == [colours["anger"], colours["fear"], UNKNOWN]


def test_the_mood_line_flows_within_a_shot_and_steps_at_a_cut():
    def page(shots: tuple[int, ...]) -> np.ndarray:
        moods = ("anger", "fear")
        film = [
            replace(moment(mood, time_s=float(i), name="film.mp4"), shot=shot)
            for i, (mood, shot) in enumerate(zip(moods, shots, strict=True))
        ]
        drawn = draw_page(film, by="time", title="Film", count=10, width_px=1200)
        layout = lay_out(grouped(film, "time"), 64 / 36, 1200)
        inner = layout.width - 2 * layout.margin
        row = layout.mood[0] + 2 * layout.mood[1] // 3
        return drawn[row, layout.margin : layout.margin + inner]

    colours = [len(np.unique(page(shots), axis=0)) for shots in ((0, 0), (0, 1))]
    assert colours[0] > colours[1]


def test_one_moment_makes_a_page():
    page = draw_page([moment("calm")], by="palette", title="x", count=48, width_px=800)
    assert page.shape == (566, 800, 3)


# The verb.


@pytest.fixture
def film(tmp_path: Path, tiny_classifiers, monkeypatch, of_mood, save_picture) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "film").mkdir()
    for i, mood in enumerate(("calm", "fear", "anger", "sadness")):
        save_picture(tmp_path / "film" / f"{i}.png", of_mood(mood))
    return tmp_path / "film"


@pytest.mark.parametrize("by", ["time", "mood", "scene", "palette"])
def test_a_folder_becomes_a_page(film: Path, by: str, capsys):
    command = ["sheet", "film", "-o", "sheet.png", "--by", by, "--width", "900", "-q"]
    assert main(command) == 0
    with Image.open("sheet.png") as page:
        assert page.size == (900, 636)
        assert page.info["dpi"] == pytest.approx((300, 300), abs=0.1)


def test_a_sheet_is_replaced_and_is_no_input(film: Path, capsys):
    for _ in range(2):
        assert main(["sheet", "film", "-o", "film/sheet.png", "--width", "900"]) == 0
        assert "4 seen" in capsys.readouterr().out
    assert main(["sheet", "film", "-o", "film/0.png"]) == 2
    assert "is an input" in capsys.readouterr().err
    Image.new("RGB", (9, 9)).save("mine.png")
    assert main(["sheet", "film", "-o", "mine.png"]) == 2


def test_a_file_that_fails_is_named_and_the_rest_is_shown(film: Path, capsys):
    (film / "4.png").write_bytes(b"\x89PNG\r\n\x1a\nno")
    assert main(["sheet", "film", "-o", "sheet.png", "--width", "900"]) == 1
    said = capsys.readouterr()
    assert "4.png" in said.err
    assert "sheet.png" in said.out
    assert Path("sheet.png").is_file()


def test_without_anything_to_show_no_page_is_made(film: Path, capsys):
    (film.parent / "empty").mkdir()
    assert main(["sheet", "empty", "-o", "sheet.png"]) == 2
    assert main(["sheet", "missing.png", "-o", "sheet.png"]) == 1
    assert main(["sheet", "film", "-o", "sheet.xyz"]) == 2
    assert main(["sheet", "film"]) == 2
    assert not Path("sheet.png").exists()


def test_python_gives_the_page(film: Path, make_lossless_clip, of_mood):
    clip = make_lossless_clip(film.parent / "clip.mkv", [of_mood("calm")] * 30)
    page = paintreel.sheet([film, clip], by="mood", title="Both", width_px=1000)
    assert page.size == (1000, 707)
    assert paintreel.sheet(clip, width_px=800).size == (800, 566)


def test_a_sheet_of_nothing_is_refused():
    with pytest.raises(InputError, match="nothing to draw a sheet of"):
        paintreel.sheet([])


# Before and after.


@pytest.mark.usefixtures("tiny_classifiers")
def test_what_was_made_of_pictures_is_shown_below_them(of_mood, tmp_path: Path, save_picture):
    for name in ("one.png", "two.png"):
        save_picture(tmp_path / "before" / name, of_mood("anger"))
        save_picture(tmp_path / "after" / name, of_mood("calm"))
    before, after = str(tmp_path / "before"), str(tmp_path / "after")
    out = tmp_path / "sheet.png"
    command = ["sheet", before, "--after", after, "--width", "1000", "-o", str(out)]
    assert main(command) == 0
    both = np.asarray(paintreel.sheet([before], after=(after,), width_px=1000)).astype(int)
    alone = np.asarray(paintreel.sheet([before], width_px=1000)).astype(int)

    def like(page: np.ndarray, mood: str) -> int:
        return int((np.abs(page - of_mood(mood).mean(axis=(0, 1))).max(axis=2) < 30).sum())

    assert like(alone, "calm") < 0.2 * like(both, "calm")
    assert like(both, "anger") > 1000
    # The ribbon of moods as they were stands above that of what was made, and no other is there.
    middle, colours = both[:, 500], colours_of(["anger", "calm"])
    was, became = (_runs_of(middle, colours[mood]) for mood in ("anger", "calm"))
    assert len(was) == len(became) == 1
    assert was[0].stop < became[0].start < was[0].stop + 20
    assert not _runs_of(alone[:, 500], colours["calm"])


def _runs_of(column: np.ndarray, colour: tuple[int, ...]) -> list[slice]:
    """Where a column of pixels is of just that colour, 5 pixels or more."""
    same = np.concatenate([[False], (column == np.array(colour)).all(axis=1), [False]])
    edges = np.flatnonzero(np.diff(same.astype(int)))
    return [slice(a, b) for a, b in zip(edges[::2], edges[1::2], strict=True) if b - a >= 5]


@pytest.mark.usefixtures("tiny_classifiers")
def test_a_clip_after_is_seen_at_the_same_moments(of_mood, make_lossless_clip, tmp_path: Path):
    from paintreel.sheet.moments import with_after

    clips = [
        make_lossless_clip(tmp_path / f"{mood}.mkv", [of_mood(mood)] * 30)
        for mood in ("anger", "calm")
    ]
    seers = Seers(["mood"])
    moments, _ = moments_of_clip(clips[0], seers, thumbnail_px=64, every_s=0.5)
    both, _ = with_after(moments, clips[1], seers, thumbnail_px=64)
    assert [m.after.time_s for m in both] == [m.time_s for m in moments]
    assert {m.after.found["mood"].label for m in both} == {"calm"}
    assert {m.found["mood"].label for m in both} == {"anger"}
    short = make_lossless_clip(tmp_path / "short.mkv", [of_mood("calm")] * 3)
    with pytest.raises(InputError, match=r"short.mkv ends at"):
        with_after(moments, short, seers, thumbnail_px=64)


@pytest.mark.usefixtures("tiny_classifiers")
def test_as_many_files_after_as_before(of_mood, tmp_path: Path, save_picture, capsys):
    save_picture(tmp_path / "a.png", of_mood("anger"))
    save_picture(tmp_path / "b.png", of_mood("calm"))
    a, b = str(tmp_path / "a.png"), str(tmp_path / "b.png")
    assert main(["sheet", a, "--after", a, "--after", b, "-o", str(tmp_path / "s.png")]) == 2
    assert "--after has 2 files, the inputs are 1" in capsys.readouterr().err
