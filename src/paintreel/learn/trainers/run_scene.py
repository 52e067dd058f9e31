"""`paintreel train mffcn` and its peers: check the art, make the roughs, train, export."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import numpy as np

from paintreel.errors import DataError
from paintreel.learn.data.folders import PictureFolder, load_pictures, scan
from paintreel.learn.data.scene_labels import LABELS, read_labels
from paintreel.learn.data.scene_pairs import make_panels
from paintreel.learn.engine.distributed import World, join_world
from paintreel.learn.export.scene_export import export_scene
from paintreel.learn.trainers.provenance import ModelFacts
from paintreel.learn.trainers.run import Run
from paintreel.learn.trainers.scene import SceneSettings, SceneTrainer
from paintreel.runtime.card import CARD_NAME, Card
from paintreel.runtime.contract import Contract

MAX_SIDE_PX = 1280
"""Art is shrunk to this at once; the largest scale of a panel is cut from it."""


def train_scene(run: Run, *, system: str, art: Path, roughs: Path | None = None) -> Path | None:
    """Train a scene network; return the path of `scene.onnx` (None on followers of torchrun).

    roughs: folder of the cached roughs, which runs on the same art may share; `roughs` in the
    folder of the run if None. Raises DataError for unusable art before anything is trained,
    OutputError if the folder of the run may not be written to, TrainingError if the run diverges.
    """
    run.claim(art)
    folder = scan(art, what="--art")
    with join_world() as world:
        cache = roughs or run.out / "roughs"
        trainer, data_hash = _prepare(system, folder, cache, run.settings, world)
        told = run.train(trainer, world=world, data_hash=data_hash, system=system)
    if told is None:
        return None
    training = told | {
        "art_pictures": len(trainer.pairs.panels),
        "parameters": sum(p.numel() for p in trainer.generator.parameters()),
        "measures": trainer.measures(),
    }
    path = run.out / "scene.onnx"
    _export(system, trainer, path, run.facts, training)
    return path


def _export(
    system: str, trainer: SceneTrainer, path: Path, facts: ModelFacts, training: dict
) -> None:
    """Write the averaged generator to `path` and its card beside it."""
    generator = trainer.average.module
    contract = Contract(
        name=facts.name,
        system=system,
        licence=facts.licence,
        credit=facts.credit,
        task="scene",
        input="rough",
        output="scene",
        multiple=generator.multiple,
        halo_px=generator.halo_px,
        tiling="exact",
        labels=LABELS,
        code_size=generator.code_size,
    )
    parity = export_scene(generator, path, contract)
    training = training | {
        "torch_parity": float(f"{parity.runtime:.1e}"),
        "f16_rounding": float(f"{parity.rounding:.1e}"),
    }
    card = Card.describe(path, description=facts.description, training=training)
    card.save(path.with_name(CARD_NAME))


def _prepare(
    system: str, folder: PictureFolder, roughs: Path, settings: SceneSettings, world: World
) -> tuple[SceneTrainer, str]:
    """Load and check all pictures, make their roughs (the lead first), make the trainer."""
    s = settings
    art, held = folder.split(s.held_out_art)
    if not art.paths:
        raise DataError(f"--art {art.root}: every picture is held out; nothing to train on")
    rng = np.random.default_rng(s.seed)
    if not held.paths:
        art, held = art.set_aside(rng)
    art = art.draw(s.max_art, rng)
    pictures = load_pictures(art, max_side_px=MAX_SIDE_PX, what="--art")
    held_pictures = load_pictures(held, max_side_px=MAX_SIDE_PX, what="--art")
    found = read_labels(folder.root)
    labels = [found.get(path.as_posix()) for path in (*art.paths, *held.paths)]

    def panels():
        return make_panels(
            pictures + held_pictures,
            labels,
            scales_px=s.pairs.scales_px,
            cache=roughs,
            threads=os.cpu_count() or 1,
            on_progress=_say(world),
        )

    if world.size > 1 and world.leads:  # the lead makes them for all, the others read the cache
        panels()
    world.wait()
    made = panels()
    trainer = SceneTrainer(
        system, s, panels=made[: len(pictures)], held_out=made[len(pictures) :], world=world
    )
    return trainer, f"art {art.hash()[:16]}"


def _say(world: World) -> Callable[[int, int], None]:
    """Progress of the roughs, every tenth of the way, on the lead alone."""

    def say(done: int, total: int) -> None:
        if world.leads and (done == total or done % max(1, total // 10) == 0):
            print(f"roughs {done}/{total}", flush=True)

    return say
