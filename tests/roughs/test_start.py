from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from paintreel.errors import InputError, PictureTooLarge, UnreadableFile
from paintreel.imaging.files import Picture, write_picture
from paintreel.roughs.start import check_size, read_start


def blocks(height: int = 20, width: int = 30, dtype=np.uint8) -> np.ndarray:
    x = np.random.default_rng(3).random((height, width, 3))
    return x.astype(dtype) if np.dtype(dtype).kind == "f" else (x * 255).astype(dtype)


def lines(height: int = 20, width: int = 30) -> np.ndarray:
    x = np.full((height, width), 255, np.uint8)
    x[5] = 0
    x[6] = 128  # the grey of an anti-aliased border
    return x


def test_flat_arrays_pass_untouched():
    start = read_start(blocks(), lines())
    np.testing.assert_array_equal(start.rough.blocks, blocks())
    np.testing.assert_array_equal(start.rough.lines, lines())
    np.testing.assert_array_equal(start.base, blocks())


def test_only_one_of_both():
    start = read_start(blocks())
    assert start.rough.lines is None
    start = read_start(sketch=lines())
    assert start.rough.blocks is None
    np.testing.assert_array_equal(start.base, np.dstack([lines()] * 3))
    with pytest.raises(InputError, match="give a rough, a sketch or a category"):
        read_start()


def test_sketch_is_laid_on_white_and_keeps_its_greys():
    alpha = np.zeros((20, 30, 4), np.uint8)  # black ink, its cover in alpha alone
    alpha[..., 3] = 255 - lines()
    assert np.abs(read_start(sketch=alpha).rough.lines.astype(int) - lines()).max() <= 1
    on_white = np.dstack([lines()] * 3 + [np.full((20, 30), 255, np.uint8)])
    np.testing.assert_array_equal(read_start(sketch=on_white).rough.lines, lines())


def test_coloured_ink_is_read_by_its_luma():
    red = np.full((20, 30, 3), 255, np.uint8)
    red[4] = (255, 0, 0)
    got = read_start(sketch=red).rough.lines
    assert (got[4] == 76).all()
    assert (got[5] == 255).all()


def test_transparent_rough_shows_the_paper():
    rgba = np.dstack([blocks(), np.full((20, 30), 255, np.uint8)])
    rgba[3, :, 3] = 0
    rgba[4, :, 3] = 51
    start = read_start(rgba)
    assert start.base.shape == (20, 30, 3)
    assert (start.base[3] == 255).all()
    np.testing.assert_array_equal(start.base[5:], blocks()[5:])
    expected = 0.2 * blocks()[4] + 0.8 * 255
    assert np.abs(start.base[4] - expected).max() <= 0.51


@pytest.mark.parametrize("dtype", [np.float32, np.float64, np.uint16])
def test_base_keeps_its_dtype_and_the_network_sees_bytes(dtype):
    full = 1.0 if np.dtype(dtype).kind == "f" else 65535
    x = (blocks() * (full / 255)).astype(dtype)
    start = read_start(x)
    assert start.base.dtype == dtype
    np.testing.assert_array_equal(start.base, x)
    assert np.abs(start.rough.blocks.astype(int) - blocks()).max() <= 1
    assert start.rough.blocks.dtype == np.uint8


@pytest.mark.parametrize("mode", ["L", "RGB", "RGBA", "P", "1"])
def test_pil_images_of_every_mode(mode: str):
    image = Image.fromarray(np.dstack([lines()] * 3)).convert(mode)
    got = read_start(sketch=image).rough.lines
    assert (got[5] == 0).all()
    assert (got[0] == 255).all()


def test_sixteen_bit_scan():
    deep = Image.fromarray(lines().astype(np.uint16) * 257)
    assert deep.mode == "I;16"
    np.testing.assert_array_equal(read_start(sketch=deep).rough.lines, lines())


def test_paths(tmp_path: Path):
    write_picture(tmp_path / "a.png", Picture(blocks()))
    np.testing.assert_array_equal(read_start(tmp_path / "a.png").base, blocks())
    np.testing.assert_array_equal(read_start(str(tmp_path / "a.png")).base, blocks())
    with pytest.raises(PictureTooLarge, match="600 pixels"):
        read_start(tmp_path / "a.png", max_pixels=599)
    (tmp_path / "bad.png").write_bytes(b"nothing")
    with pytest.raises(UnreadableFile, match=r"bad\.png"):
        read_start(tmp_path / "a.png", tmp_path / "bad.png")
    with pytest.raises(UnreadableFile, match=r"absent\.png: there is no such file"):
        read_start(sketch=tmp_path / "absent.png")


def test_unequal_sizes_name_both_and_may_be_fitted():
    with pytest.raises(InputError, match=r"rough is 30x20 px and the sketch 60x40 px.*--resize"):
        read_start(blocks(), lines(40, 60))
    start = read_start(blocks(), lines(40, 60), fit_sketch=True)
    assert start.rough.lines.shape == (20, 30)
    assert 64 < start.rough.lines[2:4].mean() < 200  # the line, softened, at half its place


def test_size_resizes_both():
    start = read_start(blocks(), lines(), size=(60, 40))
    assert start.base.shape == start.rough.blocks.shape == (40, 60, 3)
    assert start.rough.lines.shape == (40, 60)


@pytest.mark.parametrize("shade", [255, 245])
def test_sketch_without_ink(shade: int):
    with pytest.raises(InputError, match="sketch is empty"):
        read_start(blocks(), np.full((20, 30), shade, np.uint8))
    with pytest.raises(InputError, match="sketch is empty"):
        read_start(sketch=np.zeros((20, 30, 4), np.uint8))


def test_faint_pencil_is_ink():
    faint = np.full((20, 30), 255, np.uint8)
    faint[9] = 230
    assert read_start(sketch=faint).rough.lines[9, 0] == 230


@pytest.mark.parametrize(
    ("rough", "message"),
    [
        (blocks(15, 40), "rough is 40x15 px, expected at least 16"),
        (np.full((20, 30, 3), np.nan), "rough has NaN"),
        (np.zeros((3, 20, 30), np.uint8), r"rough has shape \(3, 20, 30\)"),
        ([1, 2], "rough is a list, expected a path"),
        (Image.new("F", (20, 20)), "mode F"),
        (Image.new("RGB", (0, 20)), "0x20 px"),
    ],
)
def test_bad_roughs(rough, message: str):
    with pytest.raises(InputError, match=message):
        read_start(rough)


def test_tiny_sketch():
    with pytest.raises(InputError, match="sketch is 30x8 px"):
        read_start(sketch=lines(8))


@pytest.mark.parametrize(
    ("size", "message"),
    [
        ((15, 100), "15x100 px, expected at least 16"),
        ((0, 0), "expected at least 16"),
        ((-64, 64), "expected at least 16"),
        ((1000, 1001), "1,001,000 pixels; the limit is 1,000,000"),
        ((64.0, 64), "two whole numbers"),
        ((True, 64), "two whole numbers"),
        ((64,), "expected .width, height."),
        ("64x64", "expected .width, height."),
    ],
)
def test_impossible_sizes(size, message: str):
    with pytest.raises(InputError, match=message):
        check_size(size, 1_000_000)
    check_size((1000, 1000), 1_000_000)
