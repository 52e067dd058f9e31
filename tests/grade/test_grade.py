"""`paintreel grade`: pictures, clips, timelines, tables, and what cannot be graded."""

from __future__ import annotations

import json
import struct
import zlib
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import av
import numpy as np
import pytest
from PIL import Image

import paintreel
from paintreel.cli.main import main
from paintreel.errors import InputError
from paintreel.grade import performance
from paintreel.grade.feelings import frame_feelings, mean_feeling
from paintreel.grade.grader import Grader
from paintreel.grade.performance import held_in_pauses
from paintreel.grade.shot_grades import FrameGrader
from paintreel.grade.survey import survey_shots
from paintreel.grade.video import grade_video
from paintreel.imaging.files import Picture, read_picture, write_picture
from paintreel.media.reader import read_frames
from paintreel.media.shots import ClipShot
from paintreel.pictures.lut_files import read_cube


def pixels_of(path: str | Path) -> np.ndarray:
    return read_picture(path).pixels


def frames_of(path: str | Path) -> list[np.ndarray]:
    with read_frames(Path(path)) as frames:
        return [frame.pixels for frame in frames]


# Pictures.


def test_a_picture_is_graded(folder, landscape):
    assert main(["grade", "photo.png", "--emotion", "fear", "-o", "graded.png"]) == 0
    graded = pixels_of("graded.png")
    assert graded.shape == landscape.shape
    assert graded.mean() < landscape.mean() - 12
    assert np.array_equal(graded, paintreel.grade(landscape, emotion="fear"))


def test_intensity_0_is_bit_exact(folder, landscape):
    for more in (["--emotion", "anger"], ["--emotion", "disgust", "--no-light"]):
        command = ["grade", "photo.png", *more, "--intensity", "0", "-o", "same.png"]
        assert main([*command, "--overwrite"]) == 0
        assert np.array_equal(pixels_of("same.png"), landscape)


def test_a_folder_keeps_its_tree_and_what_is_there_is_skipped(folder, landscape, capsys):
    Path("in/a").mkdir(parents=True)
    write_picture("in/a/one.png", Picture(landscape))
    write_picture("in/two.jpg", Picture(landscape))
    command = ["grade", "in", "--emotion", "calm", "-o", "out"]
    assert main(command) == 0
    assert {p.name for p in Path("out").rglob("*.*g")} == {"one.png", "two.jpg"}
    capsys.readouterr()
    assert main(command) == 0
    assert "2 skipped" in capsys.readouterr().out
    assert main(["grade", "in", "--emotion", "fear", "-o", "out"]) == 1  # made with other settings


def test_16_bit_alpha_and_grey_files(folder, landscape, capsys):
    write_picture("deep.png", Picture(landscape.astype(np.uint16) * 257))
    write_picture("grey.png", Picture(landscape[..., 1]))
    alpha = np.full(landscape.shape[:2], 90, np.uint8)
    write_picture("clear.png", Picture(np.dstack([landscape, alpha])))
    names = ["deep.png", "grey.png", "clear.png"]
    assert main(["grade", *names, "--emotion", "sadness", "-o", "out"]) == 0
    assert pixels_of("out/deep.png").dtype == np.uint16
    assert pixels_of("out/grey.png").ndim == 2
    assert (pixels_of("out/clear.png")[..., 3] == 90).all()
    assert "grey and stays so" in capsys.readouterr().err


