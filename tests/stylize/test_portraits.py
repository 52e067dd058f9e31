"""Faces drawn by a portrait style, the rest painted by the style beside it."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest

import paintreel
from paintreel.cli.main import main
from paintreel.errors import InputError
from paintreel.faces import find_faces
from paintreel.runtime.model import Model
from paintreel.stylize.fine_faces import SeenFace
from paintreel.stylize.portraits import portraits_among
from paintreel.stylize.style import Style
from portraits import portrait, with_faces

STYLE, BASE = "hereva-portrait", "hereva"


@pytest.fixture(scope="module")
def large() -> np.ndarray:
    return cv2.resize(portrait(), (560, 560), interpolation=cv2.INTER_CUBIC)


@pytest.fixture(scope="module")
def styles() -> tuple[Style, Style]:
    return Style(STYLE, backend="onnxruntime"), Style(BASE, backend="onnxruntime")


def test_a_face_is_drawn_and_the_rest_is_the_plain_style(styles, large):
    drawn, plain = (style(large).astype(int) for style in styles)
    face = find_faces(large)[0]
    changed = np.abs(drawn - plain).max(axis=2)
    left, top, right, bottom = (round(x) for x in face.box)
    assert (changed[top:bottom, left:right] > 12).mean() > 0.3
    rows, columns = np.nonzero(changed)
    side = face.side_px
    assert rows.min() > top - side
    assert rows.max() < bottom + 0.5 * side
    assert columns.min() > left - 0.8 * side
    assert columns.max() < right + 0.8 * side
    # No seam: where the drawing ends it differs from the painting by next to nothing.
    rim = (changed > 0) & (cv2.erode((changed > 0).astype(np.uint8), np.ones((5, 5))) == 0)
    assert np.median(changed[rim]) <= 6


def test_drawn_eyes_are_larger(styles, large):
    """Dark and white of an eye reach farther around the landmark than in the photograph."""
    face = find_faces(large)[0]
    unit = float(np.hypot(*(face.landmarks[1] - face.landmarks[0])))
    drawn = styles[0](large)

    def contrast(picture: np.ndarray, x: float, y: float, half: float) -> float:
        grey = cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY).astype(float)
        r = round(half * unit)
        part = grey[round(y) - r : round(y) + r, round(x) - r : round(x) + r]
        return float(part.std())

    gains = [contrast(drawn, *eye, 0.2) / contrast(large, *eye, 0.2) for eye in face.landmarks[:2]]
    assert min(gains) > 1.3


def test_off_is_the_plain_style_bit_for_bit(styles, large):
    off = Style(STYLE, backend="onnxruntime", face="off")
    np.testing.assert_array_equal(off(large), styles[1](large))


def test_without_a_face_it_is_the_plain_style_and_said_so(styles):
    wall = np.random.default_rng(1).integers(0, 256, (120, 160, 3), np.uint8)
    with pytest.warns(RuntimeWarning, match="no face to be drawn was found"):
        painted = styles[0](wall)
    np.testing.assert_array_equal(painted, styles[1](wall))


def test_small_faces_are_drawn_when_all_are_asked_for():
    picture = with_faces(240, 240, (40, 40, 36.0))
    auto, every, plain = (
        Style(name, backend="onnxruntime", **given).paint(picture)
        for name, given in ((STYLE, {}), (STYLE, {"face": "all"}), (BASE, {}))
    )
    np.testing.assert_array_equal(auto, plain)
    assert (np.abs(every.astype(int) - plain).max(axis=2) > 20).sum() > 200


def test_a_face_comes_and_grows_softly():
    face = find_faces(portrait())[0]
    bigger = [face.moved(0, 0, scale) for scale in (0.4, 0.47, 0.55, 0.9)]
    shares = [
        sum(each.share for each in portraits_among([SeenFace(face)], 1.0, "auto"))
        for face in bigger
    ]
    assert shares == sorted(shares)
    assert shares[0] == 0
    assert shares[-1] == 1
    coming = portraits_among([SeenFace(bigger[-1], presence=0.3)], 1.0, "auto")
    assert coming[0].share == pytest.approx(0.3)
    doubted = type(face)(bigger[-1].box, bigger[-1].landmarks, 0.86)
    assert portraits_among([SeenFace(doubted)], 1.0, "auto") == []
    assert len(portraits_among([SeenFace(face)] * 100, 1.0, "all")) == 24


def test_the_network_of_portraits_is_asked_for_as_the_style_is(fake_providers, large, monkeypatch):
    """On the device that was named, for as many pictures at once, and its notes are told."""
    fake = fake_providers("CUDAExecutionProvider", fails="later")
    asked = []

    class Listening(Model):
        def __init__(self, path, *, device="auto", at_once=1, **options):
            asked.append((device, at_once))
            super().__init__(path, device=device, at_once=at_once, **options)

    monkeypatch.setattr("paintreel.stylize.style.Model", Listening)
    plain = Style(STYLE, backend="onnxruntime", device="cpu")
    assert not fake.sessions
    drawn = Style(STYLE, backend="onnxruntime", device="cuda", threads=1, at_once=2)
    assert asked == [("cpu", 1)] * 2 + [("cuda", 2)] * 2
    fake.broken = True
    drawn.model.run_image(np.zeros((64, 64, 3), np.uint8))
    (of_style,) = drawn.take_notes()
    drawn(large)
    (of_portraits,) = drawn.take_notes()
    assert of_style == of_portraits
    assert of_style.kind == "device-failed"
    assert drawn.take_notes() == ()
    assert drawn.notes == (of_style,)  # one line, though both networks failed
    assert plain.notes == ()


@pytest.mark.parametrize("dtype", [np.uint16, np.float32])
def test_depth_and_alpha_are_kept(styles, large, dtype):
    top = 65535 if dtype == np.uint16 else 1
    deep = (large / 255 * top).astype(dtype)
    alpha = np.full((*large.shape[:2], 1), top, dtype)
    painted = styles[0](np.concatenate([deep, alpha], axis=2))
    assert painted.dtype == dtype
    assert painted.shape == (*large.shape[:2], 4)
    plain = styles[0](large) / 255
    assert np.abs(painted[..., :3] / top - plain).mean() < 0.02


def changed_in(drawn: np.ndarray, plain: np.ndarray, box: tuple[float, ...]) -> float:
    """Share of a box in which the drawing is plainly another than the plain style's painting."""
    left, top, right, bottom = (max(round(x), 0) for x in box)
    away = np.abs(drawn.astype(int) - plain.astype(int))
    away = away.max(axis=2) if away.ndim == 3 else away
    return float((away[top:bottom, left:right] > 12).mean())


