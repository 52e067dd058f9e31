"""Accents and phrases of a voice that is made here."""

import numpy as np
import pytest
from voices import RATE_HZ, spoken, vowel

from paintreel.audio.mouth_features import level_db
from paintreel.audio.rhythm import rhythm_of
from paintreel.audio.sound import Sound


def test_loud_syllables_are_accents_and_pauses_part_phrases():
    t = np.arange(4 * RATE_HZ) / RATE_HZ
    level = 0.12 * (np.sin(np.pi * t / 0.25) ** 2)  # a syllable every 0.25 s
    for loud_s in (0.625, 2.625):
        level[np.abs(t - loud_s) < 0.125] *= 4
    level[(t > 1.5) & (t < 2.25)] = 0
    sound = Sound((vowel(np.full(len(t), 120.0)) * level).astype(np.float32), RATE_HZ)
    rhythm = rhythm_of(level_db(sound), sound.length_s)
    assert [round(p.start_s, 1) for p in rhythm.phrases] == pytest.approx([0.0, 2.3], abs=0.11)
    strong = [accent.t_s for accent in rhythm.accents if accent.strength > 0.8]
    assert strong == pytest.approx([0.625, 2.625], abs=0.05)


def test_accents_are_apart_and_in_order():
    rhythm = rhythm_of(level_db(spoken(20, 4.0)), 4.0)
    times_s = [accent.t_s for accent in rhythm.accents]
    assert np.diff(times_s).min() >= 0.28
    assert all(0 < accent.strength <= 1 for accent in rhythm.accents)


def test_silence_has_no_rhythm():
    rhythm = rhythm_of(level_db(Sound(np.zeros(RATE_HZ, np.float32), RATE_HZ)), 1.0)
    assert not rhythm.accents
    assert not rhythm.phrases
