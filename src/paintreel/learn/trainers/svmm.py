"""SVMM: a support vector machine picks what each region of a rough is made of, a peer of MFFCN.

The regions of training roughs are clustered by the texture that the painting has there; a support
vector machine learns to tell the cluster, the element class, from the rough alone; each class keeps
a library of painted patches and how its regions are underpainted.

    svmm_regions      regions of all roughs, and their element classes
    svmm_classifier   features to class: the support vector machine
    svmm_patches      how each class is underpainted, and its patches

Here are the settings, and all of it in one pass, into a model file with its card. No torch: numpy
and OpenCV do.
"""

from __future__ import annotations

import dataclasses
import json
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from paintreel.errors import DataError, OutputError, TrainingError
from paintreel.imaging.arrays import Array
from paintreel.imaging.atomic import atomic_path
from paintreel.learn.data.folders import load_pictures, scan
from paintreel.learn.data.scene_crops import MAX_SIDE_PX
from paintreel.learn.data.scene_labels import read_labels
from paintreel.learn.data.scene_pairs import MOST_ENLARGED_PX, Panel, make_panels
from paintreel.learn.engine.settings import must_hold
from paintreel.learn.trainers.svmm_classifier import fit_classifier
from paintreel.learn.trainers.svmm_patches import (
    DETAIL_RANGE,
    cut_windows,
    fit_gains,
    fit_underpainting,
    pick_patches,
)
from paintreel.learn.trainers.svmm_regions import RoughSample, cluster, survey
from paintreel.learn.trainers.training_run import (
    Folders,
    Run,
    Trained,
    progress_of,
    refuse_inside,
)
from paintreel.roughs.region_classifier import RegionClassifier
from paintreel.roughs.rough import LEVELS
from paintreel.runtime.card import CARD_NAME, Card, sha256_of
from paintreel.runtime.contract import Contract
from paintreel.runtime.system import usable_cores
from paintreel.worlds.categories import LABELS

GROUND_ROWS = 8
WINDOWS_A_PATCH = 5
_JUDGED_SHARE = 0.2


@dataclass(frozen=True)
class SVMMSettings:
    """Everything a recipe may set.

    classes: of elements.  patches: in the library, of side_px with overlap_px.
    fourier: random features that stand for the Gaussian kernel.  width: of that kernel, in
    standard deviations of the features.  regularisation, steps, batch: of Pegasos.
    texture: how much of the painting's detail the patches bring back, 1 for as lively a picture.
    levels: of the roughs learnt from.  scales_px: short sides the panels are shrunk to.
    Raises InputError for values that no run can use.
    """

    seed: int = 0
    classes: int = 16
    patches: int = 4000
    side_px: int = 32
    overlap_px: int = 8
    fourier: int = 512
    width: float = 5.0
    regularisation: float = 1e-4
    steps: int = 6000
    batch: int = 64
    texture: float = 0.5
    levels: tuple[str, ...] = ("coarse", "standard", "fine")
    scales_px: tuple[int, ...] = (256, 384, 560)
    max_art: int = 3000
    held_out_art: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        checks = {
            "seed is 0 or more": self.seed >= 0,
            "classes is 2 to 64": 2 <= self.classes <= 64,
            "patches is 8 for each class, or more": self.patches >= 8 * self.classes,
            "side_px is a multiple of 8": self.side_px >= 8 and self.side_px % 8 == 0,
            "overlap_px is 1 to half of side_px": 0 < 2 * self.overlap_px <= self.side_px,
            "fourier, steps, batch and max_art are 1 or more": (
                min(self.fourier, self.steps, self.batch, self.max_art) >= 1
            ),
            "width and regularisation are above 0": min(self.width, self.regularisation) > 0,
            "texture is 0 to 1": 0 <= self.texture <= 1,
            f"levels are of {', '.join(LEVELS)}": (
                bool(self.levels) and set(self.levels) <= set(LEVELS)
            ),
            "scales_px are side_px or more": min(self.scales_px, default=0) >= self.side_px,
            f"the least of scales_px is at most {MOST_ENLARGED_PX}": (
                min(self.scales_px, default=0) <= MOST_ENLARGED_PX
            ),
        }
        must_hold(checks, "these settings cannot be trained with")


