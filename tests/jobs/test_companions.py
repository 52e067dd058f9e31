from __future__ import annotations

from pathlib import Path

from paintreel.jobs.companions import companions_in
from paintreel.jobs.place import Placement


def placed(*paths: Path, kind: str = "picture") -> list[Placement]:
    return [Placement(path, path.with_name(f"out-{path.name}"), kind) for path in paths]


def make(folder: Path, *names: str) -> Path:
    for name in names:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"x")
    return folder


def test_files_are_matched_by_name_whatever_the_suffix(tmp_path: Path):
    masks = make(tmp_path / "masks", "a.png", "b.webp", "c.txt", "sub/a.png")
    inputs = [tmp_path / "in" / name for name in ("a.jpg", "b.jpg", "c.jpg")]
    found = companions_in(masks, [str(p) for p in inputs], placed(*inputs), {".png", ".webp"})
    assert found == [masks / "a.png", masks / "b.webp", None]


def test_of_a_folder_the_tree_counts(tmp_path: Path):
    masks = make(tmp_path / "masks", "a.png", "sub/a.png")
    source = make(tmp_path / "in", "a.jpg", "sub/a.jpg")
    inputs = (source / "a.jpg", source / "sub" / "a.jpg")
    found = companions_in(masks, [str(source)], placed(*inputs), {".png"})
    assert found == [masks / "a.png", masks / "sub" / "a.png"]


def test_a_clip_may_have_a_folder(tmp_path: Path):
    masks = make(tmp_path / "masks", "clip/0.png", "clip.png")
    clip = tmp_path / "clip.mp4"
    assert companions_in(masks, [str(clip)], placed(clip, kind="clip"), {".png"}) == [
        masks / "clip"
    ]
    picture = tmp_path / "clip.jpg"
    assert companions_in(masks, [str(picture)], placed(picture), {".png"}) == [masks / "clip.png"]
