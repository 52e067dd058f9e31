"""`paintreel fuse`: clips that follow painted frames, which frames to paint, what is refused."""

from __future__ import annotations

import re
from concurrent.futures import CancelledError
from fractions import Fraction
from itertools import pairwise
from pathlib import Path

import av
import numpy as np
import pytest
from painted_clips import error, frames_of, landscape, painted
from PIL import Image
from set_after import SetAfter

import paintreel
from paintreel.cli.main import main
from paintreel.errors import InputError
from paintreel.fuse import frames as fuse_frames
from paintreel.fuse.frames import Carrier, FusedFrames
from paintreel.fuse.fusing import PreparedClip
from paintreel.fuse.keys import Painting, key_name, time_in_name
from paintreel.fuse.network import FusionNetwork
from paintreel.fuse.preview import preview_sheet
from paintreel.fuse.proposing import plan_key_frames, write_key_frames
from paintreel.fuse.survey import SurveyedClip, survey_clip
from paintreel.media.carrying import PaintedKey
from paintreel.media.frame import Frame
from paintreel.media.reader import read_frames
from paintreel.media.readings import Readings
from paintreel.media.shots import ClipShot


def times_of(path: Path) -> list[float]:
    with read_frames(path) as frames:
        return [frame.time_s for frame in frames]


def fuse(paintings, clip: Path, model: Path, **more):
    out = clip.with_name("out.mkv")
    report = paintreel.fuse(
        paintings, clip, out, adapt=False, model=str(model), codec="ffv1", overwrite=True, **more
    )
    return frames_of(out), report


def test_the_clip_follows_a_painted_frame_from_its_middle(pan, fuse_model):
    clip, frames = pan
    got, report = fuse(painted(frames[4]), clip, fuse_model, key_frames=4 / 24, steady=0.0)
    assert report.frames == len(frames)
    assert times_of(clip.with_name("out.mkv")) == times_of(clip)
    for mine, frame in zip(got, frames, strict=True):
        assert error(mine, painted(frame)) < 0.35 * error(frame, painted(frame))


def test_of_two_keys_each_frame_takes_the_nearer(pan, fuse_model):
    clip, frames = pan
    red = np.full_like(frames[0], (200, 20, 20))
    blue = np.full_like(frames[0], (20, 20, 200))
    got, _ = fuse([red, blue], clip, fuse_model, key_frames=[0, 8 / 24], steady=0.0)
    redness = [int(x[40:60, 60:100, 0].mean()) - int(x[40:60, 60:100, 2].mean()) for x in got]
    assert redness[0] > 100
    assert redness[-1] < -100
    assert all(a >= b - 8 for a, b in pairwise(redness))


def test_what_the_last_key_does_not_show_is_taken_from_the_one_before(
    make_lossless_clip, tmp_path, fuse_model
):
    base, covered = landscape(3), landscape(3)
    covered[20:76, 30:90] = landscape(8)[20:76, 30:90]  # something comes in, and goes out again
    clip = make_lossless_clip(tmp_path / "covered.mkv", [base] * 4 + [covered] * 4 + [base] * 4)
    keys = [painted(base), painted(covered)]
    two, _ = fuse(keys, clip, fuse_model, key_frames=[0.0, 5 / 24])
    one, _ = fuse(keys[1], clip, fuse_model, key_frames=5 / 24)
    inside = slice(30, 66), slice(40, 80)
    of_two, of_one = (
        np.abs(x[-1][inside].astype(float) - keys[0][inside]).mean() for x in (two, one)
    )
    assert of_two < 8
    assert of_one > 2 * of_two


def test_strength_0_and_an_empty_mask_give_the_clip_bit_for_bit(pan, fuse_model):
    clip, frames = pan
    paint = painted(frames[0])
    for more in ({"strength": 0.0}, {"mask": np.zeros(frames[0].shape, np.uint8)}):
        got, _ = fuse(paint, clip, fuse_model, key_frames=0, **more)
        assert all(np.array_equal(a, b) for a, b in zip(got, frames, strict=True))


