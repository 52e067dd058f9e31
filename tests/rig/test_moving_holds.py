"""Moving holds: hands and bodies that live between gestures, water that runs, mouths that pass."""

from fractions import Fraction

import numpy as np
import pytest

from paintreel.audio.mouth_cues import MouthCue
from paintreel.audio.rhythm import Accent, Rhythm, SpokenPhrase
from paintreel.rig.acting import plan_acting
from paintreel.rig.cast import Cast
from paintreel.rig.expressions import pose_of
from paintreel.rig.figure import FigureDrawer
from paintreel.rig.framing import view_of
from paintreel.rig.gestures import MANNERS
from paintreel.rig.identity_files import find_identity
from paintreel.rig.motion import Water
from paintreel.rig.mouths import MOUTH_SHAPES, mouth_of
from paintreel.rig.parts.arms import raised_hand
from paintreel.rig.parts.effects import bead_at
from paintreel.rig.performance import Mouth, Performance, between_letters
from paintreel.rig.pose import Hand, Pose
from paintreel.runtime.emotion_timeline import steady_timeline
from paintreel.runtime.emotions import EMOTIONS

RATE = Fraction(25)
HELD_PX, STROKE_PX, CHANGE_PX = 6.0, 56.0, 16.0
"""Of a wrist at 720p, a frame of 25: where it is held, in a stroke, and how much a stroke quickens
or slows from one frame to the next."""


def rhythm() -> Rhythm:
    """Two phrases of 3 s, with accents every 0.5 s."""
    phrases = (SpokenPhrase(0.5, 3.5), SpokenPhrase(3.8, 6.8))
    times_s = [t for one in phrases for t in np.arange(one.start_s + 0.3, one.end_s, 0.5)]
    accents = tuple(Accent(float(t), 0.4 + 0.6 * (i % 3) / 2) for i, t in enumerate(times_s))
    return Rhythm(accents, phrases, 8.0)


def acted(emotion: str, seed: int = 0):
    return plan_acting(rhythm(), steady_timeline(emotion), rng=np.random.default_rng(seed))


def wrists_px(performance: Performance) -> np.ndarray:
    """(frames, 2, 2) px of both wrists at 720p; NaN where a hand hangs."""
    identity = find_identity("girl")
    unit_px = view_of(identity, (1280, 720), "bust").unit_px
    out = []
    for pose in performance:
        cast = Cast(identity, pose, None, {})
        hands = ((-1, pose.left_hand), (1, pose.right_hand))
        out.append(
            [raised_hand(cast, s)[0] * unit_px if h.raised > 0.02 else (np.nan,) * 2
             for s, h in hands]
        )  # fmt: skip
    return np.array(out)


@pytest.mark.parametrize("emotion", EMOTIONS)
@pytest.mark.parametrize("seed", [0, 1])
def test_no_hand_pops(emotion, seed):
    """A hand that is held goes 6 px a frame at most; a stroke further, but never at once."""
    acting = acted(emotion, seed)
    steps = np.diff(wrists_px(Performance(acting, None, RATE, on=1)), axis=0)
    lengths = np.linalg.norm(steps, axis=2)
    changes = np.linalg.norm(np.diff(steps, axis=0), axis=2)
    assert np.nanmax(lengths) <= STROKE_PX
    assert np.nanmax(changes) <= CHANGE_PX
    held = np.ones(len(lengths), bool)
    times_s = (np.arange(len(lengths)) + 0.5) / 25
    for phrase in acting.hands:
        for start_s, end_s in (
            (phrase.start_s - 0.7, phrase.start_s + 0.4),
            (phrase.end_s - 0.15, phrase.end_s + 1.0),
            *((beat_s - 0.3, beat_s + 0.6) for beat_s, _ in phrase.beats),
        ):
            held[(times_s > start_s) & (times_s < end_s)] = False
    assert np.nanmax(lengths[held], initial=0.0) <= HELD_PX


@pytest.mark.parametrize("emotion", EMOTIONS)
def test_everybody_uses_a_hand_in_a_line(emotion):
    for seed in range(6):
        poses = list(Performance(acted(emotion, seed), None, Fraction(8), on=1))
        assert max(max(p.left_hand.raised, p.right_hand.raised) for p in poses) > 0.8


def test_a_raised_hand_is_never_still():
    poses = list(Performance(acted("anger", 3), None, RATE, on=1))
    places = wrists_px(Performance(acted("anger", 3), None, RATE, on=1))
    for side, name in enumerate(("left_hand", "right_hand")):
        up = np.array([getattr(pose, name).raised > 0.95 for pose in poses])
        if up.any():
            held = places[up, side]
            assert np.ptp(held, axis=0).max() > 8.0
            assert np.linalg.norm(np.diff(held, axis=0), axis=1).max() > 0.3