def test_grey_pictures_stay_grey_and_their_faces_are_drawn(styles, large):
    grey = cv2.cvtColor(large, cv2.COLOR_RGB2GRAY)
    drawn, plain = (style(grey) for style in styles)
    assert drawn.shape == grey.shape
    assert changed_in(drawn, plain, find_faces(grey)[0].box) > 0.25
    assert changed_in(drawn, plain, (0, 480, 560, 560)) == 0


def test_a_face_that_the_border_cuts_is_drawn_as_far_as_it_is_there(styles, large):
    face = find_faces(large)[0]
    left, top, right, bottom = face.box
    side = round(left + 0.25 * (right - left))
    cut = np.ascontiguousarray(large[:, side:])
    drawn, plain = (style(cut) for style in styles)
    assert changed_in(drawn, plain, (0, top, right - side, bottom)) > 0.25
    far = round(right - side + 0.8 * face.side_px)
    np.testing.assert_array_equal(drawn[:, far:], plain[:, far:])


def test_tiny_faces_beside_one_that_is_drawn_are_left_to_the_plain_style(styles, large):
    crowd = with_faces(300, 900, *((150 * k, 40, 30.0) for k in range(6)))
    both = np.vstack([np.hstack([large, large[:, :340]]), crowd])
    drawn, plain = (style(both) for style in styles)
    assert changed_in(drawn, plain, find_faces(large)[0].box) > 0.25
    np.testing.assert_array_equal(drawn[-260:], plain[-260:])


def test_a_face_on_its_side_or_on_its_head_is_drawn_or_left_whole(styles, large):
    """Nothing else changes; a file's EXIF turns it upright before."""
    for turns in (1, 2):
        turned = np.ascontiguousarray(np.rot90(large, turns))
        drawn, plain = (style(turned) for style in styles)
        found = find_faces(turned)
        if not found:
            np.testing.assert_array_equal(drawn, plain)
            continue
        away = np.abs(drawn.astype(int) - plain).max(axis=2) > 0
        x, y = found[0].centre
        rows, columns = np.nonzero(away)
        reach = 1.6 * found[0].side_px
        assert np.hypot(rows - y, columns - x).max(initial=0) < reach


def test_a_portrait_turned_by_exif_is_drawn_as_the_upright_one(tmp_path, styles, large):
    from PIL import Image

    exif = Image.Exif()
    exif[0x0112] = 6  # turn by 90 degrees clockwise to see it upright
    lying = Image.fromarray(np.ascontiguousarray(np.rot90(large)))
    lying.save(tmp_path / "lying.png", exif=exif)
    upright = np.asarray(styles[0](str(tmp_path / "lying.png")).convert("RGB"))
    np.testing.assert_array_equal(upright, styles[0](large))


def test_a_mask_limits_the_drawing_too(styles, large):
    mask = np.zeros(large.shape[:2], np.uint8)
    mask[:, :100] = 255
    painted = styles[0](large, mask=mask, edge=0)
    np.testing.assert_array_equal(painted[:, 110:], large[:, 110:])


def test_all_is_refused_of_styles_that_draw_no_faces():
    with pytest.raises(InputError, match="hereva-portrait"):
        Style(BASE, face="all")


def test_a_clip_with_black_frames(tmp_path: Path, styles, large):
    frames = [large[::2, ::2], np.zeros_like(large[::2, ::2]), large[::2, ::2]]
    folder = tmp_path / "frames"
    folder.mkdir()
    for number, frame in enumerate(frames):
        cv2.imwrite(str(folder / f"{number:04d}.png"), frame[..., ::-1])
    command = ["stylize", str(folder), "-o", str(tmp_path / "out"), "--style", STYLE]
    assert main([*command, "--face", "all"]) == 0
    painted = [
        cv2.imread(str(path)).astype(int) for path in sorted((tmp_path / "out").rglob("*.png"))
    ]
    assert len(painted) == 3
    assert painted[1].mean() < 40
    face = find_faces(frames[0])[0]
    left, top, right, bottom = (round(x) for x in face.box)
    plain = styles[1](frames[0])[..., ::-1]
    for number in (0, 2):  # before the black frame, and after it
        assert changed_in(painted[number], plain, (left, top, right, bottom)) > 0.25
    again = np.abs(painted[0] - painted[2])[top:bottom, left:right]
    assert again.mean() < 6


def test_the_package_function_takes_it(large):
    painted = paintreel.stylize(large, STYLE, backend="onnxruntime", face="off")
    assert painted.shape == large.shape
