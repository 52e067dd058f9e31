from __future__ import annotations

import os
import struct
import zlib
from pathlib import Path

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from PIL import Image

import paintreel
from paintreel.errors import (
    InputError,
    ModelFileError,
    PictureTooLarge,
    UnknownModel,
    UnreadableFile,
)
from paintreel.imaging.files import Picture, write_picture
from paintreel.runtime.system import usable_cores
from paintreel.stylize.style import Style, frames_at_once

DTYPES = [np.uint8, np.uint16, np.float32, np.float64]
LAYOUTS = [(), (1,), (3,), (4,)]


def picture(height: int, width: int, layout: tuple[int, ...] = (3,), dtype=np.uint8) -> np.ndarray:
    rng = np.random.default_rng(height * 4001 + width)
    x = rng.random((height, width, *layout))
    if np.dtype(dtype).kind == "f":
        return x.astype(dtype)
    return np.rint(x * np.iinfo(dtype).max).astype(dtype)


@pytest.fixture(scope="module")
def style(style_file: Path) -> Style:
    return Style(style_file, backend="onnxruntime", threads=1)


@settings(max_examples=40, deadline=None)
@given(
    height=st.integers(1, 60),
    width=st.integers(1, 60),
    layout=st.sampled_from(LAYOUTS),
    dtype=st.sampled_from(DTYPES),
    strength=st.sampled_from([0, 0.25, 1, np.float32(0.5)]),
)
@example(height=3000, width=17, layout=(3,), dtype=np.uint8, strength=1)
@example(height=17, width=3000, layout=(4,), dtype=np.float64, strength=0.5)
@example(height=1, width=1, layout=(), dtype=np.uint16, strength=1)
def test_same_kind_back(style: Style, height, width, layout, dtype, strength):
    x = picture(height, width, layout, dtype)
    before = x.copy()
    y = style(x, strength)
    assert (y.shape, y.dtype) == (x.shape, x.dtype)
    assert np.array_equal(x, before)
    assert not np.may_share_memory(x, y)
    if y.dtype.kind == "f":
        assert y.min() >= 0
        assert y.max() <= 1
    if layout == (4,):
        assert np.array_equal(y[..., 3], x[..., 3])
    if strength == 0:
        assert np.array_equal(x, y)


@pytest.mark.parametrize("dtype", DTYPES)
def test_dtypes_hold_the_same_picture(style: Style, dtype):
    x = picture(40, 50)
    full = 1.0 if np.dtype(dtype).kind == "f" else np.iinfo(dtype).max
    y = style((x * (full / 255)).astype(dtype)) / full
    assert np.abs(y * 255 - style(x)).max() <= 1


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("strength", [0.1, 0.5, 0.9])
def test_strength_is_a_straight_path(style: Style, dtype, strength: float):
    x = picture(24, 24, dtype=dtype)
    step = 1.0 if x.dtype.kind == "u" else 1e-6
    full = style(x).astype(np.float64)
    expected = x + strength * (full - x)
    assert np.abs(style(x, strength) - expected).max() <= step


def test_grey_stays_grey_and_is_painted(style: Style):
    x = picture(32, 32, ())
    assert np.abs(style(x).astype(int) - x).max() > 5


@pytest.mark.parametrize("strength", [-0.1, 1.1, float("nan"), float("inf"), "1", None, True])
@pytest.mark.parametrize("x", [np.zeros((4, 4, 3), np.uint8), Image.new("RGB", (4, 4)), "a.jpg"])
def test_strength_is_checked_first(style: Style, strength, x):
    with pytest.raises(InputError, match=r"strength is .*, expected a number from 0 to 1"):
        style(x, strength)


@pytest.mark.parametrize(
    ("x", "message"),
    [
        (np.full((4, 4, 3), np.nan), "NaN"),
        (np.full((4, 4, 3), np.inf, np.float32), "NaN or infinite"),
        (np.full((4, 4, 3), 1.5), r"expected \[0, 1\]"),
        (np.full((4, 4, 3), -0.5), r"expected \[0, 1\]"),
        (np.full((4, 4, 3), 200.0), "255"),
        (np.zeros((4, 4, 3), np.int32), "int32"),
        (np.zeros((4, 4, 3), bool), "bool"),
        (np.zeros((3, 4, 5), np.uint8), "shape"),
        (np.zeros((0, 4, 3), np.uint8), "at least 1"),
        (np.zeros((2, 4, 4, 3), np.uint8), "shape"),
        ([[0]], "cannot paint a list, expected a path"),
        (None, "cannot paint a NoneType"),
    ],
)
def test_bad_arrays(style: Style, x, message: str):
    with pytest.raises(InputError, match=message):
        style(x)


