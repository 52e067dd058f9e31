"""Lines of pictures and clips: the rule, a network, curves, and what is refused."""

from __future__ import annotations

import re
from pathlib import Path

import av
import cv2
import numpy as np
import pytest
from PIL import Image

import paintreel
from paintreel.cli.main import main
from paintreel.errors import InputError, UnknownModel
from paintreel.imaging.files import Picture, read_picture, write_picture
from paintreel.lineart.drawer import WORK_PX, LineDrawer, LineLook
from paintreel.lineart.svg import centre_lines
from paintreel.media.reader import read_frames


def scene(height: int = 120, width: int = 160) -> np.ndarray:
    picture = np.full((height, width, 3), (225, 220, 210), np.uint8)
    scale = height / 120
    cv2.circle(picture, (round(60 * scale), round(60 * scale)), round(35 * scale), (90, 50, 40), -1)
    cv2.rectangle(
        picture, (round(110 * scale), round(20 * scale)), (round(145 * scale), round(100 * scale)),
        (40, 70, 120), -1,
    )  # fmt: skip
    return picture


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    for name in ("a.png", "in/a.png", "in/sub/b.jpg"):
        write_picture(tmp_path / name, Picture(scene()))
    return tmp_path


# Pictures.


def test_one_picture(folder: Path, capsys):
    assert main(["lineart", "a.png", "-o", "l.png", "--method", "rule"]) == 0
    assert capsys.readouterr().out == "l.png\n"
    lines = read_picture("l.png").pixels
    assert lines.shape == (120, 160)
    assert lines[60, 60] == 255
    assert lines.min() == 0
    expected = paintreel.lineart("a.png", method="rule")
    np.testing.assert_array_equal(lines, np.asarray(expected))


def test_a_folder_keeps_its_tree_and_goes_on_where_it_stopped(folder: Path, capsys):
    command = ["lineart", "in", "-o", "out", "--method", "rule"]
    assert main(command) == 0
    assert (folder / "out" / "a.png").exists()
    assert (folder / "out" / "sub" / "b.png").exists()
    capsys.readouterr()
    assert main(command) == 0
    assert "0 drawn, 2 skipped" in capsys.readouterr().out
    assert main([*command, "--weight", "0.9"]) == 1  # made with other settings: named and left


def test_lines_on_nothing(folder: Path):
    assert main(["lineart", "a.png", "-o", "t.png", "--transparent", "--method", "rule"]) == 0
    rgba = read_picture("t.png").pixels
    assert rgba.shape == (120, 160, 4)
    assert not rgba[..., :3].any()
    np.testing.assert_array_equal(
        255 - rgba[..., 3], np.asarray(paintreel.lineart("a.png", method="rule"))
    )


def test_weight_and_detail_out_of_range_are_refused(folder: Path, capsys):
    assert main(["lineart", "a.png", "-o", "l.png", "--weight", "1.5"]) == 2
    assert "weight" in capsys.readouterr().err
    with pytest.raises(InputError, match="detail"):
        LineLook(detail=-0.1)


def test_arrays_come_back_as_arrays_and_images_as_images():
    grey = paintreel.lineart(scene().astype(np.float32) / 255, method="rule")
    assert (grey.dtype, grey.shape) == (np.float32, (120, 160))
    assert (grey.min(), grey.max()) == (0, 1)
    deep = paintreel.lineart(scene().astype(np.uint16) * 257, method="rule", transparent=True)
    assert (deep.dtype, deep.shape) == (np.uint16, (120, 160, 4))
    assert paintreel.lineart(Image.fromarray(scene()), method="rule").mode == "L"


def test_a_blank_page_is_told(folder: Path, capsys):
    write_picture("blank.png", Picture(np.full((60, 80, 3), 250, np.uint8)))
    assert main(["lineart", "blank.png", "-o", "l.png", "--method", "rule"]) == 0
    assert "no lines were found" in capsys.readouterr().err
    assert (read_picture("l.png").pixels == 255).all()


