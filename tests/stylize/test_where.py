from __future__ import annotations

import json
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest
from PIL import Image

import paintreel
from paintreel.cli.main import main
from paintreel.errors import InputError
from paintreel.faces import find_faces
from paintreel.imaging.files import Picture, read_picture, write_picture
from paintreel.jobs.run import Outcome, run_batch
from paintreel.media.reader import read_frames
from paintreel.stylize.batch import plan_stylize
from paintreel.stylize.options import StylizeOptions
from paintreel.stylize.style import Style
from portraits import portrait, with_faces


@pytest.fixture(scope="module")
def style(style_file: Path) -> Style:
    return Style(style_file, backend="onnxruntime", threads=1, fine_faces=False)


def half(height: int, width: int) -> np.ndarray:
    """A mask with the right half in it."""
    mask = np.zeros((height, width), np.uint8)
    mask[:, width // 2 :] = 255
    return mask


def save(path: Path, pixels: np.ndarray) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    write_picture(path, Picture(pixels))
    return path


def write_clip(path: Path, frames: list[np.ndarray], rate: int = 25) -> Path:
    height, width = frames[0].shape[:2]
    with av.open(str(path), "w") as container:
        stream = container.add_stream("ffv1", rate=rate, width=width, height=height, pix_fmt="bgr0")
        stream.codec_context.time_base = Fraction(1, 1000)
        for number, pixels in enumerate(frames):
            frame = av.VideoFrame.from_ndarray(np.ascontiguousarray(pixels), "rgb24").reformat(
                format="bgr0"
            )
            frame.pts, frame.time_base = 1000 * number // rate, Fraction(1, 1000)
            container.mux(stream.encode(frame))
        container.mux(stream.encode())
    return path


def frames_of(path: Path) -> list[np.ndarray]:
    with read_frames(path) as frames:
        return [frame.pixels for frame in frames]


def paint(src: Path, dst: Path, style: Style, **options) -> Outcome:
    inputs = options.pop("inputs", (str(src),))
    batch = plan_stylize(StylizeOptions(inputs=inputs, output=str(dst), **options), style)
    outcomes = run_batch(batch, overwrite=options.get("overwrite", False))
    for outcome in outcomes:
        if outcome.error is not None:
            raise outcome.error
    return outcomes[0]


def kinds(outcome: Outcome) -> list[str]:
    return [note.kind for note in outcome.report.notes]


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16])
def test_paint_goes_into_the_mask_and_leaves_the_rest_bit_for_bit(tmp_path, style, dtype):
    rng = np.random.default_rng(1)
    picture = rng.integers(0, np.iinfo(dtype).max + 1, (40, 60, 3), dtype)
    src = save(tmp_path / "a.png", picture)
    mask = save(tmp_path / "mask.png", half(40, 60))
    whole = style.paint(picture)
    paint(src, tmp_path / "in.png", style, mask=str(mask), edge=0.0)
    inside = read_picture(tmp_path / "in.png").pixels
    np.testing.assert_array_equal(inside[:, :30], picture[:, :30])
    np.testing.assert_array_equal(inside[:, 30:], whole[:, 30:])
    paint(src, tmp_path / "out.png", style, protect=str(mask), edge=0.0)
    outside = read_picture(tmp_path / "out.png").pixels
    np.testing.assert_array_equal(outside[:, 30:], picture[:, 30:])
    np.testing.assert_array_equal(outside[:, :30], whole[:, :30])


def test_what_is_protected_is_taken_out_of_the_mask(style):
    picture = np.random.default_rng(2).integers(0, 256, (40, 60, 3), np.uint8)
    upper = np.zeros((40, 60), np.uint8)
    upper[:20] = 255
    painted = style(picture, mask=half(40, 60), protect=upper, edge=0)
    whole = style.paint(picture)
    np.testing.assert_array_equal(painted[20:, 30:], whole[20:, 30:])
    np.testing.assert_array_equal(painted[:20], picture[:20])
    np.testing.assert_array_equal(painted[:, :30], picture[:, :30])


def test_the_edge_is_soft_unless_it_is_asked_to_be_hard(style):
    picture = np.full((60, 320, 3), 128, np.uint8)
    whole = style.paint(picture).astype(int)
    assert np.abs(whole - 128).max() > 3

    def between(edge) -> int:
        painted = style(picture, mask=half(60, 320), edge=edge).astype(int)
        other = (np.abs(painted - 128) > 0) & (np.abs(painted - whole) > 0)
        return int(other.any(axis=(0, 2)).sum())

    assert between(0) == 0
    assert 0 < between(20) < 40
    assert 0 < between("auto") <= between(20)


