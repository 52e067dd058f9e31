"""Run the trials of the experiment on lines and colour.

OUT/experiment.json, OUT/trials/  see `experiments.records`
OUT/networks/NAME-TRIAL.onnx      what was learnt
OUT/compute.json                  precision and threads of all trainings, measured once
OUT/asked.json                    the held-out drawings that are asked about, in order
OUT/pictures/NAME.jpg             the first of each source, of trial 0
OUT/work/                         runs under way: of no use afterwards
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from paintreel.errors import DataError
from paintreel.learn.data.line_pairs import LinePair, held_out_pairs, open_pairs, training_pairs
from paintreel.learn.engine.distributed import ProcessGroup
from paintreel.learn.engine.workload import Workload
from paintreel.learn.experiments.conditions import Condition
from paintreel.learn.experiments.lines.asked import ask
from paintreel.learn.experiments.lines.conditions import is_network
from paintreel.learn.experiments.lines.scoring import Scorer
from paintreel.learn.experiments.lines.settings import SETTINGS, LinesSettings
from paintreel.learn.experiments.lines.training import (
    LinesMaterial,
    network_path,
    train_condition,
)
from paintreel.learn.experiments.records import claim_folder, write_json
from paintreel.learn.experiments.trials import (
    RunTrial,
    TrialsExperiment,
    missing_trials,
    one_process,
    run_trials,
    shared_compute,
    source_of,
)
from paintreel.learn.models.drawing_networks import OURS, make_generator
from paintreel.learn.models.drawing_tasks import LINEART
from paintreel.learn.trainers.line_runs import hash_of_pairs
from paintreel.learn.trainers.training_run import refuse_inside

ASKED_NAME = "asked.json"
ASIDE = 8
"""Held-out drawings that a training keeps its own curve of."""


@dataclass(frozen=True, kw_only=True)
class LinesExperiment(TrialsExperiment):
    """All that decides the results.

    pictures  most held-out drawings of each source that are asked about
    """

    settings: LinesSettings = field(default_factory=lambda: SETTINGS["light"])
    pictures: int = 48

    def rules(self) -> dict[str, bool]:
        """And enough pictures."""
        return super().rules() | {"pictures is 2 or more": self.pictures >= 2}

    def facts(self) -> dict[str, Any]:
        """What trials of one experiment share, without what decides nothing."""
        facts = super().facts()
        for settings in facts["settings"].values():
            del settings["workers"]
        return facts


def run_lines(
    experiment: LinesExperiment,
    *,
    art: Path,
    out: Path,
    command: Sequence[str],
    resume: bool = False,
    on_trial: Callable[[int], None] = lambda trial: None,
    say: Callable[[str], None] = print,
) -> None:
    """Run every trial that is not there yet; one under way goes on from its checkpoint.

    art  pack of pairs, or a folder of pictures or pairs; the others are as in
         `learn.experiments.scene.trials`

    Raises DataError for art without held-out drawings, OutputError if `out` holds an experiment
    and `resume` is not set, InputError if it holds another one, TrainingError if a network
    diverges for good.
    """
    refuse_inside(out, (art,))
    pairs = open_pairs(art)
    training, test = training_pairs(pairs), held_out_pairs(pairs, "test")
    aside = held_out_pairs(pairs, "development")
    test = test or aside  # a folder of one's own has one part aside
    if not training or not test:
        raise DataError(f"--art {art}: {len(training)} drawings to learn from, {len(test)} to ask")
    facts = experiment.facts() | {"data": f"art {hash_of_pairs(art)[:16]}"}
    claim_folder(out, facts, resume=resume)
    missing = missing_trials(out, experiment.conditions, experiment.trials)
    if not missing:
        on_trial(experiment.trials - 1)
        return
    scorer = Scorer(ask(test, experiment.pictures), training)
    write_json(out / ASKED_NAME, scorer.asked.plain())
    with one_process() as group:
        material = LinesMaterial(
            pairs=training,
            aside=_some(aside or test),
            settings=experiment.settings,
            seed=experiment.seed,
            budget=experiment.budget,
            compute=shared_compute(out, _workload(experiment), group),
        )
        run_trials(
            missing,
            _run_trial(material, scorer, group, out),
            out=out,
            trials=experiment.trials,
            seed=experiment.seed,
            source=source_of(command) | {"device": group.device.type},
            on_trial=on_trial,
            say=say,
        )


def _workload(experiment: LinesExperiment) -> Workload:
    """Our network of lines on a batch: what the precision of all trainings is measured on."""
    s = experiment.settings.lineart
    network = make_generator(OURS, LINEART, s.preset)
    return Workload(network, [(s.batch, LINEART.c_in, s.pairs.side_px, s.pairs.side_px)])


def _some(pairs: Sequence[LinePair]) -> Sequence[LinePair]:
    return pairs[:: max(1, len(pairs) // ASIDE)][:ASIDE]


def _run_trial(material: LinesMaterial, scorer: Scorer, group: ProcessGroup, out: Path) -> RunTrial:
    """A function that trains a condition, where it is trained, and measures it."""

    def run_trial(condition: Condition, trial: int, work: Path) -> Mapping[str, Any]:
        shown = out / "pictures" / f"{condition.name}.jpg" if trial == 0 else None
        if not is_network(condition):
            return scorer.of_reference(condition, shown)
        answer, facts = train_condition(condition, trial, material, group, out, work)
        return facts | scorer.of_network(
            condition, answer, network_path(out, condition, trial), shown
        )

    return run_trial
