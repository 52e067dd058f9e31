"""Shots through scenes: frames from a word, from layers that are there, and as files."""

from __future__ import annotations

import itertools
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

import paintreel
from paintreel.drawing.layers import LayerStack
from paintreel.errors import InputError, UnreadableFile
from paintreel.scene.parallax import camera_path, parallax
from paintreel.worlds import MAX_SIZE_PX

ROWS = [[0, 0, 0, 1], [1, 0, 0, 1]]
GRBM = {"method": "grbm", "size": (160, 90)}


def test_frames_come_one_by_one_of_the_size_that_is_asked_for():
    frames = parallax("open land", seed=2, seconds=0.5, fps=10, **GRBM)
    first = next(frames)
    assert (first.shape, first.dtype) == ((90, 160, 3), np.uint8)
    rest = list(frames)
    assert len(rest) == 4
    assert np.abs(rest[-1].astype(int) - first).mean() > 3


def test_layers_that_are_there_are_moved_by_depth():
    """Seen at the start and the end of a pan, the ground has moved and the sky has not."""
    stack = paintreel.scene("open land", seed=2, layers=True, margin=20, **GRBM)
    assert isinstance(stack, LayerStack)
    assert (stack.size_px, stack.margin_px) == ((160, 90), (20, 20))
    assert (stack.layers[0].name, stack.layers[0].depth) == ("sky", 1.0)
    rows = [[0, -0.1, 0, 1], [1, 0.1, 0, 1]]
    first, *_, last = parallax(stack, move=rows, fps=5)
    sky = np.s_[:8, :60]
    assert np.abs(first[sky].astype(int) - last[sky]).mean() < 1
    # The verge at depth 0.05 has gone 0.95 fifths of the width, 30.4 px, to the left.
    ground = np.s_[82:, 40:150]
    off = [
        np.abs(first[ground].astype(int) - np.roll(last, shift, axis=1)[ground]).mean()
        for shift in range(60)
    ]
    assert np.argmin(off) == 30


def test_a_word_and_its_layers_give_the_same_frames():
    path = camera_path("in", 0.4)
    from_word = list(parallax("forest", seed=1, move=path, fps=10, **GRBM))
    stack = paintreel.scene("forest", seed=1, layers=True, **GRBM)
    for one, other in zip(from_word, parallax(stack, move=path, fps=10), strict=True):
        np.testing.assert_array_equal(one, other)


def test_the_margin_is_found_from_the_move(monkeypatch):
    from paintreel.scene import parallax as module

    seen = []
    drawn = module.draw_scene
    monkeypatch.setattr(
        module, "draw_scene", lambda *a, **k: seen.append(k["margin_px"]) or drawn(*a, **k)
    )
    parallax("water", move="right", seconds=1, **GRBM)
    parallax("water", move="out", seconds=1, **GRBM)
    assert seen == [(12, 0), (0, 0)]


def test_what_is_wrong_raises_at_the_call(tmp_path: Path):
    stack = paintreel.scene("water", layers=True, margin=4, **GRBM)
    for arguments, message in (
        ({"category": stack}, "the layers have a margin of 4 px at the sides and 4 px above"),
        ({"category": "watr"}, "did you mean 'water'"),
        (
            {"category": stack, "move": "up"},
            "move is 'up', expected left, right, in, out",
        ),
        ({"category": stack, "move": [[0, 0, 0, 1]]}, "a list of two or more"),
        (
            {"category": stack, "move": ROWS, "seconds": 3},
            "times of its own",
        ),
        ({"category": stack, "fps": 0}, "fps is 0"),
        ({"category": stack, "seconds": -1}, "seconds is -1"),
    ):
        with pytest.raises(InputError, match=message):
            parallax(**arguments)
    with pytest.raises(UnreadableFile, match=r"none\.json"):
        parallax(stack, move=tmp_path / "none.json")


@pytest.mark.parametrize("keyword", ["layers", "margin"])
def test_a_rough_has_none(keyword):
    rough = np.zeros((32, 32, 3), np.uint8)
    with pytest.raises(InputError, match=f"{keyword} is for scenes made from a word"):
        paintreel.scene(rough=rough, **{keyword: 1})


def test_a_flat_scene_with_a_margin():
    bare = np.asarray(paintreel.scene("settlement", seed=5, **GRBM))
    wide = np.asarray(paintreel.scene("settlement", seed=5, margin=24, **GRBM))
    assert wide.shape == (90 + 48, 160 + 48, 3)
    off = np.abs(wide[24:-24, 24:-24].astype(int) - bare)
    assert off.mean() < 0.5


def test_a_painted_scene_is_the_same_in_its_margin():
    """With the bundled network, which sees a little beyond the edge of the picture."""
    settings = {"seed": 3, "size": (320, 180), "backend": "onnxruntime"}
    bare = np.asarray(paintreel.scene("medieval castle", **settings)).astype(int)
    wide = np.asarray(paintreel.scene("medieval castle", margin=32, **settings))
    off = np.abs(wide[32:-32, 32:-32] - bare)
    assert off.mean() < 1
    assert off[24:-24, 24:-24].mean() < 0.2


def test_the_widest_scene_leaves_room_for_a_move():
    path = camera_path("right", 1)
    across, down = path.margin_px(MAX_SIZE_PX, Fraction(24))
    assert (MAX_SIZE_PX[0] + 2 * across) * (MAX_SIZE_PX[1] + 2 * down) < 16_000_000


def test_no_frame_of_any_move_shows_an_edge():
    """Of every move: the frames of white layers are white."""
    for move in ("left", "right", "in", "out", [[0, 0.1, -0.1, 0.9], [1, -0.1, 0.1, 1.2]]):
        rate = Fraction(6)
        path = camera_path(move, 1 if isinstance(move, str) else None)
        across, down = path.margin_px((96, 54), rate)
        white = np.full((54 + 2 * down, 96 + 2 * across, 4), 255, np.uint8)
        stack = paintreel.scene("water", layers=True, method="grbm", size=(96, 54))
        layers = [layer.__class__(layer.name, white, layer.depth) for layer in stack.layers]
        frames = parallax(LayerStack(tuple(layers), (across, down)), move=path, fps=rate)
        assert min(frame.min() for frame in itertools.islice(frames, 99)) == 255
