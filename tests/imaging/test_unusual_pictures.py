"""Pictures of kinds that few programs write: read, or called what they are, never damaged."""

from __future__ import annotations

import io
import struct
import sys
import types
import zlib

import numpy as np
import pytest
from PIL import Image, ImageFile

from paintreel.errors import OutputError, PictureTooLarge, UnreadableFile
from paintreel.imaging import jpeg_scans
from paintreel.imaging.files import (
    Picture,
    check_writable,
    inspect_picture,
    is_animated,
    is_image,
    looks_like_picture,
    read_picture,
    write_picture,
)
from paintreel.imaging.frame_count import count_frames
from paintreel.imaging.jpeg_scans import MAX_SCANS, count_scans

tifffile = pytest.importorskip("tifffile")


def noise(*shape: int, dtype: type = np.uint8) -> np.ndarray:
    """Noise over the full range, [0, 1] for floats."""
    rng = np.random.default_rng(0)
    if np.dtype(dtype).kind == "f":
        return rng.random(shape).astype(dtype)
    return rng.integers(0, np.iinfo(dtype).max + 1, shape, dtype=dtype)


def chunk(kind: bytes, data: bytes) -> bytes:
    """One PNG chunk with its check sum."""
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


# PNG with much text


@pytest.mark.parametrize("kind", [b"zTXt", b"iTXt", b"tEXt"])
@pytest.mark.parametrize("behind", [False, True])
def test_png_with_megabytes_of_text(tmp_path, kind, behind):
    pixels = noise(30, 40, 3)
    Image.fromarray(pixels).save(tmp_path / "a.png")
    whole = (tmp_path / "a.png").read_bytes()
    text = b"x" * (3 << 20)
    content = {
        b"zTXt": b"Raw\0\0" + zlib.compress(text),
        b"iTXt": b"XML\0\1\0\0\0" + zlib.compress(text),
        b"tEXt": b"Raw\0" + text,
    }[kind]
    at = len(whole) - 12 if behind else 33
    many = 30 if kind == b"tEXt" else 3
    (tmp_path / "a.png").write_bytes(whole[:at] + chunk(kind, content) * many + whole[at:])
    np.testing.assert_array_equal(read_picture(tmp_path / "a.png").pixels, pixels)
    assert inspect_picture(tmp_path / "a.png").width == 40
    assert is_image(tmp_path / "a.png")
    assert not is_animated(tmp_path / "a.png")


# TIFF


@pytest.mark.parametrize(
    "options",
    [
        {},
        {"compression": "zlib", "predictor": True},
        {"tile": (16, 32), "compression": "zlib"},
        {"rowsperstrip": 5},
        {"byteorder": ">"},
        {"bigtiff": True},
        {"planarconfig": "separate", "compression": "zlib", "predictor": True},
    ],
)
@pytest.mark.parametrize("dtype", [np.float32, np.uint32, np.float16, np.float64])
def test_deep_colour_becomes_16_bits(tmp_path, options, dtype):
    pixels = noise(40, 50, 3, dtype=dtype)
    stored = pixels.transpose(2, 0, 1) if "planarconfig" in options else pixels
    if np.dtype(dtype).kind == "f":  # whose predictor needs an encoder that is not here
        options = {name: value for name, value in options.items() if name != "predictor"}
    tifffile.imwrite(tmp_path / "a.tif", stored, photometric="rgb", **options)
    picture = read_picture(tmp_path / "a.tif")
    full = pixels >> 16 if dtype == np.uint32 else np.rint(pixels.astype(np.float32) * 65535)
    np.testing.assert_array_equal(picture.pixels, full)
    assert [note.kind for note in picture.notes] == ["depth-reduced"]
    info = inspect_picture(tmp_path / "a.tif")
    assert (info.width, info.height, info.bits) == (50, 40, 16)


@pytest.mark.parametrize("compression", ["tiff_lzw", "packbits", "tiff_adobe_deflate"])
@pytest.mark.parametrize("predictor", [1, 3])
def test_floats_of_every_compression(tmp_path, compression, predictor):
    values = noise(40, 50, dtype=np.float32)
    predictor = 1 if compression == "packbits" else predictor
    Image.fromarray(values).save(
        tmp_path / "a.tif", compression=compression, tiffinfo={317: predictor}
    )
    read = read_picture(tmp_path / "a.tif").pixels
    np.testing.assert_array_equal(read, np.rint(values * 65535))


@pytest.mark.parametrize("dtype", [np.uint16, np.float32])
def test_grey_with_alpha(tmp_path, dtype):
    pixels = noise(9, 7, 2, dtype=dtype)
    tifffile.imwrite(
        tmp_path / "a.tif", pixels, photometric="minisblack", extrasamples=["unassalpha"]
    )
    deep = pixels if dtype == np.uint16 else np.rint(pixels * 65535)
    np.testing.assert_array_equal(read_picture(tmp_path / "a.tif").pixels, deep[..., [0, 0, 0, 1]])
    assert inspect_picture(tmp_path / "a.tif").alpha


