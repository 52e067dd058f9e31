"""Acting: it fits rhythm and feeling, is never the same twice in a row, and follows its seed."""

import itertools
from fractions import Fraction

import numpy as np
import pytest

from paintreel.audio.mouth_cues import MouthCue
from paintreel.audio.rhythm import Accent, Rhythm, SpokenPhrase
from paintreel.rig.acting import plan_acting
from paintreel.rig.cast import Cast
from paintreel.rig.framing import view_of
from paintreel.rig.gestures import BODY, HANDS, MANNERS
from paintreel.rig.identity_files import find_identity
from paintreel.rig.performance import LIVE, Mouth, Performance, mouth_letters
from paintreel.rig.pose import NUMBERS, Pose
from paintreel.runtime.emotion_timeline import steady_timeline
from paintreel.runtime.emotions import EMOTIONS

RATE = Fraction(25)


def rhythm(length_s: float = 12.0) -> Rhythm:
    """Accents every 0.45 s in phrases of 2.4 s, with pauses of 0.6 s."""
    starts = np.arange(0.4, length_s - 2.4, 3.0)
    phrases = tuple(SpokenPhrase(float(s), float(s) + 2.4) for s in starts)
    times_s = (float(s) + t for s in starts for t in np.arange(0.3, 2.3, 0.45))
    accents = tuple(Accent(t, 0.4 + 0.6 * (i % 3) / 2) for i, t in enumerate(times_s))
    return Rhythm(accents, phrases, length_s)


def acted(emotion: str = "happiness", seed: int = 0, length_s: float = 12.0, **changes):
    rng = np.random.default_rng(seed)
    return plan_acting(rhythm(length_s), steady_timeline(emotion), rng=rng, **changes)


def test_every_emotion_has_a_manner_of_gestures_that_exist():
    assert set(MANNERS) == set(EMOTIONS)
    for manner in MANNERS.values():
        assert set(manner.body) <= set(BODY)
        assert set(manner.hands) <= set(HANDS)
        assert len(manner.body) >= 3
    assert all(set(amounts) <= set(NUMBERS[Pose]) for amounts in BODY.values())


@pytest.mark.parametrize("emotion", EMOTIONS)
def test_gestures_come_on_accents_and_never_twice_in_a_row(emotion):
    acting = acted(emotion)
    names = [stroke.name for stroke in acting.strokes]
    assert len(names) >= 3
    assert all(a != b for a, b in itertools.pairwise(names))
    accents_s = np.array([accent.t_s for accent in rhythm().accents])
    for stroke in acting.strokes:
        assert np.abs(accents_s - stroke.t_s).min() <= 0.04
        assert stroke.name in MANNERS[emotion].body


def test_one_seed_acts_the_same_and_another_otherwise():
    assert acted(seed=3) == acted(seed=3)
    assert acted(seed=3).strokes != acted(seed=4).strokes


def test_blinks_are_apart_and_end_phrases():
    acting = acted()
    times_s = np.array([blink.t_s for blink in acting.blinks])
    assert np.diff(times_s).min() > 0.3
    ends_s = [phrase.end_s for phrase in rhythm().phrases]
    assert all(np.abs(times_s - end_s).min() < 0.15 for end_s in ends_s)


def test_fear_blinks_more_than_anger_and_sadness_is_slower_than_joy():
    assert len(acted("fear", length_s=60).blinks) > 1.5 * len(acted("anger", length_s=60).blinks)
    slow, quick = acted("sadness").strokes, acted("happiness").strokes
    assert min(s.rise_s for s in slow) > np.median([s.rise_s for s in quick])


def test_hands_rest_where_they_are_not_seen():
    assert acted("anger").hands
    assert not acted("anger", has_hands=False).hands


@pytest.mark.parametrize("emotion", EMOTIONS)
@pytest.mark.parametrize("seed", [0, 1])
def test_nothing_pops(emotion, seed):
    """No point of the head moves more than 6 px a frame at 720p, but for saccades."""
    identity = find_identity("girl")
    unit_px = view_of(identity, (1280, 720), "bust").unit_px
    points = np.array([[-0.38, 0.14], [0.38, 0.14], [0, 0.35], [0, 0.6], [0, 1.0], [0, -0.9]])
    performance = Performance(acted(emotion, seed), None, RATE, on=1)
    places = np.array(
        [Cast(identity, pose, None, {}).head.on_face(points) * unit_px for pose in performance]
    )
    steps_px = np.linalg.norm(np.diff(places, axis=0), axis=2)
    assert steps_px.max() <= 6.0
    assert steps_px.max() > 0.5  # it does move


def test_body_is_held_on_twos_and_the_face_is_not():
    cues = [MouthCue(i * 0.04, (i + 1) * 0.04, "ABCD"[i % 4]) for i in range(200)]
    mouth = Mouth(cues, np.zeros(1200, np.float32))
    poses = list(Performance(acted(), mouth, RATE, on=2))
    still = [name for name in NUMBERS[Pose] if name not in LIVE]
    for first, second in zip(poses[::2], poses[1::2], strict=False):
        assert all(getattr(first, name) == getattr(second, name) for name in still)
    letters = [pose.mouth_shape for pose in poses[:200]]
    assert letters == [cue.shape for cue in cues]


@pytest.mark.parametrize("fps", [8, 12, 25, 60])
def test_closed_lips_are_shown_at_every_rate(fps):
    cues = [MouthCue(0.0, 0.51, "D"), MouthCue(0.51, 0.55, "A"), MouthCue(0.55, 1.2, "C")]
    letters = mouth_letters(cues, Fraction(fps), round(1.2 * fps))
    at = letters.index("A")
    assert abs(at / fps - 0.51) <= 1 / fps + 1e-9
    assert letters.count("A") <= max(1, round(0.04 * fps) + 1)


def test_the_mouth_rests_in_pauses_and_hair_follows():
    cues = [MouthCue(0.4, 2.8, "D"), MouthCue(3.4, 5.8, "C")]
    poses = list(Performance(acted("anger"), Mouth(cues, np.zeros(1200)), RATE))
    speaking = [poses[round(t * 25)].speaking for t in (0.1, 1.5, 3.1, 4.5)]
    assert speaking == pytest.approx([0, 1, 0, 1], abs=0.01)
    assert max(abs(pose.hair_swing) for pose in poses) > 0.02
