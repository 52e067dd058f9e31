"""Camera paths: rows of numbers in, a gentle way through them out."""

from __future__ import annotations

import json
from fractions import Fraction
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from paintreel.drawing.camera import MOVES, CameraPath, CameraView, named_move, read_path
from paintreel.errors import InputError, UnreadableFile

RATE = Fraction(24)


def test_a_view_moves_and_grows_by_depth():
    view = CameraView(0.1, -0.04, 1.25)
    assert view.shift(0.0) == (0.1, -0.04)
    assert view.shift(0.5) == (0.05, -0.02)
    assert view.shift(1.0) == (0.0, 0.0)
    assert view.scale(0.0) == pytest.approx(1.25)
    assert view.scale(1.0) == 1.0
    # A camera that goes forward: 1 / scale falls evenly with nearness.
    assert 1 / view.scale(0.5) == pytest.approx((1 + 1 / 1.25) / 2)


def test_the_way_goes_through_its_rows_and_never_beyond_two_of_them():
    rows = [[0, 0, 0, 1], [1, 0.1, 0, 1], [1.5, 0.1, 0.05, 1.3], [4, -0.2, 0, 1.1]]
    path = CameraPath(rows)
    for t, x, y, zoom in rows:
        assert (path.at(t).x, path.at(t).y) == pytest.approx((x, y))
        assert path.at(t).zoom == pytest.approx(zoom)
    for (t0, *a), (t1, *b) in pairwise(rows):
        for t in np.linspace(t0, t1, 40):
            view = path.at(t)
            for got, one, other in zip((view.x, view.y, view.zoom), a, b, strict=True):
                assert min(one, other) - 1e-9 <= got <= max(one, other) + 1e-9


def test_it_starts_and_stops_gently_and_stands_before_and_after():
    path = CameraPath([[1, -0.1, 0, 1], [3, 0.1, 0, 1], [5, 0.2, 0, 1]])
    x = np.array([path.at(t).x for t in np.arange(0, 6.001, 0.01)])
    speed = np.diff(x) / 0.01
    assert (speed[:99] == 0).all()
    assert (speed[-99:] == 0).all()
    assert np.abs(np.diff(speed)).max() < 0.005  # no jerk
    assert speed.min() >= 0
    assert speed[150:380].min() > 0.03  # goes through the row in the middle without a stop


@pytest.mark.parametrize("name", MOVES)
def test_moves_by_name_end_on_the_last_frame(name):
    path = named_move(name, 2.0)
    views = list(path.views(RATE))
    assert len(views) == path.count(RATE) == 48
    first, last = MOVES[name]
    assert (views[0].x, views[0].y, views[0].zoom) == pytest.approx(first)
    assert (views[-1].x, views[-1].y, views[-1].zoom) == pytest.approx(last)


def test_a_path_lasts_until_its_last_row_and_the_last_frame_shows_it():
    path = CameraPath([[0, 0, 0, 1], [1, 0.1, 0, 1], [4.0, 0.04, 0, 1.2]])
    views = list(path.views(RATE))
    assert len(views) == path.count(RATE) == 96
    assert views[0] == CameraView()
    assert views[-1] == CameraView(0.04, 0.0, 1.2)
    # What lies between is on time to less than a frame.
    assert max(range(96), key=lambda i: views[i].x) in (23, 24)


def test_without_ease_it_goes_at_one_speed():
    path = named_move("right", 2.0, "none")
    x = np.array([view.x for view in path.views(RATE)])
    np.testing.assert_allclose(np.diff(x), 0.1 / 47)
    assert (x[0], x[-1]) == pytest.approx((-0.05, 0.05))
    smooth = np.array([view.x for view in named_move("right", 2.0).views(RATE)])
    assert np.diff(smooth)[0] < 0.1 * np.diff(x)[0]
    bent = CameraPath([[0, 0, 0, 1], [1, 0.1, 0, 1], [2, 0.1, 0.2, 1]], "none")
    assert bent.at(0.5) == CameraView(0.05, 0.0, 1.0)
    assert bent.at(1.5) == CameraView(0.1, 0.1, 1.0)
    with pytest.raises(InputError, match="ease is 'slow', expected smooth or none"):
        CameraPath([[0, 0, 0, 1], [1, 0, 0, 1]], "slow")


