"""Training of the emotion network: what it hears in voices and sees in faces, and both together.

Folds of speakers and drawn families measure and calibrate it; the network that is exported has
learnt from all of them.
"""

from __future__ import annotations

import dataclasses
import json
import time
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from safetensors import safe_open
from safetensors.torch import save_file

from paintreel.errors import OutputError, TrainingError
from paintreel.imaging.arrays import Array
from paintreel.learn.data.emotion_labels import CLASSES
from paintreel.learn.data.emotion_set import FaceSet, VoiceSet, face_set, voice_set
from paintreel.learn.data.faces import FaceExamples, read_faces
from paintreel.learn.data.rig_faces import draw_rig_faces, with_faces
from paintreel.learn.data.utterances import Utterances, read_utterances
from paintreel.learn.engine.fingerprint import differences
from paintreel.learn.export.traced import BATCH, Parity, export_traced
from paintreel.learn.models.emotion import (
    PRESETS,
    CalibratedEmotion,
    EmotionNetwork,
    WithoutUnused,
)
from paintreel.learn.trainers.classifier_heads import recalls
from paintreel.learn.trainers.emotion_fit import FaceMaps, fit_network, maps_of
from paintreel.learn.trainers.emotion_folds import Crossed, calibrated, crossed_answers
from paintreel.learn.trainers.emotion_settings import EmotionSettings
from paintreel.learn.trainers.training_run import Folders, Run, Trained, progress_of, refuse_inside
from paintreel.runtime.emotion_features import FACE_PX, ROWS, VOICE_WIDTH
from paintreel.runtime.emotion_models import (
    FACE,
    HEARD,
    PROBABILITIES,
    SEEN,
    STATISTICS_INPUT,
    TASK,
    VOICE,
)
from paintreel.runtime.voice_statistics import STATISTICS
from paintreel.stats import confusion_of, recognition_of

__all__ = ["Prepared", "export_trained", "measures_of", "prepare", "train_emotion", "write_graph"]


KEPT_NAME = "trained.safetensors"
"""What a run has learnt, kept for its export."""


@dataclass(frozen=True)
class Prepared:
    """Everything that networks learn from, and what the card says of it."""

    voices: VoiceSet
    faces: FaceSet
    maps: FaceMaps | None
    facts: dict[str, Any]
    data_hash: str


def train_emotion(
    run: Run, folders: Folders, clock: Callable[[], float] = time.monotonic
) -> Trained[CalibratedEmotion]:
    """Read, vary, cross, calibrate, and fit the network that is kept.

    faces: drawn or photographed, labelled; speech: recordings, labelled. It takes as many steps as
    its settings say, whatever the budget. Raises DataError for unusable folders, OutputError where
    `run.out` holds a model, TrainingError where it is resumed with other settings or folders than
    what lies there was learnt with.
    """
    s: EmotionSettings = run.settings
    assert folders.faces is not None, "the emotion network needs faces"
    assert folders.speech is not None, "the emotion network needs speech"
    path = run.out / run.system.file
    if path.exists() and not run.resume:
        raise OutputError(f"{path} exists already; give a new --out")
    refuse_inside(run.out, (folders.faces, folders.speech))
    if run.resume and (done := _kept(run.out)) is not None:
        data_hash = _read(folders.faces, folders.speech, s).data_hash
        _refuse_other_run(done.training, s, data_hash, run.out / KEPT_NAME)
        return done
    start_s = clock()
    ready = prepare(folders.faces, folders.speech, s)
    crossed = crossed_answers(ready.voices, ready.faces, ready.maps, s, seed=s.seed, say=_say_folds)
    measured, temperatures = measures_of(crossed, ready.voices, ready.faces)
    report = progress_of("steps", speak=True)
    network = fit_network(
        ready.voices,
        ready.faces,
        ready.maps,
        s,
        spoken=np.arange(len(ready.voices.truth)),
        drawn=np.arange(len(ready.faces.truth)),
        seed=s.seed,
        say=lambda step, loss: report(step, s.steps),
    )
    if crossed.fusion is not None:
        network.fused = crossed.fusion
    training = {
        **run.origin(wall_s=clock() - start_s, data_hash=ready.data_hash),
        "steps": s.steps,
        **ready.facts,
        "classes": list(CLASSES),
        "crossed": measured,
    }
    trained = Trained(CalibratedEmotion(network, temperatures).eval(), training)
    _keep(trained, run.out, s.preset)
    return trained


