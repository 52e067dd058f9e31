"""Big pictures take the memory of their pixels and little more."""

from __future__ import annotations

import subprocess
import sys

import pytest

pytest.importorskip("resource")

MEASURE = """
import resource, sys
import cv2, numpy as np
from paintreel.imaging.files import Picture, read_picture, write_picture
peak = lambda: resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
cv2.imdecode(np.zeros(9, np.uint8), cv2.IMREAD_UNCHANGED)
path, before = sys.argv[1], peak()
if sys.argv[2] == "make":
    y, x = np.ogrid[0:3000, 0:4000]
    pixels = np.stack([(x * (c + 7) + y * 13).astype(np.uint16) for c in range(3)], axis=-1)
    write_picture(path, Picture(pixels))
else:
    picture = read_picture(path)
    print((peak() - before) / picture.pixels.nbytes)
    write_picture(path, picture, overwrite=True)
    print((peak() - before) / picture.pixels.nbytes)
"""


def run(*args: object) -> list[float]:
    done = subprocess.run(
        [sys.executable, "-c", MEASURE, *map(str, args)], capture_output=True, text=True, check=True
    )
    return [float(line) for line in done.stdout.split()]


@pytest.mark.skipif(sys.platform != "linux", reason="counts peaks in kilobytes")
def test_16_bit_png_is_read_and_written_in_bands(tmp_path):
    run(tmp_path / "a.png", "make")
    reading, both = run(tmp_path / "a.png", "read")
    assert reading < 1.5
    assert both < 1.6
