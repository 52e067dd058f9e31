from __future__ import annotations

import itertools
import math
from dataclasses import replace

import cv2
import numpy as np
import pytest
import torch
from safetensors.torch import load_file

from paintreel.errors import OutputError, TrainingError
from paintreel.learn.engine.budget import Budget
from paintreel.learn.engine.checkpoint import load_checkpoint, save_checkpoint
from paintreel.learn.engine.journal import Journal
from paintreel.learn.engine.loop import MAX_ROLLBACKS, Diverged, LoopSettings, train
from paintreel.learn.engine.pace import Phase
from paintreel.learn.engine.precision import Precision

NEVER = LoopSettings(checkpoint_every_s=math.inf)
ALWAYS = LoopSettings(checkpoint_every_s=0.0)


class Counter:
    """A trainer whose one weight counts its steps; `faults` maps a call to what goes wrong."""

    caption = "nothing"
    phases = ()

    def __init__(self, faults=None):
        self.precision = Precision(torch.device("cpu"))
        self.weight, self.rate, self.calls = torch.zeros(1), 1.0, 0
        self.faults = dict(faults or {})
        self.seen: list[tuple[float, float, float]] = []

    def step(self, progress):
        self.calls += 1
        self.seen.append((progress, self.weight.item(), self.rate))
        self.weight += 1
        fault = self.faults.get(self.calls)
        if isinstance(fault, BaseException):
            raise fault
        if fault == "weights":
            self.weight.fill_(math.nan)
        elif fault is not None:
            self.weight.fill_(-99.0)
            return {"painted": fault, "content": 0.5}
        return {"painted": 1.0 / self.calls, "content": 0.5}

    def workload(self):
        return None

    def sample_sheet(self):
        sheet = np.zeros((16, 16, 3), np.uint8)
        sheet[..., 0] = 200  # red
        return sheet

    def measures(self):
        return {"gini": self.weight.item()}

    def snapshot(self):
        return {"weight": self.weight.clone()}

    def slow_down(self):
        self.rate *= 0.5

    def state_dict(self):
        return {"weight": self.weight.clone(), "rate": self.rate}

    def load_state_dict(self, state):
        self.weight.copy_(state["weight"])
        self.rate = state["rate"]


@pytest.fixture
def run(tmp_path, solo):
    """A function (trainer, steps, **options) that trains in one folder with a counting clock."""

    def run(trainer, steps=6, *, budget=None, settings=NEVER, **options):
        return train(
            trainer,
            out=tmp_path,
            budget=budget or Budget(steps=steps),
            group=solo,
            settings=settings,
            clock=itertools.count().__next__,
            **options,
        )

    return run


def stems(folder):
    return [int(p.stem) for p in sorted(folder.iterdir())]


def test_steps_and_progress(run):
    trainer = Counter()
    run(trainer, 4)
    assert [progress for progress, *_ in trainer.seen] == [0.0, 0.25, 0.5, 0.75]


@pytest.mark.parametrize(("every_s", "steps"), [(4.0, [2, 4, 6, 8]), (math.inf, [])])
def test_progress_is_told_now_and_then(run, capsys, every_s, steps):
    """The clock counts its readings, of which a step takes two."""
    run(Counter(), 8, settings=replace(NEVER, say_every_s=every_s))
    told = [line for line in capsys.readouterr().err.splitlines() if " gone, " in line]
    assert [int(line.split()[2]) for line in told] == steps


def test_what_a_run_leaves(run, tmp_path):
    run(Counter(), 4)
    assert {p.name for p in tmp_path.iterdir()} == {
        "checkpoint.pt",
        "journal.jsonl",
        "report.html",
        "samples",
        "snapshots",
    }
    state = load_checkpoint(tmp_path / "checkpoint.pt")
    assert state["step"] == 4
    assert state["trainer"]["weight"].item() == 4.0
    assert stems(tmp_path / "samples") == stems(tmp_path / "snapshots") == [0, 4]
    assert load_file(tmp_path / "snapshots" / "0000004.safetensors")["weight"].item() == 4.0
    sheet = cv2.imread(str(tmp_path / "samples" / "0000004.jpg"))
    assert sheet[8, 8, 2] > 180  # red stays red
    assert sheet[8, 8, 0] < 20
    journal = Journal(tmp_path / "journal.jsonl", keep=True, speak=False)
    assert [r["step"] for r in journal.rows] == [1, 2, 3, 4]
    assert journal.measures == [{"step": 0, "gini": 0.0}, {"step": 4, "gini": 4.0}]


