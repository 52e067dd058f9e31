"""Held-out drawings as questions, and what training shows for the same."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from paintreel.learn.data.line_pairs import open_pairs
from paintreel.learn.data.line_trials import (
    FIVE,
    GIVEN,
    NONE,
    PALETTE,
    TWENTY,
    colour_trial,
    line_trial,
    measure_trials,
    trials_of,
)
from paintreel.learn.models.drawing_tasks import COLORIZE, LINEART
from paintreel.roughs.drawing_planes import PALETTE_VALUES, palette_of


@pytest.fixture(scope="module")
def pairs(tmp_path_factory):
    """Four pictures of six coloured squares each, and their lines."""
    folder = tmp_path_factory.mktemp("squares")
    for seed in range(4):
        chance = np.random.default_rng(seed)
        picture = np.zeros((120, 180, 3), np.uint8)
        lines = np.full((120, 180, 3), 255, np.uint8)
        for row in range(2):
            for column in range(3):
                place = (column * 60, row * 60, column * 60 + 59, row * 60 + 59)
                colour = chance.integers(40, 256, 3).tolist()
                cv2.rectangle(picture, place[:2], place[2:], colour, -1)
                cv2.rectangle(lines, place[:2], place[2:], (0, 0, 0), 2)
        cv2.imwrite(str(folder / f"{seed}.png"), picture)
        cv2.imwrite(str(folder / f"{seed}.lines.png"), lines)
    return open_pairs(folder)


def test_lines(pairs):
    trial = line_trial(pairs[0], weight=0.3, detail=0.8)
    assert trial.planes.shape == (6, 112, 176)
    np.testing.assert_allclose(trial.planes[:3, 30, 30] * 255, pairs[0].finished[30, 30])
    assert trial.planes[3:, 0, 0].tolist() == pytest.approx([0.3, 0.8, 0])
    np.testing.assert_allclose(
        trial.truth[0] * 255, pairs[0].drawn(0.3, 0.8)[:112, :176], atol=1e-3
    )
    assert trial.condition is None


@pytest.mark.parametrize("given", GIVEN)
def test_colours(pairs, given):
    trial = colour_trial(pairs[0], given, side_px=96)
    assert trial.planes.shape == (COLORIZE.c_in, 96, 96)
    assert trial.truth.shape == (3, 96, 96)
    assert trial.condition.shape == (1, COLORIZE.condition)
    hinted = trial.planes[4] > 0
    assert hinted.any() == (given in (FIVE, TWENTY))
    palette = trial.condition[0, :PALETTE_VALUES]
    if given == PALETTE:
        known = palette_of(pairs[0].finished)
        np.testing.assert_allclose(palette[: known.size], known.ravel())
        assert palette[-1] == 1
    else:
        assert (palette == 0).all()


def test_hints_have_the_colours_of_their_regions(pairs):
    trial = colour_trial(pairs[1], TWENTY, side_px=96)
    count, labels = cv2.connectedComponents((trial.planes[4] > 0.99).astype(np.uint8))
    assert count - 1 == 6
    for number in range(1, count):
        inside = labels == number
        asked, true = (x[:, inside].mean(axis=1) for x in (trial.planes[1:4], trial.truth))
        np.testing.assert_allclose(asked, true, atol=0.02)
    fewer, _ = cv2.connectedComponents(
        (colour_trial(pairs[1], FIVE, side_px=96).planes[4] > 0.99).astype(np.uint8)
    )
    assert fewer - 1 == 5


def test_questions_are_spread_over_all(pairs):
    lines = trials_of(LINEART, pairs, count=2)
    assert [trial.name for trial in lines] == ["0.png", "3.png"]
    colours = trials_of(COLORIZE, pairs, count=2)
    assert [trial.given for trial in colours] == [NONE, PALETTE, TWENTY] * 2


def test_the_right_answer_has_no_loss(pairs):
    lines = trials_of(LINEART, pairs, count=4)
    right = {trial.planes.tobytes(): trial.truth for trial in lines}
    found = measure_trials(lines, lambda planes, _known: right[planes[0].tobytes()][None])
    assert found == {"f1_own": 1.0, "loss": 0.0}
    blank = measure_trials(lines, lambda planes, _known: np.zeros_like(planes[:, :1]))
    assert blank["f1_own"] == 0
    assert blank["loss"] > 0.01
    colours = trials_of(COLORIZE, pairs, count=4)
    grey = measure_trials(colours, lambda planes, _known: np.full_like(planes[:, :3], 0.5))
    assert grey.keys() == {f"loss_{given}" for given in (NONE, PALETTE, TWENTY)}
    assert grey["loss_none"] == grey["loss_palette"] > 0.1


def test_what_is_shown(pairs):
    trial = colour_trial(pairs[0], TWENTY, side_px=96)
    given, answer, truth = trial.shown(trial.truth)
    assert given.shape == answer.shape == truth.shape == (96, 96, 3)
    np.testing.assert_array_equal(answer, truth)
    assert (truth[trial.ink > 0.99] < 0.02).all()
    bare = (trial.ink < 0.01) & (trial.planes[4] == 0)
    np.testing.assert_allclose(given[bare], 1, atol=0.02)
