"""Jobs: asked for once, taken in fair turns, spoken for by one lease, ended once."""

from __future__ import annotations

import json

import pytest
from sqlalchemy import select

from paintreel.errors import InputError
from paintreel.studio.store import tables
from paintreel.studio.work import leases
from paintreel.studio.work.events import events_after, last_event_id
from paintreel.studio.work.jobs import (
    JobRequest,
    KeyReused,
    cancel_job,
    create_jobs,
    delete_job,
    list_jobs,
)
from paintreel.studio.work.leases import FoundFile, LeaseLost


def found(file_id, role="result", source_id=None):
    return FoundFile(file_id, "a.png", "picture", "image/png", 10, role, source_id, "")


def test_the_same_key_gives_the_same_job(place):
    user = place.user("ada")
    request = [JobRequest("scene", {"words": "a forest"}, {})]
    first = create_jobs(place.store, user, request, key="k")
    assert create_jobs(place.store, user, request, key="k") == first
    assert create_jobs(place.store, user, request, key="other") != first
    assert create_jobs(place.store, place.user("bob"), request, key="k") != first
    with pytest.raises(KeyReused):
        create_jobs(place.store, user, [JobRequest("scene", {"words": "a sea"}, {})], key="k")


def test_turns_go_from_user_to_user(place, clock):
    ada, bob, eve = (place.user(name) for name in ("ada", "bob", "eve"))
    owners = {}
    for user, count in ((ada, 4), (bob, 2), (eve, 1)):
        for _ in range(count):
            clock.now_s += 1
            owners[place.ask(user).id] = user.name
    taken = []
    for _ in range(7):
        clock.now_s += 1
        job = leases.claim_job(place.store, "m")
        taken.append(owners[job.id])
        leases.finish_job(place.store, job, "finished")
    assert taken == ["ada", "bob", "eve", "ada", "bob", "ada", "ada"]
    assert leases.claim_job(place.store, "m") is None


def test_who_has_less_running_comes_first(place, clock):
    ada, bob = place.user("ada"), place.user("bob")
    for _ in range(3):
        place.ask(ada)
    clock.now_s += 5
    running = [leases.claim_job(place.store, "m") for _ in range(2)]
    clock.now_s += 5
    place.ask(bob)
    assert {job.user_id for job in running} == {ada.id}
    assert leases.claim_job(place.store, "m").user_id == bob.id


def test_a_lease_that_is_lost_is_not_heard(place, clock):
    user = place.user("ada")
    place.ask(user)
    old = leases.claim_job(place.store, "one")
    clock.now_s += leases.MANAGER_LOST_S + 1
    assert leases.reclaim_jobs(place.store) == [old.id]
    new = leases.claim_job(place.store, "two")
    assert new.id == old.id
    for speak in (
        lambda: leases.report_job(place.store, old, progress={"done": 1}),
        lambda: leases.keep_shard(place.store, old, "s", 1),
        lambda: leases.finish_job(place.store, old, "finished", found=[found("x" * 22)]),
        lambda: leases.lose_process(place.store, old, attempts=3, reason="x"),
    ):
        with pytest.raises(LeaseLost):
            speak()
    with place.store.reading() as c:
        assert c.scalars(select(tables.files.c.id)).all() == []
    leases.finish_job(place.store, new, "finished", found=[found("y" * 22)])
    with pytest.raises(LeaseLost):  # once
        leases.finish_job(place.store, new, "finished", found=[found("z" * 22)])
    assert place.job(new.id).status == "finished"


def test_a_manager_that_lives_keeps_its_jobs(place, clock):
    place.ask(place.user("ada"))
    leases.claim_job(place.store, "one")
    clock.now_s += leases.MANAGER_LOST_S + 1
    leases.say_alive(place.store, "one", pid=1, slots=1, running=1)
    assert leases.reclaim_jobs(place.store) == []


def test_a_job_whose_process_dies_goes_on_and_fails_the_third_time(place):
    place.ask(place.user("ada"))
    states = []
    for _ in range(3):
        job = leases.claim_job(place.store, "m")
        leases.keep_shard(place.store, job, f"s{job.starts}", 5)
        states.append(leases.lose_process(place.store, job, attempts=3, reason="killed"))
    assert states == ["queued", "queued", "failed"]
    ended = place.job(job.id)
    assert ended.error == "its process ended 3 times: killed"
    with place.store.reading() as c:
        assert len(leases.shards_of(c, job.id)) == 3  # kept, should somebody look


def test_a_manager_that_is_killed_does_not_count_against_a_job(place):
    place.ask(place.user("ada"))
    for _ in range(5):
        job = leases.claim_job(place.store, "m")
        assert leases.take_back(place.store, "m") == [job.id]
    assert place.job(job.id).deaths == 0


