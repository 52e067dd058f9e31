"""Bands of shares, and the strip of classes from left to right."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image

from paintreel.pictures.bands import stacked_bands
from paintreel.pictures.class_colours import UNKNOWN, colours_of
from paintreel.pictures.class_strip import ClassStrip, draw_class_strip
from paintreel.runtime.emotions import EMOTIONS
from paintreel.worlds.categories import LABELS


def test_bands_are_as_high_as_their_shares_with_smooth_edges():
    black, white = (0, 0, 0), (255, 255, 255)
    bands = stacked_bands(np.array([[0.25, 0.75], [0.55, 0.45]]), np.array([black, white]), 10)
    assert bands[:, 0, 0].tolist() == [0, 0, 128, *[255] * 7]  # 2.5 rows of black
    assert bands[:, 1, 0].tolist() == [0] * 5 + [128] + [255] * 4


def test_shares_that_do_not_add_up_to_one_fill_the_column_all_the_same():
    bands = stacked_bands(np.array([[1.0, 1.0]]), np.array([(0, 0, 0), (200, 0, 0)]), 4)
    assert bands[:, 0, 0].tolist() == [0, 0, 200, 200]


def strip(flows=(), familiar=(True, True, True)) -> ClassStrip:
    return ClassStrip(
        labels=("calm", "fear"),
        starts=np.array([0.0, 1.0, 2.0]),
        end=4.0,
        shares=np.array([[1.0, 0.0], [0.0, 1.0], [0.0, 1.0]]),
        familiar=np.array(familiar),
        flows=flows,
    )


def drawn(of: ClassStrip) -> np.ndarray:
    page = Image.new("RGB", (400, 120), "white")
    draw_class_strip(page, of, left=0, top=0, width=400, ribbon_px=20, area_px=100, text_px=12)
    return np.asarray(page)


def test_the_ribbon_shows_the_likeliest_class_for_as_long_as_it_lasts():
    row = drawn(strip())[10]
    colours = colours_of(["calm", "fear"])
    assert {tuple(c) for c in row[:100].tolist()} == {colours["calm"]}
    assert {tuple(c) for c in row[100:].tolist()} == {colours["fear"]}


def test_what_is_not_familiar_is_grey():
    page = drawn(strip(familiar=(True, False, True)))
    assert {tuple(c) for c in page[10, 100:200].tolist()} == {UNKNOWN}
    assert page[40:, 110:190].astype(int).std(axis=(0, 1)).max() < 1  # no class is named there


def test_shares_flow_within_a_clip_and_step_between_pictures():
    stepping, _ = strip().at_columns(400)
    flowing, _ = strip(flows=[(0, 3)]).at_columns(400)
    assert set(np.unique(stepping[:, 0])) == {0.0, 1.0}
    assert flowing[99, 0] == pytest.approx(0.5, abs=0.01)  # half way from 0.5 to 1.5
    assert flowing.sum(axis=1) == pytest.approx(1)


def test_every_emotion_and_place_has_a_colour_of_its_own():
    colours = colours_of([*EMOTIONS, *LABELS])
    assert len(set(colours.values())) == len(colours)
    others = colours_of([f"other {i}" for i in range(3)]).values()
    assert not set(others) & set(colours.values())