def test_what_stands_in_is_said(folder, capsys):
    assert main(["grade", "photo.png", "--emotion", "disgust", "-o", "d.png"]) == 0
    assert "fear at 0.5 of its intensity stands in for disgust" in capsys.readouterr().err
    half = paintreel.grade(pixels_of("photo.png"), emotion={"fear": 0.5})
    assert np.array_equal(half, pixels_of("d.png"))


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--emotion", "anxiety", "-o", "x.png"], "'anxiety' not found; did you mean 'fear'"),
        (["--emotion", "xyz", "-o", "x.png"], "there are anger, boredom, calm"),
        (["--emotion", "hapiness", "-o", "x.png"], "did you mean 'happiness'"),
        (["--emotion", "fear", "--intensity", "2", "-o", "x.png"], "intensity"),
        (["-o", "x.png"], "--emotion"),
        (["--emotion", "fear", "--timeline", "t.json", "-o", "x.png"], "not allowed with"),
        (["--emotion", "fear", "--lut", "look.txt", "-o", "x.png"], "written as .cube"),
        (["--emotion", "fear", "--cdl", "look.cube", "-o", "x.png"], "written as .cdl"),
        (["--lut", "no.cube", "-o", "x.png"], "no.cube"),
        (["--lut", "photo.png", "-o", "x.png"], "no LUT by its suffix"),
        (["--lut", "a.cube", "--cdl", "a.cc", "-o", "x.png"], "apply one of them"),
        (["--emotion", "fear", "--script", "hereva", "-o", "x.png"], "hereva"),
    ],
)
def test_bad_usage_is_said_and_nothing_is_written(folder, arguments, message, capsys):
    try:
        code = main(["grade", "photo.png", *arguments])
    except SystemExit as end:
        code = end.code
    assert code == 2
    assert message in capsys.readouterr().err
    assert not Path("x.png").exists()


# Python.


def test_the_same_kind_comes_back(folder, landscape):
    image = paintreel.grade("photo.png", emotion="happiness")
    assert isinstance(image, Image.Image)
    assert image.size == (128, 72)
    assert paintreel.grade(Image.fromarray(landscape), emotion="calm").mode == "RGB"
    grader = Grader("sadness", intensity=0.4)
    assert np.array_equal(
        paintreel.grade(landscape, grader=grader),
        paintreel.grade(landscape, emotion="sadness", intensity=0.4),
    )


def test_what_does_not_go_together_is_refused(landscape):
    with pytest.raises(InputError, match="got neither"):
        paintreel.grade(landscape)
    with pytest.raises(InputError, match="got both"):
        paintreel.grade(landscape, emotion="fear", lut="a.cube")
    with pytest.raises(InputError, match="expected 0 to 1"):
        paintreel.grade(landscape, emotion={"fear": -1.0})
    with pytest.raises(InputError, match="loaded already"):
        paintreel.grade(landscape, emotion="fear", grader=Grader("fear"))
    with pytest.warns(RuntimeWarning, match="stands in for boredom"):
        paintreel.grade(landscape, emotion="boredom")


# Tables.


def test_the_lut_that_is_written_is_the_colour_part(folder, landscape, capsys):
    command = ["grade", "photo.png", "--emotion", "anger", "--no-light", "-o", "graded.png"]
    assert main([*command, "--lut", "look.cube", "--cdl", "look.cdl"]) == 0
    said = capsys.readouterr().err
    assert "light and haze are not in the tables" in said
    assert "off by" in said
    assert "Light and haze are not in it" in Path("look.cube").read_text()
    assert main(["grade", "photo.png", "--lut", "look.cube", "-o", "again.png"]) == 0
    assert np.abs(pixels_of("again.png").astype(int) - pixels_of("graded.png")).max() <= 1
    assert main(["grade", "photo.png", "--cdl", "look.cdl", "-o", "near.png"]) == 0
    off = np.abs(pixels_of("near.png").astype(int) - pixels_of("graded.png")).mean()
    assert off < np.abs(landscape.astype(int) - pixels_of("graded.png")).mean()
    assert main([*command[:-1], "other.png", "--lut", "look.cube"]) == 2
    assert "look.cube exists already" in capsys.readouterr().err


def test_a_lut_at_half_its_intensity(folder, landscape):
    Path("negative.cube").write_text("LUT_1D_SIZE 2\n1 1 1\n0 0 0\n")
    whole = paintreel.grade(landscape, lut="negative.cube")
    assert np.abs(whole.astype(int) - (255 - landscape.astype(int))).max() <= 1
    half = paintreel.grade(landscape, lut="negative.cube", intensity=0.5)
    assert np.abs(half.astype(int) - 127.5).max() <= 1.5


def test_tables_of_several_pictures_are_refused(folder, landscape, capsys):
    write_picture("other.png", Picture(landscape))
    command = ["grade", "photo.png", "other.png", "--emotion", "fear", "-o", "out"]
    assert main([*command, "--lut", "look.cube"]) == 2
    assert "written for one input" in capsys.readouterr().err


# Clips.