def _keep(trained: Trained[CalibratedEmotion], out: Path, preset: str) -> None:
    """What was learnt, before it is exported: --resume goes on from it."""
    network = trained.model.network
    facts = {
        "training": json.dumps(trained.training),
        "preset": preset,
        "temperatures": json.dumps(trained.model.temperatures.tolist()),
    }
    out.mkdir(parents=True, exist_ok=True)
    save_file(network.state_dict(), out / KEPT_NAME, metadata=facts)


def _kept(out: Path) -> Trained[CalibratedEmotion] | None:
    """What an earlier run has learnt; None where there is none."""
    path = out / KEPT_NAME
    if not path.is_file():
        return None
    with safe_open(path, "pt") as file:
        facts = file.metadata()
        state = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118
    everything = tuple(range(len(CLASSES)))  # masks lie in the state
    network = EmotionNetwork(len(CLASSES), everything, everything, PRESETS[facts["preset"]])
    network.load_state_dict(state)
    temperatures = tuple(json.loads(facts["temperatures"]))
    return Trained(CalibratedEmotion(network, temperatures).eval(), json.loads(facts["training"]))


def _refuse_other_run(
    training: Mapping[str, Any], settings: EmotionSettings, data_hash: str, path: Path
) -> None:
    """Raise TrainingError unless a kept network was learnt with these settings from this data."""
    now = {"data": data_hash, "settings": dataclasses.asdict(settings)}
    then = {"data": training["data_hash"], "settings": training["settings"]}
    if differing := differences(then, now):
        raise TrainingError(
            f"{path} is of another run: {'; '.join(differing)}; go on with what the run was "
            "started with, or give a new --out"
        )


@dataclass(frozen=True)
class _Read:
    """What the two folders hold, with the faces that are drawn to them."""

    utterances: Utterances
    examples: FaceExamples

    @property
    def data_hash(self) -> str:
        return f"speech {self.utterances.digest}, faces {self.examples.digest}"


def _read(faces: Path, speech: Path, settings: EmotionSettings) -> _Read:
    utterances, examples = read_utterances(speech), read_faces(faces)
    if settings.rig_faces:
        drawn = draw_rig_faces(settings.rig_faces, np.random.default_rng([settings.seed, 8]))
        examples = with_faces(examples, drawn)
    return _Read(utterances, examples)


def prepare(faces: Path, speech: Path, settings: EmotionSettings) -> Prepared:
    """Read both folders and make the variations. Raises DataError."""
    read = _read(faces, speech, settings)
    utterances, examples = read.utterances, read.examples
    voices = voice_set(
        utterances,
        np.random.default_rng([settings.seed, 1]),
        copies=settings.voice_copies,
        say=progress_of("recordings", speak=True),
    )
    seen = face_set(
        examples, np.random.default_rng([settings.seed, 2]), copies=settings.face_copies
    )
    looks_through = PRESETS[settings.preset].face == "features"
    facts = {
        "recordings": _counted(utterances.emotions),
        "speakers": len(set(utterances.speakers)),
        "faces": _counted(examples.emotions),
        "families": sorted(set(examples.families)),
    }
    return Prepared(
        voices,
        seen,
        maps_of(seen) if looks_through else None,
        facts,
        read.data_hash,
    )


