from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from paintreel.cli.main import main
from paintreel.imaging.files import Picture, read_picture, write_picture
from paintreel.imaging.metadata import Metadata, Text
from paintreel.media.video import read_frames
from paintreel.scene.paint import scene

FAST = ["--backend", "onnxruntime", "--threads", "1"]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, tiny_scene: str) -> Path:
    """The working folder, with two roughs in ``roughs`` and their sketches in ``lines``."""
    monkeypatch.chdir(tmp_path)
    for number, name in enumerate(("a", "sub/b")):
        shades = np.random.default_rng(number).integers(0, 256, (4, 5, 3), np.uint8)
        blocks = np.repeat(np.repeat(shades, 6, 0), 6, 1)
        write_picture(tmp_path / f"roughs/{name}.png", Picture(blocks))
        lines = np.full((24, 30), 255, np.uint8)
        lines[5 + number] = 20
        write_picture(tmp_path / f"lines/{name}.webp", Picture(lines), quality=100)
    return tmp_path


def paint(*arguments: str) -> int:
    return main(["scene", *arguments, *FAST])


def pixels(path: str) -> np.ndarray:
    return read_picture(path).pixels


def test_a_world_for_real(folder: Path, capsys):
    word = ("--category", "fantasy forest", "--seed", "7", "--size", "64x48")
    assert paint(*word, "-o", "out.png") == 0
    printed = capsys.readouterr()
    assert (printed.out, printed.err) == ("out.png\n", "")
    expected = scene("fantasy forest", seed=7, size=(64, 48), backend="onnxruntime")
    np.testing.assert_array_equal(pixels("out.png"), np.asarray(expected))


def test_words_for_real(folder: Path, capsys):
    """Hour, season and weather are painted, told, and stand in every record."""
    words = ("a castle at night", "in the snow with a dragon", "--seed", "3", "--size", "64x48")
    assert paint(*words, "-o", "out.png", "--layers", "--json", "out.json") == 0
    printed = capsys.readouterr()
    assert printed.err == (
        "note: took: medieval castle, night, winter, snow; not understood: dragon\n"
    )
    expected = scene(
        "medieval castle",
        seed=3,
        size=(64, 48),
        time="night",
        weather="snow",
        backend="onnxruntime",
    )
    np.testing.assert_array_equal(pixels("out.png"), np.asarray(expected))
    plain = scene("medieval castle", seed=3, size=(64, 48), backend="onnxruntime")
    assert np.abs(np.asarray(plain).astype(int) - np.asarray(expected)).mean() > 8
    taken = {"time": "night", "season": "winter", "weather": "snow"}
    asked = json.loads(Path("out.json").read_text())["asked"]
    assert asked.items() >= {"category": "medieval castle", **taken}.items()
    assert asked["not_understood"] == ["dragon"]
    assert expected.info["paintreel"].items() >= taken.items()
    assert json.loads(Path("out-layers/layers.json").read_text()).items() >= taken.items()


