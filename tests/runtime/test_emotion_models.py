"""The bundled emotion network: what it is shown, what it answers, and in how much memory."""

from __future__ import annotations

import time

import numpy as np
import pytest
from voices import RATE_HZ, melody, spoken

from paintreel.audio.sound import Sound
from paintreel.errors import InputError
from paintreel.runtime.card import Card
from paintreel.runtime.emotion_features import FACE_PX, ROWS, VOICE_WIDTH, face_input, voice_input
from paintreel.runtime.emotion_models import EmotionModel, emotion_model, windows_at, windows_of
from paintreel.runtime.emotions import SPOKEN
from paintreel.runtime.voice_statistics import STATISTICS, voice_statistics
from portraits import portrait

SPEECH = spoken(7, 2.0)


@pytest.fixture(scope="module")
def model() -> EmotionModel:
    return emotion_model()


def test_it_is_small_and_its_card_says_what_it_can(model):
    card: Card = model.card
    assert card.size_bytes <= 6_000_000
    assert card.contract.licence == "CC-BY-4.0"
    crossed = card.training["crossed"]
    assert crossed["voice"]["macro_recall"] >= 0.65
    assert crossed["both"]["calibration_error"] <= 0.08
    assert crossed["face"]["calibration_error"] <= 0.08
    for measure in ("accuracy", "macro_recall"):
        sides = (crossed[f"{side}_of_pairs"][measure] for side in ("voice", "face"))
        assert crossed["both"][measure] > max(sides) + 0.03
    assert max(part["accuracy"] for part in crossed.values()) < 0.95
    assert "allow_dirty" not in card.training


def test_what_serving_shows_is_what_training_shows(model):
    """A window of the verb is the function that makes the data of the training."""
    (window,) = windows_at(SPEECH, [1.0])
    assert window.rows is not None
    assert np.array_equal(window.rows, voice_input(SPEECH))
    assert window.rows.shape == (ROWS, VOICE_WIDTH)
    assert voice_statistics(window.rows).shape == (STATISTICS,)


def test_answers_add_up_and_know_their_classes(model):
    (window,) = windows_at(SPEECH, [1.0])
    voice, face = model.of_voices([window.rows])[0], model.see(portrait())
    both = model.fuse(window.rows, portrait())
    for shares in (voice, face, both):
        assert sum(shares.values()) == pytest.approx(1, abs=0.01)
        assert set(shares) <= set(model.labels)
    assert set(voice) <= set(SPOKEN)
    assert face.get("boredom", 0) < 1e-3


def test_the_level_is_taken_off():
    heard = SPEECH.samples + 0.0005 * np.random.default_rng(0).normal(size=2 * RATE_HZ)
    rows = [voice_input(Sound((g * heard).astype(np.float32), RATE_HZ)) for g in (1, 0.1)]
    assert np.abs(rows[0] - rows[1]).max() < 0.2
    assert np.abs(rows[0] - rows[1]).mean() < 0.01


def test_a_face_of_any_kind_is_a_face():
    picture = portrait()
    grey = picture.mean(2).astype(np.uint8)
    seen = np.dstack([picture, np.full(picture.shape[:2], 255, np.uint8)])
    for kind in (picture, grey, seen, picture.astype(np.float32) / 255):
        assert face_input(kind).shape == (3, FACE_PX, FACE_PX)
    with pytest.raises(InputError):
        face_input(np.zeros((3, 5), np.int64))


def test_silence_noise_and_music_are_no_window(model):
    rng = np.random.default_rng(0)
    for sound in (
        Sound(np.zeros(2 * RATE_HZ, np.float32), RATE_HZ),
        Sound((0.2 * rng.normal(size=2 * RATE_HZ)).astype(np.float32), RATE_HZ),
        melody(3, 0),
    ):
        assert [shares for _, shares in model.hear(sound)] == [{}] * 5


def test_a_long_sound_is_heard_in_blocks():
    """As if it were whole, but for where blocks meet: the pauses around set the level."""
    samples = np.concatenate([spoken(14, 4.0, seed=i).samples for i in range(15)])
    whole = Sound(samples, RATE_HZ)
    blocks = (whole.part(start, 5.0) for start in range(0, 60, 5))
    windows = list(windows_of(blocks, 0.5))
    assert [w.time_s for w in windows] == pytest.approx(np.arange(0, 60.1, 0.5).tolist())
    straight = windows_at(whole, [w.time_s for w in windows])
    assert sum(a.speech == b.speech for a, b in zip(windows, straight, strict=True)) >= 118
    pairs = [
        np.abs(a.rows - b.rows).mean()
        for a, b in zip(windows, straight, strict=True)
        if a.rows is not None and b.rows is not None
    ]
    assert np.median(pairs) < 0.02


def test_nothing_and_next_to_nothing(model):
    for count in (0, 1, 100):
        assert model.hear(Sound(np.zeros(count, np.float32), RATE_HZ)) == [(0.0, {})]
    assert [w.time_s for w in windows_of(iter([]))] == [0.0]
    for every_s in (0, -1, 1000, float("nan")):
        with pytest.raises(InputError, match="every_s"):
            model.hear(SPEECH, every_s)
    with pytest.raises(InputError, match="Hz"):
        model.hear(Sound(np.zeros(100, np.float32), 8000))


def test_a_window_takes_at_most_60_ms_of_the_processor(model):
    model.hear(SPEECH, 60)
    start_s = time.process_time()
    for _ in range(5):
        (window,) = windows_at(SPEECH, [1.0])
        model.fuse(window.rows, portrait())
    assert (time.process_time() - start_s) / 5 < 0.060
