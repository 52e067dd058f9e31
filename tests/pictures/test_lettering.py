"""Letters on pages that a program draws."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont

from paintreel.pictures import lettering
from paintreel.pictures.lettering import fitted, font_of, legible, letter


@pytest.fixture
def no_fonts(monkeypatch):
    """A machine without any font but Pillow's own."""
    monkeypatch.setattr(lettering, "_FALLBACKS", ())


def written(text: str) -> np.ndarray:
    picture = Image.new("L", (200, 40), 0)
    letter(ImageDraw.Draw(picture), (4, 30), text, size_px=20, colour=255)
    return np.asarray(picture)


def test_plain_letters_are_in_one_font_everywhere():
    assert font_of(20, "Autumn 2").getname() == ImageFont.load_default(20).getname()


def test_no_letter_becomes_a_box(no_fonts):
    """Accents go where no font has them; the box of a missing letter says nothing."""
    assert legible("Frühling à Łódź") == "Fruhling a Lodz"
    assert np.array_equal(written("Frühling"), written("Fruhling"))
    assert not np.array_equal(written("é"), written("\U0010ffff"))


def test_a_font_of_the_machine_serves_what_pillows_own_lacks(monkeypatch):
    have = [n for n in lettering._FALLBACKS if not lettering._lacks(n, "é")]
    if not have:
        pytest.skip("no font with accents on this machine")
    assert legible("é") == "é"
    assert font_of(20, "é").getname() == ImageFont.truetype(have[0], 20).getname()


def test_a_line_is_cut_where_it_is_too_wide():
    font = font_of(20)
    cut = fitted("a very long name of a file", font, 100)
    assert cut.endswith("...")
    assert font.getlength(cut) <= 100
