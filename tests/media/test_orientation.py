from __future__ import annotations

import numpy as np
import pytest

from paintreel.media.orientation import UPRIGHT, Orientation
from paintreel.media.reader import read_frames

# What is seen of the stored [[1, 2], [3, 4]] at each clockwise angle; mirrored after turning.
SEEN = {
    (0, False): [[1, 2], [3, 4]],
    (90, False): [[3, 1], [4, 2]],
    (180, False): [[4, 3], [2, 1]],
    (270, False): [[2, 4], [1, 3]],
    (0, True): [[2, 1], [4, 3]],
    (90, True): [[1, 3], [2, 4]],
    (180, True): [[3, 4], [1, 2]],
    (270, True): [[4, 2], [3, 1]],
}


@pytest.mark.parametrize(("angle", "flipped"), SEEN)
def test_matrix_of_a_clip_turns_its_frames(make_clip, angle, flipped):
    quarters = np.array([[40, 90], [150, 220]], np.uint8).repeat(16, 0).repeat(24, 1)

    def content(_):
        import av

        gray = np.repeat(quarters[..., None], 3, axis=2)
        return av.VideoFrame.from_ndarray(gray, format="rgb24").reformat(format="yuv420p")

    clip = make_clip(
        "turned.mp4", size=(48, 32), frames=2, content=content, rotation=angle, flipped=flipped
    )
    with read_frames(clip) as frames:
        upright = next(frames).pixels
    width, height = (48, 32) if angle % 180 == 0 else (32, 48)
    assert upright.shape == (height, width, 3)
    assert (frames.info.width, frames.info.height) == (width, height)
    centres = upright[height // 4 :: height // 2, width // 4 :: width // 2, 1].astype(int)
    levels = np.array([40, 90, 150, 220])
    ranks = np.abs(centres[..., None] - levels).argmin(axis=-1) + 1
    assert ranks.tolist() == SEEN[angle, flipped]


def test_resizing_counts_in_upright_pixels(make_clip):
    clip = make_clip("tall.mp4", size=(64, 32), frames=1, rotation=90)
    with read_frames(clip, size=(20, 40)) as frames:
        assert next(frames).pixels.shape == (40, 20, 3)


def test_broken_matrix_leaves_frames_as_they_are():
    assert Orientation.from_matrix([0] * 9) == UPRIGHT


def test_odd_angle_goes_to_the_nearest_quarter():
    cosine, sine = int(65536 * 0.1), int(65536 * 0.995)  # 84 degrees
    matrix = [cosine, sine, 0, -sine, cosine, 0, 0, 0, 1 << 30]
    assert Orientation.from_matrix(matrix) == Orientation(quarter_turns=1)
