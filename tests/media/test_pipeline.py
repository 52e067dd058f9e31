from __future__ import annotations

import threading
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from paintreel.media import pipeline
from paintreel.media.pipeline import Ahead, Channel, Closed, run_stages


def run(source, transform=lambda x: x, sink=lambda x: None, capacity=3, cost=lambda _: 1):
    """With a `transform` that gives one item for each."""
    run_stages(source, lambda x: (transform(x),), sink, capacity=capacity, cost=cost)


def threads_left() -> list[str]:
    return [t.name for t in threading.enumerate() if t.name.startswith("paintreel-")]


@settings(max_examples=30, deadline=None)
@given(costs=st.lists(st.integers(0, 9), max_size=30), capacity=st.integers(1, 12))
def test_everything_arrives_in_order(costs, capacity):
    got = []
    run(enumerate(costs), lambda x: (x, "done"), got.append, capacity, lambda x: 1)
    assert got == [((i, c), "done") for i, c in enumerate(costs)]


def test_a_transform_may_hold_items_back_and_give_several():
    held, got = [], []

    def pairs(item):
        held.append(item)
        if len(held) == 2:
            yield from reversed(held)
            held.clear()

    run_stages(range(5), pairs, got.append, finish=lambda: held, capacity=1, cost=lambda _: 1)
    assert got == [1, 0, 3, 2, 4]


def test_waiting_items_are_bounded_when_the_sink_is_slow():
    produced, consumed, most = 0, 0, 0

    def source():
        nonlocal produced, most
        for _ in range(60):
            produced += 1
            most = max(most, produced - consumed)
            yield produced

    def sink(_):
        nonlocal consumed
        time.sleep(0.001)
        consumed += 1

    run(source(), sink=sink, capacity=3)
    # Three in each channel and one in the hands of each stage.
    assert consumed == 60
    assert most <= 3 + 3 + 3


def test_an_item_dearer_than_the_capacity_still_passes():
    got = []
    run([1, 2, 3], sink=got.append, capacity=1, cost=lambda _: 100)
    assert got == [1, 2, 3]


@pytest.mark.parametrize("stage", ["source", "transform", "sink"])
@pytest.mark.parametrize("error", [ValueError("no"), KeyboardInterrupt()])
def test_what_raises_stops_all_and_is_raised(stage, error):
    def source():
        for i in range(1000):
            if stage == "source" and i == 5:
                raise error
            yield i

    def work(name):
        def step(i):
            if stage == name and i == 5:
                raise error
            return i

        return step

    with pytest.raises(type(error)) as caught:
        run(source(), work("transform"), work("sink"))
    assert caught.value is error
    assert threads_left() == []


def test_stages_overlap():
    here = threading.Barrier(3, timeout=10)

    def source():
        for i in range(6):
            if i == 4:
                here.wait()
            yield i

    # Each stage waits, holding a later item than the next: only possible at the same time.
    run(
        source(),
        lambda i: (here.wait() if i == 2 else None, i)[1],
        lambda i: here.wait() if i == 0 else None,
    )


def test_the_function_runs_in_the_calling_thread():
    names = set()
    run([1, 2], lambda x: names.add(threading.current_thread()))
    assert names == {threading.current_thread()}


def test_a_closed_channel_wakes_and_refuses():
    channel = Channel(1, lambda _: 1)
    channel.put("full")
    refused = []

    def put():
        try:
            channel.put("waits")
        except Closed:
            refused.append(True)

    thread = threading.Thread(target=put)
    thread.start()
    channel.close()
    thread.join(5)
    assert refused == [True]
    with pytest.raises(Closed):
        next(iter(channel))


def test_ctrl_c_while_the_lock_is_taken_stops_all(monkeypatch):
    """As where the interrupt comes right after the lock was taken, before the block began."""
    channels = []

    class Watched(pipeline.Channel):
        def __init__(self, *arguments):
            super().__init__(*arguments)
            channels.append(self)

    def interrupted(item):
        for channel in channels:
            channel._changed.acquire()
        raise KeyboardInterrupt

    monkeypatch.setattr(pipeline, "Channel", Watched)
    with pytest.raises(KeyboardInterrupt):
        pipeline.run_stages(
            range(1000), interrupted, lambda item: None, capacity=2, cost=lambda item: 1
        )
    assert len(channels) == 2


def run_ahead(source, work, *, at_once=2, transform=lambda x: x, sink=lambda x: None, capacity=2):
    ahead = Ahead(lambda item: lambda: work(item), at_once)
    run_stages(
        source, lambda x: (transform(x),), sink, capacity=capacity, cost=lambda _: 1, ahead=ahead
    )


@settings(max_examples=30, deadline=None)
@given(
    waits=st.lists(st.sampled_from([0, 0, 0.001, 0.003]), max_size=25),
    at_once=st.integers(1, 4),
    capacity=st.integers(1, 5),
)
def test_work_ahead_comes_in_order(waits, at_once, capacity):
    begun, got = [], []

    def begin(item):
        begun.append(item[0])
        return lambda: (time.sleep(item[1]), item[0] * 10)[1]

    run_stages(
        enumerate(waits),
        lambda made: (made + 1,),
        got.append,
        capacity=capacity,
        cost=lambda _: 1,
        ahead=Ahead(begin, at_once),
    )
    assert begun == list(range(len(waits)))
    assert got == [i * 10 + 1 for i in range(len(waits))]


def test_work_ahead_is_done_on_several_at_once_beside_the_stages():
    here = threading.Barrier(4, timeout=10)

    def work(i):
        if i in (2, 3):
            here.wait()
        return i

    got = []
    run_ahead(
        range(6),
        work,
        transform=lambda i: (here.wait() if i == 1 else None, i)[1],
        sink=lambda i: (here.wait() if i == 0 else None, got.append(i)),
    )
    assert got == list(range(6))


def test_work_ahead_is_bounded_when_one_item_takes_long():
    """The others wait for their turn, and do not pile up meanwhile."""
    produced, let_go = 0, threading.Event()

    def source():
        nonlocal produced
        for _ in range(60):
            produced += 1
            yield produced

    def work(i):
        if i == 5:
            let_go.wait(10)
        return i

    def look():
        time.sleep(0.2)
        seen.append(produced)
        let_go.set()

    seen: list[int] = []
    watcher = threading.Thread(target=look)
    watcher.start()
    got = []
    run_ahead(source(), work, sink=got.append, capacity=2)
    watcher.join()
    assert got == list(range(1, 61))
    # After the five: two that are done, one that waits to be put, two to be done, one in the hand.
    assert seen[0] <= 5 + 2 + 1 + 2 + 1


@pytest.mark.parametrize("stage", ["begin", "work", "transform", "sink"])
@pytest.mark.parametrize("error", [ValueError("no"), KeyboardInterrupt()])
def test_what_raises_stops_work_ahead_too(stage, error):
    def step(name):
        def step(i):
            if stage == name and i == 5:
                raise error
            return i

        return step

    def begin(i):
        step("begin")(i)
        return lambda: step("work")(i)

    with pytest.raises(type(error)) as caught:
        run_stages(
            range(1000),
            lambda x: (step("transform")(x),),
            step("sink"),
            capacity=2,
            cost=lambda _: 1,
            ahead=Ahead(begin, 2),
        )
    assert caught.value is error
    assert threads_left() == []