class TestFromAWord:
    WORD = ("--category", "fantasy forest", "--size", "64x48")

    @pytest.fixture(autouse=True)
    def plain_worlds(self, monkeypatch: pytest.MonkeyPatch):
        """Two layers are drawn, that the tests be quick."""
        from paintreel.drawing.layers import Layer, LayerStack
        from paintreel.scenes import from_category as make

        def draw(category, *, seed, width_px, height_px, margin_px=(0, 0), conditions=None):
            across, down = margin_px
            back = np.full((height_px + 2 * down, width_px + 2 * across, 4), 255, np.uint8)
            near = back.copy()
            near[..., :3], near[:, across + 9 :, 3] = 40 + seed, 0
            return LayerStack((Layer("sky", back, 1.0), Layer("post", near, 0.2)), margin_px)

        monkeypatch.setattr(make, "draw_world", draw)

    def test_count_into_a_folder_and_again(self, folder: Path, capsys):
        command = (*self.WORD, "--seed", "7", "--count", "3", "-o", "out")
        assert paint(*command) == 0
        assert capsys.readouterr().out == "3 painted, 0 skipped, 0 failed\n"
        names = [f"fantasy-forest-000{seed}.png" for seed in (7, 8, 9)]
        assert sorted(p.name for p in Path("out").glob("*.png")) == names
        assert paint(*self.WORD, "--seed", "8", "-o", "one.png") == 0
        np.testing.assert_array_equal(pixels("one.png"), pixels(f"out/{names[1]}"))
        Path("out", names[0]).unlink()
        capsys.readouterr()
        assert paint(*command) == 0
        assert capsys.readouterr().out == "1 painted, 2 skipped, 0 failed\n"

    def test_another_hour_is_another_file(self, folder: Path, capsys):
        """One folder may hold a seed at every hour, and each is made."""
        for time in ("day", "night"):
            command = (*self.WORD, "--time", time, "--count", "2", "-o", "out", "--sheet")
            assert paint(*command) == 0
            assert capsys.readouterr().out.startswith("2 painted, 0 skipped")
        assert {p.name for p in Path("out").glob("*.png")} == {
            f"fantasy-forest-{time}-{seed:04d}.png" for time in ("day", "night") for seed in (0, 1)
        }

    def test_what_a_world_lacks_is_a_note_and_no_loss(self, folder: Path, capsys):
        asked = ("night sky", "--time", "day", "--size", "64x48", "--method", "grbm", "--strict")
        assert paint(*asked, "-o", "out.png") == 0
        assert "note: night sky has no day: day is left out. It has time night" in (
            capsys.readouterr().err
        )

    def test_category_takes_words_too(self, folder: Path, capsys):
        asked = ("--category", "a wood in autumn", "--size", "64x48", "--method", "grbm", "-q")
        assert paint(*asked, "-o", "new/") == 0
        assert capsys.readouterr().err == ""
        assert Path("new/forest-autumn-0000.png").is_file()

    def test_one_into_a_folder(self, folder: Path):
        assert paint(*self.WORD, "-o", "new/", "--method", "grbm") == 0
        assert Path("new/fantasy-forest-0000.png").is_file()

    def test_sheet_is_beside_and_replaced(self, folder: Path, capsys):
        command = (*self.WORD, "--count", "2", "-o", "out", "--sheet", "--method", "grbm")
        assert paint(*command) == 0
        assert capsys.readouterr().out.splitlines()[-1] == "out-sheet.jpg"
        width = pixels("out-sheet.jpg").shape[1]
        assert width > 2 * 64
        assert paint(*command) == 0
        assert pixels("out-sheet.jpg").shape[1] == width

    @pytest.mark.parametrize("more", [(), ("--overwrite",)])
    def test_a_sheet_replaces_nobodys_picture(self, folder: Path, capsys, more):
        write_picture("out-sheet.jpg", Picture(np.full((8, 8, 3), 90, np.uint8)))
        command = (*self.WORD, "-o", "out.png", "--sheet", "--method", "grbm", *more)
        assert paint(*command) == 2
        assert "contact sheet out-sheet.jpg is a picture that is there" in capsys.readouterr().err
        assert not Path("out.png").exists()

    @pytest.mark.parametrize("theirs", [b"my notes", b"", b"{}"])
    def test_a_sheet_replaces_nobodys_notes(self, folder: Path, capsys, theirs):
        Path("out-sheet.jpg").write_bytes(theirs)
        assert paint(*self.WORD, "-o", "out.png", "--sheet", "--method", "grbm") == 2
        assert "no contact sheet of Paintreel" in capsys.readouterr().err
        assert Path("out-sheet.jpg").read_bytes() == theirs

    def test_layers(self, folder: Path, capsys):
        command = (*self.WORD, "--method", "grbm", "--layers", "-o", "out.png")
        assert paint(*command) == 0
        assert capsys.readouterr().out.splitlines() == ["out.png", "out-layers/layers.json"]
        facts = json.loads(Path("out-layers/layers.json").read_text())
        assert (facts["category"], facts["seed"]) == ("fantasy forest", 0)
        depths = [layer["depth"] for layer in facts["layers"]]
        assert depths == sorted(depths, reverse=True)
        assert {p.name for p in Path("out-layers").glob("*.png")} == {
            layer["file"] for layer in facts["layers"]
        }
        assert paint(*command) == 1
        assert "out.png exists" in capsys.readouterr().err

    def test_layers_with_a_margin(self, folder: Path):
        command = (*self.WORD, "--method", "grbm", "--layers", "--margin", "10", "-o", "out.png")
        assert paint(*command) == 0
        assert pixels("out.png").shape == (68, 84, 3)
        facts = json.loads(Path("out-layers/layers.json").read_text())
        assert (facts["width_px"], facts["height_px"], facts["margin_px"]) == (84, 68, 10)
        assert pixels("out-layers/00-sky.png").shape[:2] == (68, 84)

    def test_a_shot_alone(self, folder: Path, capsys):
        shot = ("--parallax", "shot.mp4", "--seconds", "0.5", "--fps", "10")
        assert paint(*self.WORD, *shot) == 0
        assert capsys.readouterr().out == "shot.mp4\n"
        assert [path.name for path in Path().glob("*.*")] == ["shot.mp4"]
        with read_frames("shot.mp4") as clip:
            assert (clip.width, clip.height, len(list(clip))) == (64, 48, 5)
        assert paint(*self.WORD, *shot) == 1
        assert "shot.mp4 exists" in capsys.readouterr().err
        assert paint(*self.WORD, *shot, "--overwrite") == 0

    def test_a_shot_with_its_picture_and_layers(self, folder: Path, capsys):
        """The picture and the layers have the margin that is asked for, not that of the shot."""
        both = ("-o", "out.png", "--layers", "--margin", "2", "--method", "grbm")
        assert paint(*self.WORD, *both, "--parallax", "shot.gif", "--seconds", "0.2") == 0
        printed = capsys.readouterr().out.splitlines()
        assert printed == ["out.png", "out-layers/layers.json", "shot.gif"]
        assert pixels("out.png").shape == (52, 68, 3)
        assert pixels("out-layers/01-post.png").shape == (52, 68, 4)
        with read_frames("shot.gif") as clip:
            assert (clip.width, clip.height) == (64, 48)

    def test_the_sheet_says_how_many_layers_a_seed_has(self, folder: Path, monkeypatch):
        from paintreel.scene import batch

        captions = []
        read = batch.read_cell
        monkeypatch.setattr(
            batch, "read_cell", lambda path, text: captions.append(text) or read(path, text)
        )
        options = ("--count", "2", "--method", "grbm", "--sheet", "-o", "out")
        assert paint(*self.WORD, *options) == 0
        assert [text.split(", ")[-1] for text in captions] == ["2 layers", "2 layers"]

    def test_layers_beside_a_shot_have_its_margin_and_its_move(self, folder: Path):
        both = ("-o", "out.png", "--layers", "--method", "grbm", "--ease", "none")
        shot = ("--parallax", "shot.gif", "--seconds", "0.5", "--fps", "10")
        assert paint(*self.WORD, *both, *shot) == 0
        assert pixels("out.png").shape == (48, 64, 3)
        facts = json.loads(Path("out-layers/layers.json").read_text())
        assert (facts["margin_across_px"], facts["margin_down_px"]) == (8, 0)
        assert pixels("out-layers/01-post.png").shape == (48, 80, 4)
        move = facts["move"]
        assert (move["fps"], move["ease"], len(move["frames"])) == (10, "none", 5)
        assert (move["width_px"], move["height_px"]) == (64, 48)
        assert move["rows"] == [[0, -0.05, 0, 1], [0.5, 0.05, 0, 1]]

    def test_a_shot_along_a_path(self, folder: Path):
        Path("path.json").write_text("[[0, 0, 0, 1], [0.5, 0.1, 0.05, 1.2], [1, 0, 0, 1]]")
        shot = ("--parallax", "shot", "--codec", "png", "--move", "path.json", "--fps", "4")
        assert paint(*self.WORD, *shot, "--method", "grbm") == 0
        assert len(list(Path("shot").glob("*.png"))) == 4
        np.testing.assert_array_equal(pixels("shot/000001.png"), pixels("shot/000004.png"))
        off = pixels("shot/000003.png").astype(int) - pixels("shot/000001.png")
        assert np.abs(off).mean() > 2

    def test_a_move_that_shows_too_much(self, folder: Path, capsys):
        Path("path.json").write_text("[[0, 0, 0, 1], [1, 0.5, 0, 1]]")
        assert paint(*self.WORD, "--parallax", "shot.mp4", "--move", "path.json") == 2
        assert "shows too much beyond the picture: margin is 36 px" in capsys.readouterr().err
        assert not Path("shot.mp4").exists()

    def test_progress_counts_layers_and_frames(self, folder: Path):
        from paintreel.jobs.run import run_batch
        from paintreel.scene.batch import plan_scene
        from paintreel.scene.options import SceneOptions

        options = SceneOptions(
            category="fantasy forest", size=(64, 48), method="grbm", seconds=0.5, fps=8,
            parallax="shot.mp4", output="out.png", layers=True,
        )  # fmt: skip
        told = []
        run_batch(plan_scene(options), on_frame=lambda _, *done: told.append(done))
        assert told == [(step, 2 + 4) for step in range(1, 7)]

    def test_cancelled_between_two_layers(self, folder: Path):
        import threading

        from paintreel.jobs.run import run_batch
        from paintreel.scene.batch import plan_scene
        from paintreel.scene.options import SceneOptions

        cancel = threading.Event()
        options = SceneOptions(
            category="fantasy forest", size=(64, 48), method="grbm", output="out.png", layers=True
        )
        (outcome,) = run_batch(plan_scene(options), on_frame=lambda *_: cancel.set(), cancel=cancel)
        assert outcome.status == "cancelled"
        assert not Path("out-layers/layers.json").exists()

    def test_interrupted_layers_are_written_again(self, folder: Path):
        command = (*self.WORD, "--layers", "--count", "2", "-o", "out")
        assert paint(*command) == 0
        Path("out/fantasy-forest-0001-layers/layers.json").unlink()
        before = Path("out/fantasy-forest-0001.png").stat().st_mtime_ns
        assert paint(*command) == 0
        assert Path("out/fantasy-forest-0001-layers/layers.json").is_file()
        assert Path("out/fantasy-forest-0001.png").stat().st_mtime_ns == before