def test_a_shot_without_a_key_is_painted_and_told(make_lossless_clip, tmp_path, fuse_model):
    one, other = landscape(1), landscape(20)[:, ::-1] // 2
    clip = make_lossless_clip(tmp_path / "cut.mkv", [one] * 8 + [other] * 8)
    got, report = fuse(painted(one), clip, fuse_model, key_frames=0)
    assert len(got) == 16
    note = next(each for each in report.notes if each.kind == "shots-without-key")
    assert "1 of 2 shots" in note.text
    # No paint of the first shot lies on the second.
    assert np.abs(got[12].astype(float) - painted(one)).mean() > 20


def test_a_free_painting_is_taken_without_a_time(pan, fuse_model, tmp_path):
    clip, _ = pan
    Image.fromarray(landscape(9, 60, 60)).save(tmp_path / "free.png")
    got, report = fuse(tmp_path / "free.png", clip, fuse_model)
    assert len(got) == 9
    assert "free-painting" in {note.kind for note in report.notes}


def test_arrays_are_told_what_files_are(pan, fuse_model):
    clip, frames = pan
    _, report = fuse(landscape(9, 60, 60), clip, fuse_model)
    assert "free-painting" in {note.kind for note in report.notes}
    cut = np.dstack([painted(frames[0]), np.full(frames[0].shape[:2], 255, np.uint8)])
    cut[:20, :20, 3] = 0
    _, report = fuse(cut, clip, fuse_model, key_frames=0)
    (note,) = (note for note in report.notes if note.kind == "painting-laid")
    assert note.text == "painting 1 is transparent: laid over the frame that it is of"
    _, report = fuse(cut, clip, fuse_model)
    (note,) = (note for note in report.notes if note.kind == "painting-laid")
    assert note.text == "painting 1 is transparent: laid on white"
    cut[..., 3] = 255
    _, report = fuse(cut, clip, fuse_model, key_frames=0)
    assert "painting-laid" not in {note.kind for note in report.notes}


def test_a_free_painting_gives_its_colours_and_no_flicker(pan, fuse_model):
    clip, frames = pan
    dusk = np.clip(landscape(9) * (0.3, 0.25, 0.5) + (20, 10, 60), 0, 255).astype(np.uint8)
    got, _ = fuse(dusk, clip, fuse_model)
    assert np.abs(np.mean(got, axis=(0, 1, 2)) - dusk.mean(axis=(0, 1))).max() < 6
    spread, own = (np.std(x, axis=(0, 1, 2)) for x in (got, frames))
    wanted = dusk.std(axis=(0, 1))
    assert (np.abs(spread - wanted) < 0.4 * np.abs(own - wanted)).all()
    # One map for the whole shot: the same colour of two frames becomes the same.
    places = (frames[0] == frames[1]).all(axis=2)
    assert (got[0] == got[1]).all(axis=2)[places].all()


def test_shots_of_other_light_get_the_same_colours(make_lossless_clip, tmp_path, fuse_model):
    dark, light = (landscape(n) for n in (1, 6))
    dark, light = dark // 4, 255 - (255 - light) // 3
    clip = make_lossless_clip(tmp_path / "cut.mkv", [dark] * 8 + [light] * 8)
    painting = landscape(9)
    got, _ = fuse(painting, clip, fuse_model)
    for shot in (got[:8], got[8:]):
        assert np.abs(np.mean(shot, axis=(0, 1, 2)) - painting.mean(axis=(0, 1))).max() < 12


@pytest.mark.parametrize("count", [1, 2])
def test_clips_of_a_frame_or_two(make_lossless_clip, tmp_path, fuse_model, count):
    frame = landscape(2)
    clip = make_lossless_clip(tmp_path / "short.mkv", [frame] * count)
    got, _ = fuse(painted(frame), clip, fuse_model, key_frames=0)
    assert len(got) == count
    assert error(got[-1], painted(frame)) < 20


