"""Random streams by name: repeatable, independent of the order of asking, dealt out over seeds."""

from __future__ import annotations

import pytest

from paintreel.drawing.random_streams import RandomStreams


def test_a_part_gets_the_same_numbers_whatever_else_is_asked():
    first, second = RandomStreams(5, "forest"), RandomStreams(5, "forest")
    second.stream("sky").random(10)
    assert first.stream("trees").random() == second.stream("trees").random()


def test_parts_worlds_and_seeds_get_other_numbers():
    numbers = {
        RandomStreams(seed, world).stream(part).random()
        for seed in (0, 1)
        for world in ("forest", "water")
        for part in ("sky", "trees")
    }
    assert len(numbers) == 8


def test_the_numbers_are_those_of_every_machine():
    assert RandomStreams(7, "forest").stream("sky").random() == 0.573050096609605


@pytest.mark.parametrize("count", [2, 3, 10])
def test_options_are_dealt_out_once_a_block(count):
    for block in range(3):
        dealt = [
            RandomStreams(block * count + k, "water").pick("view", count) for k in range(count)
        ]
        assert sorted(dealt) == list(range(count))
