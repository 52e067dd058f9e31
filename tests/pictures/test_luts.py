"""LUTs and CDLs: what they do to colours, as tables and as files of ours and of others."""

from __future__ import annotations

import numpy as np
import pytest

from paintreel.errors import InputError, OutputError, UnreadableFile
from paintreel.media.lut_filter import CHANGING_GRID, LutFilter
from paintreel.pictures import banded_grade
from paintreel.pictures.banded_grade import BandedGrade
from paintreel.pictures.cdl import CDL, fitted_cdl, read_cdl, write_cdl
from paintreel.pictures.colour_lut import GRID, ColourLUT, identity_grid, lut_of, mixed
from paintreel.pictures.grading_light import LightMap
from paintreel.pictures.lut_files import read_cube, write_cube
from paintreel.pictures.still_grade import apply_lut


def bent(rgb: np.ndarray) -> np.ndarray:
    red, green, blue = (rgb[..., i] for i in range(3))
    return np.stack([red**1.3 * 0.9 + 0.05 * green, green**0.8, 0.2 + 0.7 * blue], axis=-1)


@pytest.fixture
def colours() -> np.ndarray:
    return np.random.default_rng(5).random((24, 31, 3)).astype(np.float32)


def test_a_lut_is_exact_at_its_colours_and_near_between():
    lut = lut_of(bent)
    grid = identity_grid(GRID)
    assert np.abs(lut(grid) - bent(grid)).max() < 1e-6
    between = np.random.default_rng(0).random((400, 3))
    assert np.abs(lut(between) - bent(between)).max() < 0.006


@pytest.mark.parametrize("changing", [False, True])
@pytest.mark.parametrize("width", [1, 7, 31, 32, 333])
def test_the_filter_does_what_the_table_says(changing, width):
    """Of any width: FFmpeg writes whole vectors, which were past the end of the memory once.

    What it gave before is not written over by what comes after.
    """
    lut = lut_of(bent, count=CHANGING_GRID if changing else GRID)
    other = lut_of(lambda rgb: 1 - rgb, count=len(lut.table))
    through = LutFilter(width, 9, changing=changing)
    told = []
    for turn, each in enumerate([lut, lut, other, lut]):
        pixels = np.random.default_rng(turn).random((9, width, 3)).astype(np.float32)
        for index, plane in enumerate(through.planes):
            plane[:] = pixels[..., index]
        told.append((through(each.table), each(pixels)))
    for planes, expected in told:
        assert np.abs(np.stack(planes, -1) - expected).max() < 1e-4


@pytest.mark.parametrize("changing", [False, True])
@pytest.mark.parametrize("dtype", [np.uint8, np.uint16, np.float32])
def test_bands_are_no_other_than_the_whole(monkeypatch, changing, dtype, colours):
    """Nothing shows where a band ends, nor where the last is lower than the others."""
    lut = lut_of(bent, count=CHANGING_GRID)
    full = 1 if dtype is np.float32 else np.iinfo(dtype).max
    pixels = (np.tile(colours, (9, 2, 1)) * full).astype(dtype)
    change = np.linspace(-0.18, 0.18, 24 * 31, dtype=np.float32).reshape(24, 31)
    lights = [None, *(LightMap(change, haze, np.full(3, 0.7, np.float32)) for haze in (-0.2, 0.3))]
    for light in lights:
        whole = BandedGrade(62, 216, changing=changing)(pixels, lut, light)
        monkeypatch.setattr(banded_grade, "_BAND_PX", 62 * 50)
        bands = BandedGrade(62, 216, changing=changing)
        for _ in range(2):
            off = np.abs(bands(pixels, lut, light).astype(float) - whole)
            assert off.max() <= full * 2e-6 + (dtype is not np.float32)
            assert off.mean() <= full * 1e-4
        monkeypatch.undo()


