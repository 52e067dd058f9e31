from __future__ import annotations

import dataclasses
import shutil
import signal
import threading
from pathlib import Path

import av
import numpy as np
import pytest
from PIL import Image

from paintreel.errors import InputError, OutputError, PictureTooLarge, UnreadableFile
from paintreel.imaging.files import Picture, read_picture, write_picture
from paintreel.imaging.geometry import resize
from paintreel.imaging.metadata import Metadata, Text, make_density
from paintreel.jobs.run import Outcome, reason, run_batch
from paintreel.media.probe import probe
from paintreel.stylize.batch import plan_stylize
from paintreel.stylize.options import StylizeOptions
from paintreel.stylize.style import Style


@pytest.fixture(scope="module")
def style(style_file: Path) -> Style:
    return Style(style_file, backend="onnxruntime", threads=1)


@pytest.fixture
def folder(tmp_path: Path, clip: Path) -> Path:
    """Three pictures, one of them in a folder below, one damaged, and a clip."""
    source = tmp_path / "in"
    (source / "sub").mkdir(parents=True)
    rng = np.random.default_rng(5)
    for name in ("a.png", "b.png", "sub/a.png"):
        write_picture(source / name, Picture(rng.integers(0, 256, (20, 30, 3), np.uint8)))
    (source / "broken.jpg").write_bytes(b"\xff\xd8\xff\xe0 no more")
    shutil.copy(clip, source / "clip.mkv")
    return source


def run(folder: Path, style: Style, callbacks: dict | None = None, **keywords):
    """{name below the folder: outcome} of a run of the folder beside it, into "out"."""
    keywords = {"output": f"{folder.with_name('out')}", "codec": "ffv1"} | keywords
    options = StylizeOptions(inputs=(str(folder),), **keywords)
    batch = plan_stylize(options, style)
    outcomes = run_batch(batch, overwrite=options.overwrite, **(callbacks or {}))
    return {Path(o.job.name).relative_to(folder).as_posix(): o for o in outcomes}


def one(src: Path, dst: Path | str, style: Style, **keywords) -> Outcome:
    batch = plan_stylize(StylizeOptions(inputs=(str(src),), output=str(dst), **keywords), style)
    (outcome,) = run_batch(batch)
    return outcome


def files_in(folder: Path) -> set[str]:
    return {p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file()}


def test_folder_is_painted_and_the_broken_file_named(folder: Path, style: Style):
    outcomes = run(folder, style)
    out = folder.with_name("out")
    assert files_in(out) == {"a.png", "b.png", "sub/a.png", "clip.mkv"}
    assert outcomes["broken.jpg"].status == "failed"
    assert isinstance(outcomes["broken.jpg"].error, UnreadableFile)
    assert {o.status for n, o in outcomes.items() if n != "broken.jpg"} == {"made"}
    assert outcomes["clip.mkv"].report.frames == 5
    for name in ("a.png", "sub/a.png"):
        expected = style(read_picture(folder / name).pixels)
        assert np.array_equal(read_picture(out / name).pixels, expected)


def test_second_run_does_only_what_is_missing(folder: Path, style: Style):
    run(folder, style)
    out = folder.with_name("out")
    (out / "b.png").unlink()
    before = (out / "a.png").stat().st_mtime_ns
    status = {name: o.status for name, o in run(folder, style).items()}
    assert status == {
        "a.png": "skipped",
        "b.png": "made",
        "sub/a.png": "skipped",
        "clip.mkv": "skipped",
        "broken.jpg": "failed",
    }
    assert (out / "a.png").stat().st_mtime_ns == before


def test_overwrite_paints_again(folder: Path, style: Style):
    run(folder, style)
    outcomes = run(folder, style, overwrite=True, strength=0)
    assert outcomes["a.png"].status == "made"
    out = folder.with_name("out") / "a.png"
    assert np.array_equal(read_picture(out).pixels, read_picture(folder / "a.png").pixels)


def test_existing_result_fails_without_work_when_not_skipped(tmp_path: Path, style: Style):
    dst = tmp_path / "there.png"
    dst.write_bytes(b"there")
    (tmp_path / "damaged.png").write_bytes(b"never read")
    outcome = one(tmp_path / "damaged.png", dst, style)
    assert isinstance(outcome.error, OutputError)
    assert "--overwrite" in reason(outcome.error)
    assert dst.read_bytes() == b"there"