def test_large_pictures_are_drawn_small_and_come_back_crisp():
    size = 2 * WORK_PX
    lines = paintreel.lineart(scene(size, size * 4 // 3), method="rule", gap=0)
    assert lines.shape == (size, size * 4 // 3)
    soft = ((lines > 30) & (lines < 225)).sum() / (lines < 128).sum()
    assert soft < 0.25
    small = np.asarray(paintreel.lineart(scene(WORK_PX, WORK_PX * 4 // 3), method="rule", gap=0))
    halved = cv2.resize(lines, small.shape[::-1], interpolation=cv2.INTER_AREA)
    assert ((halved < 128) != (small < 128)).mean() < 0.01


def pencil() -> tuple[np.ndarray, np.ndarray]:
    """(a rough pencil drawing on shadowed paper with smudges and blue pencil, its true lines)."""
    rng = np.random.default_rng(2)
    true = np.zeros((260, 340), np.uint8)
    circle, line = ((130, 130), 80), ((240, 30), (300, 230))
    cv2.circle(true, *circle, 255, 1, cv2.LINE_AA)
    cv2.line(true, *line, 255, 1, cv2.LINE_AA)
    ink = np.zeros(true.shape)
    for _ in range(3):
        one = np.zeros_like(true)
        off = rng.integers(-1, 2, 2)
        cv2.circle(
            one, (130 + off[0], 130 + off[1]), 80 + int(rng.integers(-1, 2)), 255, 1, cv2.LINE_AA
        )
        cv2.line(one, (240 + off[0], 30), (300 + off[1], 230), 255, 1, cv2.LINE_AA)
        ink = np.maximum(ink, one * rng.uniform(0.7, 1, true.shape))
    shade = cv2.resize(rng.uniform(0.8, 1, (3, 4)), (340, 260), interpolation=cv2.INTER_CUBIC)
    paper = np.ones((260, 340, 3)) * (238, 232, 218) * shade[..., None]
    paper += rng.normal(0, 3, (260, 340, 1))
    blue = np.zeros_like(true)
    cv2.line(blue, (20, 240), (330, 15), 255, 2, cv2.LINE_AA)
    smudge = np.zeros(true.shape, np.float32)
    cv2.circle(smudge, (190, 220), 22, 0.25, -1)
    smudge = cv2.GaussianBlur(smudge, (0, 0), 6)
    paper *= 1 - smudge[..., None]
    for plane, colour in ((blue * 0.5, (110, 160, 230)), (ink, (75, 72, 74))):
        cover = plane[..., None] / 255
        paper = paper * (1 - cover) + np.array(colour) * cover
    return paper.clip(0, 255).astype(np.uint8), true


def test_a_pencil_drawing_becomes_one_clean_line():
    rough, true = pencil()
    lines = 255 - paintreel.lineart(rough, method="rule", clean=True, weight=0.3)
    drawn, known = lines > 127, true > 127
    near = cv2.dilate(known.astype(np.uint8), np.ones((7, 7))) > 0
    assert (drawn & near).sum() / drawn.sum() > 0.98  # no blue, no smudge, no paper
    reached = cv2.dilate(drawn.astype(np.uint8), np.ones((7, 7))) > 0
    assert (known & reached).sum() / known.sum() > 0.97
    inside, outside = cv2.connectedComponents((~drawn).astype(np.uint8), connectivity=4)[1][
        [130, 5], [130, 5]
    ]
    assert inside != outside  # the circle is closed
    assert lines[5:8, 5:8].max() == 0


def test_gaps_are_bridged_and_told(folder: Path, capsys):
    ink = np.full((200, 200), 255, np.uint8)
    cv2.ellipse(ink, (100, 100), (70, 70), 0, 4, 356, 0, 3, cv2.LINE_AA)
    write_picture("open.png", Picture(ink))
    assert (
        main(["lineart", "open.png", "-o", "o.png", "--clean", "--gap", "14", "--method", "rule"])
        == 0
    )
    assert "1 gap of up to 14 px bridged" in capsys.readouterr().err
    rooms = cv2.connectedComponents(
        (read_picture("o.png").pixels > 127).astype(np.uint8), connectivity=4
    )
    assert rooms[0] == 3


# A network.


def test_a_network_is_given_its_planes(tiny_lineart: Path):
    drawer = LineDrawer(tiny_lineart)
    assert drawer.name == "stand-in-lines"
    picture = scene(60, 84)
    ink = drawer.draw(picture, LineLook(weight=0.25, detail=0.5, gap_px=0)).coverage
    # The stand-in inks how dark red is, times weight and detail.
    expected = np.rint(255 * (1 - picture[..., 0] / 255) * 0.75)
    np.testing.assert_allclose(ink.astype(float), expected, atol=1.5)


def test_auto_takes_the_bundled_network_and_names_it(tiny_lineart_folder, folder: Path):
    assert LineDrawer().name == "stand-in-lines"
    assert main(["lineart", "a.png", "-o", "l.png", "--credits"]) == 0
    assert "stand-in-lines" in (folder / "CREDITS.txt").read_text("utf-8")


def test_an_unknown_method_names_what_is_near():
    with pytest.raises(UnknownModel, match="no model named 'rul'"):
        LineDrawer("rul")


# Curves.


def test_svg_has_curves_with_their_widths(folder: Path):
    assert main(["lineart", "a.png", "-o", "l.png", "--svg", "--method", "rule"]) == 0
    text = (folder / "l.svg").read_text("utf-8")
    assert 'viewBox="0 0 160 120"' in text
    widths = [float(w) for w in re.findall(r'stroke-width="([\d.]+)"', text)]
    assert 2 <= len(widths) <= 30
    assert all(0.5 < w < 8 for w in widths)
    assert text.count("C") > 4
    assert '<rect width="160" height="120" fill="#fff"/>' in text


def test_svg_alone_and_on_nothing(folder: Path, capsys):
    assert main(["lineart", "a.png", "-o", "l.svg", "--transparent", "--method", "rule"]) == 0
    assert capsys.readouterr().out == "l.svg\n"
    assert "<rect" not in (folder / "l.svg").read_text("utf-8")
    assert not (folder / "l.png").exists()
    assert main(["lineart", "in", "-o", "l2.svg", "--method", "rule"]) == 2


def test_curves_lie_on_the_lines_and_solid_blacks_are_areas():
    ink = np.zeros((200, 240), np.uint8)
    cv2.ellipse(ink, (90, 100), (60, 70), 0, 0, 360, 255, 2, cv2.LINE_AA)
    cv2.circle(ink, (190, 60), 25, 255, -1)
    text = centre_lines(ink)
    assert 'fill="#000"' in text
    curve = re.findall(r'<path d="M([\d. C-]+)Z?" stroke-width', text)[0]
    points = np.array(re.findall(r"-?[\d.]+ -?[\d.]+", curve.replace("C", " ")))
    ends = np.array([[float(v) for v in p.split()] for p in points])[::3]
    off = np.hypot((ends[:, 0] - 90.5) / 60, (ends[:, 1] - 100.5) / 70)
    assert np.abs(off - 1).max() < 0.03


def test_outlines_need_a_package_and_say_which(folder: Path, capsys, monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "vtracer", None)
    assert main(["lineart", "a.png", "-o", "l.svg", "--outlines", "--method", "rule"]) == 2
    assert "paintreel[svg]" in capsys.readouterr().err
    assert main(["lineart", "a.png", "-o", "l.png", "--outlines"]) == 2


# Clips.


@pytest.fixture
def clip(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A disc that moves over a ground with grain, with sound."""
    monkeypatch.chdir(tmp_path)
    rng = np.random.default_rng(0)
    with av.open("clip.mp4", "w") as file:
        video = file.add_stream("libx264", rate=12)
        video.width, video.height, video.pix_fmt = 160, 120, "yuv420p"
        sound = file.add_stream("aac", rate=48000)
        sound.layout = "mono"
        for k in range(10):
            frame = np.full((120, 160, 3), (215, 220, 225), np.float32)
            cv2.circle(frame, (50 + 3 * k, 60), 30, (60, 70, 110), -1, cv2.LINE_AA)
            frame += rng.normal(0, 4, frame.shape)
            pixels = frame.clip(0, 255).astype(np.uint8)
            file.mux(video.encode(av.VideoFrame.from_ndarray(pixels, format="rgb24")))
        tone = np.sin(np.arange(40000) / 20)[None].astype(np.float32)
        audio = av.AudioFrame.from_ndarray(tone, format="fltp", layout="mono")
        audio.sample_rate = 48000
        file.mux(sound.encode(audio))
        file.mux(video.encode())
        file.mux(sound.encode())
    return tmp_path / "clip.mp4"


def frames_of(path: str | Path) -> list[np.ndarray]:
    with read_frames(path) as frames:
        return [frame.pixels for frame in frames]


def test_a_clip_keeps_its_times_and_its_sound(clip: Path):
    assert main(["lineart", "clip.mp4", "-o", "l.mp4", "--method", "rule"]) == 0
    with av.open("clip.mp4") as before, av.open("l.mp4") as after:
        assert len(after.streams.audio) == 1
        times = [[f.time for f in file.decode(video=0)] for file in (before, after)]
    np.testing.assert_allclose(times[0], times[1])
    drawn = frames_of("l.mp4")
    assert drawn[0].shape == (120, 160, 3)
    assert (drawn[5].min(), drawn[5].max()) < (60, 256)


def test_lines_of_a_clip_flicker_no_more_than_the_source(clip: Path):
    from paintreel.metrics import flicker

    assert main(["lineart", "clip.mp4", "-o", "f", "--codec", "png", "--method", "rule"]) == 0
    drawn = [read_picture(path).pixels for path in sorted(Path("f/clip").glob("*.png"))]
    assert len(drawn) == 10
    shimmer = flicker(drawn, frames_of("clip.mp4"))
    assert shimmer.ratio is not None
    assert shimmer.ratio <= 1.15


def test_lines_on_nothing_need_a_clip_that_holds_it(clip: Path, capsys):
    assert main(["lineart", "clip.mp4", "-o", "l.mp4", "--transparent", "--method", "rule"]) == 1
    assert "cannot hold transparency" in capsys.readouterr().err
    assert main(["lineart", "clip.mp4", "-o", "l.webm", "--transparent", "--method", "rule"]) == 0
    with read_frames("l.webm") as frames:
        alpha = next(iter(frames)).alpha
    assert alpha is not None
    assert alpha.min() < 30
    assert alpha.max() > 200


def test_svg_of_a_clip_is_refused(clip: Path, capsys):
    assert main(["lineart", "clip.mp4", "-o", "l.mp4", "--svg", "--method", "rule"]) == 2
    assert "SVG is of pictures" in capsys.readouterr().err


def test_animations_stay_animations(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.chdir(tmp_path)
    frames = [Image.fromarray(np.roll(scene(), 3 * k, axis=1)) for k in range(4)]
    frames[0].save("loop.gif", save_all=True, append_images=frames[1:], duration=120, loop=0)
    assert main(["lineart", "loop.gif", "-o", "l.gif", "--method", "rule", "--transparent"]) == 0
    with Image.open("l.gif") as drawn:
        assert drawn.n_frames == 4
        assert drawn.info["duration"] == 120
    assert main(["lineart", "loop.gif", "-o", "l.webp", "--method", "rule"]) == 0


def test_held_lines_go_when_they_are_gone_and_are_kept_over_grain():
    from paintreel.lineart.steadying import LineSteadier

    rng = np.random.default_rng(0)
    source = np.full((96, 128, 3), 200, np.uint8)
    source[40:60, 30:90] = 60
    line = np.zeros((96, 128), np.uint8)
    line[40:43, 30:90] = 255
    steadier = LineSteadier(0.75)
    first = steadier(source, line)
    np.testing.assert_array_equal(first, line)
    for _ in range(4):  # rims that swing by grain alone are kept as they were
        shaky = np.clip(line.astype(int) + rng.integers(-60, 60, line.shape), 0, 255)
        np.testing.assert_array_equal(steadier(source, shaky.astype(np.uint8)), line)
    fading = [steadier(source, np.zeros_like(line)).max() for _ in range(16)]
    assert fading[0] > 200  # not at once
    assert fading[-1] < 20  # and no ghost is left
    np.testing.assert_array_equal(LineSteadier(0)(source, line), line)


def test_traced_outlines_are_paths(tmp_path: Path):
    pytest.importorskip("vtracer")
    from paintreel.lineart.svg import outlines

    text = outlines(255 - np.asarray(paintreel.lineart(scene(), method="rule")))
    assert text.count("<path") >= 2
    assert 'viewBox="0 0 160 120"' in text
