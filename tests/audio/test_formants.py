"""Formants of voices whose formants are known."""

import numpy as np
import pytest
from formant_voice import FORMANTS_HZ, said

from paintreel.audio.formants import formants_hz
from paintreel.audio.sound import Sound


@pytest.mark.parametrize("vowel", sorted(FORMANTS_HZ))
def test_formants_are_those_of_the_resonators(vowel):
    sound, _ = said([(vowel, 0.4)])
    found = np.nanmedian(formants_hz(sound)[5:-5], axis=0)
    expected = FORMANTS_HZ[vowel]
    # A harmonic may pull F1 by a part of the pitch.
    assert abs(found[0] - expected[0]) < 90
    assert abs(found[1] - expected[1]) < 0.12 * expected[1]


def test_silence_has_no_formants_and_a_low_rate_none_above_its_half():
    silence = Sound(np.zeros(8000, np.float32), 16_000)
    assert np.isnan(formants_hz(silence)).all()
    narrow = Sound(said([("a", 0.4)])[0].samples[::2].copy(), 8_000)
    assert np.nanmax(formants_hz(narrow)) < 4000