def test_a_shot_is_graded_as_one_and_by_what_it_shows(two_shots):
    assert main(["grade", "clip.mkv", "--emotion", "fear", "-o", "out.mkv", "--codec", "ffv1",
                 "--pixel-format", "bgr0"]) == 0  # fmt: skip
    before, after = frames_of("clip.mkv"), frames_of("out.mkv")
    assert len(after) == len(before) == 24
    falls = [
        a.astype(float).mean() - b.astype(float).mean() for a, b in zip(before, after, strict=True)
    ]
    bright, dark = falls[:12], falls[12:]
    assert np.ptp(bright) < 1.0  # no pumping within a shot
    assert np.ptp(dark) < 1.0
    assert min(bright) > max(dark) + 5  # at once at the cut: the dark room hardly darkens


def test_a_clip_of_intensity_0_is_bit_exact(two_shots):
    assert main(["grade", "clip.mkv", "--emotion", "fear", "--intensity", "0", "-o", "out.mkv",
                 "--codec", "ffv1", "--pixel-format", "bgr0"]) == 0  # fmt: skip
    for before, after in zip(frames_of("clip.mkv"), frames_of("out.mkv"), strict=True):
        assert np.array_equal(before, after)


def test_what_a_lossless_clip_of_intensity_0_loses_is_said(two_shots, capsys):
    plain = ["grade", "clip.mkv", "--emotion", "fear", "--intensity", "0", "--strict"]
    assert main([*plain, "-o", "lossy.mkv"]) == 1
    assert "of the source is without loss, libx264 is not: --codec ffv1" in capsys.readouterr().err
    assert main([*plain, "-o", "same.mkv", "--codec", "ffv1"]) == 0
    assert capsys.readouterr().err.count("is stored as") == 0
    assert main([*plain, "-o", "y.mkv", "--codec", "ffv1", "--pixel-format", "yuv444p"]) == 0
    assert "of the source is stored as yuv444p" in capsys.readouterr().err


def test_strict_ends_with_1_where_depth_is_lost(folder, landscape):
    write_picture("deep.png", Picture(landscape.astype(np.uint16) * 257))
    command = ["grade", "deep.png", "--emotion", "fear", "--strict"]
    assert main([*command, "-o", "same.png"]) == 0
    assert main([*command, "-o", "less.jpg"]) == 1
    assert Path("less.jpg").exists()


def test_a_grey_picture_with_alpha_stays_grey(folder, landscape):
    alpha = np.full(landscape.shape[:2], 90, np.uint8)
    grey = landscape[..., 1]
    Image.fromarray(np.dstack([grey, alpha]), "LA").save("la.png")
    for more in (["--emotion", "anger"], ["--lut", "red.cube"]):
        if more[0] == "--lut":
            assert main(["grade", "photo.png", "--emotion", "anger", *more, "-o", "x.png"]) == 0
        assert main(["grade", "la.png", *more, "-o", "out.png", "--overwrite"]) == 0
        out = pixels_of("out.png")
        assert (np.ptp(out[..., :3], axis=2) == 0).all()
        assert (out[..., -1] == 90).all()
        assert not np.array_equal(out[..., 0], grey)
    with pytest.warns(match="grey and stays so"):
        back = paintreel.grade(Image.open("la.png"), emotion="anger")
    assert back.mode == "LA"


@pytest.mark.parametrize(
    ("emotion", "message"),
    [
        (3, "emotion is a int, expected a name"),
        (["fear"], "emotion is a list"),
        ({}, "which is none"),
        ({"fear": 0}, "which is none"),
        ({"fear": 3}, "'fear' has the share 3, expected 0 to 1"),
        ({"fear": float("nan")}, "has the share nan"),
        ({"fear": "1"}, "has the share '1'"),
        ({3: 1.0}, "'3'"),
    ],
)
def test_absurd_feelings(folder, landscape, emotion, message):
    with pytest.raises(InputError, match=message):
        paintreel.grade(landscape, emotion=emotion)
    with pytest.raises(InputError, match=message):
        Grader(emotion)
    with pytest.raises(InputError, match=message):
        paintreel.grade_video("clip.mkv", "out.mkv", emotion=emotion)


