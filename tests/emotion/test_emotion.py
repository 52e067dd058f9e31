"""Who feels what: voice, face and both, what is missing, and files that are none."""

from __future__ import annotations

import wave

import numpy as np
import pytest
from performances import ONE, write_performance
from PIL import Image
from voices import RATE_HZ, melody, spoken, with_cover, write_sound

import paintreel
from paintreel.audio.sound import Sound
from paintreel.errors import InputError, UnreadableFile
from paintreel.runtime.emotion_timeline import check_timeline
from paintreel.runtime.emotions import SPOKEN
from portraits import portrait, with_faces


def kinds(found) -> set[str]:
    return {note.kind for note in found.notes}


def test_voice_and_face_are_judged_together_where_both_are_there(performance):
    found = paintreel.emotion(performance)
    sources = {moment.time_s: moment.source for moment in found.moments}
    assert sources[1.0] == "both"
    assert sources[3.0] == "face"  # the window around it holds no voice any more
    assert found.duration_s == pytest.approx(3.0, abs=0.15)
    assert check_timeline(found.timeline)
    moment = next(m for m in found.moments if m.time_s == 1.0)
    assert moment.voice is not None
    assert len(moment.faces) == 1
    assert sum(moment.shares.values()) == pytest.approx(1, abs=0.01)
    assert found.taken_s > 0


def test_one_of_the_two_can_be_left_out(performance):
    voice, face = (paintreel.emotion(performance, by=by) for by in ("voice", "face"))
    assert {m.source for m in voice.moments} <= {"voice", ""}
    assert {m.source for m in face.moments} == {"face"}
    assert voice.shares.get("surprise", 0) < 1e-3  # nobody has spoken it
    assert face.shares.get("boredom", 0) < 1e-3  # nobody has drawn it


def test_silence_is_no_emotion(line):
    found = paintreel.emotion(line)
    by_time = dict(found.timeline)
    assert by_time[0.0] == {}
    assert set(by_time[2.0]) <= set(SPOKEN)
    assert sum(by_time[2.0].values()) > 0.9
    assert "learnt-from-german" in kinds(found)
    assert found.emotion in SPOKEN
    assert found.stretches()[0][2] is None


@pytest.mark.parametrize(
    "samples",
    [
        np.zeros(3 * RATE_HZ),
        0.2 * np.random.default_rng(0).normal(size=3 * RATE_HZ),
        np.tile(melody(2, 4).samples, 2),
        np.zeros(10),
    ],
    ids=["silence", "noise", "music", "next to nothing"],
)
def test_what_is_no_speech_has_no_emotion(tmp_path, samples):
    path = write_sound(tmp_path / "a.wav", samples.clip(-1, 1)[None])
    found = paintreel.emotion(path)
    assert found.emotion is None
    assert found.shares == {}
    assert "no-speech" in kinds(found)


def test_a_sound_in_memory_is_as_one_in_a_file(line):
    samples = np.concatenate([np.zeros(RATE_HZ), spoken(7, 2.0).samples])
    samples += 0.001 * np.random.default_rng(1).normal(size=len(samples))
    ours = paintreel.emotion(Sound(samples.astype(np.float32), RATE_HZ)).timeline
    theirs = paintreel.emotion(line).timeline
    assert [t for t, _ in ours] == [t for t, _ in theirs]
    for (_, a), (_, b) in zip(ours, theirs, strict=True):
        assert a == pytest.approx(b, abs=0.06)  # 16 bits are not quite the same


def test_the_level_and_the_rate_of_a_recording_hardly_matter(tmp_path):
    samples = spoken(7, 2.0).samples
    loud = paintreel.emotion(Sound(samples, RATE_HZ)).shares
    soft = paintreel.emotion(Sound(samples * np.float32(0.05), RATE_HZ)).shares
    assert max(loud, key=loud.get) == max(soft, key=soft.get)
    eight = np.interp(np.arange(0, len(samples), 2), np.arange(len(samples)), samples)
    narrow = paintreel.emotion(write_sound(tmp_path / "a.wav", eight[None], 8000))
    assert "sound-narrow" in kinds(narrow)
    assert narrow.emotion is not None


def test_a_picture_with_faces(tmp_path):
    path = tmp_path / "two.png"
    Image.fromarray(with_faces(240, 420, ONE, (240, 60, 60.0))).save(path)
    found = paintreel.emotion(path)
    assert [face.number for face in found.moments[0].faces] == [1, 2]
    assert found.emotion is not None
    assert {"several-faces", "learnt-from-drawings"} <= kinds(found)
    pixels = paintreel.emotion(np.asarray(Image.open(path)))
    assert pixels.shares == pytest.approx(found.shares, abs=1e-3)
    with pytest.raises(InputError, match="no voice"):
        paintreel.emotion(path, by="voice")


def test_a_picture_without_a_face(tmp_path):
    path = tmp_path / "a.png"
    Image.new("RGB", (300, 200), (90, 120, 150)).save(path)
    found = paintreel.emotion(path)
    assert found.emotion is None
    assert "no-face" in kinds(found)


def test_many_faces_the_largest_leads(tmp_path):
    path = write_performance(tmp_path / "a.mkv", faces=[[ONE, (240, 60, 60.0)]] * 12)
    found = paintreel.emotion(path)
    moment = found.moments[1]
    assert len(moment.faces) == 2
    assert moment.shares == moment.faces[0].shares
    assert {"several-faces", "no-sound"} <= kinds(found)


