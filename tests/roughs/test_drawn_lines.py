"""Ink on any ground, and what is no drawing at all."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from paintreel.roughs.drawn_lines import read_drawn_lines


def ink_plane() -> np.ndarray:
    """Coverage of a face of circles and strokes, (300, 400) uint8."""
    ink = np.zeros((300, 400), np.uint8)
    cv2.circle(ink, (200, 150), 110, 255, 3, cv2.LINE_AA)
    cv2.circle(ink, (160, 120), 15, 255, 2, cv2.LINE_AA)
    cv2.line(ink, (10, 290), (390, 240), 255, 2, cv2.LINE_AA)
    cv2.ellipse(ink, (200, 190), (50, 25), 0, 0, 180, 255, 4, cv2.LINE_AA)
    return ink


def laid(ground: np.ndarray, colour: tuple[int, int, int]) -> np.ndarray:
    cover = ink_plane()[..., None] / 255
    return np.rint(ground * (1 - cover) + np.array(colour) * cover).clip(0, 255).astype(np.uint8)


def grounds() -> dict[str, np.ndarray]:
    rng = np.random.default_rng(0)
    flat = np.ones((300, 400, 3))
    shade = cv2.resize(rng.uniform(0.75, 1, (4, 5)), (400, 300), interpolation=cv2.INTER_CUBIC)
    grain = rng.normal(0, 5, (300, 400, 1))
    return {
        "white": laid(flat * 255, (0, 0, 0)),
        "black": laid(flat * 0, (255, 255, 255)),
        "blueprint": laid(flat * (30, 70, 150), (235, 240, 250)),
        "kraft": laid(flat * (190, 150, 100), (40, 30, 25)),
        "red on cream": laid(flat * (250, 240, 220), (190, 40, 40)),
        "old paper": laid(flat * (235, 220, 190) * shade[..., None] + grain, (60, 50, 50)),
        "clear": np.dstack([np.zeros((300, 400, 3), np.uint8), ink_plane()]),
        "clear, white ink": np.dstack([np.full((300, 400, 3), 250, np.uint8), ink_plane()]),
        "faint pencil": laid(flat * 250, (180, 180, 180)),
        "16 bits": laid(flat * 255, (0, 0, 0)).astype(np.uint16) * 257,
        "grey": laid(flat * 255, (0, 0, 0))[..., 0],
    }


@pytest.mark.parametrize("name", grounds())
def test_the_same_ink_is_found_on_any_ground(name):
    found = read_drawn_lines(grounds()[name])
    differs = (found.coverage > 127) != (ink_plane() > 127)
    assert differs.mean() < 0.012
    assert found.mid_tones < 0.05
    assert not found.is_painted
    assert not found.is_blank
    assert found.is_clear == name.startswith("clear")


def test_ink_and_ground_have_their_colours():
    found = read_drawn_lines(grounds()["blueprint"])
    np.testing.assert_allclose(found.ground.astype(int), (30, 70, 150), atol=6)
    np.testing.assert_allclose(found.ink.astype(int), (235, 240, 250), atol=12)
    assert found.is_light_on_dark


def test_hairlines_count_as_full_ink():
    picture = np.full((200, 200, 3), 255, np.uint8)
    cv2.line(picture, (0, 10), (199, 180), (170, 170, 170), 1, cv2.LINE_AA)
    coverage = read_drawn_lines(picture).coverage
    assert (coverage.max(axis=0)[5:-5] > 180).all()


def test_a_page_of_paper_is_blank():
    rng = np.random.default_rng(1)
    paper = rng.normal(230, 4, (200, 260, 3)).clip(0, 255).astype(np.uint8)
    for page in (np.full((64, 64, 3), 255, np.uint8), paper, np.zeros((64, 64, 4), np.uint8)):
        found = read_drawn_lines(page)
        assert found.is_blank
        assert not found.is_painted


def test_photographs_and_paintings_are_no_drawings():
    rng = np.random.default_rng(3)
    y, x = np.mgrid[:240, :320] / 240
    photo = np.stack([0.3 + 0.4 * y, 0.6 - 0.3 * x, 0.5 + 0.2 * np.sin(7 * x)], 2) * 255
    for _ in range(12):
        centre, radius = rng.uniform(0, 1.2, 2), rng.uniform(0.05, 0.3)
        photo[np.hypot(x - centre[0], y - centre[1]) < radius] = rng.uniform(0, 255, 3)
    assert read_drawn_lines(photo.clip(0, 255).astype(np.uint8)).is_painted


def test_solid_blacks_are_ink_and_no_mid_tone():
    picture = laid(np.full((300, 400, 3), 255), (0, 0, 0))
    cv2.circle(picture, (200, 150), 60, (0, 0, 0), -1)
    found = read_drawn_lines(picture)
    assert (found.coverage[130:170, 180:220] > 200).all()
    assert not found.is_painted