class TestTiles:
    """Tiles give what one pass gives, wherever the cuts fall."""

    @settings(max_examples=25, deadline=None)
    @given(height=st.integers(1, 150), width=st.integers(1, 150), tile=st.integers(8, 70))
    def test_tiled_equals_whole(self, style_file: Path, style: Style, height, width, tile):
        tiled = Style(style_file, backend="onnxruntime", threads=1, tile=tile)
        x = picture(height, width)
        assert np.abs(tiled(x).astype(int) - style(x)).max() <= 1
        deep = picture(height, width, dtype=np.float32)
        np.testing.assert_allclose(tiled(deep, 0.7), style(deep, 0.7), atol=1e-5)

    def test_big_picture_is_cut_by_itself(self, style_file: Path, monkeypatch):
        sizes = []
        style = Style(style_file, backend="onnxruntime", threads=1, brush=5)
        run_image = style.model.run_image
        monkeypatch.setattr(
            style.model, "run_image", lambda x: sizes.append(x.shape) or run_image(x)
        )
        x = picture(1700, 20)
        y = style(x)
        assert len(sizes) == 2
        off = Style(style_file, backend="onnxruntime", threads=1, tile="off", brush=5)
        assert np.abs(y.astype(int) - off(x)).max() <= 1

    def test_whole_pictures_are_not_cut(self, make_style, tmp_path: Path):
        path = make_style(tmp_path / "a", tiling="whole")
        x = picture(1700, 8)
        assert np.array_equal(Style(path)(x), Style(path, tile="off")(x))
        with pytest.raises(InputError, match="paints pictures whole"):
            Style(path, tile=512)

    @pytest.mark.parametrize("strength", [1.0, 0.4])
    def test_tiles_of_a_shrunk_picture(self, style_file: Path, strength):
        x = picture(600, 400)
        whole, cut = (
            Style(style_file, backend="onnxruntime", threads=1, tile=tile, brush=12)(x, strength)
            for tile in ("off", 64)
        )
        assert np.abs(whole.astype(int) - cut).max() <= 1

    @pytest.mark.parametrize("tile", [0, -1, 1.5, "big", None, True])
    def test_tile_is_checked(self, style_file: Path, tile):
        with pytest.raises(InputError, match="tile is"):
            Style(style_file, tile=tile)


class TestPillow:
    @pytest.mark.parametrize("mode", ["L", "RGB", "RGBA", "LA", "YCbCr", "RGBX"])
    def test_mode_comes_back(self, style: Style, mode: str):
        image = Image.fromarray(picture(20, 30)).convert(mode)
        painted = style(image)
        assert (painted.mode, painted.size) == (mode, (30, 20))

    @pytest.mark.parametrize(
        ("mode", "becomes"), [("P", "RGB"), ("1", "L"), ("CMYK", "RGB"), ("LAB", "RGB")]
    )
    def test_modes_that_cannot_hold_paint(self, style: Style, mode: str, becomes: str):
        image = Image.new(mode, (9, 7))
        assert style(image).mode == becomes
        unpainted = style(image, 0)
        assert (unpainted.mode, unpainted.tobytes()) == (mode, image.tobytes())

    def test_palette_with_transparency(self, style: Style):
        image = Image.fromarray(picture(8, 8)).convert("P")
        image.info["transparency"] = 0
        painted = style(image)
        assert painted.mode == "RGBA"
        assert "transparency" not in painted.info

    def test_sixteen_bit_grey(self, style: Style):
        x = picture(12, 12, (), np.uint16)
        painted = style(Image.fromarray(x))
        assert painted.mode == "I;16"
        assert np.array_equal(np.asarray(painted), style(x))

    @pytest.mark.parametrize("mode", ["I", "F"])
    def test_modes_without_a_range(self, style: Style, mode: str):
        with pytest.raises(InputError, match=f"mode {mode}, whose range"):
            style(Image.new(mode, (4, 4)))

    def test_empty_image(self, style: Style):
        with pytest.raises(InputError, match="0x5 px"):
            style(Image.new("RGB", (0, 5)))

    def test_same_as_array_and_info_is_kept(self, style: Style):
        x = picture(20, 30)
        image = Image.fromarray(x)
        image.info["icc_profile"] = b"profile"
        painted = style(image)
        assert np.array_equal(np.asarray(painted), style(x))
        assert painted.info["icc_profile"] == b"profile"


