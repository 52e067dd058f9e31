"""`paintreel train svmm`: check the art, learn classes, machine and library, write the model."""

from __future__ import annotations

import dataclasses
import json
import os
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import cv2
import numpy as np

from paintreel.errors import DataError, OutputError, TrainingError
from paintreel.imaging.arrays import Array
from paintreel.imaging.atomic import atomic_path
from paintreel.learn.data.folders import load_pictures, scan
from paintreel.learn.data.scene_labels import LABELS, read_labels
from paintreel.learn.data.scene_pairs import Panel, make_panels
from paintreel.learn.trainers.run import Run
from paintreel.learn.trainers.run_folder import refuse_inside
from paintreel.learn.trainers.svmm import Seen, SVMMSettings, cluster, survey
from paintreel.learn.trainers.svmm_library import (
    DETAIL_RANGE,
    cut_windows,
    fit_gains,
    fit_underpainting,
    pick_patches,
)
from paintreel.learn.trainers.svmm_machine import fit_machine
from paintreel.runtime.card import CARD_NAME, Card, sha256_of
from paintreel.runtime.contract import Contract

MODEL_NAME = "model.npz"
MAX_SIDE_PX = 1280
GROUND_ROWS = 8
WINDOWS_A_PATCH = 5
_JUDGED_SHARE = 0.2


def train_svmm(
    run: Run,
    *,
    art: Path,
    roughs: Path | None = None,
    clock: Callable[[], float] = time.monotonic,
) -> Path:
    """Learn an SVMM; return the path of its model file, model.npz, its card beside it.

    An SVMM is learnt in one pass and needs no more than it needs: a budget of time that is spent
    before the survey of the regions is over takes fewer panels, and nothing is kept to go on from
    but the roughs, so that a resumed run starts again. roughs: folder of cached roughs that runs on
    the same art may share; `roughs` in the folder of the run if None. Raises DataError for unusable
    art, OutputError if the folder holds a model already and the run is not to be resumed.
    """
    settings, facts = run.settings, run.facts
    path = run.out / MODEL_NAME
    if path.exists() and not run.resume:
        raise OutputError(f"{path} exists already; give a new --out")
    folder = scan(art, what="--art")
    refuse_inside(run.out, (art,))
    kept, _held = folder.split(settings.held_out_art)
    if not kept.paths:
        raise DataError(f"--art {art}: every picture is held out; nothing to train on")
    rng = np.random.default_rng(settings.seed)
    kept = kept.draw(settings.max_art, rng)
    labels = read_labels(folder.root)
    panels = make_panels(
        load_pictures(kept, max_side_px=MAX_SIDE_PX, what="--art"),
        [labels.get(p.as_posix()) for p in kept.paths],
        scales_px=settings.scales_px,
        cache=roughs or run.out / "roughs",
        threads=os.cpu_count() or 1,
        on_progress=_say,
    )
    start_s = clock()
    arrays, measures = learn(panels, settings, seconds=run.budget.seconds, clock=clock)
    contract = Contract(
        name=facts.name,
        system="svmm",
        licence=facts.licence,
        credit=facts.credit,
        task="scene",
        input="rough",
        output="scene",
        multiple=1,
        halo_px=0,
        tiling="whole",
        labels=LABELS,
    )
    training = {
        **run.origin(wall_s=clock() - start_s, data_hash=f"art {kept.hash()[:16]}"),
        "art_pictures": len(panels),
        "parameters": sum(arrays[n].size for n in ("weights", "bias", "underpaint", "gains")),
        "measures": measures,
    }
    write_model(path, arrays, contract, description=facts.description, training=training)
    return path


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
    seen = _surveyed(panels, s, seconds, clock)
    kinds = cluster(seen, s)
    panel_of = np.concatenate([np.full(len(k), x.panel) for x, k in zip(seen, kinds, strict=True)])
    features, kind = np.concatenate([x.features for x in seen]), np.concatenate(kinds)

    def machine(among: Array):
        return fit_machine(
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
        right = machine(known & ~judged).classes(features[known & judged]) == kind[known & judged]
        common = np.bincount(kind[known & judged]).max() / right.size
        measures = {"right": round(float(right.mean()), 4), "commonest": round(float(common), 4)}
    fitted = machine(known)
    told = [fitted.classes(x.features) for x in seen]
    underpaint = fit_underpainting(seen, told, s.classes)
    rng = np.random.default_rng([s.seed, 2])
    grid_px = (s.side_px, s.overlap_px)
    most = max(2, WINDOWS_A_PATCH * s.patches // len(seen))
    cuts = [
        cut_windows(x, k, t, underpaint, grid_px, most, rng)
        for x, k, t in zip(seen, kinds, told, strict=True)
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
) -> list[Seen]:
    """The survey of the panels, in random order, until half of `seconds`; of two at least."""
    order = np.random.default_rng([settings.seed, 3]).permutation(len(panels))
    start_s, seen = clock(), []
    for count, number in enumerate(order):
        if seconds is not None and count >= 2 and clock() - start_s > seconds / 2:
            break
        seen += survey(panels[number], int(number), settings.levels)
    return seen


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
    path: Path, arrays: dict[str, Array], contract: Contract, *, description: str, training: dict
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


def _say(done: int, total: int) -> None:
    if done == total or done % max(1, total // 10) == 0:
        print(f"roughs {done}/{total}", flush=True)