@pytest.mark.parametrize("kind", ["array", "PIL", "path", "boolean-like"])
def test_masks_of_every_kind_from_python(tmp_path, style, kind):
    picture = np.random.default_rng(3).integers(0, 256, (40, 60, 3), np.uint8)
    mask = half(40, 60)
    given = {
        "array": mask,
        "PIL": Image.fromarray(mask),
        "path": save(tmp_path / "m.png", mask),
        "boolean-like": (mask / 255).astype(np.float32),
    }[kind]
    expected = style(picture, mask=mask)
    np.testing.assert_array_equal(style(picture, mask=given), expected)
    np.testing.assert_array_equal(paintreel.stylize(picture, style, mask=given), expected)


def test_faces_are_painted_alone_or_left(style):
    picture = portrait()
    face = find_faces(picture)[0]
    x, y = (int(v) for v in face.landmarks[2])
    whole = style.paint(picture)
    only, around = style(picture, mask="faces"), style(picture, protect="faces")
    np.testing.assert_array_equal(only[y, x], whole[y, x])
    np.testing.assert_array_equal(around[y, x], picture[y, x])
    np.testing.assert_array_equal(only[-60:], picture[-60:])
    np.testing.assert_array_equal(around[-60:], whole[-60:])


def test_grey_and_alpha_pictures_keep_their_layout(style):
    grey = portrait()[..., 1]
    assert style(grey, protect="faces").shape == grey.shape
    alpha = np.full(grey.shape, 200, np.uint8)
    clear = style(np.dstack([portrait(), alpha]), mask="faces")
    np.testing.assert_array_equal(clear[..., 3], alpha)
    assert (clear[..., :3] != portrait()).any()


def test_without_a_face_it_is_said_what_that_means(tmp_path, style):
    src = save(tmp_path / "wall.png", with_faces(60, 80))
    outcome = paint(src, tmp_path / "a.png", style, mask="faces")
    (note,) = [n for n in outcome.report.notes if n.kind == "no-face"]
    assert "nothing is painted" in note.text
    np.testing.assert_array_equal(read_picture(tmp_path / "a.png").pixels, read_picture(src).pixels)
    outcome = paint(src, tmp_path / "b.png", style, protect="faces")
    (note,) = [n for n in outcome.report.notes if n.kind == "no-face"]
    assert "all is painted" in note.text
    with pytest.warns(RuntimeWarning, match="no face found"):
        style(with_faces(60, 80), mask="faces")


def test_a_face_smaller_than_asked_for_counts_as_none(style):
    picture = with_faces(200, 300, (60, 30, 50.0))
    assert (style(picture, mask="faces") != picture).any()
    with pytest.warns(RuntimeWarning, match="no face"):
        small = style(picture, mask="faces", least_face_px=120)
    np.testing.assert_array_equal(small, picture)


def test_a_folder_takes_masks_by_name_and_says_which_are_missing(tmp_path, style):
    rng = np.random.default_rng(4)
    for name in ("a.png", "b.png", "sub/c.png"):
        save(tmp_path / "in" / name, rng.integers(0, 256, (40, 60, 3), np.uint8))
    save(tmp_path / "masks" / "a.png", np.zeros((40, 60), np.uint8))
    save(tmp_path / "masks" / "sub" / "c.png", half(40, 60))
    options = StylizeOptions(
        inputs=(str(tmp_path / "in"),), output=str(tmp_path / "out"), mask=str(tmp_path / "masks")
    )
    batch = plan_stylize(options, style)
    assert [(n.kind, n.count) for n in batch.notes] == [("masks-missing", 1)]
    assert {o.status for o in run_batch(batch)} == {"made"}

    def changed(name: str) -> np.ndarray:
        before, after = (read_picture(tmp_path / d / name).pixels for d in ("in", "out"))
        return (before != after).any(axis=2)

    assert not changed("a.png").any()
    assert changed("b.png").mean() > 0.9
    assert not changed("sub/c.png")[:, :24].any()
    assert changed("sub/c.png")[:, 36:].mean() > 0.9


@pytest.mark.parametrize("kind", ["file", "folder"])
def test_another_mask_makes_results_outdated(tmp_path, tiny_style, monkeypatch, kind):
    monkeypatch.chdir(tmp_path)
    rng = np.random.default_rng(5)
    if kind == "file":
        save(Path("in/a.png"), rng.integers(0, 256, (40, 60, 3), np.uint8))
    else:
        Path("in").mkdir()
        write_clip(Path("in/a.mkv"), [rng.integers(0, 256, (40, 60, 3), np.uint8)] * 2)
        save(Path("masks/a/0.png"), half(40, 60))
    mask = save(Path("masks/a.png" if kind == "file" else "masks/a/1.png"), half(40, 60))

    def run() -> str:
        main(
            [
                *[
                    "stylize",
                    "in",
                    "-o",
                    "out",
                    "--mask",
                    "masks",
                    "--json",
                    "r.json",
                    "-q",
                    "--style",
                ],
                tiny_style,
            ]
        )
        return json.loads(Path("r.json").read_text())["files"][0]["status"]

    assert [run(), run()] == ["made", "skipped"]
    write_picture(mask, Picture(rng.integers(0, 256, (40, 60), np.uint8)), overwrite=True)
    assert run() == "outdated"