def test_planes_of_16_bits(tmp_path):
    pixels = noise(4, 21, 30, dtype=np.uint16)
    options = {"photometric": "rgb", "planarconfig": "separate", "extrasamples": ["unassalpha"]}
    tifffile.imwrite(tmp_path / "a.tif", pixels, **options)
    read = read_picture(tmp_path / "a.tif").pixels
    np.testing.assert_array_equal(read, pixels.transpose(1, 2, 0))


def test_values_that_are_no_shade_are_clipped_and_counted(tmp_path):
    pixels = np.array([[-1, 0.5, 2, np.inf, -np.inf]] * 2, np.float32)
    tifffile.imwrite(tmp_path / "a.tif", pixels)
    picture = read_picture(tmp_path / "a.tif")
    assert picture.pixels[0].tolist() == [0, 32768, 65535, 65535, 0]
    (note,) = [note for note in picture.notes if note.kind == "values-clipped"]
    assert (note.count, note.loss) == (8, True)


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])
def test_values_that_are_no_numbers_are_refused(tmp_path, dtype):
    """As arrays with NaN are: no shade is made up for them."""
    pixels = np.full((6, 8, 3), 0.5, dtype)
    pixels[2, 3:5, 1] = np.nan
    tifffile.imwrite(tmp_path / "a.tif", pixels, photometric="rgb")
    with pytest.raises(UnreadableFile, match=r"2 values that are no numbers \(NaN\).*replace them"):
        read_picture(tmp_path / "a.tif")


@pytest.mark.parametrize(
    ("pixels", "words"),
    [
        (noise(9, 7, dtype=np.int16), "16 bits a channel, signed numbers, 1 channel"),
        (noise(9, 7, 3, dtype=np.int32), "32 bits a channel, signed numbers, 3 channels"),
        (noise(9, 7, dtype=np.uint64), "64 bits a channel"),
        (np.ones((9, 7), np.complex64), "64 bits a channel, complex numbers"),
    ],
)
def test_what_is_not_read_is_called_what_it_is(tmp_path, pixels, words):
    photometric = "rgb" if pixels.ndim == 3 else "minisblack"
    tifffile.imwrite(tmp_path / "a.tif", pixels, photometric=photometric)
    with pytest.raises(UnreadableFile, match=f"it is a TIFF picture of {words}") as caught:
        read_picture(tmp_path / "a.tif")
    assert "damaged" not in str(caught.value)


def test_deep_files_obey_the_limit_and_damage_is_said(tmp_path):
    tifffile.imwrite(tmp_path / "a.tif", noise(40, 50, 3, dtype=np.float32), photometric="rgb")
    with pytest.raises(PictureTooLarge):
        read_picture(tmp_path / "a.tif", max_pixels=1999)
    whole = (tmp_path / "a.tif").read_bytes()
    for share in (0.5, 0.9):
        (tmp_path / "b.tif").write_bytes(whole[: int(len(whole) * share)])
        with pytest.raises(UnreadableFile, match="damaged"):
            read_picture(tmp_path / "b.tif")


def test_pages_are_counted_and_said(tmp_path):
    with tifffile.TiffWriter(tmp_path / "a.tif") as file:
        for page in range(3):
            file.write(noise(20, 30, 3), photometric="rgb", subfiletype=0 if page < 2 else 1)
    (note,) = read_picture(tmp_path / "a.tif").notes
    assert note.kind == "pages-left-out"
    assert note.loss
    assert "first of 2 pages" in note.text
    assert inspect_picture(tmp_path / "a.tif").pages == 2
    tifffile.imwrite(tmp_path / "b.tif", noise(20, 30, 3), photometric="rgb")
    assert read_picture(tmp_path / "b.tif").notes == ()


def tiff_of(tags: dict[int, tuple[int, int]], *, below: dict[int, tuple[int, int]] | None = None):
    """A little-endian TIFF of tags {tag: (type, value)}, and a directory below it in SubIFDs."""
    tags = dict(tags)
    size = 2 + 12 * (len(tags) + (below is not None)) + 4
    if below is not None:
        tags[330] = (4, 8 + size)

    def directory(entries: dict[int, tuple[int, int]]) -> bytes:
        rows = b"".join(
            struct.pack("<HHII", tag, kind, 1, value)
            for tag, (kind, value) in sorted(entries.items())
        )
        return struct.pack("<H", len(entries)) + rows + bytes(4)

    rest = b"" if below is None else directory(below)
    return b"II*\0\x08\0\0\0" + directory(tags) + rest + bytes(2000)