def test_right_is_where_the_camera_goes():
    right, left = (named_move(name, 1) for name in ("right", "left"))
    assert right.at(0).x < right.at(1).x
    assert left.at(0).x > left.at(1).x
    assert named_move("in", 1).at(1).zoom > 1


def test_the_margin_is_what_the_move_shows_beyond():
    assert named_move("in", 3).margin_px((1000, 600), RATE) == (0, 0)
    assert named_move("right", 3).margin_px((1000, 600), RATE) == (54, 0)
    # Going near, the frame shows less: a tenth of the width less on each side at 1.25.
    near = CameraPath([[0, 0.1, 0, 1.25], [1, 0.1, 0, 1.25]])
    assert near.margin_px((1000, 600), RATE) == (0, 0)
    back = CameraPath([[0, 0, 0, 1], [1, 0, 0, 0.8]])
    assert back.margin_px((1000, 600), RATE) == (129, 79)


def test_a_file_of_rows(tmp_path: Path):
    file = tmp_path / "path.json"
    file.write_text("[[0, 0, 0, 1], [2.5, 0.04, -0.01, 1.2]]")
    path = read_path(file)
    assert path.end_s == 2.5
    assert path.at(2.5) == CameraView(0.04, -0.01, 1.2)


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        ([], "a list of two or more"),
        ([[0, 0, 0, 1]], "a list of two or more"),
        ({"t": 0}, "a list of two or more"),
        ("left", "a list of two or more"),
        ([[0, 0, 0, 1], [1, 0, 0]], r"row 2 of the camera path is \[1, 0, 0\]"),
        ([[0, 0, 0, 1], 7], "row 2 of the camera path is 7"),
        ([[0, 0, 0, 1], [1, "a", 0, 1]], "row 2 of the camera path has x 'a'"),
        ([[0, 0, 0, 1], [1, None, 0, 1]], "has x None"),
        ([[0, 0, 0, True], [1, 0, 0, 1]], "row 1 of the camera path has zoom True"),
        ([[0, 0, 0, 1], [1, 0.51, 0, 1]], r"has x 0.51, expected -0.5 to 0.5"),
        ([[0, 0, 0, 1], [1, 0, 0, 0.4]], r"has zoom 0.4, expected 0.5 to 4"),
        ([[0, 0, 0, 1], [1, 0, 0, float("nan")]], "has zoom nan"),
        ([[0, 0, 0, 1], [601, 0, 0, 1]], "has t_s 601, expected 0 to 600"),
        ([[-1, 0, 0, 1], [1, 0, 0, 1]], "has t_s -1"),
        ([[0, 0, 0, 1], [0, 0, 0, 1]], "row 2 of the camera path is at 0 s, expected after"),
        ([[0, 0, 0, 1], [2, 0, 0, 1], [1, 0, 0, 1]], "row 3 of the camera path is at 1 s"),
    ],
)
def test_rows_that_are_none(rows, message: str, tmp_path: Path):
    with pytest.raises(InputError, match=message):
        CameraPath(rows)
    file = tmp_path / "path.json"
    file.write_text(json.dumps(rows))
    with pytest.raises(InputError, match=r"path\.json: "):
        read_path(file)


def test_files_that_are_none(tmp_path: Path):
    with pytest.raises(UnreadableFile, match=r"none\.json"):
        read_path(tmp_path / "none.json")
    for name, data, message in (
        ("words.json", b"left", "is no JSON"),
        ("deep.json", b"[" * 100_000, "is no JSON"),
        ("bytes.json", b"\xff\xfe\x00[", "is no JSON"),
    ):
        (tmp_path / name).write_bytes(data)
        with pytest.raises(InputError, match=message):
            read_path(tmp_path / name)
    (tmp_path / "big.json").write_bytes(b" " * (1 << 20) + b"[]")
    with pytest.raises(InputError, match="more than 1,048,576 bytes"):
        read_path(tmp_path / "big.json")


@pytest.mark.parametrize(("name", "seconds"), [("up", 1), ("in", 0), ("in", 601), ("in", "3")])
def test_moves_that_are_none(name, seconds):
    with pytest.raises(InputError, match="expected"):
        named_move(name, seconds)