def test_checkpoints_follow_the_clock(run, tmp_path):
    run(Counter(), 6, settings=ALWAYS)
    assert stems(tmp_path / "snapshots") == [0, 1, 2, 3, 4, 5, 6]


def test_time_budget_ends_by_the_clock(run):
    trainer = Counter()
    elapsed_s = run(trainer, budget=Budget(seconds=20.0)).wall_s
    assert 20.0 <= elapsed_s <= 23.0
    assert 5 <= trainer.calls <= 20
    shares = [progress for progress, *_ in trainer.seen]
    assert shares == sorted(shares)
    assert shares[-1] < 1.0


def test_interrupted_and_resumed(run, tmp_path):
    with pytest.raises(KeyboardInterrupt):
        run(Counter({4: KeyboardInterrupt()}), settings=ALWAYS)
    trainer = Counter()
    run(trainer, settings=ALWAYS, resume=True)
    assert [w for _, w, _ in trainer.seen] == [3.0, 4.0, 5.0]
    journal = Journal(tmp_path / "journal.jsonl", keep=True, speak=False)
    assert [r["step"] for r in journal.rows] == [1, 2, 3, 4, 5, 6]


def test_wall_time_adds_up_over_a_resume(run, tmp_path):
    with pytest.raises(KeyboardInterrupt):
        run(Counter({4: KeyboardInterrupt()}), settings=ALWAYS)
    before_s = load_checkpoint(tmp_path / "checkpoint.pt")["elapsed_s"]
    assert before_s > 0
    assert run(Counter(), settings=ALWAYS, resume=True).wall_s > before_s + 2


def test_steps_past_the_checkpoint_are_taken_again(run, tmp_path):
    """Killed after steps that no checkpoint holds: the journal has them once."""
    with pytest.raises(KeyboardInterrupt):
        run(Counter({4: KeyboardInterrupt()}))
    trainer = Counter()
    run(trainer, resume=True)
    assert trainer.calls == 6
    journal = Journal(tmp_path / "journal.jsonl", keep=True, speak=False)
    assert [r["step"] for r in journal.rows] == [1, 2, 3, 4, 5, 6]


def test_resumed_when_all_is_spent(run, tmp_path, capsys):
    run(Counter(), 4)
    before = Journal(tmp_path / "journal.jsonl", keep=True, speak=False).rows
    capsys.readouterr()
    trainer = Counter()
    run(trainer, 4, resume=True)
    assert trainer.calls == 0
    assert trainer.weight.item() == 4.0
    assert Journal(tmp_path / "journal.jsonl", keep=True, speak=False).rows == before
    assert "the budget was spent at step 4: nothing more is learnt" in capsys.readouterr().err


def test_resume_goes_on_with_a_longer_budget(run):
    run(Counter(), 4)
    trainer = Counter()
    run(trainer, 6, resume=True)
    assert [w for _, w, _ in trainer.seen] == [4.0, 5.0]


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf])
def test_one_bad_step_rolls_back_and_slows_down(run, tmp_path, value, capsys):
    trainer = Counter({3: value})
    run(trainer, 5)
    assert trainer.weight.item() == 5.0
    assert [(w, rate) for _, w, rate in trainer.seen[2:5]] == [(2.0, 1.0), (0.0, 0.5), (1.0, 0.5)]
    journal = Journal(tmp_path / "journal.jsonl", keep=True, speak=False)
    assert [r["step"] for r in journal.rows] == [1, 2, 3, 4, 5]
    assert journal.notes == ["step 3: painted is not finite; back to step 0 at 1/2 of its rate"]
    assert "painted is not finite" in capsys.readouterr().err
    assert "painted is not finite" in (tmp_path / "report.html").read_text("utf-8")


