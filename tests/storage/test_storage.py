"""Inputs and results in storage: the files of a run on disks, whole or not at all, no key told."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path

import numpy as np
import pytest
from carried_work import frames_in

from paintreel.cli.main import main
from paintreel.colorize import batch
from paintreel.errors import InputError, OutputError, UnreadableFile
from paintreel.imaging.files import Picture, write_picture
from paintreel.storage import objects, staged
from paintreel.storage.objects import (
    StoredObject,
    check_url,
    fetch,
    is_stored,
    list_objects,
    put,
    put_folder,
    read,
    remove_below,
    write,
)

SECRET = "a-secret-that-nobody-sees"
OPTIONS = ("--backend", "onnxruntime", "--threads", "1")


@pytest.fixture
def pictures(tmp_path) -> Path:
    rng = np.random.default_rng(1)
    for name in ("a.png", "deep/b.png", "c.jpg"):
        write_picture(tmp_path / "in" / name, Picture(rng.integers(0, 256, (40, 56, 3), np.uint8)))
    return tmp_path / "in"


def upload(folder: Path, url: str) -> None:
    for path in folder.rglob("*"):
        if path.is_file():
            put(path, f"{url}/{path.relative_to(folder).as_posix()}")


def names(url: str) -> list[str]:
    return [each.name for each in list_objects(url)]


# Objects.


def test_what_is_put_is_listed_fetched_and_removed(bucket, tmp_path):
    (tmp_path / "a").write_bytes(b"abc")
    put(tmp_path / "a", f"{bucket}/x/a")
    write(f"{bucket}/x/y/b", b"12345")
    assert list_objects(f"{bucket}/x") == [
        StoredObject(f"{bucket}/x/a", "a", 3),
        StoredObject(f"{bucket}/x/y/b", "y/b", 5),
    ]
    assert list_objects(f"{bucket}/x/a") == [StoredObject(f"{bucket}/x/a", "a", 3)]
    fetch(f"{bucket}/x/y/b", tmp_path / "deep" / "b")
    assert (tmp_path / "deep" / "b").read_bytes() == b"12345"
    assert (is_stored(f"{bucket}/x/a"), is_stored(f"{bucket}/x"), is_stored(f"{bucket}/z")) == (
        True, True, False,
    )  # fmt: skip
    assert (read(f"{bucket}/x/a"), read(f"{bucket}/none")) == (b"abc", None)
    remove_below(f"{bucket}/x")
    assert not is_stored(f"{bucket}/x")
    remove_below(f"{bucket}/x")


def test_what_is_not_there_says_so(bucket, tmp_path):
    with pytest.raises(UnreadableFile, match="no such object"):
        list_objects(f"{bucket}/none")
    with pytest.raises(UnreadableFile, match="no such bucket or object"):
        fetch(f"{bucket}/none", tmp_path / "x")
    (tmp_path / "a").write_bytes(b"abc")
    with pytest.raises(OutputError, match="no such bucket"):
        put(tmp_path / "a", "s3://no-bucket-of-that-name/a")


@pytest.mark.parametrize(
    ("url", "says"),
    [
        ("gs://bucket/a", "gs:// is not read or written"),
        ("s3://key:secret@bucket/a", "names a bucket and nothing else"),
        ("s3:///a", "names no bucket"),
    ],
)
def test_urls_that_are_refused_are_not_repeated_with_their_keys(url, says):
    with pytest.raises(InputError, match=says) as refused:
        check_url(url)
    assert "secret" not in str(refused.value)


def test_without_keys_in_the_environment_it_says_which(bucket, monkeypatch):
    monkeypatch.delenv("AWS_SECRET_ACCESS_KEY")
    with pytest.raises(InputError, match="set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY"):
        list_objects(bucket)


def test_a_server_that_is_not_there_is_named_soon(bucket, monkeypatch):
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
    with pytest.raises(UnreadableFile, match=r"http://127\.0\.0\.1:9 does not answer"):
        list_objects(bucket)


def test_half_a_folder_is_taken_back(bucket, tmp_path, monkeypatch):
    for name in ("1.png", "2.png", "times.json"):
        (tmp_path / "frames").mkdir(exist_ok=True)
        (tmp_path / "frames" / name).write_bytes(b"x")
    whole = objects.put

    def failing(path: Path, url: str) -> None:
        if path.name == "times.json":
            raise OutputError(f"cannot write {url}: it broke")
        whole(path, url)

    monkeypatch.setattr(objects, "put", failing)
    with pytest.raises(OutputError, match="it broke"):
        put_folder(tmp_path / "frames", f"{bucket}/frames", last="times.json")
    assert not is_stored(f"{bucket}/frames")


def test_an_object_that_arrived_short_is_removed(bucket, tmp_path, monkeypatch):
    (tmp_path / "a").write_bytes(b"abc")
    system = objects._system()
    monkeypatch.setattr(system, "put_file", lambda src, dst: system.pipe_file(dst, b"a"))
    with pytest.raises(OutputError, match="1 of 3 bytes arrived"):
        put(tmp_path / "a", f"{bucket}/a")
    assert not is_stored(f"{bucket}/a")


# Runs.


def test_a_folder_in_storage_becomes_that_of_a_run_on_disks(
    bucket, pictures, tiny_style, tmp_path, capfd
):
    upload(pictures, f"{bucket}/in")
    write(f"{bucket}/in/notes.txt", b"not a picture")
    words = ["--style", tiny_style, *OPTIONS]
    report = tmp_path / "report.json"
    stored = [f"{bucket}/in", "-o", f"{bucket}/out", "--json", str(report)]
    assert main(["stylize", *stored, *words]) == 0
    assert capfd.readouterr().out == "3 painted, 0 skipped, 0 failed\n"
    main(["stylize", str(pictures), "-o", str(tmp_path / "out"), "-q", *words])
    assert names(f"{bucket}/out") == ["a.png", "c.jpg", "deep/b.png"]
    for name in names(f"{bucket}/out"):
        assert read(f"{bucket}/out/{name}") == (tmp_path / "out" / name).read_bytes()
    rows = json.loads(report.read_text())["files"]
    assert {row["source"]: row["results"] for row in rows}[f"{bucket}/in/deep/b.png"] == [
        f"{bucket}/out/deep/b.png"
    ]
    # Again: what is there is left.
    assert main(["stylize", *stored, *words]) == 0
    assert "3 results in storage already" in capfd.readouterr().err


def test_a_name_that_is_too_long_is_told_in_words(bucket, tmp_path):
    (tmp_path / "a.txt").write_text("a")
    url = f"{bucket}/{'a' * 300}.png"
    put(tmp_path / "a.txt", url)
    with pytest.raises(UnreadableFile, match="the name is too long for storage, or for a file"):
        fetch(url, tmp_path / "in" / f"{'a' * 300}.png")


def test_a_name_that_storage_refuses_is_told_in_words():
    """As Amazon's server says it; the one of these tests takes names of any length."""
    refused = OSError("An error occurred (KeyTooLongError): Your key is too long")
    with (
        pytest.raises(OutputError, match="the name is too long; storage takes 1024 bytes"),
        objects._writing("s3://bucket/name"),
    ):
        raise refused


