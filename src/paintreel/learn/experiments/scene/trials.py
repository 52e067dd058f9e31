"""Run the trials of the scene experiment: each condition of each trial once, whatever happens.

OUT/experiment.json, OUT/trials/  see `experiments.records`
OUT/crops.json               the crops of the test, in order, and their categories
OUT/development.json         those of the development part, by which choices may be made
OUT/nearness.npz             features of panels, for the Fréchet distance; nearness-words.npz of
                             small crops of them, for pictures from words
OUT/compute.json             precision and threads of all trainings, measured once
OUT/costs/NAME.json          what painting with a condition costs
OUT/pictures/NAME.jpg        the first held-out crops at the standard level, of trial 0
OUT/paintings/NAME/          of the systems and the paintings, in trial 0: RATED pictures of every
                             category, what `scene.rating` shows blind raters
OUT/weights/NAME-TRIAL.safetensors  what was trained, so that it can be measured anew
OUT/work/, OUT/roughs/       runs under way and the cache of roughs: of no use afterwards
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from paintreel.errors import DataError
from paintreel.imaging.arrays import Array
from paintreel.imaging.files import Picture, write_picture
from paintreel.learn.data.folders import PictureFolder, load_pictures, scan
from paintreel.learn.data.scene_crops import MAX_SIDE_PX, Crop, crops_of, windows_of
from paintreel.learn.data.scene_labels import read_labels
from paintreel.learn.data.scene_pairs import STANDARD, make_panels
from paintreel.learn.engine.distributed import ProcessGroup
from paintreel.learn.engine.precision import ComputeChoice
from paintreel.learn.experiments.conditions import Condition
from paintreel.learn.experiments.records import claim_folder, json_files, read_json, write_json
from paintreel.learn.experiments.scene.conditions import FULL, is_rated
from paintreel.learn.experiments.scene.costs import measure_costs
from paintreel.learn.experiments.scene.nearness import PanelDistance, read_nearness
from paintreel.learn.experiments.scene.scoring import open_extractor, score_pictures
from paintreel.learn.experiments.scene.settings import SETTINGS, SVMM_OF
from paintreel.learn.experiments.scene.training import (
    Material,
    Paint,
    check_categories,
    kept_weights,
    train_condition,
)
from paintreel.learn.experiments.scene.words import is_of_words, word_side_px
from paintreel.learn.experiments.trials import (
    TrialsExperiment,
    missing_trials,
    one_process,
    run_trials,
    shared_compute,
    source_of,
)
from paintreel.learn.systems import SCENE_NETWORKS
from paintreel.learn.trainers.scene import SceneSettings, workload_of
from paintreel.learn.trainers.training_run import refuse_inside
from paintreel.metrics.extractors import FeatureExtractor
from paintreel.runtime.card import sha256_of
from paintreel.runtime.catalog import bundled
from paintreel.runtime.extractor import OnnxExtractor
from paintreel.runtime.system import usable_cores

SHOWN_CROPS = 5
SHOWN_QUALITY = 88
RATED = 10
"""Pictures of a category that raters see of a system, as the paper's three experts did."""
CROPS_NAME = "crops.json"
DEVELOPMENT_NAME = "development.json"
WEIGHTS_NAME = "weights"
DESCRIBER = "classifiers"
"""Bundled network whose features the Fréchet distance takes."""


@dataclass(frozen=True, kw_only=True)
class Experiment(TrialsExperiment):
    """All that decides the results.

    preset      of the networks
    crops       most crops of the test, and of development, of crop_px a side
    held_out    globs of the panels that are held out
    test        globs of those among them that are tested on; the others are of development. All
                where none fits
    max_art     most panels to train on
    settings    of every network, before a condition's changes

    Raises InputError for what cannot be run.
    """

    preset: str = "light"
    crops: int = 48
    crop_px: int = 256
    held_out: tuple[str, ...] = ()
    test: tuple[str, ...] = ()
    max_art: int = 3000
    settings: SceneSettings = field(default_factory=SceneSettings)

    def rules(self) -> dict[str, bool]:
        return super().rules() | {
            f"preset is of {', '.join(SETTINGS)}": self.preset in SETTINGS,
            "crops is 2 or more": self.crops >= 2,
            "crop_px is a multiple of 16, 64 or more": self.crop_px >= 64 and not self.crop_px % 16,
            "max_art is 4 or more": self.max_art >= 4,
        }


