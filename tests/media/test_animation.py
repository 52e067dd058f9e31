from __future__ import annotations

import struct
import zlib
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from paintreel.errors import PictureTooLarge, UnreadableFile
from paintreel.media.animation import AnimationReader
from paintreel.media.encoding_settings import EncodingSettings
from paintreel.media.probe import is_video, probe
from paintreel.media.reader import read_frames
from paintreel.media.video import transform_video

DELAYS = [40, 100, 30, 70, 250]


def layers(alpha: bool, width: int = 48, height: int = 32) -> list[Image.Image]:
    """A bar that moves over a plain ground, with a transparent corner or without."""
    pictures = []
    for i in range(len(DELAYS)):
        rgba = np.zeros((height, width, 4), np.uint8)
        rgba[...] = (200, 30 * i, 90, 255)
        rgba[:, i * 8 : i * 8 + 8] = (20, 220, 60, 255)
        if alpha:
            rgba[:8, :8, 3] = 0
        pictures.append(Image.fromarray(rgba if alpha else rgba[..., :3].copy()))
    return pictures


def save(path: Path, alpha: bool = False, loop: int | None = 0, delays: list[int] = DELAYS) -> Path:
    first, *rest = layers(alpha)
    options = {} if loop is None else {"loop": loop}
    if path.suffix == ".webp":
        options["lossless"] = True
    first.save(path, save_all=True, append_images=rest, duration=delays, disposal=2, **options)
    return path


def shown(path: Path) -> list[tuple[int, np.ndarray]]:
    """(delay in ms, RGBA) of every frame, by Pillow."""
    frames = []
    with Image.open(path) as image:
        for index in range(image.n_frames):
            image.seek(index)
            rgba = np.asarray(image.convert("RGBA"))  # first: WebP knows the delay only then
            frames.append((image.info["duration"], rgba))
    return frames


def same(frame: np.ndarray) -> np.ndarray:
    return frame


@pytest.mark.parametrize("suffix", [".gif", ".webp"])
@pytest.mark.parametrize("alpha", [False, True])
def test_frames_come_whole_with_delays_and_alpha(tmp_path, suffix, alpha):
    path = save(tmp_path / f"a{suffix}", alpha)
    expected = [np.asarray(p.convert("RGBA")) for p in layers(alpha)]
    with read_frames(path) as frames:
        assert (frames.info.codec, frames.info.frames) == (suffix[1:], 5)
        read = list(frames)
    assert [f.duration for f in read] == DELAYS
    assert [f.pts for f in read] == [0, 40, 140, 170, 240]
    assert {f.time_base for f in read} == {Fraction(1, 1000)}
    for frame, rgba in zip(read, expected, strict=True):
        visible = rgba[..., 3] > 0
        assert np.array_equal(frame.pixels[visible], rgba[visible][:, :3])
        assert (frame.alpha is not None) == alpha
        if alpha:
            assert np.array_equal(frame.alpha, rgba[..., 3])


@pytest.mark.parametrize("source", [".gif", ".webp", ".png"])
@pytest.mark.parametrize("target", [".gif", ".webp", ".png"])
@pytest.mark.parametrize("alpha", [False, True])
def test_animations_stay_themselves(tmp_path, source, target, alpha):
    path = save(tmp_path / f"a{source}", alpha, loop=2 if source == ".gif" else 3)
    out = tmp_path / f"o{target}"
    report = transform_video(path, out, same)
    assert (report.frames, report.dropped, report.notes) == (5, 0, ())
    assert report.duration_s == pytest.approx(0.49)
    before, after = shown(path), shown(out)
    assert [delay for delay, _ in after] == DELAYS
    for (_, old), (_, new) in zip(before, after, strict=True):
        assert np.array_equal(old[..., 3] > 127, new[..., 3] > 127)
        visible = old[..., 3] > 0
        error = np.abs(new[visible][:, :3].astype(int) - old[visible][:, :3])
        assert error.mean() < 4
    assert probe(out).loop == 3


@pytest.mark.parametrize(
    ("stored", "asked", "expected"),
    [(0, None, 0), (None, None, 1), (1, None, 2), (0, 5, 5), (4, 0, 0), (4, 1, 1)],
)
def test_loops_are_kept_or_changed(tmp_path, stored, asked, expected):
    path = save(tmp_path / "a.gif", loop=stored)
    transform_video(path, tmp_path / "o.gif", same, loop=asked)
    assert probe(tmp_path / "o.gif").loop == expected


def test_gif_becomes_a_clip_on_white(tmp_path, stamps_of):
    path = save(tmp_path / "a.gif", alpha=True)
    report = transform_video(path, tmp_path / "o.mp4", same, encoding=EncodingSettings(crf=4))
    assert stamps_of(tmp_path / "o.mp4") == [Fraction(t, 1000) for t in (0, 40, 140, 170, 240)]
    assert report.duration_s == pytest.approx(0.49)
    with read_frames(tmp_path / "o.mp4") as frames:
        assert frames.info.tags.matrix_name == "smpte170m"
        assert frames.info.duration_s == pytest.approx(0.49, abs=0.001)
        assert next(frames).pixels[2:5, 2:5].min() > 245


def test_a_clip_becomes_a_gif_that_loops_and_keeps_time(make_clip, tmp_path):
    clip = make_clip("a.mp4", pts=[i * 1001 for i in range(12)],
                     time_base=Fraction(1, 24000), sound="aac")  # fmt: skip
    report = transform_video(clip, tmp_path / "o.gif", same, fps=24)
    assert report.audio == ("aac left out: a GIF has no sound",)
    assert [(n.kind, n.loss) for n in report.notes] == [("sound-left-out", True)]
    frames = shown(tmp_path / "o.gif")
    assert len(frames) == 12
    assert {delay for delay, _ in frames} == {40, 50}
    assert sum(delay for delay, _ in frames) == pytest.approx(500.5, abs=10)
    assert probe(tmp_path / "o.gif").loop == 0


