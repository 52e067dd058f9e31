"""Run the trials of the experiment on stylizers.

OUT/experiment.json, OUT/trials/       see `experiments.records`
OUT/networks/NAME-TRIAL/model.onnx     what was learnt
OUT/features/NAME-TRIAL.npz            the judge's features of every painting; art.npz of the panels
OUT/spectra/NAME.npz                   spectra of trial 0; art.npz of the panels
OUT/compute.json                       precision and threads of all trainings, measured once
OUT/asked.json                         the held-out photographs, and what each is
OUT/pictures/KIND-NAME.jpg, .json      strips of trial 0, for the sheets; sizes of their tiles
OUT/work/                              runs under way: of no use afterwards
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from paintreel.errors import UnknownModel
from paintreel.imaging.arrays import Array
from paintreel.learn.engine.distributed import ProcessGroup
from paintreel.learn.engine.workload import Workload
from paintreel.learn.experiments.conditions import REFERENCE, Condition
from paintreel.learn.experiments.records import claim_folder, refuse_unresumed, write_json
from paintreel.learn.experiments.stylizers.conditions import BUNDLED, is_trained
from paintreel.learn.experiments.stylizers.costs import cost_picture, measure_costs
from paintreel.learn.experiments.stylizers.kept import ART, keep_features, keep_spectrum
from paintreel.learn.experiments.stylizers.material import (
    PORTRAIT,
    SCENE,
    AskedMaterial,
    StylizerFolders,
    gather,
)
from paintreel.learn.experiments.stylizers.scoring import Paint, StyleScorer, file_mb
from paintreel.learn.experiments.stylizers.settings import SETTINGS, StylizersSettings
from paintreel.learn.experiments.stylizers.sheets import (
    FRAMES,
    shown_frames,
    shown_pictures,
    write_strip,
)
from paintreel.learn.experiments.stylizers.training import (
    Trainable,
    network_folder,
    train_condition,
)
from paintreel.learn.experiments.trials import (
    RunTrial,
    TrialsExperiment,
    missing_trials,
    one_process,
    run_trials,
    shared_compute,
    source_of,
)
from paintreel.learn.models.fsgan import PRESETS, Generator
from paintreel.learn.trainers.training_run import refuse_inside
from paintreel.runtime.catalog import find_model
from paintreel.stylize.style import Style

ASKED_NAME = "asked.json"
COST_SIZE_PX = (640, 480)


@dataclass(frozen=True, kw_only=True)
class StylizersExperiment(TrialsExperiment):
    """All that decides the results; the seed also says what is held out where no splits do.

    pictures  most held-out photographs of each source
    """

    settings: StylizersSettings = field(default_factory=lambda: SETTINGS["light"])
    pictures: int = 12

    def rules(self) -> dict[str, bool]:
        """And enough pictures."""
        return super().rules() | {"pictures is 2 or more": self.pictures >= 2}


def run_stylizers(
    experiment: StylizersExperiment,
    folders: StylizerFolders,
    *,
    out: Path,
    command: Sequence[str],
    resume: bool = False,
    on_trial: Callable[[int], None] = lambda trial: None,
    say: Callable[[str], None] = print,
) -> None:
    """Run every trial that is not there yet; one under way goes on from its checkpoint.

    Raises DataError for folders that cannot be used, OutputError if `out` holds an experiment and
    `resume` is not set, InputError if it holds another one, TrainingError if a network diverges for
    good.
    """
    refuse_inside(out, [p for p in (folders.art, folders.photos, folders.clips) if p is not None])
    refuse_unresumed(out, resume=resume)
    with one_process() as group:
        training, test = gather(
            folders,
            experiment.settings,
            out,
            group,
            pictures=experiment.pictures,
            seed=experiment.seed,
        )
        facts = experiment.facts() | {"data": training.data_hash, "clips": sorted(test.clips)}
        claim_folder(out, facts, resume=resume)
        missing = missing_trials(out, experiment.conditions, experiment.trials)
        if not missing:
            on_trial(experiment.trials - 1)
            return
        write_json(out / ASKED_NAME, {"kinds": test.kinds, "panels": len(test.panels)})
        trainable, scorer = Trainable(training, group), StyleScorer(test)
        keep_features(out, ART, scorer.art)
        keep_spectrum(out, ART, test.panels)
        run_trials(
            missing,
            _run_trial(experiment, trainable, scorer, test, group, out),
            out=out,
            trials=experiment.trials,
            seed=experiment.seed,
            source=source_of(command) | {"device": group.device.type},
            on_trial=on_trial,
            say=say,
        )


def _workload(settings: StylizersSettings) -> Workload:
    """FSGAN on a batch: what the precision of all trainings is measured on."""
    preset = settings.preset if settings.preset in PRESETS else "light"
    network = Generator(PRESETS[preset])
    return Workload(network, [(settings.batch, 3, settings.crop_px, settings.crop_px)])


def _run_trial(
    experiment: StylizersExperiment,
    trainable: Trainable,
    scorer: StyleScorer,
    test: AskedMaterial,
    group: ProcessGroup,
    out: Path,
) -> RunTrial:
    """A function that trains a condition, where it is trained, and measures it."""

    def run_trial(condition: Condition, trial: int, work: Path) -> Mapping[str, Any]:
        facts: dict[str, Any] = {}
        if is_trained(condition):
            facts = train_condition(
                condition,
                trial,
                trainable,
                experiment.settings,
                seed=experiment.seed,
                budget=experiment.budget,
                compute=shared_compute(out, _workload(experiment.settings), group),
                out=out,
                work=work,
            )
        served = _served(condition, trial, out)
        if served is None:  # a bundled style that this program does not have
            return {"scores": {}, "sets": {}, "clips": {}}
        paint = served.paint if isinstance(served, Style) else served
        record, features, paintings = scorer.measure(paint)
        keep_features(out, f"{condition.name}-{trial:02d}", features)
        if isinstance(served, Style):
            facts |= _costs(served, test)
        if trial == 0:
            _show(condition, test, paintings, paint, out)
            keep_spectrum(out, condition.name, list(paintings.values()))
        return facts | record

    return run_trial


def _costs(style: Style, test: AskedMaterial) -> dict[str, Any]:
    """File, time and memory of a style that is served.

    One that draws faces is measured on the first held-out portrait with one face that it draws;
    without such a portrait neither its time nor its memory is known.
    """
    width_px, height_px = COST_SIZE_PX
    facts: dict[str, Any] = {"file_mb": round(sum(file_mb(path) for path in style.files), 3)}
    picture = None
    if style.draws_faces:
        portraits = (test.photographs[name] for name in sorted(test.portraits))
        picture = cost_picture(style, portraits, width_px=width_px, height_px=height_px)
        if picture is None:
            return facts
    return facts | measure_costs(
        style.files[-1], width_px=width_px, height_px=height_px, picture=picture
    )


def _served(condition: Condition, trial: int, out: Path) -> Style | Paint | None:
    """The style, or how it paints where it is none, or None where it is not there.

    Nothing is steadied, small faces are not painted finer, and all run in f32 on ONNX Runtime, so
    that it is networks that are compared.
    """
    if condition.group == REFERENCE:
        return lambda picture: picture
    try:
        name = condition.system if condition.group == BUNDLED else None
        file = find_model(name or network_folder(out, condition, trial), "stylize").path
    except UnknownModel:
        return None
    return Style(
        name or file, backend="onnxruntime", device="cpu", precision="f32", fine_faces=False
    )


def _show(
    condition: Condition,
    test: AskedMaterial,
    paintings: Mapping[str, Array],
    paint: Paint,
    out: Path,
) -> None:
    """Keep what the sheets show of a condition."""
    for kind in (SCENE, PORTRAIT):
        shown = [paintings[name] for name in shown_pictures(test, kind)]
        write_strip(out / "pictures" / f"{kind}-{condition.name}.jpg", shown)
    frames = [paint(frame) for frame in shown_frames(test)]
    write_strip(out / "pictures" / f"{FRAMES}-{condition.name}.jpg", frames)
