"""A disk that takes only the first bytes: an error and no file, for every format."""

from __future__ import annotations

import io
import os
import subprocess
import sys

import pytest

from paintreel.errors import OutputError
from paintreel.imaging.atomic import atomic_path, checked_file, write_whole
from paintreel.imaging.files import IMAGE_SUFFIXES

resource = pytest.importorskip("resource")

WRITE_MANY = """
import resource, sys
import numpy as np
from paintreel.errors import OutputError
from paintreel.imaging.files import Picture, write_picture
resource.setrlimit(resource.RLIMIT_FSIZE, (12 * 1024,) * 2)
pixels = np.random.default_rng(0).integers(0, 256, (240, 240, 3), dtype=np.uint8)
for suffix in sys.argv[2:]:
    for each in (pixels, pixels.astype(np.uint16) * 257):
        try:
            write_picture(f"{sys.argv[1]}/a{suffix}", Picture(each))
        except OutputError as error:
            print(suffix, each.dtype, error)
"""


def test_a_short_write_is_an_error_in_every_format(tmp_path):
    suffixes = sorted(IMAGE_SUFFIXES)
    done = subprocess.run(
        [sys.executable, "-c", WRITE_MANY, tmp_path, *suffixes],
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.count("larger than this system allows") == 2 * len(suffixes), done.stdout
    assert list(tmp_path.iterdir()) == []


def test_bytes_arrive_whole(tmp_path):
    write_whole(tmp_path / "a", b"abc")
    write_whole(tmp_path / "a", [b"de", b"", b"f"], overwrite=True)
    assert (tmp_path / "a").read_bytes() == b"def"
    with pytest.raises(OutputError, match="exists"):
        write_whole(tmp_path / "a", b"")


def test_a_checked_file_may_go_back_and_has_no_descriptor(tmp_path):
    with checked_file(tmp_path / "a") as file:
        file.write(b"abcdef")
        file.seek(2)
        file.write(b"X")
        with pytest.raises(io.UnsupportedOperation):
            file.fileno()
    assert (tmp_path / "a").read_bytes() == b"abXdef"


def test_a_disk_that_loses_bytes_is_an_error(tmp_path):
    def lose() -> None:
        with atomic_path(tmp_path / "a") as partial, checked_file(partial) as file:
            file.write(b"abcdef")
            file.flush()
            os.truncate(partial, 3)

    with pytest.raises(OutputError, match="no space left"):
        lose()
    assert list(tmp_path.iterdir()) == []


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs pipes")
@pytest.mark.timeout(20)
@pytest.mark.parametrize("overwrite", [False, True])
def test_a_pipe_is_never_replaced(tmp_path, overwrite):
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(OutputError, match="pipe or a device"):
        write_whole(tmp_path / "pipe", b"", overwrite=overwrite)
    with pytest.raises(OutputError, match="pipe or a device"):
        write_whole("/dev/null", b"", overwrite=overwrite)


@pytest.mark.parametrize(
    ("name", "words"), [("a" * 300, "too long"), ("a\0b", "zero byte"), ("loop/a", "not a folder")]
)
def test_impossible_names_are_said(tmp_path, name, words):
    (tmp_path / "loop").symlink_to("loop")
    with pytest.raises(OutputError, match=words):
        write_whole(tmp_path / name, b"")


def test_the_longest_names_can_be_written(tmp_path):
    for name in ("a" * 251 + ".png", "a." + "b" * 250):
        write_whole(tmp_path / name, b"x")
        assert (tmp_path / name).read_bytes() == b"x"
