"""A performance that is drawn, read from its clip again: head, mouth and lids, without lag."""

from dataclasses import dataclass
from fractions import Fraction

import numpy as np
import pytest

from paintreel.audio.rhythm import Rhythm
from paintreel.character.cels import laid_over
from paintreel.character.face_motion import (
    _NOD_DEG,
    SIGNALS,
    FaceMotion,
    _compared,
    measure_face,
    read_face_motion,
)
from paintreel.character.puppet import Puppet, filled
from paintreel.errors import InputError
from paintreel.faces.face import Face
from paintreel.media.generated import GeneratedFrames
from paintreel.media.video import write_video
from paintreel.rig.acting import plan_acting
from paintreel.rig.figure import FigureDrawer
from paintreel.rig.identity_files import find_identity
from paintreel.rig.pose import Pose
from paintreel.runtime.emotion_timeline import steady_timeline

RATE, COUNT, SIDE_PX = Fraction(25), 60, 288
BLINKS = (20, 21, 22, 45, 46, 47)


@dataclass
class Acted:
    poses: list
    motion: FaceMotion

    def read(self, name):
        return self.motion.values[:, SIGNALS.index(name)]


@pytest.fixture(scope="module")
def acted(tmp_path_factory) -> Acted:
    """Two and a half seconds of the boy, who turns, nods, leans, talks and blinks."""
    times_s = np.arange(COUNT) / 25
    poses = [
        Pose(
            turn_deg=15 * np.sin(np.pi * t),
            nod_deg=7 * np.sin(2 * np.pi * t / 1.1 + 0.5),
            tilt_deg=8 * np.sin(2 * np.pi * t / 1.2),
            speaking=1.0,
            mouth_shape="D",
            mouth_next="D",
            mouth_openness=max(0.02, np.sin(2 * np.pi * t / 0.8)),
            lid_left=float(i in BLINKS),
            lid_right=float(i in BLINKS),
        )
        for i, t in enumerate(times_s)
    ]
    figure = FigureDrawer(find_identity("boy"), (SIDE_PX, SIDE_PX), framing="face")
    ground = np.full((SIDE_PX, SIDE_PX, 3), 190, np.uint8)
    frames = (laid_over(figure.draw(pose), ground) for pose in poses)
    path = tmp_path_factory.mktemp("clip") / "boy.mp4"
    size = (SIDE_PX, SIDE_PX)
    write_video(GeneratedFrames(frames, size_px=size, rate=RATE, count=COUNT), path)
    return Acted(poses, read_face_motion(path))


@pytest.mark.parametrize(
    ("signal", "number", "least"),
    [
        ("turn_deg", "turn_deg", 0.9),
        ("nod_deg", "nod_deg", 0.65),
        ("tilt_deg", "tilt_deg", 0.95),
        ("mouth", "mouth_openness", 0.9),
        ("lids", "lid_left", 0.6),
    ],
)
def test_what_was_acted_is_read(acted, signal, number, least):
    given = np.array([getattr(pose, number) for pose in acted.poses])
    assert np.corrcoef(acted.read(signal), given)[0, 1] > least


def test_nothing_comes_late(acted):
    given = np.array([pose.tilt_deg for pose in acted.poses])
    read = acted.read("tilt_deg")

    def likeness(shift):
        return np.corrcoef(np.roll(read, -shift)[5:-5], given[5:-5])[0, 1]

    assert abs(max(range(-5, 6), key=likeness)) <= 1  # 40 ms


def puppet(motion: FaceMotion) -> Puppet:
    rhythm = Rhythm((), (), motion.length_s)
    acting = plan_acting(rhythm, steady_timeline("neutral"), rng=np.random.default_rng(0))
    return Puppet(motion, acting, None, RATE)


def test_a_puppet_moves_as_the_face_does(acted):
    poses = list(puppet(acted.motion))
    assert len(poses) == COUNT
    tilts = np.array([pose.tilt_deg for pose in poses])
    assert np.corrcoef(tilts, [pose.tilt_deg for pose in acted.poses])[0, 1] > 0.95
    wide = [i for i, pose in enumerate(acted.poses) if pose.mouth_openness > 0.9]
    shut = [i for i, pose in enumerate(acted.poses) if pose.mouth_openness < 0.05]
    assert {poses[i].mouth_shape for i in wide} <= {"C", "D", "E"}
    assert np.mean([poses[i].mouth_shape in "XB" for i in shut]) > 0.9
    assert max(poses[i].lid_left for i in BLINKS) > 0.6