def test_tables_mix_with_what_changes_nothing(colours):
    table = lut_of(bent).table
    half = ColourLUT(mixed([(0.5, table)]))
    assert np.abs(half(colours) - (colours + ColourLUT(table)(colours)) / 2).max() < 1e-5


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({}, "curves, a table or both"),
        ({"table": np.zeros((2, 3, 2, 3), np.float32)}, "cannot be"),
        ({"curves": np.full((4, 3), np.nan, np.float32)}, "no numbers"),
        ({"curves": np.zeros((4, 3), np.float32), "domain": np.zeros((2, 3))}, "domain"),
    ],
)
def test_what_is_no_lut_is_refused(arguments, message):
    with pytest.raises(InputError, match=message):
        ColourLUT(**arguments)


# Files.


def test_a_cube_file_comes_back(tmp_path, colours):
    lut = lut_of(bent, title='a "look"')
    path = tmp_path / "look.cube"
    write_cube(path, lut, comments=["light is not in it"], overwrite=False)
    text = path.read_text()
    assert text.startswith("TITLE \"a 'look'\"\n# light is not in it\nLUT_3D_SIZE 33\n")
    again = read_cube(path)
    assert np.abs(again(colours) - lut(colours)).max() < 2e-6
    with pytest.raises(OutputError):
        write_cube(path, lut, overwrite=False)


def test_red_runs_fastest(tmp_path):
    path = tmp_path / "red.cube"
    rows = ["0 0 0", "1 0 0", "0 1 0", "1 1 0", "0 0 1", "1 0 1", "0 1 1", "1 1 1"]
    path.write_text("# ours\n\nLUT_3D_SIZE 2\n" + "\n".join(rows) + "\n")
    assert np.allclose(read_cube(path).table, identity_grid(2))


def test_curves_and_domains_of_others(tmp_path):
    """Adobe's 1D files, a domain beyond 0 to 1, Resolve's curves before a table."""
    path = tmp_path / "one.cube"
    path.write_text("TITLE x\nLUT_1D_SIZE 3\n0 0 1\n0.25 0.5 0.5\n1 1 0\n")
    found = read_cube(path)(np.array([[0.5, 0.5, 0.25]]))
    assert found[0] == pytest.approx([0.25, 0.5, 0.75])
    path.write_text("LUT_1D_SIZE 2\nDOMAIN_MIN -1 -1 -1\nDOMAIN_MAX 1 1 1\n0 0 0\n1 1 1\n")
    assert read_cube(path)(np.array([[0.0, 0.5, 1.0]]))[0] == pytest.approx([0.5, 0.75, 1.0])
    table = "\n".join(" ".join(f"{1 - v:g}" for v in row[::-1]) for row in np.ndindex(2, 2, 2))
    path.write_text(f"LUT_1D_SIZE 2\nLUT_3D_SIZE 2\n0 0 0\n0.5 0.5 0.5\n{table}\n")
    lut = read_cube(path)
    assert lut(np.array([[1.0, 0.0, 0.5]]))[0] == pytest.approx([0.5, 1.0, 0.75])
    pixels = np.array([[[255, 0, 128]]], np.uint8)
    assert apply_lut(pixels, lut)[0, 0] == pytest.approx([128, 255, 191], abs=1)


def test_curves_and_table_have_ranges_of_their_own(tmp_path):
    """As Resolve writes: the curves take -1 to 1 to 0 to 4, which is what the table takes."""
    table = "\n".join(" ".join(f"{v:g}" for v in row[::-1]) for row in np.ndindex(2, 2, 2))
    head = "LUT_1D_SIZE 2\nLUT_1D_INPUT_RANGE -1 1\nLUT_3D_SIZE 2\nLUT_3D_INPUT_RANGE 0.0 4.0\n"
    path = tmp_path / "resolve.cube"
    path.write_text(f"{head}0 0 0\n4 4 4\n{table}\n")
    found = read_cube(path)(np.array([[0.0, 0.5, 1.0]]))
    assert found[0] == pytest.approx([0.5, 0.75, 1.0])
    path.write_text(f"LUT_3D_SIZE 2\nLUT_3D_INPUT_RANGE 0 0.5\n{table}\n")
    assert read_cube(path)(np.array([[0.0, 0.25, 0.9]]))[0] == pytest.approx([0.0, 0.5, 1.0])


