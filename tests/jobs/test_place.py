from __future__ import annotations

from pathlib import Path

import pytest
from PIL import Image

from paintreel.errors import InputError, OutputError
from paintreel.imaging.atomic import TEMPORARY_PREFIX
from paintreel.jobs.find import kind_of
from paintreel.jobs.place import FORMATS, list_inputs, place_results
from paintreel.notes import Note


@pytest.fixture
def tree(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The working folder, with pictures, clips and other files in it."""
    monkeypatch.chdir(tmp_path)
    still = Image.new("RGB", (8, 8))
    for name in (
        "a.jpg",
        "in/a.jpg",
        "in/B.PNG",
        "in/sub/a.jpg",
        "in/.hidden.jpg",
        "in/.git/c.png",
    ):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        still.save(path)
    still.save(
        tmp_path / "in/moving.gif", save_all=True, append_images=[Image.new("RGB", (8, 8), "red")]
    )
    (tmp_path / "in/clip.avi").write_bytes(b"RIFF")
    (tmp_path / "in/notes.txt").write_text("no picture")
    (tmp_path / "empty").mkdir()
    return tmp_path


def plan(inputs: list[str], output: str | None = None, **options) -> dict[str, str]:
    jobs = place_results(inputs, output, label="ink", **options)
    return {job.src.as_posix(): job.dst.as_posix() for job in jobs}


def test_one_file_to_one_file(tree: Path):
    assert plan(["a.jpg"], "out.png") == {"a.jpg": "out.png"}


@pytest.mark.parametrize("output", ["out", "out/", "empty", "out.png/"])
def test_one_file_into_a_folder(tree: Path, output: str):
    assert plan(["a.jpg"], output) == {"a.jpg": f"{output.rstrip('/')}/a.jpg"}


def test_folder_keeps_its_tree_and_leaves_out_what_is_hidden_or_other(tree: Path):
    assert plan(["in"], "out") == {
        "in/B.PNG": "out/B.PNG",
        "in/a.jpg": "out/a.jpg",
        "in/clip.avi": "out/clip.mp4",
        "in/moving.gif": "out/moving.gif",
        "in/sub/a.jpg": "out/sub/a.jpg",
    }


def test_leftovers_of_a_killed_run_are_no_inputs(tree: Path):
    """Unfinished files and folders of frames, in the folder and in one that a pattern finds."""
    before = plan(["in"], "out"), plan(["in/**/*.*"], "out")
    frames = tree / f"in/sub/{TEMPORARY_PREFIX}0123456789ab"
    frames.mkdir()
    Image.new("RGB", (8, 8)).save(frames / "000001.png")
    Image.new("RGB", (8, 8)).save(tree / f"in/{TEMPORARY_PREFIX}0123456789ab.png")
    (tree / f"in/sub/{TEMPORARY_PREFIX}ba9876543210.mp4").write_bytes(b"half")
    assert (plan(["in"], "out"), plan(["in/**/*.*"], "out")) == before


@pytest.mark.parametrize(
    ("source", "output", "told"),
    [
        ("a.jpg", "o.tga", "a.jpg is a picture, which is written as .avif"),
        ("a.jpg", "o.mp4", "a.jpg is a picture, which is written as .avif"),
        ("in/clip.avi", "o.jpg", "in/clip.avi is a clip, which is written as .gif .m4v"),
        ("in/clip.avi", "o.png", "in/clip.avi is a clip, which is written as .gif .m4v"),
        ("in/moving.gif", "o.jpg", "in/moving.gif is an animation, which is written as .avif .gif"),
    ],
)
def test_suffix_that_its_kind_is_not_written_with(tree: Path, source: str, output: str, told: str):
    with pytest.raises(InputError, match=f"output {output}: {told}"):
        plan([source], output)


def test_an_animation_may_be_written_as_any_other(tree: Path):
    for suffix in (".png", ".avif", ".webp", ".mp4"):
        assert plan(["in/moving.gif"], f"o{suffix}") == {"in/moving.gif": f"o{suffix}"}


def test_animations_of_one_name_keep_their_formats(tree: Path):
    """A GIF, a PNG, a WebP and an AVIF of one stem do not meet in one result."""
    frames = [Image.new("RGB", (8, 8), colour) for colour in ("red", "blue")]
    (tree / "moving").mkdir()
    names = ["a.avif", "a.gif", "a.png", "a.webp"]
    for name in names:
        frames[0].save(tree / "moving" / name, save_all=True, append_images=frames[1:])
    notes: list[Note] = []
    assert plan(["moving"], "out", notes=notes) == {f"moving/{n}": f"out/{n}" for n in names}
    assert notes == []


def test_own_format_under_a_foreign_suffix_is_kept(tree: Path):
    frames = [Image.new("RGB", (8, 8), colour) for colour in ("red", "blue")]
    frames[0].save(tree / "a.apng", format="PNG", save_all=True, append_images=frames[1:])
    frames[0].save(tree / "a.jfif", format="JPEG")
    notes: list[Note] = []
    assert plan(["a.apng"], "out", notes=notes) == {"a.apng": "out/a.png"}
    assert plan(["a.jfif"], "out", notes=notes) == {"a.jfif": "out/a.jpg"}
    assert notes == []


def test_a_format_that_is_only_read_is_told(tree: Path):
    (tree / "in/other.avi").write_bytes(b"RIFF")
    (tree / "in/photo.heic").write_bytes(b"\0\0\0\x18ftypheic" + bytes(40))
    notes: list[Note] = []
    assert plan(["in"], "out", notes=notes)["in/photo.heic"] == "out/photo.png"
    told = {note.kind: note for note in notes}["format-changed"]
    assert told.text.endswith("theirs is only read: 2 .avi as .mp4, 1 .heic as .png")
    assert (told.count, told.loss) == (3, False)
    for asked in ({"format": "mp4"}, {"codec": "ffv1"}):  # what was asked for is not told
        notes.clear()
        plan(["in"], "out", notes=notes, **asked)
        assert [n.text for n in notes if n.kind == "format-changed"] == [
            "written in another format, as theirs is only read: 1 .heic as .png"
        ]
    notes.clear()
    plan(["in/clip.avi"], "o.mkv", notes=notes)
    assert notes == []


def test_folder_of_frames_may_have_any_name(tree: Path):
    assert plan(["in/clip.avi"], "take.2", codec="png") == {"in/clip.avi": "take.2"}


def test_name_that_is_too_long_is_left_to_the_run(tree: Path):
    name = f"{'n' * 300}.jpg"
    (placement,) = place_results(["a.jpg"], name, label="ink")
    assert placement.dst.name == name


def test_several_inputs_keep_their_folder_names(tree: Path):
    jobs = plan(["in/sub", "a.jpg", "in/sub/../sub/a.jpg"][:2], "out")
    assert jobs == {"in/sub/a.jpg": "out/sub/a.jpg", "a.jpg": "out/a.jpg"}


def test_beside_the_input(tree: Path):
    assert plan(["a.jpg"]) == {"a.jpg": "a-ink.jpg"}
    out = tree.as_posix()
    assert plan(["in/sub"]) == {"in/sub/a.jpg": f"{out}/in/sub-ink/a.jpg"}


def test_second_run_beside_the_input_does_not_paint_results(tree: Path):
    Image.new("RGB", (8, 8)).save(tree / "a-ink.jpg")
    assert plan(["*.jpg"]) == {"a.jpg": "a-ink.jpg"}


def test_globs(tree: Path):
    assert plan(["in/*.jpg"], "out") == {"in/a.jpg": "out/a.jpg"}
    assert plan(["in/**/*.jpg"], "out") == {
        "in/a.jpg": "out/a.jpg",
        "in/sub/a.jpg": "out/sub/a.jpg",
    }
    assert plan([f"{tree.as_posix()}/in/s*"], "out") == {
        f"{tree.as_posix()}/in/sub/a.jpg": "out/a.jpg"
    }
    with pytest.raises(InputError, match=r"no file matches \*\.tif"):
        plan(["*.tif"])


def test_name_with_brackets_is_a_file(tree: Path):
    Image.new("RGB", (8, 8)).save(tree / "a[1].jpg")
    assert plan(["a[1].jpg"], "o.jpg") == {"a[1].jpg": "o.jpg"}


def test_results_in_the_input_folder_are_no_inputs(tree: Path):
    first = plan(["in"], "in/out")
    (tree / "in/out").mkdir()
    Image.new("RGB", (8, 8)).save(tree / "in/out/a.jpg")
    assert plan(["in"], "in/out") == first


def test_format_changes_what_it_can_hold(tree: Path):
    png = plan(["in"], "out", format="png")
    assert (png["in/sub/a.jpg"], png["in/moving.gif"]) == ("out/sub/a.png", "out/moving.png")
    assert png["in/clip.avi"] == "out/clip.mp4"  # nobody keeps a film as PNG
    mp4 = plan(["in"], "out", format="mp4")
    assert (mp4["in/moving.gif"], mp4["in/a.jpg"]) == ("out/moving.mp4", "out/a.jpg")
    with pytest.raises(InputError, match="'tga', expected one of"):
        plan(["in"], "out", format="tga")


@pytest.mark.parametrize(
    ("codec", "name"),
    [("ffv1", "clip.mkv"), ("prores", "clip.mov"), ("png", "clip"), (None, "clip.mp4")],
)
def test_codec_chooses_the_container(tree: Path, codec: str | None, name: str):
    assert plan(["in"], "out", codec=codec)["in/clip.avi"] == f"out/{name}"


def test_missing_file_is_planned(tree: Path):
    jobs = place_results(["none.jpg", "none.mp4"], "out", label="ink")
    assert [job.kind for job in jobs] == ["picture", "clip"]


def test_same_file_twice_is_one_job(tree: Path):
    assert plan(["a.jpg", "a.jpg"], "out") == {"a.jpg": "out/a.jpg"}


@pytest.mark.parametrize(
    ("inputs", "output", "error", "message"),
    [
        (["empty"], "out", InputError, "folder empty holds no picture"),
        (["in"], "out.png", InputError, "out.png is a file name, but folder in needs a"),
        (["a.jpg", "in"], "a.mp4", InputError, "is a file name, but 2 inputs need a"),
        (["in"], "in/notes.txt", InputError, "is a file name"),
        (["a.jpg"], "plain", InputError, "file without a suffix"),
        (["a.jpg", "in/a.jpg"], "out", InputError, "both be written to out/a.jpg"),
        (["a.jpg"], "a.jpg", OutputError, "output a.jpg is an input"),
        (["a.jpg"], "./in/../a.jpg", OutputError, "is an input"),
        (["in"], "in", OutputError, "is an input"),
        (["a.jpg"], "link.jpg", OutputError, "is an input"),
        (["a.jpg"], "hard.jpg", OutputError, "is an input"),
        (["a.jpg"], "linked", OutputError, "is an input"),
    ],
)
def test_refused(tree: Path, inputs, output, error, message):
    (tree / "plain").write_text("")
    (tree / "link.jpg").symlink_to("a.jpg")
    (tree / "hard.jpg").hardlink_to(tree / "a.jpg")
    (tree / "linked").symlink_to(".")
    with pytest.raises(error, match=message):
        plan(inputs, output)


def test_other_input_is_not_replaced(tree: Path):
    Image.new("RGB", (8, 8)).save(tree / "b.png")
    Image.new("RGB", (8, 8)).save(tree / "b.jpg")
    with pytest.raises(OutputError, match=r"b\.png is an input"):
        plan(["b.jpg", "b.png"], ".", format="png")


def test_content_tells_the_kind(tree: Path):
    still = Image.new("RGB", (8, 8))
    still.save(tree / "still.gif")
    still.save(tree / "lying.mp4", format="PNG")
    assert kind_of(tree / "still.gif") == "picture"
    assert kind_of(tree / "in/moving.gif") == "clip"
    assert kind_of(tree / "lying.mp4") == "picture"
    assert plan(["lying.mp4"], "out") == {"lying.mp4": "out/lying.png"}


def test_formats_are_what_can_be_written():
    from paintreel.imaging.files import IMAGE_SUFFIXES
    from paintreel.media.containers import WRITABLE_SUFFIXES

    assert {f".{name}" for name in FORMATS} <= IMAGE_SUFFIXES | set(WRITABLE_SUFFIXES)


def test_inputs_of_runs_that_make_nothing_are_listed_once(tmp_path, save_picture, make_picture):
    (tmp_path / "art").mkdir()
    for name in ("b.png", "a.png"):
        save_picture(tmp_path / "art" / name, make_picture(1))
    (tmp_path / "art" / "words.txt").write_text("no picture", "utf-8")
    notes = []
    listed = list_inputs([tmp_path / "art", tmp_path / "art" / "a.png", "gone.mp4"], notes=notes)
    assert [(path.name, kind) for path, kind in listed] == [
        ("a.png", "picture"),
        ("b.png", "picture"),
        ("gone.mp4", "clip"),
    ]
    assert [note.kind for note in notes] == ["others-left-out"]
    (tmp_path / "empty").mkdir()
    with pytest.raises(InputError, match="holds no picture or clip"):
        list_inputs([tmp_path / "empty"])