def run_experiment(
    experiment: Experiment,
    *,
    art: Path,
    out: Path,
    command: Sequence[str],
    roughs: Path | None = None,
    extractor: Path | None = None,
    resume: bool = False,
    on_trial: Callable[[int], None] = lambda trial: None,
    say: Callable[[str], None] = print,
) -> None:
    """Run every trial that is not there yet; one under way goes on from its checkpoint.

    art        panels to learn from and hold out
    out        folder of the results
    command    as it was typed, for the records
    roughs     cache of roughs that runs on the same art may share; in `out` if None
    extractor  network of the perceptual distance; the bundled one if None
    resume     go on where `out` was left
    on_trial   called after each trial that was run, and once where none was left to run
    say        called with each line of progress

    Raises DataError for unusable art, OutputError if `out` holds an experiment and `resume` is not
    set, InputError if it holds another one, TrainingError if a network diverges for good.
    """
    folder = scan(art, what="--art")
    refuse_inside(out, (art,))
    source = source_of(command)
    network = open_extractor(extractor)
    train, held_out = _split(folder, experiment)
    development, test = _parts(held_out, experiment)
    facts = experiment.facts() | {
        "data": f"art {train.hash()[:16]}, tested on {test.hash()[:16]}",
        "extractor": network.name if network else None,
    }
    claim_folder(out, facts, resume=resume)
    missing = missing_trials(out, experiment.conditions, experiment.trials)
    if not missing:
        on_trial(experiment.trials - 1)
        return
    with one_process() as group:
        crops, watched = (_crops(part, experiment) for part in (test, development))
        material = _prepare(experiment, train, (watched or crops)[0], roughs or out / "roughs", say)
        material = dataclasses.replace(
            material, compute=_compute(out, experiment, group), kept=out / WEIGHTS_NAME
        )
        check_categories([condition for _trial, condition in missing], crops)
        for name, part in ((CROPS_NAME, crops), (DEVELOPMENT_NAME, watched)):
            write_json(out / name, {crop.name: crop.label for crop in part})
        threads = material.compute.threads
        network = open_extractor(extractor, threads=threads)
        wholes = _Shown(crops, _nearness(out / "nearness.npz", experiment.crop_px, test, threads))
        words = _shown_of_words(out, experiment, test, missing, threads) or wholes

        bench = _Bench(
            out=out,
            experiment=experiment,
            material=material,
            group=group,
            extractor=network,
            wholes=wholes,
            words=words,
            development=watched,
            rated=cache(lambda: windows_of(test, RATED, side_px=experiment.crop_px)),
        )
        run_trials(
            missing,
            bench.run,
            out=out,
            trials=experiment.trials,
            seed=experiment.seed,
            source=source | {"device": group.device.type},
            on_trial=on_trial,
            say=say,
        )


@dataclass(frozen=True)
class _Shown:
    """What conditions are scored on: crops of one size, and the distance to panels at it."""

    crops: Sequence[Crop]
    nearness: PanelDistance | None


@dataclass(frozen=True)
class _Bench:
    """What all trials of a process share; `rated` are crops that raters see, cut when needed."""

    out: Path
    experiment: Experiment
    material: Material
    group: ProcessGroup
    extractor: FeatureExtractor | None
    wholes: _Shown
    words: _Shown
    development: Sequence[Crop]
    rated: Callable[[], Sequence[Crop]]

    def run(self, condition: Condition, trial: int, work: Path) -> Mapping[str, Any]:
        """The record of a trial, whose pictures and weights are kept beside it."""
        out, of_words = self.out, is_of_words(condition)
        trained = train_condition(condition, trial, self.material, self.group, work)
        shown = self.words if of_words else self.wholes
        record, pictures = score_pictures(
            condition.name,
            trained.paint,
            shown.crops,
            self.extractor,
            development=self.development,
            nearness=shown.nearness,
            has_truth=not of_words,
        )
        if trial == 0:
            _keep_pictures(out / "pictures" / f"{condition.name}.jpg", pictures)
            if is_rated(condition):
                _keep_paintings(out / "paintings" / condition.name, self.rated(), trained.paint)
            _keep_costs(out, condition, self.experiment, work)
        _keep_weights(work, kept_weights(out / WEIGHTS_NAME, condition.name, trial))
        return trained.facts | record


def _shown_of_words(
    out: Path,
    experiment: Experiment,
    test: PictureFolder,
    missing: Sequence[tuple[int, Condition]],
    threads: int,
) -> _Shown | None:
    """What pictures from words are scored on; None where none are missing."""
    if not any(is_of_words(condition) for _trial, condition in missing):
        return None
    side = word_side_px(experiment.preset)
    small = _crops(test, dataclasses.replace(experiment, crop_px=side))
    return _Shown(small, _nearness(out / "nearness-words.npz", side, test, threads))