def test_black_frames_and_odd_sizes(make_lossless_clip, tmp_path, fuse_model):
    frames = [np.zeros((61, 83, 3), np.uint8)] * 3 + [landscape(4, 64, 96)[:61, :83]] * 3
    clip = make_lossless_clip(tmp_path / "black.mkv", frames)
    got, _ = fuse(painted(frames[0]), clip, fuse_model, key_frames=0)
    assert [x.shape for x in got] == [(61, 83, 3)] * 6


def test_grey_and_transparent_paintings(pan, fuse_model, tmp_path):
    clip, frames = pan
    grey = Image.fromarray(painted(frames[0])).convert("L")
    grey.save(tmp_path / "grey.png")
    cut = np.dstack([painted(frames[0]), np.full(frames[0].shape[:2], 255, np.uint8)])
    cut[:20, :20, 3] = 0
    Image.fromarray(cut).save(tmp_path / "cut.png")
    got, _ = fuse(tmp_path / "grey.png", clip, fuse_model, key_frames=0)
    assert np.ptp(got[0][30:60, 60:100].astype(int), axis=2).mean() < 12
    clear, report = fuse(tmp_path / "cut.png", clip, fuse_model, key_frames=0)
    assert "painting-laid" in {note.kind for note in report.notes}
    over = painted(frames[0])
    over[:20, :20] = frames[0][:20, :20]
    same, _ = fuse(over, clip, fuse_model, key_frames=0)
    assert np.array_equal(clear, same)


def test_the_alpha_of_an_animation_stays(tmp_path, fuse_model):
    frames = []
    for shift in range(3):
        rgba = np.dstack([landscape(5)[:, shift:][:64, :96], np.full((64, 96), 255, np.uint8)])
        rgba[:, :30, 3] = 0
        frames.append(Image.fromarray(rgba))
    clip = tmp_path / "loop.webp"
    frames[0].save(clip, save_all=True, append_images=frames[1:], duration=100, lossless=True)
    out = tmp_path / "out.webp"
    paint = painted(np.asarray(frames[0])[..., :3])
    paintreel.fuse(paint, clip, out, key_frames=0, adapt=False, model=str(fuse_model))
    with read_frames(out) as again:
        alphas = [frame.alpha for frame in again]
    assert all(a is not None and a[:, :28].max() == 0 and a[:, 32:].min() == 255 for a in alphas)


def test_sound_is_kept(pan, fuse_model, tmp_path):
    clip, frames = pan
    spoken = tmp_path / "spoken.mkv"
    with av.open(str(clip)) as source, av.open(str(spoken), "w") as sink:
        video = sink.add_stream_from_template(source.streams.video[0])
        audio = sink.add_stream("pcm_s16le", rate=8000, layout="mono")
        for packet in source.demux(video=0):
            if packet.dts is not None:
                packet.stream = video
                sink.mux(packet)
        tone = (np.sin(np.arange(3000) / 5) * 8000).astype(np.int16)[None]
        sound = av.AudioFrame.from_ndarray(tone, format="s16", layout="mono")
        sound.rate, sound.pts, sound.time_base = 8000, 0, Fraction(1, 8000)
        for packet in (*audio.encode(sound), *audio.encode()):
            sink.mux(packet)
    _, report = fuse(painted(frames[0]), spoken, fuse_model, key_frames=0)
    assert len(report.audio) == 1
    with av.open(str(spoken.with_name("out.mkv"))) as result:
        assert sum(frame.samples for frame in result.decode(audio=0)) == 3000


class Recorded(FusionNetwork):
    """Keeps the planes of what it is asked, and gives the carried paint."""

    def __init__(self) -> None:
        self.windows: list[list[np.ndarray]] = []

    def paint(self, frames, planes):
        self.windows.append(list(planes))
        return [np.ascontiguousarray(x[..., :3]) for x in planes]


