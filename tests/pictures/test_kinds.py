"""A path becomes a PIL image that carries what its file says, under the keys of PIL."""

from __future__ import annotations

import numpy as np
from PIL import Image

from paintreel.imaging.files import Picture, write_picture
from paintreel.imaging.metadata import Metadata, Text, make_density
from paintreel.pictures.kinds import map_picture, open_image

XMP = (
    b'<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-'
    b'syntax-ns#"><rdf:Description rdf:about=""/></rdf:RDF></x:xmpmeta>'
)


def test_a_path_gives_an_image_that_pillow_saves_with_its_words(tmp_path):
    words = Metadata(XMP, texts=(Text("by the sea"),), density=make_density(300, 150, "inch"))
    pixels = np.full((12, 16, 3), 90, np.uint8)
    write_picture(tmp_path / "a.jpg", Picture(pixels, metadata=words))
    image = map_picture(tmp_path / "a.jpg", lambda x: 255 - x)
    assert image.info["dpi"] == (300, 150)
    assert (image.info["xmp"], image.info["comment"]) == (XMP, b"by the sea")
    image.save(tmp_path / "b.jpg", dpi=image.info["dpi"], xmp=image.info["xmp"])
    with Image.open(tmp_path / "b.jpg") as saved:
        assert (saved.info["dpi"], saved.info["comment"]) == ((300, 150), b"by the sea")
        assert saved.info["xmp"] == XMP


def test_a_file_without_words_gives_none(tmp_path):
    write_picture(tmp_path / "a.png", Picture(np.zeros((4, 4, 3), np.uint8)))
    assert open_image(tmp_path / "a.png").info == {}