@pytest.mark.parametrize("count", [3, 9])
def test_of_a_bucket_of_any_size_few_files_are_here_at_once(
    count, bucket, pictures, tmp_path, monkeypatch
):
    room, most = tmp_path / "room", [0]
    room.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(room))
    source = next(path for path in sorted(pictures.rglob("*")) if path.is_file())
    for number in range(count):
        put(source, f"{bucket}/in/{number}{source.suffix}")
    put_one = staged.put

    def counted(path: Path, url: str) -> None:
        most[0] = max(most[0], len(list(room.iterdir())))
        put_one(path, url)

    monkeypatch.setattr(staged, "put", counted)
    words = ["grade", f"{bucket}/in", "-o", f"{bucket}/out", "--emotion", "sadness", "-q"]
    assert main(words) == 0
    assert len(names(f"{bucket}/out")) == count
    assert 1 <= most[0] <= 2
    assert not list(room.iterdir())


def test_files_of_this_machine_go_into_storage_and_back(bucket, pictures, tiny_style, tmp_path):
    words = ["--style", tiny_style, "-q", *OPTIONS]
    assert main(["stylize", str(pictures / "a.png"), "-o", f"{bucket}/x/one.png", *words]) == 0
    assert main(["stylize", str(pictures), "-o", f"{bucket}/all", *words]) == 0
    assert read(f"{bucket}/x/one.png") == read(f"{bucket}/all/a.png")
    local = tmp_path / "back.png"
    assert main(["stylize", f"{bucket}/x/one.png", "-o", str(local), *words]) == 0
    assert local.is_file()
    graded = ["grade", f"{bucket}/x/one.png", "-o", f"{bucket}/graded.png", "-q"]
    assert main([*graded, "--emotion", "sadness"]) == 0
    assert read(f"{bucket}/graded.png") != read(f"{bucket}/x/one.png")