@pytest.mark.parametrize(
    ("pixels", "sizes"),
    [
        (10**9, [4, 4, 4, 2]),  # 0 to 3, 3 to 6, 6 to 9, 9 and 10
        (4 * 48 * 64, [4, 4, 4, 2]),
        (4 * 48 * 64 - 1, [3, 3, 3, 3, 3]),
        (2 * 48 * 64, [2, 2, 2, 2, 2, 1]),
        (48 * 64 - 1, [1] * 11),
    ],
)
def test_windows_hold_no_more_than_they_may(monkeypatch, pixels, sizes):
    monkeypatch.setattr(fuse_frames, "_WINDOW_PIXELS", pixels)
    still = landscape(2, 48, 64)
    shot = ClipShot(tuple(i / 24 for i in range(11)), 11 / 24)
    survey = SurveyedClip([shot], {0: [PaintedKey(still, painted(still))]}, {})
    network = Recorded()
    work = FusedFrames(Carrier(survey), network, steady=0.0, strength=1.0)
    done = []
    for time_s in shot.times_s:
        done += work.push(Frame(still, round(time_s * 24), Fraction(1, 24), 1, 0), None)
    done += work.finish()
    assert [frame.time_s for frame in done] == list(shot.times_s)
    assert [len(window) for window in network.windows] == sizes


@pytest.mark.parametrize("key", [0, 5])
def test_a_preview_carries_paint_as_the_clip_will(make_lossless_clip, tmp_path, key):
    wide = landscape(3, 96, 320)
    frames = [np.ascontiguousarray(wide[:, 7 * i : 7 * i + 160]) for i in range(20)]
    clip = make_lossless_clip(tmp_path / "far.mkv", frames)
    paintings = [Painting("p", painted(frames[key]), key / 24)]
    survey = survey_clip(clip, paintings, max_pixels=10**6)
    network = Recorded()
    prepared = PreparedClip(survey, network, {}, ())
    preview_sheet(prepared, clip, strength=1.0, steady=0.0, place=None, max_pixels=10**6)
    shown = [window[-1] for window in network.windows]
    carrier = Carrier(survey)
    with read_frames(clip) as read:
        whole = [carrier(frame)[0] for frame in read]
    assert len(shown) == 5
    for place, planes in zip((2, 6, 10, 14, 18), shown, strict=True):
        apart = np.abs(planes.astype(int) - whole[place])
        assert apart[..., 3].mean() < 1.0
        assert apart[..., :3].mean() < 1.0


# What cannot be used.


@pytest.mark.parametrize(
    ("painting", "more", "words"),
    [
        ((96, 160), {"key_frames": 9.0}, "at 9 s, but .* ends at 0.375 s"),
        ((96, 96), {"key_frames": 0}, "96x96, its frame 160x96"),
        ((96, 160), {"key_frames": [0, 0.1]}, "2 key frames for 1 paintings"),
        ((96, 160), {"key_frames": -1}, "at -1 s, expected 0 or more"),
        ((96, 160), {"mask": 3}, "mask is int"),
        ((96, 160), {"strength": 2}, "strength"),
        ((96, 160), {"steady": 1.0}, "steady"),
    ],
)
def test_what_does_not_fit_is_refused(pan, fuse_model, painting, more, words):
    clip, _ = pan
    with pytest.raises(InputError, match=words):
        fuse(landscape(7, *painting), clip, fuse_model, **more)
    assert not clip.with_name("out.mkv").exists()


def test_two_paintings_of_one_frame_are_refused(pan, fuse_model):
    clip, frames = pan
    with pytest.raises(InputError, match="of one frame"):
        fuse([frames[0], frames[0]], clip, fuse_model, key_frames=[0.0, 0.01])


def test_a_painting_of_the_same_shape_is_brought_to_size(pan, fuse_model):
    clip, frames = pan
    big = np.asarray(Image.fromarray(painted(frames[0])).resize((320, 192)))
    _, report = fuse(big, clip, fuse_model, key_frames=0)
    assert "painting-resized" in {note.kind for note in report.notes}


