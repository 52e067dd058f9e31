"""Hints of colour: read, fitted, put into rooms, cut where two share one; flats and palettes."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from paintreel.errors import InputError
from paintreel.roughs.flats import colour_flats
from paintreel.roughs.hints import fit_hints, marks_of, shrunk_hints
from paintreel.roughs.line_regions import find_regions
from paintreel.roughs.palettes import PALETTES, palette_named
from paintreel.roughs.scribble_cuts import colour_rooms, least_cut

RED, BLUE, GREEN = (200, 30, 30), (30, 60, 200), (40, 160, 60)


def clear(height: int = 120, width: int = 160) -> np.ndarray:
    return np.zeros((height, width, 4), np.uint8)


def dab(hints: np.ndarray, at: tuple[int, int], colour: tuple[int, int, int], radius: int = 3):
    cv2.circle(hints, at, radius, (*colour, 255), -1)


def two_boxes(gap_px: int = 0) -> np.ndarray:
    ink = np.zeros((120, 160), np.uint8)
    cv2.rectangle(ink, (10, 10), (150, 110), 255, 2)
    cv2.line(ink, (80, 10), (80, 110), 255, 2)
    if gap_px:
        ink[60 - gap_px // 2 : 60 + gap_px // 2, 77:84] = 0
    return ink


def coloured(ink: np.ndarray, hints: np.ndarray, gap_px: float = 8) -> np.ndarray:
    """The colour of every pixel's region, (-1, -1, -1) without a hint."""
    marks = marks_of(hints)
    regions, colours = colour_rooms(find_regions(ink, gap_px=gap_px), marks)
    table = np.vstack([marks.colours.astype(int), [[-1, -1, -1]]])
    return table[colours][regions.labels]


# Reading.


def test_strokes_and_colours_are_told_apart():
    hints = clear()
    dab(hints, (20, 20), RED)
    dab(hints, (60, 20), RED)
    dab(hints, (100, 20), BLUE)
    cv2.line(hints, (10, 80), (150, 80), (*GREEN, 255), 3, cv2.LINE_AA)
    marks = marks_of(hints)
    assert marks.count == 4
    assert {tuple(c) for c in marks.colours.tolist()} == {RED, BLUE, GREEN}
    assert marks_of(clear()).count == 0


def test_hints_of_another_size_are_brought_to_the_drawing():
    hints = clear(60, 80)
    dab(hints, (20, 20), RED, 1)
    fitted, notes = fit_hints(hints, (160, 120))
    assert fitted.shape == (120, 160, 4)
    assert fitted[41, 41].tolist() == [*RED, 255]
    assert [note.kind for note in notes] == ["hints-resized"]


def test_hints_of_other_proportions_are_laid_on_and_what_hangs_over_is_told():
    hints = clear(200, 160)
    dab(hints, (20, 20), RED)
    dab(hints, (20, 180), BLUE)
    fitted, notes = fit_hints(hints, (160, 120))
    assert {tuple(c) for c in marks_of(fitted).colours.tolist()} == {RED}
    assert notes[0].kind == "hints-placed"
    assert notes[0].loss
    assert "outside" in notes[0].text


def test_white_of_opaque_hints_is_none_and_empty_hints_are_told():
    hints = np.full((120, 160, 3), 255, np.uint8)
    _, notes = fit_hints(hints, (160, 120))
    assert [note.kind for note in notes] == ["hints-opaque", "hints-empty"]
    cv2.circle(hints, (20, 20), 4, RED, -1)
    fitted, _ = fit_hints(hints, (160, 120))
    assert marks_of(fitted).colours.tolist() == [list(RED)]


def test_a_dot_of_one_pixel_outlives_shrinking():
    hints = clear(400, 400)
    hints[200:202, 100:102] = (*RED, 255)
    small = shrunk_hints(hints, 100, 100)
    assert (small[..., 3] > 0).sum() == 1
    assert small[50, 25].tolist() == [*RED, 255]


# Rooms.


def test_a_dot_colours_its_room_and_no_other():
    hints = clear()
    dab(hints, (40, 60), RED)
    colours = coloured(two_boxes(gap_px=6), hints)
    assert colours[30, 30].tolist() == list(RED)
    assert colours[100, 70].tolist() == list(RED)
    assert colours[30, 120].tolist() == [-1, -1, -1]
    assert colours[2, 2].tolist() == [-1, -1, -1]


def test_a_scribble_that_overshoots_does_not_colour_next_door():
    hints = clear()
    cv2.line(hints, (20, 60), (88, 60), (*RED, 255), 4)
    dab(hints, (130, 60), BLUE, 6)
    colours = coloured(two_boxes(), hints)
    assert colours[30, 30].tolist() == list(RED)
    assert colours[30, 90].tolist() == list(BLUE)
    assert colours[60, 86].tolist() == list(BLUE)