class TestFromARough:
    def test_rough_alone(self, folder: Path, capsys):
        assert paint("--rough", "roughs/a.png", "-o", "out.png", "--strength", "0.5") == 0
        assert capsys.readouterr().out == "out.png\n"
        expected = scene(rough=pixels("roughs/a.png"), strength=0.5, backend="onnxruntime")
        np.testing.assert_array_equal(pixels("out.png"), expected)

    def test_strength_0_gives_the_block_in(self, folder: Path):
        assert paint("--rough", "roughs/a.png", "-o", "out.png", "--strength", "0") == 0
        np.testing.assert_array_equal(pixels("out.png"), pixels("roughs/a.png"))

    def test_rough_sketch_and_category(self, folder: Path):
        both = ("--rough", "roughs/a.png", "--sketch", "lines/a.webp")
        assert paint(*both, "--category", "water", "-o", "out.png", "--tile", "16") == 0
        expected = scene(
            "water",
            rough=pixels("roughs/a.png"),
            sketch=pixels("lines/a.webp"),
            backend="onnxruntime",
        )
        assert np.abs(pixels("out.png").astype(int) - expected).max() <= 1

    def test_words_of_the_rough_are_kept_and_those_of_the_sketch_told(self, folder: Path, capsys):
        for name, words in (("roughs/a.png", "by Ann"), ("lines/a.png", "by Bo")):
            texts = Metadata(texts=(Text(words, "Author"),))
            picture = pixels(name if name.startswith("roughs") else "lines/a.webp")
            write_picture(name, Picture(picture, metadata=texts), overwrite=True)
        both = ("--rough", "roughs/a.png", "--sketch", "lines/a.png", "-o", "out.png")
        assert paint(*both, "--strict") == 1
        assert "metadata of the sketch's file left out" in capsys.readouterr().err
        assert read_picture("out.png").metadata.texts == (Text("by Ann", "Author"),)
        assert paint("--rough", "roughs/a.png", "-o", "alone.png", "--strict") == 0
        assert paint("--sketch", "lines/a.png", "-o", "lines.png", "--strict") == 0
        assert read_picture("lines.png").metadata.texts == (Text("by Bo", "Author"),)

    def test_sketch_alone_on_transparent_ground(self, folder: Path):
        ink = np.zeros((24, 30, 4), np.uint8)
        ink[8, :, 3] = 255
        write_picture("ink.png", Picture(ink))
        assert paint("--sketch", "ink.png", "-o", "out.png") == 0
        assert pixels("out.png").shape == (24, 30, 3)

    def test_folders_and_again(self, folder: Path, capsys):
        command = ("--rough", "roughs", "--sketch", "lines", "-o", "out", "--sheet")
        assert paint(*command) == 0
        printed = capsys.readouterr().out.splitlines()
        assert printed == ["2 painted, 0 skipped, 0 failed", "out-sheet.jpg"]
        expected = scene(
            rough=pixels("roughs/sub/b.png"),
            sketch=pixels("lines/sub/b.webp"),
            backend="onnxruntime",
        )
        np.testing.assert_array_equal(pixels("out/sub/b.png"), expected)
        assert pixels("out-sheet.jpg").shape[1] == 3 * 40 + 10  # rough, sketch, painting
        Path("out/a.png").unlink()
        assert paint(*command) == 0
        assert capsys.readouterr().out.startswith("1 painted, 1 skipped")

    def test_folder_goes_on_after_a_failure(self, folder: Path, capsys):
        write_picture("roughs/tiny.png", Picture(np.zeros((9, 40, 3), np.uint8)))
        Path("roughs/broken.png").write_bytes(b"")
        assert paint("--rough", "roughs", "-o", "out") == 1
        printed = capsys.readouterr()
        assert printed.out == "2 painted, 0 skipped, 2 failed\n"
        assert "cannot read roughs/broken.png: the file is empty" in printed.err
        assert "roughs/tiny.png: the rough is 40x9 px, expected at least 16" in printed.err

    def test_profile_and_depth_are_kept(self, folder: Path):
        from PIL import ImageCms

        icc = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
        deep = pixels("roughs/a.png").astype(np.uint16) * 257
        write_picture("deep.png", Picture(deep, icc=icc))
        assert paint("--rough", "deep.png", "-o", "out.png") == 0
        painted = read_picture("out.png")
        assert (painted.pixels.dtype, painted.icc) == (np.uint16, icc)

    def test_sketch_of_another_size(self, folder: Path, capsys):
        write_picture("s.png", Picture(np.tile(np.uint8([[0, 255]]), (20, 20))))
        both = ("--rough", "roughs/a.png", "--sketch", "s.png", "-o", "out.png")
        assert paint(*both) == 1
        assert "rough is 30x24 px and the sketch 40x20 px" in capsys.readouterr().err
        assert paint(*both, "--resize", "--size", "60x48") == 0
        assert pixels("out.png").shape == (48, 60, 3)

    def test_existing_file_is_not_replaced(self, folder: Path, capsys):
        Path("out.png").write_bytes(b"there")
        assert paint("--rough", "roughs/a.png", "-o", "out.png") == 1
        assert "--overwrite" in capsys.readouterr().err
        assert Path("out.png").read_bytes() == b"there"
        assert paint("--rough", "roughs/a.png", "-o", "out.png", "--overwrite") == 0

    def test_max_pixels(self, folder: Path, capsys):
        assert paint("--rough", "roughs/a.png", "-o", "out.png", "--max-pixels", "700") == 1
        assert "720 pixels, the limit is 700" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ([], "needs words, --category NAME"),
        (["--category", "fantasy forrest"], "did you mean 'fantasy forest'"),
        (["dragon"], "no world is known by these words: 'dragon'; there are: fantasy forest"),
        (["a castle by day and night"], "'by day' and 'night' contradict each other"),
        (["castle at night", "--time", "day"], "time is 'day', but the words say 'night'"),
        (["castle", "--category", "forest"], "the words ask for 'medieval castle'"),
        (["castle", "--time", "noon"], "invalid choice: 'noon'"),
        (["castle", "--season", "fall"], "invalid choice: 'fall'"),
        (["castle", "--weather", "hail"], "invalid choice: 'hail'"),
        (["--time", "night"], "needs words, --category NAME"),
        (["roughs/a.png"], "roughs/a.png is a picture, no words; give --rough roughs/a.png"),
        (["--rough", "roughs/a.png", "--time", "day"], "time is for scenes made from a word"),
        (["--category", "forest", "--seed", "-1"], "seed is -1"),
        (["--category", "forest", "--seed", "4294967296"], "0 to 4294967295"),
        (["--category", "forest", "--seed", "4294967290", "--count", "9"], "9 seeds from"),
        (["--category", "forest", "--seed", "x"], "is not a whole number"),
        (["--category", "forest", "--count", "0"], "count is 0"),
        (["--category", "forest", "--count", "2"], "2 scenes need a folder"),
        (["--category", "forest", "--size", "8x900"], "at least 16"),
        (["--category", "forest", "--max-pixels", "1000"], "limit is 1,000"),
        (["--category", "forest", "--size", "99999x99999"], "cannot draw 99999 x 99999 pixels"),
        (["--category", "forest", "--size", "big"], "WIDTHxHEIGHT"),
        (["--category", "forest", "--resize"], "resize fits a sketch"),
        (["--category", "forest", "--strength", "nan"], "strength is nan"),
        (["--category", "forest", "--method", "gbrm"], "did you mean 'grbm'"),
        (["--category", "forest", "--method", "osdlm"], "paintreel train"),
        (["--category", "forest", "--method", "none.onnx"], "cannot read model file none.onnx"),
        (["--category", "forest", "--backend", "cuda"], "invalid choice"),
        (["--category", "forest", "--tile", "small"], "is not a whole number"),
        (["--rough", "roughs/a.png", "--seed", "3"], "seed is for scenes made from a word"),
        (["--rough", "roughs/a.png", "--count", "3"], "count is for"),
        (["--rough", "roughs/a.png", "--layers"], "layers is for"),
        (["--rough", "roughs/a.png", "--margin", "9"], "margin is for"),
        (
            ["--rough", "roughs/a.png", "--parallax", "a.mp4"],
            "parallax is for scenes made from a word; a rough has none",
        ),
        (["--category", "forest", "--margin", "-1"], "margin is -1"),
        (["--category", "forest", "--margin", "1153"], "expected 0 to 1152"),
        (["--category", "forest", "--margin", "289"], "half of the side of 576 px"),
        (["--category", "forest", "--ease", "none"], "--ease is of a shot; give --parallax"),
        (
            ["--category", "forest", "--parallax", "a.mp4", "--count", "2", "--layers"],
            "one shot of one seed",
        ),
        (["--category", "forest", "--move", "in"], "--move is of a shot; give --parallax"),
        (["--category", "forest", "--pixel-format", "x"], "--pixel-format is of a shot"),
        (["--category", "forest", "--parallax", "a.mp4", "--move", "up"], "move is 'up'"),
        (["--category", "forest", "--parallax", "a.mp4", "--count", "2"], "one shot of one seed"),
        (["--category", "forest", "--parallax", "a.txt"], "cannot tell from 'a.txt'"),
        (["--category", "forest", "--parallax", "out.png"], "are both out.png"),
        (["--category", "forest", "--parallax", "a.mp4", "--seconds", "0"], "seconds is 0"),
        (["--category", "forest", "--parallax", "a.mp4", "--fps", "500"], "fps is 500"),
        (["--category", "forest", "--parallax", "a.gif", "--codec", "h264"], "cannot hold h264"),
        (["--category", "forest", "--parallax", "a.mp4", "--move", "no.json"], "no.json"),
        (["--rough", "roughs/a.png", "--method", "grbm"], "cannot finish a rough"),
        (["--rough", "roughs"], "needs a folder"),
        (["--rough", "*.tif"], "no file matches"),
    ],
)
def test_bad_usage(folder: Path, arguments: list[str], message: str, capsys, monkeypatch):
    from paintreel.runtime import catalog

    monkeypatch.setattr(catalog, "BUNDLED", folder / "no-bundled")
    before = sorted(folder.rglob("*"))
    assert main(["scene", *arguments, "-o", "out.png"]) == 2
    assert message in capsys.readouterr().err
    assert sorted(folder.rglob("*")) == before


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--category", "forest", "--parallax", "a.mp4", "--layers"], "--layers is written beside"),
        (
            ["castle", "--parallax", "a.mp4", "--move", "rihgt", "--seconds", "1"],
            "did you mean 'right'?",
        ),
        (
            ["castle", "--parallax", "a.mp4", "--move", "none.json", "--seconds", "1"],
            "cannot read none.json: there is no such file",
        ),
        (["--category", "forest", "--parallax", "a.mp4", "--sheet"], "--sheet is written beside"),
        (["--category", "forest"], "give -o OUT, or --parallax CLIP"),
        (["--category", "forest", "-o", "out.tga"], "expected one of .avif"),
        (["--category", "forest", "-o", "out"], "expected one of .avif"),
        (["--rough", "roughs/a.png", "-o", "roughs/a.png"], "is an input"),
        (
            ["--rough", "roughs/a.png", "--sketch", "lines/a.webp", "-o", "lines/a.webp"],
            "lines/a.webp is an input",
        ),
        (["--rough", "roughs", "--sketch", "lines/a.webp", "-o", "out"], "is no folder"),
        (["--rough", "roughs", "--sketch", "roughs/sub", "-o", "out"], "no sketch named a"),
    ],
)
def test_bad_outputs(folder: Path, arguments: list[str], message: str, capsys):
    before = sorted(folder.rglob("*"))
    assert main(["scene", *arguments]) == 2
    assert message in capsys.readouterr().err
    assert sorted(folder.rglob("*")) == before


def test_sketch_folder_beside_one_rough(folder: Path):
    assert paint("--rough", "roughs/a.png", "--sketch", "lines", "-o", "out.png") == 0


def test_a_path_of_its_own_takes_no_seconds(folder: Path, capsys):
    Path("p.json").write_text("[[0, 0, 0, 1], [1, 0.1, 0, 1]]")
    shot = ("--category", "forest", "--parallax", "a.mp4", "--move", "p.json", "--seconds", "3")
    assert main(["scene", *shot]) == 2
    assert "a path has times of its own" in capsys.readouterr().err