def test_a_cancelled_job_is_over_or_told_to_its_manager(place):
    user = place.user("ada")
    first, second = place.ask(user), place.ask(user)
    running = leases.claim_job(place.store, "m")
    waiting = second if running.id == first.id else first
    assert cancel_job(place.store, waiting)
    assert place.job(waiting.id).status == "cancelled"
    assert cancel_job(place.store, running)
    assert leases.cancelled_leases(place.store, "m") == {running.lease}
    assert leases.claim_job(place.store, "m") is None
    leases.finish_job(place.store, running, "cancelled")
    assert not cancel_job(place.store, running)


def test_deleting_keeps_what_other_jobs_are_made_of(place, png):
    user = place.user("ada")
    place.ask(user)
    job = leases.claim_job(place.store, "m")
    file = place.upload(user, png)  # stands for the content of a result
    result = found("r" * 22)
    (place.settings.uploads / "rr").mkdir()
    (place.settings.uploads / "rr" / result.id).write_bytes(png)
    with pytest.raises(InputError, match="cancel it first"):
        delete_job(place.store, place.settings, job)
    leases.finish_job(place.store, job, "finished", found=[result, found("q" * 22, "preview")])
    place.ask(user, "info", file=place.file(result.id))
    delete_job(place.store, place.settings, place.job(job.id))
    assert place.file(result.id).role == "upload"
    with place.store.reading() as c:
        ids = set(c.scalars(select(tables.files.c.id)))
    assert ids == {result.id, file.id}


def test_events_are_in_order_and_progress_is_the_newest_alone(place):
    user = place.user("ada")
    place.ask(user)
    job = leases.claim_job(place.store, "m")
    for done in range(5):
        leases.report_job(place.store, job, progress={"done": done, "expected": 9}, lines=["x"])
    with place.store.reading() as c:
        events = events_after(c, 0, job_id=job.id)
        later = events_after(c, events[2].id, user_id=user.id)
    kinds = [event.kind for event in events]
    assert kinds.count("progress") == 1
    assert kinds.count("log") == 5
    assert json.loads(next(e for e in events if e.kind == "progress").data)["done"] == 4
    assert [event.id for event in later] == [event.id for event in events[3:]]


def test_progress_alone_reaches_who_follows(on_both):
    """A report of progress removes the newest event; its id is not given again."""
    on_both.ask(on_both.user("ada"))
    job = leases.claim_job(on_both.store, "m")
    after, seen = 0, []
    for done in range(3):
        leases.report_job(on_both.store, job, progress={"done": done, "expected": 9})
        with on_both.store.reading() as c:
            came = events_after(c, after, job_id=job.id)
            assert last_event_id(c) > after
        after = came[-1].id
        seen += [json.loads(event.data)["done"] for event in came if event.kind == "progress"]
    assert seen == [0, 1, 2]


def test_ids_of_events_of_a_deleted_job_are_not_given_again(on_both):
    user = on_both.user("ada")
    job = on_both.ask(user)
    cancel_job(on_both.store, job)
    with on_both.store.reading() as c:
        last = last_event_id(c)
    delete_job(on_both.store, on_both.settings, on_both.job(job.id))
    again = on_both.ask(user)
    with on_both.store.reading() as c:
        assert [event.job_id for event in events_after(c, last)] == [again.id]


@pytest.mark.parametrize(
    ("verb", "answers", "match"),
    [
        ("nothing", {}, "no verb"),
        ("studio", {}, "no verb"),
        ("scene", {}, "give words"),
        ("scene", {"words": "a forest", "strength": 2}, "0 to 1"),
        ("scene", {"words": "a forest", "threads": 4}, "no option threads"),
        ("scene", {"words": "a forest", "output": "x"}, "no option output"),
        ("scene", {"words": "a forest", "seed": True}, "expected a number"),
        ("scene", {"words": "a forest", "season": "wet"}, "expected one of"),
        ("scene", {"words": {"a": 1}}, "expected a text"),
        ("stylize", {}, "is needed"),
        ("score", {}, "is needed"),
    ],
)
def test_what_a_verb_refuses_is_refused_before_it_waits(place, verb, answers, match):
    with pytest.raises(InputError, match=match):
        create_jobs(place.store, place.user("ada"), [JobRequest(verb, answers, {})])


def test_files_of_others_and_files_that_are_not_whole_are_not_there(place, png):
    ada, bob = place.user("ada"), place.user("bob")
    theirs = place.upload(bob, png)
    for file_id in (theirs.id, "unknown"):
        with pytest.raises(InputError, match="no whole upload"):
            create_jobs(place.store, ada, [JobRequest("info", {}, {"file": [(file_id, "a.png")]})])
    with place.store.reading() as c:
        assert list_jobs(c, ada) == []