def test_a_step_may_say_itself_that_training_is_lost(run, tmp_path):
    trainer = Counter({3: Diverged("the critic has won")})
    run(trainer, 5)
    assert [(w, rate) for _, w, rate in trainer.seen[3:5]] == [(0.0, 0.5), (1.0, 0.5)]
    journal = Journal(tmp_path / "journal.jsonl", keep=True, speak=False)
    assert journal.notes == ["step 3: the critic has won; back to step 0 at 1/2 of its rate"]


def test_the_same_place_again_slows_down_more(run):
    """The checkpoint holds the old rate: going back to it twice must not try the same again."""
    trainer = Counter({2: math.nan, 3: math.nan, 4: math.nan})
    run(trainer, 3)
    assert [rate for _, _, rate in trainer.seen] == [1.0, 1.0, 0.5, 0.25, 0.125, 0.125, 0.125]


def test_a_later_checkpoint_keeps_the_lower_rate(run):
    trainer = Counter({2: math.nan, 5: math.nan})
    run(trainer, 5, settings=ALWAYS)
    assert [rate for _, _, rate in trainer.seen] == [1.0, 1.0, 0.5, 0.5, 0.5, 0.25, 0.25]


def test_gives_up_after_three_rollbacks(run, tmp_path):
    trainer = Counter(dict.fromkeys(range(2, 100), math.nan))
    with pytest.raises(TrainingError, match=r"diverged 4 times.*painted.*--set rate="):
        run(trainer, 50)
    assert trainer.calls == 2 + MAX_ROLLBACKS
    assert load_checkpoint(tmp_path / "checkpoint.pt")["step"] == 0


@pytest.mark.parametrize("settings", [NEVER, ALWAYS])
def test_broken_weights_are_never_kept(run, tmp_path, settings):
    """Finite terms may leave weights that are not, right when a checkpoint or the end is due."""
    trainer = Counter({4: "weights"})
    run(trainer, 4, settings=settings)
    assert trainer.weight.item() == 4.0
    for path in (tmp_path / "snapshots").iterdir():
        assert load_file(path)["weight"].isfinite().all()
    state = load_checkpoint(tmp_path / "checkpoint.pt")
    assert state["trainer"]["weight"].item() == 4.0


def test_resume_without_a_checkpoint(run):
    with pytest.raises(TrainingError, match="cannot read checkpoint"):
        run(Counter(), resume=True)


@pytest.mark.parametrize(
    "state", [{}, {"weight": torch.zeros(3), "rate": 1.0}, {"weight": "x", "rate": 1.0}]
)
def test_checkpoint_of_other_settings(run, tmp_path, state):
    save_checkpoint(tmp_path / "checkpoint.pt", {"trainer": state, "step": 1, "elapsed_s": 0.0})
    with pytest.raises(TrainingError, match=r"of a network of another size or kind; [^\n]*$"):
        run(Counter(), resume=True)


PRINT = {"data": "a1", "settings": {"rate": 0.1, "held_out": ("E05*",), "shares": {"flat": 0.1}}}


def test_resume_with_the_same_fingerprint(run, tmp_path):
    run(Counter(), 4, fingerprint=PRINT)
    assert load_checkpoint(tmp_path / "checkpoint.pt")["fingerprint"] == PRINT
    trainer = Counter()
    as_read_from_json = PRINT | {"settings": PRINT["settings"] | {"held_out": ["E05*"]}}
    run(trainer, 6, resume=True, fingerprint=as_read_from_json)
    assert trainer.calls == 2


