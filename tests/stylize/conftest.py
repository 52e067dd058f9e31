"""A small clip that every codec of the tests keeps exactly."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest

TIMES_MS = (0, 40, 80, 200, 233)


@pytest.fixture(scope="session")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Five lossless frames of 40x24 at uneven times; not to be changed."""
    path = tmp_path_factory.mktemp("clip") / "clip.mkv"
    rng = np.random.default_rng(3)
    with av.open(str(path), "w") as container:
        stream = container.add_stream("ffv1", rate=25, width=40, height=24, pix_fmt="bgr0")
        stream.codec_context.time_base = Fraction(1, 1000)
        for time_ms in TIMES_MS:
            pixels = rng.integers(0, 256, (24, 40, 3), np.uint8)
            frame = av.VideoFrame.from_ndarray(pixels, "rgb24").reformat(format="bgr0")
            frame.pts, frame.time_base = time_ms, Fraction(1, 1000)
            container.mux(stream.encode(frame))
        container.mux(stream.encode())
    return path
