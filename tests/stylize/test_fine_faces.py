from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest

from paintreel.faces import find_faces, frame_face
from paintreel.stylize.fine_faces import SeenFace, least_fine_px, to_be_fine
from paintreel.stylize.style import Style
from portraits import portrait, with_faces


def eyes_of(picture: np.ndarray, face) -> list[np.ndarray]:
    """What an eye is drawn with, lids and iris: both eyes in lightness without its slow part."""
    frame = frame_face(face, 96)
    light = cv2.cvtColor(frame.take(picture), cv2.COLOR_RGB2LAB)[..., 0].astype(np.float32)
    band = cv2.GaussianBlur(light, (0, 0), 1.2) - cv2.GaussianBlur(light, (0, 0), 6)
    places = frame.to_square(face.landmarks[:2]).astype(int)
    return [band[y - 9 : y + 9, x - 14 : x + 14].ravel() for x, y in places]


@pytest.mark.parametrize("name", ["hereva", "cel", "ink", "watercolour"])
def test_small_faces_keep_their_eyes_in_every_style(name):
    picture = with_faces(200, 200, (20, 20, 70.0))
    face = find_faces(picture)[0]
    plain, fine = (
        Style(name, backend="onnxruntime", fine_faces=fine_faces)(picture)
        for fine_faces in (False, True)
    )

    def likeness(painted: np.ndarray) -> float:
        pairs = zip(eyes_of(painted, face), eyes_of(picture, face), strict=True)
        return float(np.mean([np.corrcoef(*pair)[0, 1] for pair in pairs]))

    assert likeness(fine) > likeness(plain)
    assert likeness(fine) > 0.9
    assert len(find_faces(fine)) == 1
    outside = np.abs(fine.astype(int) - plain).max(axis=2) > 0
    assert 0.01 < outside.mean() < 0.35
    assert not outside[170:].any()


def test_faces_that_are_large_enough_are_painted_as_the_rest(style_file: Path):
    large = cv2.resize(portrait(), (640, 640), interpolation=cv2.INTER_CUBIC)
    assert find_faces(large)[0].side_px > 180
    plain, fine = (
        Style(style_file, backend="onnxruntime", fine_faces=fine_faces)(large)
        for fine_faces in (False, True)
    )
    np.testing.assert_array_equal(plain, fine)


def test_pictures_without_faces_are_painted_as_ever(style_file: Path):
    wall = np.random.default_rng(1).integers(0, 256, (120, 160, 3), np.uint8)
    plain, fine = (
        Style(style_file, backend="onnxruntime", fine_faces=fine_faces)(wall)
        for fine_faces in (False, True)
    )
    np.testing.assert_array_equal(plain, fine)


@pytest.mark.parametrize("dtype", [np.uint16, np.float32])
def test_depth_alpha_and_strength_are_kept(style_file: Path, dtype):
    full = 65535 if dtype == np.uint16 else 1.0
    picture = (with_faces(160, 160, (0, 0, 60.0)) / 255 * full).astype(dtype)
    alpha = np.full((160, 160), full, dtype)
    alpha[:, 150:] = 0
    style = Style(style_file, backend="onnxruntime")
    painted = style(np.dstack([picture, alpha]))
    assert painted.dtype == dtype
    np.testing.assert_array_equal(painted[..., 3], alpha)
    half, whole = style.paint(picture, 0.5), style.paint(picture)
    expected = (picture.astype(float) + whole) / 2
    np.testing.assert_allclose(half, expected, atol=1.01 if full > 1 else 1e-6)


def test_a_face_that_grows_goes_over_into_plain_paint_without_a_step():
    face = find_faces(portrait())[0]

    def share(side_px: float, **scale) -> float:
        grown = face.moved(0, 0, side_px / face.side_px)
        chosen = to_be_fine([SeenFace(grown)], scale.get("scale", 1.0))
        return chosen[0][1] if chosen else 0.0

    shares = [share(side_px) for side_px in range(40, 260, 2)]
    assert shares[0] == 1
    assert shares[-1] == 0
    assert 0 <= -np.diff(shares).min() <= 0.06
    # Of a large picture that is shrunk for the network the face is that much smaller.
    assert share(240, scale=3.0) == 1
    assert to_be_fine([SeenFace(face, 0.25)], 1.0)[0][1] == 0.25


def test_of_a_crowd_the_largest_are_painted_finer():
    face = find_faces(portrait())[0]
    crowd = [SeenFace(face.moved(0, 0, 0.3 + 0.01 * k)) for k in range(60)]
    chosen = to_be_fine(crowd, 1.0)
    assert len(chosen) == 24
    assert min(each.side_px for each, _ in chosen) > max(seen.face.side_px for seen in crowd[:35])


def test_the_smallest_face_goes_with_the_picture():
    assert least_fine_px(1080, 1920) == 36
    assert least_fine_px(100, 100) == 24