def test_callbacks(folder: Path, style: Style):
    finished, frames, threads = [], [], set()

    def on_outcome(outcome: Outcome) -> None:
        finished.append(outcome.job.name)
        threads.add(threading.current_thread())

    def on_frame(job, done, total) -> None:
        frames.append((Path(job.name).name, done))

    callbacks = {"on_outcome": on_outcome, "on_frame": on_frame}
    run(folder, style, callbacks, workers=3)
    assert sorted(Path(name).name for name in finished) == [
        "a.png",
        "a.png",
        "b.png",
        "broken.jpg",
        "clip.mkv",
    ]
    assert threads == {threading.current_thread()}
    assert frames == [("clip.mkv", n) for n in range(1, 6)]


def test_size_and_quality(folder: Path, style: Style):
    run(folder, style, max_side_px=15)
    out = folder.with_name("out")
    small = resize(read_picture(folder / "a.png").pixels, 15, 10)
    assert np.array_equal(read_picture(out / "a.png").pixels, style(small))
    with Image.open(out / "sub/a.png") as image:
        assert image.size == (15, 10)


def test_depth_alpha_profile_and_exif_are_kept(tmp_path: Path, style: Style):
    from PIL import ImageCms

    icc = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    exif = Image.Exif()
    exif[0x010F] = "Camera"
    rng = np.random.default_rng(1)
    pixels = rng.integers(0, 65536, (20, 30, 4)).astype(np.uint16)
    written = Picture(pixels, icc=icc, exif=exif.tobytes().removeprefix(b"Exif\0\0"))
    write_picture(tmp_path / "a.png", written)
    assert one(tmp_path / "a.png", tmp_path / "b.png", style).status == "made"
    painted = read_picture(tmp_path / "b.png")
    assert painted.pixels.dtype == np.uint16
    assert np.array_equal(painted.pixels[..., 3], pixels[..., 3])
    assert np.array_equal(painted.pixels, style(pixels))
    assert painted.icc == icc
    assert b"Camera" in painted.exif


WORDS = Metadata(
    b'<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-'
    b'syntax-ns#"><rdf:Description rdf:about="" xmlns:tiff="http://ns.adobe.com/tiff/1.0/" '
    b'tiff:ImageWidth="30" tiff:Artist="Ann"/></rdf:RDF></x:xmpmeta>',
    texts=(Text("a castle", "Title"),),
    density=make_density(300, 300, "inch"),
)


def test_words_and_resolution_are_kept_and_true_of_the_painting(tmp_path: Path, style: Style):
    pixels = np.random.default_rng(2).integers(0, 256, (20, 30, 3), np.uint8)
    write_picture(tmp_path / "a.png", Picture(pixels, metadata=WORDS))
    outcome = one(tmp_path / "a.png", tmp_path / "b.png", style, max_side_px=15)
    assert (outcome.status, outcome.notes) == ("made", ())
    painted = read_picture(tmp_path / "b.png").metadata
    assert b'tiff:ImageWidth="15" tiff:Artist="Ann"' in painted.xmp
    assert painted.texts == WORDS.texts
    assert painted.density.printed == WORDS.density
    outcome = one(tmp_path / "a.png", tmp_path / "b.bmp", style)
    assert {note.kind for note in outcome.notes} == {"xmp-left-out", "text-left-out"}
    assert all(note.loss for note in outcome.notes)


def test_a_folder_of_animations_keeps_their_formats(tmp_path: Path, style: Style):
    rng = np.random.default_rng(4)
    frames = [Image.fromarray(rng.integers(0, 256, (20, 30, 3), np.uint8)) for _ in range(3)]
    (tmp_path / "in").mkdir()
    names = {"a.avif", "a.gif", "a.png", "a.webp"}
    for name in names:
        frames[0].save(
            tmp_path / "in" / name, save_all=True, append_images=frames[1:], duration=80, loop=0
        )
    outcomes = run(tmp_path / "in", style, codec=None)
    assert {o.status for o in outcomes.values()} == {"made"}
    assert files_in(tmp_path / "out") == names
    for name in names:
        with Image.open(tmp_path / "out" / name) as image:
            assert (image.format, image.n_frames) == (
                {"avif": "AVIF", "gif": "GIF", "png": "PNG", "webp": "WEBP"}[name[2:]],
                3,
            )