def moving_portrait(count: int) -> list[np.ndarray]:
    return [with_faces(160, 240, (10 + 4 * k, 10, 60.0)) for k in range(count)]


@pytest.mark.parametrize("options", [{}, {"on": 2}, {"on": 2, "carry": True}])
def test_in_a_clip_faces_are_followed(tmp_path, style, options):
    frames = moving_portrait(8)
    src = write_clip(tmp_path / "clip.mkv", frames)
    outcome = paint(
        src, tmp_path / "out.mkv", style, protect="faces", codec="ffv1", steady=0.0, **options
    )
    assert "no-face" not in kinds(outcome)
    shown = frames_of(tmp_path / "out.mkv")
    assert len(shown) == 8
    held = options == {"on": 2}
    for number, (frame, painted) in enumerate(zip(frames, shown, strict=True)):
        if held and number % 2:
            continue  # shows the frame before
        face = find_faces(frame)[0]
        x, y = (int(v) for v in face.landmarks[2])
        np.testing.assert_array_equal(painted[y - 4 : y + 4, x - 4 : x + 4],
                                      frame[y - 4 : y + 4, x - 4 : x + 4])  # fmt: skip
        assert (painted[:, 200:] != frame[:, 200:]).any()


def test_a_clip_without_faces_says_so(tmp_path, style):
    src = write_clip(tmp_path / "clip.mkv", [with_faces(60, 80)] * 3)
    outcome = paint(src, tmp_path / "a.mkv", style, mask="faces", codec="ffv1")
    assert "no-face" in kinds(outcome)
    for before, after in zip(frames_of(src), frames_of(tmp_path / "a.mkv"), strict=True):
        np.testing.assert_array_equal(before, after)


@pytest.mark.parametrize("kind", ["picture", "clip", "folder"])
def test_a_clip_takes_a_mask_for_all_frames_or_for_each(tmp_path, style, kind):
    rng = np.random.default_rng(6)
    frames = [rng.integers(0, 256, (40, 64, 3), np.uint8) for _ in range(4)]
    src = write_clip(tmp_path / "clip.mkv", frames)
    masks = [np.zeros((40, 64), np.uint8) for _ in range(4)]
    for number, mask in enumerate(masks):
        mask[:, : 16 * (number + 1)] = 255
    if kind == "picture":
        masks = [masks[1]] * 4
        given = save(tmp_path / "mask.png", masks[0])
    elif kind == "clip":
        given = write_clip(tmp_path / "matte.mkv", [np.dstack([m] * 3) for m in masks])
    else:
        given = tmp_path / "mattes"
        for number, mask in enumerate(masks):
            save(given / f"{number:04d}.png", mask)
    paint(src, tmp_path / "out.mkv", style, mask=str(given), edge=0.0, codec="ffv1", steady=0.0)
    for mask, frame, painted in zip(masks, frames, frames_of(tmp_path / "out.mkv"), strict=True):
        np.testing.assert_array_equal(painted[mask == 0], frame[mask == 0])
        np.testing.assert_array_equal(painted[mask == 255], style.paint(frame)[mask == 255])


def test_a_matte_that_ends_early_is_held_and_said(tmp_path, style):
    frames = [np.full((40, 64, 3), 30 * k, np.uint8) for k in range(5)]
    src = write_clip(tmp_path / "clip.mkv", frames)
    for number in range(2):
        save(tmp_path / "mattes" / f"{number}.png", half(40, 64))
    outcome = paint(src, tmp_path / "o.mkv", style, mask=str(tmp_path / "mattes"), codec="ffv1")
    (note,) = [n for n in outcome.report.notes if n.kind == "mask-ends"]
    assert note.count == 3


def test_masks_that_cannot_be_are_refused(tmp_path, style):
    src = save(tmp_path / "a.png", np.zeros((40, 60, 3), np.uint8))
    tall = save(tmp_path / "tall.png", np.zeros((60, 40), np.uint8))
    clip = write_clip(tmp_path / "clip.mkv", [np.zeros((40, 60, 3), np.uint8)] * 2)
    (tmp_path / "empty").mkdir()
    broken = tmp_path / "broken.png"
    broken.write_bytes(b"\x89PNG\r\n\x1a\n no more")
    for given, message in (
        (tmp_path / "none.png", "is not there"),
        (tall, "40x60 px, the picture 60x40"),
        (clip, "is a clip, and a picture"),
        (tmp_path / "empty", "no masks named"),
        (broken, "cannot read"),
    ):
        with pytest.raises(InputError, match=message):
            paint(src, tmp_path / "out.png", style, mask=str(given), overwrite=True)
    with pytest.raises(InputError, match="holds no pictures"):
        paint(clip, tmp_path / "o.mkv", style, mask=str(tmp_path / "empty"), codec="ffv1")
    with pytest.raises(InputError, match="mask is a"):
        style(np.zeros((4, 4, 3), np.uint8), mask=7)
