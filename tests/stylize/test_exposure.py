from __future__ import annotations

from fractions import Fraction

import cv2
import numpy as np
import pytest

from paintreel.errors import InputError
from paintreel.imaging.tiles import Tile, plan_tiles
from paintreel.media.frame import Frame
from paintreel.stylize.exposure import Carrying, Holding, check_on


def shot(seed: int, size: int = 240) -> np.ndarray:
    """Smooth shapes that optical flow can follow, in colours of their own."""
    rng = np.random.default_rng(seed)
    coarse = rng.integers(0, 256, (8, 8, 3), np.uint8)
    return cv2.resize(coarse, (size, size), interpolation=cv2.INTER_CUBIC)


def panned(picture: np.ndarray, count: int, step_px: int = 3) -> list[np.ndarray]:
    return [np.ascontiguousarray(picture[40:200, k * step_px :][:, :160]) for k in range(count)]


def frames_of(pictures: list[np.ndarray], alpha: bool = False) -> list[Frame]:
    """At uneven times."""
    return [
        Frame(
            pixels,
            pts=40 * k + 3 * (k % 2),
            time_base=Fraction(1, 1000),
            duration=40,
            index=k,
            alpha=np.full(pixels.shape[:2], k, np.uint8) if alpha else None,
        )
        for k, pixels in enumerate(pictures)
    ]


def run(work, frames: list[Frame]) -> list[Frame]:
    steps = [work.begin(frame) for frame in frames]
    shown = [
        each for frame, step in zip(frames, steps, strict=True) for each in work.push(frame, step())
    ]
    return [*shown, *work.finish()]


class Painter:
    """Paints the negative, and notes what it was asked for."""

    at_once = 1

    def __init__(self, strength: float = 1.0) -> None:
        self.painted: list[np.ndarray] = []
        self.steadied: list[np.ndarray] = []
        self.tiles: list[Tile] = []
        self._strength = strength
        self.watched: list[int] = []

    def watch(self, frame: Frame) -> None:
        self.watched.append(frame.index)

    def lay(self, frame: Frame) -> np.ndarray:
        self.painted.append(frame.pixels)
        return 255 - frame.pixels

    def steady(self, frame: np.ndarray, paint: np.ndarray) -> np.ndarray:
        self.steadied.append(frame)
        return paint

    def single_tiles(self, height_px: int, width_px: int) -> list[Tile]:
        return plan_tiles(height_px, width_px, tile_px=48, halo_px=8)

    def paint_tile(self, frame: np.ndarray, tile: Tile) -> np.ndarray:
        self.tiles.append(tile)
        return 255 - frame[tile.target]

    def finish(self, frame: Frame, paint: np.ndarray) -> np.ndarray:
        assert frame.index in self.watched
        return cv2.addWeighted(paint, self._strength, frame.pixels, 1 - self._strength, 0)


def indices_painted(painter: Painter, frames: list[Frame]) -> list[int]:
    """Which frames were painted; that they were steadied in order is seen to."""

    def index(pixels: np.ndarray) -> int:
        return next(k for k, frame in enumerate(frames) if frame.pixels is pixels)

    steadied = [index(each) for each in painter.steadied]
    assert steadied == sorted(index(each) for each in painter.painted)
    return steadied


@pytest.mark.parametrize(
    ("on", "expected"),
    [
        (2, [0, 0, 2, 2, 4, 5, 5, 7, 7]),
        (3, [0, 0, 0, 3, 3, 5, 5, 5, 8]),
        (12, [0, 0, 0, 0, 0, 5, 5, 5, 5]),
    ],
)
def test_frames_are_held_and_each_shot_begins_anew(on, expected):
    frames = frames_of(panned(shot(1), 5) + panned(shot(2), 4), alpha=True)
    painter = Painter()
    shown = run(Holding(on, painter), frames)
    assert indices_painted(painter, frames) == sorted(set(expected))
    for before, after, source in zip(frames, shown, expected, strict=True):
        assert (after.pts, after.duration, after.index) == (
            before.pts,
            before.duration,
            before.index,
        )
        assert np.array_equal(after.pixels, 255 - frames[source].pixels)
        assert np.array_equal(after.alpha, frames[source].alpha)  # the cel is held whole


