"""Training of the classifiers: what a picture is painted with, its mood and its scene.

The backbone stays as ImageNet left it. It is exported first, with weights in f16, and everything is
fitted to what that file gives, so that training sees what serving sees. Penalty, temperature and
the threshold of what is familiar are chosen by folds of whole sources of the training pictures;
pictures that are held out are looked at once, for the card.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import torch

from paintreel.errors import DataError, OutputError, PaintreelError
from paintreel.imaging.arrays import Array
from paintreel.imaging.files import read_picture
from paintreel.learn.data.classified import Examples, altered, counts_of, gather
from paintreel.learn.data.folders import unusable
from paintreel.learn.data.labelled import UNKNOWN, LabelledFolder, find_labelled
from paintreel.learn.data.strangers import KINDS, draw_stranger
from paintreel.learn.export.traced import BATCH, PICTURES, export_traced, relative
from paintreel.learn.models.classifiers import (
    ClassifierNetwork,
    Familiarity,
    LinearHead,
    Statistics,
)
from paintreel.learn.models.efficientnet import load_efficientnet
from paintreel.learn.trainers.classifier_heads import (
    calibration_error,
    choose_penalty,
    distances,
    fit_axes,
    fit_familiarity,
    fit_heads,
    fit_temperature,
    folds_of,
    macro_recall,
    recalls,
    scores_of,
    shares_of,
)
from paintreel.learn.trainers.classifier_settings import ClassifierSettings
from paintreel.learn.trainers.training_run import Folders, Run, Trained, progress_of, refuse_inside
from paintreel.metrics.extractors import FEATURES, NAME_KEY, SIDE_KEY
from paintreel.pictures.paper import rgb8_on_white
from paintreel.runtime.classifiers import (
    DISTANCE,
    MAPS,
    PROBABILITIES,
    SIDE_PX,
    TASK,
    classifier_input,
)
from paintreel.runtime.emotions import MOODS
from paintreel.runtime.onnx_session import session_of
from paintreel.stats import confusion_of, recall_gain, recognition_of
from paintreel.worlds.categories import LABELS

INPUT = "image"
FEATURES_NAME = "efficientnet"
"""What distances over the features are called after (`fd_efficientnet`)."""

_BACKBONE = "statistics.onnx"


@dataclass(frozen=True)
class Survey:
    """Statistics of examples: (N, D); of altered copies (M, D), and (M,) of which they are."""

    examples: Examples
    statistics: Array
    copies: Array
    copy_of: Array


@dataclass(frozen=True)
class Task:
    """A head to be fitted.

    labels   of its classes
    targets  (N, C) shares; noughts for pictures without a label
    truth    (N,) numbers, or UNKNOWN
    parts    of the statistics, which count alike
    rows     what it is held against: {name: parts of the statistics}
    """

    labels: tuple[str, ...]
    targets: Array
    truth: Array
    parts: tuple[slice, ...]
    rows: Mapping[str, tuple[slice, ...]]

    def of(self, chosen: Array) -> Task:
        """The task over these pictures alone."""
        return replace(self, targets=self.targets[chosen], truth=self.truth[chosen])


def train_classifiers(
    run: Run, folders: Folders, clock: Callable[[], float] = time.monotonic
) -> Trained[ClassifierNetwork]:
    """Check the folders, survey the pictures, fit the heads.

    art: panels with `ratings.tsv`. photos: photographs. styles: one subfolder a medium. It is
    learnt in one pass, which takes what it takes whatever the budget. Raises DataError for unusable
    folders before anything is surveyed, MissingExtra without the weights of ImageNet.
    """
    s: ClassifierSettings = run.settings
    art, photos, styles = folders.art, folders.photos, folders.styles
    assert photos is not None, "the classifiers need photographs"
    assert styles is not None, "the classifiers need styles"
    path = run.out / run.system.file
    if path.exists() and not run.resume:
        raise OutputError(f"{path} exists already; give a new --out")
    refuse_inside(run.out, (art, photos, styles))
    train, aside = find_labelled(art, photos, styles, licences=s.licences, held_out=s.held_out)
    rng = np.random.default_rng(s.seed)
    known, unseen = gather(train, art).drawn(s.most, rng), gather(aside, art).drawn(s.most, rng)
    if not known.moods.any():
        raise DataError(f"{art}: none of the panels to be learnt from has a mood in its table")
    statistics = Statistics(load_efficientnet(), s.taps)
    start_s = clock()
    look = statistics_reader(statistics, run.out / _BACKBONE)
    size = statistics.size
    learnt = survey(look, known, s, copies=s.copies, size=size, what="pictures")
    tried = survey(look, unseen, s, copies=0, size=size, what="held-out pictures")
    heads, facts = {}, {}
    for name, task in tasks_of(statistics, learnt.examples, s).items():
        heads[name], facts[name] = _fitted(task, learnt, s)
        held = tasks_of(statistics, unseen, s)[name]
        facts[name]["held_out"] = _held_out(heads[name], held, tried)
    familiarity, caught = _familiar(statistics, look, learnt, tried, s)
    axes = fit_axes(
        learnt.statistics,
        [statistics.places[tap] for tap in s.feature_taps],
        axes=s.feature_axes,
    )
    network = ClassifierNetwork(
        statistics, heads, familiarity, learnt.statistics.mean(axis=0), axes
    ).eval()
    training = {
        **run.origin(wall_s=clock() - start_s, data_hash=_hash(train)),
        "steps": sum(fact.pop("steps") for fact in facts.values()),
        "pictures": counts_of(known.medium, known.media),
        "held_out_pictures": counts_of(unseen.medium, unseen.media),
        "heads": facts,
        "familiar": caught,
    }
    return Trained(network, training)


def export_trained(trained: Trained[ClassifierNetwork], path: Path, run: Run) -> None:
    """Write the network with weights in f16 to `path` (.onnx) and its card beside it."""
    heads = {"mood": MOODS, "scene": LABELS}
    heads["medium"] = tuple(trained.training["pictures"])
    contract = run.contract(
        task=TASK, multiple=32, halo_px=0, tiling="whole", output=PROBABILITIES, heads=heads
    )
    generator = torch.Generator().manual_seed(run.settings.seed)
    sizes = ((1, 3, 96, 128), (2, 3, 64, 96))
    checks = [(torch.rand(size, generator=generator).sqrt(),) for size in sizes]
    parity = export_traced(
        trained.model,
        path,
        inputs={INPUT: PICTURES},
        outputs={PROBABILITIES: BATCH, DISTANCE: BATCH, MAPS: PICTURES, FEATURES: BATCH},
        sample=checks[0],
        checks=checks,
        metadata={NAME_KEY: FEATURES_NAME, SIDE_KEY: str(SIDE_PX)} | contract.metadata(),
        difference=relative,
        half_weights=True,
    )
    run.write_card(
        path,
        trained.training
        | {
            "torch_parity": float(f"{parity.runtime:.1e}"),
            "f16_rounding": float(f"{parity.rounding:.1e}"),
        },
    )


# The survey.


def statistics_reader(statistics: Statistics, path: Path) -> Callable[[Array], Array]:
    """A function from pixels to (D,) statistics, by a file with weights in f16."""
    path.parent.mkdir(parents=True, exist_ok=True)
    sample = (torch.rand(1, 3, 96, 128, generator=torch.Generator().manual_seed(0)),)
    export_traced(
        statistics,
        path,
        inputs={INPUT: PICTURES},
        outputs={"statistics": BATCH},
        sample=sample,
        checks=[sample],
        metadata={},
        difference=relative,
        half_weights=True,
    )
    session = session_of(path.read_bytes(), path, threads=1)

    def look(pixels: Array) -> Array:
        tensor = classifier_input(pixels)[None]
        found: Array = session.run(None, {INPUT: tensor})[0][0].astype(np.float64)
        return found

    return look


def survey(
    look: Callable[[Array], Array],
    examples: Examples,
    settings: ClassifierSettings,
    *,
    copies: int,
    size: int,
    what: str,
) -> Survey:
    """The `size` statistics of all pictures, and of altered copies of the panels.

    Raises DataError that names every picture which cannot be read.
    """
    say = progress_of(what, speak=True)
    plain, extra, extra_of, problems = [], [], [], []
    for number, file in enumerate(examples.files):
        try:
            pixels = rgb8_on_white(read_picture(file).pixels)
        except PaintreelError as error:
            problems.append(str(error))
            continue
        plain.append(look(pixels))
        rng = np.random.default_rng([settings.seed, 1, number])
        for _ in range(copies if examples.is_panel[number] else 0):
            extra.append(look(altered(pixels, rng, strength=settings.strength)))
            extra_of.append(number)
        say(number + 1, len(examples))
    if problems:
        raise DataError(unusable(problems))
    return Survey(
        examples,
        np.array(plain).reshape(len(plain), size),
        np.array(extra).reshape(len(extra), size),
        np.array(extra_of, int),
    )


def tasks_of(
    statistics: Statistics, examples: Examples, settings: ClassifierSettings
) -> dict[str, Task]:
    """The three heads over these pictures, by name."""
    taps = statistics.places
    colours = slice(statistics.mapped, statistics.size)
    last = statistics.taps[-1]
    rows = {"colours": (colours,), last: (taps[last],)}
    late = slice(taps[settings.mood_from].start, statistics.mapped)
    maps = tuple(taps.values())

    def one_hot(numbers: Array, count: int) -> Array:
        hot: Array = (numbers[:, None] == np.arange(count)).astype(np.float64)
        return hot

    votes = examples.moods
    mood = np.where(votes.max(axis=1) > 0.5, votes.argmax(axis=1), UNKNOWN)
    scene = np.where(examples.is_panel, examples.scene, UNKNOWN)
    return {
        "mood": Task(MOODS, votes, mood, (late, colours), rows),
        "medium": Task(
            examples.media,
            one_hot(examples.medium, len(examples.media)),
            examples.medium,
            maps,
            rows,
        ),
        "scene": Task(LABELS, one_hot(scene, len(LABELS)), scene, (late, colours), rows),
    }


# Fitting.


def _fitted(
    task: Task, survey: Survey, settings: ClassifierSettings
) -> tuple[LinearHead, dict[str, Any]]:
    """A calibrated head, and what the card says of how it was chosen."""
    s = settings
    chosen = np.flatnonzero(task.targets.sum(axis=1) > 0)
    task, x = task.of(chosen), survey.statistics[chosen]
    place = np.full(len(survey.statistics), -1)
    place[chosen] = np.arange(len(chosen))
    copied = place[survey.copy_of] >= 0
    copies, copy_of = survey.copies[copied], place[survey.copy_of][copied]
    sources = [survey.examples.sources[i] for i in chosen]
    folds = folds_of(sources, s.folds, np.random.default_rng([s.seed, 2]))

    def best(parts: Sequence[slice]) -> tuple[float, Array]:
        return choose_penalty(
            *(x, task.targets, task.truth, folds, copies, copy_of),
            penalties=s.penalties,
            balance=s.balance,
            parts=parts,
        )

    penalty, scores = best(task.parts)
    temperature = fit_temperature(scores, task.targets)
    (head,) = fit_heads(
        np.concatenate([x, copies]),
        np.concatenate([task.targets, task.targets[copy_of]]),
        penalties=[penalty],
        balance=s.balance,
        parts=task.parts,
    )
    calibrated = LinearHead(head.weights / temperature, head.bias / temperature)
    rows = {name: best(parts)[1] for name, parts in task.rows.items()}
    facts = {
        "steps": len(s.penalties) * s.folds + 1,
        "penalty": penalty,
        "temperature": round(temperature, 3),
        "crossed": _scored(scores, task)
        | {
            "calibration_error_before": round(_calibration(scores, task, folds, cross=False), 4),
            "calibration_error": round(_calibration(scores, task, folds, cross=True), 4),
        },
        "rows": {name: round(macro_recall(row, task.truth), 4) for name, row in rows.items()},
        "above_colours": _above(scores, rows["colours"], task.truth, sources, s.seed),
    }
    return calibrated, facts


def _calibration(scores: Array, task: Task, folds: Array, *, cross: bool) -> float:
    """Calibration error of crossed scores: as they are, or with temperatures of the other folds."""
    shares = shares_of(scores)
    for fold in np.unique(folds) if cross else ():
        inside = folds == fold
        shares[inside] = shares_of(
            scores[inside], fit_temperature(scores[~inside], task.targets[~inside])
        )
    return calibration_error(shares, task.truth)


def _scored(scores: Array, task: Task) -> dict[str, Any]:
    """What the card says of scores of pictures that were not learnt from."""
    known = task.truth != UNKNOWN
    if not known.any():
        return {"pictures": 0}
    confusion = confusion_of(task.truth, scores.argmax(axis=1), len(task.labels))
    found, each = recognition_of(confusion), recalls(scores, task.truth)
    return {
        "pictures": int(known.sum()),
        "accuracy": round(found.accuracy, 4),
        "macro_recall": round(found.macro_recall, 4),
        "kappa": round(found.kappa, 4),
        "recall": {n: round(float(r), 4) for n, r in zip(task.labels, each, strict=True) if r == r},
        "confusion": confusion.tolist(),
    }


def _held_out(head: LinearHead, task: Task, survey: Survey) -> dict[str, Any]:
    """Scores of the held-out pictures, their calibration, and the curve of it."""
    scores = scores_of(head, survey.statistics)
    found = _scored(scores, task)
    if found["pictures"]:
        found["calibration_error"] = round(calibration_error(shares_of(scores), task.truth), 4)
    return found


def _above(
    scores: Array, other: Array, truth: Array, sources: Sequence[str], seed: int
) -> dict[str, float]:
    """Macro recall above another row's, with an interval over the sources, which are resampled."""
    interval = recall_gain(
        [scores.argmax(axis=1)],
        [other.argmax(axis=1)],
        truth,
        sources,
        scores.shape[1],
        rng=np.random.default_rng([seed, 3]),
    )
    found = {"by": interval.estimate, "low": interval.low, "high": interval.high}
    return {name: round(float(value), 4) for name, value in found.items()}


