"""Spectra of sets: what they are of, what the chart and the tables say, and what cannot be."""

from __future__ import annotations

import csv
import json
from fractions import Fraction

import cv2
import numpy as np
import pytest
from PIL import Image

import paintreel
from paintreel.cli.main import main
from paintreel.errors import InputError, UnreadableFile
from paintreel.media.encoding_settings import EncodingSettings
from paintreel.media.generated import GeneratedFrames
from paintreel.media.video import write_video
from paintreel.metrics.spectrum import radial_spectrum_distance
from paintreel.spectrum.measured import (
    PLANE_PX,
    frequencies,
    measure_picture,
    spectrum_of_set,
)


def noise(seed: int, side: int = 128, contrast: float = 0.5) -> np.ndarray:
    """Grey noise about a half, (side, side, 3) uint8."""
    grey = 0.5 + contrast * (np.random.default_rng(seed).random((side, side, 1)) - 0.5)
    return np.repeat((grey * 255 + 0.5).astype(np.uint8), 3, axis=2)


@pytest.fixture
def sets(tmp_path):
    """Folders of noise, and of the same noise at half its contrast."""
    for name, contrast in (("full", 1.0), ("half", 0.5)):
        (tmp_path / name).mkdir()
        for seed in range(3):
            picture = noise(seed, contrast=contrast)
            cv2.imwrite(str(tmp_path / name / f"{seed}.png"), picture)
    return tmp_path / "full", tmp_path / "half"


def test_half_the_contrast_is_six_decibels_less_everywhere(sets):
    found = paintreel.spectrum(sets)
    assert [one.name for one in found.sets] == ["full", "half"]
    assert found.distances_db["half"] == pytest.approx(6.02, abs=0.1)
    gains = found.sets[1].gains(found.sets[0])
    assert list(gains) == ["coarse", "middle", "fine"]
    assert all(gain == pytest.approx(-6.02, abs=0.2) for gain in gains.values())


def test_it_is_the_distance_of_the_measures(sets):
    pictures = [[noise(seed, contrast=c) for seed in range(3)] for c in (1.0, 0.5)]
    expected = radial_spectrum_distance(*pictures)
    assert paintreel.spectrum(sets).distances_db["half"] == pytest.approx(expected, abs=1e-6)


def test_a_wave_stands_where_its_length_says():
    """Waves of 8 px across: a ring at 1/8, two points in the plane, none up and down."""
    x = np.arange(256)
    wave = 0.5 + 0.4 * np.sin(2 * np.pi * x / 8)
    picture = np.repeat(np.tile(wave, (256, 1))[..., None], 3, axis=2).astype(np.float32)
    found = measure_picture(picture, bins=32)
    assert frequencies(32)[found.radial.argmax()] == pytest.approx(1 / 8, abs=1 / 64)
    row, column = np.unravel_index(found.plane.argmax(), found.plane.shape)
    assert abs(row - PLANE_PX / 2) <= 1
    assert abs(abs(column - PLANE_PX / 2) - PLANE_PX / 8) <= 1


def test_blur_takes_what_is_fine(tmp_path):
    for name, picture in (("sharp", noise(1)), ("soft", cv2.blur(noise(1), (3, 3)))):
        cv2.imwrite(str(tmp_path / f"{name}.png"), picture)
    found = paintreel.spectrum([tmp_path / "sharp.png", tmp_path / "soft.png"])
    gains = found.sets[1].gains(found.sets[0])
    assert gains["fine"] < gains["middle"] < gains["coarse"] + 0.1
    assert gains["fine"] < -8
    assert abs(gains["coarse"]) < 1


def test_few_rings_leave_bands_out():
    """The middles of four rings are 1/16, 3/16, 5/16, 7/16: the first is coarse, up to 1/16."""
    one = spectrum_of_set("a", [measure_picture(noise(0), bins=4)])
    assert list(one.gains(one)) == ["coarse", "middle", "fine"]
    two = spectrum_of_set("a", [measure_picture(noise(0), bins=2)])
    assert list(two.gains(two)) == ["middle", "fine"]


def test_a_clip_is_the_mean_of_its_frames(tmp_path):
    frames = [noise(seed, side=96) for seed in range(6)]
    path = tmp_path / "clip.mkv"
    write_video(
        GeneratedFrames(iter(frames), size_px=(96, 96), rate=Fraction(6), count=6),
        path,
        encoding=EncodingSettings("ffv1"),
    )
    (one,) = paintreel.spectrum(path, every_s=0).sets
    assert (one.files, one.frames) == (1, 6)
    mean = np.mean([measure_picture(frame, bins=32).radial for frame in frames], axis=0)
    np.testing.assert_allclose(one.radial, mean, atol=0.3)  # the codec keeps YUV


