"""The colour script: what panels of every mood measure, as the raters saw them.

There is no network: for each mood the mean of `pictures.colour_measures` over the panels, weighted
by the share of the raters who named it, and how much a measure varies within a mood. No torch:
numpy does.
"""

from __future__ import annotations

import dataclasses
import json
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from paintreel.errors import DataError, InputError, OutputError
from paintreel.imaging.arrays import Array
from paintreel.imaging.atomic import atomic_path
from paintreel.learn.data.folders import load_pictures, scan
from paintreel.learn.data.mood_labels import read_moods
from paintreel.learn.trainers.training_run import (
    Folders,
    Run,
    Trained,
    progress_of,
    refuse_inside,
)
from paintreel.pictures.colour_measures import MEASURES, measure_colour
from paintreel.runtime.card import CARD_NAME, Card, sha256_of
from paintreel.runtime.colour_script import TASK
from paintreel.runtime.emotions import MOODS

_LEAST_PANELS = 5
_MAX_SIDE_PX = 640


@dataclass(frozen=True)
class ColourScriptSettings:
    """seed: of nothing, for there is no chance in it; every system has one.

    least: panels that a mood must have, in votes of all raters together. Raises InputError.
    """

    seed: int = 0
    least: int = _LEAST_PANELS
    held_out_art: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if self.seed < 0 or self.least < 1:
            raise InputError(
                f"seed is {self.seed} and least {self.least}, expected 0 or more, and 1 or more"
            )


def train_colour_script(
    run: Run, folders: Folders, clock: Callable[[], float] = time.monotonic
) -> Trained[dict[str, Array]]:
    """The arrays of a model file, learnt from panels with `ratings.tsv` beside them.

    It is learnt in one pass, whatever the budget. Raises DataError for unusable art and for a mood
    with too few panels, OutputError if the folder holds a model already.
    """
    settings: ColourScriptSettings = run.settings
    path = run.out / run.system.file
    if path.exists() and not run.resume:
        raise OutputError(f"{path} exists already; give a new --out")
    folder = scan(folders.art, what="--art")
    refuse_inside(run.out, (folders.art,))
    votes = read_moods(folder.root)
    art, _held_out = folder.split(settings.held_out_art)
    art = dataclasses.replace(art, paths=tuple(p for p in art.paths if p.as_posix() in votes))
    shares = np.array([votes[p.as_posix()] for p in art.paths]).reshape(-1, len(MOODS))
    counts = shares.sum(axis=0)
    if few := [mood for mood, n in zip(MOODS, counts, strict=True) if n < settings.least]:
        raise DataError(
            f"--art {folders.art}: fewer than {settings.least} panels to learn {', '.join(few)} "
            "from; rate more"
        )
    start_s = clock()
    say = progress_of("panels", speak=True)
    rows = []
    pictures = load_pictures(art, max_side_px=_MAX_SIDE_PX, what="--art")
    for done, pixels in enumerate(pictures, start=1):
        rows.append(measure_colour(pixels).vector)
        say(done, len(pictures))
    arrays = learn_script(np.array(rows), shares)
    usual = arrays["means"].mean(axis=0)
    training = {
        **run.origin(wall_s=clock() - start_s, data_hash=f"art {art.hash()[:16]}"),
        "art_pictures": len(art.paths),
        "panels": {mood: round(float(n), 1) for mood, n in zip(MOODS, counts, strict=True)},
        "deviations_from_usual": {
            mood: {
                name: round(float(step), 2)
                for name, step in zip(MEASURES, (mean - usual) / arrays["spread"], strict=True)
            }
            for mood, mean in zip(MOODS, arrays["means"], strict=True)
        },
    }
    return Trained(arrays, training)


def learn_script(rows: Array, shares: Array) -> dict[str, Array]:
    """Means (6, M) and spread (M,) of measures (N, M) of panels with shares of moods (N, 6).

    The spread is the root of the mean variance within the moods.
    """
    weights = shares / shares.sum(axis=0)
    means = weights.T @ rows
    variances = [w @ (rows - mean) ** 2 for w, mean in zip(weights.T, means, strict=True)]
    spread = np.sqrt(np.mean(variances, axis=0))
    return {"means": means, "spread": np.maximum(spread, 1e-6)}


def export_trained(trained: Trained[dict[str, Array]], path: Path, run: Run) -> None:
    """Write the model file (npz without pickle) and its card beside it."""
    contract = run.contract(
        task=TASK, input="measures", output="measures", multiple=1, halo_px=0, tiling="whole",
        labels=MOODS,
    )  # fmt: skip
    text = json.dumps(dataclasses.asdict(contract), sort_keys=True)
    arrays = trained.model | {
        "contract": np.frombuffer(text.encode(), np.uint8),
        "measures": np.frombuffer("\n".join(MEASURES).encode(), np.uint8),
    }
    path.parent.mkdir(parents=True, exist_ok=True)
    with atomic_path(path, overwrite=True) as beside, beside.open("wb") as file:
        np.savez_compressed(file, allow_pickle=False, **arrays)
    card = Card(
        contract=contract,
        file=path.name,
        sha256=sha256_of(path),
        size_bytes=path.stat().st_size,
        description=run.facts.description,
        training=trained.training,
    )
    card.save(path.with_name(CARD_NAME))
