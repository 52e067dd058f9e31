"""Layers as one OpenRaster file."""

from __future__ import annotations

import xml.etree.ElementTree as ET
import zipfile
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from paintreel.drawing.openraster import RasterLayer, boxed, write_openraster
from paintreel.errors import OutputError


def layers() -> list[RasterLayer]:
    back = np.full((300, 400, 4), (10, 20, 30, 255), np.uint8)
    front = np.zeros((300, 400, 4), np.uint8)
    front[50:90, 100:160] = (200, 100, 50, 128)
    part, at = boxed(front)
    return [RasterLayer("back", back), RasterLayer('front & "ink"', part, "multiply", at)]


def test_what_the_standard_asks_for_is_there(tmp_path: Path):
    write_openraster(tmp_path / "a.ora", layers(), layers()[0].rgba[..., :3])
    with zipfile.ZipFile(tmp_path / "a.ora") as archive:
        first = archive.infolist()[0]
        assert (first.filename, first.compress_type) == ("mimetype", zipfile.ZIP_STORED)
        assert archive.read("mimetype") == b"image/openraster"
        image = ET.fromstring(archive.read("stack.xml"))
        front, back = image.findall("./stack/layer")
        assert (image.get("w"), image.get("h")) == ("400", "300")
        assert front.get("name") == 'front & "ink"'
        assert (front.get("x"), front.get("y")) == ("100", "50")
        assert front.get("composite-op") == "svg:multiply"
        with Image.open(BytesIO(archive.read(front.get("src")))) as picture:
            assert picture.size == (60, 40)
            assert picture.getpixel((0, 0)) == (200, 100, 50, 128)
        assert back.get("name") == "back"
        with Image.open(BytesIO(archive.read("Thumbnails/thumbnail.png"))) as thumbnail:
            assert max(thumbnail.size) == 256
        with Image.open(BytesIO(archive.read("mergedimage.png"))) as merged:
            assert merged.size == (400, 300)


def test_the_same_layers_give_the_same_bytes(tmp_path: Path):
    for name in ("a.ora", "b.ora"):
        write_openraster(tmp_path / name, layers(), layers()[0].rgba)
    assert (tmp_path / "a.ora").read_bytes() == (tmp_path / "b.ora").read_bytes()


def test_nothing_is_replaced_and_nothing_half_written(tmp_path: Path):
    path = tmp_path / "a.ora"
    write_openraster(path, layers(), layers()[0].rgba)
    with pytest.raises(OutputError):
        write_openraster(path, layers(), layers()[0].rgba)

    def broken():
        yield layers()[0]
        raise ValueError("no more")

    with pytest.raises(ValueError, match="no more"):
        write_openraster(tmp_path / "b.ora", broken(), layers()[0].rgba)
    assert [each.name for each in tmp_path.iterdir()] == ["a.ora"]


def test_an_empty_layer_is_a_pixel():
    part, at = boxed(np.zeros((5, 5, 4), np.uint8))
    assert part.shape == (1, 1, 4)
    assert at == (0, 0)
