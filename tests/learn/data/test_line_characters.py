"""Characters as pairs: exact, the same again, and no character in two parts."""

import itertools

import cv2
import numpy as np
import pytest

from paintreel.learn.data import line_packing
from paintreel.learn.data.line_characters import characters
from paintreel.learn.data.line_marks import LEVELS, SOLID
from paintreel.learn.data.line_packing import write_pack
from paintreel.learn.data.line_pairs import load_pack

COUNTS = {"training": 2, "development": 1, "test": 1}


@pytest.fixture(scope="module")
def drawn():
    return [job() for job in characters(COUNTS, 0)]


def test_lines_flats_and_drawing_lie_on_each_other(drawn):
    for pair in drawn:
        assert pair.finished.shape == pair.flats.shape == (*pair.marks.shape, 3)
        assert set(np.unique(pair.marks)) <= {0, LEVELS, SOLID}
        lines = pair.marks == LEVELS
        assert 0.01 < lines.mean() < 0.2
        # Ink is darker than what is under it; where there is none near, the two are alike.
        luma = [
            cv2.cvtColor(each, cv2.COLOR_RGB2GRAY).astype(float)
            for each in (pair.finished, pair.flats)
        ]
        darker = luma[1] - luma[0]
        far = cv2.dilate((pair.marks > 0).astype(np.uint8), np.ones((7, 7))) == 0
        assert darker[lines].mean() > 25
        assert darker[lines].mean() > darker[far].mean() + 15
        # Flat: most of it is of few colours; edges of brows and the like have those between.
        _, counts = np.unique(pair.flats[far], axis=0, return_counts=True)
        assert np.sort(counts)[-24:].sum() > 0.97 * counts.sum()


def test_the_ground_is_that_of_both(drawn):
    assert all(np.array_equal(pair.finished[0, 0], pair.flats[0, 0]) for pair in drawn)


def test_parts_have_characters_of_their_own(drawn):
    assert len({pair.name for pair in drawn}) == 4
    groups = {part: {p.group for p in drawn if p.split == part} for part in COUNTS}
    assert all(not one & other for one, other in itertools.combinations(groups.values(), 2))


def test_the_same_seed_draws_the_same(drawn):
    again = next(iter(characters(COUNTS, 0)))()
    assert np.array_equal(again.finished, drawn[0].finished)
    assert np.array_equal(again.marks, drawn[0].marks)


def test_a_pack_holds_them_for_both_trainings(drawn, tmp_path):
    jobs = [lambda pair=pair: pair for pair in drawn]
    write_pack(tmp_path, {"characters": jobs}, seed=0)
    pairs = load_pack(tmp_path)
    assert {pair.source for pair in pairs} == {"characters"}
    assert all(pair.exact and pair.coloured for pair in pairs)
    assert np.array_equal(pairs[0].marks, drawn[0].marks)
    close = np.abs(pairs[0].colours.astype(int) - drawn[0].flats)
    assert close.mean() < 4  # WebP


def test_the_usual_pack_stays_what_the_networks_learnt_from():
    assert "characters" in line_packing.CREDITS
    assert "characters" not in line_packing.USUAL
