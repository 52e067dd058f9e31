"""An experiment of two conditions that train nothing: records, resuming, and what is refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from paintreel.errors import InputError, OutputError
from paintreel.learn.engine.held_folder import held
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
            (work / "checkpoint.pt").touch()
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


@pytest.mark.parametrize(
    "text",
    [
        "{", "[1]", "{}", '{"condition": "net", "trial": "0"}', '{"condition": "net", "trial": 1}',
        '{"condition": "other", "trial": 0}', '{"condition": "net", "trial": 0, "psnr": NaN}',
    ],
)  # fmt: skip
def test_broken_record(tmp_path, text):
    (tmp_path / "trials").mkdir()
    (tmp_path / "trials" / "net-00.json").write_text(text)
    with pytest.raises(InputError, match=r"net-00\.json.*delete it and go on"):
        read_records(tmp_path)


def test_a_trial_that_another_process_works_at_is_left_to_it(tmp_path):
    with (
        held(tmp_path / "work" / "net-00", what="another process"),
        pytest.raises(OutputError, match=r"another process that trains net is at work in .*net-00"),
    ):
        run(tmp_path, 1)
    assert not (tmp_path / "trials").exists()


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


def test_records_of_who_knows_what_are_not_taken_over(tmp_path):
    claim_folder(tmp_path, {"seed": 7}, resume=False)
    (tmp_path / "experiment.json").write_text("{")
    with pytest.raises(InputError, match=r"experiment\.json.*; give a new --out$"):
        claim_folder(tmp_path, {"seed": 7}, resume=True)
    (tmp_path / "experiment.json").unlink()
    run(tmp_path, 1)
    with pytest.raises(InputError, match=r"holds records, but no experiment\.json"):
        claim_folder(tmp_path, {"seed": 8}, resume=True)
