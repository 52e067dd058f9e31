"""An experiment of two conditions that train nothing: records, resuming, and what is refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from paintreel.errors import InputError, OutputError
from paintreel.learn.experiments.conditions import Condition
from paintreel.learn.experiments.records import claim_folder, read_records, write_json
from paintreel.learn.experiments.trials import missing_trials, run_trials, trial_seed

NET, TRUTH = Condition("net", "Net", "net", "system"), Condition("truth", "T", "t", "reference")
SOURCE = {"command": "x", "commit": None, "machine": "m", "device": "cpu"}


def run(out: Path, trials: int, *, fails_at: int | None = None) -> list[str]:
    """Run what is missing; what was said, and the trials that ended."""
    log: list[str] = []

    def run_trial(condition: Condition, trial: int, work: Path) -> dict[str, float]:
        work.mkdir(parents=True, exist_ok=True)
        if trial == fails_at:
            raise KeyboardInterrupt
        return {"score": trial / 2}

    run_trials(
        missing_trials(out, (NET, TRUTH), trials),
        run_trial,
        out=out,
        trials=trials,
        seed=7,
        source=SOURCE,
        on_trial=lambda trial: log.append(f"ended {trial}"),
        say=log.append,
    )
    return log


def test_every_condition_once_a_trial_and_references_once(tmp_path):
    assert run(tmp_path, 2) == [
        "trial 1/2: net", "trial 1/2: truth", "ended 0", "trial 2/2: net", "ended 1"
    ]  # fmt: skip
    records = read_records(tmp_path)
    assert {name: list(trials) for name, trials in records.items()} == {"net": [0, 1], "truth": [0]}
    assert records["net"][1] == {
        "condition": "net", "trial": 1, "seed": trial_seed(7, 1), "source": SOURCE, "score": 0.5
    }  # fmt: skip
    assert run(tmp_path, 2) == []
    assert run(tmp_path, 3) == ["trial 3/3: net", "ended 2"]


def test_interrupted_run_goes_on_in_the_folder_it_worked_in(tmp_path):
    with pytest.raises(KeyboardInterrupt):
        run(tmp_path, 2, fails_at=1)
    assert [p.name for p in (tmp_path / "work").iterdir()] == ["net-01"]
    assert run(tmp_path, 2) == ["trial 2/2: net", "ended 1"]
    assert not list((tmp_path / "work").iterdir())


def test_files_under_way_are_not_read(tmp_path):
    run(tmp_path, 1)
    (tmp_path / "trials" / ".paintreel-0.json").write_text("{")
    assert read_records(tmp_path).keys() == {"net", "truth"}


@pytest.mark.parametrize("text", ["{", "[1]"])
def test_broken_record(tmp_path, text):
    (tmp_path / "trials").mkdir()
    (tmp_path / "trials" / "net-00.json").write_text(text)
    with pytest.raises(InputError, match=r"net-00\.json.*delete it and go on"):
        read_records(tmp_path)


def test_a_folder_is_of_one_experiment(tmp_path):
    claim_folder(tmp_path, {"seed": 7, "held_out": ("a", "b")}, resume=False)
    claim_folder(tmp_path, {"seed": 7, "held_out": ("a", "b")}, resume=True)
    with pytest.raises(OutputError, match="go on with --resume"):
        claim_folder(tmp_path, {"seed": 7, "held_out": ("a", "b")}, resume=False)
    with pytest.raises(InputError, match="holds another experiment: seed is 8, was 7"):
        claim_folder(tmp_path, {"seed": 8, "held_out": ("a", "b")}, resume=True)


def test_values_that_are_no_numbers_are_not_written(tmp_path):
    with pytest.raises(ValueError, match="JSON"):
        write_json(tmp_path / "x.json", {"score": float("nan")})
    assert not list(tmp_path.iterdir())
