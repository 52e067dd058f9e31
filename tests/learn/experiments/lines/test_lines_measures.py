"""Measures, goals and curves of the experiment on lines and colour, on answers made by hand."""

from __future__ import annotations

import numpy as np
import pytest

from paintreel.learn.data.line_trials import Trial, image_loss, image_psnr
from paintreel.learn.experiments.lines.answering import filled_rooms, nearest_hint
from paintreel.learn.experiments.lines.asked import held_camera
from paintreel.learn.experiments.lines.conditions import CONDITIONS, RULES, task_of
from paintreel.learn.experiments.lines.goals import Goal, goals_of
from paintreel.learn.experiments.lines.leaks import fill_leaks, hint_leak
from paintreel.learn.experiments.lines.results import LinesResults
from paintreel.learn.experiments.lines.scoring import _region_error, direction_of
from paintreel.learn.experiments.lines.settings import SETTINGS
from paintreel.learn.experiments.lines.training import settings_of
from paintreel.learn.models.drawing_tasks import COLORIZE, LINEART, TASKS
from paintreel.roughs.drawing_planes import colorize_planes, condition_of, lineart_planes
from paintreel.roughs.labels import one_hot


def colour_question(truth, ink=None, hints=None, given="hints_20"):
    """A trial of (H, W, 3) colours."""
    ink = np.zeros(truth.shape[:2], np.float32) if ink is None else ink
    condition = condition_of(None, one_hot(None, COLORIZE.labels))
    planes = colorize_planes(ink, hints)
    colours = truth.transpose(2, 0, 1).astype(np.float32)
    return Trial("a", "panels", "g", COLORIZE, given, planes, condition, colours)


def test_image_loss_looks_at_what_lines_leave_bare():
    truth, ink = np.zeros((4, 4, 3)), np.zeros((4, 4), np.float32)
    ink[:, :2] = 1
    trial = colour_question(truth, ink)
    answer = np.zeros((3, 4, 4), np.float32)
    answer[:, :, :2] = 1
    assert image_loss(answer, trial) < 0.01
    answer = np.full((3, 4, 4), 0.1, np.float32)
    assert image_loss(answer, trial) == pytest.approx(0.1, abs=1e-4)
    assert image_psnr(answer, trial) == pytest.approx(20, abs=0.01)
    assert image_psnr(trial.truth, trial) == 60


def test_image_loss_of_lines():
    planes = lineart_planes(np.zeros((4, 4, 3), np.float32), 0.5, 0.5, clean=False)
    trial = Trial("a", "own", "g", LINEART, "", planes, None, np.zeros((1, 4, 4), np.float32))
    assert image_loss(np.full((1, 4, 4), 0.25, np.float32), trial) == pytest.approx(0.25)
    given, answer, truth = trial.shown(np.ones((1, 4, 4), np.float32))
    assert (given == 0).all()
    assert (answer == 0).all()
    assert (truth == 1).all()


def test_colour_of_regions():
    truth = np.zeros((8, 8, 3))
    truth[:, 4:] = 0.5
    regions = np.ones((8, 8), np.int32)
    regions[:, 4:] = 2
    trial = colour_question(truth)
    assert _region_error(trial.truth, trial, regions) == pytest.approx(0, abs=1e-6)
    noisy = trial.truth + np.random.default_rng(0).normal(0, 0.02, trial.truth.shape)
    assert _region_error(noisy, trial, regions) < 2
    wrong = trial.truth.copy()
    wrong[:, :, 4:] = 1
    assert _region_error(wrong, trial, regions) > 10


@pytest.mark.parametrize(("reach", "leak"), [(4, 0.0), (8, 0.5)])
def test_leak_is_what_a_hint_changes_elsewhere(reach, leak):
    """The hint in the left half colours `reach` columns."""
    hints = np.zeros((8, 8, 4), np.float32)
    hints[4, 1] = (0.9, 0.2, 0.1, 1)
    trial = colour_question(np.zeros((8, 8, 3)), hints=hints)
    regions = np.ones((8, 8), np.int32)
    regions[:, 4:] = 2

    def answer(asked):
        colours = np.zeros((3, 8, 8), np.float32)
        colours[:, :, :reach] = asked.planes[1:4, 4, 1][:, None, None]
        return colours

    assert hint_leak(answer(trial), trial, regions, answer) == pytest.approx(leak)
    assert hint_leak(answer(trial), trial, 3 - regions, answer) is None  # no hint in that region