def test_sound_that_is_shorter_than_its_picture(tmp_path):
    path = write_performance(tmp_path / "a.mkv", faces=[[ONE]] * 40, samples=spoken(4, 1.0).samples)
    found = paintreel.emotion(path)
    assert "sound-shorter" in kinds(found)
    assert found.duration_s == pytest.approx(4.0, abs=0.15)
    assert found.moments[-1].source == "face"


def test_a_sound_says_how_far_it_is(line):
    told = []
    paintreel.emotion(line, on_progress=lambda done, total: told.append((done, total)))
    assert told == [(number, 7) for number in range(1, 8)]


def test_sounds_as_they_come(tmp_path):
    """Clipped, with channels alike, with channels that cancel, cut off: an answer, and a note."""
    samples = spoken(7, 2.0).samples
    plain = paintreel.emotion(write_sound(tmp_path / "mono.wav", samples[None]))
    both = paintreel.emotion(write_sound(tmp_path / "both.wav", np.stack([samples, samples])))
    assert both.timeline == plain.timeline
    cancelled = write_sound(tmp_path / "cancelled.wav", np.stack([samples, -samples]))
    found = paintreel.emotion(cancelled)
    assert "channels-cancel" in kinds(found)
    assert found.emotion == plain.emotion
    found = paintreel.emotion(write_sound(tmp_path / "loud.wav", (20 * samples).clip(-1, 1)[None]))
    assert "sound-clipped" in kinds(found)
    held = paintreel.emotion(Sound((20 * samples).clip(-1, 1), RATE_HZ))
    assert "sound-clipped" in kinds(held)  # as of a file
    whole = write_sound(tmp_path / "whole.flac", samples[None]).read_bytes()
    (tmp_path / "half.flac").write_bytes(whole[: len(whole) // 2])
    assert paintreel.emotion(tmp_path / "half.flac").duration_s < 1.6
    with wave.open(str(tmp_path / "empty.wav"), "wb") as empty:
        empty.setparams((1, 2, RATE_HZ, 0, "NONE", ""))
    with pytest.raises(UnreadableFile, match="no sound"):
        paintreel.emotion(tmp_path / "empty.wav")
    (tmp_path / "nothing.wav").write_bytes(b"")
    with pytest.raises(UnreadableFile, match="empty"):
        paintreel.emotion(tmp_path / "nothing.wav")
    (tmp_path / "take.xyz").write_text("abc")
    with pytest.raises(UnreadableFile, match="text"):
        paintreel.emotion(tmp_path / "take.xyz")


def test_a_cover_is_no_face_of_the_voice(tmp_path):
    """The portrait on a record does not perform it."""
    samples = spoken(7, 2.0).samples
    plain = write_sound(tmp_path / "plain.mp3", samples[None])
    Image.fromarray(portrait()).save(tmp_path / "cover.jpg")
    covered = with_cover(plain, tmp_path / "cover.jpg", tmp_path / "covered.mp3")
    found = paintreel.emotion(covered)
    assert {moment.source for moment in found.moments} <= {"voice", ""}
    assert found.timeline == paintreel.emotion(plain).timeline


def test_a_face_that_the_border_cuts_is_judged(tmp_path):
    path = tmp_path / "cut.png"
    Image.fromarray(with_faces(240, 420, (-32, 40, 110.0))).save(path)
    faces = paintreel.emotion(path).moments[0].faces
    assert len(faces) == 1
    assert faces[0].box[0] < 40
    assert sum(faces[0].shares.values()) == pytest.approx(1, abs=0.01)


def test_files_that_are_neither(tmp_path):
    text = tmp_path / "a.wav"
    text.write_text("this is no sound\n" * 100)
    with pytest.raises(UnreadableFile, match="text"):
        paintreel.emotion(text)
    with pytest.raises(UnreadableFile, match="no such file"):
        paintreel.emotion(tmp_path / "missing.mp4")
    silent = write_performance(tmp_path / "b.mkv", faces=[[ONE]] * 5)
    with pytest.raises(InputError, match="no sound"):
        paintreel.emotion(silent, by="voice")
    with pytest.raises(InputError, match="every_s"):
        paintreel.emotion(silent, every_s=0)


def test_where_nothing_is_judged_no_note_says_that_something_is(tmp_path, performance):
    silent = write_performance(tmp_path / "silent.mkv", faces=[[]] * 6)
    found = paintreel.emotion(silent)
    assert [note.text for note in found.notes] == ["no face is seen", "it has no sound"]
    assert [note.text for note in paintreel.emotion(silent, by="face").notes] == ["no face is seen"]
    assert not any("alone" in note.text for note in found.notes)
    assert not {"no-speech", "no-sound"} & kinds(paintreel.emotion(performance, by="face"))


def test_a_sound_has_no_face(tmp_path, line):
    with pytest.raises(InputError, match=r"line.wav has no picture; nothing can be judged by face"):
        paintreel.emotion(line, by="face")
    Image.new("RGB", (64, 64), (200, 30, 30)).save(tmp_path / "art.jpg")
    plain = write_sound(tmp_path / "plain.mp3", spoken(7, 1.0).samples[None])
    song = with_cover(plain, tmp_path / "art.jpg", tmp_path / "song.mp3")
    flac = tmp_path / "song.flac"
    flac.write_bytes(b"fLaC" + bytes(40))
    with pytest.raises(InputError, match="has no picture"):
        paintreel.emotion(song, by="face")
    for path, title in ((line, "WAV"), (flac, "FLAC"), (song, "MP3")):
        with pytest.raises(UnreadableFile, match=rf"is a sound \({title}\) and no clip"):
            paintreel.grade_video(path, tmp_path / "out.mp4", emotion="fear")
