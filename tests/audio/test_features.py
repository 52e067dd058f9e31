"""Bands, pitch, level, rate and voice: against librosa, and against sounds whose truth is known."""

from __future__ import annotations

import librosa
import numpy as np
import pytest
from voices import melody, spoken, vowel

from paintreel.audio.pitch import pitch_hz, pitch_of
from paintreel.audio.prosody import intensity_db, speech_rate, syllables
from paintreel.audio.sound import Sound
from paintreel.audio.spectra import frame_count, frame_times_s, log_mel
from paintreel.audio.voice import is_speech, speech_spans, voice_activity
from paintreel.errors import InputError

RATE_HZ = 16_000
RNG = np.random.default_rng(3)


def sound_of(wave: np.ndarray) -> Sound:
    return Sound(wave.astype(np.float32), RATE_HZ)


def test_log_mel_is_that_of_librosa():
    sound = sound_of(vowel(np.linspace(100, 300, 24_000)) + 0.01 * RNG.normal(size=24_000))
    theirs = librosa.feature.melspectrogram(
        y=sound.samples, sr=RATE_HZ, n_fft=512, win_length=400, hop_length=160, center=True,
        pad_mode="constant", power=2.0, n_mels=40, fmin=60, fmax=7600,
    )  # fmt: skip
    ours = log_mel(sound)
    assert ours.shape == (frame_count(24_000, RATE_HZ), 40) == theirs.T.shape
    assert np.abs(ours - np.log(np.maximum(theirs.T, 1e-10))).max() < 1e-2


def test_pitch_is_that_of_the_sound_and_of_librosa():
    truth = 160 + 60 * np.sin(2 * np.pi * 0.8 * np.arange(32_000) / RATE_HZ)
    sound = sound_of(vowel(truth) + 0.003 * RNG.normal(size=32_000))
    ours = pitch_hz(sound)
    at = truth[np.minimum(np.arange(len(ours)) * 160, 31_999)]
    inside = slice(5, -5)
    assert np.abs(ours - at)[inside].max() < 0.03 * at.max()
    theirs = librosa.yin(sound.samples, fmin=60, fmax=500, sr=RATE_HZ, hop_length=160)
    assert np.median(np.abs(theirs[inside] - ours[inside])) < 2


def test_noise_and_silence_have_no_pitch():
    assert not pitch_hz(sound_of(np.zeros(8000))).any()
    assert pitch_hz(sound_of(0.1 * RNG.normal(size=16_000))).astype(bool).mean() < 0.02


def test_octaves_do_not_jump():
    """A strong second harmonic, or every second period fainter, is the same note."""
    t = np.arange(16_000) / RATE_HZ
    strong = np.sin(2 * np.pi * 110 * t) + 2 * np.sin(2 * np.pi * 220 * t)
    hz = pitch_hz(sound_of(0.2 * strong))[5:-5]
    assert np.abs(hz - 110).max() < 3


def test_intensity_is_decibels_of_full_scale():
    t = np.arange(16_000) / RATE_HZ
    assert intensity_db(sound_of(np.sin(2 * np.pi * 500 * t)))[50] == pytest.approx(-3.01, abs=0.05)
    assert intensity_db(sound_of(np.zeros(1600))).tolist() == [-100.0] * 11


@pytest.mark.parametrize("count", [4, 8, 12])
def test_syllables_are_counted(count):
    sound = spoken(count, 2.0)
    found = syllables(intensity_db(sound), pitch_of(sound).clarity)
    assert abs(len(found) - count) <= 1
    rate = speech_rate(sound)
    assert rate[len(rate) // 2] == pytest.approx(count / 2, rel=0.3)


def test_speech_is_found_where_it_is():
    quiet = 0.0005 * RNG.normal(size=RATE_HZ)
    wave = np.concatenate([quiet, spoken(5, 1.2).samples, quiet, spoken(4, 1.0, seed=1).samples])
    spans = speech_spans(sound_of(wave))
    assert len(spans) == 2
    for span, (start_s, end_s) in zip(spans, [(1.0, 2.2), (3.2, 4.2)], strict=True):
        assert span.start_s == pytest.approx(start_s, abs=0.12)
        assert span.end_s == pytest.approx(end_s, abs=0.12)


@pytest.mark.parametrize("level", [0.0, 0.0001, 0.05, 0.3])
def test_silence_and_noise_are_no_speech(level):
    assert not voice_activity(sound_of(level * RNG.normal(size=2 * RATE_HZ))).any()


def test_the_level_does_not_decide():
    sound = spoken(6, 2.0)
    shares = [voice_activity(sound_of(sound.samples * gain)).mean() for gain in (1.0, 0.1, 0.03)]
    assert min(shares) > 0.9 * max(shares) > 0.5


def test_held_notes_are_told_from_a_voice():
    def heard(sound: Sound) -> bool:
        return is_speech(pitch_of(sound), intensity_db(sound))

    assert all(heard(spoken(6, 2.0, seed=seed)) for seed in range(10))
    for voices in (1, 2, 3, 4):
        assert not any(heard(melody(voices, seed)) for seed in range(5))
    tone = 0.3 * np.sin(2 * np.pi * 440 * np.arange(32_000) / RATE_HZ)
    assert not heard(sound_of(tone))


def test_rows_stand_side_by_side():
    """Whatever is measured, and however short the sound, a row is a row."""
    for samples in (0, 1, 159, 160, 5000):
        sound = sound_of(0.1 * RNG.normal(size=samples))
        count = frame_count(samples, RATE_HZ)
        for measure in (log_mel, pitch_hz, intensity_db, speech_rate, voice_activity):
            assert len(measure(sound)) == count, measure.__name__
    assert frame_times_s(3).tolist() == [0.0, 0.01, 0.02]


def test_a_range_that_is_none_is_refused():
    with pytest.raises(InputError, match="pitch is sought"):
        pitch_hz(sound_of(np.zeros(100)), 500, 60)