def test_the_nearest_hint():
    hints = np.zeros((4, 8, 4), np.float32)
    hints[1, 1] = (1, 0, 0, 1)
    hints[1, 6] = (0, 0, 1, 0.6)
    filled = nearest_hint(colour_question(np.zeros((4, 8, 3)), hints=hints))
    np.testing.assert_allclose(filled[:, 3, 0], [1, 0, 0])
    np.testing.assert_allclose(filled[:, 0, 7], [0, 0, 1])
    assert (nearest_hint(colour_question(np.zeros((4, 8, 3)))) == 1).all()


def two_rooms():
    """Lines of a wall between two rooms, and the regions left and right of it."""
    ink = np.zeros((96, 96), np.float32)
    ink[:, 47:49] = 1
    regions = np.ones((96, 96), np.int32)
    regions[:, 48:] = 2
    return ink, regions


def test_rooms_take_the_colour_of_their_hint():
    ink, _regions = two_rooms()
    hints = np.zeros((96, 96, 4), np.float32)
    hints[40:46, 40:46] = (1, 0, 0, 1)
    hints[40:46, 80:86] = (0, 0, 1, 1)
    filled = filled_rooms(colour_question(np.zeros((96, 96, 3)), ink, hints))
    np.testing.assert_allclose(filled[:, 10, 10], [1, 0, 0])
    np.testing.assert_allclose(filled[:, 90, 52], [0, 0, 1])  # nearer to the red one
    assert (filled_rooms(colour_question(np.zeros((96, 96, 3)), ink)) == 1).all()


def test_a_fill_that_closes_gaps_leaks_less():
    ink, regions = two_rooms()
    found = fill_leaks(colour_question(np.zeros((96, 96, 3)), ink), regions)
    assert found["fill_leak"] < 0.02
    assert found["fill_leak_open"] > 0.3
    assert fill_leaks(colour_question(np.zeros((96, 96, 3))), regions) == {}


def test_a_held_camera_shakes_and_does_not_wander():
    picture = np.random.default_rng(1).random((40, 40, 3)).astype(np.float32)
    frames = held_camera(picture, np.random.default_rng(0))
    assert len(frames) == 8
    assert all(frame.dtype == np.float32 for frame in frames)
    assert np.abs(np.mean(frames, axis=0) - picture).mean() < 0.1
    assert np.abs(frames[0] - frames[1]).mean() > 0.005


def test_conditions():
    assert {task_of(condition) for condition in CONDITIONS.values()} == set(TASKS)
    assert {c.system for n, c in CONDITIONS.items() if n.startswith("lineart_")} >= {
        *RULES["lineart"],
        "lineart",
    }


@pytest.mark.parametrize("name", [n for n, c in CONDITIONS.items() if c.system in TASKS])
def test_all_networks_of_a_task_see_the_same(name):
    """A condition changes the network and its terms, never the data, the batch or the seed."""
    settings = settings_of(CONDITIONS[name], SETTINGS["light"], 7, 0)
    full = settings_of(CONDITIONS[task_of(CONDITIONS[name])], SETTINGS["light"], 7, 0)
    assert settings.pairs == full.pairs
    assert settings.batch == full.batch
    assert settings.seed == full.seed == 7000
    assert settings.preset == full.preset


def record(scores, **facts):
    return {0: {"scores": scores, "sets": {}, "source": {}, **facts}}


def test_goals():
    pictures = [f"worlds/{i}" for i in range(12)]
    ours = {p: 0.9 + 0.001 * i for i, p in enumerate(pictures)}
    rule = {p: 0.7 + 0.002 * i for i, p in enumerate(pictures)}
    results = LinesResults(
        {
            "lineart": record({"f1": ours, "psnr": dict.fromkeys(pictures, 20.0)}),
            "lineart_canny": record({"f1": rule}),
            "lineart_bundled": record({}),
            "colorize": record({"loss:none": {"panels/a": 0.2}, "loss:palette": {"panels/a": 0.1}}),
        }
    )
    goals = {goal.text: goal for goal in goals_of(results)}
    assert goals["F1 at 2 px, worlds (lineart)"].is_met
    lead = goals["F1 above canny, worlds and avatars"]
    assert lead.ours == pytest.approx(0.1945)
    assert lead.p < 1e-6
    assert lead.is_met
    assert not goals["image loss on panels, none (colorize)"].is_met
    assert goals["image loss on panels, palette (colorize)"].is_met
    assert "image loss on panels, hints_20 (colorize)" not in goals
    assert not Goal("", 1.0, 0.5, True, p=0.2).is_met


def test_directions():
    assert direction_of("psnr:none") == direction_of("f1") == 1
    assert direction_of("loss:palette") == direction_of("region:none") == direction_of("leak") == -1
