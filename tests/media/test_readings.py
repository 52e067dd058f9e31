"""Progress over the readings of a clip."""

from __future__ import annotations

import pytest

from paintreel.errors import InputError
from paintreel.media.readings import Readings


def test_readings_and_learning_are_one_way():
    told = []
    way = Readings(lambda done, total: told.append((done, total)), "a.mp4", 10, parts=3)
    way.reading(0)(4, 8)
    way.on_share(0.5)
    way.reading(2)(8, 8)
    assert told == [(4, 24), (12, 24), (24, 24)]


def test_what_nobody_can_count_has_no_end():
    told = []
    way = Readings(lambda done, total: told.append((done, total)), "a.mp4", parts=2)
    way.reading(1)(3, None)
    way.on_share(0.5)  # of nobody knows how much
    assert told == [(3, None)]


def test_a_clip_that_goes_on_past_its_limit_is_refused_though_nobody_listens():
    way = Readings(None, "a.mp4", 10)
    way.reading()(10, None)
    with pytest.raises(InputError, match="more than 10 frames"):
        way.reading()(11, None)
