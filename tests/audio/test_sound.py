"""Sound out of files: right samples, right times, and plain words about what is wrong."""

from __future__ import annotations

import wave

import numpy as np
import pytest
from PIL import Image
from voices import with_cover

from paintreel.audio.sound import Sound, holds_sound, read_sound, stream_sound
from paintreel.errors import InputError, UnreadableFile


def tone(seconds: float = 1.0, rate_hz: int = 16_000, hz: float = 300, level: float = 0.4):
    return (level * np.sin(2 * np.pi * hz * np.arange(round(seconds * rate_hz)) / rate_hz))[None]


def kinds(notes) -> set[str]:
    return {note.kind for note in notes}


def test_lossless_sound_comes_back_exactly(make_sound):
    wave = tone()
    for name in ("a.wav", "a.flac", "a.aiff"):
        sound = read_sound(make_sound(name, wave))
        assert sound.samples.dtype == np.float32
        assert np.abs(sound.samples - wave[0]).max() < 1e-4, name


@pytest.mark.parametrize("name", ["a.mp3", "a.ogg", "a.opus", "a.m4a", "a.mkv"])
def test_every_container_is_read_on_its_clock(make_sound, name):
    rate_hz = 48_000
    wave = tone(1.0, rate_hz)
    wave[:, : rate_hz // 2] = 0
    sound = read_sound(make_sound(name, wave, rate_hz))
    assert sound.length_s == pytest.approx(1.0, abs=0.08)
    level = np.abs(sound.samples)
    assert np.flatnonzero(level > 0.2)[0] / 16_000 == pytest.approx(0.5, abs=0.03)


def test_channels_are_averaged_and_equal_ones_keep_their_level(make_sound):
    wave = tone()
    both = read_sound(make_sound("both.wav", np.concatenate([wave, wave])))
    one = read_sound(make_sound("one.wav", np.concatenate([wave, 0 * wave])))
    assert both.samples.max() == pytest.approx(0.4, abs=0.01)
    assert one.samples.max() == pytest.approx(0.2, abs=0.01)


def test_channels_that_cancel_are_heard_and_said(make_sound):
    wave = tone()
    sound = read_sound(make_sound("a.wav", np.concatenate([wave, -wave])))
    assert sound.samples.max() == pytest.approx(0.4, abs=0.01)
    assert "channels-cancel" in kinds(sound.notes)


def test_a_lower_rate_is_brought_up_and_said(make_sound):
    sound = read_sound(make_sound("a.wav", tone(1.0, 8000), 8000))
    assert (sound.rate_hz, len(sound.samples)) == (16_000, pytest.approx(16_000, abs=40))
    assert "sound-narrow" in kinds(sound.notes)


def test_clipping_is_said(make_sound):
    sound = read_sound(make_sound("a.wav", (5 * tone()).clip(-1, 1)))
    assert "sound-clipped" in kinds(sound.notes)
    assert "sound-clipped" not in kinds(read_sound(make_sound("b.wav", tone())).notes)


def test_blocks_are_the_whole_and_bounded(make_sound):
    path = make_sound("a.flac", tone(3.3))
    with stream_sound(path, 16_000, 0.5) as stream:
        blocks = list(stream)
    assert [len(b.samples) for b in blocks] == [8000] * 6 + [4800]
    assert [b.start_s for b in blocks] == pytest.approx([0, 0.5, 1, 1.5, 2, 2.5, 3])
    assert np.array_equal(np.concatenate([b.samples for b in blocks]), read_sound(path).samples)


def test_a_part_is_that_part(make_sound):
    path = make_sound("a.flac", tone(2.0))
    whole, part = read_sound(path), read_sound(path, start_s=0.5, length_s=0.25)
    assert part.start_s == 0.5
    assert np.array_equal(part.samples, whole.samples[8000:12000])
    assert len(read_sound(path, start_s=5).samples) == 0


def test_cover_art_does_not_hide_the_sound(tmp_path, make_sound):
    """A music file with its cover is sound, and the cover is no picture track."""
    cover = tmp_path / "cover.png"
    Image.new("RGB", (32, 32), "red").save(cover)
    path = with_cover(make_sound("a.mp3", tone()), cover, tmp_path / "covered.mp3")
    assert read_sound(path).length_s == pytest.approx(1.0, abs=0.1)


def test_what_is_no_sound_is_told_apart(tmp_path, make_sound):
    empty, text, picture = (tmp_path / name for name in ("a.wav", "b.wav", "c.wav"))
    empty.touch()
    text.write_text("hello there, this is no sound at all\n" * 10)
    Image.new("RGB", (8, 8)).save(picture, "PNG")
    for path, words in ((empty, "empty"), (text, "text file"), (picture, "picture")):
        with pytest.raises(UnreadableFile, match=words):
            read_sound(path)
        assert not holds_sound(path)
    with pytest.raises(UnreadableFile, match="no such file"):
        read_sound(tmp_path / "missing.wav")
    assert holds_sound(make_sound("good.ogg", tone(1.0, 48_000), 48_000))


def test_a_cut_off_file_gives_what_is_there(make_sound):
    path = make_sound("a.flac", np.random.default_rng(0).uniform(-0.5, 0.5, (1, 32_000)))
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    sound = read_sound(path)
    assert 0.5 < sound.length_s < 1.5
    assert any(note.loss for note in sound.notes)


@pytest.mark.parametrize(
    "samples", [np.zeros((2, 5), np.float32), np.zeros(5), np.array([np.nan], np.float32)]
)
def test_other_forms_of_samples_are_refused(samples):
    with pytest.raises(InputError, match="samples"):
        Sound(samples, 16_000)


def test_absurd_values_are_refused(make_sound):
    path = make_sound("a.wav", tone())
    for settings in ({"rate_hz": 5}, {"start_s": -1}, {"length_s": 0}, {"start_s": float("nan")}):
        with pytest.raises(InputError):
            read_sound(path, **settings)


def test_a_sound_that_was_cut_off_is_said(tmp_path):
    whole = tmp_path / "whole.wav"
    with wave.open(str(whole), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(16_000)
        file.writeframes((np.sin(np.arange(32_000) / 9) * 9000).astype("<i2").tobytes())
    data = whole.read_bytes()
    assert read_sound(whole).notes == ()
    for name, content in (
        ("cut.wav", data[:-16_000]),
        (
            "piped.wav",
            data[:4] + b"\xff\xff\xff\xff" + data[8:40] + b"\xff\xff\xff\xff" + data[44:],
        ),
    ):
        (tmp_path / name).write_bytes(content)
        kinds = [note.kind for note in read_sound(tmp_path / name).notes]
        assert kinds == ["sound-cut-short"] * (name == "cut.wav")
    (note,) = read_sound(tmp_path / "cut.wav").notes
    assert note.loss
    assert "ends 0.5 s before" in note.text