@pytest.mark.parametrize("rows", [[[0, {}]], [[0, {}], [1, {"fear": 0}]]])
def test_a_timeline_without_any_emotion_is_refused(two_shots, capsys, rows):
    Path("none.json").write_text(json.dumps(rows))
    for source in ("photo.png", "clip.mkv"):
        assert main(["grade", source, "--timeline", "none.json", "-o", "out.mkv"]) == 2
        assert "none.json says no emotion" in capsys.readouterr().err
    with pytest.raises(InputError, match="timeline says no emotion"):
        paintreel.grade_video("clip.mkv", "out.mkv", timeline=rows)


def test_a_timeline_goes_over_and_what_nothing_is_felt_of_stays(two_shots, capsys):
    rows = [[0, {}], [0.3, {}], [0.6, {"sadness": 1}], [0.9, {"sadness": 1}]]
    Path("t.json").write_text(json.dumps(rows))
    assert main(["grade", "clip.mkv", "--timeline", "t.json", "-o", "out.mkv", "--codec", "ffv1",
                 "--pixel-format", "bgr0"]) == 0  # fmt: skip
    assert "the timeline ends at 0.9 s, the clip at 2.0 s" in capsys.readouterr().err
    before, after = frames_of("clip.mkv"), frames_of("out.mkv")
    off = [np.abs(a.astype(int) - b).mean() for a, b in zip(before, after, strict=True)]
    assert off[11] > 5
    assert off[:11] == sorted(off[:11])
    assert max(np.diff(off[:12])) < 0.35 * off[11]  # no light is switched within a shot


def test_a_lut_on_a_clip(two_shots):
    Path("negative.cube").write_text("LUT_1D_SIZE 2\n1 1 1\n0 0 0\n")
    assert main(["grade", "clip.mkv", "--lut", "negative.cube", "-o", "out.mkv", "--codec", "ffv1",
                 "--pixel-format", "bgr0"]) == 0  # fmt: skip
    assert np.abs(frames_of("out.mkv")[0].astype(int) - (255 - frames_of("clip.mkv")[0])).max() <= 1


def test_a_loaded_grader_takes_no_other_lut(two_shots):
    Path("negative.cube").write_text("LUT_1D_SIZE 2\n1 1 1\n0 0 0\n")
    Path("same.cube").write_text("LUT_1D_SIZE 2\n0 0 0\n1 1 1\n")
    for grader in (Grader(), Grader(lut="same.cube")):
        with pytest.raises(InputError, match="lut belongs to the Grader"):
            grade_video("clip.mkv", "out.mkv", grader=grader, lut="negative.cube")
    assert not Path("out.mkv").exists()
    negative = Grader(lut="negative.cube")
    grade_video("clip.mkv", "out.mkv", grader=negative, codec="ffv1", pixel_format="bgr0")
    assert np.abs(frames_of("out.mkv")[0].astype(int) - (255 - frames_of("clip.mkv")[0])).max() <= 1


def test_a_table_a_shot(two_shots, capsys):
    command = ["grade", "clip.mkv", "--emotion", "fear", "-o", "out.mp4", "--lut", "look.cube"]
    assert main(command) == 0
    assert "look-0001.cube to look-0002.cube" in capsys.readouterr().err
    first, second = (read_cube(f"look-000{n}.cube").table for n in (1, 2))
    assert np.abs(first - second).max() > 0.05


def test_sound_and_times_are_kept(folder, examples):
    src = (
        examples / "clip.mp4" if (examples / "clip.mp4").exists() else next(examples.rglob("*.mp4"))
    )
    report = paintreel.grade_video(src, "out.mp4", emotion="happiness", intensity=0.5)
    with read_frames(src) as a, read_frames(Path("out.mp4")) as b:
        times = [[frame.time_s for frame in clip] for clip in (a, b)]
    assert times[0] == pytest.approx(times[1], abs=1e-3)
    assert report.frames == len(times[0])