SMALL = {
    256: (4, 8),
    257: (4, 8),
    258: (3, 8),
    259: (3, 1),
    262: (3, 1),
    273: (4, 200),
    279: (4, 64),
}
THUMBNAIL = {**SMALL, 254: (4, 1)}
SENSOR = {**SMALL, 262: (3, 32803)}


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(tiff_of({**THUMBNAIL, 50706: (1, 0x0401)}), id="DNG"),
        pytest.param(tiff_of(THUMBNAIL, below=SENSOR), id="NEF, ARW"),
        pytest.param(tiff_of(SENSOR), id="PEF"),
        pytest.param(tiff_of({**SMALL, 262: (3, 34892)}), id="linear DNG"),
        pytest.param(b"II*\0\x10\0\0\0CR\x02\0" + bytes(4) + tiff_of(SMALL)[8:], id="CR2"),
    ],
)
def test_raw_photographs_are_refused(tmp_path, content):
    (tmp_path / "a.dng").write_bytes(content)
    for reader in (read_picture, inspect_picture):
        with pytest.raises(UnreadableFile, match="it is a raw photograph: develop it first"):
            reader(tmp_path / "a.dng")


def test_a_plain_tiff_with_directories_below_is_read(tmp_path):
    (tmp_path / "a.tif").write_bytes(tiff_of(SMALL, below=THUMBNAIL))
    assert read_picture(tmp_path / "a.tif").pixels.shape == (8, 8)


# Other formats


@pytest.mark.parametrize(
    ("head", "words"),
    [
        (b"8BPS\0\1", "a Photoshop document; export it as PNG"),
        (b"\xff\x0a" + bytes(9), "a JPEG XL picture; convert it to PNG"),
        (b"<?xml version='1.0'?>\n<svg/>", "an SVG drawing; export it as PNG"),
        (b"%PDF-1.7", "a PDF document; export its pages as PNG"),
        (b"\0\0\0\x18ftypheic" + bytes(40), "a HEIC picture.*paintreel\\[heif\\].*JPEG"),
    ],
)
def test_foreign_pictures_are_named_with_what_to_do(tmp_path, monkeypatch, head, words):
    monkeypatch.setitem(sys.modules, "pi_heif", None)
    (tmp_path / "a.jpg").write_bytes(head)
    assert looks_like_picture(tmp_path / "a.jpg")
    assert not is_animated(tmp_path / "a.jpg")
    with pytest.raises(UnreadableFile, match=words):
        read_picture(tmp_path / "a.jpg")


def test_heic_is_read_where_its_package_is_there(tmp_path, monkeypatch):
    class FakeHeif(ImageFile.ImageFile):
        format = "HEIF"

        def _open(self) -> None:
            self._size, self._mode = (4, 3), "RGB"
            self.tile = [ImageFile._Tile("raw", (0, 0, 4, 3), 24, "RGB")]

    def register() -> None:
        Image.register_open("HEIF", FakeHeif, lambda head: head[4:8] == b"ftyp")

    Image.init()  # now, or all other plug-ins would be registered in the copies below
    monkeypatch.setattr(Image, "OPEN", dict(Image.OPEN))
    monkeypatch.setattr(Image, "ID", list(Image.ID))
    fake = types.SimpleNamespace(register_heif_opener=register)
    monkeypatch.setitem(sys.modules, "pi_heif", fake)
    (tmp_path / "a.heic").write_bytes(b"\0\0\0\x18ftypheic" + bytes(12) + bytes(range(36)))
    picture = read_picture(tmp_path / "a.heic")
    np.testing.assert_array_equal(picture.pixels.ravel(), np.arange(36))
    assert picture.format == "HEIF"


# Scans, frames, sizes


def test_jpeg_of_endless_scans_is_refused(tmp_path, monkeypatch):
    packed = io.BytesIO()
    Image.fromarray(noise(40, 50, 3)).save(packed, "JPEG", progressive=True)
    (tmp_path / "a.jpg").write_bytes(packed.getvalue())
    with (tmp_path / "a.jpg").open("rb") as file:
        usual = count_scans(file)
    assert 5 < usual < 20
    read_picture(tmp_path / "a.jpg")
    # A scan that refines nothing, over and over.
    scan = b"\xff\xda\x00\x08\x01\x01\x00\x3f\x3f\x10" + b"\0\0"
    many = packed.getvalue()[:-2] + scan * 20_000 + b"\xff\xd9"
    (tmp_path / "b.jpg").write_bytes(many)
    with pytest.raises(UnreadableFile, match=rf"20,0\d\d scans.*at most {MAX_SCANS}"):
        read_picture(tmp_path / "b.jpg")
    monkeypatch.setattr(jpeg_scans, "MAX_SCANS", usual)
    read_picture(tmp_path / "a.jpg")


