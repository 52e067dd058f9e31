from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from paintreel.errors import DataError, InputError, UnreadableFile
from paintreel.jobs.pair import Item, group_of, pair_up
from paintreel.jobs.place import place_results


def touch(folder: Path, *names: str) -> Path:
    for name in names:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"x")
    return folder


def names(pairing) -> list[tuple[str, str | None]]:
    return [(i.name, i.reference and i.reference.name) for i in pairing.items]


def test_two_files_are_a_pair_whatever_their_names(tmp_path: Path):
    touch(tmp_path, "a.png", "other.jpg")
    pairing = pair_up(tmp_path / "a.png", tmp_path / "other.jpg")
    assert names(pairing) == [("a.png", "other.jpg")]


def test_folders_match_by_path_then_by_stem(tmp_path: Path):
    gen = touch(tmp_path / "gen", "x/1.png", "x/2.png", "clip.mp4", "mine.png", "notes.txt")
    ref = touch(tmp_path / "ref", "x/1.png", "x/2.jpg", "clip.mov", "y/mine.png", ".hidden.png")
    pairing = pair_up(gen, ref)
    assert names(pairing) == [("clip.mp4", "clip.mov"), ("x/1.png", "1.png"), ("x/2.png", "2.jpg")]
    assert [i.kind for i in pairing.items] == ["clip", "picture", "picture"]
    assert pairing.only_generated == (gen / "mine.png",)
    assert pairing.only_reference == (ref / "y" / "mine.png",)


def test_whole_names_win_over_stems(tmp_path: Path):
    gen = touch(tmp_path / "gen", "a.png", "a.jpg")
    ref = touch(tmp_path / "ref", "a.png", "a.jpg")
    assert names(pair_up(gen, ref)) == [("a.jpg", "a.jpg"), ("a.png", "a.png")]


def test_a_clip_is_no_counterpart_of_its_poster(tmp_path: Path):
    gen = touch(tmp_path / "gen", "a.png", "b.png")
    ref = touch(tmp_path / "ref", "a.mp4", "b.png")
    assert names(pair_up(gen, ref)) == [("b.png", "b.png")]


def test_a_name_for_several_files_is_an_error(tmp_path: Path):
    gen = touch(tmp_path / "gen", "a.webp")
    ref = touch(tmp_path / "ref", "a.png", "a.jpg")
    with pytest.raises(InputError, match=r"a\.webp .* a\.jpg, a\.png"):
        pair_up(gen, ref)


def test_without_reference_everything_stands_alone(tmp_path: Path):
    gen = touch(tmp_path / "gen", "b.png", "a/c.png")
    assert names(pair_up(gen)) == [("a/c.png", None), ("b.png", None)]


def test_bad_inputs_are_named(tmp_path: Path):
    empty, full = tmp_path / "empty", touch(tmp_path / "full", "a.png")
    empty.mkdir()
    with pytest.raises(DataError, match="empty holds no picture"):
        pair_up(empty)
    with pytest.raises(UnreadableFile, match="no such file or folder"):
        pair_up(full, tmp_path / "nothing")
    with pytest.raises(InputError, match="is a folder and"):
        pair_up(full, full / "a.png")
    with pytest.raises(DataError, match="matched by name"):
        pair_up(full, touch(tmp_path / "other", "b.png"))
    with pytest.raises(InputError, match=r"is a picture and .* a clip"):
        pair_up(full / "a.png", touch(tmp_path / "clips", "a.mp4") / "a.mp4")


def test_animations_are_clips(tmp_path: Path):
    from PIL import Image

    frames = [Image.fromarray(np.full((8, 8, 3), v, np.uint8)) for v in (0, 200)]
    frames[0].save(tmp_path / "still.gif")
    frames[0].save(tmp_path / "moving.gif", save_all=True, append_images=frames[1:])
    kinds = {i.name: i.kind for i in pair_up(tmp_path).items}
    assert kinds == {"moving.gif": "clip", "still.gif": "picture"}


def test_groups(tmp_path: Path):
    gen = touch(tmp_path / "gen", "calm/deep/a.png", "b.png")
    item = Item("calm/deep/a.png", gen / "calm/deep/a.png", None, "picture")
    top = Item("b.png", gen / "b.png", None, "picture")
    assert group_of(item, "folder") == group_of(item, "FOLDER") == "calm/deep"
    assert group_of(item, str(gen)) == "calm"
    assert group_of(top, "folder") == group_of(top, str(gen)) == "."
    assert group_of(top, str(gen / "calm")) == "(elsewhere)"
    with pytest.raises(InputError, match="cannot group by 'mood'"):
        group_of(item, "mood")


def test_a_file_is_to_pairs_what_it_is_to_results(tmp_path: Path):
    """A picture under the name of a clip is one picture to both."""
    from paintreel.imaging.files import Picture, write_picture

    write_picture(tmp_path / "y.png", Picture(np.zeros((8, 8, 3), np.uint8)))
    (tmp_path / "y.png").rename(tmp_path / "y.mp4")
    [item] = pair_up(tmp_path).items
    [placement] = place_results([tmp_path], tmp_path / "out", label="x")
    assert (item.name, item.kind) == ("y.mp4", "picture")
    assert (placement.src, placement.kind) == (item.generated, item.kind)
