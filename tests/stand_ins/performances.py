"""Clips with drawn faces and voices, for tests."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import av
import numpy as np
from voices import RATE_HZ

from portraits import with_faces

SIZE = (240, 420)


def write_performance(
    path: Path,
    *,
    faces: list[list[tuple]],
    samples: np.ndarray | None = None,
    fps: int = 10,
) -> Path:
    """A clip: each frame with its faces, and a voice if `samples` are given."""
    with av.open(str(path), "w") as output:
        video = output.add_stream(
            "libx264", rate=fps, width=SIZE[1], height=SIZE[0], options={"crf": "12"}
        )
        video.pix_fmt = "yuv420p"
        sound = None if samples is None else output.add_stream("flac", rate=RATE_HZ, layout="mono")
        for number, placed in enumerate(faces):
            frame = av.VideoFrame.from_ndarray(with_faces(*SIZE, *placed), format="rgb24")
            frame.pts, frame.time_base = number, Fraction(1, fps)
            output.mux(video.encode(frame))
        output.mux(video.encode(None))
        if sound is not None:
            resampler = av.AudioResampler(sound.codec_context.format, "mono", RATE_HZ)
            for start in range(0, len(samples), 4096):
                piece = samples[None, start : start + 4096].astype(np.float32)
                frame = av.AudioFrame.from_ndarray(np.ascontiguousarray(piece), "fltp", "mono")
                frame.sample_rate, frame.pts = RATE_HZ, start
                frame.time_base = Fraction(1, RATE_HZ)
                for ready in resampler.resample(frame):
                    output.mux(sound.encode(ready))
            output.mux(sound.encode(None))
    return path


ONE = (20, 10, 90.0)
"""A face that is large enough."""