def measures_of(
    crossed: Crossed, voices: VoiceSet, faces: FaceSet
) -> tuple[dict[str, Any], tuple[float, float, float]]:
    """What the card says of unknown speakers and families; the three temperatures."""
    speakers = np.array(voices.speakers)
    pairs = voices.truth[crossed.voice_of]
    asked = {
        "voice": (crossed.voice_logits, voices.truth, speakers),
        "face": (
            crossed.face_logits[faces.asked],
            faces.truth[faces.asked],
            np.array(faces.families)[faces.asked],
        ),
        "both": (crossed.pair_both, pairs, speakers[crossed.voice_of]),
        "voice_of_pairs": (crossed.pair_voice, pairs, speakers[crossed.voice_of]),
        "face_of_pairs": (crossed.pair_face, pairs, speakers[crossed.voice_of]),
    }
    measured, temperatures = {}, {}
    for name, (logits, truth, groups) in asked.items():
        temperature, error, _ = calibrated(logits, truth, groups)
        measured[name] = _recognised(logits, truth) | {
            "temperature": round(temperature, 3),
            "calibration_error": round(error, 4),
        }
        temperatures[name] = temperature
    return measured, (temperatures["voice"], temperatures["face"], temperatures["both"])


def _recognised(logits: Array, truth: Array) -> dict[str, Any]:
    found = recognition_of(confusion_of(truth, logits.argmax(1), len(CLASSES)))
    each = recalls(logits, truth)
    return {
        "asked": len(truth),
        "accuracy": round(found.accuracy, 4),
        "macro_recall": round(found.macro_recall, 4),
        "recall": {
            name: round(float(share), 4)
            for name, share in zip(CLASSES, each, strict=True)
            if np.isfinite(share)
        },
    }


def export_trained(trained: Trained[CalibratedEmotion], path: Path, run: Run) -> None:
    """Write the network with weights in f16 to `path` (.onnx) and its card beside it."""
    contract = run.contract(
        task=TASK,
        multiple=1,
        halo_px=0,
        tiling="whole",
        input=FACE,
        output=PROBABILITIES,
        labels=CLASSES,
    )
    parity = write_graph(trained.model, path, contract.metadata(), seed=run.settings.seed)
    run.write_card(
        path,
        trained.training
        | {
            "torch_parity": float(f"{parity.runtime:.1e}"),
            "f16_rounding": float(f"{parity.rounding:.1e}"),
        },
    )


def write_graph(
    model: CalibratedEmotion, path: Path, metadata: Mapping[str, str], *, seed: int
) -> Parity:
    """Write the graph of a network to `path` (.onnx), with weights in f16."""
    generator = torch.Generator().manual_seed(seed)
    checks = [_example(count, generator) for count in (1, 3)]
    names = [VOICE, STATISTICS_INPUT, FACE, HEARD, SEEN]
    if (place := model.unused) is not None:
        names.pop(place)
        checks = [(*each[:place], *each[place + 1 :]) for each in checks]
    return export_traced(
        WithoutUnused(model).eval(),
        path,
        inputs=dict.fromkeys(names, BATCH),
        outputs={PROBABILITIES: BATCH},
        sample=checks[0],
        checks=checks,
        metadata=metadata,
        half_weights=True,
    )


def _example(count: int, generator: torch.Generator) -> tuple[torch.Tensor, ...]:
    def normal(*shape: int) -> torch.Tensor:
        return torch.randn(shape, generator=generator)

    flags = [(torch.arange(count) % 3 != place).float()[:, None] for place in (2, 1)]
    return (
        normal(count, ROWS, VOICE_WIDTH),
        normal(count, STATISTICS),
        torch.rand((count, 3, FACE_PX, FACE_PX), generator=generator),
        *flags,
    )


def _counted(emotions: tuple[str, ...]) -> dict[str, int]:
    return dict(sorted(Counter(emotions).items()))


_say_folds = progress_of("folds", speak=True)
