"""Springs, easing, holds, blinks: the same motion at every rate."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from scipy.integrate import solve_ivp

from paintreel.errors import InputError
from paintreel.rig.motion import (
    BLINK_S,
    FollowThrough,
    Spring,
    blink_share,
    blink_times_s,
    breath_at,
    eased,
    follow_through,
    gaze_jumps,
    move,
    on,
)
from paintreel.rig.pose import Pose


def test_a_spring_is_the_same_at_every_rate():
    def ends(fps: int) -> float:
        spring = Spring(1.5, 0.3)
        for i in range(1, fps + 1):
            spring.step(i / fps, 1 / fps)  # the target goes from 0 to 1 in a second
        return spring.at

    assert ends(12) == pytest.approx(ends(120), abs=1e-9)


def test_a_spring_solves_its_equation():
    omega, zeta, dt = 2 * np.pi * 1.7, 0.25, 0.4
    spring = Spring(1.7, zeta)
    spring.step(0.6, dt)
    told = solve_ivp(
        lambda t, y: [y[1], omega**2 * (0.6 * t / dt - y[0]) - 2 * zeta * omega * y[1]],
        (0.0, dt),
        [0.0, 0.0],
        rtol=1e-9,
        atol=1e-11,
    )
    assert (spring.at, spring.speed) == pytest.approx(tuple(told.y[:, -1]), abs=1e-6)


def test_a_spring_overshoots_and_comes_to_rest():
    spring = Spring(2.0, 0.3)
    spring.step(1.0, 1e-6)
    way = [spring.step(1.0, 0.02) for _ in range(200)]
    assert max(way) > 1.2
    assert way[-1] == pytest.approx(1.0, abs=1e-3)


@pytest.mark.parametrize(("hz", "damping"), [(0.0, 0.5), (1.0, 0.0), (1.0, 1.0)])
def test_springs_that_are_none_are_refused(hz, damping):
    with pytest.raises(InputError, match="spring"):
        Spring(hz, damping)


def test_hair_stays_behind_a_turning_head_and_swings_beyond_it():
    turning = [Pose(turn_deg=30.0 * min(i / 6, 1.0)) for i in range(60)]
    swings = [pose.hair_swing for pose in follow_through(turning, 24)]
    assert min(swings[:10]) < -0.2  # left behind
    assert max(swings[10:]) > 0.05  # and beyond
    assert abs(swings[-1]) < 0.05
    assert all(-1 <= each <= 1 for each in swings)


def test_what_stands_still_hangs_still_and_wind_is_kept():
    assert FollowThrough().step(Pose(turn_deg=20.0), 0.04).hair_swing == 0.0
    windy = FollowThrough().step(Pose(hair_swing=0.3), 0.04)
    assert windy.hair_swing == pytest.approx(0.3, abs=0.02)


def test_a_move_draws_back_overshoots_and_ends_where_it_should():
    start, end = Pose(), Pose(nod_deg=10.0, gaze_y=1.0)
    way = [move(start, end, i / 40, anticipation=0.1, overshoot=0.2) for i in range(41)]
    nods = [pose.nod_deg for pose in way]
    assert min(nods) == pytest.approx(-1.0, abs=0.05)
    assert max(nods) == pytest.approx(12.0, abs=0.05)
    assert (way[0], way[-1]) == (start, end)
    # The eyes are there when the head is half way.
    assert way[20].gaze_y == 1.0 > way[20].nod_deg / 10.0
    assert move(start, end, 9.0) == end


def test_easing_has_no_jump():
    values = [eased(i / 1000, anticipation=0.1, overshoot=0.1) for i in range(1001)]
    assert np.abs(np.diff(values)).max() < 0.01


def test_poses_are_held_on_threes():
    poses = [Pose(nod_deg=float(i)) for i in range(7)]
    assert [pose.nod_deg for pose in on(poses, 3)] == [0, 0, 0, 3, 3, 3, 6]
    with pytest.raises(InputError, match="1 to 4"):
        on(poses, 0)


def test_blinks_are_irregular_and_never_crowded():
    times = blink_times_s(np.random.default_rng(3), 120.0)
    gaps = np.diff(times)
    assert 15 < len(times) < 70
    assert gaps.min() > BLINK_S
    assert gaps.std() > 0.5
    assert blink_times_s(np.random.default_rng(3), 120.0) == times
    assert max(blink_share(i / 100) for i in range(40)) > 0.99


def test_breath_goes_in_and_out():
    values = [breath_at(i / 50) for i in range(50 * 8)]
    assert min(values) == 0.0
    assert max(values) == pytest.approx(1.0, abs=1e-3)
    assert breath_at(0.0) == breath_at(60.0 / 16.0)


def test_eyes_jump_and_do_not_glide():
    jumps = gaze_jumps(np.random.default_rng(1), 20.0)
    assert jumps[0] == (0.0, 0.0, 0.0)
    assert len(jumps) > 10
    assert all(abs(x) <= 0.5 and abs(y) <= 0.3 for _, x, y in jumps)
    assert len({round(x, 6) for _, x, _ in jumps}) > 5


def test_the_numbers_of_a_pose_are_kept_where_nothing_moves_them():
    pose = Pose(blush=0.4, mouth_shape="D")
    swung = FollowThrough().step(pose, 0.04)
    assert replace(swung, hair_swing=0.0, hair_lift=0.0, cloth_swing=0.0) == pose
