from __future__ import annotations

import av
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from paintreel.media.colour_tags import BT601, BT709, ColourTags
from paintreel.media.orientation import UPRIGHT, Orientation
from paintreel.media.pixels import FramePacker, FrameUnpacker

TAGS = [BT709, BT601, ColourTags(9, 14, 9, full_range=False)]


def smooth(height: int, width: int) -> np.ndarray:
    y, x = np.mgrid[0:height, 0:width] / max(height, width, 2)
    rgb = np.stack([0.2 + 0.6 * x, 0.7 - 0.5 * y, 0.3 + 0.4 * x * y], axis=-1)
    return (rgb * 255).round().astype(np.uint8)


@pytest.mark.parametrize("tags", TAGS, ids=lambda t: t.matrix_name)
@pytest.mark.parametrize("pixel_format", ["yuv420p", "yuv444p", "yuv422p", "yuv420p10le"])
def test_there_and_back_has_no_bias(tags, pixel_format):
    pixels = smooth(96, 128)
    frame = FramePacker(128, 96, pixel_format, tags)(pixels)
    assert (frame.format.name, frame.colorspace, frame.color_range) == (
        pixel_format, tags.matrix, tags.range_code,
    )  # fmt: skip
    back, alpha = FrameUnpacker(128, 96)(frame, tags, UPRIGHT)
    assert alpha is None
    difference = back.astype(int) - pixels
    assert np.abs(difference.mean(axis=(0, 1))).max() < 0.4
    assert np.abs(difference).max() <= 3


def test_packing_matches_the_matrix_to_one_level():
    rng = np.random.default_rng(3)
    pixels = rng.integers(0, 256, (32, 48, 3), np.uint8)
    frame = FramePacker(48, 32, "yuv444p", BT709)(pixels)
    exact = pixels @ BT709.rgb_to_yuv()[:, :3].T + BT709.rgb_to_yuv()[:, 3]
    planes = [np.frombuffer(p, np.uint8).reshape(32, p.line_size)[:, :48] for p in frame.planes]
    assert np.abs(np.stack(planes, axis=-1) - exact).max() < 1


def test_matrix_matters():
    red = np.full((16, 16, 3), (255, 0, 0), np.uint8)
    as_709 = FramePacker(16, 16, "yuv420p", BT709)(red)
    wrong, _ = FrameUnpacker(16, 16)(as_709, BT601, UPRIGHT)
    right, _ = FrameUnpacker(16, 16)(as_709, BT709, UPRIGHT)
    assert np.abs(right[0, 0].astype(int) - (255, 0, 0)).max() <= 2
    assert np.abs(wrong[0, 0].astype(int) - (255, 0, 0)).max() > 10


def test_stored_numbers_become_the_colours_of_the_standard(flat_frame):
    for y, u, v, tags, expected in [
        (16, 128, 128, BT709, (0, 0, 0)),
        (235, 128, 128, BT709, (255, 255, 255)),
        (126, 128, 128, BT601, (128, 128, 128)),
        (0, 128, 128, ColourTags(1, 1, 1, full_range=True), (0, 0, 0)),
        (63, 102, 240, BT709, (255, 1, 0)),
        (81, 90, 240, BT601, (254, 0, 0)),
    ]:
        pixels, _ = FrameUnpacker(32, 16)(flat_frame(y, u, v, 32, 16), tags, UPRIGHT)
        assert np.abs(pixels.astype(int) - expected).max() <= 1


@settings(max_examples=40, deadline=None)
@given(
    width=st.integers(1, 70),
    height=st.integers(1, 70),
    pixel_format=st.sampled_from(["yuv444p", "bgr0", "yuv444p10le"]),
)
def test_any_size_survives(width, height, pixel_format):
    tags = BT709 if pixel_format != "bgr0" else BT709.for_rgb()
    pixels = smooth(height, width)
    frame = FramePacker(width, height, pixel_format, tags)(pixels)
    back, _ = FrameUnpacker(width, height)(frame, tags, UPRIGHT)
    assert back.shape == pixels.shape
    limit = 0 if pixel_format == "bgr0" else 2
    assert np.abs(back.astype(int) - pixels).max() <= limit


def test_odd_sizes_are_cut_not_squeezed():
    pixels = smooth(97, 129)
    frame = FramePacker(128, 96, "yuv420p", BT601)(pixels)
    back, _ = FrameUnpacker(128, 96)(frame, BT601, UPRIGHT)
    assert np.abs(back.astype(int) - pixels[:96, :128]).max() <= 3


def test_alpha_comes_and_goes():
    pixels = smooth(20, 30)
    alpha = np.linspace(0, 255, 600).reshape(20, 30).astype(np.uint8)
    frame = FramePacker(30, 20, "bgra", BT709.for_rgb())(pixels, alpha)
    back, alpha_back = FrameUnpacker(20, 30)(frame, BT709.for_rgb(), Orientation(1))
    assert np.array_equal(back, np.rot90(pixels, -1))
    assert np.array_equal(alpha_back, np.rot90(alpha, -1))


@pytest.mark.parametrize(
    ("pixel_format", "full_range"),
    [(f, full) for f in ("yuv420p", "yuv422p", "yuv444p", "nv12") for full in (False, True)]
    + [("yuvj420p", True), ("yuvj422p", True)],
)
def test_unpacking_is_exact_to_half_a_level(pixel_format, full_range):
    tags = ColourTags(1, 1, 1, full_range)
    rng = np.random.default_rng(1)
    luma = rng.integers(60, 200, (32, 32)).astype(np.uint8)
    cb, cr = 110, 150
    frame = av.VideoFrame(32, 32, pixel_format)
    for plane, value in zip(frame.planes, (luma, cb, cr), strict=False):
        memory = np.frombuffer(plane, np.uint8).reshape(plane.height, plane.line_size)
        if pixel_format == "nv12" and value is not luma:
            memory[:, 0::2], memory[:, 1::2] = cb, cr
        else:
            memory[:, : plane.width] = value
    yuv = np.stack([luma, np.full_like(luma, cb), np.full_like(luma, cr)], axis=-1)
    matrix = tags.rgb_to_yuv().astype(np.float64)
    exact = (yuv - matrix[:, 3]) @ np.linalg.inv(matrix[:, :3]).T
    pixels, _ = FrameUnpacker(32, 32)(frame, tags, UPRIGHT)
    assert np.abs(pixels - exact).max() < 0.55


def test_resizing_keeps_colours_and_edges(flat_frame):
    frame = flat_frame(126, 128, 128, 64, 48)
    pixels, _ = FrameUnpacker(200, 10)(frame, BT601, UPRIGHT)
    assert pixels.shape == (10, 200, 3)
    assert np.abs(pixels.astype(int) - 128).max() <= 1


def test_a_strided_view_is_packed_as_it_is_seen():
    wide = smooth(32, 128)
    frame = FramePacker(64, 32, "yuv420p", BT709)(wide[:, ::2])
    plain = FramePacker(64, 32, "yuv420p", BT709)(wide[:, ::2].copy())
    assert bytes(frame.planes[0]) == bytes(plain.planes[0])


def test_frames_of_one_packer_do_not_share_memory():
    pack = FramePacker(32, 32, "yuv420p", BT709)
    black = pack(np.zeros((32, 32, 3), np.uint8))
    pack(np.full((32, 32, 3), 255, np.uint8))
    assert isinstance(black, av.VideoFrame)
    assert set(bytes(black.planes[0])) == {16}
