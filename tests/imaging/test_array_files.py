"""`.npz` files that are not what they say, and the statistics that are read from them."""

from __future__ import annotations

import contextlib
import os
import random
import zipfile
from pathlib import Path

import numpy as np
import pytest

from paintreel.errors import InputError, UnreadableFile
from paintreel.imaging.array_files import arrays_in, read_arrays
from paintreel.metrics.distribution import FeatureStatistics
from paintreel.scoring.sets import SetSide


def test_arrays_come_back(tmp_path: Path):
    path = tmp_path / "a.npz"
    given = {
        "a": np.arange(6.0).reshape(2, 3),
        "b": np.array("text"),
        "c": np.asfortranarray(np.ones((3, 4), np.uint8)),
        "d": np.empty((0, 5), np.float32),
    }
    np.savez_compressed(path, **given)
    read = read_arrays(path)
    assert set(read) == set(given)
    for name, array in given.items():
        np.testing.assert_array_equal(read[name], array)
        assert read[name].dtype == array.dtype
    read["a"][0, 0] = 7  # it may be written to
    assert set(read_arrays(path, ["a", "absent"])) == {"a"}


def test_what_is_unpacked_is_bounded(tmp_path: Path):
    path = tmp_path / "a.npz"
    np.savez_compressed(path, a=np.zeros(1 << 20, np.uint8), b=np.zeros(1 << 20, np.uint8))
    assert path.stat().st_size < 10_000
    with pytest.raises(UnreadableFile, match="the limit is 1,048,576"):
        read_arrays(path, max_bytes=1 << 20)
    assert set(read_arrays(path, ["a"], max_bytes=(1 << 20) + 200)) == {"a"}
    with zipfile.ZipFile(path, "w") as archive:
        for number in range(1025):
            archive.writestr(f"{number}.npy", b"")
    with pytest.raises(UnreadableFile, match="1,025 arrays"):
        read_arrays(path)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="has no named pipes")
def test_pipes_are_refused(tmp_path: Path):
    os.mkfifo(tmp_path / "pipe.npz")
    for read in (read_arrays, FeatureStatistics.load):
        with pytest.raises(UnreadableFile, match="pipe or a device"):
            read(tmp_path / "pipe.npz")


def test_mutated_statistics_end_in_errors_of_ours(tmp_path: Path):
    rng = random.Random(3)
    statistics = FeatureStatistics(3, name="toy")
    statistics.update(np.random.default_rng(0).random((5, 3)))
    path = tmp_path / "s.npz"
    statistics.save(path, beside={"vectors": np.ones((5, 3), np.float32), "keys": np.ones(5)})
    whole = path.read_bytes()
    fields = arrays_in(whole, path)
    odd = [
        *(np.array(x) for x in (3, -1, 1.5, "x", True, np.nan, [], [1.0], [[1.0]], "\x1b[2J")),
        *(np.zeros((3, 3), complex), np.zeros((2, 3)), np.zeros(4, "M8[s]")),
    ]
    for turn in range(200):
        if turn % 2:
            changed = bytearray(whole)
            for _ in range(rng.randint(1, 3)):
                changed[rng.randrange(len(changed))] = rng.randrange(256)
            path.write_bytes(changed)
        else:
            np.savez(path, **{**fields, rng.choice(list(fields)): rng.choice(odd)})
        with contextlib.suppress(InputError):
            SetSide.load(path, rng=np.random.default_rng(0))
