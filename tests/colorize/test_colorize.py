"""Drawings in colour: flats, hints, palettes, a network, layers, clips, and what is no drawing."""

from __future__ import annotations

import xml.etree.ElementTree as ET
import zipfile
from io import BytesIO
from pathlib import Path

import av
import cv2
import numpy as np
import pytest
from PIL import Image

import paintreel
from paintreel.cli.main import main
from paintreel.colorize.asked import look_of, read_palette
from paintreel.colorize.colourer import Colourer, ColourLook
from paintreel.errors import InputError
from paintreel.imaging.files import Picture, read_picture, write_picture
from paintreel.media.reader import read_frames
from paintreel.roughs.palettes import palette_named

RED, BLUE = (200, 40, 40), (40, 70, 200)


def lines(height: int = 160, width: int = 220) -> np.ndarray:
    """A house: a box with a door, a roof with a gap of 4 px. White paper."""
    page = np.full((height, width), 255, np.uint8)
    cv2.rectangle(page, (50, 70), (170, 140), 0, 2)
    cv2.rectangle(page, (100, 100), (125, 140), 0, 2)
    cv2.polylines(page, [np.array([[40, 70], [110, 20], [180, 70]])], False, 0, 2, cv2.LINE_AA)
    cv2.line(page, (40, 70), (180, 70), 0, 2)
    page[67:74, 60:64] = 255  # a gap between roof and wall
    return page


WALL, DOOR, ROOF, SKY = (90, 70), (120, 112), (50, 110), (10, 10)  # row, column


def hints(*dots: tuple[tuple[int, int], tuple[int, int, int]]) -> np.ndarray:
    layer = np.zeros((160, 220, 4), np.uint8)
    for (row, column), colour in dots:
        cv2.circle(layer, (column, row), 3, (*colour, 255), -1)
    return layer


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    write_picture("lines.png", Picture(lines()))
    write_picture("hints.png", Picture(hints((WALL, RED), (ROOF, BLUE))))
    return tmp_path


# Flats by rule.


def test_hints_colour_their_regions_and_lines_stay(folder: Path, capsys):
    command = ["colorize", "lines.png", "-o", "c.png", "--hint", "hints.png", "--method", "rule"]
    assert main(command) == 0
    assert capsys.readouterr().out == "c.png\n"
    picture = read_picture("c.png").pixels
    assert picture[WALL].tolist() == list(RED)
    assert picture[ROOF].tolist() == list(BLUE)  # and does not leak through the gap
    assert picture[SKY].tolist() == [255, 255, 255]  # the page around it
    assert picture[140, 60].max() < 40  # a line
    assert (picture[DOOR] != picture[WALL]).any()


def test_without_hints_every_region_is_told_apart_and_seeds_differ():
    pictures = [paintreel.colorize(lines(), method="rule", seed=s) for s in (1, 1, 2)]
    np.testing.assert_array_equal(pictures[0], pictures[1])
    assert (pictures[0][WALL] != pictures[2][WALL]).any()
    found = {tuple(pictures[0][at].tolist()) for at in (WALL, DOOR, ROOF, SKY)}
    assert len(found) == 4


def test_count_paints_several_into_a_folder(folder: Path, capsys):
    command = ["colorize", "lines.png", "--method", "rule", "--count", "3", "--seed", "5"]
    assert main([*command, "-o", "out"]) == 0
    names = sorted(path.name for path in (folder / "out").glob("*.png"))
    assert names == ["lines-0005.png", "lines-0006.png", "lines-0007.png"]
    assert main([*command, "-o", "one.png"]) == 2
    assert "need a folder" in capsys.readouterr().err