# The command.


def test_planned_frames_are_painted_over_and_given_back(pan, fuse_model, tmp_path, capsys):
    clip, frames = pan
    keys = tmp_path / "keys"
    assert main(["fuse", "--plan", str(clip), "-o", str(keys)]) == 0
    assert "1 frame to paint, of 1 shot: they explain" in capsys.readouterr().err
    (planned,) = keys.iterdir()
    (keys / "a folder.png").mkdir()
    time_s = time_in_name(planned)
    assert time_s is not None
    number = round(time_s * 24)
    assert np.array_equal(np.asarray(Image.open(planned)), frames[number])
    Image.fromarray(painted(frames[number])).save(planned)
    out = tmp_path / "painted.mkv"
    more = ["--no-adapt", "--model", str(fuse_model), "--codec", "ffv1", "--steady", "0"]
    assert main(["fuse", str(keys), str(clip), "-o", str(out), *more]) == 0
    assert error(frames_of(out)[number], painted(frames[number])) < 15
    assert main(["fuse", str(keys), str(clip), "-o", str(out), *more]) == 1  # it is there
    assert "exists" in capsys.readouterr().err


def test_every_shot_gets_a_frame_to_paint(make_lossless_clip, tmp_path):
    one, other = landscape(1), landscape(20)[:, ::-1] // 2
    clip = make_lossless_clip(tmp_path / "cut.mkv", [one] * 8 + [other] * 8)
    assert main(["fuse", "--plan", str(clip)]) == 0
    times = sorted(time_in_name(path) for path in (tmp_path / "cut-keys").iterdir())
    assert [time_s >= 8 / 24 - 0.001 for time_s in times] == [False, True]