def test_what_others_write_around_a_table(tmp_path):
    """Line ends of Windows, a mark of UTF-8, tabs, key words in any case, a domain below them,
    comments behind numbers, a title with a hash, a byte that is no UTF-8."""
    rows = ["0\t0\t0", "1 0 0 # red", "  0 1 0", "1.0e0 1 0", "0 0 1", "1 0 1", "0 1 1", "1 1 1"]
    text = (
        '\ufeff# Fa\u00e7ade\n\nTITLE "Look #1"\nlut_3d_size 2\n'
        "DOMAIN_MIN 0.0 0 0\nDOMAIN_MAX 1 1 1.0\n"
    )
    path = tmp_path / "other.cube"
    path.write_bytes((text + "\n\n".join(rows)).replace("\n", "\r\n").encode("utf-8"))
    lut = read_cube(path)
    assert np.allclose(lut.table, identity_grid(2))
    assert (lut.title, lut.is_unit) == ("Look #1", True)
    path.write_bytes(b"# Fa\xe7ade\nLUT_3D_SIZE 2\n" + "\n".join(rows).encode())
    assert np.allclose(read_cube(path).table, identity_grid(2))


@pytest.mark.parametrize("kind", ["curves", "table", "both", "wide"])
@pytest.mark.parametrize("dtype", [np.uint8, np.uint16, np.float32])
def test_pictures_go_through_luts_of_others(kind, dtype, colours):
    """Curves, a table, both, a domain that is none of 0 to 1: as the LUT says of the colours."""
    curves = np.linspace(0, 1, 5)[:, None] ** np.array([2.0, 1.0, 0.5])
    parts = {"curves": curves.astype(np.float32), "table": lut_of(bent).table}
    if kind in parts:
        parts = {kind: parts[kind]}
    domain = np.array([[-0.2] * 3, [1.5, 1.2, 2.0]] if kind == "wide" else [[0.0] * 3, [1.0] * 3])
    lut = ColourLUT(**parts, domain=domain.astype(np.float32))
    full = 1 if dtype is np.float32 else np.iinfo(dtype).max
    pixels = (colours * full).astype(dtype)
    off = np.abs(apply_lut(pixels, lut) / full - lut(pixels.astype(np.float64) / full))
    assert off.max() < {np.uint8: 1.01 / 255, np.uint16: 2e-5, np.float32: 1e-5}[dtype]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("LUT_3D_SIZE 2\nLUT_IN_VIDEO_RANGE\n", "line 2: LUT_IN_VIDEO_RANGE: .* full range"),
        ("LUT_3D_SIZE 2\nLUT_3D_INPUT_RANGE 1 0\n", "line 2: LUT_3D_INPUT_RANGE ends below"),
        ("LUT_3D_SIZE 2\n0,5 0 0\n", "line 2: expected 3 numbers, got 0,5 0 0"),
        ("LUT_3D_SIZE two\n", "line 1: expected 1 numbers, got two"),
        ("LUT_3D_SIZE 2.5\n", "line 1: LUT_3D_SIZE is 2.5"),
        ("", "no LUT_3D_SIZE"),
        ("0 0 0\n", "line 1: numbers stand before"),
        ("LUT_3D_SIZE 1\n", "line 1: LUT_3D_SIZE is 1"),
        ("LUT_3D_SIZE 900\n", "expected 2 to 129"),
        ("LUT_3D_SIZE 2\n0 0\n", "line 2: expected 3 numbers"),
        ("LUT_3D_SIZE 2\n0 0 nan\n", "line 2: expected 3 numbers"),
        ("LUT_3D_SIZE 2\nWOOD 1\n", "line 2: WOOD is no key word"),
        ("LUT_3D_SIZE 2\n" + "0 0 0\n" * 5, "ends after 5 of 8 rows"),
        ("LUT_3D_SIZE 2\n" + "0 0 0\n" * 9, "line 10: there are more than 8 rows"),
        ("LUT_1D_SIZE 2\nDOMAIN_MIN 1 1 1\n0 0 0\n1 1 1\n", "domain"),
        ("LUT_1D_SIZE 2\0\n", "no text"),
    ],
)
def test_a_broken_cube_file_names_its_line(tmp_path, text, message):
    path = tmp_path / "broken.cube"
    path.write_text(text)
    with pytest.raises(UnreadableFile, match=message):
        read_cube(path)