class TestPaths:
    @pytest.mark.parametrize("kind", [str, Path])
    def test_path_gives_an_image(self, style: Style, tmp_path: Path, kind):
        x = picture(20, 30)
        write_picture(tmp_path / "a.png", Picture(x))
        painted = style(kind(tmp_path / "a.png"))
        assert np.array_equal(np.asarray(painted), style(x))

    def test_upright_with_exif(self, style: Style, tmp_path: Path):
        exif = Image.Exif()
        exif[0x0112], exif[0x010F] = 6, "Camera"
        Image.fromarray(picture(20, 30)).save(tmp_path / "a.jpg", exif=exif)
        painted = style(tmp_path / "a.jpg")
        assert painted.size == (20, 30)
        assert painted.getexif()[0x010F] == "Camera"
        assert painted.getexif().get(0x0112, 1) == 1

    @pytest.mark.parametrize(
        ("content", "message"),
        [
            (None, "no such file"),
            (b"", "empty"),
            (b"\xff\xd8\xff\xe0garbage", "damaged or truncated"),
            (b"text", "not a picture"),
            ("folder", "folder"),
        ],
    )
    def test_bad_files(self, style: Style, tmp_path: Path, content, message: str):
        path = tmp_path / "a.jpg"
        if content == "folder":
            path.mkdir()
        elif content is not None:
            path.write_bytes(content)
        with pytest.raises(UnreadableFile, match=rf"a\.jpg.*{message}"):
            style(path)

    def test_bomb(self, style: Style, tmp_path: Path):
        header = b"IHDR" + struct.pack(">IIBBBBB", 50_000, 50_000, 8, 2, 0, 0, 0)
        chunk = struct.pack(">I", 13) + header + struct.pack(">I", zlib.crc32(header))
        data = struct.pack(">I", 0) + b"IDAT" + struct.pack(">I", zlib.crc32(b"IDAT"))
        (tmp_path / "bomb.png").write_bytes(b"\x89PNG\r\n\x1a\n" + chunk + data)
        with pytest.raises(PictureTooLarge, match=r"2,500,000,000 pixels.*--max-pixels"):
            style(tmp_path / "bomb.png")


class TestOneCall:
    """`paintreel.stylize`, which is a package and a function."""

    def test_by_name_path_and_style(self, tiny_style: str, style_file: Path):
        x = picture(9, 9)
        expected = Style(style_file)(x)
        for style in (tiny_style, style_file, str(style_file), Style(tiny_style)):
            assert np.array_equal(paintreel.stylize(x, style=style), expected)
        assert np.array_equal(paintreel.stylize(x, tiny_style, 0), x)

    def test_changed_file_is_loaded_again(self, make_style, tmp_path: Path):
        path = make_style(tmp_path / "a", card=False)
        paintreel.stylize(picture(4, 4), path)
        path.write_bytes(b"no model")
        os.utime(path, ns=(1, 1))
        with pytest.raises(ModelFileError):
            paintreel.stylize(picture(4, 4), path)

    def test_options_reach_the_style(self, style_file: Path):
        with pytest.raises(InputError, match="tile is"):
            paintreel.stylize(picture(4, 4), style_file, tile=0)
        with pytest.raises(InputError, match="loaded already"):
            paintreel.stylize(picture(4, 4), Style(style_file), threads=1)

    def test_unknown_style(self):
        with pytest.raises(UnknownModel, match="paintreel models"):
            paintreel.stylize(picture(4, 4), "no-such-style")

    def test_other_task(self, make_style, tmp_path: Path):
        with pytest.raises(ModelFileError, match="'colorize', expected one for 'stylize'"):
            Style(make_style(tmp_path / "a", task="colorize"))


class TestBrush:
    """Big pictures are painted small, so that their strokes can be seen."""

    def test_big_pictures_are_painted_as_if_1280_px_long(self, style: Style, monkeypatch):
        sizes = []
        run_image = style.model.run_image
        monkeypatch.setattr(
            style.model, "run_image", lambda x: sizes.append(x.shape) or run_image(x)
        )
        for side in (1280, 2560, 5120):
            assert style(picture(40, side)).shape == (40, side, 3)
        assert [size[1] for size in sizes] == [1280] * 3

    def test_alpha_and_strength(self, style: Style):
        x = picture(64, 2000)
        alpha = np.arange(2000, dtype=np.uint8)[None].repeat(64, 0)
        painted = style(np.dstack([x, alpha]))
        assert np.array_equal(painted[..., 3], alpha)
        assert np.array_equal(style(x, 0), x)
        half, full = style(x, 0.5).astype(int), style(x).astype(int)
        assert np.abs(half - (x.astype(int) + full) / 2).max() <= 1

    def test_is_checked(self, style_file: Path):
        with pytest.raises(InputError, match="brush is 1"):
            Style(style_file, brush=1)


@pytest.mark.parametrize(("threads", "most"), [(None, 2), (1, 1), (2, 2), (16, 2)])
def test_frames_at_once_are_two_where_there_are_two_threads(threads, most):
    assert frames_at_once(threads) == min(most, threads or usable_cores())
