from __future__ import annotations

import json

import cv2
import numpy as np
import pytest
from PIL import Image

from paintreel.errors import OutputError
from paintreel.media.encoding_settings import EncodingSettings
from paintreel.media.sequence import TIMES_FILE, atomic_folder
from paintreel.media.video import transform_video

UNEVEN = [0, 100, 700, 20000]


def test_pictures_and_times_are_written(make_clip, tmp_path):
    clip = make_clip("a.mp4", pts=UNEVEN, sound="aac")
    results = []

    def work(frame):
        results.append(255 - frame)
        return results[-1]

    report = transform_video(
        clip, tmp_path / "shots" / "one", work, encoding=EncodingSettings("png")
    )
    folder = tmp_path / "shots" / "one"
    times = json.loads((folder / TIMES_FILE).read_text())
    assert times["time_base"] == "1/12800"
    assert (times["width"], times["height"]) == (64, 48)
    assert [f["pts"] for f in times["frames"]] == UNEVEN
    assert [f["file"] for f in times["frames"]] == [f"{i:06d}.png" for i in (1, 2, 3, 4)]
    for entry, pixels in zip(times["frames"], results, strict=True):
        assert np.array_equal(np.asarray(Image.open(folder / entry["file"])), pixels)
    assert report.audio == ("aac left out: a folder of pictures has no sound",)
    assert [(n.kind, n.loss) for n in report.notes] == [("sound-left-out", True)]


def test_alpha_is_written(tmp_path):
    rgba = np.zeros((16, 16, 4), np.uint8)
    rgba[4:, :, :] = (200, 100, 50, 255)
    still = Image.fromarray(rgba)
    still.save(tmp_path / "a.gif", save_all=True, append_images=[still.rotate(90)], duration=100)
    transform_video(
        tmp_path / "a.gif", tmp_path / "o", lambda f: f, encoding=EncodingSettings("png")
    )
    png = cv2.imread(str(tmp_path / "o" / "000001.png"), cv2.IMREAD_UNCHANGED)
    assert png.shape == (16, 16, 4)
    assert np.array_equal(png[..., 3], rgba[..., 3])
    assert np.abs(png[8, 8, 2::-1].astype(int) - (200, 100, 50)).max() <= 3


def test_a_sequence_is_replaced_only_when_told(make_clip, tmp_path):
    clip, out = make_clip("a.mp4", frames=3), tmp_path / "o"
    transform_video(clip, out, lambda f: f, encoding=EncodingSettings("png"))
    with pytest.raises(OutputError, match="--overwrite"):
        transform_video(clip, out, lambda f: f, encoding=EncodingSettings("png"))
    shorter = make_clip("b.mp4", frames=2)
    transform_video(shorter, out, lambda f: f, encoding=EncodingSettings("png"), overwrite=True)
    assert sorted(p.name for p in out.iterdir()) == ["000001.png", "000002.png", TIMES_FILE]


def test_other_work_is_never_replaced(make_clip, tmp_path):
    clip, out = make_clip("a.mp4"), tmp_path / "work"
    out.mkdir()
    (out / "thesis.txt").write_text("years")
    with pytest.raises(OutputError, match="other files"):
        transform_video(clip, out, lambda f: f, encoding=EncodingSettings("png"), overwrite=True)
    with pytest.raises(OutputError, match="is no folder"):
        transform_video(
            clip, out / "thesis.txt.d", lambda f: f, encoding=EncodingSettings("png")
        ) if ((out / "thesis.txt").rename(out / "thesis.txt.d")) else None
    assert (out / "thesis.txt.d").read_text() == "years"


def test_a_sequence_with_other_files_is_kept(make_clip, tmp_path):
    clip, out = make_clip("a.mp4", frames=3), tmp_path / "o"
    transform_video(clip, out, lambda f: f, encoding=EncodingSettings("png"))
    (out / "notes.txt").write_text("mine")
    with pytest.raises(OutputError, match=r"other files .*\(notes.txt\)"):
        transform_video(clip, out, lambda f: f, encoding=EncodingSettings("png"), overwrite=True)
    (out / "notes.txt").unlink()
    (out / TIMES_FILE).write_text('{"scenes": []}')
    with pytest.raises(OutputError, match="other files"):
        transform_video(clip, out, lambda f: f, encoding=EncodingSettings("png"), overwrite=True)
    assert len(list(out.glob("*.png"))) == 3


def test_what_fails_leaves_the_old_sequence(make_clip, tmp_path):
    clip, out = make_clip("a.mp4", frames=3), tmp_path / "o"
    transform_video(clip, out, lambda f: f, encoding=EncodingSettings("png"))
    with pytest.raises(ZeroDivisionError):
        transform_video(
            clip, out, lambda f: 1 / 0, encoding=EncodingSettings("png"), overwrite=True
        )
    assert len(list(out.iterdir())) == 4
    assert len(list(tmp_path.iterdir())) == 2


def test_an_empty_folder_may_be_filled(tmp_path):
    (tmp_path / "empty").mkdir()
    with atomic_folder(tmp_path / "empty") as partial:
        partial.mkdir()
        (partial / "a").write_text("x")
    assert [p.name for p in tmp_path.rglob("*")] == ["empty", "a"]