def test_a_clip_in_storage_has_the_frames_of_one_on_a_disk(
    bucket, make_lossless_clip, tiny_style, tmp_path
):
    rng = np.random.default_rng(2)
    clip = make_lossless_clip(
        tmp_path / "clip.mkv", list(rng.integers(0, 256, (7, 32, 48, 3), np.uint8))
    )
    put(clip, f"{bucket}/clip.mkv")
    words = ["--style", tiny_style, "--codec", "png", "-q", *OPTIONS]
    assert main(["stylize", f"{bucket}/clip.mkv", "-o", f"{bucket}/out/", *words]) == 0
    assert main(["stylize", str(clip), "-o", f"{tmp_path}/out/", *words]) == 0
    for each in list_objects(f"{bucket}/out/clip"):
        fetch(each.url, tmp_path / "back" / each.name)
    here, there = frames_in(tmp_path / "out" / "clip"), frames_in(tmp_path / "back")
    assert len(here) == 7
    assert all(map(np.array_equal, here, there))
    times = (tmp_path / "back" / "timestamps.json").read_bytes()
    assert times == (tmp_path / "out" / "clip" / "timestamps.json").read_bytes()


@pytest.fixture
def drawing(tmp_path) -> Path:
    """Ink on paper: two closed shapes."""
    pixels = np.full((96, 128, 3), 255, np.uint8)
    for x_px in (16, 72):
        pixels[16:80, x_px : x_px + 40] = 20
        pixels[19:77, x_px + 3 : x_px + 37] = 255
    write_picture(tmp_path / "in" / "a.png", Picture(pixels))
    return tmp_path / "in" / "a.png"


def test_all_that_a_verb_makes_of_a_file_is_in_storage(bucket, drawing, tmp_path):
    """Layers too, which lie in a folder beside the result; curves beside lines."""
    put(drawing, f"{bucket}/in/a.png")
    for verb, *words in (
        ["colorize", "--method", "rule", "--layers"],
        ["lineart", "--method", "rule", "--svg"],
    ):
        here = tmp_path / verb
        assert main([verb, f"{bucket}/in/a.png", "-o", f"{bucket}/{verb}/", "-q", *words]) == 0
        assert main([verb, str(drawing), "-o", f"{here}/", "-q", *words]) == 0
        made = {p.relative_to(here).as_posix(): p for p in here.rglob("*") if p.is_file()}
        made.pop(".paintreel.json", None)
        assert len(made) > 1
        assert names(f"{bucket}/{verb}") == sorted(made)
        for name, path in made.items():
            if path.suffix != ".ora":  # an archive has the times of its members
                assert read(f"{bucket}/{verb}/{name}") == path.read_bytes(), name


