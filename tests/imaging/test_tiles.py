"""Tiles cover a picture exactly once, and a convolution over tiles equals the one in one pass."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from paintreel.errors import InputError
from paintreel.imaging.geometry import pad_to_multiple
from paintreel.imaging.tiles import apply_tiled, plan_tiles

SIDES = st.one_of(st.integers(1, 200), st.sampled_from([511, 512, 513, 3000]))


def convolutions(seed: int, depth: int, multiple: int) -> tuple[Callable, int]:
    """A stack of 3x3 integer filters at 1/`multiple` resolution, and its receptive radius.

    Built as the networks are: reflection to the multiple, unshuffle, filters that pad with
    zeros, shuffle back. Integer arithmetic in float64 makes the comparison exact.
    """
    rng = np.random.default_rng(seed)
    kernels = rng.integers(-3, 4, (depth, 3, 3)).astype(np.float64)

    def run(x: np.ndarray) -> np.ndarray:
        padded, crop = pad_to_multiple(x.astype(np.float64), multiple)
        height, width = padded.shape[0] // multiple, padded.shape[1] // multiple
        cells = padded.reshape(height, multiple, width, multiple).transpose(0, 2, 1, 3)
        planes = cells.reshape(height, width, -1).copy()
        for kernel in kernels:
            planes = np.dstack(
                [
                    cv2.filter2D(planes[..., i], -1, kernel, borderType=cv2.BORDER_CONSTANT)
                    for i in range(planes.shape[2])
                ]
            )
            planes = planes[..., ::-1].cumsum(axis=2) % 251  # mixes the planes, not the places
        cells = planes.reshape(height, width, multiple, multiple).transpose(0, 2, 1, 3)
        return cells.reshape(padded.shape)[crop]

    return run, depth * multiple + multiple - 1


@settings(max_examples=150, deadline=None)
@given(
    height=SIDES,
    width=SIDES,
    tile=st.integers(1, 300),
    halo=st.integers(0, 40),
    multiple=st.sampled_from([1, 2, 4, 8]),
)
def test_plan_covers_every_pixel_once_with_its_halo(height, width, tile, halo, multiple):
    if height * width > 40 * tile * tile:
        tile = max(tile, int((height * width / 40) ** 0.5))
    tiles = plan_tiles(height, width, tile_px=tile, halo_px=halo, multiple=multiple)
    times_written = np.zeros((height, width), np.int32)
    padded_sizes = set()
    for one in tiles:
        times_written[one.target] += 1
        axes = ((one.read[:2], one.write[:2], height), (one.read[2:], one.write[2:], width))
        for (start, end), (first, last), size in axes:
            assert 0 <= start <= first < last <= end <= size
            assert start % multiple == 0
            assert start == 0 or first - start >= halo
            assert end == size or (end - last >= halo and end % multiple == 0)
        padded_sizes.add((-(-(one.read[1] - one.read[0]) // multiple), one.read[3] - one.read[2]))
    assert (times_written == 1).all()
    assert len({rows for rows, _ in padded_sizes}) == 1  # one compiled network serves them all
    bound = tile + 2 * halo + 5 * multiple
    assert all(columns <= bound and rows * multiple <= bound for rows, columns in padded_sizes)


@settings(max_examples=60, deadline=None)
@given(
    height=st.integers(1, 90),
    width=st.one_of(st.integers(1, 90), st.just(600)),
    tile=st.integers(1, 64),
    depth=st.integers(0, 3),
    multiple=st.sampled_from([1, 2, 4]),
)
def test_tiled_equals_one_pass_exactly(height, width, tile, depth, multiple):
    fn, radius = convolutions(depth, depth, multiple)
    x = np.random.default_rng(height).integers(0, 256, (height, width), dtype=np.uint8)
    tiled = apply_tiled(x, fn, tile_px=tile, halo_px=radius, multiple=multiple)
    np.testing.assert_array_equal(tiled, fn(x))


def test_a_halo_too_narrow_shows():
    fn, radius = convolutions(3, 3, 1)
    x = np.random.default_rng(0).integers(0, 256, (64, 64), dtype=np.uint8)
    assert (apply_tiled(x, fn, tile_px=16, halo_px=radius - 1) != fn(x)).any()


@pytest.mark.parametrize("shape", [(1, 1, 3), (3000, 17, 3), (17, 3000), (300, 200, 4)])
def test_float_pictures_of_every_layout(shape):
    x = np.random.default_rng(0).random(shape, np.float32)

    def blur(part: np.ndarray) -> np.ndarray:
        return cv2.GaussianBlur(part, (9, 9), 2, borderType=cv2.BORDER_CONSTANT)

    tiled = apply_tiled(x, blur, tile_px=64, halo_px=4)
    np.testing.assert_allclose(tiled, blur(x), atol=1e-6)


def test_result_takes_the_dtype_and_channels_of_the_function():
    x = np.zeros((50, 40, 3), np.uint8)
    y = apply_tiled(x, lambda part: part.mean(axis=2, dtype=np.float32), tile_px=16, halo_px=2)
    assert y.shape == (50, 40)
    assert y.dtype == np.float32


def test_out_takes_the_result_and_must_not_be_the_picture():
    x = np.random.default_rng(0).integers(0, 256, (50, 40, 3), dtype=np.uint8)
    out = np.zeros_like(x)
    for tile in (16, 100):  # many tiles, and one
        out[:] = 0
        assert apply_tiled(x, lambda part: 255 - part, tile_px=tile, halo_px=2, out=out) is out
        np.testing.assert_array_equal(out, 255 - x)
    with pytest.raises(InputError, match="overlaps"):
        apply_tiled(x, lambda part: part, tile_px=16, halo_px=2, out=x)


def test_a_function_that_changes_the_size_is_named():
    with pytest.raises(InputError, match="keep height and width"):
        apply_tiled(np.zeros((50, 40)), lambda part: part[::2], tile_px=16, halo_px=2)


@pytest.mark.parametrize(
    ("argument", "value"),
    [("height", 0), ("width", -1), ("tile_px", 0), ("halo_px", -1), ("multiple", 0)],
)
def test_plan_refuses(argument, value):
    arguments = {"height": 10, "width": 10, "tile_px": 4, "halo_px": 1, "multiple": 1}
    with pytest.raises(InputError, match=f"{argument} must be at least"):
        plan_tiles(**{**arguments, argument: value})


MEMORY_PROGRAM = """
import sys
from pathlib import Path
import numpy as np
from dataclasses import replace
from paintreel.imaging.arrays import from_float, to_float
from paintreel.imaging.files import Picture, read_picture, write_picture
from paintreel.imaging.tiles import apply_tiled

source, target = sys.argv[1:]
row = (np.arange(8000 * 3) // 40 % 256).astype(np.uint8).reshape(8000, 3)
write_picture(source, Picture(np.broadcast_to(row, (6000, 8000, 3))))
picture = read_picture(source)
invert = lambda part: from_float(1 - to_float(part), part.dtype)
pixels = apply_tiled(picture.pixels, invert, tile_px=1024, halo_px=32, multiple=4)
assert pixels.shape == (6000, 8000, 3)
write_picture(target, replace(picture, pixels=pixels))
status = Path("/proc/self/status").read_text()
print(status.split("VmHWM:")[1].split()[0])  # ru_maxrss would count the parent's memory too
"""


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="reads /proc")
@pytest.mark.parametrize("suffix", [".jpg", ".tif"])
def test_48_megapixels_are_read_tiled_and_written_in_bounded_memory(tmp_path, suffix):
    files = [tmp_path / f"source{suffix}", tmp_path / f"target{suffix}"]
    done = subprocess.run(
        [sys.executable, "-c", MEMORY_PROGRAM, *files], capture_output=True, text=True, check=True
    )
    assert int(done.stdout) / 1024 < 700  # MiB; the pixels in and out are 275 of them