def test_the_measures_of_a_shot(two_shots):
    shots = survey_shots(two_shots)
    assert [len(each.shot.times_s) for each in shots] == [12, 12]
    assert shots[0].measures.light[3] > shots[1].measures.light[3] + 0.2


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[]", "no entry"),
        ('[[0, {"fear": 1}],\n [0, {"calm": 1}]]', "line 2"),
        ('[[0, {"rage": 1}]]', "rage"),
        ("nonsense", "line 1"),
    ],
)
def test_a_malformed_timeline_is_named(two_shots, text, message, capsys):
    Path("t.json").write_text(text)
    assert main(["grade", "clip.mkv", "--timeline", "t.json", "-o", "out.mp4"]) == 2
    assert message in capsys.readouterr().err


# Feelings over time.


def test_feelings_do_not_cross_a_cut():
    shots = [ClipShot(tuple(np.arange(12) / 12), 1.0), ClipShot(tuple(1 + np.arange(12) / 12), 2.0)]
    timeline = [(0.0, {"calm": 1.0}), (0.999, {"calm": 1.0}), (1.0, {"anger": 1.0})]
    felt = frame_feelings(timeline, shots)
    assert felt.at(11 / 12) == pytest.approx({"calm": 1.0, "anger": 0.0})
    assert felt.at(1.0) == pytest.approx({"calm": 0.0, "anger": 1.0})
    assert not felt.steady
    assert felt.within(shots[1])["anger"] == pytest.approx(1.0)


def test_within_a_shot_feelings_go_over_slowly():
    times = tuple(np.arange(48) / 24)
    steps = [(0.0, {"calm": 1.0}), (1.0, {"calm": 1.0}), (1.001, {"fear": 1.0})]
    felt = frame_feelings(steps, [ClipShot(times, 2.0)])
    fear = felt.shares[:, felt.moods.index("fear")]
    assert np.diff(fear).min() >= -1e-9
    assert np.diff(fear).max() < 0.12
    assert fear[0] < 0.01
    assert fear[-1] > 0.98


def test_pictures_get_the_mean_of_a_timeline(folder, landscape, capsys):
    moods, notes = mean_feeling([(0.0, {"fear": 1.0}), (2.0, {"calm": 1.0})])
    assert moods == pytest.approx({"fear": 0.5, "calm": 0.5}, abs=0.01)
    assert [note.kind for note in notes] == ["timeline-mean"]
    Path("t.json").write_text('[[0, {"fear": 1}], [2, {"calm": 1}]]')
    assert main(["grade", "photo.png", "--timeline", "t.json", "-o", "x.png"]) == 0
    assert "it gets the mean of the timeline" in capsys.readouterr().err


def test_light_is_held_in_pauses():
    told = held_in_pauses([(0.0, {}), (1.0, {"fear": 0.5}), (2.0, {}), (3.0, {"calm": 1.0})], "a")
    assert [time_s for time_s, _ in told] == [1.0, 3.0]
    with pytest.raises(InputError, match="nobody speaks"):
        held_in_pauses([(0.0, {})], "a.wav")


def test_light_follows_a_performance(two_shots, monkeypatch):
    """`--from` hears and sees the clip; silence at the start takes what comes."""
    from types import SimpleNamespace

    found = SimpleNamespace(timeline=[(0.0, {}), (0.5, {"fear": 1.0}), (1.5, {})], notes=())
    asked = []
    monkeypatch.setattr(performance, "find_emotions", lambda path, _: asked.append(path) or found)
    assert main(["grade", "clip.mkv", "--from", "clip.mkv", "-o", "heard.mkv", "--codec", "ffv1",
                 "--pixel-format", "bgr0"]) == 0  # fmt: skip
    assert asked == ["clip.mkv"]
    assert main(["grade", "clip.mkv", "--emotion", "fear", "-o", "told.mkv", "--codec", "ffv1",
                 "--pixel-format", "bgr0"]) == 0  # fmt: skip
    for heard, told in zip(frames_of("heard.mkv"), frames_of("told.mkv"), strict=True):
        assert np.abs(heard.astype(int) - told).max() <= 1


# High dynamic range, odd and broken files, threads.