def test_a_palette_is_a_name_or_any_picture(folder: Path):
    flat = paintreel.colorize(lines(), method="rule", palette="sea", flat=True)
    known = {tuple(c) for c in np.rint(palette_named("sea")[:, :3] * 255).astype(int).tolist()}
    assert tuple(flat[WALL].tolist()) in known
    two = np.full((40, 40, 3), (10, 200, 90), np.uint8)
    two[:20] = (240, 230, 20)
    write_picture("two.png", Picture(two))
    assert (
        main(["colorize", "lines.png", "-o", "c.png", "--palette", "two.png", "--method", "rule"])
        == 0
    )
    wall = read_picture("c.png").pixels[WALL].astype(int)
    assert min(np.abs(wall - c).max() for c in ((10, 200, 90), (240, 230, 20))) < 4
    with pytest.raises(InputError, match="no palette is called 'se'"):
        read_palette("se")


def test_a_palette_of_a_cut_out_leaves_out_what_is_transparent():
    cut = np.zeros((40, 40, 4), np.uint8)
    cut[10:30, 10:30] = (200, 40, 40, 255)
    palette = read_palette(cut)
    assert len(palette) == 1
    np.testing.assert_allclose(palette[0], [200 / 255, 40 / 255, 40 / 255, 1], atol=0.01)


def test_cel_leaves_the_page_around_the_forms_transparent():
    cel = paintreel.colorize(lines(), method="rule", cel=True)
    assert cel.shape[2] == 4
    assert cel[SKY].tolist()[3] == 0
    assert cel[WALL][3] == cel[ROOF][3] == 255
    assert cel[140, 60][3] > 200  # lines are seen
    hinted = paintreel.colorize(lines(), method="rule", cel=True, hint=hints((SKY, BLUE)))
    assert hinted[SKY][:3].tolist() == list(BLUE)


def test_lines_can_be_left_out():
    bare = paintreel.colorize(lines(), method="rule", lines=False)
    assert bare[140, 60].max() > 60


def test_arrays_and_images_come_back_as_they_are():
    deep = paintreel.colorize(lines().astype(np.uint16) * 257, method="rule")
    assert (deep.dtype, deep.shape) == (np.uint16, (160, 220, 3))
    assert paintreel.colorize(Image.fromarray(lines()), method="rule").mode == "RGB"


@pytest.mark.parametrize("kind", ["inverted", "clear", "cream", "thin", "thick"])
def test_any_drawing_has_the_same_regions(kind):
    page = lines()
    drawing = {
        "inverted": 255 - page,
        "clear": np.dstack([np.zeros((160, 220, 3), np.uint8), 255 - page]),
        "cream": np.minimum(np.dstack([page] * 3), np.uint8((250, 240, 215))),
        "thin": np.where(page < 128, np.uint8(190), np.uint8(255)),
        "thick": cv2.erode(page, np.ones((5, 5), np.uint8)),
    }[kind]
    asked = hints((WALL, RED), (ROOF, BLUE))
    picture = paintreel.colorize(drawing, method="rule", hint=asked)
    assert picture[WALL][:3].tolist() == list(RED)
    assert picture[ROOF][:3].tolist() == list(BLUE)
    assert (picture[SKY][:3] != RED).any()


# What is no drawing.


def test_a_photograph_is_refused_and_lineart_offered(folder: Path, capsys):
    rng = np.random.default_rng(0)
    photo = cv2.resize(rng.integers(0, 256, (6, 8, 3), np.uint8), (220, 160))
    write_picture("photo.png", Picture(photo))
    assert main(["colorize", "photo.png", "-o", "c.png", "--method", "rule"]) == 1
    said = capsys.readouterr().err
    assert "looks like a photograph" in said
    assert "paintreel lineart photo.png" in said


def test_a_blank_page_is_one_region(folder: Path, capsys):
    write_picture("blank.png", Picture(np.full((60, 80), 255, np.uint8)))
    assert main(["colorize", "blank.png", "-o", "c.png", "--method", "rule"]) == 0
    assert "no lines were found" in capsys.readouterr().err