def test_the_body_moves_while_nothing_is_gestured():
    rest = Rhythm((), (), 6.0)
    acting = plan_acting(rest, steady_timeline("neutral"), rng=np.random.default_rng(2))
    poses = list(Performance(acting, None, RATE, on=1))
    for name, least in (("lean", 0.05), ("weight", 0.2), ("shrug", 0.05), ("breath", 0.9)):
        assert np.ptp([getattr(pose, name) for pose in poses]) > least, name


def test_hands_that_go_from_one_place_to_another_do_not_jump():
    high, low = Hand(raised=1.0, x=1.0, y=0.2), Hand(raised=0.02, x=-1.0, y=1.4)
    hands = [high.mixed(low, i / 100) for i in range(101)]
    places = np.array([h.raised * np.array([h.x - 1.3, h.y - 3.0]) for h in hands])
    assert np.linalg.norm(np.diff(places, axis=0), axis=1).max() < 0.05
    assert hands[-1].raised == pytest.approx(low.raised)
    assert (hands[-1].x, hands[-1].y) == (low.x, low.y)


@pytest.mark.parametrize("rate", [24, 25, 50])
def test_a_mouth_shuts_from_wide_open_through_a_shape_in_between(rate):
    letters = "XXXDDDDDDAAACCCCCCXX"
    forms = []
    for index in range(len(letters)):
        here, other, mix = between_letters(letters, index, Fraction(rate))
        pose = Pose(speaking=1.0, mouth_shape=here, mouth_next=other, mouth_mix=mix)
        forms.append(mouth_of(pose).open)
        if letters[index] == "A":
            assert forms[-1] == 0.0  # in time
    steps = np.abs(np.diff(forms))
    assert steps.max() <= 0.6 * MOUTH_SHAPES["D"].open
    assert max(forms) == MOUTH_SHAPES["D"].open


def test_one_open_frame_between_closed_lips_opens():
    here, other, mix = between_letters("AADAA", 2, RATE)
    pose = Pose(speaking=1.0, mouth_shape=here, mouth_next=other, mouth_mix=mix)
    assert mouth_of(pose).open > 0.6


def test_lips_are_closed_on_every_frame_of_a_cue():
    cues = [MouthCue(0.0, 0.6, "D"), MouthCue(0.6, 0.72, "A"), MouthCue(0.72, 1.4, "D")]
    acting = plan_acting(
        Rhythm((), (), 1.4), steady_timeline("happiness"), rng=np.random.default_rng(0)
    )
    poses = list(Performance(acting, Mouth(cues, np.zeros(140)), RATE))
    opened = [mouth_of(pose).open for pose in poses]
    assert max(opened[15:18]) == 0.0
    assert 0.2 < opened[14] < 0.7 * opened[10]
    assert 0.2 < opened[18] < 0.7 * opened[22]


def test_beads_form_run_and_drop():
    size, way, fall = np.array([bead_at(life) for life in np.linspace(0, 0.999, 200)]).T
    assert (np.diff(way) >= 0).all()
    assert size[0] == 0
    assert size.max() == 1
    assert way[80] == 0 < way[120] < way[160] < way[-1] == 1
    assert fall[160] == 0 < fall[-1]
    for value in (way, fall, size):
        assert np.abs(np.diff(value)).max() < 0.3  # nothing jumps within a life


def test_tears_well_up_run_on_and_dry():
    water = Water()
    crying = [water.step(pose_of("sadness"), 0.04) for _ in range(75)]
    tears = [pose.tears for pose in crying]
    assert tears[0] < 0.05
    assert tears == sorted(tears)
    assert tears[-1] == 1.0
    assert np.diff([pose.water_s for pose in crying]) == pytest.approx(0.04)
    dried = [water.step(Pose(), 0.04) for _ in range(100)]
    assert dried[0].tears > 0.9
    assert dried[-1].tears == 0.0


@pytest.mark.parametrize("emotion", ["sadness", "fear"])
def test_water_is_seen_to_run(emotion):
    """Between two moments nothing but drops has changed, and they have."""
    figure = FigureDrawer(find_identity("girl"), (96, 96), framing="face")
    pose = pose_of(emotion)
    drawn = [figure.draw(pose.with_added({"water_s": t})).astype(int) for t in (0.0, 0.7, 1.3)]
    for first, second in ((0, 1), (1, 2)):
        changed = (np.abs(drawn[first] - drawn[second]).max(-1) > 40).mean()
        assert 0.001 < changed < 0.15


def test_manners_say_how_much_holds_drift():
    assert MANNERS["happiness"].drift > MANNERS["sadness"].drift > 0