@pytest.mark.parametrize(
    ("name", "content", "error"),
    [
        ("none.png", None, UnreadableFile),
        ("empty.png", b"", UnreadableFile),
        ("renamed.png", b"\x1aE\xdf\xa3 a video", UnreadableFile),
        ("empty.mp4", b"", UnreadableFile),
        ("text.mp4", b"not a clip" * 50, UnreadableFile),
    ],
)
def test_bad_files_fail_with_the_reason(tmp_path: Path, style: Style, name, content, error):
    if content is not None:
        (tmp_path / name).write_bytes(content)
    outcome = one(tmp_path / name, f"{tmp_path / 'out'}/", style)
    assert isinstance(outcome.error, error)
    assert name in reason(outcome.error)
    assert files_in(tmp_path) == ({name} if content is not None else set())


def test_pixel_limit(folder: Path, style: Style):
    outcomes = run(folder, style, max_pixels=599)
    assert isinstance(outcomes["a.png"].error, PictureTooLarge)
    assert run(folder, style, max_pixels=600)["a.png"].status == "made"


def test_bug_in_one_job_is_its_outcome(folder: Path, style: Style, monkeypatch):
    paint = style.paint

    def fail_once(x, strength, **faces):
        if x.shape == (20, 30, 3) and threading.current_thread() is not threading.main_thread():
            raise ZeroDivisionError("oh")
        return paint(x, strength, **faces)

    monkeypatch.setattr(style, "paint", fail_once)
    outcomes = run(folder, style)
    assert reason(outcomes["a.png"].error) == "ZeroDivisionError: oh"
    assert outcomes["clip.mkv"].status == "made"


@pytest.mark.parametrize("at", ["picture", "clip"])
def test_interrupt_leaves_whole_files_only(folder: Path, style: Style, monkeypatch, at: str):
    """Ctrl-C arrives in the main thread, whichever thread is painting."""
    paint, count = style.paint, []

    def interrupt(x, strength, **faces):
        kind = "picture" if x.shape == (20, 30, 3) else "clip"
        count.append(kind)
        if kind == at and count.count(kind) == 2:
            signal.raise_signal(signal.SIGINT)
        return paint(x, strength, **faces)

    monkeypatch.setattr(style, "paint", interrupt)
    handler = signal.signal(signal.SIGINT, signal.default_int_handler)  # may be ignored
    try:
        with pytest.raises(KeyboardInterrupt):
            run(folder, style)
    finally:
        signal.signal(signal.SIGINT, handler)
    # The interrupt may hit the start of a thread, which then only the end of the process awaits.
    for thread in threading.enumerate():
        if thread.name.startswith("paintreel"):
            thread.join()
    out = folder.with_name("out")
    whole = {"a.png", "b.png", "sub/a.png"}
    assert files_in(out) <= whole
    for name in files_in(out):
        read_picture(out / name)
    if at == "clip":
        assert files_in(out) == whole
    monkeypatch.undo()
    status = {name: o.status for name, o in run(folder, style).items()}
    assert status.pop("broken.jpg") == "failed"
    assert set(status.values()) <= {"made", "skipped"}
    assert files_in(out) == whole | {"clip.mkv"}


@pytest.mark.parametrize(
    "bad",
    [
        {"strength": 2},
        {"size": (0, 5)},
        {"max_side_px": 0},
        {"size": (5, 5), "max_side_px": 5},
        {"max_pixels": 0},
        {"quality": 0},
        {"quality": 101},
        {"workers": 0},
        {"steady": 1},
        {"backend": "cuda"},
    ],
)
def test_options_are_checked(bad: dict):
    with pytest.raises(InputError, match=next(iter(bad))):
        StylizeOptions(inputs=("a.png",), **bad)
    with pytest.raises(dataclasses.FrozenInstanceError):
        StylizeOptions(inputs=("a.png",)).strength = 1


def test_a_clip_of_too_many_frames_is_refused_before_any_work(folder: Path, style: Style):
    outcome = run(folder, style, max_frames=2)["clip.mkv"]
    assert "frames, the limit is 2" in reason(outcome.error)
    outcome = run(folder, style, max_frames=4)["clip.mkv"]  # which no header tells
    assert "more than 4 frames, the limit is 4" in reason(outcome.error)
    assert run(folder, style, max_frames=5)["clip.mkv"].status == "made"
    still = Image.new("RGB", (8, 8))
    more = [Image.new("RGB", (8, 8), (i, 0, 0)) for i in range(1, 6)]
    still.save(folder / "a.gif", save_all=True, append_images=more, duration=50)
    outcome = one(folder / "a.gif", folder.with_name("a.webp"), style, max_frames=5)
    assert "has 6 frames" in reason(outcome.error)