def test_high_dynamic_range_is_tone_mapped_and_then_graded(folder, landscape, capsys):
    """A PNG of PQ: what is graded is the picture as every other verb reads it."""
    write_picture("deep.png", Picture(landscape.astype(np.uint16) * 128))
    data = Path("deep.png").read_bytes()
    chunk = b"cICP" + bytes([9, 16, 0, 1])
    packed = struct.pack(">I", 4) + chunk + struct.pack(">I", zlib.crc32(chunk))
    Path("hdr.png").write_bytes(data[:33] + packed + data[33:])
    assert main(["grade", "hdr.png", "--emotion", "fear", "-o", "graded.png"]) == 0
    assert "tone-mapped" in capsys.readouterr().err
    mapped = pixels_of("hdr.png")
    assert not np.array_equal(mapped, pixels_of("deep.png"))
    assert np.array_equal(pixels_of("graded.png"), paintreel.grade(mapped, emotion="fear"))
    assert (
        main(["grade", "hdr.png", "--emotion", "fear", "--intensity", "0", "-o", "same.png"]) == 0
    )
    assert np.array_equal(pixels_of("same.png"), mapped)


def test_a_clip_of_high_dynamic_range(folder, capsys):
    with av.open("hdr.mp4", "w") as output:
        stream = output.add_stream("libx265", rate=12, options={"x265-params": "log-level=error"})
        stream.width, stream.height, stream.pix_fmt = 64, 48, "yuv420p10le"
        context = stream.codec_context
        context.color_primaries, context.color_trc, context.colorspace = 9, 16, 9
        context.color_range = 1
        for index in range(4):
            frame = av.VideoFrame(64, 48, "yuv420p10le")
            for plane, value in zip(frame.planes, (300 + 8 * index, 512, 512), strict=True):
                plane.update(np.full(plane.buffer_size // 2, value, np.uint16).tobytes())
            frame.pts = index
            output.mux(stream.encode(frame))
        output.mux(stream.encode(None))
    assert main(["grade", "hdr.mp4", "--emotion", "sadness", "-o", "out.mp4"]) == 0
    assert "tone-mapped" in capsys.readouterr().err
    assert len(frames_of("out.mp4")) == 4


@pytest.mark.parametrize("mode", ["LA", "1", "P", "CMYK"])
def test_files_of_every_mode_of_pixels(folder, mode):
    suffix = "jpg" if mode == "CMYK" else "png"
    Image.fromarray(np.full((30, 40, 3), 90, np.uint8)).convert(mode).save(f"odd.{suffix}")
    assert main(["grade", f"odd.{suffix}", "--emotion", "happiness", "-o", f"out.{suffix}"]) == 0
    assert pixels_of(f"out.{suffix}").shape[:2] == (30, 40)


def test_a_broken_file_fails_and_the_others_are_made(folder, landscape, capsys):
    Path("empty.jpg").write_bytes(b"")
    Path("words.png").write_text("no picture")
    names = ["photo.png", "empty.jpg", "words.png"]
    assert main(["grade", *names, "--emotion", "fear", "-o", "out"]) == 1
    said = capsys.readouterr().err
    assert "empty.jpg" in said
    assert "words.png" in said
    assert [path.name for path in Path("out").glob("*.[jp]*g")] == ["photo.png"]


def test_frames_of_several_threads_are_those_of_one(two_shots):
    """What grades a frame keeps its memory: no frame may see another's."""
    shots = survey_shots(two_shots)
    frames = frames_of(two_shots)
    for timeline in ([(0.0, {"fear": 1.0})], [(0.0, {"calm": 1.0}), (2.0, {"anger": 1.0})]):
        feelings = frame_feelings(timeline, [each.shot for each in shots])
        work = FrameGrader(Grader(), shots, feelings)
        alone = [work.graded(frame, index / 12) for index, frame in enumerate(frames)]
        with ThreadPoolExecutor(4) as threads:
            times = [index / 12 for index in range(len(frames))] * 3
            together = list(threads.map(work.graded, frames * 3, times))
        for index, graded in enumerate(together):
            assert np.array_equal(graded, alone[index % len(alone)])


def test_a_colour_script_of_another_kind_is_named(folder, capsys):
    Path("script.txt").write_text("fear = dark\n")
    command = ["grade", "photo.png", "--emotion", "fear", "-o", "out.png"]
    for name in ("script.txt", "photo.png"):
        assert main([*command, "--script", f"./{name}"]) == 2
        err = capsys.readouterr().err
        assert f"{name} is no colour script, expected a .npz file" in err
        assert "ONNX" not in err