def train_svmm(
    run: Run, folders: Folders, clock: Callable[[], float] = time.monotonic
) -> Trained[dict[str, Array]]:
    """The arrays of a model file, learnt from art.

    An SVMM is learnt in one pass and needs no more than it needs: a budget of time that is spent
    before the survey of the regions is over takes fewer panels, and nothing is kept to go on from
    but the roughs, so that a resumed run starts again. Raises DataError for unusable art,
    OutputError if the folder holds a model already and the run is not to be resumed.
    """
    settings = run.settings
    path = run.out / run.system.file
    if path.exists() and not run.resume:
        raise OutputError(f"{path} exists already; give a new --out")
    folder = scan(folders.art, what="--art")
    refuse_inside(run.out, (folders.art,))
    art, _held_out = folder.split(settings.held_out_art)
    if not art.paths:
        raise DataError(f"--art {folders.art}: every picture is held out; nothing to train on")
    rng = np.random.default_rng(settings.seed)
    art = art.draw(settings.max_art, rng)
    labels = read_labels(folder.root)
    panels = make_panels(
        load_pictures(art, max_side_px=MAX_SIDE_PX, what="--art"),
        [labels.get(p.as_posix()) for p in art.paths],
        scales_px=settings.scales_px,
        cache=folders.roughs or run.out / "roughs",
        threads=usable_cores(),
        on_progress=progress_of("roughs", speak=True),
    )
    start_s = clock()
    arrays, measures = learn(panels, settings, seconds=run.budget.seconds, clock=clock)
    training = {
        **run.origin(wall_s=clock() - start_s, data_hash=f"art {art.hash()[:16]}"),
        "art_pictures": len(panels),
        "parameters": sum(arrays[n].size for n in ("weights", "bias", "underpaint", "gains")),
        "measures": measures,
    }
    return Trained(arrays, training)


def export_trained(trained: Trained[dict[str, Array]], path: Path, run: Run) -> None:
    """Write the model file and its card beside it."""
    contract = run.contract(
        task="scene",
        input="rough",
        output="scene",
        multiple=1,
        halo_px=0,
        tiling="whole",
        labels=LABELS,
    )
    write_model(
        path,
        trained.model,
        contract,
        description=run.facts.description,
        training=trained.training,
    )


