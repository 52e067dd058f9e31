"""`--on` and `--carry` from file to file; which frames are painted is proved in test_exposure."""

from __future__ import annotations

import json
import threading
from concurrent.futures import CancelledError
from fractions import Fraction
from itertools import pairwise
from pathlib import Path

import av
import cv2
import numpy as np
import pytest
from PIL import Image

from paintreel.cli.main import main
from paintreel.errors import InputError
from paintreel.media.reader import read_frames
from paintreel.stylize import Style, stylize_video


def shot(seed: int, count: int, step_px: int = 2) -> list[np.ndarray]:
    """A pan over smooth shapes."""
    coarse = np.random.default_rng(seed).integers(0, 256, (8, 12, 3), np.uint8)
    wide = cv2.resize(coarse, (192, 96), interpolation=cv2.INTER_CUBIC)
    return [np.ascontiguousarray(wide[:, k * step_px :][:, :128]) for k in range(count)]


def read(path: Path) -> tuple[list[np.ndarray], list[Fraction]]:
    with read_frames(path) as frames:
        got = [(frame.pixels, frame.pts * frame.time_base) for frame in frames]
    return [pixels for pixels, _ in got], [time for _, time in got]


def held_for(pictures: list[np.ndarray]) -> list[int]:
    """How many frames each picture is shown."""
    runs = [1]
    for before, after in pairwise(pictures):
        if np.array_equal(before, after):
            runs[-1] += 1
        else:
            runs.append(1)
    return runs


def packets_of_sound(path: Path) -> list[bytes]:
    with av.open(str(path)) as container:
        return [bytes(packet) for packet in container.demux(audio=0) if packet.size]


@pytest.fixture
def style(style_file: Path) -> Style:
    return Style(style_file, backend="onnxruntime", threads=1)


@pytest.fixture
def joined(make_lossless_clip, tmp_path: Path) -> Path:
    """Five frames of one shot and four of another, at uneven times."""
    times = [0, 1, 2, 5, 6, 7, 9, 10, 14]
    return make_lossless_clip(tmp_path / "joined.mkv", shot(1, 5) + shot(2, 4), times)


@pytest.mark.parametrize(("on", "runs"), [(1, [1] * 9), (2, [2, 2, 1, 2, 2]), (3, [3, 2, 3, 1])])
def test_paintings_are_held_until_the_cut_at_all_times_of_the_source(joined, style, on, runs):
    out = joined.with_name("out.mkv")
    report = stylize_video(joined, out, style=style, on=on, steady=0, codec="ffv1")
    painted, times = read(out)
    sources, source_times = read(joined)
    assert held_for(painted) == runs
    assert times == source_times
    assert report.frames == 9
    first = np.cumsum([0, *runs[:-1]])
    assert all(np.array_equal(painted[k], style(sources[k])) for k in first)


def test_the_cel_is_held_whole_at_half_strength(joined, style):
    out = joined.with_name("out.mkv")
    stylize_video(joined, out, style=style, on=2, steady=0, strength=0.5, codec="ffv1")
    painted, sources = read(out)[0], read(joined)[0]
    assert held_for(painted) == [2, 2, 1, 2, 2]
    assert np.array_equal(painted[1], style(sources[0], 0.5))


def test_carried_at_strength_0_is_the_source(joined, style):
    out = joined.with_name("out.mkv")
    stylize_video(joined, out, style=style, on=2, carry=True, strength=0, codec="ffv1")
    assert all(np.array_equal(a, b) for a, b in zip(read(out)[0], read(joined)[0], strict=True))


def test_sound_and_times_of_a_film_are_kept(examples: Path, style: Style, tmp_path: Path):
    source, out = examples / "clip.mp4", tmp_path / "out.mp4"
    for options in ({"on": 2}, {"on": 3, "carry": True}):
        stylize_video(source, out, style=style, max_side_px=96, overwrite=True, **options)
        assert read(out)[1] == read(source)[1]
        assert packets_of_sound(out) == packets_of_sound(source)


def test_fewer_frames_a_second_are_held_too(make_lossless_clip, style, tmp_path):
    clip = make_lossless_clip(tmp_path / "a.mkv", shot(1, 12))
    stylize_video(clip, tmp_path / "o.mkv", style=style, on=2, fps=12, codec="ffv1")
    painted, times = read(tmp_path / "o.mkv")
    assert held_for(painted) == [2, 2, 2]
    assert [float(time) for time in times] == pytest.approx([k / 12 for k in range(6)], abs=1e-3)


@pytest.mark.parametrize("suffix", ["gif", "png", "webp"])
def test_animations_are_held_by_frames_and_last_as_long(style, tmp_path, suffix):
    durations = [100, 40, 300, 60, 50]
    pictures = [Image.fromarray(pixels) for pixels in shot(1, 5, 6)]
    source, out = tmp_path / f"a.{suffix}", tmp_path / f"o.{suffix}"
    more = {"lossless": True} if suffix == "webp" else {}
    pictures[0].save(source, save_all=True, append_images=pictures[1:], duration=durations, **more)
    stylize_video(source, out, style=style, on=2)
    with read_frames(out) as frames:
        shown = [(frame.pixels, frame.pts, frame.duration) for frame in frames]
    assert shown[-1][1] + shown[-1][2] == sum(durations)
    changes = [0]
    for (before, _, _), (after, start, _) in pairwise(shown):
        if np.abs(before.astype(int) - after).mean() > 1:
            changes.append(start)
    assert changes == [0, 140, 500]