def test_carried_paint_follows_the_motion_and_alpha_is_of_the_frame():
    frames = frames_of(panned(shot(1), 9), alpha=True)
    painter = Painter()
    shown = run(Carrying(4, painter), frames)
    assert indices_painted(painter, frames) == [0, 4, 8]
    inner = (slice(12, -12), slice(12, -12))
    for before, after in zip(frames, shown, strict=True):
        assert (after.pts, after.duration) == (before.pts, before.duration)
        assert np.array_equal(after.alpha, before.alpha)
        off = np.abs(after.pixels.astype(int) - (255 - before.pixels))[inner]
        assert off.mean() < 2
    held = run(Holding(4, painter), frames)
    assert np.abs(held[2].pixels.astype(int) - (255 - frames[2].pixels))[inner].mean() > 4


@pytest.mark.parametrize(
    ("on", "expected"), [(2, [0, 2, 3, 4, 6]), (3, [0, 3, 4, 6]), (5, [0, 3, 4, 6])]
)
def test_nothing_is_carried_across_a_cut_or_beyond_the_end(on, expected):
    frames = frames_of(panned(shot(1), 4) + panned(shot(2), 3))
    painter = Painter()
    shown = run(Carrying(on, painter), frames)
    assert indices_painted(painter, frames) == expected
    for before, after in zip(frames, shown, strict=True):
        assert np.abs(after.pixels.astype(int) - (255 - before.pixels)).mean() < 4


def flashing_disc() -> list[np.ndarray]:
    """A disc is seen in one frame alone, the one in between."""
    empty = shot(1, 400)
    disc = cv2.circle(empty.copy(), (120, 130), 14, (255, 0, 255), -1)
    return [empty, disc, empty.copy()]


def test_what_motion_does_not_explain_is_painted_in_its_place():
    frames, painter = frames_of(flashing_disc()), Painter()
    shown = run(Carrying(2, painter), frames)
    assert indices_painted(painter, frames) == [0, 2]
    assert 0 < len(painter.tiles) < 10
    assert all(tile.write[0] < 200 and tile.write[2] < 200 for tile in painter.tiles)
    assert np.abs(shown[1].pixels.astype(int) - (255 - frames[1].pixels)).max() <= 12


def test_what_most_of_is_new_is_painted_whole_and_told():
    frames, painter = frames_of([shot(1), shot(2), shot(3), shot(4)]), Painter()
    work = Carrying(3, painter)
    work._sheet._begins_shot = lambda frame: frame is frames[0].pixels
    shown = run(work, frames)
    assert indices_painted(painter, frames) == [0, 1, 2, 3]
    assert all(np.array_equal(b.pixels, 255 - a.pixels) for a, b in zip(frames, shown, strict=True))
    assert [(note.kind, note.count, note.loss) for note in work.notes()] == [
        ("painted-anew", 2, False)
    ]


def test_where_no_part_can_be_painted_the_frame_is():
    frames, painter = frames_of(flashing_disc()), Painter()
    painter.single_tiles = lambda height_px, width_px: []
    run(Carrying(2, painter), frames)
    assert indices_painted(painter, frames) == [0, 1, 2]


def test_a_source_on_twos_is_kept_to_the_last_level():
    still, next_still = panned(shot(1), 2, 6)
    frames = frames_of([still, still, next_still, next_still, next_still])
    shown = run(Carrying(2, Painter()), frames)
    for before, after in zip(frames, shown, strict=True):
        assert np.array_equal(after.pixels, 255 - before.pixels)


def test_carried_paint_is_mixed_with_the_frame_at_hand():
    """Half a frame and half its negative are grey, which with a held frame they would not be."""
    frames = frames_of(panned(shot(1), 5))
    shown = run(Carrying(4, Painter(strength=0.5)), frames)
    inner = (slice(12, -12), slice(12, -12))
    assert all(np.abs(each.pixels[inner].astype(int) - 127).mean() < 2 for each in shown)


@pytest.mark.parametrize("on", [0, -1, 13, 1.5, "two", True, None, float("nan")])
def test_impossible_numbers(on):
    with pytest.raises(InputError, match=r"on is .*, expected a whole number from 1 to 12"):
        check_on(on)


def test_carry_needs_frames_in_between():
    check_on(np.int64(2), carry=True)
    with pytest.raises(InputError, match="give --on 2"):
        check_on(1, carry=True)
