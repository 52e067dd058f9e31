"""What a drawn portrait keeps of a face: its eyes, mouth, colours and the light on it."""

from __future__ import annotations

import dataclasses

import cv2
import numpy as np
import pytest
from drawn_face import SKIN, UNIT, at, drawn_face

from paintreel.faces import Face, frame_face
from paintreel.faces.features import EyeFit, fit_features
from paintreel.imaging.colour import rgb_to_lab
from paintreel.portraits.eyes import iris_colour
from paintreel.portraits.painting import paint_portrait

SIDE_PX, ROOM = 384, 2.0


def drawn(picture: np.ndarray, face: Face) -> np.ndarray:
    """(S, S, 3) float32: the drawing, over the picture itself instead of a painting."""
    frame = frame_face(face, SIDE_PX, room=ROOM)
    square = frame.take(picture).astype(np.float32) / 255
    features = fit_features(picture, face).mapped(frame)
    return paint_portrait(square, frame.face_in_square(face), features, lambda x: x)[0]


def around(x: np.ndarray, face: Face, place: np.ndarray, half: tuple[float, float]) -> np.ndarray:
    """The part of a drawing around a place of the picture; half: in distances of the eyes."""
    frame = frame_face(face, SIDE_PX, room=ROOM)
    column, row = frame.to_square(place[None])[0]
    unit = UNIT / frame.scale
    across, down = (round(h * unit) for h in half)
    return x[round(row) - down : round(row) + down, round(column) - across : round(column) + across]