def _compute(out: Path, experiment: Experiment, group: ProcessGroup) -> ComputeChoice:
    """Precision and threads of all trainings in `out`, by the full network."""
    network = SCENE_NETWORKS[FULL].load_network().generator(experiment.preset)
    return shared_compute(out, workload_of(network, experiment.settings.pairs), group)


def read_costs(out: Path) -> dict[str, dict[str, float]]:
    """{condition: costs} of all that is there. Raises InputError for a broken file."""
    return {path.stem: read_json(path) for path in json_files(out / "costs")}


def _split(folder: PictureFolder, experiment: Experiment) -> tuple[PictureFolder, PictureFolder]:
    """(to train on, held out), by pattern, or a random eighth where no pattern matches."""
    train, held_out = folder.split(experiment.held_out)
    if not held_out.paths:
        train, held_out = train.set_aside(np.random.default_rng([experiment.seed, 76]))
    if not train.paths:
        raise DataError(f"--art {folder.root}: every picture is held out; nothing to train on")
    return train.draw(experiment.max_art, np.random.default_rng([experiment.seed, 75])), held_out


def _parts(held_out: PictureFolder, experiment: Experiment) -> tuple[PictureFolder, PictureFolder]:
    """(development, test); all are of the test, none of development, if none is named for it."""
    development, test = held_out.split(experiment.test)
    return (development, test) if test.paths else (test, held_out)


def _crops(part: PictureFolder, experiment: Experiment) -> list[Crop]:
    """The crops of a part, none of one without pictures."""
    if not part.paths:
        return []
    return crops_of(part, experiment.crops, side_px=experiment.crop_px)


def _prepare(
    experiment: Experiment,
    train: PictureFolder,
    sample: Crop,
    roughs: Path,
    say: Callable[[str], None],
) -> Material:
    labels = read_labels(train.root)
    panels = make_panels(
        load_pictures(train, max_side_px=MAX_SIDE_PX, what="--art"),
        [labels.get(p.as_posix()) for p in train.paths],
        scales_px=experiment.settings.pairs.scales_px,
        cache=roughs,
        threads=usable_cores(),
        on_progress=lambda done, total: say(f"roughs {done}/{total}") if done == total else None,
    )
    return Material(
        panels=panels,
        sample=sample,
        preset=experiment.preset,
        seed=experiment.seed,
        budget=experiment.budget,
        settings=experiment.settings,
        svmm=SVMM_OF[experiment.preset],
    )


def _nearness(cache: Path, crop_px: int, test: PictureFolder, threads: int) -> PanelDistance | None:
    """The distance to the panels of the test; None without the network that describes them."""
    path = bundled(DESCRIBER)
    if not path.is_file():
        return None
    return read_nearness(
        cache,
        OnnxExtractor(path, threads=threads),
        load_pictures(test, max_side_px=MAX_SIDE_PX, what="--art"),
        crop_px=crop_px,
        sha256=sha256_of(path),
    )


def _keep_pictures(path: Path, pictures: Sequence[Array]) -> None:
    """The first pictures, one under the other."""
    strip = np.vstack(pictures[:SHOWN_CROPS])
    write_picture(path, Picture(strip), quality=SHOWN_QUALITY, overwrite=True)


def _keep_paintings(folder: Path, crops: Sequence[Crop], paint: Paint) -> None:
    for crop in crops:
        picture = Picture(np.ascontiguousarray(paint(crop, STANDARD)))
        write_picture(folder / crop.name, picture, overwrite=True)


def _keep_weights(work: Path, path: Path) -> None:
    """The last snapshot of a network's training; nothing of what is no network."""
    if snapshots := sorted((work / "snapshots").glob("*.safetensors")):
        path.parent.mkdir(exist_ok=True)
        snapshots[-1].replace(path)


def _keep_costs(out: Path, condition: Condition, experiment: Experiment, work: Path) -> None:
    if not condition.varies:
        return
    costs = measure_costs(
        condition,
        preset=experiment.preset,
        side_px=(word_side_px(experiment.preset) if is_of_words(condition) else experiment.crop_px),
        svmm=work / "model.npz" if condition.system == "svmm" else None,
    )
    write_json(out / "costs" / f"{condition.name}.json", costs)
