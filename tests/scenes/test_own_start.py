"""What a start of one's own becomes before a network is given it."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest
from PIL import Image

from paintreel.imaging.colour import rgb_to_lab
from paintreel.roughs.brushed import _areas, _colours, brushed
from paintreel.roughs.loose import tidy_loose
from paintreel.roughs.rough import make_rough
from paintreel.roughs.sketch_forms import ROLES, read_forms
from paintreel.roughs.soft_areas import areas_between_edges
from paintreel.roughs.start import read_start
from paintreel.scenes.leaning import leaned
from paintreel.scenes.own_start import prepare_start
from paintreel.scenes.sketch_colours import colour_sketch
from paintreel.worlds.categories import CATEGORIES, find_category
from paintreel.worlds.conditions import Conditions

LOOSE = {
    "castle": "medieval castle",
    "desert": "open land",
    "harbour": "water",
    "meadow": "open land",
    "mountains": "open land",
    "river": "water",
    "room": "interior",
    "sea": "water",
    "street-night": "settlement",
    "wood": "forest",
}


@pytest.fixture
def by_hand(examples: Path):
    """A function (name) that reads a picture of examples/roughs."""
    return lambda name: np.asarray(Image.open(examples / "roughs" / f"{name}.png").convert("RGB"))


def kinds(notes) -> list[str]:
    return [note.kind for note in notes]


def lab_at(blocks: np.ndarray, x: float, y: float, reach: int = 6) -> np.ndarray:
    """Mean CIELAB around a place in shares of the picture."""
    row, column = round(y * len(blocks)), round(x * blocks.shape[1])
    part = blocks[max(0, row - reach) : row + reach, max(0, column - reach) : column + reach]
    return rgb_to_lab(np.ascontiguousarray(part)).reshape(-1, 3).mean(axis=0)


def test_lines_alone_are_a_sketch_and_are_coloured_in(by_hand):
    lines = by_hand("mountains-lines")
    as_rough, notes = prepare_start(read_start(lines), find_category("open land"))
    assert kinds(notes) == ["rough-is-a-sketch"]
    as_sketch, told = prepare_start(read_start(sketch=lines), find_category("open land"))
    assert told == []
    for start in (as_rough, as_sketch):
        assert start.is_coloured_in
        assert start.rough.lines.min() < 60
        np.testing.assert_array_equal(start.base, lines)
        sky, meadow = lab_at(start.rough.blocks, 0.1, 0.1), lab_at(start.rough.blocks, 0.7, 0.93)
        assert sky[2] < -8  # blue above
        assert meadow[1] < -8 < 8 < meadow[2]  # green below
        assert sky[0] > meadow[0]
        assert len(np.unique(start.rough.blocks.reshape(-1, 3), axis=0)) > 1000  # no flat fill


def test_a_sketch_of_nothing_in_particular_says_what_it_was_taken_for(by_hand):
    start, notes = prepare_start(read_start(sketch=by_hand("mountains-lines")), None)
    assert kinds(notes) == ["sketch-category"]
    assert "open land" in notes[0].text
    assert start.rough.blocks is not None


def test_the_word_the_hour_and_the_water_are_seen(by_hand):
    ink = 255 - by_hand("sea-lines")[..., 0]
    water = find_category("water")
    day = colour_sketch(ink, water)
    night = colour_sketch(ink, water, Conditions(time="night"))
    assert rgb_to_lab(night)[..., 0].mean() < rgb_to_lab(day)[..., 0].mean() - 20
    sea, beach = lab_at(day, 0.6, 0.7), lab_at(day, 0.15, 0.92)
    assert sea[2] < -8 < 4 < beach[2]
    dunes = 255 - by_hand("desert-lines")[..., 0]
    land = find_category("open land")
    meadow = lab_at(colour_sketch(dunes, land), 0.5, 0.95)
    sand = lab_at(colour_sketch(dunes, land, words=["desert"]), 0.5, 0.95)
    assert meadow[1] < -6 < sand[1]


@pytest.mark.parametrize("category", CATEGORIES, ids=lambda category: category.rule)
def test_every_world_colours_a_sketch_and_differs_from_others(by_hand, category):
    ink = 255 - by_hand("castle-lines")[..., 0]
    blocks = colour_sketch(ink, category)
    assert blocks.shape == (*ink.shape, 3)
    np.testing.assert_array_equal(blocks, colour_sketch(ink, category))
    others = find_category("interior" if category.name != "interior" else "forest")
    assert np.abs(blocks.astype(int) - colour_sketch(ink, others)).mean() > 12


def role_at(forms, x: float, y: float) -> str:
    h, w = forms.labels.shape
    return ROLES[forms.roles[forms.labels[int(y * h), int(x * w)]]]


def test_forms_are_told_by_place_and_shape(by_hand):
    castle = read_forms(255 - by_hand("castle-lines")[..., 0])
    assert role_at(castle, 0.1, 0.1) == "sky"
    assert role_at(castle, 0.42, 0.11) == "roof"
    assert role_at(castle, 0.5, 0.95) in ("plane", "across")
    assert role_at(castle, 0.47, 0.38) == "body"
    peaks = read_forms(255 - by_hand("mountains-lines")[..., 0])
    assert role_at(peaks, 0.54, 0.25) == "cap"
    assert role_at(peaks, 0.8, 0.19) == "cloud"
    assert role_at(peaks, 0.19, 0.85) == "peak"
    river = read_forms(255 - by_hand("river-lines")[..., 0])
    assert role_at(river, 0.5, 0.9) == "path"
    assert role_at(river, 0.14, 0.36) == "crown"
    street = read_forms(255 - by_hand("street-night-lines")[..., 0])
    assert role_at(street, 0.67, 0.22) == "disc"
    assert role_at(street, 0.14, 0.6) == "opening"
    room = read_forms(255 - by_hand("room-lines")[..., 0], indoors=True)
    assert role_at(room, 0.5, 0.05) == "ceiling"
    assert role_at(room, 0.36, 0.27) == "opening"
    assert role_at(room, 0.8, 0.95) == "floor"


@pytest.mark.parametrize("name", LOOSE)
def test_paper_between_strokes_is_filled(by_hand, name: str):
    rough = by_hand(name)
    start, notes = prepare_start(read_start(rough), None)
    assert kinds(notes) == ["paper-filled"]
    was, left = ((x.min(axis=2) >= 247).mean() for x in (rough, start.rough.blocks))
    assert was > 0.05
    assert left < 0.25 * was  # what is left is white that paint encloses
    np.testing.assert_array_equal(start.base, rough)
    # Paint keeps its colour: strokes lighten and darken it.
    paint = rough.max(axis=2) < 235
    moved = rgb_to_lab(start.rough.blocks)[paint] - rgb_to_lab(rough)[paint]
    assert np.abs(moved.mean(axis=0)).max() < 4


def with_gaps(rough: np.ndarray) -> np.ndarray:
    """With three more colours, and paper coming through at both sides as between strokes."""
    height, width = rough.shape[:2]
    for k, colour in enumerate(((140, 90, 60), (90, 140, 60), (200, 160, 90))):
        rough[height - 10 - 10 * k : height - 10 * k, 10:-10] = colour
    for y in range(height // 10, height, height // 5):
        rough[y : y + height // 30, : width // 10] = 255
        rough[y : y + height // 30, -(width // 10) :] = 255
    return rough


def test_white_that_paint_encloses_stays():
    rough = with_gaps(np.full((120, 160, 3), (60, 90, 140), np.uint8))
    rough[:3, 20:] = 255  # paper at the upper edge
    rough[30:90, 50:120] = 255  # a white wall
    start, _ = prepare_start(read_start(rough), None)
    blocks = start.rough.blocks
    assert blocks[45:75, 65:105].min() > 205  # in strokes, but white
    assert np.abs(lab_at(blocks, 0.5, 0.01, 1) - lab_at(rough, 0.5, 0.15)).max() < 15


def test_small_white_things_in_paint_stay_and_slits_do_not():
    rough = with_gaps(np.full((200, 320, 3), (60, 90, 140), np.uint8))
    cv2.circle(rough, (80, 40), 7, (255, 255, 255), -1)  # a sun
    rough[30:60, 150:190] = 255  # a wall
    rough[90:96, 60:260] = 255  # a slit that strokes closed at both ends
    blocks = prepare_start(read_start(rough), None)[0].rough.blocks
    assert blocks[38:43, 77:84].min() > 225
    assert blocks[35:55, 155:185].min() > 225
    assert blocks[91:95, 70:250].max() < 190


def test_slits_between_strokes_go_to_their_thin_ends():
    rough = with_gaps(np.full((200, 320, 3), (60, 90, 140), np.float32))
    rough[100, 40:120] = 255
    ends = np.linspace(1, 0.15, 15)[:, None]
    rough[100, 120:135] = ends * 255 + (1 - ends) * rough[100, 120:135]
    rough[60, 40:120] = (230, 190, 120)  # a gleam, which is paint
    blocks = tidy_loose(np.rint(rough).astype(np.uint8)).blocks
    assert np.abs(blocks[95:106].astype(int) - (60, 90, 140)).max() <= 3
    assert (blocks[60, 45:115] == (230, 190, 120)).all()


def test_a_sky_that_a_tower_cuts_in_two_is_brushed_as_one():
    rough = np.full((200, 320, 3), (110, 150, 200), np.uint8)
    rough[:, 150:170] = (120, 110, 100)  # from the upper edge to the ground
    rough[120:] = (90, 120, 60)
    rough[90:120, 200:] = (90, 120, 60)  # a hill behind it, so that one half is lower
    light = brushed(rough)[:80].astype(int).sum(axis=2)
    rows = [np.median(light[:, half], axis=1) for half in (np.s_[10:140], np.s_[180:310])]
    assert np.abs(rows[0] - rows[1]).max() < 20


def neat_house() -> np.ndarray:
    """A house with windows before a sky, in flat colours without paper."""
    rough = np.full((360, 640, 3), (90, 150, 210), np.uint8)
    rough[240:] = (80, 140, 70)
    rough[120:280, 200:400] = (180, 170, 160)
    for left in range(220, 390, 40):
        rough[160:184, left : left + 14] = (250, 220, 120)
    return rough


def test_a_neat_rough_of_few_colours_gets_strokes_and_keeps_its_edges():
    rough = neat_house()
    start, notes = prepare_start(read_start(rough), None)
    blocks = start.rough.blocks
    assert notes == []
    np.testing.assert_array_equal(start.base, rough)
    for area in (np.s_[10:100, 20:180], np.s_[300:350, 20:620], np.s_[200:230, 210:390]):
        assert len(np.unique(rough[area].reshape(-1, 3), axis=0)) == 1
        assert rgb_to_lab(blocks[area])[..., 0].std() > 0.6
        apart = rgb_to_lab(blocks[area]).mean(axis=(0, 1)) - rgb_to_lab(rough[area])[0, 0]
        assert np.abs(apart).max() < 4
    is_lit = (blocks[..., 0].astype(int) - blocks[..., 2]) > 60  # yellow, whatever its light
    was_lit = (rough[..., 0].astype(int) - rough[..., 2]) > 60
    assert (is_lit != was_lit).sum() < 0.1 * was_lit.sum()


def test_a_scan_on_cream_paper_is_made_whole():
    rng = np.random.default_rng(2)
    rough = np.full((360, 640, 3), (244, 238, 226), np.float32)
    for band in range(5):
        rough[6 + 72 * band : 66 + 72 * band, 8:632] = (190 - 30 * band, 140, 80 + 25 * band)
    scan = np.clip(rough + rng.normal(0, 4, (360, 640, 1)), 0, 255).astype(np.uint8)
    start, notes = prepare_start(read_start(scan), None)
    assert kinds(notes) == ["paper-filled"]
    assert (start.rough.blocks.min(axis=2) > 200).mean() < 0.01


def test_paper_beside_a_thin_stroke_takes_the_colour_of_the_band():
    rough = np.full((360, 640, 3), 255, np.uint8)
    rough[8:170] = (90, 130, 180)
    rough[190:352] = (80, 120, 70)
    rough[:, 300:318] = (60, 40, 30)  # a trunk across both, and the paper between
    blocks = tidy_loose(rough).blocks
    for column in (294, 324):  # nearer to the trunk than to either band
        colours = blocks[171:189, column].astype(int)
        assert np.abs(colours - (60, 40, 30)).max(axis=1).min() > 30
    np.testing.assert_array_equal(blocks[180, 309], (60, 40, 30))


@pytest.mark.parametrize("beside", [False, True])
def test_grey_paper_of_a_sketch_is_no_ink(by_hand, beside: bool):
    lines = by_hand("castle-lines")
    rng = np.random.default_rng(3)
    scan = np.clip(lines * 0.84 + rng.normal(0, 3, lines.shape[:2])[..., None], 0, 255)
    rough = by_hand("castle") if beside else None
    start = read_start(rough, scan.astype(np.uint8))
    seen = prepare_start(start, find_category("medieval castle"))[0].rough.lines
    assert (seen[lines[..., 0] > 250] > 245).mean() > 0.99
    assert seen[lines[..., 0] < 60].mean() < 60
    white = read_start(rough, lines)
    assert (
        prepare_start(white, find_category("medieval castle"))[0].rough.lines is white.rough.lines
    )


def land(width: int, height: int) -> np.ndarray:
    rough = np.full((height, width, 3), (90, 150, 210), np.uint8)
    rough[height // 2 :] = (80, 140, 70)
    return rough


def test_long_roughs_go_in_parts_and_narrow_ones_as_they_are():
    rough = land(33_000, 300)  # OpenCV moves nothing of 32,767 px a side
    blocks = prepare_start(read_start(rough), None)[0].rough.blocks
    assert blocks.shape == rough.shape
    assert (blocks != rough).mean() > 0.5
    rng = np.random.default_rng(0)
    narrow = np.clip(land(8000, 16) + rng.normal(0, 3, (16, 8000, 3)), 0, 255).astype(np.uint8)
    prepare_start(read_start(narrow), None)


def test_parts_of_a_long_rough_leave_no_trace(monkeypatch):
    rough = land(900, 300)
    whole = prepare_start(read_start(rough), None)[0].rough.blocks
    monkeypatch.setattr("paintreel.roughs.brushed.PART_PX", 101)
    monkeypatch.setattr("paintreel.roughs.bands.PART_PX", 101)
    parts = prepare_start(read_start(rough), None)[0].rough.blocks
    np.testing.assert_array_equal(whole, parts)


def test_grain_changes_neither_what_is_sky_nor_what_is_small():
    rough = neat_house()
    rng = np.random.default_rng(4)
    grainy = np.clip(rough + rng.normal(0, 3, rough.shape), 0, 255).astype(np.uint8)
    flat_kind, _, flat_small = _areas(_colours(rough))
    kind, _, small = _areas(areas_between_edges(grainy))
    assert (kind == flat_kind)[5:110, 5:190].mean() > 0.95
    assert (kind == flat_kind)[290:, 5:].mean() > 0.95
    assert small[170, 225] == flat_small[170, 225] == 1  # a window


def test_thin_strokes_do_not_spread_beside_a_sketch_either():
    rough = np.full((360, 640, 3), 255, np.uint8)
    rough[8:170] = (90, 130, 180)
    rough[190:352] = (80, 120, 70)
    rough[:, 300:318] = (60, 40, 30)
    lines = np.full((360, 640), 255, np.uint8)
    lines[8:352, 6:9] = lines[8:352, 630:633] = lines[8:11, 6:633] = lines[349:352, 6:633] = 0
    blocks = tidy_loose(rough, lines).blocks
    colours = blocks[171:189, 294].astype(int)
    assert np.abs(colours - (60, 40, 30)).max(axis=1).min() > 30


def test_another_form_is_told():
    rough = neat_house()
    for size, told in (((480, 270), []), ((480, 271), []), ((360, 640), ["stretched"])):
        start = read_start(rough, size=size)
        assert kinds(prepare_start(start, None)[1]) == told
    (note,) = prepare_start(start, None)[1]
    assert note.text == "640x360 px has another form than 360x640: it is stretched"


def test_colour_over_a_line_goes_back_behind_it():
    rough = np.full((200, 200, 3), (90, 140, 200), np.uint8)
    rough[:, 105:] = (120, 90, 50)
    rough[:, 196:] = 255
    lines = np.full((200, 200), 255, np.uint8)
    lines[:, 99:102] = 0
    rough[:, :105][:, 100:] = (90, 140, 200)  # blue lies over the line by four pixels
    start, _ = prepare_start(read_start(rough, lines), None)
    without, _ = prepare_start(read_start(rough), None)
    beside = np.s_[40:160, 103:104]
    assert start.rough.blocks[beside][..., 2].mean() < 90
    assert without.rough.blocks[beside][..., 2].mean() > 150


def test_other_roughs_come_through_as_they_are(examples: Path):
    photo = np.asarray(Image.open(examples / "photo.jpg").convert("RGB"))
    rough = make_rough(photo)
    start = read_start(rough.blocks, rough.lines)
    same, notes = prepare_start(start, None)
    assert same is start
    assert notes == []
    grey = read_start(sketch=photo)  # a photograph is no sketch
    kept, _ = prepare_start(grey, None)
    assert kept.rough.blocks is None


def profile(blocks: np.ndarray) -> np.ndarray:
    return rgb_to_lab(blocks).reshape(9, -1, 3).mean(axis=1)


@pytest.mark.parametrize("name", ["underwater world", "fantasy forest", "starry universe"])
def test_a_category_leans_a_rough_in_measure(by_hand, name: str):
    start, _ = prepare_start(read_start(by_hand("meadow")), None)
    rough = start.rough.blocks
    hinted = leaned(rough, find_category(name))
    step = rgb_to_lab(hinted) - rgb_to_lab(rough)
    assert 2.5 < np.linalg.norm(step[..., 1:], axis=-1).mean() < 25
    # The drawing stays: what is lighter is lighter.
    light, was = rgb_to_lab(hinted)[..., 0].ravel(), rgb_to_lab(rough)[..., 0].ravel()
    assert np.corrcoef(light, was)[0, 1] > 0.95
    other = leaned(rough, find_category("interior"))
    assert np.abs(profile(hinted) - profile(other)).mean() > 0.8


@pytest.mark.parametrize("name", ["forest", "underwater world", "open land"])
def test_snow_is_white_under_every_category(name: str):
    snow = np.tile(np.array([226, 230, 240], np.uint8), (90, 160, 1))
    snow[:45] = 96, 132, 178  # a sky, which leans
    moved = np.abs(leaned(snow, find_category(name)).astype(int) - snow)
    assert moved[60:].max() <= 2
    assert moved[:30].max() > 4


@pytest.mark.parametrize("size", [(16, 16), (40, 700), (1500, 300)])
def test_odd_sketches(size: tuple[int, int]):
    height, width = size
    for at in (np.s_[height // 2], np.s_[:, width // 2], np.s_[3:5, 3:5], np.s_[: height - 1]):
        ink = np.zeros(size, np.uint8)
        ink[at] = 255
        for name in ("open land", "interior", "water"):
            assert colour_sketch(ink, find_category(name)).shape == (height, width, 3)


def test_big_roughs_go_in_bands_that_leave_no_trace(by_hand, monkeypatch):
    rough = by_hand("harbour")
    whole, _ = prepare_start(read_start(rough), None)
    monkeypatch.setattr("paintreel.roughs.bands._BAND_PX", 640 * 23)
    parts, _ = prepare_start(read_start(rough), None)
    np.testing.assert_array_equal(whole.rough.blocks, parts.rough.blocks)


def test_a_floor_that_ends_short_of_the_frame_is_a_floor(by_hand):
    room = by_hand("room-lines")
    short = room.copy()
    edge = room.shape[1] // 100
    short[:, :edge], short[:, -edge:], short[-edge:] = 255, 255, 255
    category = find_category("interior")
    whole, cut = (
        prepare_start(read_start(sketch=x), category)[0].rough.blocks for x in (room, short)
    )
    for place in ((0.3, 0.95), (0.5, 0.35), (0.95, 0.5)):  # floor, wall, wall at the side
        assert np.abs(lab_at(whole, *place) - lab_at(cut, *place)).max() < 8


def test_a_picture_in_tones_is_no_sketch_and_that_is_said(by_hand):
    start, notes = prepare_start(read_start(sketch=by_hand("castle")), None)
    assert kinds(notes) == ["sketch-is-no-lines"]
    assert "--rough" in notes[0].text
    assert start.rough.blocks is None