def test_a_plan_of_many_shots_reads_the_clip_thrice_tells_and_can_be_stopped(
    make_lossless_clip, tmp_path, monkeypatch
):
    pictures = [landscape(n)[:, :: (-1) ** n] // (1 + n % 2) for n in (1, 20, 5, 30)]
    clip = make_lossless_clip(tmp_path / "cuts.mkv", [x for x in pictures for _ in range(8)])
    readings = []

    def counted(*given, **more):
        readings.append(given)
        return read_frames(*given, **more)

    for place in ("fuse.proposing", "media.shots"):
        monkeypatch.setattr(f"paintreel.{place}.read_frames", counted)
    told: list[tuple[int, int | None]] = []
    progress = Readings(lambda *x: told.append(x), clip, parts=3)
    plan = plan_key_frames(clip, max_pixels=10**6, told=progress)
    assert plan.shots == 4
    assert len(plan.times_s) >= 4
    assert len({int(time_s * 24 + 0.5) // 8 for time_s in plan.times_s}) == 4
    write_key_frames(clip, tmp_path / "keys", plan, max_pixels=10**6, told=progress)
    assert len(readings) == 3
    done = [each for each, _ in told]
    assert done == sorted(done)
    assert told[-1] == (96, 96)
    assert {each // 32 for each in done[:-1]} == {0, 1, 2}
    stop = SetAfter(40)  # 32 for the shots, then in the middle of the sketches
    with pytest.raises(CancelledError):
        plan_key_frames(clip, max_pixels=10**6, cancel=stop)
    with pytest.raises(CancelledError):
        write_key_frames(clip, tmp_path / "k", plan, max_pixels=10**6, cancel=SetAfter(2))
    assert not (tmp_path / "k").exists()


def test_names_say_times():
    assert key_name(Path("a/b.c.mp4"), 61.0625) == "b.c-key-0061.062s.png"
    assert time_in_name(Path("b.c-key-0061.062s-painted.jpg")) == 61.062
    assert time_in_name(Path("monkey-5s.png")) is None


def test_a_preview_is_a_sheet(pan, fuse_model, tmp_path):
    clip, frames = pan
    Image.fromarray(painted(frames[0])).save(tmp_path / "p.png")
    sheet = tmp_path / "sheet.png"
    command = ["fuse", str(tmp_path / "p.png"), str(clip), "--key-frame", "0:00"]
    more = ["--no-adapt", "--model", str(fuse_model), "--preview", str(sheet)]
    assert main([*command, *more]) == 0
    width, height = Image.open(sheet).size
    assert width > 600
    assert height > 150


def test_a_preview_is_painted_as_the_clip_will_be(pan, fuse_model, tmp_path):
    clip, frames = pan
    Image.fromarray(np.full_like(frames[0], (200, 20, 20))).save(tmp_path / "p.png")
    mask = np.zeros(frames[0].shape[:2], np.uint8)
    mask[:, 80:] = 255
    Image.fromarray(mask).save(tmp_path / "mask.png")
    sheet = tmp_path / "sheet.png"
    command = ["fuse", str(tmp_path / "p.png"), str(clip), "--key-frame", "0", "--preview"]
    more = ["--no-adapt", "--model", str(fuse_model), "--mask", str(tmp_path / "mask.png")]
    assert main([*command, str(sheet), *more]) == 0
    changed = np.asarray(Image.open(sheet).convert("RGB")).astype(int)
    assert main([*command, str(sheet), *more, "--strength", "0", "--overwrite"]) == 0
    changed = np.abs(changed - np.asarray(Image.open(sheet).convert("RGB"))).max(axis=2) > 24
    width = changed.shape[1] // 5
    for column in range(5):
        cell = changed[:, column * width :][:, :width]
        assert not cell[:, : width // 3].any()
        assert cell[:, -width // 3 :].any()


def test_a_preview_and_a_plan_take_the_longest_that_is_allowed(pan, tmp_path, capsys, fuse_model):
    clip, frames = pan
    Image.fromarray(painted(frames[0])).save(tmp_path / "p.png")
    sheet, keys = tmp_path / "sheet.png", tmp_path / "keys"
    more = ["--max-frames", "4", "--model", str(fuse_model), "--no-adapt"]
    command = ["fuse", str(tmp_path / "p.png"), str(clip), "--preview", str(sheet), *more]
    assert main(command) != 0
    assert main(["fuse", "--plan", str(clip), "-o", str(keys), *more]) != 0
    assert capsys.readouterr().err.count("the limit is 4") == 2
    assert not sheet.exists()
    assert not keys.exists()


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["pan.mkv"], "alone; expected a painting"),
        (["p.png", "gone.mkv"], "gone.mkv is not there"),
        (["pan.mkv", "p.png"], "is no clip; the clip is the last input"),
        (["gone.png", "pan.mkv"], "gone.png is not there"),
        (["p.png", "pan.mkv", "--key-frame", "soon"], "expected a time such as"),
        (["--plan", "p.png", "pan.mkv"], "plan takes one clip"),
        (["--plan", "p.png"], r"p\.png is no clip$"),
        (["--plan", "pan.mkv", "-o", "plan.png"], "it is the folder for the frames to paint"),
        (["p.png", "pan.mkv", "--preview", "sheet.mp4"], r"suffix '\.mp4' is none of"),
        (["p.png", "pan.mkv", "--key-frame", "-1"], "^paintreel: --key-frame is "),
        (["p.png", "pan.mkv", "--adapt-time", "inf"], "^paintreel: --adapt-time is inf"),
        (["p.png", "pan.mkv", "--model", "nobody"], "nobody"),
        (["empty", "pan.mkv"], "holds no paintings"),
    ],
)
def test_usage_is_explained(pan, tmp_path, monkeypatch, capsys, arguments, words):
    monkeypatch.chdir(tmp_path)
    Image.fromarray(landscape(7)).save("p.png")
    Path("empty").mkdir()
    assert main(["fuse", *arguments]) == 2
    assert re.search(words, capsys.readouterr().err)


# Learning the key frames.