def test_resume_with_other_data_names_what_differs(run, tmp_path):
    run(Counter(), 4, fingerprint=PRINT)
    before = (tmp_path / "checkpoint.pt").read_bytes()
    trainer = Counter()
    with pytest.raises(TrainingError) as raised:
        run(trainer, 6, resume=True, fingerprint=PRINT | {"data": "b2"})
    told = str(raised.value)
    assert "is of another run: data is 'b2', was 'a1'; go on" in told
    assert "new --out" in told
    assert trainer.calls == 0
    assert (tmp_path / "checkpoint.pt").read_bytes() == before


def test_settings_changed_on_resume_are_noted_and_kept(run, tmp_path):
    run(Counter(), 4, fingerprint=PRINT)
    trainer = Counter()
    other = PRINT | {"settings": PRINT["settings"] | {"shares": {"flat": 0.3}}}
    run(trainer, 6, resume=True, fingerprint=other)
    assert trainer.calls == 2
    notes = Journal(tmp_path / "journal.jsonl", keep=True, speak=False).notes
    assert notes == ["from step 4 on: settings.shares.flat is 0.3, was 0.1"]
    assert load_checkpoint(tmp_path / "checkpoint.pt")["fingerprint"] == other


def test_many_differences_are_counted(run):
    run(Counter(), 4, fingerprint={f"key{i}": 0 for i in range(9)})
    with pytest.raises(TrainingError, match="and 3 more"):
        run(Counter(), 6, resume=True, fingerprint={f"key{i}": 1 for i in range(9)})


@pytest.mark.parametrize(("then", "now"), [(None, PRINT), (PRINT, None)])
def test_checkpoint_or_caller_without_a_fingerprint_goes_on(run, then, now):
    run(Counter(), 4, fingerprint=then)
    trainer = Counter()
    run(trainer, 6, resume=True, fingerprint=now)
    assert trainer.calls == 2


def test_output_that_cannot_be_written(run, tmp_path):
    (tmp_path / "samples").write_text("in the way")
    with pytest.raises(OutputError, match="is a file, not a folder"):
        run(Counter())


# Precision, threads and the least budget.


def test_a_run_says_what_it_is_computed_in(run, tmp_path):
    done = run(Counter(), 2, settings=LoopSettings(precision="bf16", threads=1))
    assert (done.compute.precision, done.compute.threads) == ("bf16", 1)
    assert load_checkpoint(tmp_path / "checkpoint.pt")["compute"]["precision"] == "bf16"


def test_the_choice_holds_inside_the_steps_alone(run):
    before = torch.get_num_threads()
    trainer = Counter()
    step, threads = trainer.step, []

    def watched(progress):
        threads.append((torch.get_num_threads(), trainer.precision.name))
        return step(progress)

    trainer.step = watched
    run(trainer, 2, settings=LoopSettings(precision="bf16", threads=before + 1))
    assert threads == [(before + 1, "bf16")] * 2
    assert torch.get_num_threads() == before


def test_a_resumed_run_keeps_the_precision_unless_asked(run, tmp_path):
    run(Counter(), 2, settings=LoopSettings(precision="bf16", threads=1))
    assert run(Counter(), 4, resume=True).compute.precision == "bf16"
    journal = tmp_path / "journal.jsonl"
    assert Journal(journal, keep=True, speak=False).notes == []
    asked = LoopSettings(precision="f32")
    assert run(Counter(), 6, resume=True, settings=asked).compute.precision == "f32"
    notes = Journal(journal, keep=True, speak=False).notes
    assert notes == ["from step 4 on: f32 on 1 threads, was bf16 on 1 threads"]


def test_a_checkpoint_of_before_has_no_precision(run, tmp_path):
    run(Counter(), 2)
    state = load_checkpoint(tmp_path / "checkpoint.pt")
    save_checkpoint(tmp_path / "checkpoint.pt", {k: v for k, v in state.items() if k != "compute"})
    assert run(Counter(), 4, resume=True).compute.precision == "f32"


