"""Run the trials of the emotion experiment: each trains a network for every fold.

OUT/experiment.json, OUT/trials/  see `experiments.records`
OUT/labels.json                   classes, recordings with speakers, faces with families
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch

from paintreel.imaging.arrays import Array
from paintreel.learn.data.emotion_labels import CLASSES
from paintreel.learn.data.utterances import read_utterances
from paintreel.learn.engine.settings import apply
from paintreel.learn.experiments.conditions import Condition
from paintreel.learn.experiments.emotion.disturbances import Disturbed, FoldTrials, disturb
from paintreel.learn.experiments.emotion.panels import panel_faces, tried_on_panels
from paintreel.learn.experiments.records import claim_folder, record_path, write_json
from paintreel.learn.models.emotion import PRESETS, EmotionNetwork
from paintreel.learn.trainers.emotion import Prepared, prepare
from paintreel.learn.trainers.emotion_fit import FaceMaps, face_inputs, fit_network, maps_of
from paintreel.learn.trainers.emotion_folds import Crossed, crossed_answers
from paintreel.learn.trainers.emotion_settings import EmotionSettings
from paintreel.learn.trainers.provenance import read_source
from paintreel.learn.trainers.training_run import refuse_inside
from paintreel.runtime.system import describe_machine

__all__ = ["EmotionExperiment", "run_emotion"]

_TIMED = 20
_DIGITS = 3


@dataclass(frozen=True)
class EmotionExperiment:
    """conditions: what is trained; trials: how often; settings: that all of them share."""

    conditions: tuple[Condition, ...]
    trials: int
    settings: EmotionSettings
    seed: int = 7


def run_emotion(
    experiment: EmotionExperiment,
    *,
    faces: Path,
    speech: Path,
    out: Path,
    command: Sequence[str],
    art: Path | None = None,
    resume: bool = False,
    on_trial: Callable[[int], None] = lambda trial: None,
    say: Callable[[str], None] = print,
    clock: Callable[[], float] = time.process_time,
) -> None:
    """Run every trial that is not there yet.

    art: rated panels, on whose close-ups the shipped kind of network is tried. clock: gives seconds
    of processor time. Raises DataError for unusable folders, OutputError and InputError for an
    `out` that holds something else.
    """
    refuse_inside(out, (faces, speech))
    s = experiment.settings
    ready = prepare(faces, speech, s)
    maps = ready.maps if ready.maps is not None else _maps_if_wanted(experiment, ready)
    claim_folder(
        out,
        {
            "settings": asdict(s),
            "seed": experiment.seed,
            "trials": experiment.trials,
            "data": ready.data_hash,
        },
        resume=resume,
    )
    _write_labels(out, ready)
    spoiled: Disturbed | None = None
    for trial in range(experiment.trials):
        for condition in experiment.conditions:
            path = record_path(out, condition, trial)
            if path.exists():
                continue
            settings = _settings_of(condition, s)
            of_condition = maps if PRESETS[settings.preset].face == "features" else None
            if spoiled is None:
                say("disturbing voices and faces")
                spoiled = disturb(
                    read_utterances(speech),
                    ready.faces,
                    np.random.default_rng([experiment.seed, 4]),
                    through_stages=maps is not None,
                )
            say(f"trial {trial + 1}: {condition.title}")
            seed = experiment.seed + 100 * trial
            record = _trained(ready, of_condition, spoiled, settings, seed, clock)
            if art is not None and of_condition is not None:
                record["panels"] = _on_panels(ready, of_condition, settings, experiment.seed, art)
            source = read_source(allow_dirty=True)
            write_json(
                path,
                {
                    "condition": condition.name,
                    "trial": trial,
                    "command": " ".join(command),
                    **source.facts(),
                    "machine": describe_machine("cpu"),
                    **record,
                },
                indent=None,
            )
        on_trial(trial)


def _settings_of(condition: Condition, settings: EmotionSettings) -> EmotionSettings:
    """A tiny experiment trains tiny networks, whatever the condition."""
    changes = dict(condition.changes)
    if settings.preset == "tiny":
        changes.pop("preset", None)
    return apply(settings, changes, f"condition {condition.name}")


def _maps_if_wanted(experiment: EmotionExperiment, ready: Prepared) -> FaceMaps | None:
    presets = {_settings_of(c, experiment.settings).preset for c in experiment.conditions}
    wanted = any(PRESETS[preset].face == "features" for preset in presets)
    return maps_of(ready.faces) if wanted else None


def _trained(
    ready: Prepared,
    maps: FaceMaps | None,
    spoiled: Disturbed,
    settings: EmotionSettings,
    seed: int,
    clock: Callable[[], float],
) -> dict[str, Any]:
    plain = Disturbed(
        spoiled.voices,
        {name: (faces, of if maps is not None else None) for name, (faces, of)
         in spoiled.faces.items()},
    )  # fmt: skip
    asking = FoldTrials(ready.voices, ready.faces, maps, plain, seed)
    costs: list[dict[str, float]] = []

    def on_fold(network: EmotionNetwork, fold: Any) -> None:
        if not costs:
            costs.append(_milliseconds(network, ready, clock))
        asking(network, fold)

    start_s = clock()
    crossed = crossed_answers(ready.voices, ready.faces, maps, settings, seed=seed, on_fold=on_fold)
    return {
        "answers": _plain(crossed),
        "processor_ms": costs[0],
        "training_processor_s": round(clock() - start_s, 1),
        "disturbed": asking.facts(),
    }


@torch.no_grad()
def _milliseconds(
    network: EmotionNetwork, ready: Prepared, clock: Callable[[], float]
) -> dict[str, float]:
    """Processor time of one window, of one face, and of both; with the pixels, not with maps."""
    numbers = np.array([0])
    rows = torch.from_numpy(ready.voices.rows[0, :1].astype(np.float32))
    statistics = torch.from_numpy(ready.voices.statistics[0, :1])
    picture = face_inputs(ready.faces, None, numbers)
    one = torch.ones(1, 1)
    scaled = network.scaled(statistics)
    runs: dict[str, Callable[[], Any]] = {
        "voice alone": lambda: network.of_voice(network.voice(rows, scaled)),
        "face alone": lambda: network.of_face(network.face(picture)),
        "both": lambda: network(rows, statistics, picture, one, one),
    }
    found = {}
    for name, run in runs.items():
        run()
        start_s = clock()
        for _ in range(_TIMED):
            run()
        found[name] = round(1000 * (clock() - start_s) / _TIMED, 3)
    return found


def _on_panels(
    ready: Prepared, maps: FaceMaps, settings: EmotionSettings, seed: int, art: Path
) -> dict[str, Any]:
    """Of a network that has learnt from everything."""
    network = fit_network(
        ready.voices,
        ready.faces,
        maps,
        settings,
        spoken=np.arange(len(ready.voices.truth)),
        drawn=np.arange(len(ready.faces.truth)),
        seed=seed,
    )
    return tried_on_panels(network, panel_faces(art))


def _plain(crossed: Crossed) -> dict[str, Any]:
    def rounded(x: Array) -> Any:
        return np.round(x, _DIGITS).tolist()

    return {
        name: rounded(getattr(crossed, name))
        for name in ("voice_logits", "face_logits", "pair_voice", "pair_face", "pair_both")
    } | {"voice_of": crossed.voice_of.tolist(), "face_of": crossed.face_of.tolist()}


def _write_labels(out: Path, ready: Prepared) -> None:
    labels: Mapping[str, Any] = {
        "classes": list(CLASSES),
        "voice_truth": ready.voices.truth.tolist(),
        "speakers": list(ready.voices.speakers),
        "face_truth": ready.faces.truth.tolist(),
        "families": list(ready.faces.families),
        "data": ready.data_hash,
    }
    write_json(out / "labels.json", labels)