def test_a_fast_clip_loses_frames_to_gif_and_says_so(make_clip, tmp_path):
    clip = make_clip("a.mp4", pts=[i * 100 for i in range(20)], time_base=Fraction(1, 12000))
    report = transform_video(clip, tmp_path / "o.gif", same, fps=120)
    frames = shown(tmp_path / "o.gif")
    assert all(delay >= 20 for delay, _ in frames)
    assert report.frames == len(frames) < 20
    assert report.dropped == 20 - report.frames


def test_frames_without_a_delay_are_shown_as_browsers_do(tmp_path):
    path = save(tmp_path / "a.gif", delays=[0] * 5)
    with read_frames(path) as frames:
        assert {f.duration for f in frames} == {100}


def test_webp_frames_that_are_joined_last_as_long(tmp_path):
    first, *rest = layers(True)
    first.save(tmp_path / "a.gif", save_all=True, append_images=rest, duration=80)
    composites = iter(np.asarray(p)[..., :3] for p in (first, first, first, rest[0], rest[0]))
    transform_video(tmp_path / "a.gif", tmp_path / "o.webp", lambda _: next(composites))
    frames = shown(tmp_path / "o.webp")
    assert [delay for delay, _ in frames] == [240, 160]  # libwebp joins what is the same
    assert frames[0][1][2, 2, 3] == 0


@pytest.mark.parametrize("target", ["o.gif", "o.webp"])
def test_flat_pictures_that_come_again_are_flat(tmp_path, target):
    colours = [(255, 0, 0), (0, 255, 0), (0, 0, 255), (255, 0, 0), (0, 0, 255), (255, 0, 0)]
    first, *rest = [Image.new("RGB", (32, 24), colour) for colour in colours]
    first.save(tmp_path / "a.gif", save_all=True, append_images=rest, duration=100)
    transform_video(tmp_path / "a.gif", tmp_path / target, same)
    for (_, rgba), colour in zip(shown(tmp_path / target), colours, strict=True):
        assert np.abs(rgba[..., :3].astype(int) - colour).max() <= 3


def test_resized_alpha_stays_with_its_picture(tmp_path):
    path = save(tmp_path / "a.gif", alpha=True)
    with read_frames(path, size=(24, 16)) as frames:
        frame = next(frames)
    assert frame.pixels.shape == (16, 24, 3)
    assert frame.alpha[:3, :3].max() < 40
    assert frame.alpha[6:, 6:].min() == 255


def test_one_still_frame_is_an_animation_of_one(tmp_path):
    layers(False)[0].save(tmp_path / "still.gif")
    with read_frames(tmp_path / "still.gif") as frames:
        assert [f.duration for f in frames] == [100]
    assert not is_video(tmp_path / "still.gif")


def test_a_gif_cut_off_gives_what_is_there(tmp_path):
    path = save(tmp_path / "a.gif")
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) * 7 // 10])
    with read_frames(path) as frames:
        assert 1 <= len(list(frames)) < 5


def test_a_webp_cut_off_is_refused(tmp_path):
    path = save(tmp_path / "a.webp")
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) * 7 // 10])
    with pytest.raises(UnreadableFile, match="damaged or truncated"):
        read_frames(path)


def test_huge_canvases_are_refused_by_the_header(tmp_path):
    path = save(tmp_path / "a.gif")
    data = bytearray(path.read_bytes())
    data[6:10] = (60000).to_bytes(2, "little") * 2
    path.write_bytes(data)
    with pytest.raises(PictureTooLarge):
        read_frames(path)


def test_a_shared_gif_is_read_as_pillow_shows_it(shared_data):
    path = shared_data / "video" / "head-pose.gif"
    with read_frames(path) as frames:
        for frame, (delay, rgba) in zip(frames, shown(path), strict=True):
            assert frame.duration == delay
            assert np.array_equal(frame.pixels, rgba[..., :3])


def test_what_transparency_hides_is_not_seen(tmp_path):
    """Hidden black and hidden white give the same frame: the visible colour around it."""
    frames = []
    for hidden in (0, 255):
        rgba = np.full((24, 32, 4), hidden, np.uint8)
        rgba[..., 3] = 0
        rgba[:, :16] = (200, 100, 50, 255)
        path = tmp_path / f"{hidden}.png"
        still = Image.fromarray(rgba)
        still.save(path, save_all=True, append_images=[still.rotate(180)], duration=100)
        with read_frames(path) as reader:
            frames.append(next(reader))
    first, second = frames
    assert np.array_equal(first.alpha, second.alpha)
    assert np.array_equal(first.pixels, second.pixels)
    assert np.abs(first.pixels[:, 16:].astype(int) - (200, 100, 50)).max() <= 2


def test_animated_png_of_narrow_range_is_spread(tmp_path):
    first, second = (Image.fromarray(np.full((16, 16, 3), code, np.uint8)) for code in (16, 235))
    path = tmp_path / "a.png"
    first.save(path, save_all=True, append_images=[second], duration=100)
    whole, content = path.read_bytes(), b"cICP" + bytes([1, 13, 0, 0])
    chunk = struct.pack(">I", 4) + content + struct.pack(">I", zlib.crc32(content))
    path.write_bytes(whole[:33] + chunk + whole[33:])
    reader = AnimationReader(path)
    assert [frame.pixels.mean() for frame in reader] == [0, 255]
    assert [note.kind for note in reader.notes()] == ["range-expanded"]