def test_sizes_that_no_result_can_have_are_refused_before_any_work(folder: Path, style: Style):
    with pytest.raises(InputError, match="size is 60000x60000 px"):
        one(folder / "a.png", folder / "b.png", style, size=(60000, 60000))
    outcome = one(folder / "a.png", folder / "b.webp", style, size=(17000, 2))
    assert "WebP ends at 16383 px a side" in reason(outcome.error)


@pytest.mark.parametrize(
    ("bad", "said"),
    [
        ({"codec": "h264", "crf": 60}, "crf for h264 must be from 0 to 51, got 60"),
        ({"codec": "ffv1", "crf": 5}, "codec ffv1 has no crf"),
        ({"codec": "av1", "preset": "medium"}, "no preset 'medium'; use one of 0, 1"),
        ({"codec": "hevc", "pixel_format": "rgb24"}, "no pixel format 'rgb24'"),
        ({"format": "webm", "codec": "prores"}, "webm"),
        ({"format": "gif", "crf": 20}, "codec gif has no crf"),
    ],
)
def test_settings_that_a_codec_does_not_have_are_refused_before_any_work(
    folder: Path, bad: dict, said: str
):
    """Before a style is loaded, let alone a picture painted; a dry run says it too."""
    given = {"output": str(folder.with_name("out")), "style": "hereva", "dry_run": True}
    with pytest.raises((InputError, OutputError), match=said):
        plan_stylize(StylizeOptions(inputs=(str(folder),), **given | bad))


def test_fewer_frames_are_painted_of_a_clip(clip: Path, tmp_path: Path, style: Style):
    outcome = one(clip, tmp_path / "o.mkv", style, codec="ffv1", fps=6)
    before = probe(clip)
    assert outcome.report.frames == round(before.expected_frames * 6 / before.rate)


def test_a_gif_of_a_clip_may_be_as_large_as_the_clip(tmp_path: Path, style: Style):
    source = tmp_path / "wide.mp4"
    with av.open(str(source), "w") as out:
        stream = out.add_stream("libx264", rate=12, width=720, height=48, pix_fmt="yuv420p")
        for _ in range(3):
            out.mux(stream.encode(av.VideoFrame(720, 48, "yuv420p")))
        out.mux(stream.encode(None))
    usual = one(source, tmp_path / "a.gif", style).report
    assert (usual.width, [n.kind for n in usual.notes]) == (640, ["size-reduced"])
    whole = one(source, tmp_path / "b.gif", style, max_side_px=720).report
    assert (whole.width, whole.notes) == (720, ())


@pytest.mark.parametrize(
    ("sides_px", "many"),
    [([40], False), ([40] * 5 + [48, 56], False), (range(40, 49), True), ([40, 41, 42], False)],
    ids=["one", "most alike", "all different", "three"],
)
def test_small_pictures_of_many_sizes_share_one_graph(
    sides_px, many, tiny_style: str, tmp_path: Path, monkeypatch
):
    """What is in the folder decides, and not what was painted before."""
    asked = []

    class Watched(Style):
        def __init__(self, *args, many_sizes: bool, **keywords) -> None:
            asked.append(many_sizes)
            super().__init__(*args, many_sizes=many_sizes, **keywords)

    monkeypatch.setattr("paintreel.stylize.batch.Style", Watched)
    for number, side_px in enumerate(sides_px):
        pixels = np.zeros((side_px, 40, 3), np.uint8)
        write_picture(tmp_path / "in" / f"{number}.png", Picture(pixels))
    (tmp_path / "in" / "damaged.png").write_bytes(b"\x89PNG\r\n\x1a\n")
    plan_stylize(
        StylizeOptions(
            inputs=(str(tmp_path / "in"),), output=str(tmp_path / "out"), style=tiny_style
        )
    )
    assert asked == [many]


def test_frames_are_painted_two_at_once_and_pictures_each_by_all_threads(
    folder: Path, tiny_style: str, tmp_path: Path, monkeypatch
):
    asked = []

    class Watched(Style):
        def __init__(self, *args, at_once: int = 1, **keywords) -> None:
            asked.append(at_once)
            super().__init__(*args, at_once=at_once, **keywords)

    monkeypatch.setattr("paintreel.stylize.batch.Style", Watched)
    for source in (folder / "clip.mkv", folder / "a.png"):
        result = tmp_path / f"painted{source.suffix}"
        options = StylizeOptions(
            inputs=(str(source),), output=str(result), style=tiny_style, threads=2
        )
        plan_stylize(options)
    assert asked == [2, 1]
