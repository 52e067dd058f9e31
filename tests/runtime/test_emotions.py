"""The one table of emotions."""

from __future__ import annotations

import pytest

from paintreel.errors import InputError
from paintreel.runtime.emotions import EMOTIONS, MOODS, SPOKEN, StandIn, find_emotion, stand_in


def test_there_are_nine_of_two_sources():
    assert len(EMOTIONS) == 9
    assert set(EMOTIONS) == {*MOODS, *SPOKEN}
    assert set(SPOKEN) - set(MOODS) == {"neutral", "boredom", "disgust"}


@pytest.mark.parametrize("emotion", EMOTIONS)
def test_a_panel_has_a_mood_for_every_emotion(emotion):
    found = stand_in(emotion, MOODS)
    assert found.name in MOODS
    assert 0 < found.intensity <= 1
    assert (found == StandIn(emotion)) == (emotion in MOODS)


def test_what_stands_in_is_weaker_where_it_is_another_feeling():
    assert stand_in("disgust", MOODS) == StandIn("fear", 0.5)
    assert stand_in("boredom", MOODS) == StandIn("calm", 0.5)
    assert stand_in("neutral", MOODS) == StandIn("calm")
    assert stand_in("calm", SPOKEN) == StandIn("neutral")


def test_what_nothing_stands_in_for_is_refused():
    with pytest.raises(InputError, match="nothing stands in for 'surprise'"):
        stand_in("surprise", SPOKEN)


def test_names_are_found_and_the_nearest_is_named():
    assert find_emotion("  Happiness ") == "happiness"
    with pytest.raises(InputError, match="did you mean 'sadness'"):
        find_emotion("sadnes")
    with pytest.raises(InputError, match="there are anger"):
        find_emotion("xyzzy")