def test_a_cdl_is_what_the_asc_says():
    cdl = CDL((1.2, 1.0, 0.5), (0.1, 0.0, -0.1), (1.0, 2.0, 1.0), 0.0)
    red, green, blue = 0.5 * 1.2 + 0.1, 0.5**2, 0.5 * 0.5 - 0.1
    luma = 0.2126 * red + 0.7152 * green + 0.0722 * blue
    assert cdl(np.full(3, 0.5)) == pytest.approx([luma] * 3)
    with pytest.raises(InputError, match="powers above 0"):
        CDL(power=(0.0, 1.0, 1.0))


def test_a_cdl_is_found_again_from_its_lut():
    cdl = CDL((1.1, 0.9, 0.8), (0.02, -0.01, 0.05), (1.2, 0.9, 1.0), 0.8)
    found, off = fitted_cdl(cdl.lut)
    assert off < 1e-3
    for name in ("slope", "offset", "power"):
        assert getattr(found, name) == pytest.approx(getattr(cdl, name), abs=0.01)
    assert found.saturation == pytest.approx(0.8, abs=0.01)


@pytest.mark.parametrize("suffix", [".cdl", ".cc", ".ccc"])
def test_a_cdl_file_comes_back(tmp_path, suffix):
    cdl = CDL((1.1, 0.9, 0.8), (0.02, -0.01, 0.05), (1.2, 0.9, 1.0), 0.8)
    path = tmp_path / f"look{suffix}"
    write_cdl(path, cdl, name='a "b"', comments=["light & haze"], overwrite=False)
    assert "urn:ASC:CDL:v1.01" in path.read_text()
    assert read_cdl(path) == cdl


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("<a>", "line 1: it is no XML"),
        ("<a/>", "no CDL"),
        ("<a><Slope>1 2</Slope></a>", "Slope is '1 2', expected 3 numbers"),
        ("<a><Saturation>-1</Saturation></a>", "slopes and saturation are 0 or more"),
        ('<!DOCTYPE a [<!ENTITY b "c">]><a/>', "declares entities"),
    ],
)
def test_a_broken_cdl_is_refused(tmp_path, text, message):
    path = tmp_path / "broken.cc"
    path.write_text(text)
    with pytest.raises(UnreadableFile, match=message):
        read_cdl(path)


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        ("a.cube", "LUT_3D_SIZE 2\nLUT_3D_SIZE 2\n" + "0 0 0\n" * 8, "line 2: LUT_3D_SIZE"),
        ("a.cube", "LUT_3D_SIZE 2\n" + "0 0 0\n" * 7, "line 8: it ends after 7 of 8 rows"),
        (
            "a.cube",
            "LUT_1D_SIZE 2\nDOMAIN_MIN 1 0 0\nDOMAIN_MAX 0 1 1\n0 0 0\n1 1 1\n",
            "line 3: the domain is",
        ),
        ("a.cube", "LUT_1D_SIZE 2\nDOMAIN_MAX 0 1 1\n0 0 0\n1 1 1\n", "line 2: the domain is"),
        ("a.cc", "<c>\n<s>\n<Slope>1 1</Slope></s></c>", "line 3: Slope"),
        ("a.cc", "<c>\n<Saturation>\n-1</Saturation></c>", "line 2: a CDL has"),
        ("a.cc", "<c><Slope>1 1 1</Slope>\n<x:Power xmlns:x='u'>1 0 1</x:Power></c>", "line 2"),
    ],
)  # fmt: skip
def test_a_broken_file_is_refused_with_its_line(tmp_path, name, text, message):
    path = tmp_path / name
    for encoding in ("utf-8", "utf-16"):
        path.write_bytes(text.encode(encoding))
        with pytest.raises(UnreadableFile, match=message):
            (read_cube if name.endswith("cube") else read_cdl)(path)