def test_transparency_lies_on_white(tmp_path):
    clear = np.dstack([noise(0), np.zeros((128, 128), np.uint8)])
    Image.fromarray(clear, "RGBA").save(tmp_path / "clear.png")
    (one,) = paintreel.spectrum(tmp_path / "clear.png").sets
    assert (one.radial == -100).all()


# The command


def test_the_command_says_and_writes(sets, tmp_path, capsys):
    chart, table, report = (tmp_path / n for n in ("chart.png", "rows.csv", "all.json"))
    words = ["spectrum", *map(str, sets), "-o", str(chart)]
    assert main([*words, "--csv", str(table), "--json", str(report), "--bins", "16"]) == 0
    said = capsys.readouterr().out.splitlines()
    assert said[0] == "full: 3 files"
    assert said[1].startswith("half: 3 files, 6.0")
    assert "dB from full; coarse -6." in said[1]
    with Image.open(chart) as drawn:
        assert drawn.size[0] == 1600
        colours = {colour for _count, colour in drawn.convert("RGB").getcolors(1 << 20)}
    assert {(60, 92, 158), (206, 98, 44)} <= colours  # a curve each
    rows = list(csv.reader(table.open()))
    assert rows[0] == ["cycles_per_px", *(f"{n}{q}" for n in ("full", "half")
                                          for q in ("", " lower", " upper"))]  # fmt: skip
    assert len(rows) == 17
    for row in rows[1:]:
        full, half = float(row[1]), float(row[4])
        assert float(row[2]) <= full <= float(row[3]) or float(row[2]) - full < 0.5
        assert full - half == pytest.approx(6.02, abs=0.4)
    facts = json.loads(report.read_text())
    assert [one["name"] for one in facts["sets"]] == ["full", "half"]
    assert facts["sets"][1]["distance_db"] == pytest.approx(6.02, abs=0.1)
    assert len(facts["files"]) == 6
    # Again: its own results are replaced, and the chart is no input.
    assert main([*words, "--csv", str(table), "--json", str(report)]) == 0


def test_the_chart_may_lie_among_the_pictures(sets):
    words = ["spectrum", str(sets[0]), "-o", str(sets[0] / "chart.png"), "-q"]
    assert main(words) == 0
    assert main(words) == 0


def test_what_is_too_small_is_named_and_the_rest_measured(sets, capsys):
    cv2.imwrite(str(sets[0] / "small.png"), noise(0, side=20))
    (sets[0] / "broken.png").write_bytes(b"\x89PNG\r\n\x1a\n")
    assert main(["spectrum", *map(str, sets)]) == 1
    said = capsys.readouterr()
    assert "full: 3 files" in said.out
    assert "small.png" in said.err
    assert "broken.png" in said.err
    assert said.err.count("cannot read") == 2  # once each


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["nothing/*.png"], "nothing/*.png"),
        (["a", "a"], "one set is given twice"),
        (list("abcdefghi"), "one chart shows 8"),
        (["a", "--bins", "2"], "bins"),
        (["a", "-o", "chart.txt"], "chart.txt"),
        (["a", "-o", "same.png", "--json", "same.png"], "called same.png"),
        (["a", "--csv", "-", "--json", "-"], "standard output"),
        (["a", "-o", "a/0.png"], "is an input"),
    ],
)
def test_bad_usage_is_told_before_anything_is_read(words, message, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a").mkdir()
    cv2.imwrite("a/0.png", noise(0))
    assert main(["spectrum", *words]) == 2
    assert message in capsys.readouterr().err


def test_from_python_the_first_bad_file_is_raised(sets):
    cv2.imwrite(str(sets[0] / "0.png"), noise(0, side=20))
    with pytest.raises(UnreadableFile, match=r"0\.png"):
        paintreel.spectrum(sets)
    with pytest.raises(InputError, match="nothing to measure"):
        paintreel.spectrum([])
    with pytest.raises(TypeError, match="did you mean 'bins'"):
        paintreel.spectrum(sets, bin=3)


def test_the_plot_is_a_picture(sets):
    plot = paintreel.spectrum(sets, bins=8).plot()
    assert plot.size[0] == 1600
    assert plot.mode == "RGB"