def learn(
    panels: Sequence[Panel],
    settings: SVMMSettings,
    *,
    seconds: float | None = None,
    clock: Callable[[], float] = time.monotonic,
) -> tuple[dict[str, Array], dict[str, float]]:
    """(arrays of the model file, measures) from panels, in at most about `seconds`.

    measures: `right` is the share of regions of every fifth panel whose class a machine tells that
    was fitted to the others; `commonest` is what naming the commonest class would give.
    """
    s = settings
    samples = _surveyed(panels, s, seconds, clock)
    kinds = cluster(samples, classes=s.classes, seed=s.seed)
    panel_of = np.concatenate(
        [np.full(len(k), x.panel) for x, k in zip(samples, kinds, strict=True)]
    )
    features, kind = np.concatenate([x.features for x in samples]), np.concatenate(kinds)

    def machines(among: Array) -> RegionClassifier:
        return fit_classifier(
            features[among],
            kind[among],
            count=s.classes,
            fourier=s.fourier,
            width=s.width,
            regularisation=s.regularisation,
            steps=s.steps,
            batch=s.batch,
            rng=np.random.default_rng([s.seed, 1]),
        )

    known, judged = kind >= 0, panel_of % round(1 / _JUDGED_SHARE) == 0
    measures = {}
    if (known & judged).any() and np.unique(kind[known & ~judged]).size > 1:
        right = machines(known & ~judged).classes(features[known & judged]) == kind[known & judged]
        common = np.bincount(kind[known & judged]).max() / right.size
        measures = {"right": round(float(right.mean()), 4), "commonest": round(float(common), 4)}
    fitted = machines(known)
    named = [fitted.classes(x.features) for x in samples]
    underpaint = fit_underpainting(samples, named, s.classes)
    rng = np.random.default_rng([s.seed, 2])
    grid_px = (s.side_px, s.overlap_px)
    most = max(2, WINDOWS_A_PATCH * s.patches // len(samples))
    cuts = [
        cut_windows(x, k, n, underpaint, grid_px, most, rng)
        for x, k, n in zip(samples, kinds, named, strict=True)
    ]
    if not any(len(cut.kind) for cut in cuts):
        raise DataError("no window of the art lies mostly in one class; give larger pictures")
    library = pick_patches(cuts, s.patches, s.classes, rng)
    gains = fit_gains(library, cuts, s.classes)
    arrays = vars(fitted) | {
        "underpaint": underpaint,
        "gains": gains * np.float32(s.texture),
        "grounds": ground_colours(panels),
        "window": np.array([s.side_px, s.overlap_px], np.int32),
        "detail_range": np.float32(DETAIL_RANGE),
        "kind": library.kind,
        "keys": library.keys.astype(np.float16),
        "light": library.light,
        "tint": library.tint,
    }
    if bad := [n for n, a in arrays.items() if not np.isfinite(a.astype(np.float64)).all()]:
        raise TrainingError(f"learning gave values that are not finite in {', '.join(bad)}")
    return arrays, measures | {"gain": round(float(gains.mean()), 4)}


def _surveyed(
    panels: Sequence[Panel],
    settings: SVMMSettings,
    seconds: float | None,
    clock: Callable[[], float],
) -> list[RoughSample]:
    """The survey of the panels, in random order, until half of `seconds`; of two at least."""
    order = np.random.default_rng([settings.seed, 3]).permutation(len(panels))
    samples: list[RoughSample] = []
    start_s = clock()
    for count, number in enumerate(order):
        if seconds is not None and count >= 2 and clock() - start_s > seconds / 2:
            break
        samples += survey(panels[number], int(number), settings.levels)
    return samples


def ground_colours(panels: Sequence[Panel]) -> Array:
    """(len(LABELS) + 1, GROUND_ROWS, 3) uint8: mean colours by height of each label, then of all.

    A label without panels gets those of all.
    """
    bands = np.stack(
        [
            cv2.resize(p.views[0].truth, (1, GROUND_ROWS), interpolation=cv2.INTER_AREA)[:, 0]
            for p in panels
        ]
    ).astype(np.float64)
    of = np.array([LABELS.index(p.label) if p.label else len(LABELS) for p in panels])
    ramps = [bands[of == k] if (of == k).any() else bands for k in range(len(LABELS))]
    return np.stack([(r.mean(axis=0) + 0.5).astype(np.uint8) for r in (*ramps, bands)])


def write_model(
    path: Path,
    arrays: dict[str, Array],
    contract: Contract,
    *,
    description: str,
    training: dict[str, Any],
) -> Card:
    """Write a model file (npz without pickle) and its card beside it; return the card."""
    text = json.dumps(dataclasses.asdict(contract), sort_keys=True)
    data = arrays | {"contract": np.frombuffer(text.encode(), np.uint8)}
    path.parent.mkdir(parents=True, exist_ok=True)
    with atomic_path(path, overwrite=True) as beside, beside.open("wb") as file:
        np.savez_compressed(file, allow_pickle=False, **data)
    card = Card(
        contract=contract,
        file=path.name,
        sha256=sha256_of(path),
        size_bytes=path.stat().st_size,
        description=description,
        training=training,
    )
    card.save(path.with_name(CARD_NAME))
    return card
