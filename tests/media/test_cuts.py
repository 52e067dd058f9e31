from __future__ import annotations

from itertools import islice

import cv2
import numpy as np
import pytest

from paintreel.media.cuts import CutDetector
from paintreel.media.reader import read_frames


def shot(seed: int, size: int = 320) -> np.ndarray:
    """A picture of soft shapes and fine grain, in colours of its own."""
    rng = np.random.default_rng(seed)
    low, high = sorted(rng.integers(0, 256, (2, 3)), key=lambda c: c.sum())
    coarse = rng.random((9, 9, 1)) * (high - low) + low
    picture = cv2.resize(coarse.astype(np.float32), (size, size), interpolation=cv2.INTER_CUBIC)
    return np.clip(picture + rng.normal(0, 4, (size, size, 1)), 0, 255).astype(np.uint8)


def panned(picture: np.ndarray, count: int, step_px: int) -> list[np.ndarray]:
    return [np.ascontiguousarray(picture[60:240, k * step_px :][:, :200]) for k in range(count)]


def firsts(frames: list[np.ndarray]) -> list[int]:
    begins_shot = CutDetector()
    return [index for index, frame in enumerate(frames) if begins_shot(frame)]


def test_shots_begin_where_clips_were_joined():
    frames = [frame for seed in range(6) for frame in panned(shot(seed), 4, 3)]
    assert firsts(frames) == [0, 4, 8, 12, 16, 20]


@pytest.mark.parametrize("light", [0.5, 0.2])
def test_shots_of_the_night_too(light):
    rng = np.random.default_rng(0)
    frames = [frame for seed in range(6) for frame in panned(shot(seed), 4, 3)]
    dark = [np.clip(f * light + rng.normal(0, 1, f.shape), 0, 255).astype(np.uint8) for f in frames]
    assert firsts(dark) == [0, 4, 8, 12, 16, 20]


@pytest.mark.parametrize("step_px", [0, 2, 10, 20])
def test_pans_begin_no_shot(step_px):
    assert firsts(panned(shot(1, 400), 6, step_px)) == [0]


def test_fades_and_dissolves_begin_none():
    one, other = shot(1), shot(2)
    dissolve = [cv2.addWeighted(one, 1 - k / 12, other, k / 12, 0) for k in range(13)]
    fade = [(other * (1 - k / 12)).astype(np.uint8) for k in range(13)]
    assert firsts(dissolve + fade) == [0]


def test_a_lamp_that_goes_out_begins_none():
    assert firsts([shot(3), shot(3) // 4, shot(3)]) == [0]


def test_a_flash_is_a_shot_of_its_own():
    frames = panned(shot(1), 7, 2)
    frames[3] = np.full_like(frames[3], 255)
    assert firsts(frames) == [0, 3, 4]


def test_a_thing_that_jumps_begins_none():
    places = ((60, 160), (160, 160), (250, 90))
    frames = [cv2.circle(shot(1), place, 40, (250, 20, 20), -1) for place in places]
    assert firsts(frames) == [0]


def test_another_size_begins_one_and_tiny_frames_do_not_crash():
    rng = np.random.default_rng(0)
    sizes = [(24, 40), (24, 40), (40, 24), (1, 1), (1, 1), (16, 640), (16, 640)]
    picture = rng.integers(0, 256, (640, 640, 3), np.uint8)
    assert firsts([picture[:h, :w] for h, w in sizes]) == [0, 2, 3, 5]
    flat = np.zeros((32, 32, 4), np.uint8)
    assert firsts([flat, flat, flat + 3]) == [0]


def test_a_film(shared_data):
    """Every cut of forty seconds of film, found by eye; shots of fighting by hand have none."""
    cuts = {52, 122, 158, 221, 309, 715, 788, 872, 901, 987}
    muzzle_fire = {155, 156, 157}
    begins_shot = CutDetector()
    with read_frames(shared_data / "video" / "tears-of-steel.webm") as frames:
        found = {f.index for f in islice(frames, 1000) if begins_shot(f.pixels)}
    assert found - muzzle_fire == {0} | cuts
