from __future__ import annotations

import numpy as np
import pytest

from paintreel.learn.engine import sample_stream
from paintreel.learn.engine.sample_stream import SampleStream


def draw(rng):
    return rng.random((3, 4), np.float32), rng.random(2, np.float32)


@pytest.fixture
def make(solo):
    made = []

    def make(**how):
        made.append(SampleStream(draw, batch=4, seed=7, group=solo, **how))
        return made[-1]

    yield make
    for stream in made:
        stream.close()


def test_batches(make):
    stream = make()
    first, second = stream(), stream()
    assert [x.shape for x in first] == [(4, 3, 4), (4, 2)]
    assert all(x.dtype == np.float16 for x in first)
    assert (first[0] != second[0]).any()
    assert len(np.unique(first[1])) > 4


def test_workers_draw_the_same_batches(make):
    alone, together = make(workers=0), make(workers=2)
    for _ in range(5):
        for one, other in zip(alone(), together(), strict=True):
            np.testing.assert_array_equal(one, other)


@pytest.mark.parametrize("workers", [0, 2])
def test_it_goes_on_where_it_was(make, workers):
    stream = make(workers=workers)
    stream()
    state = stream.state_dict()
    wanted = [stream() for _ in range(3)]
    stream.load_state_dict(state)  # the run rolled back
    fresh = make(workers=workers)
    fresh.load_state_dict(state)
    for batch in wanted:
        for again in (stream(), fresh()):
            np.testing.assert_array_equal(batch[0], again[0])


def test_a_failing_sample_is_told(make, solo):
    def fail(_rng):
        raise ValueError("no such pair")

    stream = SampleStream(fail, batch=1, seed=0, group=solo, workers=1)
    with pytest.raises(ValueError, match="no such pair"):
        stream()
    stream.close()


def test_nothing_is_held_once_it_is_closed(make):
    stream = make()
    assert sample_stream._makers
    stream.close()
    assert draw not in [m for k, m in sample_stream._makers.items() if k == stream._stream]
