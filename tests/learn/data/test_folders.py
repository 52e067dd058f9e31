from __future__ import annotations

import os
import shutil
from pathlib import Path

import cv2
import numpy as np
import pytest
from PIL import Image

from paintreel.errors import DataError
from paintreel.learn.data.folders import (
    MIN_PICTURES,
    PictureFolder,
    check_disjoint,
    load_pictures,
    scan,
)


def load(root, max_side_px=640):
    return load_pictures(scan(root, what="--art"), max_side_px=max_side_px, what="--art")


# Finding


def test_scan_is_recursive_sorted_and_goes_by_content(tmp_path, fill_folder):
    fill_folder(tmp_path / "b", 2)
    fill_folder(tmp_path / "a", 2)
    (tmp_path / "a" / "00.png").rename(tmp_path / "a" / "no_suffix")
    (tmp_path / "notes.txt").write_text("not a picture")
    folder = scan(str(tmp_path), what="--art")
    expected = ["a/01.png", "a/no_suffix", "b/00.png", "b/01.png"]
    assert [p.as_posix() for p in folder.paths] == expected


def test_hidden_files_are_passed_over(tmp_path, fill_folder):
    fill_folder(tmp_path, 4)
    (tmp_path / "._00.png").write_bytes(b"what macOS leaves on a memory stick")
    fill_folder(tmp_path / ".trash", 3)
    assert len(scan(tmp_path, what="--art").paths) == 4


@pytest.mark.parametrize(
    ("kind", "told"), [("missing", "it does not exist"), ("file", "it is a file")]
)
def test_no_folder(tmp_path, kind, told):
    path = tmp_path / "art"
    if kind == "file":
        path.write_text("x")
    with pytest.raises(DataError, match=rf"--art .*art is not a folder: {told}; give"):
        scan(path, what="--art")


@pytest.mark.parametrize(
    ("count", "told"),
    [
        (0, "holds no pictures \\(of 1 files\\); at least 4"),
        (1, "holds 1 picture; at least 4"),
        (MIN_PICTURES - 1, "holds 3 pictures; at least 4"),
    ],
)
def test_empty_or_nearly(tmp_path, fill_folder, count, told):
    with pytest.raises(DataError, match=r"--photos .* is empty; at least 4"):
        scan(tmp_path, what="--photos")
    fill_folder(tmp_path, count)
    (tmp_path / "readme.md").write_text("art")
    with pytest.raises(DataError, match=rf"--photos .* {told}"):
        scan(tmp_path, what="--photos")


# Reading