def opening(x: np.ndarray, face: Face) -> float:
    """How high an eye is drawn, in distances of the eyes: from the lid to the white under it."""
    eye = around(x, face, at(0.5, 0), (0.3, 0.3))
    skin = np.median(around(x, face, at(0.5, 0.55), (0.1, 0.1)), axis=(0, 1))
    other = (np.abs(eye - skin).max(axis=2) > 0.12)[:, eye.shape[1] // 3 : -eye.shape[1] // 3]
    return float(np.median(other.sum(axis=0))) / (UNIT / frame_face(face, SIDE_PX, room=ROOM).scale)


def test_narrow_eyes_stay_narrow():
    narrow, usual, wide = (
        opening(drawn(*both), both[1])
        for both in (drawn_face(opening=x) for x in (0.09, 0.15, 0.19))
    )
    assert narrow < 0.85 * usual
    assert usual < 0.95 * wide


@pytest.mark.parametrize(
    ("iris", "least", "most"),
    [((130, 165, 195), 40, 72), ((110, 120, 70), 40, 60), ((60, 40, 30), 14, 30)],
    ids=["blue", "green", "dark"],
)
def test_irises_keep_their_lightness_and_hue(iris, least, most):
    picture, face = drawn_face(iris=iris)
    frame = frame_face(face, SIDE_PX, room=ROOM)
    square = frame.take(picture).astype(np.float32) / 255
    features = fit_features(picture, face).mapped(frame)
    colour = iris_colour(square, features, lambda x: x, 1.0, UNIT / frame.scale)
    lab = rgb_to_lab(colour[None, None])[0, 0]
    assert least < lab[0] < most
    true = rgb_to_lab(np.float32(iris)[None, None] / 255)[0, 0]
    turned = np.degrees(np.arctan2(lab[2], lab[1]) - np.arctan2(true[2], true[1]))
    assert abs((turned + 180) % 360 - 180) < 30


def whites(x: np.ndarray, face: Face) -> float:
    """Share of the mouth that is as white as teeth."""
    mouth = around(x, face, at(0, 1.18), (0.4, 0.2))
    return float(((mouth.min(axis=2) > 0.75) & (np.ptp(mouth, axis=2) < 0.15)).mean())


def test_a_closed_mouth_stays_closed_and_teeth_are_seen_where_they_are():
    closed, teeth, dark = (
        whites(drawn(*both), both[1])
        for both in (
            drawn_face(smile=0.05),
            drawn_face(smile=0.04, gap=0.16),
            drawn_face(smile=0.02, gap=0.2, teeth=(45, 15, 15)),
        )
    )
    assert closed == 0
    assert teeth > 0.1
    assert dark == 0


@pytest.mark.parametrize("smile", [-0.06, 0.1])
def test_a_closed_mouth_bends_as_it_does(smile: float):
    picture, face = drawn_face(smile=smile)
    mouth = around(drawn(picture, face), face, at(0, 1.1), (0.36, 0.25)).mean(axis=2)
    line = mouth.argmin(axis=0)
    n = len(line)
    sag = float(np.median(line[2 * n // 5 : 3 * n // 5]) - np.median(line[[2, 3, -4, -3]]))
    assert np.sign(sag) == np.sign(smile)


@pytest.mark.parametrize("lip", [(205, 70, 130), (150, 85, 70)], ids=["pink", "brown"])
def test_lips_keep_their_colour(lip):
    picture, face = drawn_face(lip=lip, gap=0.12)
    lower = around(drawn(picture, face), face, at(0, 1.265), (0.12, 0.025))
    lab = rgb_to_lab(np.float32(np.median(lower, axis=(0, 1))[None, None]))
    true = rgb_to_lab(np.float32([[lip]]) / 255)
    turned = np.degrees(
        np.arctan2(lab[..., 2], lab[..., 1]) - np.arctan2(true[..., 2], true[..., 1])
    )
    assert abs(float(turned.squeeze())) < 25
    assert np.hypot(*lab[0, 0, 1:]) > 0.7 * np.hypot(*true[0, 0, 1:])


def test_hard_shade_is_lifted_and_keeps_the_hue_of_skin():
    picture, face = drawn_face()
    x = np.arange(400)[None, :, None] - 200
    shade = 0.35 + 0.65 / (1 + np.exp(-x / 4.0))
    picture = np.rint((picture / 255.0) * shade * 255).astype(np.uint8)
    lit, dim = (
        rgb_to_lab(
            np.median(around(drawn(picture, face), face, at(u, 0.6), (0.1, 0.12)), (0, 1))[
                None, None
            ]
        )[0, 0]
        for u in (0.55, -0.55)
    )
    assert 3 < lit[0] - dim[0] < 26  # 45 in the picture
    hues = [np.degrees(np.arctan2(c[2], c[1])) for c in (lit, dim)]
    assert abs(hues[0] - hues[1]) < 15
    assert np.hypot(*dim[1:]) > 0.6 * np.hypot(*lit[1:])


def test_rims_of_glasses_stay_dark_lines():
    picture, face = drawn_face()
    for side in (-0.5, 0.5):
        box = np.rint([at(side - 0.38, -0.2), at(side + 0.38, 0.34)]).astype(int)
        cv2.rectangle(picture, *(tuple(p.tolist()) for p in box), (30, 25, 30), 3)
    below = around(drawn(picture, face), face, at(0.5, 0.34), (0.15, 0.12)).mean(axis=2)
    assert np.median(below.min(axis=0)) < 0.5 * np.median(below)


def test_nostrils_are_strokes_and_the_cheek_stays_flat():
    picture, face = drawn_face()
    for side in (-0.13, 0.13):
        place = np.rint(at(side, 0.7)).astype(int)
        cv2.ellipse(picture, place.tolist(), (6, 4), 0, 0, 360, (95, 60, 50), -1)
    result = drawn(picture, face)
    nose = around(result, face, at(0, 0.7), (0.25, 0.12)).mean(axis=2)
    assert nose.min() < 0.35
    cheek = around(result, face, at(0.6, 0.6), (0.12, 0.12))
    assert cheek.std(axis=(0, 1)).max() < 0.02
    assert np.abs(np.median(cheek, axis=(0, 1)) * 255 - SKIN).max() < 25


def test_a_patch_over_one_eye_stays_and_the_other_eye_is_drawn():
    picture, face = drawn_face(patch=True)
    result = drawn(picture, face)
    left, right = (around(result, face, at(x, 0), (0.2, 0.08)) for x in (-0.5, 0.5))
    assert left.max() < 0.3
    assert right.max() > 0.8


def shut(eye: EyeFit) -> EyeFit:
    middle = (eye.upper + eye.lower) / 2
    return dataclasses.replace(eye, upper=middle, lower=middle)


@pytest.mark.parametrize("aside", [0.0, 0.06])
def test_an_eye_under_a_patch_says_nothing_of_the_other(aside: float):
    """Its colour, its opening and where it looks are those that it has without the patch."""
    blue = (130, 165, 195)
    free, patched = (
        drawn(*drawn_face(iris=blue, aside=aside, patch=patch)) for patch in (False, True)
    )
    _picture, face = drawn_face()
    one, other = (around(x, face, at(0.5, 0), (0.3, 0.25)) for x in (free, patched))
    assert np.abs(one - other).mean() < 0.01


def test_the_colour_of_irises_is_that_of_the_eye_that_is_open():
    picture, face = drawn_face(iris=(130, 165, 195))
    features = fit_features(picture, face)
    left = np.rint(at(-0.5, 0)).astype(int)
    cv2.ellipse(picture, left.tolist(), (24, 18), 0, 0, 360, SKIN, -1)
    x = picture.astype(np.float32) / 255
    wink = dataclasses.replace(features, eyes=(shut(features.eyes[0]), features.eyes[1]))
    twice = dataclasses.replace(features, eyes=(features.eyes[1],) * 2)
    colours = [iris_colour(x, each, lambda p: p, 1.0, UNIT) for each in (wink, twice)]
    np.testing.assert_allclose(*colours, atol=0.02)