def _familiar(
    statistics: Statistics,
    look: Callable[[Array], Array],
    learnt: Survey,
    tried: Survey,
    settings: ClassifierSettings,
) -> tuple[Familiarity, dict[str, Any]]:
    """The distance with its threshold, and the shares that it flags.

    The threshold is one of pictures of unseen sources: of each fold by the distance of the rest.
    """
    s = settings
    parts = tuple(statistics.places[tap] for tap in s.distance_taps)
    examples = learnt.examples

    def fit(chosen: Array) -> Familiarity:
        return fit_familiarity(
            learnt.statistics[chosen],
            examples.medium[chosen],
            parts,
            axes=s.axes,
            shrink=s.shrink,
        )

    folds = folds_of(examples.sources, s.folds, np.random.default_rng([s.seed, 4]))
    apart = np.zeros(len(examples))
    for fold in np.unique(folds):
        apart[folds == fold] = distances(fit(folds != fold), learnt.statistics[folds == fold])
    threshold = float(np.quantile(apart, 1 - s.false_alarms))
    whole = replace(fit(np.ones(len(examples), bool)), threshold=threshold)
    flagged = {}
    for number, kind in enumerate(KINDS):
        rng = np.random.default_rng([s.seed, 5, number])
        seen = np.array([look(draw_stranger(kind, rng)) for _ in range(s.strangers)])
        flagged[kind] = round(float((distances(whole, seen) > 1).mean()), 4)
    beyond = distances(whole, tried.statistics) > 1
    alarms = {
        name: round(float(beyond[tried.examples.medium == m].mean()), 4)
        for m, name in enumerate(tried.examples.media)
        if (tried.examples.medium == m).any()
    }
    facts = {"flagged": flagged, "false_alarms": alarms}
    if len(beyond):
        facts["false_alarms_in_all"] = {"share": round(float(beyond.mean()), 4)}
    return whole, facts


def _hash(data: LabelledFolder) -> str:
    """Of every folder of pictures, in the order of the media."""
    parts = zip(data.media, data.folders, strict=True)
    return ", ".join(f"{name} {folder.hash()[:8]}" for name, folder in parts)