def test_a_budget_too_short_is_said_once_with_one_that_would_do(run, tmp_path, capsys):
    trainer = Counter()
    trainer.phases = [Phase("the warm-up", 0.5, 500), Phase("the rest", 0.5, 1)]
    run(trainer, budget=Budget(seconds=200.0))
    (note,) = Journal(tmp_path / "journal.jsonl", keep=True, speak=False).notes
    # The counting clock is read twice a step: steps of 2 s, 50 in the half of 200 s.
    assert note == (
        "the budget is short: the warm-up has 50% of it, about 50 steps of 2 s, and needs 500 to "
        "fill the averaged weights; --budget 34m would do for it"
    )
    assert capsys.readouterr().err.count(note) == 1


def test_a_measured_run_draws_nothing(make_trainer, tmp_path, solo):
    """The steps of a run that measured are those of one that was told, bit for bit."""

    def run(name, **options):
        trainer = make_trainer()
        settings = replace(NEVER, **options)
        done = train(
            trainer, out=tmp_path / name, budget=Budget(steps=2), group=solo, settings=settings
        )
        return done.compute, load_checkpoint(tmp_path / name / "checkpoint.pt")["trainer"]

    compute, measured = run("measured")
    assert compute.precision_ms.keys() == {"f32", "bf16"}
    asked, told = run("told", precision=compute.precision, threads=compute.threads)
    assert not asked.precision_ms
    assert equal(measured, told)
    first, *_ = Journal(tmp_path / "measured" / "journal.jsonl", keep=True, speak=False).notes
    assert first == compute.text()


# The real trainer.


def equal(a, b) -> bool:
    if isinstance(a, torch.Tensor):
        return torch.equal(a, b)
    if isinstance(a, dict):
        return a.keys() == b.keys() and all(equal(a[k], b[k]) for k in a)
    if isinstance(a, list | tuple):
        return len(a) == len(b) and all(map(equal, a, b))
    return a == b


def test_fsgan_resumed_equals_unbroken_bit_for_bit(make_trainer, tmp_path, solo):
    """Six steps over warm-up, ramp and adversaries; broken after the fourth, in another process
    as far as random numbers and weights go."""

    def run(name, trainer, **options):
        train(trainer, out=tmp_path / name, budget=Budget(steps=6), group=solo, **options)
        return load_checkpoint(tmp_path / name / "checkpoint.pt")["trainer"]

    in_bf16 = {"precision": "bf16", "threads": 1}
    unbroken = run("unbroken", make_trainer(), settings=replace(NEVER, **in_bf16))

    broken = make_trainer()
    step, calls = broken.step, itertools.count(1)

    def interrupted(progress):
        if next(calls) == 5:
            raise KeyboardInterrupt
        return step(progress)

    broken.step = interrupted
    with pytest.raises(KeyboardInterrupt):
        run("resumed", broken, settings=replace(ALWAYS, **in_bf16))
    other = make_trainer(seed=123)
    torch.manual_seed(999)
    resumed = run("resumed", other, settings=NEVER, resume=True)

    for key in unbroken:
        assert equal(unbroken[key], resumed[key]), key
    rows = [
        [r | {"elapsed_s": 0} for r in Journal(p / "journal.jsonl", keep=True, speak=False).rows]
        for p in (tmp_path / "unbroken", tmp_path / "resumed")
    ]
    assert rows[0] == rows[1]
    assert {"critic_texture", "surface", "spectral"} <= rows[0][-1].keys()
    assert not equal(unbroken["parts"], make_trainer().state_dict()["parts"])


def test_fsgan_recovers_from_a_poisoned_step(make_trainer, tmp_path, solo):
    trainer = make_trainer()
    step, calls = trainer.step, itertools.count(1)

    def poisoned(progress):
        if next(calls) == 3:
            with torch.no_grad():
                trainer.generator.stem.weight.fill_(math.nan)
        return step(progress)

    trainer.step = poisoned
    train(trainer, out=tmp_path, budget=Budget(steps=4), group=solo, settings=NEVER)
    assert all(w.isfinite().all() for w in trainer.snapshot().values())
    assert all(math.isfinite(v) for v in trainer.balance.norms.values())
    assert trainer.rate_factor == 0.5
    assert math.isfinite(trainer.measures()["gini"])