def motion_of(present, turn, cuts=()):
    count = len(present)
    values = np.zeros((count, len(SIGNALS)))
    values[:, 0] = np.where(present, turn, 0)
    is_cut = np.zeros(count, bool)
    is_cut[list(cuts)] = True
    return FaceMotion(np.arange(count) / 25, values, np.array(present), is_cut, count / 25)


def test_a_short_gap_is_bridged_and_a_long_one_eases_to_rest():
    times_s = np.arange(100) / 25
    short = [not 40 <= i < 50 for i in range(100)]
    assert filled(motion_of(short, 20.0), times_s)[:, 0] == pytest.approx(20.0)
    lost = [not 30 <= i < 80 for i in range(100)]
    turn = filled(motion_of(lost, 20.0), times_s)[:, 0]
    assert turn[55] == 0
    assert np.abs(np.diff(turn)).max() < 4  # no jump
    cut = filled(motion_of(lost, 20.0, cuts=[80]), times_s)[:, 0]
    assert cut[79] == 0
    assert cut[80] == 20


def test_a_clip_without_a_face_is_refused(tmp_path):
    frames = (np.full((64, 64, 3), 10 * index, np.uint8) for index in range(5))
    source = GeneratedFrames(frames, size_px=(64, 64), rate=RATE, count=5)
    write_video(source, tmp_path / "a.mp4")
    with pytest.raises(InputError, match="no face of 48 px or more is seen in 5 of 5 frames"):
        read_face_motion(tmp_path / "a.mp4")


def test_pale_eyes_are_not_read_as_shut():
    count = 50
    raw = np.zeros((count, 9))
    raw[:, 8] = 0.004  # hardly darker than the skin
    lids = _compared(np.arange(count) / 25, raw, fine=True)[:, SIGNALS.index("lids")]
    assert lids.max() == 0
    raw[:, 8] = 0.1
    raw[20:23, 8] = 0.01
    lids = _compared(np.arange(count) / 25, raw, fine=True)[:, SIGNALS.index("lids")]
    assert lids[20:23].min() == 1
    assert lids[:20].max() == 0


def test_a_turn_is_read_by_the_anatomy_of_a_face():
    """A face of five points in space, the nose 26 mm before eyes and mouth, seen from afar."""
    points = np.array([(-31.5, -32, 0), (31.5, -32, 0), (0, 0, 26), (-25, 32, 0), (25, 32, 0)])
    picture = np.full((400, 400, 3), 200, np.uint8)
    read = []
    for turn_deg, nod_deg in ((20, 0), (-30, 0), (0, 10), (0, -10)):
        turn, nod = np.radians(turn_deg), np.radians(nod_deg)
        x = points[:, 0] * np.cos(turn) + points[:, 2] * np.sin(turn)
        y = points[:, 1] * np.cos(nod) + points[:, 2] * np.sin(nod)
        landmarks = 200 + np.stack([x, y], axis=1)
        face = Face((150.0, 140.0, 250.0, 260.0), landmarks, 1.0)
        read.append(measure_face(picture, face))
    assert [row[0] for row in read[:2]] == pytest.approx([20, -30], abs=0.5)
    assert _NOD_DEG * (read[2][1] - read[3][1]) == pytest.approx(20, abs=1)


@pytest.mark.parametrize("signal", ["turn_deg", "nod_deg", "tilt_deg"])
def test_lag_is_below_80_ms(acted, signal):
    times_s = np.arange(COUNT) / 25
    given = np.array([getattr(pose, signal) for pose in acted.poses])
    shifts_s = np.arange(-0.2, 0.201, 0.01)
    inner = slice(6, -6)
    likeness = [
        np.corrcoef(np.interp(times_s + s, times_s, acted.read(signal))[inner], given[inner])[0, 1]
        for s in shifts_s
    ]
    assert abs(shifts_s[int(np.argmax(likeness))]) < 0.08


def test_size_of_turn_nod_and_tilt_is_that_of_what_was_acted(acted):
    bounds = (("turn_deg", 0.75, 1.15), ("nod_deg", 0.75, 1.35), ("tilt_deg", 0.8, 1.1))
    for signal, low, high in bounds:
        given = np.array([getattr(pose, signal) for pose in acted.poses])
        gain = np.polyfit(given, acted.read(signal), 1)[0]
        assert low < gain < high, signal