def test_two_colours_in_one_room_part_at_its_narrowest():
    ink = np.zeros((120, 160), np.uint8)
    cv2.rectangle(ink, (10, 10), (150, 110), 255, 2)
    cv2.line(ink, (80, 10), (80, 40), 255, 2)  # a neck of 40 px in the middle
    cv2.line(ink, (80, 80), (80, 110), 255, 2)
    hints = clear()
    dab(hints, (30, 30), RED)
    dab(hints, (120, 90), BLUE)
    colours = coloured(ink, hints, gap_px=4)
    assert colours[60, 60].tolist() == list(RED)
    assert colours[60, 100].tolist() == list(BLUE)
    neck = (colours[50:70, :, 0] == RED[0]).sum(axis=1)
    assert np.abs(neck - 80 + 11).max() < 14  # the border is near x = 80


def test_three_colours_in_one_room():
    hints = clear()
    for x, colour in ((30, RED), (80, BLUE), (130, GREEN)):
        dab(hints, (x, 60), colour)
    ink = np.zeros((120, 160), np.uint8)
    cv2.rectangle(ink, (4, 4), (155, 115), 255, 2)
    colours = coloured(ink, hints)
    for x, colour in ((12, RED), (80, BLUE), (148, GREEN)):
        assert colours[60, x].tolist() == list(colour)


def test_the_least_cut_is_the_least():
    # 0 - 1 - 2 - 3, the cheapest edge in the middle.
    side = least_cut(
        4, np.array([0, 1, 2]), np.array([1, 2, 3]), np.array([5.0, 1.0, 4.0]),
        np.array([0]), np.array([3]),
    )  # fmt: skip
    assert side.tolist() == [True, True, False, False]


def test_the_least_cut_of_a_random_graph_is_that_of_every_cut_tried():
    rng = np.random.default_rng(5)
    first, second = np.triu_indices(7, 1)
    cost = rng.integers(0, 9, len(first)).astype(float)
    side = least_cut(7, first, second, cost, np.array([0]), np.array([6]))
    best = min(
        cost[at[first] != at[second]].sum()
        for code in range(32)
        for at in [np.array([True, *((code >> k) & 1 == 1 for k in range(5)), False])]
    )
    assert cost[side[first] != side[second]].sum() == best


# Flats.


def test_flats_take_hints_then_the_painting():
    regions = find_regions(two_boxes())
    hints = np.full((regions.count, 3), -1)
    left = regions.labels[60, 40]
    hints[left] = RED
    painting = np.zeros((120, 160, 3), np.uint8)
    painting[:, 80:] = GREEN
    flats = colour_flats(regions, hints, painting=painting)
    picture = flats.picture()
    assert picture[60, 40].tolist() == list(RED)
    np.testing.assert_allclose(picture[60, 120].astype(int), GREEN, atol=2)
    assert flats.hinted[left]
    assert flats.hinted.sum() == 1


def test_flats_of_a_palette_use_its_colours_and_neighbours_differ():
    regions = find_regions(two_boxes())
    none = np.full((regions.count, 3), -1)
    palette = palette_named("sea")
    flats = colour_flats(regions, none, palette=palette)
    known = {tuple(c) for c in np.rint(palette[:, :3] * 255).astype(int).tolist()}
    assert {tuple(c) for c in flats.colours.tolist()} <= known
    assert flats.picture()[60, 40].tolist() != flats.picture()[60, 120].tolist()


def test_flats_of_their_own_hang_on_the_seed():
    regions = find_regions(two_boxes())
    none = np.full((regions.count, 3), -1)
    one, again, other = (colour_flats(regions, none, seed=s).colours for s in (1, 1, 2))
    np.testing.assert_array_equal(one, again)
    assert (one != other).any()
    assert len(np.unique(one, axis=0)) == regions.count


def test_palettes_have_eight_colours_and_unknown_ones_name_the_nearest():
    for name in PALETTES:
        assert palette_named(name).shape == (8, 4)
        assert palette_named(name)[:, 3].sum() == pytest.approx(1)
    with pytest.raises(InputError, match="night"):
        palette_named("nigth")


def test_hints_on_white_as_jpeg_have_no_specks():
    page = np.full((200, 300, 3), 255, np.uint8)
    cv2.circle(page, (60, 60), 9, (200, 30, 30), -1)
    cv2.circle(page, (220, 120), 9, (20, 60, 200), -1)
    _, data = cv2.imencode(".jpg", page[..., ::-1], [cv2.IMWRITE_JPEG_QUALITY, 60])
    jpeg = cv2.imdecode(data, cv2.IMREAD_COLOR)[..., ::-1]
    hints, notes = fit_hints(jpeg, (300, 200))
    assert "hints-opaque" in {note.kind for note in notes}
    seen = hints[..., 3] > 0
    near = np.zeros(seen.shape, np.uint8)
    for place in ((60, 60), (220, 120)):
        cv2.circle(near, place, 18, 1, -1)
    assert not (seen & (near == 0)).any()
    assert seen.sum() > 350


def test_a_soft_brush_counts():
    hints = np.zeros((20, 30, 4), np.uint8)
    hints[5:12, 5:12] = (200, 40, 40, 60)
    assert marks_of(hints).count == 1