def test_corrupt_pictures_are_all_named(tmp_path, fill_folder):
    fill_folder(tmp_path, 6)
    (tmp_path / "00.png").write_bytes(b"")
    whole = (tmp_path / "01.png").read_bytes()
    (tmp_path / "01.png").write_bytes(whole[: len(whole) // 2])
    (tmp_path / "02.png").write_bytes(b"<html>not found</html>" * 20)
    with pytest.raises(DataError, match=r"--art .*: 3 unusable files") as caught:
        load(tmp_path)
    for name in ("00.png", "01.png", "02.png"):
        assert name in str(caught.value)
    assert "03.png" not in str(caught.value)


def test_too_small_pictures_are_named_with_their_size(tmp_path, fill_folder):
    fill_folder(tmp_path, 4)
    cv2.imwrite(str(tmp_path / "icon.png"), np.zeros((40, 300, 3), np.uint8))
    cv2.imwrite(str(tmp_path / "banner.png"), np.zeros((100, 1400, 3), np.uint8))
    with pytest.raises(DataError, match="2 unusable") as caught:
        load(tmp_path)
    assert "icon.png is too small: 300x40, at least 96 px" in str(caught.value)
    assert "banner.png is too small: 1400x100" in str(caught.value)
    assert "after shrinking to 640" in str(caught.value)


def test_long_lists_are_cut(tmp_path):
    for index in range(30):
        (tmp_path / f"{index:02d}.jpg").write_bytes(b"")
    with pytest.raises(DataError, match="and 10 more") as caught:
        load(tmp_path)
    assert str(caught.value).count(".jpg") == 20
    assert "\n" not in str(caught.value)


def test_pictures_are_shrunk_never_enlarged(tmp_path, fill_folder):
    fill_folder(tmp_path, 4)
    cv2.imwrite(str(tmp_path / "big.png"), np.full((200, 300, 3), 90, np.uint8))
    shapes = [p.shape for p in load(tmp_path, max_side_px=150)]
    assert shapes == [(112, 128, 3)] * 4 + [(100, 150, 3)]


@pytest.mark.parametrize("mode", ["L", "RGB", "RGBA", "P", "CMYK", "LA", "1"])
def test_every_kind_becomes_8_bit_rgb(tmp_path, mode):
    colour = Image.new("RGB", (100, 100), (255, 255, 255))
    for index in range(4):
        suffix = "jpg" if mode == "CMYK" else "png"
        colour.convert(mode).save(tmp_path / f"{index}.{suffix}")
    for pixels in load(tmp_path):
        assert pixels.shape == (100, 100, 3)
        assert pixels.dtype == np.uint8
        assert pixels.flags.c_contiguous
        assert pixels.min() >= 250


def test_channel_order_is_rgb(tmp_path):
    for index in range(4):
        Image.new("RGB", (100, 100), (200, 100, 0)).save(tmp_path / f"{index}.png")
    assert load(tmp_path)[0][50, 50].tolist() == [200, 100, 0]


def test_transparent_parts_lie_on_white(tmp_path):
    picture = np.zeros((100, 100, 4), np.uint8)
    picture[:50, :, 3] = 255  # black above; half black, then nothing below
    picture[50:75, :, 3] = 128
    for index in range(4):
        Image.fromarray(picture).save(tmp_path / f"{index}.png")
    first = load(tmp_path)[0]
    assert [first[y, 50].tolist() for y in (10, 60, 90)] == [[0] * 3, [127] * 3, [255] * 3]


@pytest.mark.parametrize("channels", [1, 3])
def test_16_bit(tmp_path, channels):
    picture = np.full((100, 100, channels), 65535, np.uint16).squeeze()
    picture[50:] = 32896  # 128 * 257
    for index in range(4):
        cv2.imwrite(str(tmp_path / f"{index}.png"), picture)
    first = load(tmp_path)[0]
    assert (first[10, 10].tolist(), first[90, 90].tolist()) == ([255] * 3, [128] * 3)


# Two folders


def test_different_folders_pass(tmp_path, fill_folder):
    art, photos = fill_folder(tmp_path / "art", 4), fill_folder(tmp_path / "photo", 4, 50)
    shutil.copy(art / "00.png", photos / "stray.png")  # one stray copy is no equal folder
    check_disjoint(scan(art, what="--art"), scan(photos, what="--photos"))


@pytest.mark.parametrize("kind", ["same", "dots", "link"])
def test_one_folder_under_two_names(tmp_path, fill_folder, kind):
    art = fill_folder(tmp_path / "art", 4)
    photos = {"same": art, "dots": art / ".." / "art", "link": tmp_path / "link"}[kind]
    if kind == "link":
        photos.symlink_to(art)
    with pytest.raises(DataError, match="--art and --photos are the same folder"):
        check_disjoint(scan(art, what="--art"), scan(photos, what="--photos"))


@pytest.mark.parametrize("extra", [0, 3, 20])
def test_same_pictures_under_two_roots(tmp_path, fill_folder, extra):
    """Copies under other names, also where one folder holds more than the other."""
    art = fill_folder(tmp_path / "art", 6)
    photos = fill_folder(tmp_path / "photo", extra, 50) / "copies"
    photos.mkdir()
    for index, path in enumerate(sorted(art.iterdir())):
        shutil.copy(path, photos / f"copy_{9 - index}.png")
    folders = scan(art, what="--art"), scan(photos.parent, what="--photos")
    with pytest.raises(DataError, match=r"hold the same pictures \(6 of 6 are equal\)"):
        check_disjoint(*folders)
    with pytest.raises(DataError, match="6 of 6"):
        check_disjoint(*reversed(folders))


def test_folder_inside_the_other(tmp_path, fill_folder):
    inner = fill_folder(tmp_path / "all" / "art", 4)
    fill_folder(tmp_path / "all" / "photo", 9, 50)
    with pytest.raises(DataError, match=r"--art .*all/art lies in --photos .*all, which"):
        check_disjoint(scan(inner, what="--art"), scan(tmp_path / "all", what="--photos"))


def test_equal_sizes_are_compared_one_with_all(tmp_path):
    """Uncompressed files have one size: each must be found among all of that size."""
    for name in ("art", "photo"):
        (tmp_path / name).mkdir()
        for index in range(5):
            pixels = np.full((100, 100, 3), index * 10, np.uint8)
            Image.fromarray(pixels).save(tmp_path / name / f"{index}.tif", compression=None)
    folders = scan(tmp_path / "art", what="--art"), scan(tmp_path / "photo", what="--photos")
    with pytest.raises(DataError, match="5 of 5"):
        check_disjoint(*folders)


# Splitting and hashing


def test_split_by_glob_of_path_or_name():
    paths = tuple(map(Path, ["a/E05_01.png", "a/E06_01.png", "b/E05_02.png", "c/x.png"]))
    folder = PictureFolder(Path("root"), paths)
    kept, held = folder.split(["E05*", "c/*"])
    assert kept.paths == (paths[1],)
    assert held.paths == (paths[0], paths[2], paths[3])
    assert folder.split([]) == (folder, PictureFolder(Path("root"), ()))


@pytest.mark.parametrize(("count", "held_count"), [(4, 1), (40, 5), (400, 12)])
def test_set_aside_is_random_and_follows_the_seed(count, held_count):
    paths = tuple(Path(f"{i:03d}.png") for i in range(count))
    folder = PictureFolder(Path("root"), paths)
    kept, held = folder.set_aside(np.random.default_rng(1))
    assert len(held.paths) == held_count
    assert sorted(kept.paths + held.paths) == list(paths)
    assert list(held.paths) == sorted(held.paths)
    assert folder.set_aside(np.random.default_rng(1)) == (kept, held)
    assert folder.set_aside(np.random.default_rng(2)) != (kept, held)


def test_hash_tells_names_and_contents_but_not_the_place(tmp_path, fill_folder):
    first = scan(fill_folder(tmp_path / "a", 4), what="--art").hash()
    shutil.copytree(tmp_path / "a", tmp_path / "b")
    assert scan(tmp_path / "b", what="--art").hash() == first
    os.utime(tmp_path / "b" / "00.png", (1, 1))
    assert scan(tmp_path / "b", what="--art").hash() == first
    (tmp_path / "b" / "00.png").rename(tmp_path / "b" / "renamed.png")
    assert scan(tmp_path / "b", what="--art").hash() != first
    (tmp_path / "a" / "00.png").write_bytes((tmp_path / "a" / "01.png").read_bytes())
    assert scan(tmp_path / "a", what="--art").hash() != first


def test_draw_takes_some_in_their_order(tmp_path):
    folder = PictureFolder(tmp_path, tuple(Path(f"{i:02d}.png") for i in range(20)))
    drawn = folder.draw(7, np.random.default_rng(3))
    assert len(drawn.paths) == 7
    assert list(drawn.paths) == sorted(set(drawn.paths))
    assert drawn.paths == folder.draw(7, np.random.default_rng(3)).paths
    assert drawn.paths != folder.draw(7, np.random.default_rng(4)).paths
    assert folder.draw(20, np.random.default_rng(3)) is folder


def test_only_what_is_meant(tmp_path):
    paths = tuple(map(Path, ("cel/a.png", "cel/b.png", "oil/a.png")))
    folder = PictureFolder(tmp_path, paths)
    assert folder.only(["cel/*"]).paths == paths[:2]
    assert folder.only([]).paths == paths
    assert folder.only(["pastel/*"]).paths == ()
