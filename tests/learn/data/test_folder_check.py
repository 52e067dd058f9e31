"""Folders are refused, or their faults told, by their headers alone."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import cv2
import numpy as np
import pytest

from paintreel.errors import DataError
from paintreel.learn.data.folder_check import check_folders


@pytest.fixture
def roots(tmp_path, fill_folder) -> dict[str, Path]:
    """Five pictures of art, five photographs, 128 x 112 px."""
    names = {"art": 0, "photos": 100}
    return {name: fill_folder(tmp_path / name, 5, seed) for name, seed in names.items()}


def check(roots, *, side_px=640, crop_px=64, **enough):
    return check_folders(roots, max_side_px=side_px, crop_px=crop_px, enough=enough)


def test_good_folders_have_nothing_to_tell(roots):
    assert check(roots, art=5, photos=5) == ()


@pytest.mark.parametrize("name", ["art", "photos"])
@pytest.mark.parametrize(
    ("fault", "told"),
    [
        ("missing", "is not a folder: it does not exist"),
        ("file", "is not a folder: it is a file"),
        ("empty", "is empty; at least 4 pictures are needed"),
        ("texts", "holds no pictures (of 2 files); at least 4 are needed (JPEG, "),
        ("few", "holds 3 pictures; at least 4 are needed"),
        ("unreadable", "3 unusable files"),
        ("small", "icon.png is too small: 300x40, at least 96 px a side are needed"),
    ],
)
def test_what_cannot_be_trained_on(roots, fill_folder, name, fault, told):
    root = roots[name]
    if fault in ("missing", "file", "empty", "texts", "few"):
        shutil.rmtree(root)
    if fault == "file":
        root.write_text("x")
    if fault in ("empty", "texts"):
        root.mkdir()
    if fault == "texts":
        (root / "a.txt").write_text("x")
        (root / "b.txt").write_text("x")
    if fault == "few":
        fill_folder(root, 3)
    if fault == "unreadable":
        (root / "00.png").write_bytes(b"")
        (root / "01.png").write_bytes((root / "01.png").read_bytes()[:20])
        (root / "02.png").write_bytes(b"<html>not found</html>" * 20)
    if fault == "small":
        cv2.imwrite(str(root / "icon.png"), np.zeros((40, 300, 3), np.uint8))
    with pytest.raises(DataError) as caught:
        check(roots)
    assert str(caught.value).startswith(f"--{name} {root}")
    assert told in str(caught.value)
    if fault == "unreadable":
        assert all(f"0{i}.png" in str(caught.value) for i in range(3))
        assert "03.png" not in str(caught.value)


def test_one_folder_for_both(roots):
    with pytest.raises(DataError, match="--art and --photos are the same folder"):
        check({**roots, "photos": roots["art"]})


@pytest.mark.parametrize(("outer", "inner"), [("art", "photos"), ("photos", "art")])
def test_one_folder_in_the_other(roots, fill_folder, outer, inner):
    nested = fill_folder(roots[outer] / "inside", 4, 500)
    told = rf"--{inner} .*inside lies in --{outer} .*would count as both"
    with pytest.raises(DataError, match=told):
        check({**roots, inner: nested})


def test_copies_under_another_name(roots, tmp_path):
    copy = shutil.copytree(roots["art"], tmp_path / "copy")
    with pytest.raises(DataError, match="hold the same pictures"):
        check({**roots, "photos": copy})


def test_few_pictures_are_told(roots):
    art, photos = check(roots, art=30, photos=6)
    assert (art.kind, photos.kind) == ("few-art", "few-photos")
    assert "--art holds 5 pictures; 30 or more are better" in art.text
    assert "--photos holds 5 pictures; 6 or more are better" in photos.text


def test_pictures_smaller_than_a_crop_are_told_with_the_smallest(roots):
    for height in (100, 120, 500):
        path = roots["art"] / f"h{height}.png"
        cv2.imwrite(str(path), np.zeros((height, 400, 3), np.uint8))
    (note,) = [n for n in check(roots, crop_px=121) if "--art" in n.text]
    assert note.kind == "pictures-small"
    assert "7 of 8 pictures are smaller than the crops of 121 px" in note.text
    assert "(the smallest: h100.png, then 400x100)" in note.text
    assert check(roots, crop_px=None) == ()


def test_sizes_are_those_that_are_learnt_from(roots):
    """A banner is large and yet too narrow, once it is shrunk as in training."""
    cv2.imwrite(str(roots["art"] / "banner.png"), np.zeros((200, 1280, 3), np.uint8))
    (note,) = check(roots, crop_px=101)
    assert "1 of 6 pictures" in note.text
    assert "once they are shrunk to 640 px (the smallest: banner.png, then 640x100)" in note.text
    told = "banner.png is too small: 1280x200, at least 96 px .* after shrinking to 600"
    with pytest.raises(DataError, match=told):
        check(roots, side_px=600)


def test_what_is_left_out_is_told(roots):
    (roots["art"] / "hero.psd").write_bytes(b"8BPS" + bytes(60))
    (roots["photos"] / "road.mp4").write_bytes(b"\0\0\0 ftypisom" + bytes(60))
    (roots["photos"] / "notes.txt").write_text("is nobody's picture")
    psd, clip = check(roots)
    assert psd.text.startswith("--art: hero.psd left out: it is")
    assert "--photos: clips left out: road.mp4" in clip.text
    assert psd.loss
    assert clip.loss


def test_it_needs_no_torch():
    code = "import sys, paintreel.learn.data.folder_check; assert 'torch' not in sys.modules"
    subprocess.run([sys.executable, "-c", code], check=True)