def test_hints_that_do_not_fit_are_told(folder: Path, capsys):
    write_picture("other.png", Picture(np.zeros((50, 400, 4), np.uint8)))
    base = ["colorize", "lines.png", "-o", "c.png", "--method", "rule", "--overwrite"]
    assert main([*base, "--hint", "other.png"]) == 0
    assert "of other proportions" in capsys.readouterr().err
    assert main([*base, "--hint", "missing.png"]) == 2
    assert main([*base, "--category", "forrest"]) == 2
    assert "did you mean 'forest'" in capsys.readouterr().err.lower()


def test_a_page_of_panels_is_coloured_panel_by_panel(tiny_colorize: Path):
    page = np.full((400, 300), 255, np.uint8)
    for top, left, bottom, right in ((15, 15, 185, 285), (205, 15, 385, 140), (205, 160, 385, 285)):
        cv2.rectangle(page, (left, top), (right, bottom), 0, 2)
        cv2.circle(page, ((left + right) // 2, (top + bottom) // 2), 40, 0, 2)
    coloured = Colourer(tiny_colorize).colour(page)
    assert "3 panels" in coloured.notes[0].text
    picture = coloured.picture()
    assert picture[195, 100].tolist() == [255, 255, 255]  # the gutter
    assert picture[100, 150].max() < 200


# Folders.


def test_hints_of_a_folder_go_with_drawings_of_their_names(folder: Path, capsys):
    for name in ("a", "b"):
        write_picture(f"in/{name}.png", Picture(lines()))
    write_picture("h/a.png", Picture(hints((WALL, RED))))
    assert main(["colorize", "in", "-o", "out", "--hint", "h", "--method", "rule"]) == 0
    assert "1 drawing without hints" in capsys.readouterr().err
    assert read_picture("out/a.png").pixels[WALL].tolist() == list(RED)
    assert read_picture("out/b.png").pixels[WALL].tolist() != list(RED)
    assert main(["colorize", "in", "-o", "out2", "--hint", "hints.png", "--method", "rule"]) == 2


# A network.


def test_a_network_is_given_hints_palette_category_and_noise(tiny_colorize: Path):
    colourer = Colourer(tiny_colorize)
    plain = colourer.colour(lines()).picture(lines=False)
    np.testing.assert_allclose(plain[SKY], 0.4 * 255, atol=1.5)  # noise of ones
    palette = np.array([[0.2, 0.4, 0.6, 1.0]], np.float32)
    tinted = colourer.colour(lines(), None, ColourLook(palette=palette)).picture()
    np.testing.assert_allclose(tinted[SKY] / 255, 0.4 + 0.5 * palette[0, :3], atol=0.01)
    wet = colourer.colour(lines(), None, look_of(category="water")).picture()
    np.testing.assert_allclose(wet[SKY], 0.1 * 255, atol=1.5)
    seeds = {int(colourer.colour(lines(), None, ColourLook(seed=s)).picture()[SKY][0])
             for s in range(8)}  # fmt: skip
    assert seeds <= {76, 77, 127, 128}
    assert len(seeds) >= 2


def test_a_hint_is_kept_by_the_painting_and_shading_stays(tiny_colorize: Path):
    coloured = Colourer(tiny_colorize).colour(lines(), hints((WALL, RED)))
    picture = coloured.picture(lines=False)
    region = coloured.labels() == coloured.labels()[WALL]
    mean = picture[region & (lines() > 250)].mean(axis=0)
    np.testing.assert_allclose(mean, RED, atol=12)
    flat = Colourer(tiny_colorize).colour(lines(), hints((WALL, RED)), ColourLook(flat=True))
    assert flat.picture()[WALL].tolist() == list(RED)
    assert len(np.unique(flat.picture(lines=False)[region], axis=0)) == 1


def test_auto_takes_the_bundled_network(tiny_colorize_folder, folder: Path):
    assert Colourer().name == "stand-in-colours"
    assert main(["colorize", "lines.png", "-o", "c.png", "--credits"]) == 0
    assert "stand-in-colours" in (folder / "CREDITS.txt").read_text("utf-8")


# Layers.


def test_layers_give_the_picture_again(tiny_colorize_folder, folder: Path):
    assert main(["colorize", "lines.png", "-o", "c.png", "--layers", "--hint", "hints.png"]) == 0
    read = {p.stem: read_picture(p).pixels for p in (folder / "c-layers").glob("*.png")}
    assert set(read) == {"flats", "lights", "lines", "regions", "shadows"}
    below = read["flats"][..., :3].astype(float)
    below = below * (read["shadows"][..., :3] / 255) + read["lights"][..., :3]
    cover = read["lines"][..., 3:] / 255
    whole = below * (1 - cover) + read["lines"][..., :3] * cover
    assert np.abs(whole - read_picture("c.png").pixels).max() <= 2
    with zipfile.ZipFile("c.ora") as archive:
        assert archive.namelist()[0] == "mimetype"
        assert archive.read("mimetype") == b"image/openraster"
        assert archive.infolist()[0].compress_type == zipfile.ZIP_STORED
        stack = ET.fromstring(archive.read("stack.xml"))
        layers = stack.findall("./stack/layer")
        assert [layer.get("name") for layer in layers] == ["lines", "lights", "shadows", "flats"]
        assert [layer.get("composite-op") for layer in layers] == [
            "svg:src-over", "svg:plus", "svg:multiply", "svg:src-over",
        ]  # fmt: skip
        assert (stack.get("w"), stack.get("h")) == ("220", "160")
        merged = np.asarray(Image.open(BytesIO(archive.read("mergedimage.png"))))
    np.testing.assert_array_equal(merged, read_picture("c.png").pixels)


def test_flats_have_a_layer_a_region_and_an_indexed_mask(folder: Path):
    assert (
        main(["colorize", "lines.png", "-o", "c.png", "--flat", "--layers", "--method", "rule"])
        == 0
    )
    with Image.open("c-layers/regions.png") as mask:
        assert mask.mode == "P"
        index = np.asarray(mask)
        colours = np.array(mask.getpalette()).reshape(-1, 3)
    flats = read_picture("c-layers/flats.png").pixels[..., :3]
    np.testing.assert_array_equal(colours[index], flats)
    with zipfile.ZipFile("c.ora") as archive:
        layers = ET.fromstring(archive.read("stack.xml")).findall("./stack/layer")
        assert len(layers) == len(np.unique(index)) + 1
        canvas = np.zeros((160, 220, 4), np.uint8)
        for layer in reversed(layers[1:]):
            part = np.asarray(Image.open(BytesIO(archive.read(layer.get("src")))))
            x, y = int(layer.get("x")), int(layer.get("y"))
            seen = part[..., 3] > 0
            canvas[y : y + part.shape[0], x : x + part.shape[1]][seen] = part[seen]
    np.testing.assert_array_equal(canvas[..., :3], flats)
    assert (canvas[..., 3] == 255).all()


def test_layers_of_python():
    layers = paintreel.colorize(lines(), method="rule", flat=True, layers=True)
    assert layers[-1].name == "lines"
    assert len(layers) == 5  # page, wall, door, roof, lines


# Large drawings.


class Chooser:
    """A network that sees the first colour of a palette on top, the second below."""

    chooses, name, model = True, "chooser", None

    def __init__(self) -> None:
        self.asked: list[tuple[np.ndarray | None, np.ndarray | None]] = []

    def choose(self, coverage, palette, *, label=None, seed=None):
        shares = np.full((8, 40, 55), 1e-3, np.float32)
        shares[0, :17] = shares[1, 17:] = 0.99
        return shares

    def paint(self, coverage, hints=None, *, palette=None, label=None, seed=None):
        self.asked.append((hints, palette))
        return np.full((*coverage.shape, 3), 200, np.uint8)


def test_a_palette_is_given_to_the_network_as_hints_where_it_sees_its_colours():
    colourer = Colourer("rule")
    colourer.network = network = Chooser()
    palette = palette_named("dusk")[:2]
    colourer.colour(lines(), None, ColourLook(palette=palette))
    patches, given = network.asked[0]
    np.testing.assert_array_equal(given, palette)
    first, second = (tuple(np.rint(c * 255).astype(int)) for c in palette[:, :3])
    assert tuple(patches[SKY][:3]) == tuple(patches[ROOF][:3]) == first
    assert tuple(patches[WALL][:3]) == tuple(patches[DOOR][:3]) == second


def test_without_anything_the_network_gets_a_palette_and_with_hints_it_has_them_alone():
    colourer = Colourer("rule")
    colourer.network = network = Chooser()
    colourer.colour(lines())
    colourer.colour(lines(), None, ColourLook(label="night_sky"))
    colourer.colour(lines(), hints((WALL, RED)))
    (patches, day), (_, night), (own, none) = network.asked
    assert patches[..., 3].any()
    np.testing.assert_array_equal(day, palette_named("story"))
    np.testing.assert_array_equal(night, palette_named("night"))
    assert none is None
    assert {tuple(c) for c in own[own[..., 3] > 0][:, :3]} == {RED}


@pytest.mark.parametrize("flat", [True, False])
def test_layers_without_shading_are_the_regions(flat: bool):
    layers = paintreel.colorize(lines(), method="rule", flat=flat, layers=True)
    names = [layer.name for layer in layers]
    assert names[0] == "region 1"
    assert names[-1] == "lines"


def test_what_belongs_to_a_loaded_colourer_is_not_taken_in_silence(tiny_colorize: Path):
    with pytest.raises(InputError, match="belong to the Colourer"):
        paintreel.colorize(lines(), colourer=Colourer(tiny_colorize), method="rule")


@pytest.mark.parametrize("wrong", [{"gap_px": -3}, {"seed": -1}, {"seed": True}, {"seed": 2**32}])
def test_a_look_that_cannot_be(wrong: dict[str, float]):
    with pytest.raises(InputError, match="expected"):
        ColourLook(**wrong)


def test_a_large_drawing_keeps_its_lines_crisp():
    page = np.full((2600, 3600), 255, np.uint8)
    cv2.circle(page, (1800, 1300), 900, 0, 3, cv2.LINE_AA)
    picture = paintreel.colorize(page, method="rule", hint=_big_dot())
    assert picture.shape == (2600, 3600, 3)
    assert picture[1300, 1800].tolist() == list(RED)
    assert picture[30, 30].tolist() != list(RED)
    ring = picture[1300, 2695:2705].sum(axis=1)
    assert ring.min() < 60


def _big_dot() -> np.ndarray:
    layer = np.zeros((2600, 3600, 4), np.uint8)
    layer[1298:1303, 1798:1803] = (*RED, 255)
    return layer


# Clips.


@pytest.fixture
def clip(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Two shots: a box with a ball in it that moves, then a triangle."""
    monkeypatch.chdir(tmp_path)
    with av.open("clip.mkv", "w") as file:
        video = file.add_stream("ffv1", rate=12)
        video.width, video.height, video.pix_fmt = 200, 140, "bgr0"
        for k in range(16):
            page = np.full((140, 200), 255, np.uint8)
            if k < 10:
                cv2.rectangle(page, (12, 12), (188, 128), 0, 2)
                cv2.circle(page, (60 + 5 * k, 70), 25, 0, 2, cv2.LINE_AA)
            else:
                shape = np.array([[30 + k, 120], [100 + k, 15], [165 + k, 120]])
                cv2.polylines(page, [shape], True, 0, 2, cv2.LINE_AA)
            pixels = np.dstack([page] * 3)
            file.mux(video.encode(av.VideoFrame.from_ndarray(pixels, format="rgb24")))
        file.mux(video.encode())
    return tmp_path / "clip.mkv"


def frames_of(path: str | Path) -> list[np.ndarray]:
    with read_frames(path) as frames:
        return [frame.pixels for frame in frames]


def dot(row: int, column: int, colour: tuple[int, int, int]) -> np.ndarray:
    layer = np.zeros((140, 200, 4), np.uint8)
    cv2.circle(layer, (column, row), 4, (*colour, 255), -1)
    return layer


def test_hints_of_the_first_frame_serve_the_shot(clip: Path, capsys):
    write_picture("hint.png", Picture(dot(70, 60, RED) | dot(20, 180, BLUE)))
    command = ["colorize", "clip.mkv", "-o", "c.mkv", "--codec", "ffv1", "--method", "rule"]
    assert main([*command, "--hint", "hint.png"]) == 0
    assert "1 shot without hints" in capsys.readouterr().err
    painted = frames_of("c.mkv")
    assert len(painted) == 16
    for k in range(10):
        np.testing.assert_allclose(painted[k][70, 60 + 5 * k], RED, atol=2)
        np.testing.assert_allclose(painted[k][20, 180], BLUE, atol=2)
    assert not (np.abs(painted[13].astype(int) - RED).max(axis=2) < 3).any()


def test_hints_of_a_frame_in_the_middle_serve_what_was_before(clip: Path):
    write_picture("hints/000006.png", Picture(dot(70, 85, RED)))
    write_picture("hints/000013.png", Picture(dot(90, 110, BLUE)))
    command = ["colorize", "clip.mkv", "-o", "c.mkv", "--codec", "ffv1", "--method", "rule"]
    assert main([*command, "--hint", "hints"]) == 0
    painted = frames_of("c.mkv")
    for k in range(10):
        np.testing.assert_allclose(painted[k][70, 60 + 5 * k], RED, atol=2)
    for k in range(10, 16):
        np.testing.assert_allclose(painted[k][90, 100 + k], BLUE, atol=2)


def test_colours_without_hints_stay_put(clip: Path):
    paintreel.colorize_video("clip.mkv", "c.mkv", method="rule", codec="ffv1")
    painted = frames_of("c.mkv")
    ball = {tuple(painted[k][70, 60 + 5 * k].tolist()) for k in range(10)}
    room = {tuple(painted[k][20, 180].tolist()) for k in range(10)}
    assert len(ball) == len(room) == 1
    assert ball != room


def test_a_painted_clip_flickers_no_more_than_its_drawing(clip: Path, tiny_colorize: Path):
    from paintreel.metrics import flicker

    paintreel.colorize_video("clip.mkv", "c.mkv", method=str(tiny_colorize), codec="ffv1")
    shimmer = flicker(frames_of("c.mkv")[:10], frames_of("clip.mkv")[:10])
    assert shimmer.static > 0.3
    assert shimmer.energy < 1e-5  # of a drawing without any grain: a third of a level


def test_a_cel_clip_is_transparent_around_its_forms(clip: Path):
    paintreel.colorize_video("clip.mkv", "c.mkv", method="rule", codec="ffv1", cel=True)
    with read_frames("c.mkv") as frames:
        alpha = next(iter(frames)).alpha
    assert alpha is not None
    assert alpha[4, 4] == 0
    assert alpha[70, 60] == 255


def test_a_filmed_clip_and_layers_of_a_clip_are_refused(clip: Path, capsys):
    assert main(["colorize", "clip.mkv", "-o", "c.mkv", "--layers", "--method", "rule"]) == 2
    rng = np.random.default_rng(0)
    film = cv2.resize(rng.integers(0, 256, (6, 8, 3), np.uint8), (200, 140))
    with av.open("film.mp4", "w") as file:
        video = file.add_stream("libx264", rate=12)
        video.width, video.height, video.pix_fmt = 200, 140, "yuv420p"
        for _ in range(3):
            file.mux(video.encode(av.VideoFrame.from_ndarray(film, format="rgb24")))
        file.mux(video.encode())
    assert main(["colorize", "film.mp4", "-o", "f.mp4", "--method", "rule"]) == 1
    assert "looks like a photograph" in capsys.readouterr().err