def test_markers_in_previews_are_no_scans(tmp_path):
    packed = io.BytesIO()
    Image.fromarray(noise(40, 50, 3)).save(packed, "JPEG", comment=b"\xff\xda" * 500)
    (tmp_path / "a.jpg").write_bytes(packed.getvalue())
    with (tmp_path / "a.jpg").open("rb") as file:
        assert count_scans(file) == 1


@pytest.mark.parametrize("suffix", [".gif", ".webp", ".png", ".avif"])
@pytest.mark.parametrize("count", [1, 2, 5])
def test_frames_are_counted_without_decoding(tmp_path, suffix, count):
    frames = [Image.fromarray(noise(20, 30, 3) // (i + 1)) for i in range(count)]
    options = {"save_all": True, "append_images": frames[1:]} if count > 1 else {}
    frames[0].save(tmp_path / f"a{suffix}", **options)
    assert count_frames(tmp_path / f"a{suffix}") == count
    assert is_animated(tmp_path / f"a{suffix}") == (count > 1)
    kinds = [note.kind for note in read_picture(tmp_path / f"a{suffix}").notes]
    assert kinds == (["frames-left-out"] if count > 1 else [])


@pytest.mark.parametrize(
    ("name", "width", "height"),
    [("a.jpg", 65_501, 1), ("a.webp", 1, 16_384), ("a.avif", 65_537, 9), ("a.gif", 65_536, 1)],
)
def test_limits_of_formats_are_known_before_painting(tmp_path, name, width, height):
    with pytest.raises(OutputError, match=r"ends at .* px a side"):
        check_writable(tmp_path / name, width, height)
    check_writable(tmp_path / name, width - 1 or 1, height - 1 or 1)
    check_writable(tmp_path / "a.png", width, height)
    with pytest.raises(OutputError, match="suffix"):
        check_writable(tmp_path / "a.xyz", 1, 1)


@pytest.mark.parametrize(
    ("name", "width"), [("a.jpg", 65_500), ("a.webp", 16_383), ("a.gif", 65_535)]
)
def test_the_largest_sides_can_be_written(tmp_path, name, width):
    write_picture(tmp_path / name, Picture(np.zeros((1, width, 3), np.uint8)))
    assert read_picture(tmp_path / name).pixels.shape == (1, width, 3)


# EXIF


@pytest.mark.parametrize("suffix", [".jpg", ".png", ".webp", ".tif"])
def test_exif_states_the_size_of_the_pixels(tmp_path, suffix):
    exif = Image.Exif()
    exif[0x0112] = 6
    exif.get_ifd(0x8769)[0xA002] = 40
    exif.get_ifd(0x8769)[0xA003] = 30
    Image.fromarray(noise(30, 40, 3)).save(tmp_path / "a.jpg", exif=exif.tobytes())

    def stated(block: bytes) -> tuple[int, int]:
        exif = Image.Exif()
        exif.load(block)
        return exif.get_ifd(0x8769)[0xA002], exif.get_ifd(0x8769)[0xA003]

    picture = read_picture(tmp_path / "a.jpg")
    assert stated(picture.exif) == (30, 40)
    resized = Picture(
        noise(70_000 if suffix != ".jpg" and suffix != ".webp" else 90, 7, 3), exif=picture.exif
    )
    write_picture(tmp_path / f"b{suffix}", resized)
    assert stated(read_picture(tmp_path / f"b{suffix}").exif) == (7, len(resized.pixels))


# Names


def test_names_that_no_file_has(tmp_path):
    (tmp_path / "loop").symlink_to("loop")
    for path, words in (
        (tmp_path / ("a" * 300), "name is too long"),
        (tmp_path / "loop", "loop of links"),
        (tmp_path / "a\0b", "zero byte"),
        (tmp_path / "\udcff.png", "no such file"),
    ):
        assert not is_image(path)
        assert not is_animated(path)
        assert not looks_like_picture(path)
        for reader in (read_picture, inspect_picture, count_frames):
            with pytest.raises(UnreadableFile, match=words):
                reader(path)


@pytest.mark.skipif(sys.platform != "linux", reason="other systems refuse such names")
@pytest.mark.parametrize("suffix", [".png", ".tif", ".jpg"])
@pytest.mark.parametrize("dtype", [np.uint8, np.uint16])
def test_names_that_are_not_utf_8(tmp_path, suffix, dtype):
    pixels = noise(20, 30, 3, dtype=dtype)
    path = tmp_path / f"\udcff\udcfe{suffix}"
    write_picture(path, Picture(pixels))
    assert read_picture(path).pixels.shape == pixels.shape
    assert inspect_picture(path).width == 30
