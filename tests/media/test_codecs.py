"""What the rows of the codec table say, and that a row is all that a new codec needs."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import paintreel
from paintreel.media.codecs import CODEC_NAMES, CODECS, codecs_of, suffix_for
from paintreel.media.containers import CONTAINERS
from paintreel.media.encoding_settings import EncodingSettings
from paintreel.media.probe import probe
from paintreel.media.video import transform_video

ROW = """
        Codec("qtrle", "qtrle", ("mov",), ("rgb24",), any_size=True),
"""
USE_OF_THE_ROW = """
import sys
from paintreel.cli.main import main
from paintreel.jobs.place import place_results
from paintreel.media.video import EncodingSettings, probe, transform_video

main(["stylize", "--help"])
(job,) = place_results(["clip.mp4"], "out/", label="x", codec="qtrle")
transform_video(job.src, job.dst, lambda frame: frame, encoding=EncodingSettings("qtrle"))
print(job.dst.as_posix(), probe(job.dst).codec)
"""


def test_users_choose_from_all_but_those_of_animations():
    assert CODEC_NAMES == ("h264", "hevc", "av1", "vp9", "ffv1", "prores", "png")


@pytest.mark.parametrize(
    ("container", "names"),
    [
        ("mp4", ("h264", "hevc", "av1", "vp9")),
        ("mov", ("h264", "hevc", "prores")),
        ("webm", ("vp9", "av1")),
        ("gif", ("gif",)),
        ("avi", ()),
    ],
)
def test_codecs_of_a_container_start_with_its_default(container, names):
    assert codecs_of(CONTAINERS[container]) == names


@pytest.mark.parametrize(
    ("codec", "suffix"),
    [("ffv1", ".mkv"), ("prores", ".mov"), ("png", ""), ("h264", None), ("divx", None)],
)
def test_a_codec_that_mp4_does_not_hold_has_a_suffix_of_its_own(codec, suffix):
    assert suffix_for(codec) == suffix


@pytest.mark.parametrize(
    ("codec", "pixel_format"),
    [
        (name, pixel_format)
        for name in CODEC_NAMES
        for pixel_format in CODECS[name].pixel_formats
        if CODECS[name].by_ffmpeg
    ],
)
def test_every_pixel_format_of_the_table_is_written(make_clip, tmp_path, codec, pixel_format):
    clip = make_clip("a.mkv", frames=1)
    home = "matroska" if "matroska" in CODECS[codec].containers else CODECS[codec].containers[0]
    target = tmp_path / f"o{CONTAINERS[home].suffixes[0]}"
    transform_video(
        clip,
        target,
        lambda frame: frame,
        encoding=EncodingSettings(codec=codec, pixel_format=pixel_format),
    )
    info = probe(target)
    assert info.codec == codec
    # FFmpeg decodes all ProRes 4444 to 12 bits.
    assert info.pixel_format in (pixel_format, pixel_format.replace("444p10", "444p12"))


def test_bit_depths_are_those_of_the_pixel_formats():
    assert CODECS["h264"].bit_depths == (8, 10)
    assert CODECS["prores"].bit_depths == (10,)
    assert CODECS["png"].bit_depths == (8,)


def test_the_tables_load_neither_ffmpeg_nor_arrays():
    code = (
        "import sys, paintreel.media.codecs, paintreel.media.containers\n"
        "print(sorted({'av', 'numpy', 'PIL', 'cv2'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_a_new_codec_is_one_row(tmp_path, make_clip):
    source = Path(paintreel.__file__).parent
    package = tmp_path / "paintreel"
    shutil.copytree(source, package, ignore=shutil.ignore_patterns("weights", "__pycache__"))
    table = package / "media/codecs.py"
    text = table.read_text(encoding="utf-8")
    anchor = '\n        Codec("gif",'
    assert text.count(anchor) == 1
    table.write_text(text.replace(anchor, ROW.rstrip("\n") + anchor), encoding="utf-8")
    make_clip("clip.mp4", frames=3)
    done = subprocess.run(
        [sys.executable, "-c", USE_OF_THE_ROW],
        cwd=tmp_path,
        env={"PYTHONPATH": str(tmp_path), "COLUMNS": "200"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "prores,qtrle,png" in done.stdout
    assert done.stdout.splitlines()[-1] == "out/clip.mov qtrle"
