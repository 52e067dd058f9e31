from __future__ import annotations

import numpy as np
import pytest

from paintreel.errors import InputError
from paintreel.pictures.contact_sheet import Cell, contact_sheet


def flat(shade: int, height: int = 30, width: int = 40) -> np.ndarray:
    return np.full((height, width, 3), shade, np.uint8)


def test_pictures_lie_row_by_row():
    shades = [10, 60, 110, 160, 210]
    sheet = contact_sheet([Cell(flat(s), "") for s in shades], columns=3, cell_px=40)
    assert sheet.dtype == np.uint8
    height, width = sheet.shape[:2]
    assert width > height
    centres = [sheet[10 + 15 + row * (height - 10) // 2, 10 + 20 + 50 * column]
               for row, column in ((0, 0), (0, 1), (0, 2), (1, 0), (1, 1))]  # fmt: skip
    assert [int(c[0]) for c in centres] == shades
    assert (sheet[10 + 15 + (height - 10) // 2, 130] > 240).all()  # nothing is left for the sixth


def test_a_row_is_as_high_as_its_highest_picture():
    both = [Cell(flat(9, height=h), "") for h in (10, 10, 40, 20)]
    low = contact_sheet(both[:2], columns=2, cell_px=40).shape[0]
    high = contact_sheet(both[2:], columns=2, cell_px=40).shape[0]
    assert high - low == 30
    sheet = contact_sheet(both, columns=2, cell_px=40)
    assert sheet.shape[0] == low + high - 10  # one border between them
    assert (sheet[low : low + 40, 20] == 9).all()


def test_captions_are_written_and_cut_to_the_cell():
    bare = contact_sheet([Cell(flat(0), "")], cell_px=40)
    named = contact_sheet([Cell(flat(0), "seed 7")], cell_px=40)
    long = contact_sheet([Cell(flat(0), "a name that is far too long for it")], cell_px=40)
    assert bare.shape == named.shape == long.shape
    assert (named != bare).any()
    assert (long[:, -9:] == bare[:, -9:]).all()  # not beyond the picture
    assert (named[:40] == bare[:40]).all()  # nor upon it


def test_big_deep_and_transparent_pictures_are_shrunk():
    cell = Cell.shrunk(np.full((300, 400, 4), 0.5), "", cell_px=40)
    assert (cell.picture.shape, cell.picture.dtype) == ((30, 40, 3), np.uint8)
    assert np.abs(cell.picture.astype(int) - 191).max() <= 1  # half of it is paper
    grey = contact_sheet([Cell(np.full((300, 400), 40_000, np.uint16), "")], cell_px=100)
    assert grey.shape[1] == 120


def test_columns_by_themselves():
    narrow = contact_sheet([Cell(flat(9), "")] * 12, cell_px=40)
    assert narrow.shape[1] == 4 * 50 + 10


def test_no_picture():
    with pytest.raises(InputError, match="at least one"):
        contact_sheet([])