def test_a_result_is_there_with_all_that_belongs_to_it_or_not_at_all(
    bucket, drawing, monkeypatch, capfd
):
    put(drawing, f"{bucket}/in/a.png")
    words = [f"{bucket}/in/a.png", "-o", f"{bucket}/out/", "--method", "rule", "--layers"]
    whole = staged.put

    def failing(path: Path, url: str) -> None:
        if path.name == "lines.png":
            raise OutputError(f"cannot write {url}: it broke")
        whole(path, url)

    monkeypatch.setattr(staged, "put", failing)
    assert main(["colorize", *words]) == 1
    assert f"cannot write {bucket}/out/a-layers/lines.png: it broke" in capfd.readouterr().err
    assert not is_stored(f"{bucket}/out")
    # What a verb has promised and not made is no success.
    monkeypatch.setattr(staged, "put", whole)
    write_layers = batch._One._write_layers

    def without_lines(self, coloured, progress):
        write_layers(self, coloured, progress)
        self._layer_paths()["lines"].unlink()

    monkeypatch.setattr(batch._One, "_write_layers", without_lines)
    assert main(["colorize", *words]) == 1
    assert "a-layers/lines.png: it was not made" in capfd.readouterr().err
    assert not is_stored(f"{bucket}/out")


def test_what_fails_is_told_by_its_url_and_leaves_nothing(
    bucket, pictures, tiny_style, tmp_path, capfd
):
    (pictures / "torn.png").write_bytes((pictures / "a.png").read_bytes()[:80])
    upload(pictures, f"{bucket}/in")
    words = ["--style", tiny_style, *OPTIONS]
    assert main(["stylize", f"{bucket}/in", "-o", f"{bucket}/out", *words]) == 1
    err = capfd.readouterr().err
    assert f"failed: cannot read {bucket}/in/torn.png" in err
    assert "paintreel-" not in err
    assert names(f"{bucket}/out") == ["a.png", "c.jpg", "deep/b.png"]


def test_one_result_that_is_there_is_not_replaced_unasked(bucket, pictures, tiny_style, capfd):
    write(f"{bucket}/out.png", b"mine")
    words = [str(pictures / "a.png"), "-o", f"{bucket}/out.png", "--style", tiny_style, *OPTIONS]
    assert main(["stylize", *words]) == 1
    assert f"{bucket}/out.png exists; use --overwrite" in capfd.readouterr().err
    assert read(f"{bucket}/out.png") == b"mine"
    assert main(["stylize", *words, "--overwrite"]) == 0
    assert read(f"{bucket}/out.png") != b"mine"


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["stylize", "BUCKET/a.png"], "what lies in storage has no place beside it; give -o"),
        (["stylize", "a.png", "-o", "b.png", "--mask", "BUCKET/m.png"],
         "--mask takes a file of this machine"),
        (["rough", "BUCKET/a.png", "-o", "x"], "rough takes files of this machine"),
        (["stylize", "ftp://host/a.png", "-o", "x.png"], "ftp:// is not read or written"),
    ],
)  # fmt: skip
def test_what_storage_is_not_for_is_refused(bucket, words, says, capfd):
    words = [word.replace("BUCKET", bucket) for word in words]
    assert main(words) == 2
    assert says in capfd.readouterr().err


def test_no_key_stands_in_any_message(bucket, pictures, tiny_style, monkeypatch, capfd, caplog):
    """Whatever goes wrong on the way, with logs at their loudest."""
    import logging

    caplog.set_level(logging.DEBUG, "paintreel")
    upload(pictures, f"{bucket}/in")
    told = []
    for endpoint in (None, "http://127.0.0.1:9", f"http://{SECRET}.invalid:1"):
        if endpoint is not None:
            monkeypatch.setenv("AWS_ENDPOINT_URL", endpoint)
        main(["stylize", f"{bucket}/in", "-o", f"{bucket}/o", "--style", tiny_style, *OPTIONS])
        done = capfd.readouterr()
        told.append(done.out + done.err)
    assert "does not answer" in told[1]
    assert SECRET not in "".join(told)
    assert SECRET not in caplog.text