def test_alpha_of_a_held_cel_is_held(style, tmp_path):
    frames = []
    for k, pixels in enumerate(shot(1, 4)):
        alpha = np.where(np.arange(128) < 30 + 20 * k, 0, 255)
        rgba = np.dstack([pixels, np.broadcast_to(alpha, (96, 128)).astype(np.uint8)])
        frames.append(Image.fromarray(rgba))
    source = tmp_path / "a.png"
    frames[0].save(source, save_all=True, append_images=frames[1:], duration=100)
    for carry, expected in ((False, [30, 30, 70, 70]), (True, [30, 50, 70, 90])):
        stylize_video(
            source, tmp_path / "o", style=style, on=2, carry=carry, codec="png", overwrite=True
        )
        written = [Image.open(path) for path in sorted((tmp_path / "o").glob("*.png"))]
        clear = [int((np.asarray(picture)[0, :, 3] == 0).sum()) for picture in written]
        assert clear == expected


def test_a_folder_of_pictures_has_each_frame(joined, style):
    out = joined.with_name("frames")
    stylize_video(joined, out, style=style, on=2, codec="png")
    files = sorted(out.glob("*.png"))
    assert held_for([np.asarray(Image.open(path)) for path in files]) == [2, 2, 1, 2, 2]
    assert len(json.loads((out / "timestamps.json").read_text())["frames"]) == 9


def test_progress_and_stopping_while_frames_are_held_back(joined, style):
    seen, cancel = [], threading.Event()

    def told(done: int, expected: int | None) -> None:
        seen.append(done)
        if done == 6:
            cancel.set()

    out = joined.with_name("out.mkv")
    with pytest.raises(CancelledError):
        stylize_video(
            joined,
            out,
            style=style,
            on=4,
            carry=True,
            codec="ffv1",
            on_progress=told,
            cancel=cancel,
        )
    assert seen == [1, 2, 3, 4, 5, 6]
    assert not out.exists()


@pytest.mark.parametrize("on", [0, 13, True, "2", 2.5])
def test_numbers_that_python_cannot_ask_for(joined, style, on):
    with pytest.raises(InputError, match=r"on is .*, expected a whole number from 1 to 12"):
        stylize_video(joined, joined.with_name("out.mkv"), style=style, on=on)
    assert not joined.with_name("out.mkv").exists()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--on", "0"], "on is 0, expected 1 to 12"),
        (["--on", "13"], "on is 13, expected 1 to 12"),
        (["--on", "two"], "two"),
        (["--on", "1.5"], "1.5"),
        (["--carry"], "give --on 2"),
        (["--looks", "sheet.png", "--on", "2"], "--on is of results"),
    ],
)
def test_numbers_that_the_command_refuses(
    joined, tiny_style, monkeypatch, capsys, arguments, message
):
    monkeypatch.chdir(joined.parent)
    try:
        code = main(["stylize", "joined.mkv", "--style", tiny_style, *arguments])
    except SystemExit as stopped:
        code = stopped.code
    assert code == 2
    assert message in capsys.readouterr().err
    assert [path.name for path in joined.parent.iterdir()] == ["joined.mkv"]


def test_a_clip_made_on_ones_is_named_and_a_picture_is_not(joined, tiny_style, monkeypatch, capsys):
    monkeypatch.chdir(joined.parent)
    Image.fromarray(shot(1, 1)[0]).save("a.png")
    command = ["stylize", "joined.mkv", "a.png", "-o", "out", "--style", tiny_style]
    assert main(command) == 0
    capsys.readouterr()
    assert main([*command, "--on", "2"]) == 1
    told = [line for line in capsys.readouterr().err.splitlines() if "--on" in line]
    assert len(told) == 1
    assert "joined.mkv" in told[0]


@pytest.mark.parametrize("brush", ["auto", 15, 2.5])
def test_a_tile_is_painted_as_in_the_whole(style_file, brush):
    style = Style(style_file, backend="onnxruntime", threads=1, brush=brush)
    picture = cv2.resize(shot(3, 1)[0], (1210, 903), interpolation=cv2.INTER_CUBIC)
    whole = style.paint(picture)
    tiles = style.single_tiles(*picture.shape[:2])
    assert len(tiles) > 1
    covered = np.zeros(picture.shape[:2], int)
    for tile in tiles:
        covered[tile.target] += 1
        off = np.abs(style.paint_tile(picture, tile).astype(int) - whole[tile.target])
        assert off.max() <= (0 if brush == "auto" else 3), (tile, off.max())
    assert np.all(covered == 1)
    assert [tile.write for tile in style.single_tiles(20, 20)] == [(0, 20, 0, 20)]


def test_a_style_that_paints_whole_pictures_alone_has_no_tiles(make_style, tmp_path):
    style = Style(make_style(tmp_path / "whole", tiling="whole"), backend="onnxruntime")
    assert style.single_tiles(900, 900) == []
