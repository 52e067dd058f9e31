from __future__ import annotations

import cv2
import numpy as np
import pytest

from paintreel.errors import InputError
from paintreel.media.motion import _pulled, sketch
from paintreel.media.steadier import Steadier, check_steady
from paintreel.metrics import warping_error


def scene(size: int = 160) -> np.ndarray:
    """Smooth shapes that optical flow can follow."""
    rng = np.random.default_rng(4)
    coarse = rng.integers(0, 256, (size // 16, size // 16, 3), np.uint8)
    return cv2.resize(coarse, (size, size), interpolation=cv2.INTER_CUBIC)


def panned(picture: np.ndarray, count: int = 6, step_px: int = 2) -> list[np.ndarray]:
    return [np.ascontiguousarray(picture[16:112, 8 + k * step_px :][:, :112]) for k in range(count)]


def flickering(frames: list[np.ndarray], amount: float = 20) -> list[np.ndarray]:
    """Paint that swings up and down from frame to frame."""
    swing = [amount if k % 2 else -amount for k in range(len(frames))]
    return [
        np.clip(128 + (frame.astype(float) - 128) * 0.7 + by, 0, 255).astype(np.uint8)
        for frame, by in zip(frames, swing, strict=True)
    ]


@pytest.mark.parametrize("step_px", [0, 2])
def test_flicker_is_held_along_the_motion(step_px):
    source = panned(scene(), step_px=step_px)
    painted = flickering(source)
    steadier = Steadier(0.65)
    held = [steadier(a, b) for a, b in zip(source, painted, strict=True)]
    before = warping_error(painted, source).error
    after = warping_error(held[2:], source[2:]).error
    assert after < 0.2 * before


def test_steady_paint_stays_as_it_is():
    source = panned(scene())
    painted = flickering(source, 0)
    steadier = Steadier(0.65)
    held = [steadier(a, b) for a, b in zip(source, painted, strict=True)]
    inner = (slice(8, -8), slice(8, -24))  # what comes in at the right is new
    assert np.abs(held[-1][inner].astype(int) - painted[-1][inner]).mean() < 1.5


def test_a_cut_keeps_nothing_of_the_old_paint():
    first, second = scene()[:96, :96], 255 - scene()[:96, :96]
    steadier = Steadier(0.65)
    steadier(first, np.full_like(first, 0))
    after = steadier(second, np.full_like(second, 200))
    assert np.mean(after > 190) > 0.9


def test_what_moves_by_itself_leaves_no_ghost():
    """A dark disc that jumps: where it was, the paint is new at once."""
    background = np.full((96, 160, 3), 180, np.uint8)
    one, two = background.copy(), background.copy()
    cv2.circle(one, (40, 48), 14, (20, 20, 20), -1)
    cv2.circle(two, (110, 48), 14, (20, 20, 20), -1)
    steadier = Steadier(0.65)
    steadier(one, one)
    after = steadier(two, two).astype(int)
    assert np.abs(after - two)[40:56, 32:48].max() <= 12
    assert np.abs(after - two)[40:56, 102:118].max() <= 12


def lamp(colour: tuple[int, int, int]) -> np.ndarray:
    return cv2.circle(np.full((120, 160, 3), 90, np.uint8), (80, 60), 20, colour, -1)


@pytest.mark.parametrize(
    "colours",
    [
        [(220, 40, 40)] * 3 + [(0, 159, 0)] * 4,  # of the same lightness
        [(200, 0, 0), (0, 0, 255)] * 4,
        [(30, 30, 180)] * 2 + [(120, 20, 10)] * 2,
    ],
)
def test_a_light_that_changes_its_colour_is_new_at_once(colours):
    steadier = Steadier(0.65)
    for colour in colours:
        frame = lamp(colour)
        held = steadier(frame, frame).astype(int)
        assert np.abs(held - frame)[50:70, 70:90].max() <= 3


def test_alpha_is_left_alone_and_first_frame_and_other_sizes_pass():
    rng = np.random.default_rng(0)
    frames = rng.integers(0, 256, (2, 24, 24, 4), np.uint8)
    steadier = Steadier(0.65)
    assert np.array_equal(steadier(frames[0], frames[0]), frames[0])
    assert np.array_equal(steadier(frames[1], frames[1])[..., 3], frames[1][..., 3])
    other = rng.integers(0, 256, (40, 24, 4), np.uint8)
    assert np.array_equal(steadier(other, other), other)
    tiny = rng.integers(0, 256, (2, 1, 1, 3), np.uint8)
    steadier = Steadier(0.65)
    for frame in tiny:
        assert steadier(frame, frame).shape == (1, 1, 3)


def test_amount_zero_changes_nothing():
    frames = flickering(panned(scene()))
    steadier = Steadier(0)
    assert all(steadier(frame, frame) is frame for frame in frames)


@pytest.mark.parametrize("steady", [-0.1, 1, 2.0, float("nan"), "half", True])
def test_impossible_amounts(steady):
    with pytest.raises(InputError, match="steady"):
        check_steady(steady)


@pytest.mark.parametrize(("width", "height"), [(640, 43), (200, 16), (100, 20), (16, 300), (8, 8)])
def test_narrow_frames_do_not_crash_the_process(width, height):
    """OpenCV's flow reads beyond low pictures: a banner ended the program without a word."""
    steadier, rng = Steadier(0.5), np.random.default_rng(0)
    for _ in range(3):
        frame = rng.integers(0, 256, (height, width, 3), np.uint8)
        assert steadier(frame, frame).shape == frame.shape


def test_four_channels_are_pulled_as_three_are():
    """The short way gives the values of the plain one, at the border too."""
    rng = np.random.default_rng(5)
    picture = rng.integers(0, 256, (60, 84, 3), np.uint8)
    rows, columns = np.mgrid[:60, :84].astype(np.float32)
    columns = columns + rng.normal(0, 4, columns.shape).astype(np.float32)
    rows = rows + rng.normal(0, 4, rows.shape).astype(np.float32)
    plain = cv2.remap(picture, columns, rows, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    assert np.array_equal(_pulled(picture, columns, rows), plain)


@pytest.mark.parametrize(("width", "height"), [(1280, 720), (1919, 1081), (854, 480), (384, 216)])
def test_shrinking_by_halves_is_near_to_shrinking_at_once(width, height):
    frame = cv2.resize(scene(), (width, height), interpolation=cv2.INTER_NEAREST)
    small = sketch(frame)
    at_once = cv2.resize(frame, small.shape[1::-1], interpolation=cv2.INTER_AREA)
    off = np.abs(small.astype(int) - cv2.cvtColor(at_once, cv2.COLOR_RGB2YCrCb))
    assert off.mean() < 0.5
    assert np.mean(off > 3) < 0.01
